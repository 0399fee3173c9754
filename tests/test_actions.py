"""Following up: what becomes of an action is kept with its words' place, and holds no word."""

import json
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alsvoice.formats import edit_lines
from alsvoice.pipeline.actions import action_rows, in_order
from alsvoice.session import ActionState, FollowUp
from alsvoice.store import SessionFolder
from cli_runner import refused
from meetings_scene import Shelf, called
from scripted_demo import Scene, processed, voice_of
from test_edits import SAID, TWO, edit, see, u

TODAY = date(2026, 11, 27)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Scene:
    return processed(tmp_path_factory.mktemp("made"))


@pytest.fixture
def scene(made: Scene, tmp_path: Path) -> Scene:
    return made.copy(tmp_path)


@pytest.fixture
def shelf(made: Scene, tmp_path: Path) -> Shelf:
    return Shelf(library=tmp_path / "shelf", first=made)


def listed(shelf: Shelf | Scene, *arguments: str) -> list[dict[str, Any]]:
    run = shelf.run if isinstance(shelf, Shelf) else Shelf(library=shelf.library, first=shelf).run
    found: list[dict[str, Any]] = (
        run("actions", "list", *arguments, "--json").good().json()["actions"]
    )
    return found


def tell(scene: Scene, what: str, action: str, *arguments: str) -> dict[str, Any]:
    shelf = Shelf(library=scene.library, first=scene)
    done = shelf.run("actions", what, scene.session, action, *arguments, "--json")
    found: dict[str, Any] = done.good().json()
    return found


def states(scene: Scene) -> list[str]:
    return [row["state"] for row in scene.report()["actions"]]


# The value.


@given(st.sampled_from(ActionState), st.none() | st.dates())
def test_a_follow_up_is_what_its_text_says(state: ActionState, day: date | None) -> None:
    until = day if state is ActionState.CARRIED else None
    told = FollowUp(utterance="u1", state=state, until=until)
    assert FollowUp.of("u1", told.text) == told


@pytest.mark.parametrize(
    "text", ["", "finished", "done:2026-12-01", "carried:", "carried:soon", "carried:2026-13-01"]
)
def test_other_words_are_no_state(text: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        FollowUp.of("u1", text)
    with pytest.raises(ValueError, match=r"."):
        edit("action", "u1", text)


# Applied like every correction.


def test_the_last_word_counts_and_can_be_taken_back() -> None:
    first, second = edit("action", "u1", "done", id="a"), edit("action", "u1", "carried", id="b")
    seen = see(TWO, SAID, [first, second])
    assert [f.text for f in seen.conversation.follow_ups] == ["carried"]
    seen = see(TWO, SAID, [first, second, edit("undo", "b")])
    assert [f.text for f in seen.conversation.follow_ups] == ["done"]
    seen = see(TWO, SAID, [first, edit("undo", "a")])
    assert seen.conversation.follow_ups == ()


def test_after_a_new_run_it_is_found_by_its_span_or_listed_as_orphaned() -> None:
    told = edit("action", "u1", "done", at=(5100, 8900))
    moved = (SAID[0], u("new", "SPEAKER_01", 5300, 9000))
    assert [f.utterance for f in see(TWO, moved, [told]).conversation.follow_ups] == ["new"]
    seen = see(TWO, SAID[:1], [told])
    assert (seen.conversation.follow_ups, seen.orphaned) == ((), (told,))


# Which comes first: counted on fingers.


def row(
    number: int, *, due: str | None = None, state: str = "open", to: str | None = None
) -> dict[str, Any]:
    return {
        "utterance": f"u{number}", "text": "t", "owner": "Ben", "person": "P1", "due": due,
        "due_phrase": None, "state": state, "carried_to": to,
    }  # fmt: skip


def test_overdue_ones_come_first_longest_before() -> None:
    rows = [
        row(1),
        row(2, due="2026-11-27"),  # today is not too late
        row(3, due="2026-11-26"),
        row(4, due="2026-11-01", state="done"),
        row(5, due="2026-11-01", state="carried"),  # waits for the next meeting
        row(6, due="2026-12-24", state="carried", to="2026-11-20"),
        row(7, due="2026-11-01", state="carried", to="2026-12-01"),
    ]
    session = {"id": "s", "title": None, "started": "2026-10-01", "set": None}
    ordered = in_order(action_rows({"session": session, "actions": rows}, TODAY))
    assert [each["number"] for each in ordered] == [6, 3, 1, 2, 4, 5, 7]
    assert [each["number"] for each in ordered if each["overdue"]] == [6, 3]


# Through the command line.


def test_an_action_goes_through_its_life(scene: Scene) -> None:
    actions = scene.report()["actions"]
    assert [a["state"] for a in actions] == ["open"] * 4
    before = scene.manifest()["stages"]
    assert tell(scene, "done", "1")["action"]["state"] == "done"
    assert tell(scene, "done", "1")["changed"] is False
    second = actions[1]["utterance"]
    answer = tell(scene, "carry", second[:6], "--due", "2026-12-24")
    assert (answer["action"]["utterance"], answer["action"]["carried_to"]) == (
        second,
        "2026-12-24",
    )
    tell(scene, "carry", actions[2]["utterance"])
    assert states(scene) == ["done", "carried", "carried", "open"]
    assert scene.report()["actions"][1]["carried_to"] == "2026-12-24"
    assert [r["number"] for r in listed(scene)] == [2, 3, 4]
    assert [r["number"] for r in listed(scene, "--all")] == [1, 2, 3, 4]
    assert [r["number"] for r in listed(scene, "--session", scene.session)] == [2, 3, 4]
    page = scene.run("report", "--format", "md").good().out
    for told in ("; done", "; carried to 24 December 2026", "; carried to the next meeting"):
        assert page.count(told) == 1
    tell(scene, "reopen", "1")
    scene.run("edits", "--undo", "2").good()
    assert states(scene) == ["open", "open", "carried", "open"]
    assert scene.manifest()["stages"] == before
    assert scene.process()["computed"] == []


def test_a_new_word_counts_though_a_run_moved_the_old_one_to_its_date(scene: Scene) -> None:
    """An action may be two utterances; after a new run an old word may hold on to the second."""
    session = SessionFolder(scene.folder)
    second = scene.report()["actions"][1]["utterance"]
    said = [u["id"] for u in scene.report()["utterances"]]
    told = edit("action", said[said.index(second) + 1], "done")
    session.append_edits((told,))
    assert states(scene) == ["open", "done", "open", "open"]
    assert tell(scene, "reopen", "2")["changed"] is True
    assert states(scene) == ["open"] * 4
    scene.run("edits", "--undo", "2").good()
    assert states(scene) == ["open", "done", "open", "open"]


def test_no_word_is_stored(scene: Scene) -> None:
    tell(scene, "done", "1")
    [line] = (scene.folder / "edits.jsonl").read_bytes().splitlines()
    [told] = edit_lines.parse(line)[0]
    action = scene.report()["actions"][0]
    assert (told.op, told.target, told.before, told.after) == (
        "action", action["utterance"], "open", "done",
    )  # fmt: skip
    assert set(json.loads(line)) == {
        "id", "time", "op", "target", "spans", "before", "after", "who", "together",
    }  # fmt: skip


def test_what_is_no_action_is_refused(scene: Scene) -> None:
    question = next(u for u in scene.report()["utterances"] if u["label"] == "open_question")
    library = ("--library", scene.library, "actions")
    for action in ("0", "5", "zz", question["id"], "\u202eevil"):
        assert "No action begins" in refused(*library, "done", scene.session, action)
    assert "Several" in refused(*library, "done", scene.session, "u")
    for day in ("soon", "2026-02-30", ""):
        said = refused(*library, "carry", scene.session, "1", "--due", day, status=2)
        assert "is no date" in said
    both = ("--set", "Tuesdays", "--session", scene.session)
    assert "together" in refused(*library, "list", *both, status=2)
    assert "'Fridays'" in refused(*library, "list", "--set", "Fridays")
    assert not (scene.folder / "edits.jsonl").exists()


def test_meetings_come_in_order_and_sets_apart(shelf: Shelf) -> None:
    shelf.add("2026-05-04")
    shelf.add("2026-03-02")
    shelf.add("2026-04-01", of_set="Fridays")
    rows = listed(shelf, "--set", "TUESDAYS ")
    later = [r for r in rows if not r["overdue"]]
    assert [r["session"][:10] for r in later] == sorted(r["session"][:10] for r in later)
    assert {r["session"][:7] for r in rows} == {"2026-03", "2026-05"}
    late = [r["due"] for r in rows if r["overdue"]]
    assert late and late == sorted(late) and rows[: len(late)] == [r for r in rows if r["overdue"]]
    assert len(listed(shelf)) == 12
    text = shelf.run("actions", "list").good().out
    assert "OVERDUE, due 2026-03-" in text.splitlines()[0]


def test_a_session_that_cannot_be_read_is_named_and_left_out(shelf: Shelf) -> None:
    shelf.add("2026-05-04")
    broken = shelf.add("2026-03-02")
    (broken.folder / "labels.json").write_text("{")
    done = shelf.run("actions", "list", "--json").good()
    assert {r["session"][:7] for r in done.json()["actions"]} == {"2026-05"}
    assert [s["session"] for s in done.json()["skipped"]] == [broken.session]
    assert "Left out: " in done.err and broken.session in done.err


def test_nothing_to_do(shelf: Shelf) -> None:
    assert shelf.run("actions", "list").good().everything.startswith("Nobody was heard")
    scene = shelf.add("2026-05-04")
    for number in "1234":
        tell(scene, "done", number)
    assert shelf.run("actions", "list").good().everything == "No action is open.\n"


HOSTILE = ("<img src=x onerror=alert(1)>", "=cmd|' /C calc'!A0", "\u202eevil\x1b[31m")


@pytest.mark.parametrize("name", HOSTILE)
def test_names_stay_text(shelf: Shelf, name: str) -> None:
    scene = shelf.add("2026-05-04", change=called("David", name))
    shown = shelf.run("actions", "list", "--set", "Tuesdays").good().out
    assert not any(ord(c) < 32 and c != "\n" for c in shown) and "\u202e" not in shown
    assert len(shown.splitlines()) == 4
    assert listed(shelf)[0]["owner"] == name
    tell(scene, "done", "1")


# What is taken out takes its follow-ups along.


def follow_ups(scene: Scene) -> list[str]:
    return [e.target for e in SessionFolder(scene.folder).edits()[0] if e.op == "action"]


def test_a_passage_takes_the_state_of_its_actions(scene: Scene) -> None:
    rows = {u["id"]: u for u in scene.report()["utterances"]}
    first, second = (a["utterance"] for a in scene.report()["actions"][:2])
    tell(scene, "done", first)
    tell(scene, "done", second)
    span = [str(rows[first][key]) for key in ("start_s", "end_s")]
    scene.run("redact", "--from", span[0], "--to", span[1], "--yes").good()
    assert follow_ups(scene) == [second]
    assert [a["state"] for a in scene.report()["actions"]] == ["done", "open", "open"]


def test_who_withdraws_takes_the_state_of_their_actions(scene: Scene) -> None:
    scene.run("speakers", *(f"{voice}={name}" for name, voice in voice_of().items())).good()
    actions = scene.report()["actions"]
    for action in actions:
        tell(scene, "done", action["utterance"])
    leaver = next(a["owner"] for a in actions if a["owner"] != "David")
    others = {a["utterance"] for a in actions if a["owner"] != leaver}
    scene.run("withdraw", leaver, "--yes").good()
    assert set(follow_ups(scene)) == others
    assert {a["state"] for a in scene.report()["actions"]} == {"done"}


def test_a_copied_folder_goes_by_its_own_name(shelf: Shelf) -> None:
    scene = shelf.add("2026-05-04", change=lambda m: replace(m, id="other"))
    assert {r["session"] for r in listed(shelf)} == {scene.session}
