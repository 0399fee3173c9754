"""How far figures would move with other groups of people: bootstrap intervals.

Utterances of one session are alike, so whole groups are drawn, with replacement, and each figure is
computed anew from what was drawn (Efron 1979; Davison and Hinkley 1997, 3.8). Intervals are those
of the percentiles; for a figure that drawing again pushes upwards, such as a mean of absolute gaps,
the percentiles are reflected at the figure itself (Davison and Hinkley, 5.2). The draws have a
fixed seed: the same coding always has the same interval.
"""

from collections.abc import Callable, Collection, Mapping, Sequence

import numpy as np

__all__ = ["DRAWS", "FEWEST", "LEVEL", "intervals"]

DRAWS = 1000
LEVEL = 0.95
FEWEST = 10
"""Groups; of fewer, the intervals hold what they should far less often than they say."""

_SEED = 20_160_625
_TAIL = 100 * (1 - LEVEL) / 2


def intervals(
    tallies: Sequence[Sequence[float]],
    figures: Callable[[Sequence[float]], Mapping[str, float | None]],
    reflected: Collection[str] = (),
) -> dict[str, tuple[float, float]]:
    """Return the 95 % interval of each figure; none over fewer than ten groups.

    ``tallies`` (groups, k) are counts that add up over groups, ``figures`` computes shares from a
    sum of them (k,). A draw in which a figure is not defined does not count for it; a figure that
    half of the draws do not define has no interval. Those named in ``reflected`` stay within 0, 1.
    """
    table = np.asarray(tallies, dtype=float)
    if len(table) < FEWEST:
        return {}
    chance = np.random.default_rng(_SEED)
    drawn: dict[str, list[float]] = {}
    for _ in range(DRAWS):
        times = np.bincount(chance.integers(len(table), size=len(table)), minlength=len(table))
        for name, value in figures((times @ table).tolist()).items():
            if value is not None:
                drawn.setdefault(name, []).append(value)
    found = {name: _percentiles(v) for name, v in drawn.items() if 2 * len(v) > DRAWS}
    for name, value in figures(table.sum(axis=0).tolist()).items():
        if name in reflected and name in found and value is not None:
            low, high = found[name]
            found[name] = (max(0.0, 2 * value - high), min(1.0, max(0.0, 2 * value - low)))
    return found


def _percentiles(values: Sequence[float]) -> tuple[float, float]:
    low, high = np.percentile(values, [_TAIL, 100 - _TAIL])
    return float(low), float(high)
