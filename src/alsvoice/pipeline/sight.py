"""A session as people see it: corrections applied, measured, ready to be reported or exported."""

import platform
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any

from alsvoice import __version__
from alsvoice.digest import digest_bytes
from alsvoice.edits import Applied, Edit, apply
from alsvoice.errors import FormatError, LibraryError, NewerFormatError
from alsvoice.labels import ClassifierCard, Coding
from alsvoice.pipeline import parsed, recorded
from alsvoice.pipeline.coding import guessed_voices, introduced_voices, known_voices
from alsvoice.pipeline.condition import refuse_pending
from alsvoice.pipeline.judging import judged_labels, own_agreement
from alsvoice.pipeline.run import is_processed
from alsvoice.report.document import build_document
from alsvoice.report.document.reading import WHOLE, Reading
from alsvoice.session import Conversation, Manifest
from alsvoice.store import SessionFolder
from alsvoice.transcript import Diarization, Transcript, Utterance

__all__ = ["Sight", "document", "read", "refuse_unprocessed", "see", "see_held"]

_QUESTION_LANGUAGES = {"en", None}
_FILES = ("diarization.json", "words.json", "utterances.json", "labels.json")
_WAITS = (0.02, 0.05, 0.1, 0.2)
"""Seconds; between a stage's file and its record in the manifest lies less."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sight:
    """All that is known of a processed session; ``changed`` are files not as they were written.

    ``utterances`` and ``codings`` are the machine's: in the ``conversation`` people have their say.
    """

    manifest: Manifest
    heard: Diarization
    words: Transcript
    utterances: tuple[Utterance, ...]
    codings: tuple[Coding, ...]
    card: ClassifierCard | None
    edits: tuple[Edit, ...]
    damaged_edits: tuple[str, ...]
    changed: tuple[str, ...]
    applied: Applied

    @property
    def classifier(self) -> str:
        """The classifier's name; nothing where nothing was coded."""
        return self.card.name if self.card else ""

    @property
    def is_coded(self) -> bool:
        """Whether the language heard is one in which questions and advice are told apart."""
        return _knows_questions_in(self.words.language)

    @property
    def conversation(self) -> Conversation:
        """The session with every correction applied."""
        return self.applied.conversation


def see(session: SessionFolder) -> Sight:
    """Read a session; LibraryError where it has not been processed to the end.

    Another process may be changing it: what is read is of one moment, or read again. Nor is one
    shown that something is being taken out of.
    """
    refuse_pending(session)
    for wait in _WAITS:
        before = session.manifest()
        sight = _see(session, before)
        if session.manifest() == before and not (
            (sight.changed or sight.damaged_edits) and session.holder()
        ):
            return sight
        time.sleep(wait)
    return sight


def see_held(session: SessionFolder) -> Sight:
    """Read a session that the caller holds, so that nothing changes meanwhile."""
    refuse_pending(session)
    return read(session)


def read(session: SessionFolder) -> Sight:
    """Read a session as it stands, even half way through a removal."""
    return _see(session, session.manifest())


def _see(session: SessionFolder, manifest: Manifest) -> Sight:
    if manifest.is_timed_only:
        return _timed(manifest)
    refuse_unprocessed(session, manifest)
    files = {name: session.read(name) for name in _FILES}
    with _telling_what_to_do(session):
        heard = parsed.diarization(files["diarization.json"])
        words = parsed.words(files["words.json"])
        utterances = parsed.utterances(files["utterances.json"])
        labels = parsed.labels(files["labels.json"])
    codings = labels.codings if _knows_questions_in(words.language) else ()
    corrections, damaged = session.edits()
    made = {n: d for record in manifest.stages.values() for n, d in record.outputs.items()}
    return Sight(
        manifest=manifest,
        heard=heard,
        words=words,
        utterances=utterances,
        codings=codings,
        card=labels.card,
        edits=corrections,
        damaged_edits=damaged,
        changed=tuple(name for name in _FILES if made.get(name) != digest_bytes(files[name])),
        applied=apply(
            manifest=manifest,
            diarization=heard,
            utterances=utterances,
            codings=codings,
            edits=corrections,
            guesses=guessed_voices(manifest, files["diarization.json"], files["utterances.json"]),
            known={
                **introduced_voices(manifest, heard, utterances),
                **known_voices(manifest),
            },
        ),
    )


def refuse_unprocessed(session: SessionFolder, manifest: Manifest) -> None:
    """Refuse what there is nothing to be seen of yet; LibraryError says what to do."""
    if not (manifest.is_timed_only or is_processed(session, manifest)):
        raise LibraryError(
            f"Session {session.id} has not been processed to the end.",
            try_next=f"alsvoice process {session.id}",
        )


def _timed(manifest: Manifest) -> Sight:
    """Return what is known of a session of which only time was kept."""
    heard = Diarization(turns=(), exclusive=())
    return Sight(
        manifest=manifest,
        heard=heard,
        words=Transcript(words=()),
        utterances=(),
        codings=(),
        card=None,
        edits=(),
        damaged_edits=(),
        changed=(),
        applied=apply(manifest=manifest, diarization=heard, utterances=(), codings=(), edits=()),
    )


@contextmanager
def _telling_what_to_do(session: SessionFolder) -> Iterator[None]:
    """Say of a damaged file that it can be computed again; a newer one is no damage."""
    try:
        yield
    except NewerFormatError:
        raise
    except FormatError as problem:
        raise LibraryError(problem.sentence, try_next=f"alsvoice process {session.id}") from problem


def document(
    sight: Sight, reading: Reading = WHOLE, agreement: Mapping[str, Any] | None = None
) -> dict[str, Any]:
    """Return the report of a session as data, as its readers may see it.

    ``agreement`` is that over many sessions, where it is known; else it is of this one alone.
    """
    made = sight.manifest.stages
    tools = {"asr": "transcribe", "diarizer": "diarize", "classifier": "classify"}
    return build_document(
        sight.manifest,
        sight.conversation,
        provenance={
            "alsvoice": __version__,
            **{key: made[stage].tool for key, stage in tools.items() if stage in made},
            "python": platform.python_version(),
        },
        warnings=tuple(_warnings(sight)),
        card=sight.card,
        unplaced=sight.applied.unplaced,
        reading=replace(reading, coded=sight.is_coded),
        feedback=sight.applied.feedback,
        agreement=agreement
        or own_agreement(sight.classifier, judged_labels(sight.conversation, sight.codings)),
    )


def _knows_questions_in(language: str | None) -> bool:
    return language in _QUESTION_LANGUAGES


def _warnings(sight: Sight) -> Iterator[str]:
    """Yield what a reader must know before believing a number, one sentence each."""
    audio = sight.manifest.audio
    yield from recorded.sentences(sight.manifest)
    if sight.manifest.is_timed_only:
        return
    if audio:
        yield from audio.losses
        yield from audio.notes
    if not sight.heard.turns:
        yield "No speech was found in this recording."
        return
    yield from _count_warnings(sight)
    if sight.words.loops_removed:
        yield (f"The recogniser repeated itself; {sight.words.loops_removed} words were taken out.")
    if not sight.is_coded:
        yield (
            f"The language heard is {sight.words.language!r}; questions and advice are told apart "
            "in English only, so they are not counted here."
        )
    if sight.applied.orphaned:
        yield (
            f"{len(sight.applied.orphaned)} corrections no longer find what they corrected; "
            f"`alsvoice edits {sight.manifest.id}` lists them."
        )
    yield from sight.damaged_edits
    for name in sight.changed:
        yield (
            f"{name} was changed since it was computed, and is taken as it stands; "
            f"`alsvoice process {sight.manifest.id}` puts it aside and computes it again."
        )


def _count_warnings(sight: Sight) -> Iterator[str]:
    if known_voices(sight.manifest):
        yield from _silent_tracks(sight)
        return
    told, found = sight.manifest.speakers_told, len(sight.heard.speakers)
    if told and told != found:
        yield (
            f"{told} people were expected and {found} "
            f"{'voice was' if found == 1 else 'voices were'} told apart: "
            f"`alsvoice speakers {sight.manifest.id}` shows who is missing or merged."
        )
    elif told is None:
        yield _estimated(found, sight)


_SURE = 0.5
"""A count's confidence, from which the number of people is said to be sure."""


def _estimated(found: int, sight: Sight) -> str:
    confidence = sight.heard.count_confidence
    sure = ""
    if confidence is not None:
        sure = ", clearly" if confidence >= _SURE else ", which is not sure"
    return (
        f"The number of people was not given; {found} "
        f"{'voice was' if found == 1 else 'voices were'} told apart{sure}. If that is wrong: "
        f"`alsvoice process {sight.manifest.id} --speakers N`."
    )


def _silent_tracks(sight: Sight) -> Iterator[str]:
    tracks = sight.manifest.audio.tracks if sight.manifest.audio else ()
    silent = sum(track.voice not in sight.heard.speakers for track in tracks)
    if silent:
        yield (
            f"{silent} of {len(tracks)} tracks {'holds' if silent == 1 else 'hold'} no speech of "
            "the person they are named after."
        )
