"""Find the utterances and turns of a stretch of time without reading them all."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable
from itertools import accumulate, islice
from typing import Self

from alsvoice.intervals import Span
from alsvoice.session import CodedUtterance
from alsvoice.transcript import Turn

__all__ = ["ByTime", "TurnsByTime"]


class TurnsByTime:
    """Turns ordered by their start."""

    def __init__(self, turns: Iterable[Turn]) -> None:
        self._turns = sorted(turns, key=lambda turn: turn.span)
        self._starts = [turn.start_ms for turn in self._turns]
        self._ends = list(accumulate((turn.end_ms for turn in self._turns), max))

    def during(self, span: Span) -> tuple[Turn, ...]:
        """Return turns that are on at some time of the span."""
        first = bisect_right(self._ends, span[0])
        after = bisect_right(self._starts, span[1] - 1)
        return tuple(turn for turn in self._turns[first:after] if turn.end_ms > span[0])

    def starting_from(self, time_ms: int) -> Iterable[Turn]:
        """Give the turns that start at a time or later."""
        return islice(self._turns, bisect_left(self._starts, time_ms), None)


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
