"""Record on a real audio path, strike it, and count what was lost.

    .venv/bin/python scripts/record_trials.py [--kills 20] [--part align|kills|disk|low|stop|round]

Needs PulseAudio and PortAudio (see .ci/run) and, for the full round, the model tiny.en. Two minutes
of known speech aligned with their recording; kills at moments drawn by chance; a disk that fills up
(a small file system of its own, where one may be mounted), and one that comes down to its last
200 MB; a recorder that stands still for 70 s,
longer than PulseAudio keeps sound; and the bundled session recorded with its phases switched by
keys, processed and reported. Exit status 1 where one of them failed.
"""

import argparse
import contextlib
import json
import random
import shutil
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from itertools import pairwise
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests"))

import room as room_
from alsvoice.formats import manifest as manifest_format
from alsvoice.pipeline.recovery import recover_all
from alsvoice.session import Manifest
from alsvoice.store import Library
from room import RATE, Listener, Room, Tap, listening, offsets_s, open_room, samples_of, speech
from test_console_terminal import terminal

PHASES = json.loads(room_.DEMO.with_name("truth.json").read_text(encoding="utf-8"))["phases"]


def main() -> int:
    parser = argparse.ArgumentParser(description="Strike recordings and count what was lost.")
    parser.add_argument("--kills", type=int, default=20)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--part", choices=list(PARTS))
    chosen = parser.parse_args()
    failed: list[str] = []
    with tempfile.TemporaryDirectory(prefix="trials-") as folder, open_room() as room:
        for name, part in PARTS.items():
            if chosen.part in {None, name}:
                place = Path(folder) / name
                place.mkdir()
                good = part(room, place, chosen)
                print(f"{name}: {'as it should be' if good else 'FAILED'}", flush=True)
                failed += [] if good else [name]
    return int(bool(failed))


def recovered(heard: Listener) -> Manifest:
    [done] = recover_all(Library(heard.library))
    session = Library(heard.library).find(done.session)
    return manifest_format.parse(session.read("session.json"))


def sound(library: Path) -> Path:
    [session] = (library / "sessions").iterdir()
    return session / "audio" / "source-01.flac"


def align(room: Room, folder: Path, _: argparse.Namespace) -> bool:
    wav = room_.write_speech(folder / "played.wav", 120)
    with listening(room, folder, "123") as heard, room.playing(wav):
        heard.process.wait()
    samples = samples_of(sound(heard.library))
    [session] = Library(heard.library)
    found = list(offsets_s(samples, speech(120)).values())
    drift_ms = 1000 * (max(found) - min(found))
    offset_ms = 1000 * statistics.median(found)
    print(f"  {len(samples) / RATE:.1f} s, {len(session.manifest().gaps)} gaps; offset ")
    print(f"  {offset_ms:.1f} ms, drift {drift_ms:.2f} ms in {len(found)} places")
    return drift_ms < 20 and not session.manifest().gaps and len(samples) == 123 * RATE


def kills(room: Room, folder: Path, chosen: argparse.Namespace) -> bool:
    draw = random.Random(chosen.seed)
    behind: list[float] = []
    identical = 0
    for number in range(chosen.kills):
        with listening(room, folder / str(number)) as heard:
            time.sleep(draw.uniform(0.5, 6))
            struck_s = heard.strike(signal.SIGKILL)
            heard.process.wait()
        recovered(heard)
        tap = Tap.read(heard.tap)
        pcm = samples_of(sound(heard.library)).astype("int16").tobytes()
        identical += tap.sound.startswith(pcm)
        behind.append(struck_s - tap.began_s - len(pcm) / 2 / RATE)
    print(f"  {len(behind)} kills, {identical} identical to the bit; behind the kill: median "
          f"{statistics.median(behind):.3f} s, worst {max(behind):.3f} s")  # fmt: skip
    return identical == len(behind) and max(behind) <= 0.5


def disk(room: Room, folder: Path, _: argparse.Namespace) -> bool:
    """Fill the disk under a recording, to the last byte."""
    with small_disk(folder / "small", 1_000_000) as small:
        if small is None:
            return True
        wav = room_.write_speech(folder / "played.wav", 60)
        environ = {**room.environ, "LEAST_FREE": "0"}
        with listening(Room(environ), folder, library=small) as heard, room.playing(wav):
            status = heard.process.wait(90)
        recover_all(Library(small))
        full = samples_of(sound(small)).astype("int16").tobytes()
        given = Tap.read(heard.tap).sound
        print(f"  ended with status {status}; {len(full) / 2 / RATE:.2f} s kept on a disk of 1 MB,")
        print(f"  {(len(given) - len(full)) / 2 / RATE:.2f} s given to the recorder after that")
        return status != 0 and len(full) > 5 * 2 * RATE and given.startswith(full)


def low(room: Room, folder: Path, _: argparse.Namespace) -> bool:
    """Come down to the last 200 MB: it stops by itself, and everything is a session at once."""
    with small_disk(folder / "small", 204_000_000) as small:
        if small is None:
            return True
        wav = room_.write_speech(folder / "played.wav", 120)
        with listening(room, folder, library=small) as heard, room.playing(wav):
            status = heard.process.wait(120)
        free = shutil.disk_usage(small).free
        [session] = Library(small)
        manifest = session.manifest()
        full = samples_of(sound(small)).astype("int16").tobytes()
        given = Tap.read(heard.tap).sound
        behind = (len(given) - len(full)) / 2 / RATE
        print(f"  ended by itself at {free / 1e6:.1f} MB with status {status}, no recovery needed:")
        print(f"  {len(full) / 2 / RATE:.2f} s in the session, all that was heard but the ")
        print(f"  last {behind:.2f} s, {len(manifest.gaps)} gaps")
        whole = len(full) > 5 * 2 * RATE and given.startswith(full) and behind < 0.5
        return whole and not status and not recover_all(Library(small))


@contextlib.contextmanager
def small_disk(place: Path, size: int) -> Iterator[Path | None]:
    """Give a file system of so many bytes; None where none may be mounted."""
    place.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", f"size={size}", "none", str(place)]
    if subprocess.run(mount, check=False, capture_output=True).returncode:
        print("  no file system may be mounted here: not tried")
        yield None
        return
    try:
        yield place
    finally:
        subprocess.run(["umount", "-l", str(place)], check=False)


def stop(room: Room, folder: Path, _: argparse.Namespace) -> bool:
    wav = room_.write_speech(folder / "played.wav", 110)
    with listening(room, folder) as heard, room.playing(wav):
        time.sleep(10)
        heard.strike(signal.SIGSTOP)
        time.sleep(70)
        heard.strike(signal.SIGCONT)
        time.sleep(20)
        heard.strike(signal.SIGKILL)
    gaps = recovered(heard).gaps
    samples = samples_of(sound(heard.library))
    found = offsets_s(samples, speech(110), window_s=2)
    clear = [
        offset for at, offset in found.items()
        if not any(g.start_ms < 1000 * (at + offset + 2.3) and 1000 * (at + offset - 0.3) < g.end_ms
                   for g in gaps)
    ]  # fmt: skip
    lost = sum(g.end_ms - g.start_ms for g in gaps) / 1000
    apart_ms = 1000 * (max(clear) - min(clear))
    print(
        f"  stood still for 70 s: {len(gaps)} gaps, {lost:.2f} s lost; what is heard lies within "
    )
    print(f"  {apart_ms:.1f} ms of where it was played, {len(clear)} places")
    return apart_ms < 100 and len(clear) > 8


def whole_round(room: Room, folder: Path, _: argparse.Namespace) -> bool:
    """Record the bundled session, phases switched by keys; process; compare the phases' times."""
    wav = room_.write_speech(folder / "played.wav", 416)
    library = folder / "library"
    pressed: list[float] = []
    with terminal(
        folder, "--library", str(library), "--template", "classic", "--consent", "verbal",
        "--participants", "Helen:facilitator,David:presenter,Marcus,Joanne,Anjali", "--no-process",
        **{**room.environ, "PYTHONPATH": ""},  # type: ignore[arg-type]
    ) as shown:  # fmt: skip
        shown.until("RECORDING", 30)
        time.sleep(2)
        with room.playing(wav):
            began = time.monotonic()
            for phase in PHASES[1:]:
                while time.monotonic() < began + phase["start"]:
                    shown.pump(0.05)
                shown.type(" ")
                pressed.append(time.time())
            while time.monotonic() < began + 418:
                shown.pump(0.1)
        shown.type("qy")
        status = shown.status()
    [session] = Library(library)
    run = [sys.executable, "-m", "alsvoice", "--library", str(library)]
    subprocess.run(
        [*run, "process", session.id, "--asr", "tiny.en"], check=True, capture_output=True
    )
    done = subprocess.run(
        [*run, "report", session.id, "--format", "json"], check=True, capture_output=True, text=True
    )
    report = json.loads(done.stdout)
    phases = report["phases"]
    steps = [b - a for a, b in pairwise(pressed)]
    spans = [p["end_s"] - p["start_s"] for p in phases[1:-1]]
    off = max(abs(a - b) for a, b in zip(steps, spans, strict=True))
    print(f"  {report['session']['duration_s']:.0f} s, {len(phases)} phases, the furthest "
          f"{off:.3f} s from its keys; {len(report['utterances'])} utterances, "
          f"{report['questions']['open']} open questions, status {status}")  # fmt: skip
    return off < 1 and [p["name"] for p in phases] == [p["name"] for p in PHASES] and not status


PARTS: dict[str, Callable[[Room, Path, argparse.Namespace], bool]] = {
    "align": align,
    "kills": kills,
    "disk": disk,
    "low": low,
    "stop": stop,
    "round": whole_round,
}

if __name__ == "__main__":
    sys.exit(main())
