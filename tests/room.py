"""A room without walls: a null sink of PulseAudio, what is played into it, what is heard of it.

Needs PulseAudio, PortAudio and ALSA's plugin for PulseAudio: ``.ci/run`` installs them.
"""

import contextlib
import ctypes.util
import os
import shutil
import signal
import struct
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from alsvoice.audio import clock
from alsvoice.audio.decode import Decoding, frames

__all__ = [
    "RATE",
    "Room",
    "Tap",
    "align",
    "lacking",
    "listening",
    "offsets_s",
    "open_room",
    "samples_of",
    "speech",
]

RATE = 44_100  # what PortAudio takes for the own rate of a device of PulseAudio
DEMO = Path(__file__).resolve().parent.parent / "src/alsvoice/data/demo/session.opus"
LISTENER = Path(__file__).with_name("listener.py")
_HEAD = struct.Struct("<dI")
Samples = NDArray[np.float32]


def lacking() -> str | None:
    """Return what this machine lacks for a room; None where nothing."""
    for tool in ("pulseaudio", "pactl", "paplay"):
        if shutil.which(tool) is None:
            return f"{tool} is not installed (apt-get install pulseaudio libasound2-plugins)"
    if ctypes.util.find_library("portaudio") is None:
        return "PortAudio is not installed (apt-get install libportaudio2)"
    return None


@dataclass(frozen=True, slots=True)
class Room:
    """A running PulseAudio with one sink, ``room``; ``environ`` leads a program into it."""

    environ: dict[str, str]

    def pactl(self, *words: str) -> str:
        """Run pactl; return what it says."""
        done = subprocess.run(
            ["pactl", *words], env=self.environ, capture_output=True, text=True, check=True
        )
        return done.stdout.strip()

    def unload(self) -> None:
        """Take the sink away, as if the microphone were unplugged."""
        for line in self.pactl("list", "short", "modules").splitlines():
            if "module-null-sink" in line:
                self.pactl("unload-module", line.split("\t")[0])

    def load(self) -> None:
        """Put the sink back."""
        self.pactl("load-module", "module-null-sink", "sink_name=room", f"rate={RATE}")

    @contextlib.contextmanager
    def witnessed(self, raw: Path) -> Iterator[None]:
        """Have PulseAudio's own recorder write what is heard, 16-bit mono, while the block runs."""
        words = ["parec", "--device=room.monitor", f"--rate={RATE}", "--channels=1",
                 "--format=s16le", "--latency-msec=2000", str(raw)]  # fmt: skip
        witness = subprocess.Popen(words, env=self.environ)
        try:
            yield
        finally:
            witness.terminate()
            witness.wait()

    @contextlib.contextmanager
    def playing(self, wav: Path) -> Iterator[subprocess.Popen[bytes]]:
        """Play a file into the room while the block runs, a second ahead: a player may stutter."""
        words = ["paplay", "--device=room", "--latency-msec=1000", str(wav)]
        player = subprocess.Popen(words, env=self.environ)
        try:
            yield player
        finally:
            player.kill()
            player.wait()


@contextlib.contextmanager
def open_room() -> Iterator[Room]:
    """Start PulseAudio with a null sink, in a folder of its own; end it afterwards."""
    with tempfile.TemporaryDirectory(prefix="room-") as folder:
        environ = {
            **os.environ,
            "HOME": folder, "XDG_RUNTIME_DIR": folder, "PULSE_RUNTIME_PATH": folder,
            "PULSE_SERVER": f"unix:{folder}/socket", "PULSE_SOURCE": "room.monitor",
        }  # fmt: skip
        # Names that the caller gave for its own folders lie below HOME otherwise.
        environ.setdefault("ALSVOICE_MODELS", str(Path.home() / ".cache/alsvoice/models"))
        server = subprocess.Popen(
            ["pulseaudio", "-n", "--daemonize=no", "--exit-idle-time=-1", "--use-pid-file=no",
             "-L", f"module-native-protocol-unix socket={folder}/socket auth-anonymous=1",
             "-L", f"module-null-sink sink_name=room rate={RATE}"],
            env=environ, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        try:
            room = Room(environ)
            _wait_for(room)
            yield room
        finally:
            server.terminate()
            server.wait(10)


def _wait_for(room: Room) -> None:
    for _ in range(100):
        with contextlib.suppress(subprocess.CalledProcessError):
            if "room.monitor" in room.pactl("list", "short", "sources"):
                return
        time.sleep(0.1)
    raise TimeoutError("PulseAudio did not start")


@cache
def speech(seconds: float) -> Samples:
    """Return known speech: the bundled session's first seconds."""
    import av

    resampler: Any = av.AudioResampler(format="s16", layout="mono", rate=RATE)
    blocks: list[NDArray[np.int16]] = []
    there = 0
    with DEMO.open("rb") as file:
        for frame in frames(file, "demo", Decoding()):
            more = [out.to_ndarray().reshape(-1) for out in resampler.resample(frame)]
            blocks += more
            there += sum(map(len, more))
            if there > seconds * RATE:
                break
    return np.concatenate(blocks)[: round(seconds * RATE)].astype(np.float32)


def write_speech(path: Path, seconds: float) -> Path:
    """Write known speech as a WAV file."""
    import soundfile

    soundfile.write(path, speech(seconds).astype(np.int16), RATE, subtype="PCM_16")
    return path


def samples_of(path: Path) -> Samples:
    """Return a recording's samples, as whole numbers of 16 bits."""
    import soundfile

    sound, rate = soundfile.read(path, dtype="int16")
    assert rate == RATE
    return np.asarray(sound, dtype=np.float32)


def raw_samples(path: Path) -> Samples:
    """Return what the witness wrote, shape (n,)."""
    return np.fromfile(path, "<i2").astype(np.float64)


def align(piece: Samples, heard: Samples) -> float:
    """Return where in what was heard a piece lies best, in seconds; loudness does not count."""
    from scipy.signal import fftconvolve

    found = fftconvolve(heard, piece[::-1], mode="valid")
    power = np.concatenate(([0.0], np.cumsum(np.square(heard, dtype=np.float64))))
    around = np.sqrt(np.maximum(power[len(piece) :] - power[: -len(piece)], 1e6))
    return float(np.argmax(found / around)) / RATE


def offsets_s(heard: Samples, played: Samples, *, window_s: float = 3.0) -> dict[float, float]:
    """Return, for each window of what was played, by how much later it is heard.

    Windows in which nobody speaks, or that lie beyond the recording, are left out.
    """
    size = round(window_s * RATE)
    start = align(played[: 4 * size], heard)
    found: dict[float, float] = {}
    for at in range(0, len(played) - size, size):
        piece = played[at : at + size]
        around = round(start * RATE) + at
        low, high = max(0, around - RATE), around + size + RATE
        if np.sqrt(np.mean(piece**2)) < 300 or high > len(heard):
            continue
        found[at / RATE] = low / RATE + align(piece, heard[low:high]) - at / RATE
    return found


@dataclass(frozen=True, slots=True)
class Tap:
    """What the recorder's callback was given: when each block was there (s), and its sound."""

    at_s: tuple[float, ...]
    blocks: tuple[bytes, ...]

    @classmethod
    def read(cls, path: Path) -> "Tap":
        """Read a tap; a torn last block is left out."""
        data, at = path.read_bytes(), 0
        times: list[float] = []
        blocks: list[bytes] = []
        while at + _HEAD.size <= len(data):
            moment, size = _HEAD.unpack_from(data, at)
            block = data[at + _HEAD.size : at + _HEAD.size + size]
            if len(block) == size:
                times.append(moment)
                blocks.append(block)
            at += _HEAD.size + size
        return cls(tuple(times), tuple(blocks))

    @property
    def sound(self) -> bytes:
        """All of it."""
        return b"".join(self.blocks)

    @property
    def began_s(self) -> float:
        """The moment at which its first sample was heard, device latency apart."""
        lags, total = [], 0
        for moment, block in zip(self.at_s, self.blocks, strict=True):
            total += len(block) // 2
            lags.append(moment - total / RATE)
        return min(lags)


@dataclass(frozen=True, slots=True)
class Listener:
    """A recording in a process of its own, with a tap on its callback."""

    process: subprocess.Popen[str]
    library: Path
    tap: Path

    @property
    def session(self) -> Path:
        """The folder of its session."""
        return max((self.library / "sessions").iterdir())

    def strike(self, number: int) -> float:
        """Send a signal; return when."""
        moment = clock.elapsed_s()
        os.kill(self.process.pid, number)
        return moment


@contextlib.contextmanager
def listening(
    room: Room, folder: Path, *more: str, library: Path | None = None
) -> Iterator[Listener]:
    """Record in another process while the block runs; it is killed if it still runs then."""
    library, tap = library or folder / "library", folder / "tap"
    library.mkdir(parents=True, exist_ok=True)
    process = subprocess.Popen(
        [sys.executable, str(LISTENER), str(library), str(tap), *more],
        env=room.environ, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
    )  # fmt: skip
    try:
        assert process.stdout is not None
        assert process.stdout.readline() == "listening\n"
        while not tap.stat().st_size:  # a device takes a third of a second to begin
            time.sleep(0.01)
        yield Listener(process, library, tap)
    finally:
        if process.poll() is None:
            process.send_signal(signal.SIGKILL)
        process.wait()
        if process.stdout is not None:
            process.stdout.close()
