"""Strike runs of real models at moments drawn by chance, and count how they end.

    .venv/bin/python scripts/kill_trials.py [--trials 200] [--seed 1]

Needs Linux and the model tiny.en. Each trial kills one run (import, process or correct), looks at
what is left, finishes it and compares every file with an undisturbed run's. Exit status 1 where a
trial failed. About five seconds a trial.
"""

import argparse
import sys
import tempfile
from collections import Counter
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests"))

from kill_scene import BLOWS, STAGES, Bench, plan


def main() -> int:
    parser = argparse.ArgumentParser(description="Strike runs and count how they end.")
    parser.add_argument("--trials", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    chosen = parser.parse_args()
    outcomes: Counter[tuple[str, str]] = Counter()
    failed: list[str] = []
    with tempfile.TemporaryDirectory() as folder:
        bench = Bench(Path(folder))
        for number, (stage, blow, share) in enumerate(plan(chosen.trials, chosen.seed), start=1):
            place = Path(folder) / "trials" / str(number)
            place.mkdir(parents=True)
            try:
                result = bench.trial(stage, blow, share, place)
            except AssertionError as problem:
                failed.append(f"trial {number}, {stage}, {blow}, {share:.3f}: {problem}")
            else:
                outcomes[result.struck or "over already", blow] += 1
    print_table(outcomes)
    print("\n".join(failed) or "Every run was finished with the bytes of an undisturbed one.")
    return 1 if failed else 0


def print_table(outcomes: Counter[tuple[str, str]]) -> None:
    print("| struck in | " + " | ".join(BLOWS) + " |")
    print("|---|" + "---|" * len(BLOWS))
    for stage in (*STAGES, "over already"):
        print(f"| {stage} | " + " | ".join(str(outcomes[stage, blow]) for blow in BLOWS) + " |")


if __name__ == "__main__":
    sys.exit(main())
