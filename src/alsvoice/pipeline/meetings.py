"""The meetings of a set, oldest first: every processed session that can be read, as its report.

One that cannot be read is named with what to do next, and never stops the others.
"""

import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import msgspec

from alsvoice.digest import digest_value
from alsvoice.errors import AlsvoiceError, LibraryError, NotFoundError
from alsvoice.formats.fields import one_line
from alsvoice.pipeline.elsewhere import document_of, documents, find
from alsvoice.pipeline.sight import Sight, document, see
from alsvoice.report.document import build_actions
from alsvoice.store import Library, SessionFolder

__all__ = [
    "Meeting",
    "Meetings",
    "Skipped",
    "actions_alone",
    "coder_of",
    "meeting_elsewhere",
    "meetings",
    "one_meeting",
    "same_name",
    "started_at",
]

Hook = Callable[[str, int, int], None]
Telling = Callable[[Sight], dict[str, Any]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Meeting:
    """A session's report; ``coder`` is a hash of its classifier's name and measured errors.

    Of one that is ``elsewhere`` there are its actions, and its counts where they came with its set.
    """

    session: str
    document: Mapping[str, Any]
    coder: str
    elsewhere: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Skipped:
    """A session that could not be read, and the next command to try."""

    session: str
    sentence: str
    try_next: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Meetings:
    """What was read, oldest first, and what was not."""

    found: tuple[Meeting, ...]
    skipped: tuple[Skipped, ...]


def meetings(
    library: Library,
    *,
    of_set: str | None = None,
    told: Telling = document,
    hook: Hook | None = None,
) -> Meetings:
    """Read the sessions of a set, of the whole library where none is given.

    ``told`` makes the report of each, or as much of it as somebody needs (``actions_alone``).
    NotFoundError where the library has sessions and none of them is the set's. A session whose
    manifest cannot be read is among the skipped, for nobody can tell whose it is. Sessions that are
    not here and came with an imported set are among those found.
    """
    found: list[Meeting] = []
    skipped: list[Skipped] = []
    folders = list(library)
    for number, folder in enumerate(folders):
        if hook:
            hook("reading", number, len(folders))
        try:
            if of_set is None or same_name(folder.manifest().set, of_set):
                found.append(_meeting(folder, told))
        except AlsvoiceError as trouble:
            skipped.append(_skipped(folder, one_line(trouble.sentence), trouble.try_next))
        except (KeyError, OSError, ValueError):  # damage that nobody foresaw
            sentence = f"Session {folder.id} cannot be read."
            skipped.append(_skipped(folder, sentence, f"alsvoice sessions show {folder.id}"))
    if hook and folders:
        hook("reading", len(folders), len(folders))
    found += [_elsewhere(each) for each in documents(library, of_set)]
    if of_set is not None and folders and not found and not skipped:
        raise NotFoundError(
            f"No session of this library belongs to the set {one_line(of_set)[:80]!r}.",
            try_next="leave --set out, or look at: alsvoice sessions list --json",
        )
    found.sort(key=lambda each: started_at(each.document))
    return Meetings(found=tuple(found), skipped=tuple(skipped))


def _elsewhere(known: Mapping[str, Any]) -> Meeting:
    session = str(known["session"]["id"])
    # Where nothing tells who coded it, it is compared with no other.
    coder = str(known.get("coder") or digest_value(["unknown", session]))
    return Meeting(session=session, document=known, coder=coder, elsewhere=True)


def one_meeting(session: SessionFolder, *, told: Telling = document) -> Meetings:
    """Read one session; LibraryError where it cannot be."""
    return Meetings(found=(_meeting(session, told),), skipped=())


def meeting_elsewhere(library: Library, start: str) -> Meetings:
    """Return a session that is not here, as its set knows it; NotFoundError where none does."""
    value, session = find(library, start)
    return Meetings(found=(_elsewhere(document_of(value, session)),), skipped=())


def actions_alone(sight: Sight) -> dict[str, Any]:
    """Return the session and its actions, for which nothing has to be measured."""
    return build_actions(sight.manifest, sight.conversation)


def _meeting(session: SessionFolder, told: Telling) -> Meeting:
    sight = see(session)
    if sight.manifest.is_timed_only and told is document:
        raise LibraryError(
            f"Of session {session.id} only time was kept, so there is nothing to count.",
            try_next=f"alsvoice report {session.id}",
        )
    made = told(sight)
    return Meeting(
        session=session.id,
        # A folder that was copied or renamed by hand goes by its own name in every command.
        document={**made, "session": {**made["session"], "id": session.id}},
        coder=coder_of(sight),
    )


def coder_of(sight: Sight) -> str:
    """Return a hash of a session's classifier and its measured errors; empty where none coded."""
    stage = sight.manifest.stages.get("classify")
    card = msgspec.to_builtins(sight.card)
    return digest_value([stage.tool, card]) if stage is not None else ""


def _skipped(folder: SessionFolder, sentence: str, try_next: str) -> Skipped:
    return Skipped(session=folder.id, sentence=sentence, try_next=try_next)


def started_at(document: Mapping[str, Any]) -> tuple[datetime, str]:
    """Return when a meeting began, as a key to sort by; its name decides what its time cannot."""
    session = document["session"]
    for text in (str(session["started"]), str(session["id"])[:10]):
        try:
            when = datetime.fromisoformat(text)
        except ValueError:
            continue
        return (when.astimezone(UTC), str(session["id"]))
    return (datetime.min.replace(tzinfo=UTC), str(session["id"]))


def same_name(one: str | None, other: str) -> bool:
    """Whether two names are the same to a reader: case, spaces and ways to compose aside."""
    return one is not None and _plain(one) == _plain(other)


def _plain(name: str) -> str:
    return unicodedata.normalize("NFKC", one_line(name)).casefold()
