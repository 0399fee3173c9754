"""Recordings that were cut off: found by every command, and whole again with all that was noted."""

import os
from pathlib import Path

import pytest

from alsvoice.agenda import Entry, Kind
from alsvoice.audio.flac import FlacWriter
from alsvoice.formats import manifest as manifest_format
from alsvoice.formats import record_log
from alsvoice.session import Manifest
from alsvoice.templates import template
from cli_runner import alsvoice, refused
from scripted_demo import write_words

NAME = "2026-11-27_0930_abcd"


@pytest.fixture
def cut_off() -> Path:
    """Give the folder of a recording that was killed after three seconds."""
    folder = Path(os.environ["ALSVOICE_LIBRARY"]) / "sessions" / NAME
    (folder / "audio").mkdir(parents=True)
    manifest = Manifest(id=NAME, created="2026-11-27T09:30:00+00:00", template="classic")
    (folder / "session.json").write_bytes(manifest_format.serialize(manifest))
    with (folder / "audio" / "source-01.flac").open("w+b") as file:
        writer = FlacWriter(file, 8000)
        writer.silence(8000)
        for number in range(20):
            writer.write((number * 100).to_bytes(2, "little") * 800)
        writer.sync()
        torn = (folder / "audio" / "source-01.flac").read_bytes()
        writer.close()
    (folder / "audio" / "source-01.flac").write_bytes(torn[:-5])
    lines = [
        Entry(kind=Kind.SOURCE, at_ms=0, text="audio/source-01.flac"),
        Entry(kind=Kind.PHASE, at_ms=0, number=0),
        Entry(kind=Kind.MARK, at_ms=500, text="gold"),
        Entry(kind=Kind.GAP, at_ms=0, end_ms=1000, text="device"),
        Entry(kind=Kind.PHASE, at_ms=2000, number=1),
        Entry(kind=Kind.VOICE, at_ms=1000, end_ms=2000, text="Ann"),
    ]
    log = record_log.serialize_plan(template("classic").phases)
    log += b"".join(map(record_log.serialize, lines)) + b'{"kind":"mark","at_'
    (folder / "recording.jsonl").write_bytes(log)
    return folder


def check_whole(folder: Path) -> None:
    assert not (folder / "recording.jsonl").exists()
    found = manifest_format.parse((folder / "session.json").read_bytes())
    assert [(p.name, p.start_ms) for p in found.phases] == [("check_in", 0), ("presenting", 2000)]
    assert found.phases[1].end_ms > 2700
    assert [mark.text for mark in found.marks] == ["gold"]
    assert [gap.span for gap in found.gaps] == [(0, 1000)]
    assert [person.name for person in found.participants] == ["Ann"]
    assert found.audio is not None
    assert found.audio.sources[0].sha256 == found.audio.sha256


def test_recover_makes_it_whole_and_does_nothing_twice(cut_off: Path) -> None:
    [row] = alsvoice("sessions", "list", "--json").good().json()["sessions"]
    assert row["state"] == "unfinished"
    assert f"alsvoice recover {NAME}" in row["problem"]
    problems = alsvoice("sessions", "show", NAME, "--json").good().json()["problems"]
    assert [(p["file"], p["fault"]) for p in problems] == [("recording.jsonl", "unfinished")]
    [done] = alsvoice("recover", "--json").good().json()["recovered"]
    assert done["session"] == NAME
    assert 2.5 < done["duration_s"] < 3
    check_whole(cut_off)
    assert alsvoice("recover", "--json").good().json() == {"recovered": []}
    assert "nothing to recover" in alsvoice("recover").good().out
    assert "no recording that was cut off" in refused("recover", NAME)


def test_process_recovers_by_itself(cut_off: Path, tmp_path: Path) -> None:
    words = write_words(tmp_path / "none.json", (), None)
    done = alsvoice("process", NAME, f"--asr=scripted:{words}").good()
    assert "cut off" in done.err
    check_whole(cut_off)
    report = alsvoice("report", NAME, "--json").good().json()
    assert report["marks"] == [{"at_s": 0.5, "kind": "mark", "text": "gold"}]
    assert report["gaps"] == [{"start_s": 0.0, "end_s": 1.0, "cause": "device"}]
    assert any("1.0 s in one passage were not recorded" in w for w in report["quality"]["warnings"])
    assert report["timing"]["silence_s"] < 2


def test_a_recording_in_which_nothing_was_heard(cut_off: Path) -> None:
    (cut_off / "audio" / "source-01.flac").write_bytes(b"")
    [done] = alsvoice("recover", "--json").good().json()["recovered"]
    assert done["duration_s"] == 0
    assert "names no recording" in refused("process", NAME, "--asr", "tiny.en")


@pytest.mark.parametrize("start", [0, 3, 40, 90])
def test_a_log_that_is_cut_anywhere_loses_only_its_end(cut_off: Path, start: int) -> None:
    log = (cut_off / "recording.jsonl").read_bytes()
    first = len(log.split(b"\n")[0]) + 1
    (cut_off / "recording.jsonl").write_bytes(log[: first + start])
    alsvoice("recover", NAME).good()
    found = manifest_format.parse((cut_off / "session.json").read_bytes())
    assert found.audio is not None
    assert not (cut_off / "recording.jsonl").exists()


def test_a_redacted_passage_takes_its_marks_along(cut_off: Path, tmp_path: Path) -> None:
    words = write_words(tmp_path / "none.json", (), None)
    alsvoice("process", NAME, f"--asr=scripted:{words}").good()
    alsvoice("redact", NAME, "--from", "0.4", "--to", "1.5", "--yes").good()
    report = alsvoice("report", NAME, "--json").good().json()
    assert report["marks"] == []
    assert b"gold" not in b"".join(p.read_bytes() for p in cut_off.rglob("*") if p.is_file())
