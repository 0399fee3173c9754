"""A session as people see it: corrections applied, measured, ready to be reported or exported."""

import platform
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from alsvoice import __version__
from alsvoice.edits import Applied, Edit, apply
from alsvoice.errors import LibraryError
from alsvoice.formats import stage_files
from alsvoice.labels import ClassifierCard
from alsvoice.pipeline.coding import guessed_voices
from alsvoice.pipeline.removing import refuse_unfinished
from alsvoice.pipeline.run import is_processed
from alsvoice.report.document import build_document
from alsvoice.session import Conversation, Manifest
from alsvoice.store import SessionFolder
from alsvoice.transcript import Diarization, Transcript, Utterance

__all__ = ["Sight", "document", "read", "see"]

_QUESTION_LANGUAGES = {"en", None}


@dataclass(frozen=True, slots=True, kw_only=True)
class Sight:
    """All that is known of a processed session."""

    manifest: Manifest
    heard: Diarization
    words: Transcript
    utterances: tuple[Utterance, ...]
    card: ClassifierCard
    edits: tuple[Edit, ...]
    damaged_edits: tuple[str, ...]
    applied: Applied

    @property
    def conversation(self) -> Conversation:
        """The session with every correction applied."""
        return self.applied.conversation


def see(session: SessionFolder) -> Sight:
    """Read a session; LibraryError where it has not been processed to the end.

    Nor is one shown that something is being taken out of.
    """
    refuse_unfinished(session)
    return read(session)


def read(session: SessionFolder) -> Sight:
    """Read a session as it stands, even half way through a removal."""
    manifest = session.manifest()
    if not is_processed(session, manifest):
        raise LibraryError(
            f"Session {session.id} has not been processed to the end.",
            try_next=f"alsvoice process {session.id}",
        )
    heard = stage_files.parse_diarization(session.read("diarization.json"))
    utterances = stage_files.parse_utterances(session.read("utterances.json"))
    labels = stage_files.parse_labels(session.read("labels.json"))
    corrections, damaged = session.edits()
    return Sight(
        manifest=manifest,
        heard=heard,
        words=stage_files.parse_words(session.read("words.json")),
        utterances=utterances,
        card=labels.card,
        edits=corrections,
        damaged_edits=damaged,
        applied=apply(
            manifest=manifest,
            diarization=heard,
            utterances=utterances,
            codings=labels.codings,
            edits=corrections,
            guesses=guessed_voices(manifest, heard, utterances),
        ),
    )


def document(sight: Sight) -> dict[str, Any]:
    """Return the report of a session as data."""
    made = sight.manifest.stages
    return build_document(
        sight.manifest,
        sight.conversation,
        provenance={
            "alsvoice": __version__,
            "asr": made["transcribe"].tool,
            "diarizer": made["diarize"].tool,
            "classifier": made["classify"].tool,
            "python": platform.python_version(),
        },
        warnings=tuple(_warnings(sight)),
        card=sight.card,
        unplaced=sight.applied.unplaced,
    )


def _warnings(sight: Sight) -> Iterator[str]:
    """Yield what a reader must know before believing a number, one sentence each."""
    audio = sight.manifest.audio
    if audio:
        yield from audio.losses
    if not sight.heard.turns:
        yield "No speech was found in this recording."
        return
    yield from _count_warnings(sight)
    if sight.words.loops_removed:
        yield (f"The recogniser repeated itself; {sight.words.loops_removed} words were taken out.")
    if sight.words.language not in _QUESTION_LANGUAGES:
        yield (
            f"The language heard is {sight.words.language!r}; questions and advice are told apart "
            "in English only, so their counts mean nothing here."
        )
    if sight.applied.orphaned:
        yield (
            f"{len(sight.applied.orphaned)} corrections no longer find what they corrected; "
            f"`alsvoice edits {sight.manifest.id}` lists them."
        )
    yield from sight.damaged_edits


def _count_warnings(sight: Sight) -> Iterator[str]:
    told, found = sight.manifest.speakers_told, len(sight.heard.speakers)
    if told and told != found:
        yield (
            f"{told} people were expected and {found} "
            f"{'voice was' if found == 1 else 'voices were'} told apart: "
            f"`alsvoice speakers {sight.manifest.id}` shows who is missing or merged."
        )
    elif told is None:
        yield (
            f"The number of people was not given; {found} "
            f"{'voice was' if found == 1 else 'voices were'} told apart. If that is wrong: "
            f"`alsvoice process {sight.manifest.id} --speakers N`."
        )
