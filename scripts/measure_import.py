"""Measure the peak memory and the time of an import by its length, each in a process of its own.

    .venv/bin/python scripts/measure_import.py [--minutes 10 120] [--ways mixed tracks channels]

The sound is noise that comes and goes; for tracks and channels two people's, heard by each other.
"""

import argparse
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np

RATE = 8000

IMPORT = """
import resource, sys, time
from alsvoice.cli import main
start = time.process_time()
status = main(sys.argv[1:])
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
scale = 1 if sys.platform == "darwin" else 1024
print(f"PEAK {peak * scale / 2**20:.0f} {time.process_time() - start:.1f}", file=sys.stderr)
sys.exit(status)
"""


def write_sound(path: Path, minutes: float, *, channels: int = 1, late_s: int = 0) -> None:
    """Write the same coming and going noise every time, from ``late_s`` on, block by block."""
    import soundfile

    random = np.random.default_rng(4)
    with soundfile.SoundFile(path, "w", RATE, channels, subtype="PCM_16") as file:
        for second in range(round(60 * minutes)):
            loud = np.repeat(random.uniform(0, 1, 10) ** 2, RATE // 10)
            noise = loud * random.normal(0, 0.1, RATE)
            if second >= late_s:
                file.write(np.stack([noise] * channels, axis=1))


def peak_of(way: str, minutes: float, folder: Path) -> tuple[int, float]:
    """Return the peak memory in MiB and the CPU seconds of an import."""
    if way == "tracks":
        for name, late_s in (("Ann", 0), ("Ben", 7)):
            write_sound(folder / f"{name}.wav", minutes, late_s=late_s)
        given = [f"--track={name}={folder / name}.wav" for name in ("Ann", "Ben")]
    else:
        write_sound(folder / "all.wav", minutes, channels=2)
        given = [str(folder / "all.wav"), *(["--channels=Ann,Ben"] if way == "channels" else [])]
    done = subprocess.run(
        [sys.executable, "-c", IMPORT, "--library", str(folder / "library"), "import", *given],
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise SystemExit(done.stderr)
    peak, seconds = done.stderr.split("PEAK ")[1].split()
    return int(peak), float(seconds)


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--minutes", type=float, nargs="*", default=[10, 120])
    parser.add_argument("--ways", nargs="*", default=["mixed", "tracks", "channels"])
    chosen = parser.parse_args()
    print("| way | minutes | peak MiB | CPU s |\n|---|---|---|---|")
    for way in chosen.ways:
        for minutes in chosen.minutes:
            with tempfile.TemporaryDirectory() as folder:
                peak, seconds = peak_of(way, minutes, Path(folder))
            print(f"| {way} | {minutes:g} | {peak} | {seconds:.1f} |", flush=True)


if __name__ == "__main__":
    main()
