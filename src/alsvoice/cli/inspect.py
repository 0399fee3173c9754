"""``sessions``, ``templates``, ``doctor``: what is here."""

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
    templates = typer.Typer(help="Templates of phases.", no_args_is_help=True)
    templates.command("list")(list_templates)
    templates.command("show")(show_template)
    app.add_typer(templates, name="templates")
    app.command("doctor")(doctor)


def list_sessions(as_json: options.AsJson = False) -> None:
    """List the sessions of the library, oldest first."""
    rows = [_row(folder) for folder in options.place().library]
    if as_json:
        output.data({"sessions": rows})
        return
    for row in rows:
        length = "" if row["duration_s"] is None else f"{row['duration_s'] / 60:.0f} min"
        output.text(f"{row['id']}  {length:>7}  {row['state']:<12} {row['title'] or ''}".rstrip())
    if not rows:
        output.say("No sessions yet. Next: alsvoice record, or alsvoice import RECORDING")


def _row(folder: "SessionFolder") -> dict[str, Any]:
    from alsvoice.pipeline.run import is_processed

    try:
        manifest = folder.manifest()
    except AlsvoiceError as problem:
        return {"id": folder.id, "title": None, "duration_s": None, "state": "damaged",
                "problem": problem.sentence}  # fmt: skip
    state = "processed" if is_processed(folder, manifest) else "unprocessed"
    length = manifest.audio.duration_ms / 1000 if manifest.audio else None
    return {"id": folder.id, "title": manifest.title, "duration_s": length, "state": state}


def show_session(session: options.SessionName, as_json: options.AsJson = False) -> None:
    """Show a session's manifest: people, phases, stages."""
    import json

    from alsvoice.formats import manifest as manifest_format

    folder = options.place().session(session)
    value = json.loads(manifest_format.serialize(folder.manifest()))
    if as_json:
        output.data(value)
        return
    output.text(f"{value['id']}  {value['title'] or ''}".rstrip())
    output.text(f"  folder: {folder.path}")
    for person in value["participants"]:
        output.text(f"  {person['name']}: {person['role']}")
    for phase in value["phases"]:
        output.text(
            f"  {phase['name']}: {phase['start_ms'] // 1000} to {phase['end_ms'] // 1000} s"
        )
    for name, stage in value["stages"].items():
        output.text(f"  {name}: {stage['tool']}, {stage['seconds']} s")


def delete_session(
    session: options.SessionName,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
    as_json: options.AsJson = False,
) -> None:
    """Remove a session's folder and everything in it; says what remains elsewhere."""
    from alsvoice.pipeline.deletion import REMAINS, delete_session

    place = options.place()
    folder = place.session(session)
    asked(f"Delete session {folder.id} with its sound? This cannot be undone.", yes=yes)
    delete_session(place.library, folder)
    if as_json:
        output.data({"session": folder.id, "deleted": True, "remains": list(REMAINS)})
    else:
        output.text(f"Deleted {folder.id}. What may remain: {'; '.join(REMAINS)}.")


def list_templates(as_json: options.AsJson = False) -> None:
    """List the templates."""
    from alsvoice.templates import builtin

    found = builtin()
    if as_json:
        output.data({"templates": [asdict(template) for template in found]})
        return
    for template in found:
        minutes = sum(phase.planned_ms for phase in template.phases) // 60_000
        output.text(f"{template.name:<14} {minutes:>3} min  {template.title}")


def show_template(name: str, as_json: options.AsJson = False) -> None:
    """Show a template's phases."""
    from alsvoice.templates import template as find

    found = find(name)
    if as_json:
        output.data(asdict(found))
        return
    output.text(f"{found.title}\n  {found.source}")
    for phase in found.phases:
        welcome = f"  welcome: {', '.join(phase.welcome)}" if phase.welcome else ""
        output.text(f"  {phase.planned_ms // 60_000:>3} min  {phase.name}{welcome}")


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
