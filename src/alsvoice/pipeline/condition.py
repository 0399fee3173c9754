"""The condition of a session's files: what is missing, damaged, changed or no file of ours.

Nothing is changed here. What can be computed again, ``process`` does (see ``repair``).
"""

import os
import re
import stat
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path

from alsvoice.digest import digest_bytes
from alsvoice.errors import AlsvoiceError, LibraryError, NewerFormatError
from alsvoice.formats import pending, removals, stage_files
from alsvoice.pipeline.stages import STAGES
from alsvoice.session import Manifest
from alsvoice.store import SessionFolder, atomic, lock
from alsvoice.store.folder import COPY, EDITS, MANIFEST, PEAKS, RECORD_LOG, REMOVALS, SET_ASIDE

__all__ = [
    "PENDING",
    "REPORT",
    "Fault",
    "Problem",
    "can_be_processed",
    "copy_note",
    "examine",
    "is_ours",
    "pending_problem",
    "refuse_pending",
    "refuse_what_cannot_be_finished",
    "sources_of",
    "stage_problems",
]

PENDING = "pending.json"
"""Work on the whole session that was cut off, such as a redaction; it goes before all else."""

REPORT = "report/report.html"

_PARSERS: dict[str, Callable[[bytes], object]] = {
    "diarization.json": stage_files.parse_diarization,
    "words.json": stage_files.parse_words,
    "utterances.json": stage_files.parse_utterances,
    "labels.json": stage_files.parse_labels,
}
_OURS = {
    MANIFEST, COPY, EDITS, PEAKS, REMOVALS, PENDING, RECORD_LOG, REPORT, lock.FILE,
    *(stage.output for stage in STAGES),
}  # fmt: skip
_PAGE = re.compile(r"report/report(-set|-person-\d+)?(-anonymous)?\.html")
_SOURCE = re.compile(r"source-\d{2,}(\.[a-z0-9]{1,5})?")
_UPGRADE = "pip install --upgrade alsvoice"


class Fault(StrEnum):
    """What can be the matter with a file."""

    MISSING = "missing"
    DAMAGED = "damaged"
    CHANGED = "changed"  # readable, but not what was recorded
    NEWER = "newer"
    NO_FILE = "no_file"  # a link, a pipe, a device, or a folder in a file's place
    UNFINISHED = "unfinished"
    EXTRA = "extra"  # not ours, or put aside: left alone


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """One finding: a file of the session, a sentence, and what to do; ``stage`` wrote the file."""

    file: str
    fault: Fault
    sentence: str
    try_next: str
    stage: str | None = None


def pending_problem(session: SessionFolder) -> Problem | None:
    """Return what is to be said of a removal that was cut off; UNFINISHED where it can go on."""
    if not os.path.lexists(session.path / PENDING):
        return None
    away = f"move {PENDING}, which is not from alsvoice, out of the folder of session {session.id}"
    problem = _no_plain_file(session, PENDING, away)
    if problem:
        return problem
    try:
        pending.parse(session.read(PENDING))
    except NewerFormatError:
        return Problem(
            file=PENDING, fault=Fault.NEWER, try_next=_UPGRADE,
            sentence=f"A removal from session {session.id} was begun by a newer version.",
        )  # fmt: skip
    except AlsvoiceError:
        return Problem(
            file=PENDING, fault=Fault.DAMAGED,
            sentence=f"A removal from session {session.id} was cut off, and {PENDING}, which says "
            "what it takes out, is damaged: it cannot be finished.",
            try_next=f"a backup of its folder, or alsvoice sessions delete {session.id}",
        )  # fmt: skip
    return Problem(
        file=PENDING, fault=Fault.UNFINISHED,
        sentence=f"Something is being taken out of session {session.id}, and that is not finished.",
        try_next=f"alsvoice process {session.id} (which finishes it)",
    )  # fmt: skip


def refuse_pending(session: SessionFolder) -> None:
    """Raise where a removal was cut off: what it takes out may still be there."""
    problem = pending_problem(session)
    if problem:
        raise LibraryError(problem.sentence, try_next=problem.try_next)


def refuse_what_cannot_be_finished(session: SessionFolder) -> None:
    """Raise where a removal was cut off and nothing can go on with it."""
    problem = pending_problem(session)
    if problem and problem.fault is not Fault.UNFINISHED:
        raise LibraryError(problem.sentence, try_next=problem.try_next)


def examine(session: SessionFolder) -> tuple[Problem, ...]:
    """Return all findings, the manifest's first; reads every file once."""
    return tuple(_examined(session))


def _examined(session: SessionFolder) -> Iterator[Problem]:
    yield from _manifest_problems(session)
    try:
        manifest = session.manifest()
    except AlsvoiceError:
        manifest = None
    removal = pending_problem(session)
    found = [
        *([removal] if removal else ()),
        *_recording_problems(session),
        *_stage_problems(session, manifest),
        *_source_problems(session, manifest),
    ]
    yield from found
    yield from _removals_problems(session)
    yield from _edit_problems(session)
    yield from _strange(session, manifest, {problem.file for problem in found})


def _recording_problems(session: SessionFolder) -> Iterator[Problem]:
    """Yield that a recording was cut off; one that runs is in order."""
    if session.exists(RECORD_LOG) and session.holder() is None:
        yield Problem(
            file=RECORD_LOG, fault=Fault.UNFINISHED,
            sentence="The recording was cut off; nothing that was heard is lost.",
            try_next=f"alsvoice recover {session.id}",
        )  # fmt: skip


def _manifest_problems(session: SessionFolder) -> Iterator[Problem]:
    problem = session.manifest_problem()
    if problem is None:
        return
    again = f"alsvoice process {session.id}"
    if isinstance(problem, NewerFormatError):
        yield Problem(
            file=MANIFEST, fault=Fault.NEWER, sentence=problem.sentence, try_next=problem.try_next
        )
        return
    fault = Fault.DAMAGED if os.path.lexists(session.path / MANIFEST) else Fault.MISSING
    try:
        session.manifest()
    except AlsvoiceError:
        rest = "its copy is of no use either: people, phases and title are lost"
    else:
        rest = "its copy is used"
    yield Problem(
        file=MANIFEST, fault=fault, sentence=f"{_without_end(problem.sentence)}; {rest}.",
        try_next=again,
    )  # fmt: skip


def copy_note(session: SessionFolder) -> str | None:
    """Return a sentence where the manifest's copy stands in for it."""
    problem = session.manifest_problem()
    if problem is None or isinstance(problem, NewerFormatError):
        return None
    try:
        session.manifest()
    except AlsvoiceError:
        return None
    return (
        f"{_without_end(problem.sentence)}; its copy is used, "
        f"and `alsvoice process {session.id}` repairs it."
    )


def _without_end(sentence: str) -> str:
    return sentence.removesuffix(".")


def can_be_processed(session: SessionFolder, problem: AlsvoiceError) -> bool:
    """Whether ``process`` can make something of a session whose manifest cannot be read."""
    if isinstance(problem, NewerFormatError) or session.manifest_problem() is None:
        return False
    try:
        return bool(sources_of(session))
    except AlsvoiceError:
        return False


def sources_of(session: SessionFolder) -> tuple[str, ...]:
    """Return the names of the sources that lie in the folder, in their order."""
    folder = session.file("audio")
    found = sorted(folder.iterdir()) if folder.is_dir() else []
    return tuple(
        f"audio/{path.name}"
        for path in found
        if _SOURCE.fullmatch(path.name) and path.is_file() and not path.is_symlink()
    )


def stage_problems(session: SessionFolder, manifest: Manifest) -> tuple[Problem, ...]:
    """Return what is the matter with the files that finished stages wrote.

    Each is hashed: a second for the sound of four hours, so this is for ``process``, not for every
    reading.
    """
    return tuple(_stage_problems(session, manifest))


def _stage_problems(session: SessionFolder, manifest: Manifest | None) -> Iterator[Problem]:
    for stage in STAGES:
        record = manifest.stages.get(stage.name) if manifest else None
        if record is None:
            continue
        for name, digest in ({stage.output: ""} | dict(record.outputs)).items():
            problem = _output_problem(session, name, digest, stage.name)
            if problem:
                yield replace(problem, stage=stage.name)


def _output_problem(session: SessionFolder, name: str, digest: str, stage: str) -> Problem | None:
    again = f"alsvoice process {session.id}"
    problem = _no_plain_file(session, name, again)
    if problem:
        return problem
    parse = _PARSERS.get(name)
    try:
        if parse is None:
            found = session.digest(name)
        else:
            data = session.read(name)
            parse(data)
            found = digest_bytes(data)
    except NewerFormatError as newer:
        return Problem(
            file=name, fault=Fault.NEWER, sentence=newer.sentence,
            try_next=f"{_UPGRADE}, or make it anew: {again} --from {stage}",
        )  # fmt: skip
    except AlsvoiceError as damage:
        return Problem(file=name, fault=Fault.DAMAGED, sentence=damage.sentence, try_next=again)
    if digest in {"", found}:
        return None
    return Problem(
        file=name, fault=Fault.CHANGED, try_next=again,
        sentence=f"{name} is not as `process` wrote it: it was damaged or changed by hand.",
    )  # fmt: skip


def _no_plain_file(session: SessionFolder, name: str, try_next: str) -> Problem | None:
    """Return what stands at a name in place of a regular file."""
    try:
        mode = session.file(name).lstat().st_mode
    except AlsvoiceError:
        return _link(name, try_next)
    except OSError:
        return Problem(
            file=name, fault=Fault.MISSING, sentence=f"{name} is missing.", try_next=try_next
        )
    return None if stat.S_ISREG(mode) else _special(name, mode, try_next)


def _link(name: str, try_next: str) -> Problem:
    return Problem(
        file=name, fault=Fault.NO_FILE, try_next=try_next,
        sentence=f"{name} is a symbolic link, or lies behind one; it is not followed.",
    )  # fmt: skip


def _special(name: str, mode: int, try_next: str) -> Problem:
    kind = (
        "folder" if stat.S_ISDIR(mode)
        else "named pipe" if stat.S_ISFIFO(mode)
        else "special file"
    )  # fmt: skip
    return Problem(
        file=name, fault=Fault.NO_FILE, sentence=f"{name} is a {kind}; it is not opened.",
        try_next=try_next,
    )  # fmt: skip


def _source_problems(session: SessionFolder, manifest: Manifest | None) -> Iterator[Problem]:
    back = "put the file back as it was, from a backup; nothing here changes it"
    for source in manifest.audio.sources if manifest and manifest.audio else ():
        problem = _no_plain_file(session, source.file, back)
        if problem:
            yield problem
        elif source.sha256 and session.digest(source.file) != source.sha256:
            yield Problem(
                file=source.file, fault=Fault.CHANGED, try_next=back,
                sentence=f"{source.file} is not as it was imported.",
            )  # fmt: skip


def _removals_problems(session: SessionFolder) -> Iterator[Problem]:
    """Yield what is the matter with the list of what was removed; the manifest has it, too."""
    if not os.path.lexists(session.path / REMOVALS):
        return
    again = f"alsvoice process {session.id}"
    problem = _no_plain_file(session, REMOVALS, f"move {REMOVALS} out of the session's folder")
    if problem:
        yield problem
        return
    try:
        removals.parse(session.read(REMOVALS))
    except NewerFormatError as newer:
        yield Problem(file=REMOVALS, fault=Fault.NEWER, sentence=newer.sentence, try_next=_UPGRADE)
    except AlsvoiceError as damage:
        yield Problem(file=REMOVALS, fault=Fault.DAMAGED, sentence=damage.sentence, try_next=again)


def _edit_problems(session: SessionFolder) -> Iterator[Problem]:
    look = f"alsvoice edits {session.id} (damaged lines are kept in {EDITS})"
    if not os.path.lexists(session.path / EDITS):
        return
    problem = _no_plain_file(session, EDITS, look)
    if problem:
        yield problem
        return
    for sentence in session.edits()[1]:
        yield Problem(file=EDITS, fault=Fault.DAMAGED, sentence=sentence, try_next=look)


def _strange(
    session: SessionFolder, manifest: Manifest | None, told: set[str]
) -> Iterator[Problem]:
    """Yield what lies in the folder and is no part of the session."""
    again = f"alsvoice process {session.id}"
    for path in session.files():
        name = path.relative_to(session.path).as_posix()
        mode = path.lstat().st_mode
        if name in told:
            continue
        if not stat.S_ISREG(mode):
            away = f"move {_shown(name)} out of the session's folder"
            yield (
                _link(_shown(name), away)
                if path.is_symlink()
                else _special(_shown(name), mode, away)
            )
        elif atomic.is_leftover(path.name):
            yield Problem(
                file=_shown(name), fault=Fault.UNFINISHED, try_next=again,
                sentence=f"{_shown(name)} was left by a run that was cut off, or is being written.",
            )  # fmt: skip
        elif path.parent.name == SET_ASIDE:
            yield Problem(
                file=_shown(name), fault=Fault.EXTRA, try_next="remove it when it is not needed",
                sentence=f"{_shown(name)} was put aside by `process`.",
            )  # fmt: skip
        elif not is_ours(name, manifest):
            yield Problem(
                file=_shown(name), fault=Fault.EXTRA, try_next="nothing needs to be done",
                sentence=f"{_shown(name)} is not from alsvoice; it is left alone.",
            )  # fmt: skip


def is_ours(name: str, manifest: Manifest | None) -> bool:
    """Whether a file in a session's folder is one that alsvoice writes there."""
    records = manifest.stages.values() if manifest else ()
    tracks = manifest.audio.tracks if manifest and manifest.audio else ()
    return (
        name in _OURS
        or _PAGE.fullmatch(name) is not None
        or any(name in record.outputs for record in records)
        or any(name == track.file for track in tracks)
        or _SOURCE.fullmatch(name.removeprefix("audio/")) is not None
    )


def _shown(name: str) -> str:
    """Return a name for a sentence: on one line, not too long."""
    return "".join(c if c.isprintable() else "?" for c in str(Path(name).as_posix()))[-80:]
