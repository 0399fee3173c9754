"""Where one person speaks long enough, and nobody else: what a voice may be judged by."""

from collections.abc import Iterable

from alsvoice.intervals import Span, subtract, union

__all__ = ["clean_passages"]

_EDGE_MS = 100
"""A border between two people is known no more exactly: so much beside others is left out."""
_LONGEST_MS = 6000
_SPREAD = 4
"""Of so many times more passages than are wanted, those that are longest are chosen from."""


def clean_passages(
    own: Iterable[Span], others: Iterable[Span], *, least_ms: int, most: int
) -> tuple[Span, ...]:
    """Return passages of ``least_ms`` to 6 s in which nobody else speaks, in order of time.

    Of more than ``most`` long ones are taken, spread over the meeting: a voice that is two people's
    by mistake is so in another place than its longest speech.
    """
    wide = union((max(0, start - _EDGE_MS), end + _EDGE_MS) for start, end in others)
    found = [
        piece
        for span in subtract(union(own), wide)
        for piece in _pieces(span)
        if piece[1] - piece[0] >= least_ms
    ]
    longest = sorted(found, key=lambda span: (span[0] - span[1], span[0]))[: _SPREAD * most]
    there = sorted(longest)
    step = max(len(there) - 1, 1) / max(most - 1, 1)
    if len(there) <= most:
        return tuple(there)
    return tuple(there[round(number * step)] for number in range(most))


def _pieces(span: Span) -> Iterable[Span]:
    """Yield equal parts of at most six seconds."""
    start, end = span
    parts = -(-(end - start) // _LONGEST_MS)
    for number in range(parts):
        yield (
            start + (end - start) * number // parts,
            start + (end - start) * (number + 1) // parts,
        )
