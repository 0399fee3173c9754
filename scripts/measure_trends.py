"""Say how often the ranges of trends hold the truth, on simulated sessions.

    python scripts/measure_trends.py [--sessions 4000]

Ranges are of 90 %. Talk: turns of 2 to 30 s in 20, 40 or 90 minutes, each somebody's by chance.
Differences: two shares of counts (Wilson and square-and-add), two medians of think times.
"""

import argparse
import random
from collections.abc import Callable
from statistics import fmean

from alsvoice.measures.estimates import Estimate, middle, proportion, talk_share
from alsvoice.measures.trends import Point, difference


def talk(rng: random.Random, minutes: int) -> bool:
    """Whether the range of a talk share holds it."""
    share = rng.uniform(0.1, 0.6)
    turns: list[tuple[str, tuple[int, int]]] = []
    now = 0
    while now < minutes * 60_000:
        end = now + rng.randint(2000, 30_000)
        turns.append(("Ann" if rng.random() < share else "Ben", (now, end)))
        now = end + rng.randint(0, 2000)
    return _holds(talk_share(turns, {"Ann"}, now), share)


def median(rng: random.Random, number: int) -> bool:
    """Whether the range of a median silence holds it; silences of a session are log-normal."""
    return _holds(middle([rng.lognormvariate(0.3, 0.9) for _ in range(number)]), _MEDIAN)


_MEDIAN = 2.718281828459045**0.3


def shares(rng: random.Random, most: int) -> bool:
    """Whether the range of a difference of two shares holds it."""
    truth = [rng.uniform(0.05, 0.95) for _ in range(2)]
    found = []
    for share in truth:
        whole = rng.randint(5, most)
        found.append(proportion(sum(rng.random() < share for _ in range(whole)), whole))
    return _difference_holds(found, truth[1] - truth[0])


def medians(rng: random.Random, number: int) -> bool:
    """Whether the range of a difference of two medians holds it."""
    found = [middle([rng.lognormvariate(0.3, 0.9) for _ in range(number)]) for _ in range(2)]
    return _difference_holds(found, 0)


def _holds(found: Estimate, truth: float) -> bool:
    return found.interval is not None and found.interval[0] <= truth <= found.interval[1]


def _difference_holds(found: list[Estimate], truth: float) -> bool:
    change = difference(*(Point(session="s", estimate=each) for each in found))
    return change.interval is not None and change.interval[0] <= truth <= change.interval[1]


CASES: tuple[tuple[str, Callable[[random.Random, int], bool], int], ...] = (
    ("talk share, 20 minutes", talk, 20),
    ("talk share, 40 minutes", talk, 40),
    ("talk share, 90 minutes", talk, 90),
    ("median of 8 silences", median, 8),
    ("median of 30 silences", median, 30),
    ("difference of shares of 5 to 15", shares, 15),
    ("difference of shares of 5 to 60", shares, 60),
    ("difference of medians of 8", medians, 8),
    ("difference of medians of 30", medians, 30),
)


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--sessions", type=int, default=4000)
    given = parser.parse_args()
    for name, case, size in CASES:
        rng = random.Random(5)
        held = fmean(case(rng, size) for _ in range(given.sessions))
        print(f"{name:<36} {100 * held:.1f} %")


if __name__ == "__main__":
    main()
