"""A removal carried out: a passage or a person taken out of every file of a session.

What is to be done is written down first and removed last. Every step may be done again, so a
removal that was interrupted is finished by doing all of it once more.
"""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TypeVar

from alsvoice.audio.mix import at_least, summed, write_mix
from alsvoice.audio.silence import write_silenced
from alsvoice.digest import digest_file
from alsvoice.edits import Edit, settle
from alsvoice.errors import FormatError, InputError, LibraryError, NewerFormatError
from alsvoice.formats import edit_lines, pending, stage_files
from alsvoice.pipeline import profiles
from alsvoice.pipeline.condition import (
    PENDING,
    REPORT,
    is_ours,
    refuse_what_cannot_be_finished,
)
from alsvoice.pipeline.ingest_tracks import open_tracks
from alsvoice.pipeline.repair import make_ready
from alsvoice.pipeline.run import fresh_stages, stamped
from alsvoice.pipeline.sounds import placed
from alsvoice.removal.corrections import cut_edits, leave_edits
from alsvoice.removal.names import NamePattern, leave_manifest
from alsvoice.removal.passages import (
    cut_codings,
    cut_diarization,
    cut_transcript,
    cut_utterances,
)
from alsvoice.removal.people import leave_diarization, leave_transcript, leave_utterances
from alsvoice.removal.plan import Counts, Departure, Plan, SoundStep
from alsvoice.session import Audio, Manifest, Redaction, Source
from alsvoice.store import SessionFolder
from alsvoice.store.folder import MIX, PEAKS, SET_ASIDE
from alsvoice.transcript import Diarization, Transcript, Utterance

__all__ = ["Removed", "carry_out", "finish_pending", "make_fit", "prepared", "settled"]

_STAGE_FILES = ("diarization.json", "words.json", "utterances.json", "labels.json")
# Made from what is removed, and made again when it is needed; damaged files that were set aside.
_DERIVED = re.compile(rf"(report|{SET_ASIDE})/.*|{re.escape(PEAKS)}|(.*/)?[^/]*\.tmp")
T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Removed:
    """What was taken out by ``plan``, how much it was, and what a person should know.

    ``lost`` are sources that had to go whole, ``own`` those that held nobody else. ``unsure`` are
    tracks whose start was never found in the sound: what others said may stand elsewhere in them.
    ``strangers`` are not alsvoice's files.
    """

    plan: Plan
    went: Counts
    lost: tuple[str, ...]
    own: tuple[str, ...]
    unsure: tuple[str, ...]
    strangers: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Held:
    """What the session's files hold of words; None where a file is not there."""

    heard: Diarization | None
    words: Transcript | None
    utterances: tuple[Utterance, ...] | None
    labels: stage_files.Labels | None


def make_fit(session: SessionFolder, doing: str, *, now: datetime) -> Removed | None:
    """Bring a session into the state a removal needs; return what was finished of an earlier one.

    Nothing but facts is written: a repaired manifest, and where each source stands.
    """
    with session.held(doing):
        return prepared(session, now=now)[1]


def prepared(session: SessionFolder, *, now: datetime) -> tuple[Manifest, Removed | None]:
    """Do what ``make_fit`` does in a session that the caller holds; return its manifest, too."""
    refuse_what_cannot_be_finished(session)
    make_ready(session, now)
    finished = finish_pending(session)
    manifest = session.manifest()
    known = placed(session, manifest)
    if known != manifest:
        session.write_manifest(known)
    return known, finished


def settled(session: SessionFolder) -> None:
    """Make utterances of their own of what people cut and joined; the caller holds the session.

    Done twice it is done once: a cut finds itself done already. Where the transcript is not there
    or damaged, nothing is.
    """
    edits, _ = session.edits()
    utterances = _load(session, "utterances.json", stage_files.parse_utterances)
    manifest = session.manifest()
    if utterances is None or manifest.audio is None:
        return
    pieces, rest = settle(utterances, edits, manifest.audio.sha256)
    if rest == edits:
        return
    fresh = fresh_stages(session, manifest)
    session.write("utterances.json", stage_files.serialize_utterances(pieces))
    _write_edits(session, rest)
    session.write_manifest(stamped(session, manifest, fresh=fresh))


def carry_out(session: SessionFolder, plan: Plan) -> Removed:
    """Remove what is planned; the caller holds the session.

    NewerFormatError, and nothing is touched, where a newer version wrote one of its files.
    """
    audio = session.manifest().audio
    sources = tuple(source.file for source in audio.sources) if audio else ()
    plan = replace(plan, before=_counts(session), sources=sources)
    session.write(PENDING, pending.serialize(plan))
    return _finish(session, plan)


def finish_pending(session: SessionFolder) -> Removed | None:
    """Finish a removal that was interrupted, if there was one; the caller holds the session."""
    if not session.exists(PENDING):
        return None
    return _finish(session, pending.parse(session.read(PENDING)))


def _finish(session: SessionFolder, plan: Plan) -> Removed:
    _do(session, plan)
    before, after = plan.before, _counts(session)
    gone = [
        step
        for step in plan.sounds
        if step.file in plan.sources and not (step.becomes and session.exists(step.becomes))
    ]
    removed = Removed(
        plan=plan,
        went=Counts(
            words=before.words - after.words,
            utterances=before.utterances - after.utterances,
            edits=before.edits - after.edits,
            damaged_edits=before.damaged_edits - after.damaged_edits,
            set_aside=before.set_aside - after.set_aside,
        ),
        lost=tuple(sorted(step.file for step in gone if not step.theirs)),
        own=tuple(sorted(step.file for step in gone if step.theirs)),
        unsure=_unsure_tracks(session),
        strangers=_strangers(session),
    )
    session.remove(PENDING)
    return removed


def _strangers(session: SessionFolder) -> tuple[str, ...]:
    """Return the files in the folder that are not of alsvoice: nobody can tell what they hold."""
    manifest = session.manifest()
    return tuple(name for name in session.names() if not is_ours(name, manifest))


def _do(session: SessionFolder, plan: Plan) -> None:
    for name in session.names():
        if _DERIVED.fullmatch(name):
            session.remove(name)
    if plan.redaction is not None:
        _cut_files(session, plan.redaction.span)
    if plan.departure is not None:
        _leave_files(session, plan.departure)
        profiles.leave(session, plan.departure.names)
    for step in plan.sounds:
        _silence(session, step)
    if plan.departure is not None:
        _remix(session, plan)
    _write_manifest(session, plan)
    if plan.report:
        _report_anew(session)


def _cleared(session: SessionFolder) -> _Held:
    """Return what the files hold; one that is damaged may hold anything, so it goes."""
    held = _held(session)
    loaded = (held.heard, held.words, held.utterances, held.labels)
    for name, value in zip(_STAGE_FILES, loaded, strict=True):
        if value is None:
            session.remove(name)
    return held


def _held(session: SessionFolder) -> _Held:
    return _Held(
        heard=_load(session, "diarization.json", stage_files.parse_diarization),
        words=_load(session, "words.json", stage_files.parse_words),
        utterances=_load(session, "utterances.json", stage_files.parse_utterances),
        labels=_load(session, "labels.json", stage_files.parse_labels),
    )


def _load(session: SessionFolder, name: str, parse: Callable[[bytes], T]) -> T | None:
    """Return what a file holds; None where it is not there, or damaged."""
    if not session.exists(name):
        return None
    try:
        return parse(session.read(name))
    except NewerFormatError:
        raise
    except FormatError:
        return None


def _cut_files(session: SessionFolder, gone: tuple[int, int]) -> None:
    held = _cleared(session)
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
    held = _cleared(session)
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


def _remix(session: SessionFolder, plan: Plan) -> None:
    """Make the mix of people who lie apart anew of those who are left.

    Where a track of theirs is damaged, ``process`` makes it.
    """
    audio = session.manifest().audio
    if audio is None or not audio.is_apart:
        return
    gone = {step.file for step in plan.sounds if step.becomes is None}
    left = [track for track in audio.tracks if track.file not in gone]
    try:
        with session.writing(MIX) as file, open_tracks(session, left) as sounds:
            write_mix(file, at_least(summed(sounds), audio.duration_ms))
    except LibraryError:  # a track is damaged or not there
        session.remove(MIX)


def _write_manifest(session: SessionFolder, plan: Plan) -> None:
    manifest = session.manifest()
    redaction, leaving = plan.redaction, plan.departure
    if redaction is not None and redaction not in manifest.redactions:
        manifest = _without_marks(manifest, redaction)
    if leaving is not None:
        manifest = leave_manifest(manifest, leaving)
    if manifest.audio:
        manifest = replace(manifest, audio=_audio(session, manifest.audio, plan))
    manifest = stamped(session, manifest, fresh=plan.fresh)
    session.write_manifest(manifest)


def _without_marks(manifest: Manifest, redaction: Redaction) -> Manifest:
    """Return the manifest with the redaction in it, and without the marks and samples inside."""
    start, end = redaction.span
    return replace(
        manifest,
        redactions=(*manifest.redactions, redaction),
        marks=tuple(mark for mark in manifest.marks if not start <= mark.at_ms < end),
        voices=tuple(v for v in manifest.voices if v.end_ms <= start or v.start_ms >= end),
    )


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
    from alsvoice.pipeline.readers import Wish
    from alsvoice.pipeline.sight import read

    try:
        page = report(read(session), "html", Wish(), session)
    except LibraryError:  # not processed to the end: there is nothing to report
        return
    session.write(REPORT, page)


def _counts(session: SessionFolder) -> Counts:
    held = _held(session)
    edits, damaged = session.edits()
    return Counts(
        words=len(held.words.words) if held.words else 0,
        utterances=len(held.utterances or ()),
        edits=len(edits),
        damaged_edits=len(damaged),
        set_aside=sum(name.startswith(f"{SET_ASIDE}/") for name in session.names()),
    )


def _unsure_tracks(session: SessionFolder) -> tuple[str, ...]:
    audio = session.manifest().audio
    tracks = audio.tracks if audio else ()
    return tuple(track.file for track in tracks if track.offset_sure is False)
