"""Sets as files: what is refused, what is damaged, who else changes them, and older hand-overs."""

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from alsvoice.errors import FormatError, LibraryError, UsageError
from alsvoice.formats import set_file
from alsvoice.formats.set_file import HandOver, Said
from alsvoice.pipeline import handing_over, sets
from alsvoice.session import ActionState, Participant
from alsvoice.sets import LearningSet, Meeting, School, SetAction
from alsvoice.store import Library
from alsvoice.templates import serialize, template
from cli_runner import alsvoice, refused

EARLY, LATE = "2026-01-01T10:00:00+00:00", "2026-06-01T10:00:00+00:00"
PEOPLE = tuple(Participant(id=f"P{n}", name=name) for n, name in enumerate("Ann Ben Cat".split()))


@pytest.fixture
def library(tmp_path: Path) -> Library:
    return Library(tmp_path / "library")


def run(library: Library, *arguments: str | Path) -> str:
    return alsvoice("--library", library.root, *arguments).good().everything


def refusal(library: Library, *arguments: str | Path, status: int = 1) -> str:
    return refused("--library", library.root, *arguments, status=status)


def handed(library: Library, tmp_path: Path, given: HandOver) -> str:
    (tmp_path / "set.json").write_bytes(set_file.serialize_hand_over(given))
    return run(library, "sets", "import", tmp_path / "set.json")


def a_set(**more: Any) -> LearningSet:
    return LearningSet(name="Tuesday", participants=PEOPLE, **more)


def test_an_older_file_undoes_nothing() -> None:
    here = a_set(template="classic", school=School.WIAL, changed=LATE)
    older = replace(here, participants=PEOPLE[:1], template=None, changed=EARLY)
    assert here.merged(older) == here
    assert older.merged(here) == here
    without = replace(older, changed=None)
    assert replace(here, changed=None).merged(without).participants == PEOPLE
    assert without.merged(here).participants == PEOPLE
    assert here.merged(without).school is School.WIAL


def test_what_is_here_is_known_best() -> None:
    def of(name: str, counted: str | None = None) -> Meeting:
        return Meeting(session="s1", started=EARLY, facilitators=(name,), counted=counted)

    here, there = a_set(meetings=(of("Ann"),)), a_set(meetings=(of("Ben", EARLY),))
    assert here.merged(there, here={"s1"}).meetings == here.meetings
    assert here.merged(there).meetings == there.meetings
    newer = a_set(meetings=(of("Cat", LATE),))
    assert newer.merged(there).meetings == newer.meetings == there.merged(newer).meetings
    redacted = a_set().merged(a_set(actions=(SetAction(id="a", text="t", session="s1"),)), {"s1"})
    assert redacted.actions == ()


def test_what_was_said_of_an_action_here_or_there_stays() -> None:
    action = SetAction(id="a", text="ring Sam", session="s1", owner="Ann")
    carried = replace(action, state=ActionState.CARRIED, until="2026-08-01")
    assert a_set(actions=(carried,)).merged(a_set(actions=(action,))).actions == (carried,)
    assert a_set(actions=(action,)).merged(a_set(actions=(carried,))).actions == (carried,)
    done = replace(action, text="", owner=None, state=ActionState.DONE)
    [left] = a_set(actions=(carried,)).merged(a_set(actions=(done,))).actions
    assert (left.text, left.state, left.until) == ("ring Sam", ActionState.DONE, None)


def test_a_change_is_dated_and_comes_out_on_top(library: Library, tmp_path: Path) -> None:
    run(library, "sets", "new", "Tuesday", "--participants", "Ann,Ben")
    old = sets.find(library, "Tuesday")
    assert old.changed
    run(library, "sets", "export", "Tuesday", "-o", tmp_path / "old.json")
    run(library, "sets", "edit", "Tuesday", "--participants", "Ann,Ben,Zoe", "--school", "wial")
    new = sets.find(library, "Tuesday")
    assert new.changed and new.changed > old.changed
    run(library, "sets", "import", tmp_path / "old.json")
    assert sets.find(library, "Tuesday") == new
    other = Library(tmp_path / "other")
    run(other, "sets", "import", tmp_path / "old.json")
    run(library, "sets", "export", "Tuesday", "-o", tmp_path / "new.json")
    run(other, "sets", "import", tmp_path / "new.json")
    assert sets.find(other, "Tuesday") == new


def test_a_template_is_never_put_in_place_of_another(library: Library, tmp_path: Path) -> None:
    theirs = serialize(replace(template("classic"), title="Theirs"))
    given = HandOver(set=a_set(), templates={"Classic": theirs, "Our Way": theirs, "new": theirs})
    run(library, "templates", "new", "our-way")
    before = run(library, "templates", "show", "our-way")
    answer = handed(library, tmp_path, given)
    assert "'Classic' is another one here" in answer and "'Our Way' is another" in answer
    assert run(library, "templates", "show", "our-way") == before
    assert "Theirs" not in run(library, "templates", "show", "classic")
    assert "Theirs" in run(library, "templates", "show", "new")
    assert "Note" not in handed(library, tmp_path, replace(given, templates={"new": theirs}))


def test_a_broken_template_stops_an_import(library: Library, tmp_path: Path) -> None:
    good = serialize(template("classic"))
    given = HandOver(set=a_set(), templates={"a": good, "b": "title = 1"})
    with pytest.raises(FormatError, match="template 'b'"):
        handing_over.take_in(library, given)
    assert not library.root.exists()


def test_a_template_here_that_is_called_as_one_of_the_package_is_not_read(
    library: Library, tmp_path: Path
) -> None:
    run(library, "templates", "new", "mine")
    (library.root / "templates" / "mine.toml").rename(library.root / "templates" / "classic.toml")
    listed = run(library, "templates", "list")
    assert listed.count("classic ") == 1
    path = library.root / "templates" / "classic.toml"
    path.write_text(path.read_text().replace("title = ", 'title = "X" # '))
    assert not run(library, "templates", "show", "classic").startswith("X")


BROKEN: list[Callable[[dict[str, Any]], Any]] = [
    lambda s: s.update(name=" \u202e "),
    lambda s: s.update(name="x" * 121),
    lambda s: s["participants"][0].update(name="bEn"),
    lambda s: s["participants"][0].update(name="x" * 121),
    lambda s: s["meetings"][0].update(started="yesterday"),
    lambda s: s["meetings"][0].update(session="../other"),
    lambda s: s["meetings"][0].update(session="a\x1b[2J"),
    lambda s: s["meetings"][0].update(counted="2026-01-01T10:00:00"),
    lambda s: s["actions"][0].update(due="soon"),
    lambda s: s["actions"][0].update(session=""),
    lambda s: s.update(changed="now"),
    lambda s: s.update(dropped=["/etc"]),
]


@pytest.mark.parametrize("change", BROKEN)
def test_what_cannot_be_is_refused_and_nothing_kept(
    change: Callable[[dict[str, Any]], Any], library: Library, tmp_path: Path
) -> None:
    value = a_set(
        meetings=(Meeting(session="2026-01-01_1000_abcd", started=EARLY),),
        actions=(SetAction(id="a", text="t", due="2026-01-01", session="2026-01-01_1000_abcd"),),
    )
    file = tmp_path / "set.json"
    raw = json.loads(set_file.serialize_hand_over(HandOver(set=value)))
    file.write_text(json.dumps(raw), encoding="utf-8")
    set_file.parse_hand_over(file.read_bytes(), where="it")
    change(raw["data"]["set"])
    file.write_text(json.dumps(raw), encoding="utf-8")
    assert refusal(library, "sets", "import", file).startswith("set.json: ")
    assert not (library.root / "sets").exists()
    own = json.loads(set_file.serialize(value))
    change(own["data"])
    with pytest.raises(FormatError):
        set_file.parse(json.dumps(own).encode(), where="it")


def test_controls_of_an_imported_set_reach_no_terminal(library: Library, tmp_path: Path) -> None:
    bad = "\x1b[31mAnn\n\u202eBen"
    value = LearningSet(
        name=f"Tues{bad}", participants=(Participant(id="P1", name=bad),), template=f"a{bad}",
        meetings=(Meeting(session="s1", started=EARLY, facilitators=(bad,), presenters=(bad,)),),
        actions=(SetAction(id="a", text=bad, owner=bad, session="s1", due="2026-01-01"),),
    )  # fmt: skip
    words = {"s1": (Said(participant=bad, start_s=0, end_s=1, text=bad, label=bad),)}
    answers = [
        handed(library, tmp_path, HandOver(set=value, words=words)),
        run(library, "sets", "list"),
        run(library, "sets", "show", value.name),
        run(library, "sets", "words", value.name),
        run(library, "actions", "list"),
        run(library, "sets", "export", value.name, "-o", tmp_path / "again.json"),
        refusal(library, "sets", "show", "nope"),
    ]
    assert not [answer for answer in answers if "\x1b" in answer or "\u202e" in answer]
    assert "[31mAnn Ben" in answers[2]


def test_names_that_are_none_are_refused(library: Library) -> None:
    run(library, "sets", "new", "Tuesday", "--participants", "Ann,Ben")
    for bad in ("", "  ", "x" * 121):
        refusal(library, "sets", "edit", "Tuesday", "--rename", bad, status=2)
        refusal(library, "sets", "new", bad, status=2)
    refusal(library, "sets", "edit", "Tuesday", "--rename", "!!")
    assert "same name" in refusal(
        library, "sets", "edit", "Tuesday", "--participants", "Ann,ann", status=2
    )
    run(library, "sets", "edit", "Tuesday", "--rename", "Friday\tset")
    assert [s.name for s in sets.all_sets(library)] == ["Friday set"]


def test_one_that_is_there_is_suggested_by_its_own_name(library: Library) -> None:
    run(library, "sets", "new", "Tuesday")
    with pytest.raises(UsageError) as caught:
        sets.create(library, LearningSet(name="tuesday"))
    assert caught.value.try_next == 'alsvoice sets edit "Tuesday"'


def test_a_folder_that_is_not_there_is_told(library: Library, tmp_path: Path) -> None:
    run(library, "sets", "new", "Tuesday")
    to = tmp_path / "nowhere" / "x.json"
    assert "There is no folder" in refusal(library, "sets", "export", "Tuesday", "-o", to)


def test_a_damaged_set_stops_no_other(library: Library) -> None:
    run(library, "sets", "new", "Tuesday", "--participants", "Ann,Ben")
    (library.root / "sets" / "zz.json").write_text("{")
    listed = run(library, "sets", "list")
    assert "Tuesday  2 people" in listed and "zz  damaged: sets/zz.json: " in listed
    outcome = alsvoice("--library", library.root, "sets", "list", "--json").good().json()
    assert [d["file"] for d in outcome["damaged"]] == ["zz"]
    assert "no set 'nope'" in refusal(library, "sets", "show", "nope")
    assert "sets/zz.json" in refusal(library, "sets", "show", "zz")
    run(library, "record", "--set", "Nobody's", "--consent", "none", "--for", "1s")
    run(library, "voices", "list")


def test_only_one_process_changes_sets_at_a_time(library: Library) -> None:
    run(library, "sets", "new", "Tuesday")
    with sets.changing(library):
        with pytest.raises(LibraryError, match=r"`alsvoice sets` \(process"):
            sets.change(library, "Tuesday", lambda known: replace(known, template="classic"))
        assert sets.find(library, "Tuesday").template is None  # looking is never refused
    sets.change(library, "Tuesday", lambda known: replace(known, template="classic"))
    assert sets.find(library, "Tuesday").template == "classic"


def test_a_rehearsal_counts_for_nobodys_turn(library: Library) -> None:
    met = Meeting(session="2026-01-01_1000_abcd", started=EARLY, facilitators=("Ann",))
    sets.create(library, a_set(meetings=(met,)))
    assert "To facilitate next: Ben." in run(library, "sets", "show", "Tuesday")
    drop = ("sets", "edit", "Tuesday", "--drop-meeting")
    assert "To facilitate next: Ann." in run(library, *drop, "2026-01")
    assert "No meeting of this set" in refusal(library, *drop, "2026-01")
    known = sets.find(library, "Tuesday")
    assert known.merged(a_set(meetings=(met,))).meetings == ()  # it does not come back


def said(who: str, text: str) -> Said:
    return Said(participant=who, start_s=61.0, end_s=62.0, text=text, label="open_question")


def test_words_that_came_along_are_shown_and_removed(library: Library, tmp_path: Path) -> None:
    one, two = "2026-01-01_1000_abcd", "2026-02-01_1000_abcd"
    given = HandOver(set=a_set(), words={one: (said("Ann", "What now?"), said("Ben", "Why?"))})
    answer = handed(library, tmp_path, given)
    assert str(library.root / "sets" / "tuesday.handed-over") in answer and "--forget" in answer
    handed(library, tmp_path, replace(given, words={two: (said("Ann", "And then?"),)}))
    shown = run(library, "sets", "words", "Tuesday")
    assert "1:01  Ann (open question): What now?" in shown and "And then?" in shown
    assert "And then?" not in run(library, "sets", "words", "Tuesday", one)
    found = alsvoice("--library", library.root, "sets", "words", "Tuesday", "--json").json()
    assert [row["text"] for row in found["words"]] == ["What now?", "Why?", "And then?"]
    run(library, "sets", "edit", "Tuesday", "--rename", "Friday")
    assert sorted(p.name for p in (library.root / "sets").iterdir() if p.name != ".lock") == [
        "friday.handed-over", "friday.json",
    ]  # fmt: skip
    words = ("sets", "words", "Friday")
    assert "nobody is there to be asked" in refusal(library, *words, "--forget")
    assert "Removed: 2" in run(library, *words, "--of", "ann", "--forget", "--yes")
    assert run(library, *words).count("open question") == 1
    assert "No such words" in refusal(library, *words, two, "--forget", "--yes")
    run(library, *words, "--forget", "--yes")
    file = library.root / "sets" / "friday.handed-over"
    assert not file.exists()
    file.write_bytes(b"{")
    assert "friday.handed-over" in refusal(library, *words)
    assert "damaged" in run(library, *words, "--forget", "--yes")
    assert not file.exists()


def test_what_is_done_is_handed_over_without_its_words(library: Library) -> None:
    done = SetAction(id="a", text="ring Sam", owner="Ann", session="s1", state=ActionState.DONE)
    sets.create(library, a_set(actions=(done, SetAction(id="b", text="write", session="s1"))))
    [first, second] = handing_over.hand_over(library, "Tuesday").set.actions
    assert (first.id, first.state, first.text, first.owner) == ("a", ActionState.DONE, "", None)
    assert second.text == "write"
