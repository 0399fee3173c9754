"""Names and terms that were told beforehand, spelled as they were told.

Given to the network as a text before each window, hints cost more words than they saved (see
docs/LOG.md); so the network is not told, and only words that it doubted itself and that are spelled
nearly like a hint are taken for it.
"""

from collections.abc import Sequence
from dataclasses import replace
from difflib import SequenceMatcher

from alsvoice.transcript import Word

__all__ = ["with_hints"]

_DOUBTED = 0.6
_SHORTEST = 4
"""Shorter words are too near to too many others."""
_NEAR = 0.75
"""Share of letters in the same order: "Angelie" is near "Anjali", "Marco" is not near "Mary"."""


def with_hints(words: Sequence[Word], hints: Sequence[str]) -> list[Word]:
    """Return the words, doubtful ones that are nearly a hint spelled like it."""
    known = list(dict.fromkeys(part for hint in hints for part in hint.split()))
    known = [part for part in known if len(part) >= _SHORTEST]
    exact = {part.lower() for part in known}
    return [_spelled(word, known, exact) for word in words] if known else list(words)


def _spelled(word: Word, known: Sequence[str], exact: set[str]) -> Word:
    core = word.text.strip("\"'“”‘’.,;:!?…()[]")
    doubted = word.confidence is not None and word.confidence < _DOUBTED
    if not doubted or len(core) < _SHORTEST or core.lower() in exact:
        return word
    near = max(known, key=lambda part: _likeness(core, part))
    if _likeness(core, near) < _NEAR:
        return word
    return replace(word, text=word.text.replace(core, near))


def _likeness(a: str, b: str) -> float:
    return SequenceMatcher(None, a.lower(), b.lower(), autojunk=False).ratio()
