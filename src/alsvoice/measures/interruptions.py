"""Interruptions: someone starts while another holds the floor, and the floor changes.

It changes when the one who had it stops first and does not come back before the other is done.
Back-channels are listening, not interruptions (Zimmerman & West 1975 tell overlap, listening and
interruption apart). A person's turns are one stretch over a pause of a second in which nobody has
the floor, and over one of a fifth of a second whoever talks in it, so that it makes no difference
where a turn was cut at a breath. Overlaps shorter than a fifth of a second are left out: people
start that early without meaning to, hardly anybody hears it (Heldner 2011 puts the threshold at
120 ms), and the ends of turns are not known more exactly.
"""

from bisect import bisect_left
from collections.abc import Sequence, Set
from dataclasses import dataclass
from itertools import pairwise

from alsvoice.intervals import Span, union
from alsvoice.transcript import Turn

__all__ = ["Interruption", "interruptions"]

_SHORTEST_OVERLAP_MS = 200
_CATCH_MS = 200
_LONGEST_BREATH_MS = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class Interruption:
    """``by`` took the floor from ``of``."""

    by: str
    of: str
    at_ms: int


def interruptions(floor: Sequence[Turn]) -> tuple[Interruption, ...]:
    """Return interruptions among turns that take the floor, in order of their start."""
    stretches = _stretches(floor)
    starts: dict[str, list[int]] = {}
    for turn in stretches:
        starts.setdefault(turn.speaker, []).append(turn.start_ms)
    found: list[Interruption] = []
    on: list[Turn] = []
    for turn in stretches:
        on = [other for other in on if other.end_ms > turn.start_ms]
        holder = _holder(turn, on)
        if holder and _floor_changes(turn, holder, starts[holder.speaker]):
            found.append(Interruption(by=turn.speaker, of=holder.speaker, at_ms=turn.start_ms))
        on.append(turn)
    return tuple(found)


def _stretches(floor: Sequence[Turn]) -> list[Turn]:
    """Return each person's turns joined over breaths, in order of their start."""
    spoken: dict[str, list[Span]] = {}
    for turn in floor:
        spoken.setdefault(turn.speaker, []).append(turn.span)
    everybody = union(turn.span for turn in floor)
    breaths = {
        (before[1], after[0])
        for before, after in pairwise(everybody)
        if after[0] - before[1] <= _LONGEST_BREATH_MS
    }
    joined = (
        Turn(speaker=person, start_ms=start, end_ms=end)
        for person, spans in spoken.items()
        for start, end in _over(breaths, union(spans, gap_ms=_CATCH_MS))
    )
    return sorted(joined, key=lambda turn: (turn.start_ms, turn.end_ms, turn.speaker))


def _over(breaths: Set[Span], own: Sequence[Span]) -> Sequence[Span]:
    """Return one person's spans joined over the silences they alone stand around."""
    between = ((before[1], after[0]) for before, after in pairwise(own))
    return union([*own, *(gap for gap in between if gap in breaths)])


def _holder(turn: Turn, on: Sequence[Turn]) -> Turn | None:
    """Return the turn of somebody else that has been on longest."""
    others = (t for t in on if t.speaker != turn.speaker and t.start_ms < turn.start_ms)
    return min(others, key=lambda t: (t.start_ms, t.speaker), default=None)


def _floor_changes(turn: Turn, holder: Turn, holder_starts: Sequence[int]) -> bool:
    if holder.end_ms - turn.start_ms < _SHORTEST_OVERLAP_MS or holder.end_ms >= turn.end_ms:
        return False
    back = bisect_left(holder_starts, holder.start_ms + 1)
    return back == len(holder_starts) or holder_starts[back] >= turn.end_ms
