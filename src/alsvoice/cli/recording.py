"""``record``: the microphone becomes a session."""

import re
import signal
import threading
import time
from datetime import datetime
from typing import Annotated, Any, Self

import typer

from alsvoice.cli import options, output
from alsvoice.cli.process import details_of, process_now, threads_or_default
from alsvoice.errors import UsageError

__all__ = ["add_to", "parse_length"]

# Windows knows Ctrl-Break, too, and ends a process by it where others use SIGTERM.
_STOPPING = (signal.SIGINT, signal.SIGTERM, *filter(None, [getattr(signal, "SIGBREAK", None)]))
_LENGTH = re.compile(r"(?:(\d+)h)?(?:(\d+)m)?(?:(\d+)s)?")


def add_to(app: typer.Typer) -> None:
    """Add the command."""
    app.command("record")(record)


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
    from alsvoice.pipeline.recording import record_session
    from alsvoice.pipeline.stages import Choices

    if consent == "none":
        raise UsageError(
            "Without consent nothing is recorded.", try_next="--consent verbal, once all agreed"
        )
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
    seconds = parse_length(for_) if for_ else None
    with _until_stopped() as go_on:
        session = record_session(
            place.library,
            details,
            device=device,
            seconds=seconds,
            now=datetime.now().astimezone(),
            go_on=go_on,
        )
    output.say(f"Recorded as session {session.id}.")
    if process:
        process_now(session, Choices(threads=threads_or_default(None)), as_json=as_json)
    elif as_json:
        output.data({"session": session.id})
    else:
        output.text(f"Next: alsvoice process {session.id}")


class _until_stopped:  # noqa: N801 - reads as a phrase where it is used
    """Go on until Ctrl-C or SIGTERM; say the time each minute and any lost sound.

    After the block the signals mean again what they meant: Ctrl-C stops the processing, too.
    """

    def __init__(self) -> None:
        self._stop = threading.Event()
        self._said = 0.0
        self._overflows = 0
        self._before: dict[int, Any] = {}

    def __enter__(self) -> Self:
        for number in _STOPPING:
            self._before[number] = signal.signal(number, lambda *_: self._stop.set())
        output.say("Recording. Ctrl-C ends it.")
        return self

    def __exit__(self, *_: object) -> None:
        for number, handler in self._before.items():
            signal.signal(number, handler)

    def __call__(self, elapsed_s: float, overflows: int) -> bool:
        if overflows > self._overflows:
            output.say("Some sound was lost: the machine was too busy for a moment.")
            self._overflows = overflows
        if elapsed_s - self._said >= 60:
            self._said = elapsed_s
            output.say(time.strftime("%H:%M:%S recorded", time.gmtime(elapsed_s)))
        return not self._stop.is_set()
