"""Phases where nobody marked any: a cautious guess from what was announced.

Facilitators say what comes next ("let's move on to clarifying questions", "what will you do, and by
when?"), and a set's meeting has a known order (Pedler 2011; the templates here). A phase is guessed
only where its announcement was heard, in that order and after the one before; where fewer than two
were heard, nothing is guessed. What is announced begins when the announcement is over, what
is asked for begins with the question. Nothing is counted by a guess: it is shown, and labelled.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from alsvoice.measures.facilitation import facilitators
from alsvoice.session import CodedUtterance, Conversation, Phase

__all__ = ["guess_phases"]


@dataclass(frozen=True, slots=True)
class _Cue:
    """What announces a phase; ``from_start``: it begins with these words, not after them."""

    name: str
    words: re.Pattern[str]
    from_start: bool


_MOVE = r"(?:let's|let us|shall we|we'll|we can|time (?:for|to)|move (?:on )?(?:in)?to|for the)"


def _after_move(words: str) -> str:
    """Return a pattern of words that follow a move in the same sentence."""
    return rf"{_MOVE}\b[^.?!]*\b(?:{words})"


def _cue(name: str, *ways: str, from_start: bool = False) -> _Cue:
    return _Cue(name, re.compile(rf"\b(?:{'|'.join(ways)})", re.IGNORECASE), from_start)


_CUES = (
    _cue(
        "check_in",
        _after_move("check[- ]?in"),
        r"how(?:'s| is| are) every\w+ (?:arriving|doing|feeling)",
        from_start=True,
    ),
    _cue(
        "presenting",
        r"what (?:would you like|do you want|have you got|are you going|will you) to "
        r"(?:bring|present|work on|share|talk about)",
        r"what (?:are you bringing|will you bring|is it you)",
        r"the floor is yours|over to you|tell us (?:what|about) (?:you|your)",
    ),
    _cue("clarifying", _after_move(r"clarif\w+|questions? of fact|facts? only")),
    _cue(
        "exploring",
        r"let's open (?:it|this) up",
        _after_move(r"explor\w+|open questions|questioning|questions (?:now|from the \w+)"),
    ),
    _cue(
        "action_setting",
        r"what (?:will|are) you (?:do|going to do|take away|taking away|commit)",
        r"what (?:actions?|steps?|commitments?) (?:will|are|would)",
        rf"{_MOVE}\b(?![^.?!]*\bbefore\b)[^.?!]*\bactions?\b",
        from_start=True,
    ),
    _cue(
        "process_review",
        _after_move("process|review|reflect on how|look back"),
        r"(?:then|now),? for the (?:process )?review",
        r"how did we work|what did we notice about how",
        from_start=True,
    ),
)
_LAST_WHEN_LATE = {"action_setting", "process_review"}


def guess_phases(conversation: Conversation) -> tuple[Phase, ...]:
    """Return phases as they seem to have been; none where too little was announced.

    Only a known facilitator announces, or anybody where none is known.
    """
    leads = facilitators(conversation)
    said = [c for c in conversation.utterances if not leads or c.person in leads]
    starts = list(_starts(said, conversation.duration_ms))
    if len(starts) < 2:
        return ()
    ends = [*(start for _, start in starts[1:]), conversation.duration_ms]
    return tuple(
        Phase(name=name, start_ms=start, end_ms=max(start, end))
        for (name, start), end in zip(starts, ends, strict=True)
    )


def _starts(said: Sequence[CodedUtterance], duration_ms: int) -> Iterator[tuple[str, int]]:
    """Yield each announced phase and when it begins, in the order of a meeting."""
    at = 0
    for cue in _CUES:
        found = next(
            (n for n in range(at, len(said)) if _announces(cue, said[n], duration_ms)), None
        )
        if found is None:
            continue
        yield cue.name, _begins(cue, said, found)
        at = found + 1


def _announces(cue: _Cue, coded: CodedUtterance, duration_ms: int) -> bool:
    """Whether words announce a phase; the last two lie in the second half of a meeting."""
    late = coded.utterance.start_ms * 2 >= duration_ms
    return bool(cue.words.search(coded.utterance.text)) and (
        late or cue.name not in _LAST_WHEN_LATE
    )


def _begins(cue: _Cue, said: Sequence[CodedUtterance], n: int) -> int:
    span = said[n].utterance.span
    return span[0] if cue.from_start else span[1]
