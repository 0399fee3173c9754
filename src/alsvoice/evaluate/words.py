"""Word error rate, and cpWER: the same with each speaker's words joined and speakers matched.

WER: (substitutions + deletions + insertions) / reference words. cpWER (concatenated
minimum-permutation; Watanabe et al., CHiME-6, 2020): speakers of both sides are matched so that
the sum of errors is least; a speaker without a partner counts all its words.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from alsvoice.errors import MissingExtraError
from alsvoice.evaluate.normalise import normalise

__all__ = ["WordErrors", "cp_word_errors", "word_errors"]


@dataclass(frozen=True, slots=True, kw_only=True)
class WordErrors:
    """Counts over a reference; add them up before taking the rate."""

    substitutions: int = 0
    deletions: int = 0
    insertions: int = 0
    words: int = 0

    def __add__(self, other: "WordErrors") -> "WordErrors":
        return WordErrors(
            substitutions=self.substitutions + other.substitutions,
            deletions=self.deletions + other.deletions,
            insertions=self.insertions + other.insertions,
            words=self.words + other.words,
        )

    @property
    def errors(self) -> int:
        """All three kinds."""
        return self.substitutions + self.deletions + self.insertions

    @property
    def rate(self) -> float | None:
        """Errors over reference words; None where the reference has none."""
        return self.errors / self.words if self.words else None


def word_errors(reference: str, hypothesis: str) -> WordErrors:
    """Return the errors of a text after normalising both."""
    return _errors(normalise(reference), normalise(hypothesis))


def _errors(reference: Sequence[str], hypothesis: Sequence[str]) -> WordErrors:
    try:
        from rapidfuzz.distance import Levenshtein
    except ImportError as problem:
        raise MissingExtraError("Counting word errors", "evaluate") from problem
    kinds = [op.tag for op in Levenshtein.editops(reference, hypothesis)]
    return WordErrors(
        substitutions=kinds.count("replace"),
        deletions=kinds.count("delete"),
        insertions=kinds.count("insert"),
        words=len(reference),
    )


def cp_word_errors(reference: Mapping[str, str], hypothesis: Mapping[str, str]) -> WordErrors:
    """Return the errors with speakers matched at their best; texts are keyed by speaker."""
    import numpy as np
    from scipy.optimize import linear_sum_assignment

    refs = [normalise(text) for text in reference.values()]
    hyps = [normalise(text) for text in hypothesis.values()]
    size = max(len(refs), len(hyps))
    refs += [[] for _ in range(size - len(refs))]
    hyps += [[] for _ in range(size - len(hyps))]
    table = [[_errors(r, h) for h in hyps] for r in refs]
    costs = np.array([[cell.errors for cell in row] for row in table]).reshape(size, size)
    rows, columns = linear_sum_assignment(costs)
    return sum((table[r][c] for r, c in zip(rows, columns, strict=True)), WordErrors())
