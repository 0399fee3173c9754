"""``record`` and ``recover``: the microphone becomes a session."""

import re
from datetime import datetime
from typing import TYPE_CHECKING, Annotated

import typer

from alsvoice.cli import options, output
from alsvoice.cli.process import details_of, process_now, threads_or_default
from alsvoice.errors import UsageError

if TYPE_CHECKING:
    from alsvoice.audio.devices import Microphones
    from alsvoice.store import Library

__all__ = ["add_to", "parse_length"]

_LENGTH = re.compile(r"(?:(\d+)h)?(?:(\d+)m)?(?:(\d+)s)?")


def add_to(app: typer.Typer) -> None:
    """Add the commands."""
    app.command("record")(record)
    app.command("recover")(recover)


def parse_length(text: str) -> float:
    """Return the seconds of ``90m``, ``1h30m`` or ``45s``."""
    found = _LENGTH.fullmatch(text.strip().lower())
    hours, minutes, seconds = (int(part or 0) for part in (found.groups() if found else ("",) * 3))
    length = 3600 * hours + 60 * minutes + seconds
    if not length:
        raise UsageError(f"{text[:40]!r} is no length of time.", try_next="--for 90m")
    return float(length)


def record(
    title: options.Title = None,
    participants: options.Participants = None,
    set_: options.SetName = None,
    template: options.Template = None,
    device: Annotated[str | None, typer.Option(help="Microphone, by name or number.")] = None,
    consent: options.Consent = None,
    for_: Annotated[str | None, typer.Option("--for", help="How long, such as 90m.")] = None,
    process: Annotated[bool, typer.Option("--process/--no-process")] = True,
    as_json: options.AsJson = False,
) -> None:
    """Record a session from the microphone until Ctrl-C, then process it."""
    from alsvoice.audio.capture import Terms
    from alsvoice.cli import plain
    from alsvoice.pipeline.recording import record as recording
    from alsvoice.pipeline.stages import Choices

    place = options.place()
    details = details_of(
        title=title,
        participants=participants,
        speakers=None,
        set_=set_,
        consent=consent,
        template=template,
        phases=None,
    )
    terms = Terms(device=device, seconds=parse_length(for_) if for_ else None)
    recover_quietly(place.library)
    with (
        plain.Stopping() as stopping,
        recording(place.library, details, terms, microphones=_microphones(), now=_now()) as running,
    ):
        plain.run(running, stopping)
    session = running.session
    output.say(f"Recorded as session {session.id}.")
    if process:
        process_now(session, Choices(threads=threads_or_default(None)), as_json=as_json)
    elif as_json:
        output.data({"session": session.id})
    else:
        output.text(f"Next: alsvoice process {session.id}")


def _microphones() -> "Microphones":
    from alsvoice.audio.devices import PortAudioMicrophones

    return PortAudioMicrophones()


def recover_quietly(library: "Library") -> None:
    """Recover what was cut off before, and say so."""
    from alsvoice.pipeline.recovery import recover_all

    for done in recover_all(library):
        output.say(f"Note: recovered a recording that was cut off: session {done.session}.")


def recover(
    session: Annotated[
        str | None, typer.Argument(metavar="SESSION", help="One session; all if not given.")
    ] = None,
    as_json: options.AsJson = False,
) -> None:
    """Make whole sessions of recordings that were cut off."""
    from alsvoice.pipeline import recovery

    library = options.place().library
    done = (
        recovery.recover_all(library)
        if session is None
        else (recovery.recover(library.find(session)),)
    )
    if as_json:
        output.data(
            {
                "recovered": [
                    {
                        "session": each.session,
                        "duration_s": each.duration_ms / 1000,
                        "phases": each.phases,
                        "marks": each.marks,
                    }
                    for each in done
                ]
            }
        )
        return
    for each in done:
        output.text(f"Recovered {each.session}: {each.duration_ms / 1000:.1f} s of sound.")
        output.say(f"Next: alsvoice process {each.session}")
    if not done:
        output.text("No recording was cut off; there is nothing to recover.")


def _now() -> datetime:
    return datetime.now().astimezone()
