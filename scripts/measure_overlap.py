"""Measure what it brings that words are looked for while voices are still told apart.

    .venv/bin/python scripts/measure_overlap.py --sound FILE [--threads 2] [--rounds 3] [--asr base]

One thread, then so many one stage after the other, then so many with both stages at once, each in
a process of its own and as many rounds as wanted, the cheapest of each printed: seconds a second of
sound, decoding of the file left out; peak memory; a hash of all that was found, the same in every
row. Wall seconds mean something only on a machine that does nothing else.
"""

import argparse
import json
import resource
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from alsvoice.config import Config
from alsvoice.digest import digest_parts
from alsvoice.pipeline.importing import Details, import_audio
from alsvoice.pipeline.run import process, run_stage
from alsvoice.pipeline.stages import STAGES, Choices
from alsvoice.store import Library

WAYS = ("one thread", "one after the other", "at once")


def run(way: str, sound: Path, threads: int, asr: str) -> dict[str, Any]:
    """Process a recording one way; return what it cost and a hash of what was found."""
    choices = Choices(asr=asr, threads=1 if way == WAYS[0] else threads)
    config = Config.resolve()
    with tempfile.TemporaryDirectory() as folder:
        now = datetime.now(UTC)
        session = import_audio(Library(Path(folder)), config, [sound], Details(), now=now)
        wall, cpu = time.perf_counter(), time.process_time()
        if way == WAYS[1]:
            for stage in STAGES:
                run_stage(stage, session, config, choices)
        else:
            process(session, config, choices)
        audio = session.manifest().audio
        length_s = (audio.duration_ms if audio else 0) / 1000
        unit = 1 if sys.platform == "darwin" else 1024
        return {
            "cpu": (time.process_time() - cpu) / length_s,
            "wall": (time.perf_counter() - wall) / length_s,
            "peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit / 1e6,
            "found": digest_parts([session.digest(stage.output) for stage in STAGES])[:15],
        }


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--sound", type=Path, required=True)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--asr", default="base")
    parser.add_argument("--way", choices=WAYS, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.way:
        print(json.dumps(run(given.way, given.sound, given.threads, given.asr)))
        return
    found: dict[str, list[dict[str, Any]]] = {way: [] for way in WAYS}
    for _ in range(given.rounds):
        for way in WAYS:
            command = [sys.executable, __file__, *sys.argv[1:], "--way", way]
            told = subprocess.run(command, check=True, capture_output=True, text=True).stdout
            found[way].append(json.loads(told.splitlines()[-1]))
    print("| stages | threads | CPU | wall | peak, MB | found |\n|---|---|---|---|---|---|")
    for way, rows in found.items():
        least = {key: min(row[key] for row in rows) for key in ("cpu", "wall", "peak_mb")}
        same = " ".join(sorted({row["found"] for row in rows}))
        threads = 1 if way == WAYS[0] else given.threads
        print(
            f"| {way} | {threads} | {least['cpu']:.4f} | {least['wall']:.4f} "
            f"| {least['peak_mb']:.0f} | {same} |"
        )


if __name__ == "__main__":
    main()
