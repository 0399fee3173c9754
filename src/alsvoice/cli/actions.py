"""``actions``: what people said they would do, and what became of it."""

import sys
from datetime import date, datetime
from typing import TYPE_CHECKING, Annotated, Any

import typer

from alsvoice.cli import options, output
from alsvoice.errors import NotFoundError, UsageError
from alsvoice.formats.fields import one_line
from alsvoice.session import ActionState

if TYPE_CHECKING:
    from alsvoice.pipeline.meetings import Meetings

__all__ = ["add_to", "say_skipped"]

Action = Annotated[
    str, typer.Argument(help="Its number in the list, its utterance's id, or the first letters.")
]


def add_to(app: typer.Typer) -> None:
    """Add the commands."""
    actions = typer.Typer(help="Follow up what people said they would do.", no_args_is_help=True)
    actions.command("list")(list_actions)
    actions.command("done")(done)
    actions.command("carry")(carry)
    actions.command("reopen")(reopen)
    app.add_typer(actions, name="actions")


def list_actions(
    set_: Annotated[str | None, typer.Option("--set", help="Of the meetings of one set.")] = None,
    session: Annotated[
        str | None, typer.Option(metavar="SESSION", help="Of one session alone.")
    ] = None,
    all_: Annotated[bool, typer.Option("--all", help="Show what is done, too.")] = False,
    as_json: options.AsJson = False,
) -> None:
    """List what is still to be done: what is overdue first, then by meeting, the newest last."""
    from alsvoice.pipeline.actions import action_rows, in_order

    if set_ is not None and session is not None:
        raise UsageError(
            "--set and --session cannot be given together.", try_next="one of the two, or neither"
        )
    read = _read(set_, session)
    rows = in_order([r for m in read.found for r in action_rows(m.document, _now().date())])
    shown = [row for row in rows if all_ or row["state"] != ActionState.DONE]
    say_skipped(read)
    if as_json:
        skipped = [{"session": s.session, "sentence": s.sentence} for s in read.skipped]
        output.data({"actions": shown, "skipped": skipped})
        return
    for row in shown:
        output.text(_line(row))
    if not shown:
        output.say("No action is open." if rows else "Nobody was heard to say what they will do.")
    else:
        output.say("Next: alsvoice actions done SESSION NUMBER, or carry, or reopen")


def _read(set_: str | None, session: str | None) -> "Meetings":
    from alsvoice.cli.progress import progress
    from alsvoice.pipeline.meetings import (
        actions_alone,
        meeting_elsewhere,
        meetings,
        one_meeting,
    )

    place = options.place()
    if session is not None:
        try:
            return one_meeting(place.session(session), told=actions_alone)
        except NotFoundError:
            return meeting_elsewhere(place.library, session)
    with progress(quiet=not sys.stderr.isatty()) as hook:
        return meetings(place.library, of_set=set_, told=actions_alone, hook=hook)


def say_skipped(read: "Meetings") -> None:
    """Name each session that could not be read, and what to do."""
    for each in read.skipped:
        output.say(f"Left out: {one_line(each.sentence)} Try: {one_line(each.try_next)}")


def _line(row: dict[str, Any]) -> str:
    owner = one_line(row["owner"] or row["person"] or "somebody")
    text = one_line(row["text"]) or "(done elsewhere; its words were not handed over)"
    return f"{row['session']}  {row['number']}. {owner}: {text}  [{_state(row)}]"


def _state(row: dict[str, Any]) -> str:
    due = row["due"] or (f"“{one_line(row['due_phrase'])}”" if row["due_phrase"] else "no date")
    words = {
        ActionState.OPEN: f"due {due}" if row["due"] or row["due_phrase"] else "no date named",
        ActionState.CARRIED: f"carried to {row['carried_to'] or 'the next meeting'}",
        ActionState.DONE: "done",
    }[ActionState(row["state"])]
    return f"OVERDUE, {words}" if row["overdue"] else words


def done(session: options.SessionName, action: Action, as_json: options.AsJson = False) -> None:
    """Say that an action was done."""
    _follow_up(session, action, ActionState.DONE, as_json=as_json)


def carry(
    session: options.SessionName,
    action: Action,
    due: Annotated[
        str | None, typer.Option(metavar="DATE", help="The new day, as 2026-12-01.")
    ] = None,
    as_json: options.AsJson = False,
) -> None:
    """Carry an action to the next meeting, or to a day."""
    _follow_up(session, action, ActionState.CARRIED, until=_day(due), as_json=as_json)


def reopen(session: options.SessionName, action: Action, as_json: options.AsJson = False) -> None:
    """Say that an action is still to be done."""
    _follow_up(session, action, ActionState.OPEN, as_json=as_json)


def _day(text: str | None) -> date | None:
    try:
        return date.fromisoformat(text) if text is not None else None
    except ValueError as problem:
        raise UsageError(
            f"{one_line(text or '')[:40]!r} is no date.", try_next="--due 2026-12-01"
        ) from problem


def _follow_up(
    session: str,
    action: str,
    state: ActionState,
    *,
    until: date | None = None,
    as_json: bool,
) -> None:
    row, new = _followed_up(session, action, state, until)
    if as_json:
        output.data({"session": row["session"], "action": row, "changed": new})
        return
    output.text(_line(row))
    if new:
        output.say("Next: alsvoice actions list (take it back: alsvoice actions reopen, or edits)")
    else:
        output.say("It was so already.")


def _followed_up(
    session: str, action: str, state: ActionState, until: date | None
) -> "tuple[dict[str, Any], bool]":
    """Keep it in the session, or in the set that knows of it where the session is not here."""
    from alsvoice.pipeline.actions import follow_up, follow_up_elsewhere
    from alsvoice.pipeline.sets import follow

    place = options.place()
    try:
        folder = place.session(session)
    except NotFoundError:
        return follow_up_elsewhere(place.library, session, action, state, now=_now(), until=until)
    row, new = follow_up(folder, action, state, until=until, now=_now(), note=_note)
    follow(place.library, folder, str(row["utterance"]), state, until)
    return row, new


def _note(sentence: str) -> None:
    output.say(f"Note: {sentence}")


def _now() -> datetime:
    return datetime.now().astimezone()
