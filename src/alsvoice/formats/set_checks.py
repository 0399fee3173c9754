"""What must hold in a set's file beyond its types: names, times and ids that others rest on."""

import re
from collections.abc import Iterable, Iterator
from datetime import date, datetime

from alsvoice.formats.fields import one_line
from alsvoice.sets import LearningSet

__all__ = ["LONGEST_NAME", "fault", "name_fault", "session_fault"]

LONGEST_NAME = 120
_SESSION = re.compile(r"\w[\w.-]{0,79}", re.ASCII)


def fault(value: LearningSet) -> str | None:
    """Return what is wrong with a set, as a sentence that holds none of it; None where nothing."""
    return next(_faults(value), None)


def _faults(value: LearningSet) -> Iterator[str]:
    yield from _said(name_fault(value.name, "the set's name"))
    names = [person.name for person in value.participants]
    yield from _names(names, "a participant's name")
    if len({one_line(name).casefold() for name in names}) < len(names):
        yield "two participants have the same name"
    for meeting in value.meetings:
        yield from _session(meeting.session)
        yield from _time(meeting.started, "the time a meeting started")
        yield from _time(meeting.counted, "the time a meeting was counted", zoned=True)
        who = (*meeting.facilitators, *meeting.presenters, *meeting.attended)
        yield from _names(who, "the name of somebody who attended")
    for action in value.actions:
        yield from _session(action.session)
        yield from _day(action.due)
        yield from _day(action.until)
    for session in value.dropped:
        yield from _session(session)
    yield from _time(value.changed, "the time the set was changed", zoned=True)


def name_fault(name: str, what: str) -> str | None:
    """Return what is wrong with a name; ``what`` begins the sentence."""
    if not one_line(name):
        return f"{what} is empty"
    if len(name) > LONGEST_NAME:
        return f"{what} has more than {LONGEST_NAME} characters"
    return None


def session_fault(session: str) -> str | None:
    """Return what is wrong with a session's id; it is a folder's name and nothing else."""
    return None if _SESSION.fullmatch(session) else "the id of a session is none of a library's"


def _said(sentence: str | None) -> Iterator[str]:
    if sentence is not None:
        yield sentence


def _names(names: Iterable[str], what: str) -> Iterator[str]:
    for name in names:
        yield from _said(name_fault(name, what))


def _session(session: str | None) -> Iterator[str]:
    if session is not None:
        yield from _said(session_fault(session))


def _time(text: str | None, what: str, *, zoned: bool = False) -> Iterator[str]:
    try:
        found = datetime.fromisoformat(text) if text is not None else None
    except ValueError:
        yield f"{what} is no ISO time"
        return
    if zoned and found is not None and found.tzinfo is None:
        yield f"{what} has no time zone"


def _day(text: str | None) -> Iterator[str]:
    try:
        if text is not None:
            date.fromisoformat(text)
    except ValueError:
        yield "the day of an action is no ISO date"
