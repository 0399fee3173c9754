"""``sessions``, ``doctor``: what is here."""

from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated, Any

import typer

from alsvoice.cli import options, output
from alsvoice.cli.remove import asked
from alsvoice.errors import AlsvoiceError

if TYPE_CHECKING:
    from alsvoice.store import SessionFolder

__all__ = ["add_to"]


def add_to(app: typer.Typer) -> None:
    """Add the commands."""
    sessions = typer.Typer(help="List, show and delete sessions.", no_args_is_help=True)
    sessions.command("list")(list_sessions)
    sessions.command("show")(show_session)
    sessions.command("delete")(delete_session)
    app.add_typer(sessions, name="sessions")
    app.command("doctor")(doctor)


def list_sessions(as_json: options.AsJson = False) -> None:
    """List the sessions of the library, oldest first."""
    library = options.place().library
    rows = [_row(folder) for folder in library]
    abandoned = len(library.abandoned())
    if as_json:
        output.data({"sessions": rows} | ({"abandoned": abandoned} if abandoned else {}))
        return
    for row in rows:
        output.text(_line(row))
    if abandoned:
        output.say(
            f"Note: {abandoned} imports or removals were cut off; the next `alsvoice import` or "
            "`alsvoice sessions delete` takes away what is left of them."
        )
    if not rows:
        output.say("No sessions yet. Next: alsvoice record, or alsvoice import RECORDING")


def _line(row: dict[str, Any]) -> str:
    length = "" if row["duration_s"] is None else f"{row['duration_s'] / 60:.0f} min"
    user = f"  in use by {row['held_by']}" if row["held_by"] else ""
    trouble = f"  ({row['problem']})" if "problem" in row else ""
    state = f"{row['state']:<12} {row['title'] or ''}".rstrip()
    return f"{row['id']}  {length:>7}  {state}{user}{trouble}"


def _row(folder: "SessionFolder") -> dict[str, Any]:
    from alsvoice.pipeline.condition import Fault, can_be_processed, copy_note, pending_problem
    from alsvoice.pipeline.run import is_processed
    from alsvoice.store.folder import RECORD_LOG

    row: dict[str, Any] = {"id": folder.id, "title": None, "duration_s": None}
    try:
        manifest = folder.manifest()
        row["title"] = manifest.title
        row["duration_s"] = manifest.duration_ms / 1000 if manifest.duration_ms else None
        row["state"] = "processed" if is_processed(folder, manifest) else "unprocessed"
        row["state"] = "time only" if manifest.is_timed_only else row["state"]
        problem = copy_note(folder)
    except AlsvoiceError as trouble:
        row["state"] = "unprocessed" if can_be_processed(folder, trouble) else "damaged"
        problem = trouble.sentence
    removal = pending_problem(folder)
    if removal is not None:
        row["state"] = "unprocessed" if removal.fault is Fault.UNFINISHED else "damaged"
        problem = removal.sentence
    row["held_by"] = folder.holder()
    if row["held_by"] is None and folder.exists(RECORD_LOG):
        row["state"] = "unfinished"
        problem = f"the recording was cut off: alsvoice recover {folder.id}"
    return row | ({"problem": problem} if problem else {})


def show_session(session: options.SessionName, as_json: options.AsJson = False) -> None:
    """Show a session's manifest: people, phases, stages; and what is wrong with its files."""
    import json

    from alsvoice.formats import manifest as manifest_format
    from alsvoice.pipeline.condition import examine

    folder = options.place().library.find(session)
    problems = [
        {"file": p.file, "fault": p.fault.value, "sentence": p.sentence, "try_next": p.try_next}
        for p in examine(folder)
    ]
    try:
        value = json.loads(manifest_format.serialize(folder.manifest()))
    except AlsvoiceError:
        value = {"id": folder.id}  # what is wrong with it stands among the problems
    held_by = folder.holder()
    if as_json:
        output.data(value | {"held_by": held_by, "problems": problems})
        return
    _show(value)
    output.text(f"  folder: {folder.path}")
    if held_by:
        output.text(f"  in use by {held_by}")
    for problem in problems:
        output.text(f"  {problem['fault']}: {problem['sentence']}\n    Try: {problem['try_next']}")


def _show(value: dict[str, Any]) -> None:
    output.text(f"{value['id']}  {value.get('title') or ''}".rstrip())
    for person in value.get("participants", ()):
        output.text(f"  {person['name']}: {person['role']}")
    for phase in value.get("phases", ()):
        output.text(
            f"  {phase['name']}: {phase['start_ms'] // 1000} to {phase['end_ms'] // 1000} s"
        )
    for name, stage in value.get("stages", {}).items():
        output.text(f"  {name}: {stage['tool']}, {stage['seconds']} s")


def delete_session(
    session: options.SessionName,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
    keep_meeting: Annotated[
        bool, typer.Option("--keep-meeting", help="Its set still counts whose turn it was.")
    ] = False,
    as_json: options.AsJson = False,
) -> None:
    """Remove a session's folder and everything in it; says what remains elsewhere."""
    from alsvoice.pipeline.deletion import delete_session

    place = options.place()
    folder = place.session(session)
    asked(f"Delete session {folder.id} with its sound? This cannot be undone.", yes=yes)
    remains = delete_session(place.library, folder, keep_meeting=keep_meeting)
    if as_json:
        output.data({"session": folder.id, "deleted": True, "remains": list(remains)})
    else:
        output.text(f"Deleted {folder.id}. What may remain: {'; '.join(remains)}.")


def doctor(as_json: options.AsJson = False) -> None:
    """Check models, disk, memory and microphone, with the next command for each lack."""
    from alsvoice.pipeline.doctor import examine

    checks = examine(options.place().config)
    if as_json:
        output.data({"checks": [asdict(check) for check in checks]})
    else:
        for check in checks:
            mark = "ok  " if check.ok else "LACK" if check.needed else "note"
            output.text(f"{mark}  {check.name}: {check.finding}")
            if check.try_next:
                output.text(f"      Try: {check.try_next}")
    lacking = [check for check in checks if check.needed and not check.ok]
    if lacking:
        raise typer.Exit(1)
