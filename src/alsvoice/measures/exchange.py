"""Who asks whom and who answers, and how long the set waits before it asks again.

A question is put to the person it calls by name ("David, what…"), where it calls one. It is
answered by the next person who takes the floor before another question is asked. The pause before
a question is the silence between somebody else's speech and it: the second of Rowe's (1974) two
wait times, the one after the answer, in which answers go on. Unknown where the question starts
while others speak, where nobody else spoke since the question before, or where something was taken
out in between.
"""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from alsvoice.intervals import Span, complement, total_ms
from alsvoice.measures.acts import Act
from alsvoice.measures.floor import floor_turns
from alsvoice.measures.lookup import TurnsByTime
from alsvoice.session import Conversation
from alsvoice.transcript import Turn, is_withdrawn

__all__ = ["Exchange", "exchanges", "matrix"]

_LEAD_IN = r"(?:^|[,.?!]\s|^(?:\w+,?\s){1,2})"  # "So David, …", "Thank you. David, …"
_ON_THE_HEELS_MS = 500  # turns and words are not sure to more, and answers come on last words


@dataclass(frozen=True, slots=True, kw_only=True)
class Exchange:
    """A question act, whom it names, who answers, and the silence before it; None is unknown."""

    act: Act
    asked: str | None
    answered_by: str | None
    pause_before_ms: int | None


def exchanges(conversation: Conversation, acts: Sequence[Act]) -> tuple[Exchange, ...]:
    """Return one exchange a question act, in order."""
    floor = floor_turns(conversation)
    starts = [turn.start_ms for turn in floor]
    turns = TurnsByTime(conversation.turns)
    ends = _ends_before(floor)
    questions = [act for act in acts if act.kind.is_question]
    names = _names(conversation)
    return tuple(
        Exchange(
            act=act,
            asked=_asked(act, names),
            answered_by=_answer(act, floor, starts, _limit_ms(questions, n)),
            pause_before_ms=_pause_ms(
                act,
                ends[bisect_right(starts, act.start_ms)],
                questions[n - 1].end_ms if n else conversation.duration_ms,
                turns,
                conversation.gaps,
            ),
        )
        for n, act in enumerate(questions)
    )


def matrix(found: Sequence[Exchange]) -> tuple[tuple[str, str, int], ...]:
    """Return (who asked, who answered, how often), the most frequent first."""
    counts: dict[tuple[str, str], int] = {}
    for each in found:
        if each.answered_by is not None:
            pair = (each.act.person, each.answered_by)
            counts[pair] = counts.get(pair, 0) + 1
    return tuple((*pair, n) for pair, n in sorted(counts.items(), key=lambda kv: (-kv[1], kv[0])))


def _names(conversation: Conversation) -> Mapping[str, re.Pattern[str]]:
    """Return what calls each person; where two share a first name it calls nobody.

    A name that is spoken of ("a question for David?") is no call: a call is set off by stops.
    """
    first = {p.id: p.name.split()[0] for p in conversation.people if p.name and p.name.split()}
    shared = [name.casefold() for name in first.values()]
    return {
        person: re.compile(rf"{_LEAD_IN}{re.escape(name)}\s*(?:[,.?!]|$)", re.IGNORECASE)
        for person, name in first.items()
        if shared.count(name.casefold()) == 1
    }


def _asked(act: Act, names: Mapping[str, re.Pattern[str]]) -> str | None:
    """Return whom the question names; None where nobody or several."""
    said = " ".join(coded.utterance.text for coded in act.utterances)
    called = [id_ for id_, name in names.items() if id_ != act.person and name.search(said)]
    return called[0] if len(called) == 1 else None


def _limit_ms(questions: Sequence[Act], n: int) -> int | None:
    """Return when the next question begins: whoever starts with it does not answer this one."""
    return questions[n + 1].start_ms - _ON_THE_HEELS_MS if n + 1 < len(questions) else None


def _answer(
    act: Act, floor: Sequence[Turn], starts: Sequence[int], limit_ms: int | None
) -> str | None:
    first = bisect_left(starts, max(act.start_ms + 1, act.end_ms - _ON_THE_HEELS_MS))
    for turn in floor[first:]:
        if limit_ms is not None and turn.start_ms >= limit_ms:
            return None
        if turn.speaker != act.person and turn.end_ms > act.end_ms:
            return None if is_withdrawn(turn.speaker) else turn.speaker
    return None


def _ends_before(floor: Sequence[Turn]) -> tuple[tuple[tuple[int, str], ...], ...]:
    """Return, before each turn and after the last, the latest ends of two different people."""
    found: list[tuple[tuple[int, str], ...]] = [()]
    for turn in floor:
        latest = {who: end for end, who in found[-1]}
        latest[turn.speaker] = max(turn.end_ms, latest.get(turn.speaker, 0))
        found.append(tuple(sorted(((end, who) for who, end in latest.items()), reverse=True)[:2]))
    return tuple(found)


def _pause_ms(
    act: Act,
    ends: Sequence[tuple[int, str]],
    since_ms: int,
    turns: TurnsByTime,
    gaps: Sequence[Span],
) -> int | None:
    """Return the silence before a question, where others spoke after ``since_ms``."""
    last = next((end for end, who in ends if who != act.person), 0)
    if not since_ms < last <= act.start_ms:
        return None
    wait = (last, act.start_ms)
    if any(gap[0] <= wait[1] and wait[0] <= gap[1] for gap in gaps):
        return None
    return total_ms(complement((turn.span for turn in turns.during(wait)), wait))
