"""The recorder with microphones that go, come back, and differ; and what it says of it all."""

import contextlib
import errno
import io
import os
import random
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, BinaryIO

import pytest

from alsvoice.audio import awake
from alsvoice.audio.capture import Order, Recorder, State, Status, Terms
from alsvoice.audio.devices import Heard, Stream
from alsvoice.audio.flac import mend
from alsvoice.audio.levels import Level, LevelWatch, measure
from alsvoice.audio.tape import Event
from alsvoice.cli.telling import Telling
from alsvoice.errors import DeviceError


@dataclass
class Microphone:
    """Gives noise at the pace of the clock until it is unplugged."""

    name: str
    rate: int
    heard: Heard
    there: dict[str, int]
    open: threading.Event = field(default_factory=threading.Event)

    def run(self) -> None:
        self.open.set()
        began, number = time.monotonic(), 0
        while self.is_alive():
            number += 1
            time.sleep(max(0.0, began + number * 0.05 - time.monotonic()))
            if self.is_alive():
                self.heard(memoryview(random.randbytes(2 * (self.rate // 20))), False)

    def is_alive(self) -> bool:
        return self.open.is_set() and self.name in self.there

    def close(self) -> None:
        self.open.clear()


@dataclass
class Desk:
    """The microphones that are there: name → rate."""

    there: dict[str, int]
    default: str

    def open(self, device: str | None, rate: int | None, heard: Heard) -> Stream:
        name = device or self.default
        if name not in self.there or (rate is not None and rate != self.there[name]):
            raise DeviceError("It cannot be opened.", try_next="another")
        microphone = Microphone(name, self.there[name], heard, self.there)
        microphone.open.set()
        threading.Thread(target=microphone.run, daemon=True).start()
        return microphone

    def names(self) -> tuple[str, ...]:
        return tuple(self.there)


@dataclass
class Scene:
    """A recorder, its files and what it told."""

    desk: Desk
    folder: Path
    free: int | None = None
    terms: Terms = field(default_factory=lambda: Terms(grace_s=0.6))
    told: list[Event] = field(default_factory=list)

    def recorder(self) -> Recorder:
        return Recorder(
            self.desk, self._file, self.terms, told=self.told.append,
            free_bytes=lambda: self.free,
        )  # fmt: skip

    @contextlib.contextmanager
    def _file(self, number: int) -> Iterator[BinaryIO]:
        with (self.folder / f"{number}.flac").open("w+b") as file:
            yield file

    def kinds(self) -> list[str]:
        return [event.kind for event in self.told]


def until(recorder: Recorder, state: State) -> None:
    end = time.monotonic() + 10
    while recorder.status.state is not state and time.monotonic() < end:
        time.sleep(0.02)
    assert recorder.status.state is state


def stopped(recorder: Recorder) -> None:
    recorder.order(Order.STOP)
    recorder.join(10)
    assert recorder.status.state is State.ENDED


def test_after_the_grace_time_the_next_microphone_is_taken(tmp_path: Path) -> None:
    import soundfile

    scene = Scene(Desk({"table": 8000, "laptop": 16_000}, "table"), tmp_path)
    recorder = scene.recorder()
    recorder.start()
    time.sleep(0.6)
    del scene.desk.there["table"]
    until(recorder, State.WAITING)
    assert recorder.is_running
    while recorder.status.state is State.WAITING:
        time.sleep(0.02)
    assert recorder.status.device == "laptop"
    time.sleep(1.0)
    end_ms = recorder.position_ms()
    stopped(recorder)
    assert scene.kinds() == ["source", "device", "source", "device", "gap", "end"]
    first, second = (soundfile.info(tmp_path / f"{n}.flac") for n in (1, 2))
    assert (first.samplerate, second.samplerate) == (8000, 16_000)
    whole_ms = 1000 * (first.duration + second.duration)
    assert whole_ms == pytest.approx(scene.told[-1].at_ms, abs=2)
    assert whole_ms == pytest.approx(end_ms, abs=250)
    gap = scene.told[-2]
    assert gap.text == "device"
    assert gap.end_ms is not None
    assert gap.end_ms - gap.at_ms > 500


def test_a_pause_is_silence_of_its_length_and_its_own_kind_of_gap(tmp_path: Path) -> None:
    import soundfile

    scene = Scene(Desk({"table": 8000}, "table"), tmp_path)
    recorder = scene.recorder()
    recorder.start()
    time.sleep(0.6)
    recorder.order(Order.PAUSE)
    until(recorder, State.PAUSED)
    time.sleep(0.8)
    recorder.order(Order.RESUME)
    until(recorder, State.RECORDING)
    time.sleep(0.8)
    stopped(recorder)
    [gap] = [event for event in scene.told if event.kind == "gap"]
    assert gap.text == "paused"
    assert gap.end_ms is not None
    assert 700 < gap.end_ms - gap.at_ms < 1500
    assert recorder.status.gaps == 0  # it was wanted, and is no loss
    sound, _ = soundfile.read(tmp_path / "1.flac", dtype="int16")
    assert not sound[8 * gap.at_ms + 8 : 8 * gap.end_ms - 8].any()
    assert len(sound) == pytest.approx(8 * scene.told[-1].at_ms, abs=16)


def test_it_may_be_stopped_while_it_is_off_the_record(tmp_path: Path) -> None:
    scene = Scene(Desk({"table": 8000}, "table"), tmp_path)
    recorder = scene.recorder()
    recorder.start()
    time.sleep(0.5)
    recorder.order(Order.PAUSE)
    until(recorder, State.PAUSED)
    time.sleep(0.5)
    position = recorder.position_ms()
    stopped(recorder)
    assert scene.told[-1].at_ms == pytest.approx(position, abs=200)


def test_at_the_last_of_the_disk_it_stops_with_everything_saved(tmp_path: Path) -> None:
    scene = Scene(Desk({"table": 8000}, "table"), tmp_path, free=10**9)
    recorder = scene.recorder()
    recorder.start()
    time.sleep(0.5)
    assert not scene.kinds().count("disk")
    scene.free = 199_000_000
    recorder.join(10)
    assert not recorder.is_running
    assert recorder.status.disk_full
    assert scene.kinds() == ["source", "disk", "end"]


def test_a_disk_that_refuses_is_told_and_what_was_written_stays(tmp_path: Path) -> None:
    class Full(io.FileIO):
        def write(self, data: Any) -> int:
            if self.tell() > 5000:
                raise OSError(errno.ENOSPC, "No space left on device")
            return super().write(data)

    path = tmp_path / "1.flac"
    recorder = Recorder(
        Desk({"table": 8000}, "table"), lambda _: Full(path, "w+"), Terms(),
        told=lambda _: None,
    )  # fmt: skip
    recorder.start()
    with pytest.raises(OSError, match="No space left"):
        recorder.join(10)
    with path.open("r+b") as file:
        assert mend(file, "it")[0] > 1152


def test_no_microphone_at_all(tmp_path: Path) -> None:
    with pytest.raises(DeviceError):
        Scene(Desk({}, "table"), tmp_path).recorder().start()


LOUD = Level(rms_db=-20, peak_db=-5, silent=False)


@pytest.mark.parametrize(
    ("level", "words"),
    [
        (LOUD, None),
        (Level(rms_db=-70, peak_db=-60, silent=False), "almost nothing"),
        (Level(), "nothing at all"),
        (Level(rms_db=-47, peak_db=-40, silent=False), "very quiet"),
        (Level(rms_db=-3, peak_db=0, clipped=0.05, silent=False), "clips"),
    ],
)
def test_within_ten_seconds_the_level_is_said(level: Level, words: str | None) -> None:
    watch = LevelWatch()
    said: list[tuple[float, str | None]] = []
    for step in range(200):
        watch.add(level, step * 0.05)
        said.append((step * 0.05, watch.complaint()))
    found = [at for at, complaint in said if complaint]
    assert (words is None) == (not found)
    if words:
        assert found[0] < 10
        assert words in (said[-1][1] or "")
        watch.add(LOUD, 10.0)
        assert words == "clips" or words not in (watch.complaint() or "")


def test_the_level_of_sound() -> None:
    assert measure(b"").rms_db == -90
    full = measure((b"\xff\x7f" + b"\x01\x80") * 4000)
    assert full.clipped == 1
    assert full.rms_db == pytest.approx(0, abs=0.01)
    tenth = measure(
        (3277).to_bytes(2, "little") * 2 + (-3277).to_bytes(2, "little", signed=True) * 2
    )
    assert tenth.rms_db == pytest.approx(-20, abs=0.01)


def test_each_thing_is_said_once() -> None:
    telling = Telling()
    quiet = Status(device="table", complaint="It is quiet.")
    assert list(telling.sentences(Status(device="table"), 1)) == []
    assert list(telling.sentences(quiet, 2)) == ["It is quiet."]
    assert list(telling.sentences(quiet, 100)) == []
    assert list(telling.sentences(quiet, 310)) == ["It is quiet."]
    lost = Status(device="table", gaps=2, lost_ms=3500, overflows=2)
    assert list(telling.sentences(lost, 311)) == ["3.5 s are missing; they are marked as a gap."]
    gone = Status(state=State.WAITING, device="table", gaps=2, lost_ms=3500, overflows=2)
    assert "microphone is gone" in next(telling.sentences(gone, 312))
    back = Status(device="laptop", gaps=2, lost_ms=3500, overflows=2)
    assert list(telling.sentences(back, 313)) == ["Recording again, from laptop."]


def test_a_disk_that_runs_low_is_said_an_hour_ahead() -> None:
    telling = Telling()
    enough = Status(free_bytes=10**9, bytes_an_hour=3 * 10**8)
    assert list(telling.sentences(enough, 1)) == []
    low = Status(free_bytes=35 * 10**7, bytes_an_hour=3 * 10**8)
    assert list(telling.sentences(low, 2)) == [
        "The disk has room for 30 more minutes: free some space."
    ]
    assert list(telling.sentences(low, 3)) == []


@pytest.mark.skipif(sys.platform != "linux", reason="systemd-inhibit is Linux's")
def test_the_machine_is_kept_awake_as_long_as_it_records(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    program = tmp_path / "systemd-inhibit"
    program.write_text(f'#!/bin/sh\necho "$$ $@" > {tmp_path}/called\nexec sleep 60\n')
    program.chmod(0o700)
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    with awake.kept_awake():
        end = time.monotonic() + 5
        while not (tmp_path / "called").exists() and time.monotonic() < end:
            time.sleep(0.02)
        time.sleep(0.1)
        number, *words = (tmp_path / "called").read_text().split()
        assert "--what=sleep:idle:handle-lid-switch" in words
        assert f"--pid={os.getpid()}" in words
        os.kill(int(number), 0)
    with pytest.raises(ProcessLookupError):
        os.kill(int(number), 0)


def test_without_such_a_program_nothing_happens(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    with awake.kept_awake():
        pass
    assert awake.command("darwin", 7) == ["caffeinate", "-i", "-s", "-w", "7"]
    assert awake.command("plan9", 7) is None
