"""Turns after somebody corrected who spoke."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from alsvoice.intervals import Span, intersect, overlap_ms, subtract, union
from alsvoice.session import CodedUtterance
from alsvoice.transcript import Diarization, Turn

__all__ = ["joined_turns", "turns_of_people", "with_moved"]

_Asked = tuple[Diarization, Mapping[str, str], tuple[CodedUtterance, ...]]
_last: list[tuple[_Asked, tuple[Turn, ...]]] = []


def turns_of_people(
    diarization: Diarization, by_voice: Mapping[str, str], moved: tuple[CodedUtterance, ...]
) -> tuple[Turn, ...]:
    """Return the turns of people, each of ``moved`` given to the person who said it.

    The last answer is kept: most corrections are of labels and change nobody's turns, and what is
    measured of the very same turns need not be measured again.
    """
    for (heard, voices, moves), answer in _last:
        if heard is diarization and voices == by_voice and moves == moved:
            return answer
    turns = [
        Turn(speaker=by_voice.get(t.speaker, t.speaker), start_ms=t.start_ms, end_ms=t.end_ms)
        for t in diarization.turns
    ]
    for each in moved:
        turns = with_moved(turns, each, by_voice)
    answer = joined_turns(turns)
    _last[:] = [((diarization, dict(by_voice), moved), answer)]
    return answer


def with_moved(
    turns: Sequence[Turn], coded: CodedUtterance, by_voice: Mapping[str, str]
) -> list[Turn]:
    """Return turns in which the speech inside the utterance is that of the person who said it.

    Pauses inside it stay pauses: speech time is that of the turns. Where no turn was, and the
    person is silent too, the utterance is the only witness.
    """
    voice = by_voice.get(coded.utterance.speaker, coded.utterance.speaker)
    span = coded.utterance.span
    kept: list[Turn] = []
    spoken: list[Span] = []
    for turn in turns:
        if turn.speaker != voice or not overlap_ms(turn.span, span):
            kept.append(turn)
            continue
        spoken += intersect([turn.span], [span])
        for start, end in subtract([turn.span], [span]):
            kept.append(replace(turn, start_ms=start, end_ms=end))
    silent = not any(t.speaker == coded.person and overlap_ms(t.span, span) for t in kept)
    for start, end in spoken or ([span] if silent else []):
        kept.append(Turn(speaker=coded.person, start_ms=start, end_ms=end))
    return kept


def joined_turns(turns: Sequence[Turn]) -> tuple[Turn, ...]:
    """Return turns in order of time; a person's own turns never overlap each other."""
    by_person: dict[str, list[Span]] = {}
    for turn in turns:
        by_person.setdefault(turn.speaker, []).append(turn.span)
    joined = [
        Turn(speaker=person, start_ms=start, end_ms=end)
        for person, spans in by_person.items()
        for start, end in union(spans)
    ]
    return tuple(sorted(joined, key=lambda t: (t.start_ms, t.end_ms, t.speaker)))
