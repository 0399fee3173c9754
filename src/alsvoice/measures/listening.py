"""Listening that can be heard: back-channels, and questions that give back what was said.

A back-channel ("mm", "yeah", "right"; Yngve 1970) tells the speaker to go on. A reflection gives
back what was heard; the MITI (Moyers et al. 2016) names one reflection a question fair and two good
for helping conversations between two people, which a set of questioners is not: the ratio is given
without a mark.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from alsvoice.labels import Flag
from alsvoice.measures.acts import Act
from alsvoice.measures.floor import is_backchannel
from alsvoice.measures.questioning import share
from alsvoice.session import CodedUtterance

__all__ = ["Listening", "listening"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Listening:
    """Counts of some people's utterances and question acts."""

    backchannels: int
    reflections: int
    questions: int

    @property
    def reflections_per_question(self) -> float | None:
        """Reflections over questions; None where nothing was asked."""
        return share(self.reflections, self.questions)


def listening(said: Iterable[CodedUtterance], acts: Sequence[Act]) -> Listening:
    """Return how somebody listens: ``said`` is what they said, ``acts`` theirs."""
    some = tuple(said)
    return Listening(
        backchannels=sum(map(is_backchannel, some)),
        reflections=sum(Flag.REFLECTION in coded.coding.flags for coded in some),
        questions=sum(act.kind.is_question for act in acts),
    )
