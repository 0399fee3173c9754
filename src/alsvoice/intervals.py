"""Interval arithmetic in integer milliseconds; an interval is half open: [start, end)."""

from collections.abc import Iterable

__all__ = [
    "Span",
    "clip",
    "clock",
    "complement",
    "intersect",
    "overlap_ms",
    "seconds",
    "subtract",
    "to_ms",
    "total_ms",
    "union",
]

Span = tuple[int, int]


def to_ms(value_s: float) -> int:
    """Return seconds as whole milliseconds, halves rounded to even."""
    return round(value_s * 1000)


def seconds(value_ms: int) -> float:
    """Return milliseconds as seconds with at most three decimals."""
    return round(value_ms / 1000, 3)


def overlap_ms(a: Span, b: Span) -> int:
    """Return how long two intervals are on at once."""
    return max(0, min(a[1], b[1]) - max(a[0], b[0]))


def union(spans: Iterable[Span], *, gap_ms: int = 0) -> tuple[Span, ...]:
    """Return sorted, disjoint intervals; those at most ``gap_ms`` apart become one."""
    merged: list[Span] = []
    for start, end in sorted(s for s in spans if s[1] > s[0]):
        if merged and start - merged[-1][1] <= gap_ms:
            merged[-1] = (merged[-1][0], max(merged[-1][1], end))
        else:
            merged.append((start, end))
    return tuple(merged)


def total_ms(spans: Iterable[Span]) -> int:
    """Return the length of the union."""
    spans = list(spans)
    if len(spans) < 2:  # most are asked of a single turn
        return max(0, spans[0][1] - spans[0][0]) if spans else 0
    return sum(end - start for start, end in union(spans))


def intersect(a: Iterable[Span], b: Iterable[Span]) -> tuple[Span, ...]:
    """Return where both are on."""
    left, right = union(a), union(b)
    out: list[Span] = []
    i = j = 0
    while i < len(left) and j < len(right):
        start, end = max(left[i][0], right[j][0]), min(left[i][1], right[j][1])
        if start < end:
            out.append((start, end))
        if left[i][1] <= right[j][1]:
            i += 1
        else:
            j += 1
    return tuple(out)


def complement(spans: Iterable[Span], within: Span) -> tuple[Span, ...]:
    """Return where none is on, inside ``within``."""
    out: list[Span] = []
    at = within[0]
    for start, end in union(spans):
        if start >= within[1]:
            break
        if start > at:
            out.append((at, min(start, within[1])))
        at = max(at, end)
    if at < within[1]:
        out.append((at, within[1]))
    return tuple(out)


def subtract(a: Iterable[Span], b: Iterable[Span]) -> tuple[Span, ...]:
    """Return where ``a`` is on and ``b`` is not."""
    left = union(a)
    if not left:
        return ()
    return intersect(left, complement(b, (left[0][0], left[-1][1])))


def clip(spans: Iterable[Span], within: Span) -> tuple[Span, ...]:
    """Return the union of the intervals, cut to ``within``."""
    start, end = within
    return union((max(a, start), min(b, end)) for a, b in spans if a < end and start < b)


def clock(time_ms: int) -> str:
    """Return a time as ``m:ss``, from an hour on as ``h:mm:ss``; fractions are cut off."""
    minutes, secs = divmod(time_ms // 1000, 60)
    if minutes < 60:
        return f"{minutes}:{secs:02d}"
    return f"{minutes // 60}:{minutes % 60:02d}:{secs:02d}"
