"""Sessions put side by side: which may be joined, and what changed since last time.

A number depends on who counted it. What a newer classifier calls advice an older one may not, so a
change of what counted (``basis``) breaks the line: nothing is compared and nothing is pooled across
it. Within an unbroken stretch a person in one role is compared with the same role alone: who
presents talks more and asks less.

The difference of two sessions has an interval by square-and-add: each side's distances to its own
bounds are squared and added (Newcombe 1998, method 10, for shares; Zou and Donner 2008 for any two
numbers with intervals). It takes the two sessions for independent. Where both carry the error of
one classifier they are not quite: what it gets wrong in both falls out of a difference, so that the
interval is rather too wide than too narrow. Where the interval holds zero, no change is claimed.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import hypot

from alsvoice.measures.estimates import Estimate
from alsvoice.measures.uncertainty import Interval

__all__ = ["Change", "Counter", "Point", "breaks", "difference", "runs", "since_last_time"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Counter:
    """Something that a number rests on; ``mark`` tells two of one name apart."""

    what: str
    name: str
    mark: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Point:
    """One number of one session; ``basis`` is what counted it, ``kind`` the role, if any."""

    session: str
    estimate: Estimate
    basis: tuple[Counter, ...] = ()
    kind: str | None = None

    @property
    def known(self) -> bool:
        """Whether there was anything to count."""
        return self.estimate.value is not None


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """A session against an earlier one; ``interval`` is None where either has none."""

    before: Point
    after: Point
    difference: float
    interval: Interval | None

    @property
    def clear(self) -> bool:
        """Whether the interval holds no zero."""
        return self.interval is not None and not self.interval[0] <= 0 <= self.interval[1]


def runs(points: Sequence[Point]) -> tuple[int, ...]:
    """Return for each session the number, from 0, of the unbroken stretch that it is part of."""
    if not points:
        return ()
    numbers = [0]
    for before, after in pairwise(points):
        numbers.append(numbers[-1] + (before.basis != after.basis))
    return tuple(numbers)


def breaks(points: Sequence[Point]) -> tuple[tuple[Point, Point], ...]:
    """Return each two neighbours that something different counted."""
    return tuple((a, b) for a, b in pairwise(points) if a.basis != b.basis)


def since_last_time(points: Sequence[Point]) -> Change | None:
    """Return the last session against the one before that it can be compared with.

    None where the last one has no number, or none before it in the same stretch and role has.
    """
    if not points or not points[-1].known:
        return None
    last, stretch = points[-1], runs(points)
    for before, number in zip(reversed(points[:-1]), reversed(stretch[:-1]), strict=True):
        if number != stretch[-1]:
            return None
        if before.known and before.kind == last.kind:
            return difference(before, last)
    return None


def difference(before: Point, after: Point) -> Change:
    """Return what changed; ValueError where different things counted, or nothing was."""
    a, b = before.estimate, after.estimate
    if before.basis != after.basis or a.value is None or b.value is None:
        raise ValueError("these two cannot be compared")
    change = b.value - a.value
    interval = None
    if a.interval and b.interval:
        down = hypot(b.value - b.interval[0], a.interval[1] - a.value)
        up = hypot(b.interval[1] - b.value, a.value - a.interval[0])
        interval = (change - down, change + up)
    return Change(before=before, after=after, difference=change, interval=interval)
