"""A removal carried out: a passage or a person taken out of every file of a session.

What is to be done is written down first and removed last. Every step may be done again, so a
removal that was interrupted is finished by doing all of it once more.
"""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from typing import TypeVar

from alsvoice.audio.silence import write_silenced
from alsvoice.digest import digest_file
from alsvoice.edits import Edit
from alsvoice.errors import FormatError, InputError, LibraryError
from alsvoice.formats import edit_lines, pending, stage_files
from alsvoice.pipeline.condition import PENDING
from alsvoice.pipeline.run import stamped
from alsvoice.removal.corrections import cut_edits, leave_edits
from alsvoice.removal.names import NamePattern, leave_manifest
from alsvoice.removal.passages import (
    cut_codings,
    cut_diarization,
    cut_transcript,
    cut_utterances,
)
from alsvoice.removal.people import leave_diarization, leave_transcript, leave_utterances
from alsvoice.removal.plan import Departure, Plan, SoundStep
from alsvoice.session import Audio, Source
from alsvoice.store import SessionFolder
from alsvoice.transcript import Diarization, Transcript, Utterance

__all__ = ["REPORT", "Removed", "carry_out", "finish_pending", "strangers"]

REPORT = "report/report.html"
_STAGE_FILES = ("diarization.json", "words.json", "utterances.json", "labels.json")
# Made from what is removed, and made again when it is needed; damaged files that were set aside.
_DERIVED = re.compile(
    r"(report|set-aside|clips|peaks|audio/clips|audio/peaks)/.*|(.*/)?[^/]*\.tmp"
    r"|(.*/)?speakers[^/]*\.npz|(audio/)?peaks[^/]*|session\.json\.bak"
)
_OWN = re.compile(
    r"session\.json(\.bak)?|removals\.json|edits\.jsonl|pending\.json|\.lock"
    rf"|{'|'.join(map(re.escape, _STAGE_FILES))}"
    r"|audio/(mix\.flac|source-\d+(\.\w+)?|tracks/\d+\.flac)|report/report\.html"
)
T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Removed:
    """How much went, and what a person should know.

    ``lost`` are sources that had to go whole, ``unsure`` tracks whose start was never found in the
    sound: what others said may stand elsewhere in them. ``strangers`` are not alsvoice's files.
    """

    words: int
    utterances: int
    edits: int
    damaged_edits: int
    lost: tuple[str, ...]
    unsure: tuple[str, ...]
    strangers: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Held:
    """What the session's files hold of words; None where a file is not there."""

    heard: Diarization | None
    words: Transcript | None
    utterances: tuple[Utterance, ...] | None
    labels: stage_files.Labels | None


def carry_out(session: SessionFolder, plan: Plan) -> Removed:
    """Remove what is planned; the caller holds the session."""
    before = _counts(session)
    sources = _source_files(session)
    session.write(PENDING, pending.serialize(plan))
    _do(session, plan)
    after = _counts(session)
    words, utterances, edits, damaged = (a - b for a, b in zip(before, after, strict=True))
    gone = {s.file for s in plan.sounds if s.becomes is None or not session.exists(s.becomes)}
    return Removed(
        words=words,
        utterances=utterances,
        edits=edits,
        damaged_edits=damaged,
        lost=tuple(sorted(gone & sources)),
        unsure=_unsure_tracks(session),
        strangers=strangers(session),
    )


def finish_pending(session: SessionFolder) -> bool:
    """Finish a removal that was interrupted; return whether there was one. The session is held."""
    if not session.exists(PENDING):
        return False
    _do(session, pending.parse(session.read(PENDING)))
    return True


def strangers(session: SessionFolder) -> tuple[str, ...]:
    """Return the files in the folder that are not of alsvoice: nobody can tell what they hold."""
    return tuple(name for name in session.names() if not _OWN.fullmatch(name))


def _do(session: SessionFolder, plan: Plan) -> None:
    for name in session.names():
        if _DERIVED.fullmatch(name):
            session.remove(name)
    if plan.reset:
        _reset(session)
    if plan.redaction is not None:
        _cut_files(session, plan.redaction.span)
    if plan.departure is not None:
        _leave_files(session, plan.departure)
    for step in plan.sounds:
        _silence(session, step)
    _write_manifest(session, plan)
    if plan.report:
        _report_anew(session)
    session.remove(PENDING)


def _reset(session: SessionFolder) -> None:
    for name in _STAGE_FILES:
        session.remove(name)


def _held(session: SessionFolder) -> _Held:
    return _Held(
        heard=_load(session, "diarization.json", stage_files.parse_diarization),
        words=_load(session, "words.json", stage_files.parse_words),
        utterances=_load(session, "utterances.json", stage_files.parse_utterances),
        labels=_load(session, "labels.json", stage_files.parse_labels),
    )


def _load(session: SessionFolder, name: str, parse: Callable[[bytes], T]) -> T | None:
    """Return what a file holds; one that is damaged may hold anything, so it goes."""
    if not session.exists(name):
        return None
    try:
        return parse(session.read(name))
    except FormatError:
        session.remove(name)
        return None


def _cut_files(session: SessionFolder, gone: tuple[int, int]) -> None:
    held = _held(session)
    before = held.utterances or ()
    after = cut_utterances(before, [gone])
    edits, _ = session.edits()
    _write_edits(session, cut_edits(edits, [gone], before, after))
    if held.words:
        cut = cut_transcript(held.words, [gone])
        session.write("words.json", stage_files.serialize_words(cut))
    if held.heard:
        silent = cut_diarization(held.heard, [gone])
        session.write("diarization.json", stage_files.serialize_diarization(silent))
    _write_utterances(session, held, after)


def _leave_files(session: SessionFolder, leaving: Departure) -> None:
    held = _held(session)
    before = held.utterances or ()
    edits, _ = session.edits()
    _write_edits(session, leave_edits(edits, before, leaving, NamePattern(leaving.names)))
    if held.words:
        left = leave_transcript(held.words, before, leaving)
        session.write("words.json", stage_files.serialize_words(left))
    if held.heard:
        turns = leave_diarization(held.heard, leaving)
        session.write("diarization.json", stage_files.serialize_diarization(turns))
    _write_utterances(session, held, leave_utterances(before, leaving))


def _write_utterances(session: SessionFolder, held: _Held, after: tuple[Utterance, ...]) -> None:
    """Write the codings, then the utterances: until then they tell a second try what goes."""
    if held.labels and held.utterances is not None:
        codings = cut_codings(held.labels.codings, after)
        labels = stage_files.Labels(card=held.labels.card, codings=codings)
        session.write("labels.json", stage_files.serialize_labels(labels))
    if held.utterances is not None:
        session.write("utterances.json", stage_files.serialize_utterances(after))


def _write_edits(session: SessionFolder, edits: Iterable[Edit]) -> None:
    """Write the corrections anew; damaged lines may hold words, so they go."""
    lines = b"".join(map(edit_lines.serialize, edits))
    if session.exists("edits.jsonl"):
        if lines:
            session.write("edits.jsonl", lines)
        else:
            session.remove("edits.jsonl")


def _silence(session: SessionFolder, step: SoundStep) -> None:
    """Write a sound file anew, or remove it where nothing of it can be decoded any more."""
    if not session.exists(step.file):
        return  # done before an interruption
    if step.becomes is not None and _rewritten(session, step, step.becomes):
        if step.becomes != step.file:
            session.remove(step.file)
    else:
        session.remove(step.file)


def _rewritten(session: SessionFolder, step: SoundStep, becomes: str) -> bool:
    try:
        # Read inside: Windows replaces no file that is open.
        with session.writing(becomes) as target, session.reading(step.file) as file:
            if not write_silenced(
                file, target, name=step.file, spans=step.spans, channels=step.channels
            ):
                raise _nothing_left(step.file)
    except InputError:
        return False
    return True


def _nothing_left(file: str) -> InputError:
    return InputError(f"Nothing of {file} can be decoded.", try_next="alsvoice process SESSION")


def _write_manifest(session: SessionFolder, plan: Plan) -> None:
    manifest = session.manifest()
    redaction, leaving = plan.redaction, plan.departure
    if redaction is not None and redaction not in manifest.redactions:
        manifest = replace(manifest, redactions=(*manifest.redactions, redaction))
    if leaving is not None:
        manifest = leave_manifest(manifest, leaving)
    if manifest.audio:
        manifest = replace(manifest, audio=_audio(session, manifest.audio, plan))
    if plan.reset:
        kept = {name: each for name, each in manifest.stages.items() if name == "ingest"}
        manifest = replace(manifest, stages=kept)
    manifest = stamped(session, manifest, fresh=plan.fresh)
    session.write_manifest(manifest)


def _audio(session: SessionFolder, audio: Audio, plan: Plan) -> Audio:
    steps = {step.becomes: step for step in plan.sounds} | {s.file: s for s in plan.sounds}
    sources: list[Source] = []
    for source in audio.sources:
        step = steps.get(source.file)
        if step is None:
            sources.append(source)
        elif step.becomes is not None and session.exists(step.becomes):
            with session.reading(step.becomes) as file:
                digest = digest_file(file)
            sources.append(replace(source, file=step.becomes, sha256=digest))
    leaving = plan.departure.track if plan.departure else None
    return replace(
        audio,
        sources=tuple(sources),
        tracks=tuple(
            replace(track, source=_renamed(track.source, steps.get(track.source)))
            for track in audio.tracks
            if leaving is None or track.participant != leaving
        ),
    )


def _renamed(file: str, step: SoundStep | None) -> str:
    return step.becomes or file if step else file


def _report_anew(session: SessionFolder) -> None:
    from alsvoice.pipeline.exporting import report
    from alsvoice.pipeline.sight import read

    try:
        page = report(read(session), "html")
    except LibraryError:  # not processed to the end: there is nothing to report
        return
    session.write(REPORT, page.encode())


def _counts(session: SessionFolder) -> tuple[int, int, int, int]:
    held = _held(session)
    edits, damaged = session.edits()
    words = len(held.words.words) if held.words else 0
    return words, len(held.utterances or ()), len(edits), len(damaged)


def _unsure_tracks(session: SessionFolder) -> tuple[str, ...]:
    audio = session.manifest().audio
    tracks = audio.tracks if audio else ()
    return tuple(track.file for track in tracks if track.offset_sure is False)


def _source_files(session: SessionFolder) -> set[str]:
    audio = session.manifest().audio
    return {source.file for source in audio.sources} if audio else set()
