"""Compare the sampler behind every interval with one that goes on for long.

    .venv/bin/python scripts/measure_intervals.py

For three sessions (long, short, hardly any advice) and three confusion matrices it prints the 90 %
intervals of open share and advice share after 500 sweeps, how far those of the report lie from
them, how far two long runs lie apart by chance alone, and what a draw costs.
"""

# ruff: noqa: SLF001 - the sampler is no business of anybody but its module and this measurement
import sys
import time
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "src"))

from alsvoice.measures import uncertainty

_LONG = 500
_SEEDS = 8
_SESSIONS = ((400, 200, 60, 1500), (40, 20, 6, 150), (30, 15, 1, 60))
_MATRICES = (
    ((90, 5, 3, 2), (6, 80, 4, 10), (5, 5, 70, 20), (1, 2, 3, 94)),
    ((90, 5, 3, 2), (6, 80, 4, 10), (5, 5, 30, 60), (1, 2, 3, 94)),
    ((300, 30, 20, 20), (60, 280, 24, 70), (50, 50, 70, 20), (10, 20, 30, 900)),
)


def main() -> None:
    sweeps, seed = uncertainty._SWEEPS, uncertainty._SEED
    for session in _SESSIONS:
        for matrix in _MATRICES:
            long = np.array([ends(session, matrix, _LONG, seed + n) for n in range(_SEEDS)])
            start = time.process_time()
            ours = np.array([ends(session, matrix, sweeps, seed + n) for n in range(_SEEDS)])
            cost = (time.process_time() - start) / _SEEDS
            middle = long.mean(0)
            print(
                f"{session}: {np.round(middle, 3)}; off by {np.round(ours.mean(0) - middle, 3)} "
                f"(one long run: {np.round(long.std(0), 3)}); {1000 * cost:.0f} ms"
            )


def ends(
    session: tuple[int, ...], matrix: tuple[tuple[int, ...], ...], sweeps: int, seed: int
) -> list[float]:
    """Return both ends of the intervals of open and advice share."""
    uncertainty._SWEEPS, uncertainty._SEED = sweeps, seed
    uncertainty._draw.cache_clear()
    rates, _ = uncertainty._draw(by_people=(0,) * 4, unsure=(), sure=session, measured=matrix)
    opened = rates[:, 0] / rates[:, :2].sum(1)
    advice = rates[:, 2] / rates[:, :3].sum(1)
    return [float(q) for shares in (opened, advice) for q in np.quantile(shares, (0.05, 0.95))]


if __name__ == "__main__":
    main()
