"""``import --roll-call``: where in a recording people say who they are."""

import re
from collections.abc import Sequence
from dataclasses import replace

from alsvoice.errors import UsageError
from alsvoice.intervals import Span
from alsvoice.noted import VoiceSample
from alsvoice.pipeline.importing import Details
from alsvoice.pipeline.people import parse_person
from alsvoice.session import Participant

__all__ = ["parse_span", "with_roll_call"]

_LEAST_MS = 1000
_TIME = r"(?:(?:(\d{1,2}):)?(\d{1,3}):)?(\d{1,5}(?:\.\d{1,3})?)"
_SPAN = re.compile(rf"{_TIME}\s*[-–]\s*{_TIME}")
_TRY = '--roll-call 0:10-0:45, or --roll-call "Ann=0:10-0:16" once for each person'


def parse_span(text: str) -> Span:
    """Return the milliseconds of ``0:10-0:45`` or ``10-45.5``."""
    found = _SPAN.fullmatch(text.strip())
    if not found:
        raise UsageError(f"{text[:40]!r} is no passage.", try_next=_TRY)
    parts = [float(part or 0) for part in found.groups()]
    start, end = (round(1000 * (3600 * h + 60 * m + s)) for h, m, s in (parts[:3], parts[3:]))
    if end <= start:
        raise UsageError(f"{text[:40]!r} ends before it begins.", try_next=_TRY)
    if end - start < _LEAST_MS:
        raise UsageError(
            f"{text[:40]!r} is too short to tell a voice by: a second at least.", try_next=_TRY
        )
    return (start, end)


def with_roll_call(details: Details, given: Sequence[str]) -> Details:
    """Return the details with voice samples, or with the passage of the whole roll-call.

    Who has a sample and was not listed is added to the participants.
    """
    whole = [text for text in given if "=" not in text]
    if whole and (len(given) > 1 or not details.participants):
        raise UsageError(
            "A roll-call as one passage needs --participants, in the order they speak, and stands "
            "alone.",
            try_next=_TRY,
        )
    if whole:
        return replace(details, roll_call=parse_span(whole[0]))
    people = list(details.participants)
    voices: list[VoiceSample] = []
    for text in given:
        who, _, passage = text.rpartition("=")
        person = parse_person(who, id_=f"P{len(people) + 1}")
        start, end = parse_span(passage)
        voices.append(VoiceSample(name=person.name, start_ms=start, end_ms=end))
        people += [] if _listed(people, person) else [person]
    names = [voice.name.casefold() for voice in voices]
    if len(set(names)) < len(names):
        raise UsageError("One person has two samples.", try_next=_TRY)
    return replace(details, participants=tuple(people), voices=tuple(voices))


def _listed(people: Sequence[Participant], person: Participant) -> bool:
    return any(each.name.casefold() == person.name.casefold() for each in people)
