"""Questioning: how many questions, open and closed, and how much advice.

Counted in acts. Open: may be answered in many ways; closed: yes or no, a choice, a fact; advice:
says or hints what to do (MITI 4.2.1, Moyers et al. 2016, for open, closed and giving advice; Revans
1982 for the weight on questions). Counts are joined, never shares.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from alsvoice.labels import Flag, Label
from alsvoice.measures.acts import Act

__all__ = ["Questioning", "count", "share"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Questioning:
    """Counts of acts; the flags say how many of them are disguised, stacked or leading."""

    open: int = 0
    closed: int = 0
    advice: int = 0
    advice_in_disguise: int = 0
    stacked: int = 0
    leading: int = 0

    @property
    def questions(self) -> int:
        """Open and closed."""
        return self.open + self.closed

    @property
    def open_share(self) -> float | None:
        """Open over open and closed; None where nothing was asked."""
        return share(self.open, self.questions)

    @property
    def advice_share(self) -> float | None:
        """Advice over questions and advice; None where there is neither."""
        return share(self.advice, self.questions + self.advice)


def share(part: int, whole: int) -> float | None:
    """Return a part of a whole; None over nothing."""
    return part / whole if whole else None


def count(acts: Iterable[Act]) -> Questioning:
    """Return the counts of some acts: everybody's, a person's, a phase's."""
    some = tuple(acts)
    return Questioning(
        open=sum(act.kind is Label.OPEN_QUESTION for act in some),
        closed=sum(act.kind is Label.CLOSED_QUESTION for act in some),
        advice=sum(act.kind is Label.ADVICE for act in some),
        advice_in_disguise=_flagged(some, Flag.ADVICE_IN_DISGUISE, of_questions=False),
        stacked=_flagged(some, Flag.STACKED, of_questions=True),
        leading=_flagged(some, Flag.LEADING, of_questions=True),
    )


def _flagged(acts: Iterable[Act], flag: Flag, *, of_questions: bool) -> int:
    return sum(flag in act.flags and act.kind.is_question is of_questions for act in acts)
