"""Record for an hour while two processes keep the machine busy; print what was lost and used.

    .venv/bin/python scripts/soak.py [--minutes 60]

Needs PulseAudio and PortAudio (see .ci/run). Speech is played into a null sink and recorded by
`alsvoice record` and, as a witness, by PulseAudio's own recorder: a player that stutters under load
stutters in both. The two are aligned once a minute. Exit status 1 where a frame was lost, the drift
reached 20 ms, or the recorder used more than 5 % of a core.
"""

import argparse
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests"))

import numpy as np

import room as room_
from alsvoice.formats import manifest as manifest_format
from room import RATE, Room, open_room, samples_of, speech

_TICKS = os.sysconf("SC_CLK_TCK")
_PAGE_KB = os.sysconf("SC_PAGE_SIZE") // 1024
_DEMO_S = 410.0
_BUSY = "while True: sum(range(10_000))"


def main() -> int:
    parser = argparse.ArgumentParser(description="Record for long, under load.")
    parser.add_argument("--minutes", type=float, default=60)
    minutes = parser.parse_args().minutes
    with tempfile.TemporaryDirectory(prefix="soak-") as folder, open_room() as room:
        busy = [subprocess.Popen([sys.executable, "-c", _BUSY]) for _ in range(2)]
        try:
            return soak(room, Path(folder), minutes)
        finally:
            for process in busy:
                process.kill()


def soak(room: Room, folder: Path, minutes: float) -> int:
    times = int(60 * minutes / _DEMO_S) + 1
    played = np.tile(speech(_DEMO_S), times)
    wav = folder / "played.wav"
    write(wav, played)
    recorder = subprocess.Popen(
        [sys.executable, "-m", "alsvoice", "--library", str(folder / "library"), "record",
         "--for", f"{round(60 * minutes)}s", "--consent", "verbal", "--no-process"],
        env=room.environ,
    )  # fmt: skip
    time.sleep(3)
    began, before = time.monotonic(), cpu_s(recorder.pid)
    memory: list[int] = []
    with room.witnessed(folder / "witness.raw"), room.playing(wav):
        while recorder.poll() is None:
            used, rss = cpu_s(recorder.pid), rss_kb(recorder.pid)
            if rss and time.monotonic() - began >= 60 * len(memory) + 10:
                memory.append(rss)
                print(f"{len(memory) - 1:3d} min  {rss / 1024:.1f} MB", flush=True)
            time.sleep(0.5)
            after = used or before
    share = 100 * (after - before) / (time.monotonic() - began)
    witness = np.fromfile(folder / "witness.raw", dtype=np.int16).astype(np.float32)
    return told(folder, witness, share, memory)


def write(path: Path, played: room_.Samples) -> None:
    import soundfile

    soundfile.write(path, played.astype(np.int16), RATE, subtype="PCM_16")


def told(folder: Path, witness: room_.Samples, share: float, memory: list[int]) -> int:
    [session] = (folder / "library" / "sessions").iterdir()
    manifest = manifest_format.parse((session / "session.json").read_bytes())
    heard = samples_of(session / "audio" / "source-01.flac")
    offsets = minute_offsets(heard, witness)
    lost_ms = sum(gap.end_ms - gap.start_ms for gap in manifest.gaps)
    drift_ms = 1000 * (max(offsets) - min(offsets))
    print(f"recorded {len(heard) / RATE:.1f} s, {len(manifest.gaps)} gaps, {lost_ms} ms lost")
    print(f"offset {offsets[0]:.4f} s, drift {drift_ms:.2f} ms over {len(offsets)} minutes")
    mb = [each / 1024 for each in memory]
    print(
        f"CPU {share:.2f} % of a core; memory {mb[0]:.1f} MB at the start, {mb[-1]:.1f} MB at the"
    )
    print(f"end, {max(mb):.1f} MB at most")
    return int(lost_ms > 0 or drift_ms >= 20 or share > 5)


def minute_offsets(heard: room_.Samples, witness: room_.Samples) -> list[float]:
    """Return by how much later it is in the recording than in the witness's, once a minute."""
    size = 10 * RATE
    around = room_.align(witness[size : 3 * size], heard[: 6 * size]) - 10
    found: list[float] = []
    for at in range(size, len(witness) - size, 60 * RATE):
        low = round(around * RATE) + at - RATE
        if low < 0 or low + size + 2 * RATE > len(heard):
            continue
        where = room_.align(witness[at : at + size], heard[low : low + size + 2 * RATE])
        found.append((low - at) / RATE + where)
    return found


def cpu_s(pid: int) -> float:
    """Return a process's CPU time so far, 0 where it is gone."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    except OSError:
        return 0.0
    return (int(fields[11]) + int(fields[12])) / _TICKS


def rss_kb(pid: int) -> int:
    """Return a process's memory, 0 where it is gone."""
    try:
        return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * _PAGE_KB
    except OSError:
        return 0


if __name__ == "__main__":
    sys.exit(main())
