"""A part of the session by itself: a phase, or the phases of a round.

What is timed is cut at the part's borders; an act belongs to the part in whose phase it stands.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from alsvoice.intervals import Span, intersect, total_ms, union
from alsvoice.measures.acts import Act
from alsvoice.measures.questioning import Questioning, count
from alsvoice.measures.think_time import ThinkTime, median_ms
from alsvoice.measures.timing import overlaps, spans_of_each
from alsvoice.session import Conversation, Phase

__all__ = ["Stretch", "stretch"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Stretch:
    """A part's timing and questioning; ``talk_ms`` by the ids of who spoke in it."""

    length_ms: int
    speech_ms: int
    silence_ms: int
    overlap_ms: int
    talk_ms: Mapping[str, int]
    counts: Questioning
    median_think_ms: float | None


def stretch(
    conversation: Conversation,
    phases: Sequence[Phase],
    acts: Sequence[Act],
    thinking: Sequence[ThinkTime],
) -> Stretch:
    """Return what happened in some phases."""
    whole: Span = (0, conversation.duration_ms)
    spans = intersect([whole], [phase.span for phase in phases])
    speech = spans_of_each(conversation.turns)
    spoken = intersect(union(s for own in speech.values() for s in own), spans)
    removed = intersect(conversation.gaps, spans)
    talked = {p.id: total_ms(intersect(speech.get(p.id, ()), spans)) for p in conversation.people}
    inside = [act for act in acts if act.phase in phases]
    return Stretch(
        length_ms=total_ms(spans),
        speech_ms=total_ms(spoken),
        silence_ms=total_ms(spans) - total_ms([*spoken, *removed]),
        overlap_ms=total_ms(intersect(overlaps(conversation.turns), spans)),
        talk_ms={person: ms for person, ms in talked.items() if ms},
        counts=count(inside),
        median_think_ms=median_ms(time for time in thinking if time.act.phase in phases),
    )
