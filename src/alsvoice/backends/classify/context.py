"""What a rule may know besides the sentence: who speaks, and what was said just before."""

from collections.abc import Iterable
from dataclasses import dataclass

from alsvoice.backends.classify.vocabulary import STOPWORDS, words_of
from alsvoice.backends.classify.wording import plain_words
from alsvoice.session import Role

__all__ = ["Context", "echo_share", "stems"]

_PLAN_WORDS = words_of(
    "could might should will would tried trying try thinking thought considering plan planning "
    "want wanted going need idea option wondering wondered"
)


def _stem(word: str) -> str:
    for suffix in ("'s", "ing", "ed", "es", "s", "e"):
        if word.endswith(suffix) and len(word) - len(suffix) >= 3:
            word = word.removesuffix(suffix)
    return word


def stems(words: Iterable[str]) -> frozenset[str]:
    """Return the content words, without endings."""
    return frozenset(_stem(w) for w in words if w not in STOPWORDS and len(w) > 1)


def echo_share(words: Iterable[str], earlier: frozenset[str]) -> float:
    """Return which share of the content words was said before; 0 where there are none."""
    own = stems(words)
    return len(own & earlier) / len(own) if own else 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """``role`` is None where it is unknown; ``raised`` holds the stems of the words before.

    ``plan_before`` says that the words before weigh an action of the speaker's own: giving that
    action back is no advice, for it is not new.
    """

    role: Role | None = None
    raised: frozenset[str] = frozenset()
    plan_before: bool = False

    @classmethod
    def of(cls, role: str | None, prev_text: str | None) -> "Context":
        """Return the context of a row; a role that is not one of ours is unknown."""
        known = Role(role) if role in set(Role) else None
        if not prev_text:
            return cls(role=known)
        words = plain_words(prev_text)
        plan = "i" in words and not _PLAN_WORDS.isdisjoint(words)
        return cls(role=known, raised=stems(words), plan_before=plan)

    @property
    def presents(self) -> bool:
        """Whether the presenter speaks."""
        return self.role is Role.PRESENTER

    @property
    def facilitates(self) -> bool:
        """Whether the facilitator speaks."""
        return self.role is Role.FACILITATOR

    @property
    def may_facilitate(self) -> bool:
        """Whether the facilitator speaks, as far as is known."""
        return self.role in {None, Role.FACILITATOR}

    def raised_before(self, words: Iterable[str]) -> bool:
        """Say whether the words name only what the one before was already weighing."""
        if not self.plan_before:
            return False
        own = stems(words)
        return len(own) >= 2 and own <= self.raised
