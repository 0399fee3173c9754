"""Think time: the silence from the end of a question to the start of the next person's speech.

Rowe's wait time (1974, 1986): with three seconds and more, answers grow longer and deeper; the
facilitator's device is to count to ten. There is none where somebody speaks before the question
ends, nor where the asker goes on with a statement of five words or more before anybody answers; a
short "take your time" does not end it, but is no silence either. A passage that was taken out is no
silence: where one begins before the next speech, nobody knows who spoke next, and when.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from statistics import median

from alsvoice.intervals import Span, complement, overlap_ms, total_ms
from alsvoice.measures.acts import STATEMENT_WORDS, Act
from alsvoice.measures.floor import floor_turns
from alsvoice.measures.lookup import ByTime, TurnsByTime
from alsvoice.session import Conversation

__all__ = ["ThinkTime", "median_ms", "think_times"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ThinkTime:
    """The silence after a question act; ``silence_ms`` and ``next_person`` None where none was."""

    act: Act
    silence_ms: int | None = None
    next_person: str | None = None


def think_times(conversation: Conversation, acts: Sequence[Act]) -> tuple[ThinkTime, ...]:
    """Return one think time a question act, in order."""
    turns = TurnsByTime(conversation.turns)
    floor = TurnsByTime(floor_turns(conversation))
    said = ByTime.of_each_person(conversation.utterances)
    return tuple(
        _think_time(act, turns, floor, said[act.person], conversation.gaps)
        for act in acts
        if act.kind.is_question
    )


def median_ms(times: Iterable[ThinkTime]) -> float | None:
    """Return the median silence; None where no question had any."""
    known = [time.silence_ms for time in times if time.silence_ms is not None]
    return median(known) if known else None


def _think_time(
    act: Act, turns: TurnsByTime, floor: TurnsByTime, own: ByTime, gaps: Sequence[Span]
) -> ThinkTime:
    end = _end_of_speech_ms(act, turns)
    answer = next((t for t in turns.starting_from(end) if t.speaker != act.person), None)
    at_the_end = floor.during((end - 1, end + 1))
    spoken_into = any(t.speaker != act.person and t.start_ms < end < t.end_ms for t in at_the_end)
    if answer is None or spoken_into:
        return ThinkTime(act=act)
    wait = (end, answer.start_ms)
    if any(gap[0] <= wait[1] and wait[0] <= gap[1] for gap in gaps):
        return ThinkTime(act=act)
    if any(len(c.utterance.words) >= STATEMENT_WORDS for c in own.starting_in(wait)):
        return ThinkTime(act=act)
    silent = complement((t.span for t in turns.during(wait)), wait)
    return ThinkTime(act=act, silence_ms=total_ms(silent), next_person=answer.speaker)


def _end_of_speech_ms(act: Act, turns: TurnsByTime) -> int:
    """Return where the asker's voice ends: a recogniser stretches last words into the silence."""
    there = turns.during(act.span)
    own = (t for t in there if t.speaker == act.person and overlap_ms(t.span, act.span))
    return min(max((t.end_ms for t in own), default=act.end_ms), act.end_ms)
