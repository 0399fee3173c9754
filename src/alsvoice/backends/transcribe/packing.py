"""Speech packed into the recogniser's windows, and times in a window taken back to the recording.

What costs is the window, full or not, so silences are cut out and windows are filled. A window ends
at the longest pause of its last third, a change of speaker before running speech. A recording is
never decoded whole: memory stays constant, and a loop or an invention of the recogniser cannot run
on past the window it began in.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from alsvoice.intervals import Span

__all__ = ["Piece", "Window", "windows_of"]

_MARGIN_MS = 400
"""Sound kept before and after: first words are lost without it.

Where speech without a pause is cut, both windows hear so much of the other's.
"""
_KEPT_PAUSE_MS = 1000
"""Shorter pauses stay as they are; longer ones become two margins of what was there."""
_FULL = 2 / 3
"""Where a window may end: from this share of its length on."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """An unbroken stretch of the recording: the sound ``heard``, and the part whose words it owns.

    Words are given to the piece in whose own part their middle lies, so that what two pieces hear
    stands once.
    """

    heard: Span
    own: Span

    @property
    def length_ms(self) -> int:
        """How long it sounds."""
        return self.heard[1] - self.heard[0]

    def owns(self, at_ms: int) -> bool:
        """Whether a word with its middle there belongs to this piece."""
        last = at_ms == self.own[1] == self.heard[1]
        return self.own[0] <= at_ms < self.own[1] or last


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """Pieces that are decoded as one sound, end to end."""

    pieces: tuple[Piece, ...]

    @property
    def length_ms(self) -> int:
        """How long it sounds."""
        return sum(piece.length_ms for piece in self.pieces)

    @property
    def speech(self) -> tuple[Span, ...]:
        """The parts of the recording whose words it owns."""
        return tuple(piece.own for piece in self.pieces)

    def placed(self, start_ms: int, end_ms: int) -> Span | None:
        """Return where a span of the window lies in the recording; None where others own it.

        A span over the seam of two pieces ends with the piece that its middle is in.
        """
        middle = (start_ms + end_ms) // 2
        at = 0
        for n, piece in enumerate(self.pieces):
            if middle < at + piece.length_ms or n == len(self.pieces) - 1:
                shift = piece.heard[0] - at
                start = min(max(start_ms + shift, piece.heard[0]), piece.heard[1])
                end = min(max(end_ms + shift, start), max(piece.heard[1], start))
                return (start, end) if piece.owns((start + end) // 2) else None
            at += piece.length_ms
        return None


def windows_of(speech: Sequence[Span], duration_ms: int, longest_ms: int) -> list[Window]:
    """Return windows of at most ``longest_ms`` that hold all speech once, in order.

    ``speech`` is sorted and disjoint; spans that touch are a change of speaker.
    """
    parts = [p for span in speech for p in _short(span, longest_ms - 2 * _MARGIN_MS)]
    windows: list[Window] = []
    first = 0
    while first < len(parts):
        after = _end_of_window(parts, first, longest_ms)
        windows.append(_window(parts, first, after, duration_ms))
        first = after
    return windows


def _short(span: Span, longest_ms: int) -> list[Span]:
    """Cut what is too long by itself into equal parts."""
    count = -(-(span[1] - span[0]) // longest_ms)
    edges = [span[0] + (span[1] - span[0]) * n // count for n in range(count + 1)]
    return list(pairwise(edges))


def _sounding(pause_ms: int) -> int:
    return pause_ms if pause_ms <= _KEPT_PAUSE_MS else 2 * _MARGIN_MS


def _end_of_window(parts: Sequence[Span], first: int, longest_ms: int) -> int:
    """Return the part that the next window begins with: at the longest pause of the last third."""
    length = parts[first][1] - parts[first][0] + 2 * _MARGIN_MS
    latest, late = first + 1, []  # the last place where it still fits; (pause, part) of late ones
    for n in range(first + 1, len(parts)):
        pause = parts[n][0] - parts[n - 1][1]
        latest = n
        if length >= _FULL * longest_ms:
            late.append((pause, n))
        length += _sounding(pause) + parts[n][1] - parts[n][0]
        if length > longest_ms:
            return max(late)[1] if late else latest
    return len(parts)


def _window(parts: Sequence[Span], first: int, after: int, duration_ms: int) -> Window:
    pieces: list[Piece] = []
    start, own_start = _border(parts, first, duration_ms)[1]
    for n in range(first, after):
        last = n == after - 1
        if last or parts[n + 1][0] - parts[n][1] > _KEPT_PAUSE_MS:
            end, own_end = _border(parts, n + 1, duration_ms)[0]
            own = (max(start, own_start), min(end, own_end))
            pieces.append(Piece(heard=(start, end), own=own))
            start, own_start = _border(parts, n + 1, duration_ms)[1]
    return Window(pieces=tuple(pieces))


def _border(parts: Sequence[Span], n: int, duration_ms: int) -> tuple[Span, Span]:
    """Return, at the border before part n, (end of sound, end of own) and (start, start of own)."""
    left = parts[n - 1][1] if n else 0
    right = parts[n][0] if n < len(parts) else duration_ms
    middle = (left + right) // 2 if 0 < n < len(parts) else (0 if n == 0 else duration_ms)
    before = (min(duration_ms, left + _MARGIN_MS), middle)
    return before, (max(0, right - _MARGIN_MS), middle)
