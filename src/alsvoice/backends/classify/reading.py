"""A sentence in its context, together with every phrase found in it (looked up once a book)."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from alsvoice.backends.classify.context import Context
from alsvoice.backends.classify.phrases import Hit, PhraseBook
from alsvoice.backends.classify.sentences import Sentence

__all__ = ["Reading"]


@dataclass(slots=True, kw_only=True)
class Reading:
    """What the rules look at."""

    sentence: Sentence
    context: Context
    _found: dict[int, tuple[Hit, ...]] = field(default_factory=dict)

    @property
    def words(self) -> Sequence[str]:
        """The sentence's words."""
        return self.sentence.words

    @property
    def asked(self) -> bool:
        """Whether a question mark was written."""
        return self.sentence.ending == "?"

    def hits(self, book: PhraseBook, *families: str) -> tuple[Hit, ...]:
        """Return the hits of some families of a book, or of all, from left to right."""
        key = id(book)
        if key not in self._found:
            self._found[key] = tuple(book.hits(self.sentence))
        found = self._found[key]
        return tuple(h for h in found if h.family in families) if families else found

    def has(self, book: PhraseBook, *families: str) -> bool:
        """Say whether any of the families is there."""
        return bool(self.hits(book, *families))

    def opens_at(self, word: int) -> bool:
        """Say whether a question opens at a word."""
        return any(opening.word == word for opening in self.sentence.openings)

    @property
    def first_opening(self) -> int:
        """Where the first question opens; the number of words where none does."""
        return min((o.word for o in self.sentence.openings), default=len(self.words))
