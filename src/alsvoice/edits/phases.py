"""Phases with the borders that people moved."""

from collections.abc import Sequence
from dataclasses import replace

from alsvoice.edits.edit import Edit, Op
from alsvoice.session import Phase

__all__ = ["room_of", "with_borders"]

_TOUCHING_MS = 1000
"""Phases this close share their border: whoever moves the one's start moves the other's end."""


def with_borders(
    phases: Sequence[Phase], edits: Sequence[Edit]
) -> tuple[tuple[Phase, ...], tuple[Edit, ...]]:
    """Return the phases as moved, and the edits that found none; no phase is moved over another."""
    now = tuple(phases)
    lost: list[Edit] = []
    for edit in edits:
        if edit.op is not Op.PHASE:
            continue
        number = int(edit.target)
        if 1 <= number <= len(now) + 1 and now:
            now = _moved(now, number, int(edit.after or 0))
        else:
            lost.append(edit)
    return now, tuple(lost)


def room_of(phases: Sequence[Phase], number: int, duration_ms: int) -> tuple[int, int]:
    """Return how far the border before this phase (from 1) may go; one more: the last one's end."""
    if number > len(phases):
        return phases[-1].start_ms, duration_ms
    own = phases[number - 1]
    if number == 1:
        return 0, own.end_ms
    before = phases[number - 2]
    return (before.start_ms if _touches(before, own) else before.end_ms), own.end_ms


def _touches(before: Phase, after: Phase) -> bool:
    return abs(after.start_ms - before.end_ms) <= _TOUCHING_MS


def _moved(phases: tuple[Phase, ...], number: int, time_ms: int) -> tuple[Phase, ...]:
    low, high = room_of(phases, number, time_ms)
    time_ms = min(max(time_ms, low), max(low, high))
    out = list(phases)
    if number > len(out):
        out[-1] = replace(out[-1], end_ms=time_ms)
        return tuple(out)
    if number > 1 and _touches(out[number - 2], out[number - 1]):
        out[number - 2] = replace(out[number - 2], end_ms=time_ms)
    out[number - 1] = replace(out[number - 1], start_ms=time_ms)
    return tuple(out)
