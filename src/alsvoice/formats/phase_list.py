"""``--phases FILE``: ``[{"name", "start_s", "end_s"?, "round"?, "presenter"?, "planned_s"?}, …]``.

Without an end a phase lasts until the next one, the last until the end of the recording.
"""

import math
from itertools import pairwise

import msgspec

from alsvoice.errors import FormatError
from alsvoice.formats import records
from alsvoice.formats.fields import one_line
from alsvoice.intervals import to_ms
from alsvoice.session import Phase

__all__ = ["parse"]


class _Row(msgspec.Struct):
    name: str
    start_s: float
    end_s: float | None = None
    round: int | None = None
    presenter: str | None = None
    planned_s: float | None = None


_LAST = 10_000 * 3600.0  # seconds; no meeting is longer, and larger numbers are slips
_MOST_ROUNDS = 999


def parse(data: bytes, *, where: str) -> tuple[Phase, ...]:
    """Return phases in order of time; an open last end is as far as a recording can reach."""
    rows = records.decode(data, list[_Row], where=where)
    for index, row in enumerate(rows):
        _check(row, f"{where}: $[{index}]")
    rows.sort(key=lambda row: row.start_s)
    for index, (row, after) in enumerate(pairwise(rows)):
        if row.end_s is not None and row.end_s > after.start_s:
            raise FormatError(
                f"phase {row.name!r} is still on when {after.name!r} starts",
                where=f"{where}: $[{index}]",
            )
    ends = [*(row.start_s for row in rows[1:]), _LAST][: len(rows)]
    return tuple(_phase(row, end_s) for row, end_s in zip(rows, ends, strict=True))


def _check(row: _Row, where: str) -> None:
    end_s = row.start_s if row.end_s is None else row.end_s
    times = [row.start_s, end_s, row.planned_s or 0.0]
    if not all(math.isfinite(t) and 0 <= t <= _LAST for t in times):
        raise FormatError("a time must lie between 0 and 10,000 hours, in seconds", where=where)
    if end_s < row.start_s:
        raise FormatError("end_s lies before start_s", where=where)
    if not one_line(row.name):
        raise FormatError("a phase needs a name", where=where)
    if row.round is not None and not 0 <= row.round <= _MOST_ROUNDS:
        raise FormatError(f"a round is a number from 0 to {_MOST_ROUNDS}", where=where)


def _phase(row: _Row, following: float) -> Phase:
    return Phase(
        name=one_line(row.name),
        start_ms=to_ms(row.start_s),
        end_ms=to_ms(following if row.end_s is None else row.end_s),
        planned_ms=None if row.planned_s is None else to_ms(row.planned_s),
        round=row.round,
        presenter=one_line(row.presenter or "") or None,
    )
