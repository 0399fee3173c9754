"""Time off track: stretches that are neither about the problem nor about the set's work.

Utterances flagged ``off_topic`` that follow one another, listening left out, are one stretch, by
whomever. Whoever says the next thing that is on the topic brought the set back.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from alsvoice.intervals import total_ms
from alsvoice.labels import Flag
from alsvoice.measures.floor import is_backchannel
from alsvoice.measures.scope import phase_of
from alsvoice.session import CodedUtterance, Conversation, Phase

__all__ = ["Stray", "off_track"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Stray:
    """A stretch off track; ``back_by`` is None where the recording ends in it."""

    utterances: tuple[CodedUtterance, ...]
    phase: Phase | None
    back: CodedUtterance | None

    @property
    def length_ms(self) -> int:
        """How long it was spoken of; pauses within are left out."""
        return total_ms(coded.utterance.span for coded in self.utterances)

    @property
    def back_by(self) -> str | None:
        """Who brought the set back."""
        return self.back.person if self.back else None


def off_track(conversation: Conversation) -> tuple[Stray, ...]:
    """Return the stretches off track in order of time."""
    found: list[Stray] = []
    away: list[CodedUtterance] = []
    for coded in conversation.utterances:
        if is_backchannel(coded):
            continue
        if Flag.OFF_TOPIC in coded.coding.flags:
            away.append(coded)
        elif away:
            found.append(_stray(away, coded, conversation.phases))
            away = []
    if away:
        found.append(_stray(away, None, conversation.phases))
    return tuple(found)


def _stray(
    away: Sequence[CodedUtterance], back: CodedUtterance | None, phases: Sequence[Phase]
) -> Stray:
    return Stray(utterances=tuple(away), phase=phase_of(away[0].utterance.span, phases), back=back)
