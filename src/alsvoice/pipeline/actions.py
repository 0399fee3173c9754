"""Actions to be followed up: what people said they would do, and what became of it."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from alsvoice.errors import NotFoundError
from alsvoice.formats.fields import one_line
from alsvoice.pipeline import corrections, elsewhere, sets
from alsvoice.pipeline.meetings import actions_alone, one_meeting
from alsvoice.session import ActionState, FollowUp
from alsvoice.sets import LearningSet
from alsvoice.store import Library, SessionFolder

__all__ = ["action_rows", "follow_up", "follow_up_elsewhere", "in_order"]

Row = dict[str, Any]


def action_rows(found: Mapping[str, Any], today: date) -> list[Row]:
    """Return a row an action of a session's report; ``number`` counts from 1, done ones too.

    ``overdue`` says that it is not done and its day, or the one it was carried to, is over. One
    carried without a day waits for the next meeting and is never overdue.
    """
    session = found["session"]
    return [
        {
            "session": session["id"],
            "title": session["title"],
            "started": session["started"],
            "set": session["set"],
            "number": number,
            **{key: action[key] for key in _KEYS},
            "overdue": _is_overdue(action, today),
        }
        for number, action in enumerate(found["actions"], start=1)
    ]


_KEYS = ("utterance", "text", "owner", "person", "due", "due_phrase", "state", "carried_to")


def _day(action: Mapping[str, Any]) -> date | None:
    """Return the day an action waits for; carrying it puts its own in place of the first."""
    carried = action["state"] == ActionState.CARRIED
    text = action["carried_to"] if carried else action["due"]
    return date.fromisoformat(text) if text else None


def _is_overdue(action: Mapping[str, Any], today: date) -> bool:
    day = _day(action)
    return action["state"] != ActionState.DONE and day is not None and day < today


def in_order(rows: Sequence[Row]) -> list[Row]:
    """Return the overdue ones first, longest overdue before; the others as the meetings were."""
    late = sorted((r for r in rows if r["overdue"]), key=lambda row: _day(row) or date.max)
    return [*late, *(row for row in rows if not row["overdue"])]


def follow_up(
    session: SessionFolder,
    action: str,
    state: ActionState,
    *,
    now: datetime,
    until: date | None = None,
    note: Callable[[str], None],
) -> tuple[Row, bool]:
    """Keep what became of an action; return its row as it is now, and whether that is new.

    ``action`` is its utterance's id, the first letters of that, or its number. NotFoundError where
    there is none, or more than one.
    """
    chosen = _chosen(session, action, now.date())
    before, after = _told(chosen), FollowUp(utterance=chosen["utterance"], state=state, until=until)
    if before == after:
        return chosen, False
    corrections.follow_up(session, before, after, now=now, note=note)
    return _chosen(session, chosen["utterance"], now.date()), True


def follow_up_elsewhere(
    library: Library,
    session: str,
    action: str,
    state: ActionState,
    *,
    now: datetime,
    until: date | None = None,
) -> tuple[Row, bool]:
    """Keep what became of an action of a session that is not here, in the set it came with.

    As ``follow_up``; NotFoundError, too, where no set knows such a session.
    """
    value, id_ = elsewhere.find(library, session)
    chosen = _of_set(value, id_, action, now.date())
    if _told(chosen) == FollowUp(utterance=chosen["utterance"], state=state, until=until):
        return chosen, False
    meant = next(
        a.id
        for a in value.actions
        if a.session == id_ and elsewhere.utterance_of(a) == chosen["utterance"]
    )
    value = sets.change(library, value.name, lambda known: known.with_state(meant, state, until))
    return _of_set(value, id_, chosen["utterance"], now.date()), True


def _of_set(value: LearningSet, session: str, action: str, today: date) -> Row:
    return _picked(action_rows(elsewhere.document_of(value, session), today), action, session)


def _told(row: Row) -> FollowUp:
    until = row["carried_to"]
    return FollowUp(
        utterance=row["utterance"],
        state=ActionState(row["state"]),
        until=date.fromisoformat(until) if until else None,
    )


def _chosen(session: SessionFolder, action: str, today: date) -> Row:
    found = one_meeting(session, told=actions_alone).found[0].document
    return _picked(action_rows(found, today), action, session.id)


def _picked(rows: Sequence[Row], action: str, session: str) -> Row:
    found = [row for row in rows if action == str(row["number"])]
    found = found or [row for row in rows if action and row["utterance"].startswith(action)]
    if len(found) == 1:
        return found[0]
    many = "Several actions begin" if found else "No action begins"
    raise NotFoundError(
        f"{many} with {one_line(action)[:40]!r}.",
        try_next=f"alsvoice actions list --session {session} --all",
    )
