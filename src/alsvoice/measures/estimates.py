"""Numbers of one session with what chance alone could have made of them: 90 % intervals.

A trend asks how a set works, and one meeting is a sample of that:

- shares of counts: Wilson (1927), or the interval that carries the classifier's own error, too
  (``uncertainty``);
- talk share: the meeting is cut into twenty parts of equal length, which are taken for draws of how
  it goes; the share is a ratio of two sums over them (Cochran 1977, chapter 6), with Student's t.
  Ten to thirty parts are enough to tell the spread and long enough to be nearly independent of each
  other (Schmeiser 1982);
- a median: the order statistics that hold it (Conover 1999); with fewer than five values none can;
- a mean of few values: Student's t.

Where the sample shows no spread at all, how sure it is cannot be told: None, never nothing.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from math import comb, sqrt
from statistics import fmean, median, variance

from alsvoice.intervals import Span, overlap_ms
from alsvoice.measures.uncertainty import Interval, wilson

__all__ = ["Estimate", "mean", "middle", "proportion", "talk_share"]

_LEVEL = 0.9
_PARTS = 20
# Student's t that leaves 5 % on either side, for 1 to 30 degrees of freedom.
_T = (
    6.3138, 2.9200, 2.3534, 2.1318, 2.0150, 1.9432, 1.8946, 1.8595, 1.8331, 1.8125,
    1.7959, 1.7823, 1.7709, 1.7613, 1.7531, 1.7459, 1.7396, 1.7341, 1.7291, 1.7247,
    1.7207, 1.7171, 1.7139, 1.7109, 1.7081, 1.7056, 1.7033, 1.7011, 1.6991, 1.6973,
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Estimate:
    """A number of one session; ``part`` of ``whole`` are the counts that it is made of.

    ``value`` is None where there was nothing to count, ``interval`` where its sureness is unknown.
    """

    value: float | None
    interval: Interval | None = None
    part: int | None = None
    whole: int | None = None

    def __post_init__(self) -> None:
        if self.value is None and self.interval is not None:
            raise ValueError("an interval around nothing")
        low, high = self.interval or (self.value or 0, self.value or 0)
        if not low <= (self.value or 0) <= high and self.value is not None:
            raise ValueError(f"{self.value} is not inside {self.interval}")


def proportion(part: int, whole: int) -> Estimate:
    """Return a share of counts; nothing over nothing is unknown."""
    if not whole:
        return Estimate(value=None, part=part, whole=whole)
    return Estimate(value=part / whole, interval=wilson(part, whole), part=part, whole=whole)


def talk_share(
    turns: Sequence[tuple[str, Span]], who: Collection[str], duration_ms: int
) -> Estimate:
    """Return the share of all speech that some people have; one person's turns do not overlap."""
    parts = [(duration_ms * n // _PARTS, duration_ms * (n + 1) // _PARTS) for n in range(_PARTS)]
    own = [sum(overlap_ms(span, part) for name, span in turns if name in who) for part in parts]
    all_ = [sum(overlap_ms(span, part) for _, span in turns) for part in parts]
    return _ratio(own, all_)


def _ratio(own: Sequence[int], all_: Sequence[int]) -> Estimate:
    whole = sum(all_)
    if not whole:
        return Estimate(value=None)
    share = sum(own) / whole
    spread = sum((x - share * y) ** 2 for x, y in zip(own, all_, strict=True))
    if not spread:
        return Estimate(value=share)
    half = _t(len(own) - 1) * sqrt(len(own) * spread / (len(own) - 1)) / whole
    return Estimate(value=share, interval=(max(0.0, share - half), min(1.0, share + half)))


def middle(values: Sequence[float]) -> Estimate:
    """Return the median of what was measured ``whole`` times."""
    number = len(values)
    if not number:
        return Estimate(value=None, whole=0)
    at = _rank(number)
    ordered = sorted(values)
    inside = None if at is None else (ordered[at], ordered[number - 1 - at])
    return Estimate(value=float(median(values)), interval=inside, whole=number)


def _rank(number: int) -> int | None:
    """Return the rank (from 0) of the lower bound; None where there are too few values.

    The true median lies below the value of rank ``r`` when ``r`` or fewer of all fall below it.
    """
    outside, found = 0.0, None
    for rank in range(number // 2):
        outside += 2 * comb(number, rank) / 2**number
        if outside > 1 - _LEVEL:
            break
        found = rank
    return found


def mean(values: Sequence[float], *, part: int | None = None) -> Estimate:
    """Return the mean of ``whole`` values; ``part`` is how many of them somebody counts."""
    number = len(values)
    if not number:
        return Estimate(value=None, part=part, whole=0)
    centre = fmean(values)
    spread = variance(values, centre) if number > 1 else 0.0
    if not spread:
        return Estimate(value=centre, part=part, whole=number)
    half = _t(number - 1) * sqrt(spread / number)
    return Estimate(value=centre, interval=(centre - half, centre + half), part=part, whole=number)


def _t(freedom: int) -> float:
    return _T[min(freedom, len(_T)) - 1]
