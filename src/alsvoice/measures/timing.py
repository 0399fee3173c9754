"""Timing: who talked how long, and how much was silence.

Speech time is that of the turns, never the span of utterances; where two speak at once it counts
for both. A turn here is unbroken: a person's speech until somebody else takes the floor, so that
neither a pause nor a listener's "mm" makes two of one. Talk time and its spread are the plainest
of the measures of participation (DiMicco et al. 2004; Woolley et al. 2010).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from alsvoice.intervals import Span, intersect, total_ms, union
from alsvoice.measures.floor import Run
from alsvoice.measures.once import once
from alsvoice.session import Conversation
from alsvoice.transcript import Turn

__all__ = ["Talk", "Timing", "overlaps", "spans_of_each", "talk", "timing"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Talk:
    """One person's speech; ``of_ms`` is everybody's together, overlap counted for each."""

    talk_ms: int
    of_ms: int
    turns: int
    longest_turn_ms: int

    @property
    def share(self) -> float | None:
        """Talk time over all speech time; None where nobody spoke."""
        return self.talk_ms / self.of_ms if self.of_ms else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Timing:
    """The whole session: speech, silence and gaps are its length; overlap is a part of speech."""

    speech_ms: int
    silence_ms: int
    overlap_ms: int
    longest_turn_ms: int
    turn_changes: int


def talk(conversation: Conversation, unbroken: Sequence[Run]) -> dict[str, Talk]:
    """Return each person's speech by id, in the order of the people."""
    spans = spans_of_each(conversation.turns)
    talked = {p.id: total_ms(spans.get(p.id, ())) for p in conversation.people}
    everybody = sum(map(total_ms, spans.values()))  # people who withdrew spoke, too
    own: dict[str, list[int]] = {}
    for run in unbroken:
        own.setdefault(run.person, []).append(run.speech_ms)
    return {
        person: Talk(
            talk_ms=ms,
            of_ms=everybody,
            turns=len(own.get(person, ())),
            longest_turn_ms=max(own.get(person, ()), default=0),
        )
        for person, ms in talked.items()
    }


def timing(conversation: Conversation, unbroken: Sequence[Run]) -> Timing:
    """Return the timing of the whole session."""
    speech = [turn.span for turn in conversation.turns]
    return Timing(
        speech_ms=total_ms(speech),
        silence_ms=max(0, conversation.duration_ms - total_ms([*speech, *conversation.gaps])),
        overlap_ms=sum(end - start for start, end in overlaps(conversation.turns)),
        longest_turn_ms=max((run.speech_ms for run in unbroken), default=0),
        turn_changes=sum(a.person != b.person for a, b in pairwise(unbroken)),
    )


@once
def spans_of_each(turns: Sequence[Turn]) -> dict[str, list[Span]]:
    """Return the spans of speech of each person who has some."""
    spans: dict[str, list[Span]] = {}
    for turn in turns:
        spans.setdefault(turn.speaker, []).append(turn.span)
    return spans


@once
def overlaps(turns: Sequence[Turn]) -> tuple[Span, ...]:
    """Return where two people or more speak at once."""
    before: list[Span] = []
    both: list[Span] = []
    for spans in spans_of_each(turns).values():
        both += intersect(before, spans)
        before += spans
    return union(both)
