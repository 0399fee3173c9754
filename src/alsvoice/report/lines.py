"""The document's people, utterances and acts as a reader meets them: named, timed, in words.

Everything that came from a person or a recording passes ``one_line`` here, so that no renderer can
forget it: no control character, no mark that turns the direction of what follows.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from alsvoice.formats.fields import one_line
from alsvoice.intervals import Span, to_ms
from alsvoice.report.wording import UNKNOWN, text_or

__all__ = ["Act", "Line", "Person", "acts", "anchor_of", "lines", "part", "people", "rows"]

_NOT_IN_ANCHORS = re.compile(r"[^A-Za-z0-9_-]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """A participant; ``name`` is the anonymous label where nobody has said who it is."""

    id: str
    name: str
    role: str
    known: bool
    guessed: bool
    speakers: tuple[str, ...]
    row: Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """An utterance; ``person`` is the id of who said it, ``who`` empty where nobody is named.

    ``doubtful`` are the places of words that the recogniser was unsure of.
    """

    id: str
    anchor: str
    person: str
    who: str
    span: Span
    text: str
    label: str
    doubtful: tuple[int, ...]
    flags: tuple[str, ...]
    confidence: float | None
    unsure: bool
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Act:
    """A question or advice as it was counted: ``lines`` are the utterances it is made of."""

    kind: str
    lines: tuple[Line, ...]
    flags: tuple[str, ...]
    unsure: bool
    think_s: float | None
    long: bool = False
    helping: bool = False

    @property
    def text(self) -> str:
        """All of it."""
        return " ".join(line.text for line in self.lines)

    @property
    def span(self) -> Span:
        """Start of the first utterance, end of the last to end."""
        return (self.lines[0].span[0], max(line.span[1] for line in self.lines))


def part(document: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    """Return an object of the document, empty where it is null or missing."""
    return document.get(key) or {}


def rows(document: Mapping[str, Any], key: str) -> Sequence[Mapping[str, Any]]:
    """Return a list of the document, empty where it is null or missing."""
    return document.get(key) or ()


def people(document: Mapping[str, Any]) -> dict[str, Person]:
    """Return the participants by id, in the document's order."""
    return {str(row["id"]): _person(row) for row in rows(document, "participants")}


def _person(row: Mapping[str, Any]) -> Person:
    speakers = tuple(one_line(str(each)) for each in row.get("speakers") or ())
    unnamed = speakers[0] if speakers else text_or(row["id"])
    return Person(
        id=str(row["id"]),
        name=text_or(row.get("name"), unnamed),
        role=text_or(row.get("role")),
        known=row.get("name") is not None,
        guessed=bool(row.get("guessed")),
        speakers=speakers,
        row=row,
    )


def lines(document: Mapping[str, Any]) -> tuple[Line, ...]:
    """Return the utterances in the document's order."""
    known = people(document)
    shared = part(document, "audience").get("for") == "set"
    return tuple(_line(row, known, shared=shared) for row in rows(document, "utterances"))


def _line(row: Mapping[str, Any], known: Mapping[str, Person], *, shared: bool) -> Line:
    person = _who_said(row, known)
    nobody = "" if shared else UNKNOWN
    return Line(
        id=text_or(row["id"]),
        anchor=anchor_of(row["id"]),
        person=person.id if person else "",
        who=person.name
        if person
        else text_or(row.get("participant") or row.get("speaker"), nobody),
        span=(to_ms(row["start_s"]), to_ms(row["end_s"])),
        text=one_line(row["text"]),
        label=row.get("label") or "other",
        doubtful=tuple(row.get("doubtful") or ()),
        flags=tuple(row.get("flags") or ()),
        confidence=row.get("confidence"),
        unsure=bool(row.get("unsure")),
        source=text_or(row.get("source")),
    )


def _who_said(row: Mapping[str, Any], known: Mapping[str, Person]) -> Person | None:
    """Return the person by id, else by name, else by voice: only the first is always there."""
    if str(row.get("person")) in known:
        return known[str(row["person"])]
    name, voice = row.get("participant"), row.get("speaker")
    by_name = (p for p in known.values() if name is not None and p.row.get("name") == name)
    by_voice = (p for p in known.values() if voice in (p.row.get("speakers") or ()))
    return next(by_name, None) or next(by_voice, None)


def anchor_of(utterance_id: object) -> str:
    """Return the fragment by which a page links to an utterance."""
    return "u-" + _NOT_IN_ANCHORS.sub("-", str(utterance_id))


def acts(document: Mapping[str, Any], said: Sequence[Line]) -> tuple[Act, ...]:
    """Return the questions and the advice that were counted, in order of time."""
    by_id = {line.id: line for line in said}
    found: list[Act] = []
    for row in rows(document, "acts"):
        own = tuple(by_id[key] for key in map(text_or, row["utterances"]) if key in by_id)
        if own:
            found.append(
                Act(
                    kind=row["kind"],
                    lines=own,
                    flags=tuple(row.get("flags") or ()),
                    unsure=bool(row.get("unsure")),
                    think_s=row.get("think_time_s"),
                    long=bool(row.get("long")),
                    helping=bool(row.get("helping")),
                )
            )
    return tuple(sorted(found, key=lambda act: act.span))
