"""``demo``, ``import``, ``process``: from sound to report."""

import os
import sys
import webbrowser
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from alsvoice.cli import options, output
from alsvoice.cli.progress import progress
from alsvoice.cli.sets import tell_set
from alsvoice.errors import Cancelled, LibraryError, MissingExtraError, UsageError
from alsvoice.intervals import seconds
from alsvoice.session import Consent

if TYPE_CHECKING:
    from alsvoice.pipeline.arranging import Arrangement
    from alsvoice.pipeline.importing import Details
    from alsvoice.pipeline.stages import Choices
    from alsvoice.session import Audio, Manifest
    from alsvoice.store import Library, SessionFolder

__all__ = ["add_to", "details_of", "process_now", "threads_or_default"]


def add_to(app: typer.Typer) -> None:
    """Add the commands."""
    app.command("demo")(demo)
    app.command("import")(import_)
    app.command("process")(process)


def threads_or_default(threads: int | None) -> int:
    """Return the number given, else two, else what the machine has."""
    return threads or min(2, os.cpu_count() or 1)


def demo(
    out: Annotated[Path, typer.Option(help="Folder for the report and its session.")] = Path(
        "alsvoice-demo"
    ),
    open_: Annotated[bool, typer.Option("--open/--no-open", help="Open the report.")] = True,
    asr: Annotated[str | None, typer.Option(help="Speech model: base, tiny.en, a folder.")] = None,
    fast: options.Fast = None,
    threads: options.Threads = None,
    as_json: options.AsJson = False,
) -> None:
    """Run the whole pipeline on the bundled session and show its report."""
    from alsvoice.pipeline.courtesy import step_back
    from alsvoice.pipeline.demo import demo_session
    from alsvoice.pipeline.run import process as run
    from alsvoice.pipeline.stages import Choices

    place = options.place()
    choices = Choices(asr=asr, fast=fast, threads=threads_or_default(threads))
    step_back()
    with progress() as hook:
        session = demo_session(out, place.config, now=_now(), hook=hook)
        run(session, place.config, choices, hook=hook)
    pages = _write_reports(session, out)
    if as_json:
        output.data({"session": session.id, "report": str(pages)})
    else:
        output.text(f"The report of the demo session: {pages}")
    if open_ and not as_json and _has_screen():
        webbrowser.open(pages.resolve().as_uri())


def _write_reports(session: "SessionFolder", out: Path) -> Path:
    from alsvoice.pipeline.exporting import REPORTS, report
    from alsvoice.pipeline.readers import Wish
    from alsvoice.pipeline.sight import see
    from alsvoice.store import atomic

    sight = see(session)
    for name in REPORTS:
        with suppress(MissingExtraError):  # the PDF, where its letters are not installed
            atomic.write_bytes(out / f"report.{name}", report(sight, name, Wish(), session))
    return out / "report.html"


def _has_screen() -> bool:
    if not sys.stdout.isatty():
        return False
    return sys.platform in {"darwin", "win32"} or bool(
        os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")
    )


def import_(
    audio: Annotated[
        list[Path] | None, typer.Argument(help="One recording, or its parts in order.")
    ] = None,
    track: Annotated[
        list[str] | None,
        typer.Option(
            metavar="NAME=FILE",
            help='A file of one person\'s own sound, "Ann=ann.m4a" or "Ann:presenter=ann.m4a"; '
            "once for each person, instead of AUDIO.",
        ),
    ] = None,
    offset: Annotated[
        list[str] | None,
        typer.Option(
            metavar="NAME=SECONDS",
            help='How much later than the others a track starts, "Ann=2.5"; found in the sound '
            "if not given.",
        ),
    ] = None,
    channels: Annotated[
        str | None,
        typer.Option(
            metavar="NAMES", help='Who is on each channel of the one file, in order: "Ann,Ben".'
        ),
    ] = None,
    title: options.Title = None,
    participants: options.Participants = None,
    speakers: Annotated[
        int | None, typer.Option(min=1, max=50, help="How many people speak.")
    ] = None,
    set_: options.SetName = None,
    consent: options.Consent = None,
    template: options.Template = None,
    phases: Annotated[Path | None, typer.Option(help="JSON file with the phases' times.")] = None,
    roll_call: Annotated[
        list[str] | None,
        typer.Option(
            metavar="START-END",
            help='Where everybody says "I\'m …", in the order of --participants: "0:10-0:45"; or '
            'once for each person, "Ann=0:10-0:16".',
        ),
    ] = None,
    date: Annotated[
        str | None,
        typer.Option(
            metavar="YYYY-MM-DD[THH:MM]",
            help="When the meeting was; due dates are counted from it. Now if not given.",
        ),
    ] = None,
    as_json: options.AsJson = False,
) -> None:
    """Take a recording made elsewhere into the library; the original stays as it is.

    Several AUDIO files are consecutive parts of one recording. Where each person was recorded by
    themselves, --track gives a file a person, --channels a channel a person.
    """
    from alsvoice.cli import asking
    from alsvoice.pipeline.importing import import_audio, parse_started
    from alsvoice.pipeline.roll_call import with_roll_call

    now = _now()
    place = options.place()
    details = details_of(
        title=title,
        participants=participants,
        speakers=speakers,
        set_=set_,
        consent=consent,
        template=template,
        phases=phases,
    )
    if date is not None:
        details = replace(details, started=parse_started(date, now))
    asking.say_set(place.library, details)
    details = with_roll_call(details, roll_call or ())
    arranged, details = _arranged(audio or [], track or [], offset or [], channels, details)
    with _saying_how_to_go_on(place.library), progress() as hook:
        session = import_audio(place.library, place.config, arranged, details, now=now, hook=hook)
    _say_imported(session, as_json=as_json)


@contextmanager
def _saying_how_to_go_on(library: "Library") -> Iterator[None]:
    """Name the session that a stopped import left: the same command would make a second one."""
    before = {session.id for session in library}
    try:
        yield
    except (Cancelled, KeyboardInterrupt) as stop:
        made = [s for s in library if s.id not in before and s.holder() is None]
        if len(made) != 1:
            raise
        raise LibraryError(
            f"Stopped. Session {made[0].id} is in the library; its sound is not decoded yet.",
            try_next=f"alsvoice process {made[0].id}",
        ) from stop


def _arranged(
    audio: Sequence[Path],
    tracks: Sequence[str],
    offsets: Sequence[str],
    channels: str | None,
    details: "Details",
) -> "tuple[Arrangement, Details]":
    """Return how the people lie on the files; UsageError where the options fit no way in."""
    from alsvoice.pipeline.arranging import Arrangement, by_channels, by_tracks

    ways = [name for name, given in (("AUDIO", audio), ("--track", tracks)) if given]
    if len(ways) != 1 or (tracks and channels is not None):
        both = " and ".join(ways if channels is None or not tracks else ["--channels", "--track"])
        raise UsageError(
            f"{both} cannot be given together." if ways else "No recording was given.",
            try_next='alsvoice import AUDIO, or --track "Ann=ann.m4a" --track "Ben=ben.m4a"',
        )
    if offsets and not tracks:
        raise UsageError(
            "--offset is for tracks.", try_next='--track "Ann=ann.m4a" --offset "Ann=2.5"'
        )
    if tracks:
        arranged, people = by_tracks(tracks, offsets, details.participants)
    elif channels is not None:
        arranged, people = by_channels(channels, audio, details.participants)
    else:
        return Arrangement(files=tuple(audio)), details
    return arranged, replace(details, participants=people)


def _say_imported(session: "SessionFolder", *, as_json: bool) -> None:
    audio = session.manifest().audio
    if audio is None:
        return
    for sentence in (*audio.losses, *_starts(audio), *audio.notes):
        output.say(sentence)
    if as_json:
        output.data(
            {
                "session": session.id,
                "losses": list(audio.losses),
                "notes": list(audio.notes),
                "layout": audio.layout.value,
                "tracks": _track_rows(session.manifest()),
            }
        )
    else:
        output.text(f"Session {session.id} is in the library.")
        output.say(f"Next: alsvoice process {session.id}")


def _starts(audio: "Audio") -> Iterator[str]:
    """Yield where each person's recording was put, a sentence each."""
    sources = {source.file: source for source in audio.sources}
    for track in audio.tracks:
        source = sources[track.source]
        if track.offset_sure or source.start_ms:
            how = "found in the sound" if track.offset_sure else "as told"
            yield f"{source.display} starts {seconds(source.start_ms):.3f} s in, {how}."


def _track_rows(manifest: "Manifest") -> list[dict[str, object]]:
    names = {person.id: person.name for person in manifest.participants}
    sources = {s.file: s for s in (manifest.audio.sources if manifest.audio else ())}
    return [
        {
            "participant": names.get(track.participant),
            "speaker": track.voice,
            "source": sources[track.source].name,
            "channel": track.channel,
            "start_s": seconds(sources[track.source].start_ms),
            "offset_sure": track.offset_sure,
        }
        for track in (manifest.audio.tracks if manifest.audio else ())
    ]


def details_of(
    *,
    title: str | None,
    participants: str | None,
    speakers: int | None,
    set_: str | None,
    consent: str | None,
    template: str | None,
    phases: Path | None,
) -> "Details":
    """Return what the user said of a session, and its set of it, checked before any sound."""
    from alsvoice.pipeline.attending import with_set
    from alsvoice.pipeline.importing import Details, read_phases
    from alsvoice.pipeline.people import parse_participants
    from alsvoice.pipeline.plans import find

    library = options.place().library
    if template is not None:
        find(library, template)
    details = Details(
        title=title,
        participants=() if participants is None else parse_participants(participants),
        speakers=speakers,
        set=set_,
        consent=options.one_of(Consent, consent, "--consent"),
        template=template,
        phases=read_phases(phases) if phases else (),
    )
    return with_set(library, details)


def process(
    session: options.SessionName,
    asr: Annotated[str | None, typer.Option(help="Speech model: base, tiny.en, a folder.")] = None,
    diarizer: Annotated[
        str | None, typer.Option(help="Who spoke when: sparse, tracks, pyannote (an extra).")
    ] = None,
    classifier: Annotated[
        str | None, typer.Option(help="Questions and advice: questions, rules.")
    ] = None,
    speakers: Annotated[
        int | None, typer.Option(min=1, max=50, help="How many people speak, if not given before.")
    ] = None,
    language: Annotated[
        str | None, typer.Option(help="Two letters, such as en, or auto; heard if not given.")
    ] = None,
    fast: options.Fast = None,
    from_: Annotated[
        str | None, typer.Option("--from", help="Compute this stage and all after it anew.")
    ] = None,
    threads: options.Threads = None,
    as_json: options.AsJson = False,
) -> None:
    """Work out who spoke, what was said and what was asked; only what is stale is computed."""
    from alsvoice.pipeline.stages import Choices

    folder = options.place().library.find(session)  # what is damaged is told as it is repaired
    choices = Choices(
        asr=asr,
        diarizer=diarizer,
        classifier=classifier,
        language=language,
        fast=fast,
        threads=threads_or_default(threads),
    )
    process_now(folder, choices, start=from_, speakers=speakers, as_json=as_json)


def process_now(
    session: "SessionFolder",
    choices: "Choices",
    *,
    start: str | None = None,
    speakers: int | None = None,
    as_json: bool = False,
) -> None:
    """Run what is stale and say what was found."""
    from alsvoice.pipeline.courtesy import step_back
    from alsvoice.pipeline.run import process as run
    from alsvoice.pipeline.sight import document, see

    step_back()
    with progress() as hook:
        done = run(
            session, options.place().config, choices, start=start, speakers=speakers, hook=hook
        )
    for repair in done.repairs:
        output.say(f"Note: {repair}")
    tell_set(session)
    found = document(see(session))
    for warning in found["quality"]["warnings"]:
        output.say(f"Note: {warning}")
    if as_json:
        output.data(
            {
                "session": session.id,
                "computed": list(done.computed),
                "kept": list(done.kept),
                "repairs": list(done.repairs),
                "speakers": len(found["participants"]),
                "utterances": len(found["utterances"]),
                "warnings": found["quality"]["warnings"],
            }
        )
    else:
        computed = ", ".join(done.computed) or "nothing: all is up to date"
        output.text(f"Session {session.id}: computed {computed}.")
        output.say(f"Next: alsvoice speakers {session.id}, then alsvoice report {session.id}")


def _now() -> datetime:
    return datetime.now().astimezone()
