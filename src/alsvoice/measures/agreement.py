"""How far two coders agree: counts of what each gave, Cohen's kappa, agreement per label.

Kappa (Cohen 1960) is the agreement beyond what two coders with these habits would reach by
chance: (observed - expected) / (1 - expected). Agreement on one label is the positive agreement of
Cicchetti and Feinstein (1990): 2 both / (given by the one + given by the other).
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from alsvoice.labels import LABELS, Label
from alsvoice.measures.uncertainty import Interval, wilson

__all__ = ["Agreement", "kappa_of"]


def kappa_of(table: Sequence[Sequence[int]]) -> float | None:
    """Return Cohen's kappa of a square table, one coder's classes downwards, the other's across.

    None over nothing, and where both only ever gave one and the same class.
    """
    total = sum(map(sum, table))
    by_column = [sum(row[k] for row in table) for k in range(len(table))]
    chance = sum(sum(row) * given for row, given in zip(table, by_column, strict=True))
    if not total or chance >= total * total:
        return None
    agreed = sum(row[k] for k, row in enumerate(table))
    expected = chance / (total * total)
    return (agreed / total - expected) / (1 - expected)


@dataclass(frozen=True, slots=True, kw_only=True)
class Agreement:
    """Counts of (reference, given)."""

    counts: Mapping[tuple[Label, Label], int]

    @classmethod
    def of(cls, pairs: Iterable[tuple[Label, Label]]) -> "Agreement":
        """Count pairs of the reference's label and the one that was given."""
        return cls(counts=Counter(pairs))

    @property
    def total(self) -> int:
        """How many were coded by both."""
        return sum(self.counts.values())

    @property
    def agreed(self) -> int:
        """How many were coded alike."""
        return sum(n for (reference, given), n in self.counts.items() if reference is given)

    @property
    def observed(self) -> float | None:
        """The share coded alike; None over nothing."""
        return self.agreed / self.total if self.total else None

    @property
    def observed_interval(self) -> Interval | None:
        """Wilson's 90 % interval of it."""
        return wilson(self.agreed, self.total) if self.total else None

    @property
    def kappa(self) -> float | None:
        """Cohen's kappa; None where both only ever gave one and the same label."""
        return kappa_of([[self.counts.get((a, b), 0) for b in LABELS] for a in LABELS])

    def referred(self, label: Label) -> int:
        """Return how often the reference has a label."""
        return sum(n for (reference, _), n in self.counts.items() if reference is label)

    def given(self, label: Label) -> int:
        """Return how often a label was given."""
        return sum(n for (_, given), n in self.counts.items() if given is label)

    def both(self, label: Label) -> int:
        """Return how often both have a label."""
        return self.counts.get((label, label), 0)

    def on(self, label: Label) -> float | None:
        """Return the agreement on one label; None where nobody gave it."""
        either = self.referred(label) + self.given(label)
        return 2 * self.both(label) / either if either else None
