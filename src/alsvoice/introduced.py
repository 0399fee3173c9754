"""Who said who they are at the start: whose voice it is, as surely as a roll-call tells it.

A sample is a passage in which one person alone was asked to speak; a passage of the whole roll-call
holds everybody in turn. What is not clear is left to be guessed.
"""

import re
from collections.abc import Sequence
from difflib import SequenceMatcher

from alsvoice.intervals import Span, overlap_ms
from alsvoice.noted import VoiceSample
from alsvoice.session import Participant
from alsvoice.transcript import Turn, Utterance, is_withdrawn

__all__ = ["by_roll_call", "by_samples"]

_LEAST_MS = 400
_MOST_OF_IT = 0.6
_ALIKE = 0.75
_INTRODUCES = re.compile(
    r"\b(?:[Ii]['’]m|[Ii] am|[Mm]y name is|[Mm]y name['’]s|[Tt]his is)\s+([A-Z][\w'-]+)"
    r"|\b([A-Z][\w'-]+) here\b"
)


def by_samples(samples: Sequence[VoiceSample], turns: Sequence[Turn]) -> dict[str, str]:
    """Return voice → name where most of what was said in a sample is one voice, and no other's.

    ``turns`` are the exclusive ones.
    """
    found: dict[str, str] = {}
    taken: set[str] = set()
    for sample in samples:
        spoken: dict[str, int] = {}
        for turn in turns:
            if not is_withdrawn(turn.speaker):
                ms = overlap_ms(turn.span, sample.span)
                spoken[turn.speaker] = spoken.get(turn.speaker, 0) + ms
        voice = max(spoken, key=lambda each: spoken[each], default=None)
        if voice is None or spoken[voice] < max(_LEAST_MS, _MOST_OF_IT * sum(spoken.values())):
            continue
        if voice in taken:  # two people, one voice: neither is sure
            found.pop(voice, None)
        else:
            found[voice] = sample.name
        taken.add(voice)
    return found


def by_roll_call(
    participants: Sequence[Participant],
    span: Span,
    turns: Sequence[Turn],
    utterances: Sequence[Utterance],
) -> dict[str, str]:
    """Return voice → name: who says "I'm Ann", then those left in the order they were listed.

    The order counts only where as many new voices speak in the passage as there are people.
    """
    heard = [t for t in turns if overlap_ms(t.span, span) >= _LEAST_MS]
    voices = list(dict.fromkeys(t.speaker for t in heard if not is_withdrawn(t.speaker)))
    names = [person.name for person in participants]
    found: dict[str, str] = {}
    for utterance in utterances:
        if overlap_ms((utterance.start_ms, utterance.end_ms), span) == 0:
            continue
        name = _introduced(utterance.text, [n for n in names if n not in found.values()])
        if name and utterance.speaker in voices and utterance.speaker not in found:
            found[utterance.speaker] = name
    if len(voices) == len(names):
        left = [name for name in names if name not in found.values()]
        found |= dict(zip([v for v in voices if v not in found], left, strict=True))
    return found


def _introduced(text: str, names: Sequence[str]) -> str | None:
    """Return whose name is said as one's own; recognisers spell names as they like."""
    for match in _INTRODUCES.finditer(text):
        said = (match[1] or match[2]).casefold()
        close = [(_likeness(said, name), name) for name in names]
        likeness, name = max(close, default=(0.0, ""))
        if likeness >= _ALIKE:
            return name
    return None


def _likeness(said: str, name: str) -> float:
    first = name.split(maxsplit=1)[0].casefold()
    return SequenceMatcher(None, said, first).ratio()
