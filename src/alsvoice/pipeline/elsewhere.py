"""Sessions that are not here but known of: what came of them with an imported set."""

from collections.abc import Iterator
from typing import Any

from alsvoice.errors import AlsvoiceError, NotFoundError
from alsvoice.formats.fields import one_line
from alsvoice.pipeline import sets
from alsvoice.sets import LearningSet, SetAction
from alsvoice.store import Library

__all__ = ["document_of", "documents", "find", "utterance_of"]


def documents(library: Library, of_set: str | None = None) -> Iterator[dict[str, Any]]:
    """Yield as much of a report as is known of each such session, of one set or of all."""
    here = _here(library)
    for value in sets.all_sets(library):
        if of_set is None or sets.is_same(value.name, of_set):
            for session in _sessions(value):
                if session not in here:
                    yield document_of(value, session)


def _here(library: Library) -> set[str]:
    """Return the sessions here by the name of their folder, and by their own where it differs."""
    found: set[str] = set()
    for folder in library:
        found.add(folder.id)
        try:
            found.add(folder.manifest().id)
        except AlsvoiceError:
            continue
    return found


def _sessions(value: LearningSet) -> tuple[str, ...]:
    named = [m.session for m in value.meetings]
    named += [a.session for a in value.actions if a.session is not None]
    return tuple(dict.fromkeys(named))


def document_of(value: LearningSet, session: str) -> dict[str, Any]:
    """Return what a set knows of a session, by the keys of a report.

    ``session`` and ``actions`` are always there; numbers where they came along, ``coder`` with
    them.
    """
    met = next((m for m in value.meetings if m.session == session), None)
    counts: dict[str, Any] = {"unplaced": [], **(met.counts if met else {})}
    about = counts.get("session")
    started = met.started if met else session[:10]
    people = _people(counts)
    return {
        **counts,
        "session": {
            **(about if isinstance(about, dict) else {}),
            "id": session,
            "title": None,
            "started": started,
            "set": value.name,
        },
        "actions": [_action(a, people) for a in value.actions if a.session == session],
    }


def _people(counts: dict[str, Any]) -> dict[str, str]:
    """Return name → id in the counts."""
    rows = counts.get("participants")
    found = [row for row in rows if isinstance(row, dict)] if isinstance(rows, list) else []
    return {str(row.get("name")): str(row.get("id")) for row in found}


def _action(action: SetAction, people: dict[str, str]) -> dict[str, Any]:
    return {
        "utterance": utterance_of(action),
        "text": action.text,
        "owner": action.owner,
        "person": people.get(action.owner or ""),
        "due": action.due,
        "due_phrase": None,
        "state": action.state.value,
        "carried_to": action.until,
    }


def utterance_of(action: SetAction) -> str:
    """Return what an action goes by in commands."""
    return action.utterance or action.id


def find(library: Library, start: str) -> tuple[LearningSet, str]:
    """Return the session that begins so, with its set; NotFoundError where it is one of those here.

    NotFoundError, too, where there is none, or more than one.
    """
    here = _here(library)
    known = {
        session: value
        for value in sets.all_sets(library)
        for session in _sessions(value)
        if session not in here and _begins(session, start)
    }
    exact = [session for session in known if session == start] or list(known)
    if not exact or any(_begins(each, start) for each in here):
        library.find(start)
    if len(exact) != 1:
        raise NotFoundError(
            f"{len(exact)} sessions begin with {one_line(start)[:80]!r}.",
            try_next="give more letters of the name",
        )
    return known[exact[0]], exact[0]


def _begins(session: str, start: str) -> bool:
    return bool(start) and (session.startswith(start) or session.endswith(f"_{start}"))
