"""After a removal: a new run keeps every time, and what was cut off is finished and told."""

import json
import os
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from alsvoice.config import Config
from alsvoice.pipeline import run
from alsvoice.pipeline.stages import STAGES
from alsvoice.removal.names import leave_manifest
from alsvoice.removal.plan import Departure
from alsvoice.session import Manifest, Withdrawal
from alsvoice.store import SessionFolder
from cli_runner import alsvoice, check_failure
from planted import (
    LEAVER,
    RATE,
    changed_outside,
    noise_wav,
    own_temporary,
    samples,
    stamp,
    traces,
)
from scripted_demo import Scene
from test_redact import break_at
from test_removal_layouts import LENGTH_S, START_MS, laid_out


@pytest.fixture(autouse=True)
def _temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    own_temporary(tmp_path / "temporary", monkeypatch)


def imported(*arguments: str | Path) -> Path:
    session: str = alsvoice("import", *arguments, "--json").good().json()["session"]
    return Path(os.environ["ALSVOICE_LIBRARY"]) / "sessions" / session


def decode_again(folder: Path) -> dict[str, Any]:
    """Run the first stage anew; return the manifest's audio."""
    session = SessionFolder(folder)
    run.run_stage(STAGES[0], session, Config(library=folder.parents[1], models=folder), force=True)
    found: dict[str, Any] = audio_of(folder)
    return found


def audio_of(folder: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((folder / "session.json").read_bytes())["audio"]
    return found


def places(audio: dict[str, Any]) -> list[tuple[str, int]]:
    return [(source["file"], source["start_ms"]) for source in audio["sources"]]


@pytest.mark.parametrize("layout", ["tracks", "channels"])
@pytest.mark.parametrize("who", [LEAVER, "David"])
def test_the_mix_holds_those_who_are_left_and_nobody_else(
    noisy: Scene, tmp_path: Path, layout: str, who: str
) -> None:
    scene = laid_out(noisy, tmp_path, layout)
    length = len(samples(scene.folder / "audio/mix.flac"))
    scene.run("withdraw", who, "--yes").good()
    left = samples(
        scene.folder / ("audio/tracks/01.flac" if who == LEAVER else "audio/tracks/02.flac")
    )
    mix = samples(scene.folder / "audio/mix.flac")
    assert len(mix) == length
    assert left.any() and (mix[: len(left)] == left[:length]).all() and not mix[len(left) :].any()


@pytest.mark.parametrize("layout", ["tracks", "channels"])
def test_where_everybody_withdrew_only_silence_is_left(
    noisy: Scene, tmp_path: Path, layout: str
) -> None:
    scene = laid_out(noisy, tmp_path, layout)
    length = len(samples(scene.folder / "audio/mix.flac"))
    own = scene.run("withdraw", LEAVER, "--yes").good().err
    assert ("source-02.wav was theirs alone" in own) == (layout == "tracks")
    assert "could not be found in it" not in own
    scene.run("withdraw", "David", "--yes").good()
    mix = samples(scene.folder / "audio/mix.flac")
    assert len(mix) == length and not mix.any()
    refusal = check_failure(scene.run("process", "--from", "ingest"))
    assert "No recording is left" in refusal


@pytest.mark.parametrize("layout", ["tracks", "channels"])
@pytest.mark.parametrize("who", [LEAVER, "David"])
def test_decoding_again_after_somebody_left_moves_nobody(
    noisy: Scene, tmp_path: Path, layout: str, who: str
) -> None:
    scene = laid_out(noisy, tmp_path, layout)
    scene.run("withdraw", who, "--yes").good()
    before = audio_of(scene.folder)
    after = decode_again(scene.folder)
    assert places(after) == places(before)
    assert after["duration_ms"] == before["duration_ms"]
    assert len(samples(scene.folder / "audio/mix.flac")) >= before["duration_ms"] * 16
    [track] = [samples(scene.folder / t["file"]) for t in after["tracks"]]
    [withdrawal] = scene.manifest()["withdrawals"]
    for start, end in withdrawal["silenced"]:
        inside = track[(start + 30) * 16 : (end - 30) * 16]  # a resampler rings, from 2 kHz
        assert not inside.any()
    if layout == "tracks" and who == "David":
        assert not track[: START_MS * 16].any() and track[START_MS * 16 :].any()
        assert len(track) == pytest.approx((START_MS + LENGTH_S * 1000) * 16, abs=16)


def test_what_was_told_of_a_track_holds_after_a_passage_went(tmp_path: Path) -> None:
    files = {name: noise_wav(tmp_path / f"{name}.wav", 6, seed=n) for n, name in enumerate("ab")}
    folder = imported(*(f"--track={n}={f}" for n, f in files.items()), "--offset=b=2.5")
    told = [track["offset_ms"] for track in audio_of(folder)["tracks"]]
    assert told == [None, 2500]
    before = audio_of(folder)
    alsvoice("redact", folder.name, "--from", "3", "--to", "4", "--yes").good()
    after = decode_again(folder)
    assert [s["start_ms"] for s in after["sources"]] == [0, 2500]
    assert after["duration_ms"] == before["duration_ms"]
    for name in ("audio/mix.flac", "audio/tracks/01.flac", "audio/tracks/02.flac"):
        sound = samples(folder / name)
        assert not sound[3000 * 16 : 4000 * 16].any()
        assert sound[2600 * 16 : 2900 * 16].any() and sound[4100 * 16 : 4400 * 16].any()


def test_a_told_start_outlives_an_import_that_is_stopped(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stop(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    files = {name: noise_wav(tmp_path / f"{name}.wav", 6, seed=n) for n, name in enumerate("ab")}
    with monkeypatch.context() as patch:
        patch.setattr("alsvoice.pipeline.ingest.take_in", stop)
        given = [f"--track={n}={f}" for n, f in files.items()]
        assert alsvoice("import", *given, "--offset=b=2.5").status != 0
    [folder] = (Path(os.environ["ALSVOICE_LIBRARY"]) / "sessions").iterdir()
    refusal = check_failure(alsvoice("redact", folder.name, "--from", "3", "--to", "4", "--yes"))
    assert "was stopped" in refusal  # nobody knows yet where the passage lies in each
    run.run_stage(
        STAGES[0], SessionFolder(folder), Config(library=folder.parents[1], models=folder)
    )
    assert [s["start_ms"] for s in audio_of(folder)["sources"]] == [0, 2500]


@pytest.mark.parametrize("passage", [("0.5", "1.5"), ("2.5", "4")])
def test_a_part_that_cannot_be_decoded_goes_only_where_the_passage_lies_in_it(
    tmp_path: Path, passage: tuple[str, str]
) -> None:
    parts = [noise_wav(tmp_path / f"{n}.wav", n, channels=1, seed=n) for n in (2, 3, 1)]
    folder = imported(*parts)
    (folder / "audio/source-02.wav").write_bytes(b"no sound at all")
    done = alsvoice("redact", folder.name, "--from", passage[0], "--to", passage[1], "--yes").good()
    touched = passage[0] == "2.5"
    assert (folder / "audio/source-02.wav").exists() != touched
    assert ("was removed altogether" in done.err) == touched
    assert (folder / "audio/source-03.wav").read_bytes() == parts[2].read_bytes()
    if not touched:
        return
    after = decode_again(folder)
    assert places(after) == [("audio/source-01.wav", 0), ("audio/source-03.wav", 5000)]
    assert after["duration_ms"] == 6000
    mix = samples(folder / "audio/mix.flac")
    assert not mix[2001 * 16 : 4999 * 16].any() and mix[5100 * 16 :].any()


def test_a_rebuilt_manifest_still_knows_where_the_parts_stood(tmp_path: Path) -> None:
    parts = [noise_wav(tmp_path / f"{n}.wav", n, channels=1, seed=n) for n in (2, 3, 1)]
    folder = imported(*parts)
    (folder / "audio/source-02.wav").write_bytes(b"no sound at all")
    alsvoice("redact", folder.name, "--from", "2.5", "--to", "4", "--yes").good()
    for name in ("session.json", "session.json.bak"):
        (folder / name).write_bytes(b"{")
    alsvoice("redact", folder.name, "--from", "5.5", "--to", "5.6", "--yes").good()
    audio = audio_of(folder)
    assert places(audio) == [("audio/source-01.wav", 0), ("audio/source-03.flac", 5000)]
    assert not changed_outside(
        samples(parts[2]), samples(folder / "audio/source-03.flac"), [(450, 650)], RATE
    )
    assert audio["duration_ms"] == 6000
    assert len(json.loads((folder / "session.json").read_bytes())["redactions"]) == 2


@pytest.mark.parametrize(
    "command", [("redact", "--from=1:40", "--to=1:52.34"), ("withdraw", LEAVER)]
)
def test_a_damaged_manifest_is_repaired_before_anything_is_removed(
    quiet: Scene, tmp_path: Path, command: tuple[str, ...]
) -> None:
    scene = quiet.copy(tmp_path)
    before = scene.manifest()
    (scene.folder / "session.json").write_bytes(b"{ damaged, and Zuleika Quist's")
    answer = scene.run(command[0], *command[1:], "--yes", "--json").good().json()
    assert answer["set_aside"] == 1  # the damaged one, which may have held anything
    after = scene.manifest()
    assert after["created"] == before["created"]
    assert (scene.folder / "session.json.bak").read_bytes() == (
        scene.folder / "session.json"
    ).read_bytes()
    assert not (scene.folder / "set-aside").exists()
    if command[0] == "withdraw":
        assert traces(LEAVER, scene.library) == []
    assert scene.process()["computed"] == []


@pytest.mark.parametrize("name", ["words.json", "utterances.json", "labels.json"])
def test_a_newer_versions_file_is_not_removed(quiet: Scene, tmp_path: Path, name: str) -> None:
    scene = quiet.copy(tmp_path)
    value = json.loads((scene.folder / name).read_bytes()) | {"schema": 99}
    (scene.folder / name).write_text(json.dumps(value))
    stamp(scene)
    before = {p: p.read_bytes() for p in sorted(scene.folder.rglob("*")) if p.is_file()}
    for command in (("redact", "--from=1:40", "--to=1:50"), ("withdraw", LEAVER)):
        outcome = scene.run(command[0], *command[1:], "--yes")
        refusal = check_failure(outcome)
        # Without utterances nobody knows what was coded, so that is stale.
        assert "newer" in refusal or (name == "utterances.json" and command[0] == "withdraw")
    assert {p: p.read_bytes() for p in sorted(scene.folder.rglob("*")) if p.is_file()} == before


def test_the_same_command_finishes_a_withdrawal_and_lists_what_is_left(
    quiet: Scene, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = quiet.copy(tmp_path / "whole")
    expected = whole.run("withdraw", LEAVER, "--yes", "--json").good().json()
    assert expected["to_redact"]
    scene = quiet.copy(tmp_path)
    with monkeypatch.context() as patch:
        break_at(patch, 8)
        scene.run("withdraw", LEAVER, "--yes")
    assert (scene.folder / "pending.json").exists()
    assert b"utterance" in (scene.folder / "pending.json").read_bytes()
    other = scene.copy(tmp_path / "other")
    answer = scene.run("withdraw", LEAVER, "--yes", "--json").good()
    found = answer.json()
    for key in ("voices", "words", "utterances", "edits", "silenced_s"):
        assert found[key] == expected[key], key
    assert [row["start_s"] for row in found["to_redact"]] == [
        row["start_s"] for row in expected["to_redact"]
    ]
    assert "cut off has been finished" in answer.err
    assert len(scene.manifest()["withdrawals"]) == 1

    repairs = other.process()["repairs"]
    assert "one person is taken out" in repairs[0]
    assert len(repairs) == 1 + len(expected["to_redact"])
    assert all(f"alsvoice redact {other.session} --from " in each for each in repairs[1:])
    assert "nobody called" in check_failure(other.run("withdraw", LEAVER, "--yes"))


def test_another_removal_is_finished_before_the_one_that_is_asked_for(
    quiet: Scene, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    scene = quiet.copy(tmp_path)
    with monkeypatch.context() as patch:
        break_at(patch, 8)
        scene.run("withdraw", LEAVER, "--yes")
    assert (scene.folder / "pending.json").exists()
    answer = scene.run("redact", "--from=1:40", "--to=1:50", "--yes").good()
    assert "one person is taken out" in answer.err
    assert len(scene.manifest()["withdrawals"]) == len(scene.manifest()["redactions"]) == 1
    assert traces(LEAVER, scene.library) == []


def test_a_sets_name_loses_the_persons(quiet: Scene, tmp_path: Path) -> None:
    scene = quiet.copy(tmp_path)
    manifest = scene.manifest() | {"set": "Zuleika's set"}
    (scene.folder / "session.json").write_text(json.dumps(manifest), "utf-8")
    stamp(scene)
    scene.run("withdraw", LEAVER, "--yes").good()
    assert scene.manifest()["set"] == "…'s set"
    assert traces("Zuleika", scene.library) == []


def test_two_who_withdraw_in_one_second_are_two() -> None:
    same = Withdrawal(time="2026-11-25T10:00:00+00:00", spans=())
    leaving = Departure(
        number=1, names=("Ann",), voices=(), utterances=(), moved=(), withdrawal=same
    )
    manifest = leave_manifest(Manifest(id="s", created="2026-11-25"), leaving)
    for _ in range(2):  # the second time is that of one that was interrupted
        manifest = leave_manifest(manifest, replace(leaving, number=2, names=("Ben",)))
    assert manifest.withdrawals == (same, same)


def test_a_damaged_list_of_removals_is_told_and_made_anew(quiet: Scene, tmp_path: Path) -> None:
    scene = quiet.copy(tmp_path)
    scene.run("redact", "--from=1:40", "--to=1:50", "--yes").good()
    whole = (scene.folder / "removals.json").read_bytes()
    (scene.folder / "removals.json").write_bytes(whole[:-20])
    show = ("--library", scene.library, "sessions", "show", scene.session, "--json")
    problems = {p["file"]: p for p in alsvoice(*show).good().json()["problems"]}
    assert problems["removals.json"]["fault"] == "damaged"
    scene.process()
    assert (scene.folder / "removals.json").read_bytes() == whole
    assert alsvoice(*show).good().json()["problems"] == []
