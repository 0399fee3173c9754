"""What a reader should know of the report itself: what is unsure, what to do, how it was made."""

import shlex
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from alsvoice.formats.fields import clock
from alsvoice.report.lines import part, people, rows
from alsvoice.report.wording import (
    UNKNOWN,
    counted,
    date_words,
    duration,
    moment,
    phase_title,
    text_or,
)

__all__ = [
    "Fact",
    "Step",
    "audience",
    "consent_sentence",
    "facts",
    "heading",
    "is_timed_only",
    "moments",
    "noted",
    "removals",
    "session_id",
    "steps",
    "unplaced_names",
    "warnings",
]

_CONSENT = {
    "verbal": "The group agreed to be recorded, by word of mouth.",
    "written": "The group agreed to be recorded, in writing.",
    "none": "There was no consent to a recording.",
}
_SILENT = "No speech was found"
_TOOLS = {
    "alsvoice": "alsvoice",
    "asr": "Words written down by",
    "diarizer": "Voices told apart by",
    "classifier": "Questions and advice told apart by",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """Something a person can put right, and the command for it."""

    why: str
    command: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """A name and a value."""

    name: str
    value: str


def heading(document: Mapping[str, Any]) -> tuple[str, tuple[str, ...]]:
    """Return the title and what stands below it: when, how long, how many."""
    session = part(document, "session")
    alone = part(document, "audience").get("for") == "person"
    known = [
        date_words(session["started"]) if session.get("started") else "",
        duration(session.get("duration_s")) if session.get("duration_s") is not None else "",
        "" if alone else counted(len(people(document)), "voice", "voices"),
        text_or(session.get("set"), ""),
    ]
    return text_or(session.get("title"), "Action learning session"), tuple(filter(None, known))


def audience(document: Mapping[str, Any]) -> str:
    """Return whom the report is for; nothing where it holds everything."""
    row = part(document, "audience")
    said = {
        "set": "For the set: nobody is singled out",
        "person": f"For {text_or(row.get('name'), 'one person')} alone",
    }.get(row.get("for", ""), "")
    hidden = "names replaced" if document.get("anonymous") else ""
    return "; ".join(filter(None, [said, hidden]))


def warnings(document: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the quality warnings, one sentence each; that nobody spoke has a place of its own."""
    sentences = (text_or(each) for each in part(document, "quality").get("warnings") or ())
    return tuple(each for each in sentences if not each.startswith(_SILENT))


def removals(document: Mapping[str, Any]) -> tuple[str, ...]:
    """Return what was taken out of the session, one sentence each."""
    left = len(rows(document, "withdrawals"))
    people = "One person" if left == 1 else f"{left} people"
    withdrew = [f"{people} withdrew; their words are not here."] if left else []
    return (*map(_gap_sentence, rows(document, "redactions")), *withdrew)


def _gap_sentence(row: Mapping[str, Any]) -> str:
    reason = f" ({text_or(row['reason'])})" if row.get("reason") else ""
    length = max(1, round(row["end_s"] - row["start_s"]))
    done = text_or(row.get("time"))[:10]
    at = moment(row["start_s"])
    return f"A passage of {length} s at {at} was taken out on {done}{reason}."


def steps(document: Mapping[str, Any]) -> tuple[Step, ...]:
    """Return how to name the voices that are unnamed or guessed, to who may do that."""
    reader = part(document, "audience").get("for", "facilitator")
    if document.get("anonymous") or reader != "facilitator":
        return ()
    everybody = people(document).values()
    unnamed = [f"{voice}=Name" for p in everybody if not p.known for voice in p.speakers]
    guessed = [f"{v}={p.name}" for p in everybody if p.known and p.guessed for v in p.speakers]
    found: list[Step] = []
    if unnamed:
        found.append(_naming(document, "To say whose voice it is:", unnamed))
    if guessed:
        found.append(_naming(document, "To confirm a guessed name, or put another:", guessed))
    return tuple(found)


def _naming(document: Mapping[str, Any], why: str, names: Iterable[str]) -> Step:
    quoted = " ".join(shlex.quote(each) for each in [session_id(document), *names])
    return Step(why=why, command=f"alsvoice speakers {quoted}")


def session_id(document: Mapping[str, Any]) -> str:
    """Return what a command calls the session."""
    return text_or(part(document, "session").get("id"), "SESSION")


def facts(document: Mapping[str, Any]) -> tuple[Fact, ...]:
    """Return how the report was made: session, tools and their versions."""
    session, tools = part(document, "session"), part(document, "provenance")
    template = session.get("template")
    found = [
        Fact(name="Session", value=text_or(session.get("id"))),
        Fact(name="Recorded", value=date_words(session.get("started"))),
        Fact(name="Template", value=phase_title(template) if template else "none"),
    ]
    names = [*_TOOLS, *(key for key in tools if key not in _TOOLS)]
    return (
        *found,
        *(
            Fact(name=_TOOLS.get(key, phase_title(key)), value=_value(tools.get(key)))
            for key in names
        ),
    )


def _value(value: object) -> str:
    if isinstance(value, Mapping):
        return ", ".join(f"{text_or(key)} {_value(each)}" for key, each in value.items()) or UNKNOWN
    return text_or(value)


def consent_sentence(document: Mapping[str, Any]) -> str:
    """Return on what basis the group was recorded."""
    session = part(document, "session")
    basis, given = session.get("consent"), session.get("consent_given")
    if basis is None:
        return f"On what basis the group was recorded is {UNKNOWN}."
    sentence = _CONSENT.get(basis, f"Basis of the recording: {text_or(basis)}.")
    return f"{sentence} {_given(given)}" if isinstance(given, Mapping) else sentence


def _given(given: Mapping[str, Any]) -> str:
    """Return who said so, when, and who was there, as far as that was noted."""
    by = f" by {text_or(given['by'])}" if given.get("by") else ""
    names = ", ".join(text_or(name) for name in given.get("names") or ())
    there = f"; there were {names}" if names else ""
    return f"It was given{by} on {date_words(given.get('time'))}{there}."


def is_timed_only(document: Mapping[str, Any]) -> bool:
    """Whether only time was kept, for want of consent to a recording."""
    basis = part(document, "session").get("consent")
    return basis == "none" and part(document, "provenance").get("asr") is None


def moments(document: Mapping[str, Any]) -> tuple[str, ...]:
    """Return what was noted while it was recorded as lines, each with its time."""
    return tuple(f"{clock(at_ms)}  {words}" for at_ms, words in noted(document))


def noted(document: Mapping[str, Any]) -> tuple[tuple[int, str], ...]:
    """Return (ms, words) of what was marked while it was recorded, and of who came or went."""
    marked = [
        (each["at_s"], text_or(each.get("text"), "marked")) for each in rows(document, "marks")
    ]
    for each in rows(document, "attendance"):
        for key, verb in (("arrived_s", "arrived"), ("left_s", "left")):
            if each.get(key) is not None:
                marked.append((each[key], f"{text_or(each.get('name'))} {verb}"))
    return tuple((round(1000 * at_s), words) for at_s, words in sorted(marked))


def unplaced_names(document: Mapping[str, Any]) -> tuple[str, ...]:
    """Return who was expected and whose voice is not known, with their roles."""
    return tuple(
        f"{text_or(row.get('name'))} ({text_or(row.get('role'))})"
        for row in rows(document, "unplaced")
    )
