"""What came with a set of sessions that are not here: trends, actions; and what leaves a set."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from alsvoice.formats import set_file
from alsvoice.formats.set_file import HandOver, Said
from alsvoice.pipeline import handed_over, sets
from alsvoice.session import ActionState
from alsvoice.store import Library
from cli_runner import alsvoice, refused
from meetings_scene import Shelf, coded_by
from scripted_demo import Scene, processed, voice_of

DAYS = ("2026-03-02", "2026-05-04")


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Scene:
    scene = processed(tmp_path_factory.mktemp("made"))
    scene.run("speakers", *(f"{voice}={name}" for name, voice in voice_of().items())).good()
    return scene


@pytest.fixture
def shelf(made: Scene, tmp_path: Path) -> Shelf:
    """Give a library with two meetings of a set that is kept."""
    shelf = Shelf(library=tmp_path / "shelf", first=made)
    shelf.run("sets", "new", "Tuesdays", "--participants", "Helen,David,Marcus,Joanne,Anjali")
    return shelf


def add(shelf: Shelf, day: str) -> Scene:
    scene = shelf.add(day)
    sets.take_over(Library(shelf.library), scene_folder(scene))
    return scene


def scene_folder(scene: Scene) -> Any:
    return Library(scene.library).find(scene.session)


def hand_over(shelf: Shelf, tmp_path: Path, *more: str) -> Path:
    """Return the set's hand-over, imported into another library, whose folder is returned."""
    file, other = tmp_path / "set.json", tmp_path / "other"
    shelf.run("sets", "export", "Tuesdays", "-o", file, *more).good()
    alsvoice("--library", other, "sets", "import", file).good()
    return other


def trends(library: Path, *more: str) -> dict[str, Any]:
    found: dict[str, Any] = alsvoice("--library", library, "trends", *more, "--json").good().json()
    return found


def test_trends_go_on_from_what_was_handed_over(shelf: Shelf, tmp_path: Path) -> None:
    for day in DAYS:
        add(shelf, day)
    other = hand_over(shelf, tmp_path)
    here, there = (trends(place, "--set", "Tuesdays") for place in (shelf.library, other))
    assert [s["id"] for s in there["sessions"]] == [s["id"] for s in here["sessions"]]
    for mine, theirs in zip(here["sessions"], there["sessions"], strict=True):
        assert theirs["phases"] == mine["phases"]
        for key, number in mine["measures"].items():
            known = theirs["measures"][key]
            if known != number:  # of talk only the sums are handed over
                assert (known["value"], known["interval"]) == (number["value"], None)
                assert key.endswith("talk_share")
    assert here["breaks"] == there["breaks"] == []
    of_person = trends(other, "--set", "Tuesdays", "--person", "helen")
    assert len(of_person["sessions"]) == 2 and of_person["person"] == "Helen"
    page = tmp_path / "page.html"
    alsvoice("--library", other, "trends", "--set", "Tuesdays", "-o", page).good()
    assert "2026" in page.read_text(encoding="utf-8")


def test_a_later_session_here_is_held_against_those_elsewhere(shelf: Shelf, tmp_path: Path) -> None:
    add(shelf, DAYS[0])
    other = hand_over(shelf, tmp_path)
    Shelf(library=other, first=shelf.first).add(DAYS[1])
    found = trends(other, "--set", "Tuesdays")
    assert [s["started"][:10] for s in found["sessions"]] == list(DAYS)
    assert found["breaks"] == []
    advice = next(c for c in found["changes"] if c["measure"] == "advice_share")
    assert advice["difference"] == 0


def test_counts_of_another_classifier_are_not_joined(shelf: Shelf, tmp_path: Path) -> None:
    coded_by(add(shelf, DAYS[0]), "rules.v0")
    other = hand_over(shelf, tmp_path)
    Shelf(library=other, first=shelf.first).add(DAYS[1])
    [broken] = trends(other, "--set", "Tuesdays")["breaks"]
    assert (broken["what"], broken["before"]) == ("classifier", "rules.v0")
    assert broken["try_next"] is None  # there is nothing here to code anew


def changed_counts(library: Path, **more: Any) -> None:
    path = library / "sets" / "tuesdays.json"
    raw = json.loads(path.read_bytes())
    for meeting in raw["data"]["meetings"]:
        meeting["counts"] |= more
        meeting["counts"] = {k: v for k, v in meeting["counts"].items() if v is not None}
    path.write_text(json.dumps(raw), encoding="utf-8")


def test_counts_of_nobody_knows_whom_are_joined_with_no_others(
    shelf: Shelf, tmp_path: Path
) -> None:
    for day in DAYS:
        add(shelf, day)
    other = hand_over(shelf, tmp_path)
    changed_counts(other, coder=None, provenance=None, acts=None)  # as older versions wrote them
    [broken] = trends(other, "--set", "Tuesdays")["breaks"]
    assert broken["what"] == "classifier"


@pytest.mark.parametrize(
    "wrong",
    [
        {"questions": {}},
        {"participants": 3},
        {"participants": [{"name": 3}]},
        {"session": {}},
        {"provenance": {"classifier": 3}},
        {"provenance": 3},
        {"timing": {"silence_s": 1e308}},
        {"phases": [{"name": "x", "round": None, "planned_s": "<b>", "actual_s": 1}]},
        {"balance": {"scope": {"roles": ["member"]}}},
    ],
)
def test_counts_that_cannot_be_read_are_named(
    wrong: dict[str, Any], shelf: Shelf, tmp_path: Path
) -> None:
    add(shelf, DAYS[0])
    other = hand_over(shelf, tmp_path)
    changed_counts(other, **wrong)
    outcome = alsvoice("--library", other, "trends", "--set", "Tuesdays").good()
    assert "0 sessions" in outcome.out
    assert "Left out: The counts of session 2026-03-02_0930_abcd" in outcome.err


def test_a_session_of_which_only_time_was_kept_is_left_out_by_that(shelf: Shelf) -> None:
    def timed(manifest: Any) -> Any:
        return replace(manifest, audio=None, timed_ms=60_000, stages={})

    shelf.add(DAYS[0], change=timed)
    outcome = shelf.run("trends", "--set", "Tuesdays").good()
    assert "Left out: Of session 2026-03-02_0930_abcd only time was kept" in outcome.err
    assert "Left out" not in shelf.run("actions", "list", "--set", "Tuesdays").good().err


def test_actions_that_came_along_are_followed_up(shelf: Shelf, tmp_path: Path) -> None:
    scene = add(shelf, DAYS[0])
    mine = shelf.run("actions", "list", "--set", "Tuesdays", "--json").good().json()["actions"]
    assert mine
    other = hand_over(shelf, tmp_path)
    listing = ("--library", other, "actions", "list")
    theirs = alsvoice(*listing, "--set", "tuesdays", "--json").good().json()["actions"]
    for key in ("session", "number", "utterance", "text", "owner", "person", "due", "state"):
        assert [row[key] for row in theirs] == [row[key] for row in mine]
    assert alsvoice(*listing, "--session", "2026-03").good().out.count(scene.session) == len(mine)
    number = str(mine[0]["number"])
    state = ("--library", other, "actions")
    alsvoice(*state, "carry", scene.session, number, "--due", "2026-01-05").good()
    first = alsvoice(*listing, "--json").good().json()["actions"][0]
    assert (first["state"], first["carried_to"], first["overdue"]) == (
        "carried", "2026-01-05", True,
    )  # fmt: skip
    again = alsvoice(*state, "carry", "2026-03", number, "--due", "2026-01-05", "--json").good()
    assert not again.json()["changed"]
    alsvoice(*state, "done", scene.session, mine[0]["utterance"]).good()
    assert len(alsvoice(*listing, "--json").json()["actions"]) == len(mine) - 1
    [kept] = [a for a in sets.find(Library(other), "Tuesdays").actions if not a.is_open]
    assert (kept.state, kept.until) == (ActionState.DONE, None)
    alsvoice(*state, "reopen", scene.session, number).good()
    assert len(alsvoice(*listing, "--json").json()["actions"]) == len(mine)
    assert "No action begins" in refused(*state, "done", scene.session, "99")
    assert "no session '2027'" in refused(*state, "done", "2027", "1")
    assert "no session '2027'" in refused(*listing, "--session", "2027")


def test_a_deleted_session_counts_for_nobodys_turn(shelf: Shelf) -> None:
    scene = add(shelf, DAYS[0])
    library = Library(shelf.library)
    assert sets.find(library, "Tuesdays").meetings and sets.find(library, "Tuesdays").actions
    said = shelf.run("sessions", "delete", scene.session, "--yes").good().out
    left = sets.find(library, "Tuesdays")
    assert (left.meetings, left.actions, "in its set" in said) == ((), (), False)


def test_words_of_a_session_here_are_not_kept_twice_nor_come_back(
    shelf: Shelf, tmp_path: Path
) -> None:
    scene = add(shelf, DAYS[0])
    file = tmp_path / "words.json"
    shelf.run("sets", "export", "Tuesdays", "-o", file, "--with-words").good()
    beside = shelf.library / "sets" / "tuesdays.handed-over"
    given = set_file.parse_hand_over(file.read_bytes(), where="it")
    assert given.words[scene.session]
    shelf.run("sets", "import", file).good()
    assert not beside.exists()
    handed_over.keep(Library(shelf.library), "Tuesdays", given)
    shelf.run("sessions", "delete", scene.session, "--yes").good()
    assert not beside.exists()
    assert "words" not in shelf.run("sets", "import", file).good().err
    assert not beside.exists()


def test_a_set_is_not_renamed_by_halves(shelf: Shelf) -> None:
    scenes, library = [add(shelf, day) for day in DAYS], Library(shelf.library)
    rename = ("sets", "edit", "Tuesdays", "--rename", "Fridays")
    with scene_folder(scenes[1]).held("process"):
        refused("--library", shelf.library, *rename)
    assert [each.name for each in sets.all_sets(library)] == ["Tuesdays"]
    assert {folder.manifest().set for folder in library} == {"Tuesdays"}
    shelf.run(*rename).good()
    assert {folder.manifest().set for folder in library} == {"Fridays"}


def test_a_deleted_session_may_count_on(shelf: Shelf) -> None:
    scene = add(shelf, DAYS[0])
    before = sets.find(Library(shelf.library), "Tuesdays")
    said = shelf.run("sessions", "delete", scene.session, "--yes", "--keep-meeting").good().out
    left = sets.find(Library(shelf.library), "Tuesdays")
    assert (left.meetings, left.actions) == (before.meetings, ())
    assert "in its set" in said


def test_what_was_dropped_stays_so_until_it_counts_again(shelf: Shelf) -> None:
    scene, library = add(shelf, DAYS[0]), Library(shelf.library)
    edit = ("sets", "edit", "Tuesdays")
    before = sets.find(library, "Tuesdays")
    shelf.run(*edit, "--drop-meeting", scene.session).good()
    sets.take_over(library, scene_folder(scene))
    assert sets.find(library, "Tuesdays").meetings == ()
    shelf.run(*edit, "--count-meeting", scene.session).good()
    assert sets.find(library, "Tuesdays") == before


def test_who_withdraws_leaves_no_words_that_came_along(shelf: Shelf) -> None:
    scene, library = add(shelf, DAYS[0]), Library(shelf.library)
    rows = tuple(
        Said(participant=who, start_s=0, end_s=1, text=f"said by {who}", label="statement")
        for who in ("Helen", "DAVID")
    )
    given = HandOver(set=sets.find(library, "Tuesdays"), words={"2026-01-01_0930_abcd": rows})
    handed_over.keep(library, "Tuesdays", given)
    shelf.run("withdraw", scene.session, "David", "--yes").good()
    left = (shelf.library / "sets" / "tuesdays.handed-over").read_bytes()
    assert b"said by Helen" in left and b"said by DAVID" not in left
    assert set_file.parse_hand_over(left, where="it").words
    shelf.run("withdraw", scene.session, "Helen", "--yes").good()
    assert not (shelf.library / "sets" / "tuesdays.handed-over").exists()
