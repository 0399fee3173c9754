"""In which order the pieces of a line stand on paper where some of it runs from right to left.

The order is python-bidi's (Unicode Bidirectional Algorithm, UAX #9), which tells no more than how
the whole line looks. So that each piece can be shaped as it runs, a mark that has no room of its
own is set behind what may turn: it comes out before whatever did.
"""

import unicodedata
from collections.abc import Iterator
from functools import cache
from itertools import groupby

__all__ = ["as_seen", "is_plain", "runs_rightwards", "visual_runs"]

_TURNING = frozenset({"R", "AL"})
_CLINGING = frozenset({"NSM", "BN"})
_BEHIND = "\U000e01ef"  # the last variation selector: no font has it, no text needs it


def is_plain(text: str) -> bool:
    """Whether everything in a text runs from left to right."""
    return text.isascii() or not any(
        _kind(char) in _TURNING or _kind(char) == "AN" for char in text
    )


def runs_rightwards(text: str) -> bool:
    """Whether a paragraph begins at its right side: its first letter says so."""
    if text.isascii():
        return False
    from bidi import get_base_level

    return bool(get_base_level(text))


def visual_runs(text: str) -> tuple[tuple[str, bool], ...]:
    """Return ``(piece, right to left)`` from the left of the line to its right.

    Each piece is in the order of speech, whichever way it runs.
    """
    from bidi import get_display

    letters = list(_letters(text.replace(_BEHIND, "")))
    if not letters:
        return ()
    marked = "".join(letter + _BEHIND * _may_turn(letter) for letter in letters)
    pieces: list[tuple[str, bool]] = []
    for turned, found in groupby(_seen(get_display(marked)), key=lambda each: each[1]):
        run = [letter for letter, _ in found]
        pieces.append(("".join(run[::-1] if turned else run), turned))
    return tuple(pieces)


def as_seen(piece: str) -> str:
    """Return a piece that turned with its brackets as they look, still in the order of speech."""
    return piece.translate(_mirrors())


@cache
def _mirrors() -> dict[int, str]:
    from bidi.mirror import MIRRORED

    return {ord(char): seen for char, seen in MIRRORED.items()}


def _letters(text: str) -> Iterator[str]:
    """Yield each letter with the marks that cling to it."""
    letter = ""
    for char in text:
        if letter and _kind(char) not in _CLINGING:
            yield letter
            letter = ""
        letter += char
    if letter:
        yield letter


def _may_turn(letter: str) -> bool:
    return _kind(letter[0]) in _TURNING or bool(unicodedata.mirrored(letter[0]))


def _seen(line: str) -> Iterator[tuple[str, bool]]:
    """Yield each letter of a line as it looks, in the order of speech, and whether it turned."""
    at = 0
    while at < len(line):
        end = at + 1
        turned = line[at] == _BEHIND
        if turned:
            while end < len(line) and _kind(line[end]) in _CLINGING:
                end += 1
            yield line[at + 1 : end + 1][::-1], True
            at = end + 1
            continue
        while end < len(line) and _kind(line[end]) in _CLINGING and line[end] != _BEHIND:
            end += 1
        yield line[at:end], False
        at = end + _may_turn(line[at])


def _kind(char: str) -> str:
    return unicodedata.bidirectional(char)
