"""Cutting a recording into pieces that a recogniser takes one at a time.

A recording is never decoded whole: memory stays constant, and a loop or an invention of the
recogniser cannot run on past the piece it began in.
"""

from collections.abc import Sequence
from itertools import pairwise

from alsvoice.intervals import Span, union

__all__ = ["chunks_of"]

_LONGEST_MS = 28_000
"""One window of the recogniser (30 s) with its margins: nothing is skipped between windows."""
_BREAK_MS = 600
_MARGIN_MS = 250
"""Sound kept before and after: a plosive at the edge is lost without it."""


def chunks_of(speech: Sequence[Span], duration_ms: int) -> list[Span]:
    """Return pieces that hold all speech, cut at the longest pause when over 28 seconds.

    Pauses under 0.6 s never end a piece unless it would be too long otherwise.
    """
    pieces: list[Span] = []
    for span in union(speech, gap_ms=_BREAK_MS):
        joined = (
            pieces and span[1] - pieces[-1][0] <= _LONGEST_MS and span[0] - pieces[-1][1] < 5000
        )
        if joined:
            pieces[-1] = (pieces[-1][0], span[1])
        else:
            pieces.extend(_split(span, speech))
    return [
        (max(0, start - _MARGIN_MS), min(duration_ms, end + _MARGIN_MS)) for start, end in pieces
    ]


def _split(span: Span, speech: Sequence[Span]) -> list[Span]:
    """Halve what is too long, at the longest pause in its middle third, else in the middle."""
    start, end = span
    if end - start <= _LONGEST_MS:
        return [span]
    third = (end - start) // 3
    inside = [s for s in union(speech) if s[1] > start and s[0] < end]
    pauses = [
        (b[0] - a[1], (a[1] + b[0]) // 2)
        for a, b in pairwise(inside)
        if start + third <= (a[1] + b[0]) // 2 <= end - third
    ]
    at = max(pauses)[1] if pauses else (start + end) // 2
    return [*_split((start, at), speech), *_split((at, end), speech)]
