"""Sets: whose turn it is, what was committed to, and the hand-over to another laptop."""

import json
import os
from dataclasses import replace
from pathlib import Path

import pytest

from alsvoice.errors import FormatError
from alsvoice.formats import set_file
from alsvoice.session import ActionState, Participant, Role
from alsvoice.sets import LearningSet, Meeting, SetAction
from cli_runner import alsvoice, refused
from scripted_demo import processed

PEOPLE = tuple(Participant(id=f"P{n}", name=name) for n, name in enumerate("Ann Ben Cat".split()))


def meeting(number: int, facilitator: str, *presenters: str) -> Meeting:
    return Meeting(
        session=f"s{number}", started=f"2026-0{number}-01T10:00:00+00:00",
        facilitators=(facilitator,), presenters=presenters,
    )  # fmt: skip


def test_who_did_it_longest_ago_is_next() -> None:
    fresh = LearningSet(name="Tuesday", participants=PEOPLE)
    assert (fresh.next_facilitator(), fresh.next_presenters(2)) == ("Ann", ("Ben", "Cat"))
    later = fresh.with_meeting(meeting(3, "Ben", "Cat")).with_meeting(meeting(1, "Ann", "Ben"))
    assert later.next_facilitator() == "Cat"
    assert later.next_presenters() == ("Ann",)
    again = later.with_meeting(meeting(5, "Cat", "Ann"))
    assert again.next_facilitator() == "Ann"
    assert again.next_presenters() == ("Ben",)
    roles = {p.name: p.role for p in again.today()}
    assert roles == {"Ann": Role.FACILITATOR, "Ben": Role.PRESENTER, "Cat": Role.MEMBER}


def test_a_usual_facilitator_always_does_and_an_observer_never() -> None:
    usual = (replace(PEOPLE[0], role=Role.OBSERVER), replace(PEOPLE[1], role=Role.FACILITATOR))
    found = LearningSet(name="x", participants=(*usual, PEOPLE[2]))
    assert found.with_meeting(meeting(1, "Ben", "Cat")).next_facilitator() == "Ben"
    assert found.next_presenters(3) == ("Cat",)
    assert [p.role for p in found.today()] == [Role.OBSERVER, Role.FACILITATOR, Role.PRESENTER]


def test_what_a_person_said_of_an_action_stays() -> None:
    found = SetAction(id="a1", text="ring Sam", session="s1", utterance="u1")
    own = SetAction(id="a2", text="write it up", session="s1")
    known = LearningSet(name="x", actions=(own,)).with_actions("s1", [found])
    done = replace(found, state=ActionState.DONE)
    known = replace(known, actions=(own, done)).with_actions("s1", [found])
    assert {a.id: a.state for a in known.actions} == {"a1": "done", "a2": "open"}
    assert known.with_actions("s1", []).actions == (own,)
    assert [a.id for a in known.open_actions] == ["a2"]


def test_a_hand_over_joins_what_both_know() -> None:
    here = LearningSet(
        name="x", meetings=(meeting(1, "Ann"),),
        actions=(SetAction(id="a", text="t", state=ActionState.DONE), SetAction(id="b", text="u")),
    )  # fmt: skip
    there = LearningSet(
        name="x", participants=PEOPLE, meetings=(meeting(2, "Ben"),),
        changed="2026-02-02T10:00:00+00:00",
        actions=(SetAction(id="a", text="t"), SetAction(id="c", text="v")),
    )  # fmt: skip
    joined = here.merged(there)
    assert [m.session for m in joined.meetings] == ["s1", "s2"]
    assert {a.id: a.state for a in joined.actions} == {"a": "done", "b": "open", "c": "open"}
    assert joined.participants == PEOPLE


def test_a_set_reads_as_it_was_written_and_a_damaged_one_is_told() -> None:
    value = LearningSet(name="Tuesday", participants=PEOPLE, meetings=(meeting(1, "Ann", "Ben"),))
    assert set_file.parse(set_file.serialize(value), where="it") == value
    with pytest.raises(FormatError):
        set_file.parse(b"{", where="it")


NEW = ("sets", "new", "Tuesday set", "--participants", "Ann,Ben,Cat", "--template", "classic",
       "--school", "wial", "--consent", "written")  # fmt: skip


def test_a_set_is_made_shown_and_changed() -> None:
    made = alsvoice(*NEW, "--json").good().json()
    assert (made["name"], made["school"], made["consent"]) == ("Tuesday set", "wial", "written")
    assert (made["next_facilitator"], made["next_presenters"]) == ("Ann", ["Ben"])
    assert "already" in refused(*NEW, status=2)
    assert "already" in refused("sets", "new", "TUESDAY-set", status=2)
    changed = alsvoice("sets", "edit", "tuesday set", "--school", "critical", "--json").json()
    assert (changed["school"], changed["template"]) == ("critical", "classic")
    alsvoice("sets", "edit", "Tuesday set", "--rename", "Friday").good()
    assert [s["name"] for s in alsvoice("sets", "list", "--json").json()["sets"]] == ["Friday"]
    assert "To facilitate next: Ann." in alsvoice("sets", "show", "Friday").good().out
    assert "no set 'Monday'" in refused("sets", "show", "Monday")
    assert "no school" in refused("sets", "edit", "Friday", "--school", "x", status=2)
    mode = (Path(os.environ["ALSVOICE_LIBRARY"]) / "sets" / "friday.json").stat().st_mode & 0o777
    assert mode == 0o600 or os.name == "nt"


def test_a_session_of_the_set_takes_over_and_gives_back(noisy_session: str) -> None:
    shown = alsvoice("sessions", "show", noisy_session, "--json").good().json()
    assert {p["name"]: p["role"] for p in shown["participants"]}["Helen"] == "facilitator"
    found = alsvoice("sets", "show", "The huddle", "--json").good().json()
    assert [m["session"] for m in found["meetings"]] == [noisy_session]
    assert found["meetings"][0]["facilitators"] == ["Helen"]
    assert found["next_facilitator"] == "David"
    actions = alsvoice("report", noisy_session, "--json").good().json()["actions"]
    assert [a["text"] for a in found["open_actions"]] == [a["text"] for a in actions]


def test_the_next_meeting_begins_with_what_is_open(noisy_session: str, tmp_path: Path) -> None:
    actions = alsvoice("report", noisy_session, "--json").good().json()["actions"]
    begun = alsvoice("record", "--set", "the huddle", "--consent", "none", "--for", "1s").good()
    assert "The huddle: facilitating David; presenting Helen." in begun.err
    for action in actions:
        assert f"Open: {action['owner'] or 'somebody'}: {action['text']}" in begun.err


def test_what_is_taken_out_of_a_session_is_not_kept_by_its_set(noisy_session: str) -> None:
    report = alsvoice("report", noisy_session, "--json").good().json()
    action = report["actions"][0]
    [said] = [u for u in report["utterances"] if u["id"] == action["utterance"]]
    alsvoice(
        "redact", noisy_session, "--from", f"{said['start_s']:.3f}", "--to", f"{said['end_s']:.3f}",
        "--yes",
    ).good()  # fmt: skip
    left = alsvoice("sets", "show", "The huddle", "--json").good().json()["actions"]
    assert action["text"] not in [each["text"] for each in left]
    alsvoice("sessions", "delete", noisy_session, "--yes").good()
    assert alsvoice("sets", "show", "The huddle", "--json").good().json()["actions"] == []


@pytest.fixture
def noisy_session(tmp_path: Path) -> str:
    """Give the demo session, imported as a meeting of a set and processed with planted words."""
    alsvoice(
        "sets", "new", "The huddle", "--participants", "Helen,David,Marcus,Joanne,Anjali",
        "--template", "classic", "--consent", "verbal",
    ).good()  # fmt: skip
    return processed(tmp_path, "--set", "The huddle").session


def test_the_hand_over_holds_no_word_unless_asked(noisy_session: str, tmp_path: Path) -> None:
    alsvoice("sets", "export", "The huddle", "-o", tmp_path / "plain.json").good()
    alsvoice("sets", "export", "The huddle", "-o", tmp_path / "words.json", "--with-words").good()
    report = alsvoice("report", noisy_session, "--json").good().json()
    committed = " ".join(action["text"] for action in report["actions"])
    sentences = [u["text"] for u in report["utterances"] if u["text"] not in committed]
    plain = json.loads((tmp_path / "plain.json").read_text(encoding="utf-8"))
    text = json.dumps(plain, ensure_ascii=False)
    assert not [s for s in sentences if len(s.split()) > 5 and s in text]
    [met] = plain["data"]["set"]["meetings"]
    assert met["counts"]["balance"]["open"] == report["balance"]["open"]
    assert met["counts"]["questions"] == report["questions"]
    with_words = json.loads((tmp_path / "words.json").read_text(encoding="utf-8"))
    assert len(with_words["data"]["words"][noisy_session]) == len(report["utterances"])


def test_another_laptop_takes_it_in(
    noisy_session: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    alsvoice("templates", "new", "ours").good()
    alsvoice("sets", "edit", "The huddle", "--template", "ours").good()
    alsvoice("sets", "export", "The huddle", "-o", tmp_path / "set.json").good()
    here = alsvoice("sets", "show", "The huddle", "--json").good().json()
    monkeypatch.setenv("ALSVOICE_LIBRARY", str(tmp_path / "other"))
    alsvoice("sets", "import", tmp_path / "set.json").good()
    there = alsvoice("sets", "show", "The huddle", "--json").good().json()
    assert there["participants"] == here["participants"]
    assert there["open_actions"] == here["open_actions"]
    assert there["next_facilitator"] == here["next_facilitator"]
    assert there["meetings"][0]["counts"]
    assert "ours" in alsvoice("templates", "list").good().out
    alsvoice("sets", "import", tmp_path / "set.json").good()  # twice is once
    assert alsvoice("sets", "show", "The huddle", "--json").json() == there


@pytest.mark.parametrize("content", [b"", b"{}", b'{"schema":1,"kind":"set","data":{}}', b"\xff"])
def test_what_is_no_hand_over_is_told(content: bytes, tmp_path: Path) -> None:
    (tmp_path / "x.json").write_bytes(content)
    refused("sets", "import", tmp_path / "x.json")
    refused("sets", "import", tmp_path / "nothing.json")


def test_a_set_that_is_not_kept_is_only_a_name() -> None:
    refused("sets", "show", "Nobody's")
    outcome = alsvoice("record", "--set", "Nobody's", "--consent", "none", "--for", "1s").good()
    assert "sets new" in outcome.err
