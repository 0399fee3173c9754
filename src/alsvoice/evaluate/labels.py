"""How well labels agree with a reference: counts a class, and what follows from counts.

Precision, recall and F1 are computed from summed counts, never averaged from ratios of parts.
Macro-F1 is the plain mean of the F1 of all classes that occur in the reference or in the labels.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Self

from alsvoice.intervals import Span, overlap_ms
from alsvoice.labels import LABELS, Flag, Label
from alsvoice.measures.agreement import kappa_of

__all__ = [
    "PROTOCOL", "ClassCounts", "Coded", "LabelCounts", "Pair", "paired", "without_punctuation",
]  # fmt: skip

PROTOCOL = (
    "a reference utterance is coded as what is mostly inside its span: advice if anything there "
    "is, else the last question, else other; macro-F1 over the classes that occur"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Coded:
    """A label and when what it belongs to was said; ``confidence`` its probability, if known."""

    start_ms: int
    end_ms: int
    label: Label
    confidence: float | None = None

    @property
    def span(self) -> Span:
        """Start and end."""
        return (self.start_ms, self.end_ms)


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """What a reference says of an utterance, and how it was coded.

    ``confidence`` is the probability of the label it was given, ``group`` what it was said in;
    None where that is not known.
    """

    reference: Label
    coded: Label
    confidence: float | None = None
    group: str | None = None
    reference_flags: tuple[Flag, ...] | None = None
    coded_flags: tuple[Flag, ...] | None = None

    @property
    def labels(self) -> tuple[Label, Label]:
        """(reference, coded)."""
        return (self.reference, self.coded)


def paired(reference: Sequence[Coded], hypothesis: Sequence[Coded]) -> list[Pair]:
    """Return a pair for each reference utterance, matched as ``PROTOCOL`` says."""
    pairs = []
    for true in reference:
        found = _governing(true.span, hypothesis)
        pairs.append(
            Pair(
                reference=true.label,
                coded=found.label if found else Label.OTHER,
                confidence=found.confidence if found else None,
            )
        )
    return pairs


def _governing(span: Span, hypothesis: Sequence[Coded]) -> Coded | None:
    """Return what decides how a span is coded; None where nothing is inside."""
    inside = [c for c in hypothesis if 2 * overlap_ms(c.span, span) >= c.end_ms - c.start_ms]
    advice = [c for c in inside if c.label is Label.ADVICE]
    if advice:
        return max(advice, key=lambda c: 1.0 if c.confidence is None else c.confidence)
    questions = [c for c in inside if c.label.is_question]
    rest = questions or inside
    return rest[-1] if rest else None


@dataclass(frozen=True, slots=True, kw_only=True)
class ClassCounts:
    """One class: right, coded though it is not, not coded though it is."""

    true_positives: int
    false_positives: int
    false_negatives: int

    def __post_init__(self) -> None:
        if min(self.true_positives, self.false_positives, self.false_negatives) < 0:
            raise ValueError(f"negative count in {self}")

    @property
    def support(self) -> int:
        """How many there are in the reference."""
        return self.true_positives + self.false_negatives

    @property
    def precision(self) -> float:
        """Share of the coded that is right; 0 where none was coded."""
        return _ratio(self.true_positives, self.true_positives + self.false_positives)

    @property
    def recall(self) -> float:
        """Share of the reference that was found; 0 where there is none."""
        return _ratio(self.true_positives, self.support)

    @property
    def f1(self) -> float:
        """Harmonic mean of precision and recall."""
        errors = self.false_positives + self.false_negatives
        return _ratio(2 * self.true_positives, 2 * self.true_positives + errors)


@dataclass(frozen=True, slots=True, kw_only=True)
class LabelCounts:
    """A confusion matrix: ``rows[i][j]`` counts ``LABELS[i]`` in the reference coded ``LABELS[j]``.

    Two of them add up to the counts of both sets together.
    """

    rows: tuple[tuple[int, ...], ...] = ((0,) * len(LABELS),) * len(LABELS)

    def __post_init__(self) -> None:
        if [len(row) for row in self.rows] != [len(LABELS)] * len(LABELS):
            raise ValueError(f"a confusion matrix has {len(LABELS)} rows and columns")
        if any(count < 0 for row in self.rows for count in row):
            raise ValueError("a confusion matrix counts from zero upwards")

    @classmethod
    def of(cls, pairs: Iterable[tuple[Label, Label]]) -> Self:
        """Count pairs of (reference, coded)."""
        rows = [[0] * len(LABELS) for _ in LABELS]
        for reference, coded in pairs:
            rows[LABELS.index(reference)][LABELS.index(coded)] += 1
        return cls(rows=tuple(map(tuple, rows)))

    def __add__(self, other: "LabelCounts") -> "LabelCounts":
        """Return the counts of both."""
        summed = (
            tuple(a + b for a, b in zip(mine, theirs, strict=True))
            for mine, theirs in zip(self.rows, other.rows, strict=True)
        )
        return LabelCounts(rows=tuple(summed))

    @property
    def total(self) -> int:
        """How many utterances were counted."""
        return sum(map(sum, self.rows))

    def of_class(self, label: Label) -> ClassCounts:
        """Return the counts of one class against all others."""
        at = LABELS.index(label)
        right = self.rows[at][at]
        return ClassCounts(
            true_positives=right,
            false_positives=sum(row[at] for row in self.rows) - right,
            false_negatives=sum(self.rows[at]) - right,
        )

    @property
    def accuracy(self) -> float:
        """Share of all utterances that is coded as in the reference."""
        return _ratio(sum(self.rows[i][i] for i in range(len(LABELS))), self.total)

    @property
    def macro_f1(self) -> float:
        """Mean F1 of the classes that occur; 0 where nothing was counted."""
        occurring = self.occurring
        return _ratio(sum(self.of_class(label).f1 for label in occurring), len(occurring))

    @property
    def occurring(self) -> tuple[Label, ...]:
        """The classes that occur in the reference or in the coding."""
        classes = ((label, self.of_class(label)) for label in LABELS)
        return tuple(label for label, c in classes if c.support or c.false_positives)

    @property
    def kappa(self) -> float | None:
        """Cohen's kappa over the four; None where both only ever have one and the same label."""
        return kappa_of(self.rows)

    def kappa_on(self, label: Label) -> float | None:
        """Return Cohen's kappa on one label against all others."""
        c = self.of_class(label)
        rest = self.total - c.true_positives - c.false_positives - c.false_negatives
        return kappa_of(((c.true_positives, c.false_negatives), (c.false_positives, rest)))

    @property
    def confusion(self) -> Mapping[Label, Mapping[Label, int]]:
        """The counts as ``{reference: {coded: count}}``, as a classifier's card holds them."""
        return {
            label: dict(zip(LABELS, row, strict=True))
            for label, row in zip(LABELS, self.rows, strict=True)
        }


def without_punctuation(text: str) -> str:
    """Return the text as a recogniser gives it that writes neither punctuation nor capitals."""
    return " ".join(re.sub(r"[^\w\s']", " ", text.lower()).split())


def _ratio(part: float, whole: float) -> float:
    return part / whole if whole else 0.0
