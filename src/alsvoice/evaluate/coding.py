"""Everything said of a coding beside a reference: agreement, calibration, how sure the figures are.

Figures come from sums of counts alone, so those of drawn groups are computed as those of all are.
"""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

from alsvoice.evaluate.bootstrap import intervals
from alsvoice.evaluate.calibration import BINS, Bin, Calibration
from alsvoice.evaluate.labels import ClassCounts, LabelCounts, Pair
from alsvoice.formats.rows import CodedRow
from alsvoice.labels import LABELS, UNSURE_BELOW, Flag, Label

__all__ = ["CodingScores", "Matched", "match", "score"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Matched:
    """Rows of both sides that have the same id; how many of each side are in none."""

    pairs: tuple[Pair, ...]
    reference_alone: int
    coded_alone: int


def match(reference: Sequence[CodedRow], coded: Sequence[CodedRow]) -> Matched:
    """Return a pair for each id that both have, in the reference's order."""
    by_id = {row.id: row for row in coded}
    pairs = tuple(
        Pair(
            reference=row.label,
            coded=by_id[row.id].label,
            confidence=by_id[row.id].confidence,
            group=by_id[row.id].group if row.group is None else row.group,
            reference_flags=row.flags,
            coded_flags=by_id[row.id].flags,
        )
        for row in reference
        if row.id in by_id
    )
    return Matched(
        pairs=pairs,
        reference_alone=len(reference) - len(pairs),
        coded_alone=len(coded) - len(pairs),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class CodingScores:
    """How a coding agrees with a reference.

    ``unsure`` and ``sure`` are (how many, how many right) below and above the probability from
    which a coding is shown as unsure. ``flags`` has those that either side gives in the
    ``flagged`` pairs in which both sides tell flags. ``intervals`` has the 95 % interval of each of
    the figures, over what was drawn with replacement: ``groups`` that were named, and ``singles``,
    utterances without one. It is empty where there are too few of them.
    """

    counts: LabelCounts
    calibration: Calibration
    unsure: tuple[int, int]
    sure: tuple[int, int]
    flags: Mapping[Flag, ClassCounts]
    flagged: int
    intervals: Mapping[str, tuple[float, float]]
    groups: int
    singles: int


def score(pairs: Sequence[Pair]) -> CodingScores:
    """Return every figure of the pairs; one without a group is a group of its own."""
    by_group: defaultdict[str | int, list[Pair]] = defaultdict(list)
    for number, pair in enumerate(pairs):
        by_group[number if pair.group is None else pair.group].append(pair)
    told = _told(pairs)
    unsure = [right for confidence, right in told if confidence < UNSURE_BELOW]
    sure = [right for confidence, right in told if confidence >= UNSURE_BELOW]
    tallies = [_tally(group) for group in by_group.values()]
    counts = LabelCounts.of(pair.labels for pair in pairs)
    both = _both_flags(pairs)
    singles = sum(pair.group is None for pair in pairs)
    return CodingScores(
        counts=counts,
        calibration=Calibration.of(told),
        unsure=(len(unsure), sum(unsure)),
        sure=(len(sure), sum(sure)),
        flags=_flags(both),
        flagged=len(both),
        intervals=intervals(
            tallies, partial(_of_tally, labels=counts.occurring), {"calibration_error"}
        ),
        groups=len(by_group) - singles,
        singles=singles,
    )


def _told(pairs: Sequence[Pair]) -> list[tuple[float, bool]]:
    """Return the probability of each label that was given with one, and whether it is right."""
    return [(p.confidence, p.reference is p.coded) for p in pairs if p.confidence is not None]


def _figures(
    counts: LabelCounts, calibration: Calibration, labels: Collection[Label]
) -> dict[str, float | None]:
    """Return the figures that have an interval, by name; ``f1.LABEL`` is that of one label.

    ``labels`` are those that occur in all there is. Where one of them is not met in these counts,
    macro-F1 would be the mean of others, and is None.
    """
    classes = {label: counts.of_class(label) for label in labels}
    return {
        "macro_f1": counts.macro_f1 if set(labels) <= set(counts.occurring) else None,
        "accuracy": counts.accuracy,
        "kappa": counts.kappa,
        "calibration_error": calibration.error,
        **{f"f1.{label}": c.f1 if c.support else None for label, c in classes.items()},
        **{f"recall.{label}": c.recall if c.support else None for label, c in classes.items()},
        **{
            f"precision.{label}": c.precision if c.true_positives + c.false_positives else None
            for label, c in classes.items()
        },
    }


_Flags = tuple[frozenset[Flag], frozenset[Flag]]


def _both_flags(pairs: Sequence[Pair]) -> list[_Flags]:
    return [
        (frozenset(p.reference_flags), frozenset(p.coded_flags))
        for p in pairs
        if p.reference_flags is not None and p.coded_flags is not None
    ]


def _flags(both: Sequence[_Flags]) -> dict[Flag, ClassCounts]:
    return {
        flag: ClassCounts(
            true_positives=sum(flag in true and flag in found for true, found in both),
            false_positives=sum(flag in found and flag not in true for true, found in both),
            false_negatives=sum(flag in true and flag not in found for true, found in both),
        )
        for flag in Flag
        if any(flag in true or flag in found for true, found in both)
    }


def _tally(pairs: Sequence[Pair]) -> list[float]:
    counts = LabelCounts.of(pair.labels for pair in pairs)
    bins = Calibration.of(_told(pairs)).bins
    return [
        *(count for row in counts.rows for count in row),
        *(part for each in bins for part in (each.count, each.confidence, each.right)),
    ]


def _of_tally(tally: Sequence[float], labels: Collection[Label]) -> dict[str, float | None]:
    n = len(LABELS)
    counts = [round(x) for x in tally[: n * n]]
    rest = tally[n * n :]
    bins = (
        Bin(count=round(rest[3 * k]), confidence=rest[3 * k + 1], right=round(rest[3 * k + 2]))
        for k in range(BINS)
    )
    return _figures(
        LabelCounts(rows=tuple(tuple(counts[n * k : n * k + n]) for k in range(n))),
        Calibration(bins=tuple(bins)),
        labels,
    )
