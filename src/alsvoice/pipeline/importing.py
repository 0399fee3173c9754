"""A recording made elsewhere becomes a session; its source is kept untouched."""

import contextlib
import re
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import BinaryIO

from alsvoice.backends.protocols import Hook, no_hook
from alsvoice.config import Config
from alsvoice.digest import digest_file, digest_parts
from alsvoice.errors import AlsvoiceError, InputError, LibraryError, UsageError
from alsvoice.formats import phase_list
from alsvoice.formats.fields import clock
from alsvoice.noted import ConsentGiven, VoiceSample
from alsvoice.pipeline import plans, run
from alsvoice.pipeline.arranging import Arrangement, laid_out
from alsvoice.pipeline.stages import STAGES
from alsvoice.session import Audio, Consent, Manifest, Participant, Phase, Source
from alsvoice.store import Library, SessionFolder
from alsvoice.templates import planned

__all__ = ["Details", "import_audio", "parse_started", "read_phases"]
_ADDRESS = re.compile(r"[A-Za-z][A-Za-z0-9+.-]+:|-$")
"""``http:…``, ``concat:…``, ``data:…`` and ``-``; two letters at least, since ``C:`` is a drive."""


_SLACK_MS = 1000  # people round up
_STARTED = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}(?:T[0-9]{2}:[0-9]{2})?")


@dataclass(frozen=True, slots=True, kw_only=True)
class Details:
    """What the user says of a session beside its sound; ``started`` is now unless told."""

    title: str | None = None
    participants: tuple[Participant, ...] = ()
    speakers: int | None = None
    set: str | None = None
    consent: Consent | None = None
    consent_given: ConsentGiven | None = None
    template: str | None = None
    phases: tuple[Phase, ...] = ()
    voices: tuple[VoiceSample, ...] = ()
    roll_call: tuple[int, int] | None = None
    started: datetime | None = None


def parse_started(text: str, now: datetime) -> datetime:
    """Return when a meeting was, in the time zone of this machine; UsageError if none is told."""
    started = _local_time(text)
    if started is None:
        raise UsageError(
            f"--date {text[:40]!r} is no day that the calendar has.",
            try_next=f"--date {now:%Y-%m-%d}, or --date {now:%Y-%m-%dT%H:%M} with the time",
        )
    if started > now:
        raise UsageError(
            f"--date {text} is still to come.", try_next=f"--date {now:%Y-%m-%d} for today"
        )
    return started


def _local_time(text: str) -> datetime | None:
    if not _STARTED.fullmatch(text):
        return None
    try:
        return datetime.fromisoformat(text).astimezone()
    except (ValueError, OverflowError, OSError):  # no such day, or none that this system can tell
        return None


def read_phases(path: Path) -> tuple[Phase, ...]:
    """Return the phases of a file the user named."""
    with _open(path, if_empty="write the phases into it: alsvoice import --help") as file:
        return phase_list.parse(file.read(), where=path.name)


def import_audio(
    library: Library,
    config: Config,
    given: Sequence[Path] | Arrangement,
    details: Details,
    *,
    now: datetime,
    hook: Hook = no_hook,
) -> SessionFolder:
    """Make a session of the files and decode them.

    Without an arrangement everybody is on all of it, and several files are consecutive parts.
    InputError where one is no sound, NoSpaceError on a full disk: then no session is left behind.
    Stopped or killed while decoding, it leaves a session that ``process`` goes on with.
    """
    started = details.started or now
    arranged = given if isinstance(given, Arrangement) else Arrangement(files=tuple(given))
    phases = details.phases
    if details.template:
        phases = planned(phases, plans.find(library, details.template))
    with contextlib.ExitStack() as stack:
        opened = [stack.enter_context(_open(path)) for path in arranged.files]
        with library.importing(started) as copied:
            audio = laid_out(_copy_sources(copied, arranged.files, opened), arranged)
            copied.write_manifest(_manifest(copied, details, phases, audio, started))
    session = library.session(copied.id)
    try:
        with session.held("import"):
            run.run_stage(STAGES[0], session, config, hook=hook)
            _refuse_beyond(session.manifest())
    except AlsvoiceError:
        with contextlib.suppress(LibraryError):
            library.delete(session)  # nobody's only copy: the files are untouched
        raise
    return session


def _refuse_beyond(manifest: Manifest) -> None:
    """Refuse samples of voices that lie after the end of the recording."""
    spans = [voice.span for voice in manifest.voices]
    spans += [manifest.roll_call] if manifest.roll_call else []
    if any(end > manifest.duration_ms + _SLACK_MS for _, end in spans):
        raise InputError(
            f"The roll-call goes on after the end of the recording, which is "
            f"{clock(manifest.duration_ms)} long.",
            try_next="--roll-call with times of this recording",
        )


def _manifest(
    session: SessionFolder,
    details: Details,
    phases: tuple[Phase, ...],
    audio: Audio,
    started: datetime,
) -> Manifest:
    return Manifest(
        id=session.id,
        title=details.title,
        created=started.isoformat(timespec="seconds"),
        consent=details.consent,
        consent_given=details.consent_given,
        set=details.set,
        template=details.template,
        participants=details.participants,
        speakers=details.speakers,
        phases=phases,
        voices=details.voices,
        roll_call=details.roll_call,
        audio=audio,
    )


def _open(path: Path, *, if_empty: str = "copy it from the recorder again") -> BinaryIO:
    """Open a file the user named: a plain file or a link to one, nothing that can block."""
    try:
        if path.exists() and not path.is_file():
            raise InputError(
                f"{path.name or path} is not a file.", try_next="name the recording itself"
            )
        file = path.open("rb")
    except (OSError, ValueError) as problem:
        if _ADDRESS.match(str(path)):
            raise InputError(
                f"{str(path)[:120]!r} is an address or a list, not a file; none is opened.",
                try_next="save the recording on this machine, then import that file",
            ) from problem
        reason = getattr(problem, "strerror", None) or "the name cannot be used"
        raise InputError(
            f"{path.name[:120]!r} cannot be opened: {reason}.",
            try_next="check the name and the folder with `ls`, or drag the file into the terminal",
        ) from problem
    if path.stat().st_size == 0:
        file.close()
        raise InputError(f"{path.name} is empty.", try_next=if_empty)
    return file


def _copy_sources(
    session: SessionFolder, files: Sequence[Path], opened: Sequence[BinaryIO]
) -> Audio:
    """Copy each file as ``audio/source-NN.ext``: names given by users never become paths."""
    sources: list[Source] = []
    for number, (path, file) in enumerate(zip(files, opened, strict=True), start=1):
        suffix = path.suffix.lower() if re.fullmatch(r"\.[A-Za-z0-9]{1,5}", path.suffix) else ""
        name = f"audio/source-{number:02d}{suffix}"
        with session.writing(name) as copy:
            shutil.copyfileobj(file, copy, 1 << 20)
            copy.seek(0)
            digest = digest_file(copy)
        sources.append(Source(file=name, name=path.name, sha256=digest))
    return Audio(
        file="audio/mix.flac",
        sources=tuple(sources),
        sha256=digest_parts([source.sha256 or "" for source in sources]),
        duration_ms=0,
    )
