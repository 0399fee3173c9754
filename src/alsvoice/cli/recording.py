"""``record`` and ``recover``: the microphone becomes a session."""

import re
from datetime import datetime
from typing import TYPE_CHECKING, Annotated

import typer

from alsvoice.cli import options, output
from alsvoice.cli.process import details_of, process_now, threads_or_default
from alsvoice.errors import UsageError
from alsvoice.session import Consent

if TYPE_CHECKING:
    from alsvoice.audio.capture import Terms
    from alsvoice.audio.devices import Microphones
    from alsvoice.pipeline.importing import Details
    from alsvoice.store import Library, SessionFolder

__all__ = ["add_to", "parse_length"]

_NO_BASIS = "Note: on what basis the group is recorded was not said; --consent does that."
_LENGTH = re.compile(r"(?:(\d{1,4})h)?(?:(\d{1,5})m)?(?:(\d{1,6})s)?")


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
    consent_by: Annotated[
        str | None, typer.Option(help="Who said so for the group, such as Ann.")
    ] = None,
    for_: Annotated[str | None, typer.Option("--for", help="How long, such as 90m.")] = None,
    roll_call: Annotated[
        bool, typer.Option("--roll-call", help="Begin with everybody saying who they are.")
    ] = False,
    check: Annotated[
        bool, typer.Option("--check", help="Listen for ten seconds, say how it sounds, and end.")
    ] = False,
    large: Annotated[
        bool, typer.Option("--large", help="A console to be read from two metres.")
    ] = False,
    process: Annotated[
        bool, typer.Option("--process/--no-process", help="Work it out when it ends.")
    ] = True,
    as_json: options.AsJson = False,
) -> None:
    """Record a session and keep its time; on a terminal a console shows it, q ends it.

    Without a terminal Ctrl-C, SIGTERM or --for ends it. With --consent none only time, phases and
    notes are kept.
    """
    from alsvoice.audio.capture import Terms
    from alsvoice.audio.devices import PortAudioMicrophones
    from alsvoice.cli import asking, checking

    library = options.place().library
    recover_quietly(library)
    if check:
        checking.listen(device, as_json=as_json)
        return
    details = details_of(
        title=title,
        participants=participants,
        speakers=None,
        set_=set_,
        consent=consent,
        template=template,
        phases=None,
    )
    asking.say_set(library, details)
    details = asking.with_consent(details, consent_by, now=_now())
    terms = Terms(device=device, seconds=None if for_ is None else parse_length(for_))
    only_time = details.consent is Consent.NONE
    microphones = None if only_time else PortAudioMicrophones()
    session, hurried = _recorded(
        library, details, terms, microphones, large=large, roll_call=roll_call
    )
    _after(session, process=process and not (only_time or hurried), as_json=as_json)


def _recorded(
    library: "Library",
    details: "Details",
    terms: "Terms",
    microphones: "Microphones | None",
    *,
    large: bool,
    roll_call: bool,
) -> "tuple[SessionFolder, bool]":
    """Record until it ends; the session is whole however it did.

    Second in the answer is whether the system ended it, which has no time for more.
    """
    from alsvoice.audio.awake import kept_awake
    from alsvoice.cli import plain
    from alsvoice.cli.console import screen
    from alsvoice.pipeline.attending import plan_of
    from alsvoice.pipeline.recording import record as recording

    with (
        plain.Stopping() as stopping,
        kept_awake(),
        recording(
            library, details, terms, plan=plan_of(library, details), microphones=microphones,
            now=_now(),
        ) as running,
    ):  # fmt: skip
        if screen.is_possible():
            screen.run(running, stopping, large=large, roll_call=roll_call)
        else:
            if details.consent is None:
                output.say(_NO_BASIS)
            plain.run(running, stopping)
    return running.session, stopping.must


def _after(session: "SessionFolder", *, process: bool, as_json: bool) -> None:
    """Say what was recorded; process it, or say the command that does."""
    from alsvoice.pipeline import sets
    from alsvoice.pipeline.stages import Choices

    sets.take_over(options.place().library, session)
    output.say(f"Recorded as session {session.id}.")
    if process:
        process_now(session, Choices(threads=threads_or_default(None)), as_json=as_json)
        return
    if as_json:
        output.data({"session": session.id})
        return
    timed = session.manifest().is_timed_only
    output.text(f"Next: alsvoice {'report' if timed else 'process'} {session.id}")


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
        timed = library.find(each.session).manifest().is_timed_only
        what = "time kept" if timed else "sound"
        output.text(f"Recovered {each.session}: {each.duration_ms / 1000:.1f} s of {what}.")
        output.say(f"Next: alsvoice {'report' if timed else 'process'} {each.session}")
    if not done:
        output.text("No recording was cut off; there is nothing to recover.")


def _now() -> datetime:
    return datetime.now().astimezone()
