"""How far figures would move with other groups of people: percentile bootstrap intervals.

Utterances of one session are alike, so whole groups are drawn, with replacement, and the figure is
computed anew from what was drawn (Efron 1979; Davison and Hinkley 1997, 3.8). The draws have a
fixed seed: the same coding always has the same interval.
"""

from collections.abc import Callable, Mapping, Sequence

import numpy as np

__all__ = ["DRAWS", "LEVEL", "intervals"]

DRAWS = 1000
LEVEL = 0.95
_SEED = 20_160_625
_TAIL = 100 * (1 - LEVEL) / 2


def intervals(
    tallies: Sequence[Sequence[float]],
    figures: Callable[[Sequence[float]], Mapping[str, float | None]],
) -> dict[str, tuple[float, float]]:
    """Return the 95 % interval of each figure; none over fewer than two groups.

    ``tallies`` (groups, k) are counts that add up over groups, ``figures`` computes from a sum of
    them (k,). A draw in which a figure is not defined does not count for it.
    """
    table = np.asarray(tallies, dtype=float)
    if len(table) < 2:
        return {}
    chance = np.random.default_rng(_SEED)
    drawn: dict[str, list[float]] = {}
    for _ in range(DRAWS):
        times = np.bincount(chance.integers(len(table), size=len(table)), minlength=len(table))
        for name, value in figures((times @ table).tolist()).items():
            if value is not None:
                drawn.setdefault(name, []).append(value)
    return {name: _percentiles(values) for name, values in drawn.items()}


def _percentiles(values: Sequence[float]) -> tuple[float, float]:
    low, high = np.percentile(values, [_TAIL, 100 - _TAIL])
    return float(low), float(high)
