"""A person who withdrew is nowhere any more, and the others' numbers are what they were."""

import json
from pathlib import Path
from typing import Any

import pytest

from cli_runner import alsvoice, check_failure, refused
from planted import (
    LEAVER,
    RATE,
    changed_outside,
    outputs,
    own_temporary,
    samples,
    stamp,
    traces,
)
from scripted_demo import Scene, voice_of
from test_redact import break_at

VOICE = voice_of()["Anjali"]
FIRST = LEAVER.split()[0]


@pytest.fixture
def scene(noisy: Scene, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Scene:
    own_temporary(tmp_path / "temporary", monkeypatch)
    return noisy.copy(tmp_path)


@pytest.fixture
def still(quiet: Scene, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Scene:
    own_temporary(tmp_path / "temporary", monkeypatch)
    return quiet.copy(tmp_path)


def withdraw(scene: Scene, who: str = LEAVER) -> dict[str, Any]:
    found: dict[str, Any] = scene.run("withdraw", who, "--yes", "--json").good().json()
    return found


def others(report: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the others' rows, but for what hangs on questions that went with their asker."""
    hanging = {"questions_answered", "statements_unasked"}
    rows = [p for p in report["participants"] if p["name"] != LEAVER]
    return [{key: value for key, value in row.items() if key not in hanging} for row in rows]


def spans(report: dict[str, Any], name: str | None) -> list[tuple[float, float]]:
    return [(t["start_s"], t["end_s"]) for t in report["turns"] if t["participant"] == name]


def plant_name(scene: Scene) -> tuple[str, str]:
    """Let others name the person, in words heard and in words corrected; return both ids."""
    report = scene.report()
    chosen = [u for u in report["utterances"] if u["participant"] == "David"][:2]
    for name in ("utterances.json", "words.json"):
        value = json.loads((scene.folder / name).read_bytes())
        at = round(chosen[0]["start_s"] * 1000)
        words = value["data"]["words"] if name == "words.json" else [
            w for u in value["data"] if u["id"] == chosen[0]["id"] for w in u["words"]
        ]  # fmt: skip
        next(w for w in words if w["start_ms"] == at)["text"] = f"{FIRST},"
        (scene.folder / name).write_text(json.dumps(value))
    stamp(scene)
    scene.process("--from", "classify")
    scene.run("correct", chosen[1]["id"], "--text", f"I told {FIRST.upper()}’s team.").good()
    return chosen[0]["id"], chosen[1]["id"]


def test_nothing_of_the_person_is_left(scene: Scene, tmp_path: Path) -> None:
    before = scene.report()
    said = {u["id"] for u in before["utterances"] if u["participant"] == LEAVER}
    longest = max(
        (u for u in before["utterances"] if u["id"] in said), key=lambda u: len(u["text"])
    )
    scene.run("correct", longest["id"], "--text", "wombatology it is").good()
    assert traces("wombatology", scene.library)
    named = plant_name(scene)
    sound = {p: samples(scene.folder / p) for p in ("audio/mix.flac", "audio/source-01.wav")}

    answer = withdraw(scene)

    assert answer["voices"] == [VOICE] and answer["utterances"] == len(said)
    assert traces("wombatology", scene.library) == []
    rows = {row["utterance"]: row for row in answer["to_redact"] if row["kind"] == "named"}
    assert set(rows) == set(named)
    assert any(row["kind"] == "overlap" for row in answer["to_redact"])
    for row in rows.values():
        words = row["command"].split()[1:]
        alsvoice("--library", scene.library, *words, "--yes").good()
    written = outputs(scene, tmp_path / "out")
    for part in LEAVER.split():
        assert traces(part, scene.library, written) == []
    assert "One person withdrew; their words are not here." in (
        scene.folder / "report/report.html"
    ).read_text("utf-8")
    silent = [tuple(span) for span in scene.manifest()["withdrawals"][0]["silenced"]]
    extra = [(r["start_ms"] - 50, r["end_ms"] + 50) for r in scene.manifest()["redactions"]]
    mix = samples(scene.folder / "audio/mix.flac")
    assert not changed_outside(sound["audio/mix.flac"], mix, [*silent, *extra], 16000)
    source = samples(scene.folder / "audio/source-01.flac")
    assert not changed_outside(sound["audio/source-01.wav"], source, [*silent, *extra], RATE)
    assert sum(b - a for a, b in silent) > 5_000
    alone = subtracted(spans(before, LEAVER), [
        s for p in others(before) for s in spans(before, p["name"])
    ])  # fmt: skip
    assert all(any(a <= s and e <= b for a, b in silent) for s, e in alone)


def subtracted(
    a: list[tuple[float, float]], b: list[tuple[float, float]]
) -> tuple[tuple[int, int], ...]:
    from alsvoice.intervals import subtract, to_ms

    whole, other = ([(to_ms(s), to_ms(e)) for s, e in each] for each in (a, b))
    return subtract(whole, other)


def test_the_others_are_as_they_were(still: Scene) -> None:
    before = still.report()
    withdraw(still)
    after = still.report()
    assert len(after["participants"]) == 4
    assert others(after) == others(before)
    assert after["timing"] | {"members_evenness": 0} == before["timing"] | {"members_evenness": 0}
    kept = [u for u in before["utterances"] if u["participant"] != LEAVER]
    # Whether a statement answers a question hangs on that question, which may be gone.
    assert [u | {"in_reply": None} for u in after["utterances"]] == [
        u | {"in_reply": None} for u in kept
    ]
    waits = {tuple(a["utterances"]): a["think_time_s"] for a in after["acts"]}
    for act in before["acts"]:
        if act["participant"] != LEAVER:
            assert waits[tuple(act["utterances"])] == act["think_time_s"]
    assert [(i["at_s"], i["interrupted"]) for i in after["interruptions"]] == [
        (i["at_s"], None if i["interrupted"] == LEAVER else i["interrupted"])
        for i in before["interruptions"]
    ]
    assert after["withdrawals"] and not after["redactions"]
    assert still.process()["computed"] == []
    assert not [w for w in after["quality"]["warnings"] if "expected" in w]


@pytest.mark.parametrize("stage", ["ingest", "diarize", "align"])
def test_a_new_run_keeps_them_out(still: Scene, stage: str) -> None:
    before = still.report()
    withdraw(still)
    still.process("--from", stage)
    after = still.report()
    assert {p["name"] for p in after["participants"]} == {p["name"] for p in others(before)}
    old = {p["name"]: p["talk_s"] for p in others(before)}
    for person in after["participants"]:
        assert person["talk_s"] == pytest.approx(old[person["name"]], abs=0.5)
    assert after["timing"]["speech_s"] == pytest.approx(before["timing"]["speech_s"], abs=0.5)
    assert traces(LEAVER, still.library) == []


def test_corrections_of_who_spoke_go_both_ways(still: Scene) -> None:
    """What was moved to the person goes, what was moved away from them stays."""
    report = still.report()
    mine = [u for u in report["utterances"] if u["participant"] == LEAVER]
    davids = [u for u in report["utterances"] if u["participant"] == "David"]
    still.run("correct", mine[0]["id"], "--speaker", "Helen").good()
    still.run("correct", mine[1]["id"], "--speaker", "Guest").good()
    still.run("correct", davids[3]["id"], "--speaker", LEAVER).good()
    before = still.report()
    withdraw(still)
    after = still.report()
    by_id = {u["id"]: u["participant"] for u in after["utterances"]}
    assert by_id[mine[0]["id"]] == "Helen" and by_id[mine[1]["id"]] == "Guest"
    assert davids[3]["id"] not in by_id
    for old, new in zip(others(before), others(after), strict=True):
        assert (old["name"], old["talk_s"], old["turns"]) == (
            new["name"], new["talk_s"], new["turns"],
        )  # fmt: skip
    assert after["timing"]["speech_s"] == before["timing"]["speech_s"]
    assert traces(LEAVER, still.library) == []


def test_several_voices_of_one_person_go_together(still: Scene) -> None:
    joanne = voice_of()["Joanne"]
    still.run("speakers", f"{joanne}={LEAVER}").good()
    answer = withdraw(still, FIRST + " " + LEAVER.split()[1].lower())
    assert sorted(answer["voices"]) == sorted([joanne, VOICE])
    assert len(still.report()["participants"]) == 3


def test_two_people_may_withdraw_and_a_voice_may_be_named_by_its_label(still: Scene) -> None:
    before = still.report()
    withdraw(still, VOICE)
    withdraw(still, "marcus")
    after = still.report()
    assert traces(LEAVER, still.library) == []
    for name in ("session.json", "edits.jsonl", "diarization.json"):  # others do name Marcus
        assert b"Marcus" not in (still.folder / name).read_bytes()
    names = {p["name"] for p in after["participants"]}
    assert names == {"Helen", "David", "Joanne"}
    assert after["timing"]["overlap_s"] == before["timing"]["overlap_s"]
    assert "2 people withdrew" in still.run("report", "--format", "md").good().out
    assert still.process()["computed"] == []


@pytest.mark.parametrize("at", range(2, 22, 4))
def test_a_withdrawal_that_breaks_off_is_finished(
    quiet: Scene, tmp_path: Path, at: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    own_temporary(tmp_path / "temporary", monkeypatch)
    scene = quiet.copy(tmp_path)
    whole = quiet.copy(tmp_path / "whole")
    withdraw(whole)
    with monkeypatch.context() as patch:
        break_at(patch, at)
        scene.run("withdraw", LEAVER, "--yes")
    if (scene.folder / "pending.json").exists():
        assert "not finished" in check_failure(scene.run("report"))
    assert scene.process()["computed"] == []
    for name in ("words.json", "utterances.json", "diarization.json", "edits.jsonl"):
        assert (scene.folder / name).read_bytes() == (whole.folder / name).read_bytes()
    assert traces(LEAVER, scene.library) == []


def test_nobody_of_that_name(noisy: Scene) -> None:
    outcome = noisy.run("withdraw", "Nobody", "--yes")
    assert "nobody called" in check_failure(outcome)
    assert f"Try: alsvoice speakers {noisy.session}" in outcome.err
    for label in ("SPEAKER_77", "SPEAKER_WITHDRAWN_1"):
        assert "nobody called" in check_failure(noisy.run("withdraw", label, "--yes"))
    assert "nobody is there" in refused(
        "--library", noisy.library, "withdraw", noisy.session, LEAVER
    )
    assert noisy.manifest()["withdrawals"] == []
