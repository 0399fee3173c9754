"""Measure memory and time against length: an hour, and the same hour four times over.

    .venv/bin/python scripts/scale.py --sound s6_60min.opus --speakers 6 [--times 1,4] [--asr base]

Each length is imported, processed and reported in processes of their own; the peak memory is that
of the largest of them. Takes a quarter of the sound's length or so on one thread.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True, kw_only=True)
class Cost:
    """What a command cost; memory is the process's largest resident set."""

    wall_s: float
    cpu_s: float
    peak_mb: float


def repeated(source: Path, times: int, target: Path) -> float:
    """Write the sound several times over without coding it anew; return its length in seconds."""
    import av

    with av.open(str(target), "w", format="ogg") as out:
        stream = None
        offset = 0
        for _ in range(times):
            with av.open(str(source)) as given:
                own = given.streams.audio[0]
                stream = stream or out.add_stream_from_template(own)
                end = 0
                for packet in given.demux(own):
                    if packet.pts is None:
                        continue
                    end = max(end, packet.pts + (packet.duration or 0))
                    packet.pts = packet.dts = packet.pts + offset
                    packet.stream = stream
                    out.mux(packet)
                length = float(end * (own.time_base or 0))
            offset += end
    return length * times


def run(*arguments: str | Path) -> tuple[Cost, str]:
    """Run a command of ours; return its cost and what it answered."""
    begun = time.perf_counter()
    with tempfile.TemporaryFile() as answer:
        child = subprocess.Popen(
            [sys.executable, "-m", "alsvoice", *map(str, arguments)], stdout=answer
        )
        _, status, used = os.wait4(child.pid, 0)
        child.returncode = os.waitstatus_to_exitcode(status)
        if child.returncode:
            sys.exit(f"alsvoice {arguments[0]} failed")
        answer.seek(0)
        text = answer.read().decode()
    unit = 1 if sys.platform == "darwin" else 1024
    cost = Cost(
        wall_s=time.perf_counter() - begun,
        cpu_s=used.ru_utime + used.ru_stime,
        peak_mb=used.ru_maxrss * unit / 1e6,
    )
    return cost, text


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--sound", type=Path, required=True)
    parser.add_argument("--speakers", type=int, default=6)
    parser.add_argument("--times", default="1,4")
    parser.add_argument("--asr", default="base")
    parser.add_argument("--threads", type=int, default=1)
    args = parser.parse_args()
    print("| sound | step | wall, s a second | CPU, s a second | peak, MB |\n|---|---|---|---|---|")
    with tempfile.TemporaryDirectory() as folder:
        os.environ["ALSVOICE_LIBRARY"] = f"{folder}/library"
        for times in map(int, args.times.split(",")):
            sound = Path(folder) / f"{times}.ogg"
            length = repeated(args.sound, times, sound)
            costs: list[tuple[str, Cost]] = []
            cost, answer = run("import", sound, "--speakers", str(args.speakers), "--json")
            costs.append(("import", cost))
            session = json.loads(answer)["session"]
            cost, _ = run(
                "process", session, "--asr", args.asr, "--threads", str(args.threads), "--json"
            )
            costs.append(("process", cost))
            for name in ("html", "json"):
                cost, _ = run("report", session, "--format", name, "-o", f"{folder}/report.{name}")
                costs.append((f"report {name}", cost))
            together = Cost(
                wall_s=sum(c.wall_s for _, c in costs),
                cpu_s=sum(c.cpu_s for _, c in costs),
                peak_mb=max(c.peak_mb for _, c in costs),
            )
            for step, cost in [*costs, ("all", together)]:
                print(
                    f"| {length / 60:.0f} min | {step} | {cost.wall_s / length:.4f} "
                    f"| {cost.cpu_s / length:.4f} | {cost.peak_mb:.0f} |",
                    flush=True,
                )
            run("sessions", "delete", session, "--yes")
            sound.unlink()


if __name__ == "__main__":
    main()
