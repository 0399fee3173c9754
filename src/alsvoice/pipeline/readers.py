"""What was asked for when a report is made: for whom, with what sound, by which school."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from alsvoice.audio.clip import clips
from alsvoice.errors import NotFoundError, UsageError
from alsvoice.findings import School
from alsvoice.intervals import Span, intersect, to_ms
from alsvoice.pipeline.sight import Sight, document
from alsvoice.report.anonymous import anonymous
from alsvoice.report.audience import FACILITATOR, Audience, Reader
from alsvoice.report.document.reading import Reading
from alsvoice.session import Conversation, Manifest
from alsvoice.store.folder import MIX, SessionFolder
from alsvoice.templates import Template, builtin

__all__ = ["Sound", "Wish", "file_name", "shown", "sounds"]

_BREATH_MS = 150
"""Kept on either side of a clip: first and last sounds are softer than a recogniser's times."""


class Sound(StrEnum):
    """How much of the recording lies inside a page."""

    NONE = "none"
    QUOTES = "quotes"  # what was counted or quoted
    FULL = "full"  # every utterance


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """``reader`` is "facilitator", "set" or a person's name; ``sound`` None is what fits them.

    ``agreement`` is that of people with the machine over many sessions, where it is known.
    """

    reader: str = Reader.FACILITATOR.value
    anonymous: bool = False
    sound: Sound | None = None
    school: School | None = None
    plan: Template | None = None
    agreement: Mapping[str, Any] | None = None

    def __post_init__(self) -> None:
        silent = self.anonymous or self.reader == Reader.SET.value
        if silent and self.sound not in {None, Sound.NONE}:
            whom = "an anonymous report" if self.anonymous else "a report for the set"
            raise UsageError(
                f"A voice is a name: there is no sound in {whom}.", try_next="--audio none"
            )

    @property
    def quoted(self) -> Sound:
        """What sound there is: quotes unless told otherwise, none where nobody is to be heard."""
        if self.anonymous or self.reader == Reader.SET.value:
            return Sound.NONE
        return self.sound or Sound.QUOTES


def shown(sight: Sight, wish: Wish) -> dict[str, Any]:
    """Return the report as its readers may see it; NotFoundError where the person is not there."""
    reading = Reading(
        audience=_audience(sight.conversation, wish.reader),
        school=wish.school or _school(sight.manifest),
        plan=wish.plan or _plan(sight.manifest),
    )
    found = document(sight, reading, wish.agreement)
    if not wish.anonymous:
        return found
    whole = found if reading.audience == FACILITATOR else document(sight)
    return anonymous(found, whole)


def file_name(sight: Sight, wish: Wish) -> str:
    """Return the page's name in the session: without anybody's name in it."""
    audience = _audience(sight.conversation, wish.reader)
    parts = ["report"]
    if audience.reader is Reader.SET:
        parts.append("set")
    elif audience.person is not None:
        people = [person.id for person in sight.conversation.people]
        parts.append(f"person-{people.index(audience.person) + 1}")
    return "-".join([*parts, *(["anonymous"] if wish.anonymous else [])]) + ".html"


def _audience(conversation: Conversation, reader: str) -> Audience:
    if reader == Reader.FACILITATOR.value:
        return FACILITATOR
    if reader == Reader.SET.value:
        return Audience(reader=Reader.SET)
    for alike in (str, str.casefold):
        wanted = alike(reader.strip())
        found = [p for p in conversation.people if wanted in map(alike, (p.display, *p.speakers))]
        if len(found) > 1:
            raise UsageError(
                f"{len(found)} people in this session are called {reader[:80]!r}.",
                try_next="name them by their voice, as `alsvoice speakers` lists it",
            )
        if found:
            return Audience(reader=Reader.PERSON, person=found[0].id)
    known = ", ".join(person.display for person in conversation.people) or "nobody"
    raise NotFoundError(
        f"No voice in this session is known to be {reader[:80]!r}.",
        try_next=f"--for facilitator, --for set, or one of: {known}",
    )


def _school(manifest: Manifest) -> School:
    """Return the school of the template; a set's own comes with the wish."""
    return School.WIAL if (manifest.template or "").startswith("wial") else School.REVANS


def _plan(manifest: Manifest) -> Template | None:
    return next((t for t in builtin() if t.name == manifest.template), None)


def sounds(session: SessionFolder, shown: Mapping[str, Any], sound: Sound) -> dict[str, bytes]:
    """Return clips by utterance id; InputError where the session's sound cannot be read."""
    wanted = _wanted(shown, sound)
    if not wanted:
        return {}
    with session.reading(MIX) as file:
        found = zip(wanted, clips(file, wanted.values()), strict=True)
        return {utterance: clip for utterance, clip in found if clip}


def _wanted(shown: Mapping[str, Any], sound: Sound) -> dict[str, Span]:
    if sound is Sound.NONE:
        return {}
    quoted = {
        id_ for part in ("acts", "findings") for row in shown[part] for id_ in row["utterances"]
    }
    quoted |= {row["utterance"] for row in shown["actions"]}
    spans = {
        row["id"]: (max(0, to_ms(row["start_s"]) - _BREATH_MS), to_ms(row["end_s"]) + _BREATH_MS)
        for row in shown["utterances"]
        if sound is Sound.FULL or row["id"] in quoted
    }
    others = _others(shown)
    return {id_: span for id_, span in spans.items() if not intersect([span], others)}


def _others(shown: Mapping[str, Any]) -> list[Span]:
    """Return where others speak, on one person's page: their voices are not that person's."""
    return [
        (to_ms(row["start_s"]), to_ms(row["end_s"])) for row in shown["turns"] if row["id"] is None
    ]
