"""Cuts, joins, notes, marks, borders, undo and redo from the command line; and removal."""

import itertools
import json
from pathlib import Path
from typing import Any

import pytest

from cli_runner import refused
from planted import LEAVER
from scripted_demo import Scene


@pytest.fixture
def scene(quiet: Scene, tmp_path: Path) -> Scene:
    return quiet.copy(tmp_path / "own")


def said(scene: Scene) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = scene.report()["utterances"]
    return found


def longest(scene: Scene, name: str | None = None) -> dict[str, Any]:
    rows = [u for u in said(scene) if name in {None, u["participant"]}]
    return max(rows, key=lambda u: len(u["text"].split()))


def test_cut_and_join(scene: Scene) -> None:
    one = longest(scene)
    before = said(scene)
    scene.run("correct", one["id"], "--cut", "3").good()
    now = said(scene)
    at = next(n for n, u in enumerate(now) if u["id"] not in {x["id"] for x in before})
    assert now[at]["text"] == " ".join(one["text"].split()[:3])
    assert now[at + 1]["text"] == " ".join(one["text"].split()[3:])
    assert now[at]["end_s"] <= now[at + 1]["start_s"]
    scene.run("correct", now[at]["id"], "--join").good()
    assert [u["text"] for u in said(scene)] == [u["text"] for u in before]
    scene.run("edits", "--undo", "last").good()
    assert len(said(scene)) == len(before) + 1
    scene.run("edits", "--undo", "last").good()
    assert said(scene) == before
    scene.run("edits", "--redo").good()
    scene.run("edits", "--redo").good()
    assert [u["text"] for u in said(scene)] == [u["text"] for u in before]
    assert "nothing to bring back" in refused(
        "--library", scene.library, "edits", scene.session, "--redo", status=2
    )


def test_parts_are_coded_by_what_is_in_them(scene: Scene) -> None:
    one = longest(scene)
    text = "That sounds very hard for you. What did you do then?"
    scene.run("correct", one["id"], "--text", text).good()
    scene.run("correct", one["id"], "--cut", "6").good()
    rows = {u["text"]: u["label"] for u in said(scene)}
    assert rows["That sounds very hard for you."] == "other"
    assert rows["What did you do then?"] == "open_question"


def test_a_rerun_keeps_cuts_and_what_was_done_to_the_parts(scene: Scene) -> None:
    one = longest(scene)
    scene.run("correct", one["id"], "--cut", "4").good()
    part = next(u for u in said(scene) if u["text"] == " ".join(one["text"].split()[:4]))
    scene.run("correct", part["id"], "--label", "advice", "--speaker", "Marcus").good()
    before = said(scene)
    scene.process("--from", "diarize")
    assert said(scene) == before


def test_notes_and_marks_stand_in_the_report(scene: Scene) -> None:
    asked = next(u for u in said(scene) if u["label"] == "open_question")
    scene.run(
        "correct", asked["id"], "--note", "This opened something.", "--helpful", "--who", "David"
    ).good()
    report = scene.report()
    [note] = report["notes"]
    assert (note["text"], note["who"]) == ("This opened something.", "David")
    assert note["utterance"] == asked["id"]
    assert report["questions"]["helpful"] == 1
    helped = {p["id"]: p["helpful"] for p in report["participants"]}
    assert helped[asked["person"]] == 1 and sum(helped.values()) == 1
    scene.run("report").good()
    page = (scene.folder / "report" / "report.html").read_text("utf-8")
    assert "What the set marked" in page and "This opened something." in page
    for_set = scene.run("report", "--for", "set", "--format", "json").good().json()
    assert for_set["notes"][0]["who"] is None
    scene.run("correct", asked["id"], "--not-helpful").good()
    assert scene.report()["questions"]["helpful"] == 0
    rows = scene.run("edits", "--json").good().json()["edits"]
    assert [r["op"] for r in rows][-3:] == ["note", "helpful", "helpful"]


def test_borders(scene: Scene) -> None:
    phases = scene.run("phases", "--json").good().json()["phases"]
    middle = phases[1]["start_s"] + 1
    scene.run("phases", "--move", f"2={middle}").good()
    now = scene.run("phases", "--json").good().json()["phases"]
    assert now[1]["start_s"] == now[0]["end_s"] == middle
    assert "no phase is moved over another" in refused(
        "--library", scene.library, "phases", scene.session, "--move", "2=99:00", status=2
    )
    for wrong in ("2", "x=1", "2=soon"):
        refused("--library", scene.library, "phases", scene.session, "--move", wrong, status=2)
    refused("--library", scene.library, "phases", scene.session, "--move", "99=1")


@pytest.mark.parametrize(
    ("more", "words"),
    [
        (("--cut", "0"), "is cut after 1"), (("--cut", "999"), "is cut after 1"),
        (("--cut", "1", "--join"), "make new utterances"), (("--note", " "), "1 to 1000"),
        (("--label", "advice", "--cut", "1"), "make new utterances"),
    ],
)  # fmt: skip
def test_what_cannot_be_is_told(scene: Scene, more: tuple[str, ...], words: str) -> None:
    one = longest(scene)
    said_ = refused(
        "--library", scene.library, "correct", scene.session, one["id"], *more, status=2
    )
    assert words in said_
    assert not any(
        json.loads(line)["op"] in {"cut", "join", "note"}
        for line in (scene.folder / "edits.jsonl").read_text().splitlines()
    )


def test_a_join_over_somebody_else_is_refused(scene: Scene) -> None:
    rows = said(scene)
    at = next(
        n
        for n, (a, b) in enumerate(itertools.pairwise(rows))
        if a["person"] != b["person"] and "backchannel" not in b["flags"]
    )
    assert "Somebody else speaks next" in refused(
        "--library", scene.library, "correct", scene.session, rows[at]["id"], "--join", status=2
    )


def test_whoever_withdraws_takes_their_half_of_a_cut_utterance(scene: Scene) -> None:
    """A cut part given to the one who leaves goes in every file; the other part stays."""
    other = longest(scene, "Marcus")
    words = other["text"].split()
    scene.run("correct", other["id"], "--cut", "4").good()
    left, right = (
        next(u for u in said(scene) if u["text"] == " ".join(part))
        for part in (words[:4], words[4:])
    )
    scene.run("correct", right["id"], "--speaker", LEAVER).good()
    scene.run("correct", left["id"], "--note", f"{LEAVER} was kind", "--who", "Helen").good()
    scene.run("withdraw", LEAVER, "--yes").good()
    texts = [u["text"] for u in said(scene)]
    assert left["text"] in texts and right["text"] not in texts
    gone = [w for w in words[4:] if len(w) > 6 and w not in " ".join(texts)]
    held = b"".join(p.read_bytes() for p in scene.folder.glob("*.json*"))
    assert gone and not any(json.dumps(w).strip('"').encode() in held for w in gone)
    assert LEAVER.encode() not in held
    assert [n["text"] for n in scene.report()["notes"]] == ["… was kind"]
    scene.process()
    assert right["text"] not in [u["text"] for u in said(scene)]


def test_a_redaction_in_one_part_leaves_the_other_as_it_was_corrected(scene: Scene) -> None:
    one = longest(scene, "Marcus")
    words = one["text"].split()
    scene.run("correct", one["id"], "--cut", "4").good()
    left, right = (
        next(u for u in said(scene) if u["text"] == " ".join(part))
        for part in (words[:4], words[4:])
    )
    scene.run("correct", left["id"], "--label", "advice").good()
    scene.run("correct", right["id"], "--note", "told in confidence").good()
    scene.run(
        "redact", "--from", str(right["start_s"]), "--to", str(right["end_s"]), "--yes"
    ).good()
    rows = {u["text"]: u for u in said(scene)}
    assert rows[left["text"]]["label"] == "advice" and rows[left["text"]]["source"] == "person"
    assert right["text"] not in rows and scene.report()["notes"] == []


def test_what_people_judged_is_exported_without_names(scene: Scene) -> None:
    named = next(u for u in said(scene) if LEAVER.split()[0] not in u["text"])
    scene.run("correct", named["id"], "--text", f"What did Helen and {LEAVER} say?").good()
    scene.run("correct", named["id"], "--label", "open_question", "--who", "Helen").good()
    out = scene.run("export", "--format", "labels").good().out
    rows = [json.loads(line) for line in out.splitlines()]
    [row] = [each for each in rows if each["text"].startswith("What did")]
    assert row["label"] == "open_question" and row["machine"] in {"open_question", "other"}
    assert row["text"] == "What did [name] and [name] say?"
    for name in ("Helen", *LEAVER.split(), "Marcus", "Joanne", "David"):
        assert name not in out


def test_agreement_over_sessions_is_in_the_report(scene: Scene) -> None:
    assert scene.report()["agreement"] is None
    rows = said(scene)
    unsure = [u for u in rows if u["unsure"]]
    for u in unsure[:2]:
        scene.run("correct", u["id"], "--label", u["label"]).good()
    scene.run("correct", unsure[2]["id"], "--label", "advice").good()
    found = scene.report()["agreement"]
    overall, *_ = found["labels"]
    expected = 3 if unsure[2]["label"] == "advice" else 2
    assert (found["sessions"], overall["judged"], overall["agreed"]) == (1, 3, expected)
    assert overall["share"] is None, "nothing sure was checked yet"
    for u in sorted((u for u in rows if not u["unsure"]), key=lambda u: u["id"])[:3]:
        scene.run("correct", u["id"], "--label", u["label"]).good()
    overall = scene.report()["agreement"]["labels"][0]
    low, high = overall["interval"]
    assert overall["judged"] == 6 and low <= overall["share"] <= high
