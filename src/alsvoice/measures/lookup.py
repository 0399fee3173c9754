"""Find the utterances of a stretch of time without reading them all."""

from bisect import bisect_right
from collections.abc import Iterable
from itertools import accumulate
from typing import Self

from alsvoice.intervals import Span
from alsvoice.session import CodedUtterance

__all__ = ["ByTime"]


class ByTime:
    """Utterances ordered by their start."""

    def __init__(self, utterances: Iterable[CodedUtterance]) -> None:
        self._coded = sorted(utterances, key=lambda coded: coded.utterance.span)
        self._starts = [coded.utterance.start_ms for coded in self._coded]
        # The latest end so far: utterances may overlap, and a search needs rising numbers.
        self._ends = list(accumulate((coded.utterance.end_ms for coded in self._coded), max))

    @classmethod
    def of_each_person(cls, utterances: Iterable[CodedUtterance]) -> dict[str, Self]:
        """Return one lookup a person, by the person's id."""
        groups: dict[str, list[CodedUtterance]] = {}
        for coded in utterances:
            groups.setdefault(coded.person, []).append(coded)
        return {person: cls(group) for person, group in groups.items()}

    def during(self, span: Span) -> tuple[CodedUtterance, ...]:
        """Return utterances that are on at some time of the span."""
        first = bisect_right(self._ends, span[0])
        after = bisect_right(self._starts, span[1] - 1)
        return tuple(c for c in self._coded[first:after] if c.utterance.end_ms > span[0])

    def starting_in(self, span: Span) -> tuple[CodedUtterance, ...]:
        """Return utterances that start inside the span."""
        return tuple(c for c in self.during(span) if c.utterance.start_ms >= span[0])
