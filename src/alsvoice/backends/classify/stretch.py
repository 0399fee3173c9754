"""A stretch of plain words on its way to becoming a sentence: what word order is read from."""

from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass

from alsvoice.backends.classify.vocabulary import LEADS, words_of

__all__ = ["Stretch", "clause_starts"]

_CONJUNCTIONS = LEADS | words_of(
    "if maybe perhaps first next instead honestly basically obviously definitely probably plus "
    "personally whether please just then surely however"
)
_OPINIONS = words_of("think guess feel suppose say reckon believe mean wonder")


@dataclass(frozen=True, slots=True, kw_only=True)
class Stretch:
    """Words, before which of them a pause was written, and the mark at the end.

    ``ending`` is ``?``, ``.``, ``-`` (broken off) or None (not written); ``clauses`` are the
    indices at which a clause may begin.
    """

    words: Sequence[str]
    breaks: AbstractSet[int]
    clauses: AbstractSet[int]
    ending: str | None

    def word(self, at: int) -> str:
        """Return a word, an empty one where there is none."""
        return self.words[at] if 0 <= at < len(self.words) else ""

    @property
    def asked(self) -> bool:
        """Whether a question mark was written."""
        return self.ending == "?"

    @property
    def stated(self) -> bool:
        """Whether a full stop was written."""
        return self.ending == "."


def clause_starts(words: Sequence[str], breaks: AbstractSet[int]) -> frozenset[int]:
    """Return the indices of words with which a clause may begin."""
    starts = {0} | set(breaks)
    for index, word in enumerate(words):
        if word in _CONJUNCTIONS:
            starts.add(index + 1)
        elif word in _OPINIONS and index and words[index - 1] in {"i", "would"}:
            starts.add(index + 1)
            if words[index + 1 : index + 2] in (["that"], ["like"]):
                starts.add(index + 2)
    return frozenset(s for s in starts if s < len(words))
