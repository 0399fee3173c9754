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
from alsvoice.pipeline import run
from alsvoice.pipeline.stages import STAGES
from alsvoice.session import Audio, Consent, Manifest, Participant, Phase, Role, Source
from alsvoice.store import Library, SessionFolder
from alsvoice.templates import planned, template

__all__ = ["LONGEST_NAME", "Details", "import_audio", "parse_participants", "read_phases"]

LONGEST_NAME = 120
_MOST_PEOPLE = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class Details:
    """What the user says of a session beside its sound."""

    title: str | None = None
    participants: tuple[Participant, ...] = ()
    speakers: int | None = None
    set: str | None = None
    consent: Consent | None = None
    template: str | None = None
    phases: tuple[Phase, ...] = ()


def parse_participants(text: str) -> tuple[Participant, ...]:
    """Return people from ``Ann:facilitator,Ben:presenter,Cat``; without a role: a member."""
    people: list[Participant] = []
    for part in filter(None, (p.strip() for p in text.split(","))):
        name, _, role = (side.strip() for side in part.partition(":"))
        if not name or any(ord(c) < 32 for c in name) or re.fullmatch(r"SPEAKER_\w+", name):
            raise _names_nobody(part)
        if len(name) > LONGEST_NAME:
            raise UsageError(
                f"A name has at most {LONGEST_NAME} characters.", try_next="a shorter name"
            )
        try:
            known = Role(role.lower()) if role else Role.MEMBER
        except ValueError as problem:
            raise UsageError(
                f"{role[:80]!r} is no role.", try_next=f"one of: {', '.join(Role)}"
            ) from problem
        people.append(Participant(id=f"P{len(people) + 1}", name=name, role=known))
    if not people:
        raise _names_nobody(text)
    names = [person.name for person in people]
    if len(set(names)) < len(names):
        raise UsageError(
            "Two participants have the same name.", try_next="tell them apart, as in Ann B, Ann K"
        )
    if len(people) > _MOST_PEOPLE:
        raise UsageError("More than 50 participants.", try_next="an action learning set has 4 to 8")
    return tuple(people)


def _names_nobody(text: str) -> UsageError:
    return UsageError(
        f"{text[:80]!r} names nobody.", try_next='--participants "Ann:facilitator,Ben"'
    )


def read_phases(path: Path) -> tuple[Phase, ...]:
    """Return the phases of a file the user named."""
    with _open(path, if_empty="write the phases into it: alsvoice import --help") as file:
        return phase_list.parse(file.read(), where=path.name)


def import_audio(
    library: Library,
    config: Config,
    files: Sequence[Path],
    details: Details,
    *,
    now: datetime,
    hook: Hook = no_hook,
) -> SessionFolder:
    """Make a session of the files, consecutive parts of one recording, and decode them.

    InputError where one is no sound, NoSpaceError on a full disk: then no session is left behind.
    Stopped or killed while decoding, it leaves a session that ``process`` goes on with.
    """
    phases = (
        planned(details.phases, template(details.template)) if details.template else details.phases
    )
    with contextlib.ExitStack() as stack:
        opened = [stack.enter_context(_open(path)) for path in files]
        with library.importing(now) as copied:
            audio = _copy_sources(copied, files, opened)
            copied.write_manifest(_manifest(copied, details, phases, audio, now))
    session = library.session(copied.id)
    try:
        with session.held("import"):
            run.run_stage(STAGES[0], session, config, hook=hook)
    except AlsvoiceError:
        with contextlib.suppress(LibraryError):
            library.delete(session)  # nobody's only copy: the files are untouched
        raise
    return session


def _manifest(
    session: SessionFolder,
    details: Details,
    phases: tuple[Phase, ...],
    audio: Audio,
    now: datetime,
) -> Manifest:
    return Manifest(
        id=session.id,
        title=details.title,
        created=now.isoformat(timespec="seconds"),
        consent=details.consent,
        set=details.set,
        template=details.template,
        participants=details.participants,
        speakers=details.speakers,
        phases=phases,
        audio=audio,
    )


def _open(path: Path, *, if_empty: str = "copy it from the recorder again") -> BinaryIO:
    try:
        if path.exists() and not path.is_file():
            raise InputError(
                f"{path.name or path} is not a file.", try_next="name the recording itself"
            )
        file = path.open("rb")
    except (OSError, ValueError) as problem:
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
