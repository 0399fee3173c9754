"""Whether probabilities can be believed: confidence beside how often it was right.

Expected calibration error (Guo et al. 2017): codings are put into ten bins by the probability of
the label they were given; the gaps between a bin's mean probability and the share that is right,
weighted by the bins' sizes. It is a little above zero by chance alone, the more so over few.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Self

__all__ = ["BINS", "Bin", "Calibration"]

BINS = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Bin:
    """Codings of like confidence: how many, the sum of their probabilities, how many are right."""

    count: int = 0
    confidence: float = 0.0
    right: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Calibration:
    """Ten bins of equal width, the least confident first."""

    bins: tuple[Bin, ...] = (Bin(),) * BINS

    @classmethod
    def of(cls, codings: Iterable[tuple[float, bool]]) -> Self:
        """Count pairs of (probability of the label that was given, whether it is right)."""
        parts: list[list[tuple[float, bool]]] = [[] for _ in range(BINS)]
        for confidence, right in codings:
            parts[min(int(confidence * BINS), BINS - 1)].append((confidence, right))
        return cls(
            bins=tuple(
                Bin(
                    count=len(part),
                    confidence=sum(confidence for confidence, _ in part),
                    right=sum(right for _, right in part),
                )
                for part in parts
            )
        )

    @property
    def total(self) -> int:
        """How many codings came with a probability."""
        return sum(each.count for each in self.bins)

    @property
    def error(self) -> float | None:
        """Expected calibration error, 0 to 1; None over nothing."""
        if not self.total:
            return None
        return sum(abs(each.confidence - each.right) for each in self.bins) / self.total
