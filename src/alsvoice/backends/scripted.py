"""Backends that answer from files: for fast tests, and to put a reference in a stage's place.

Named ``scripted:PATH``; PATH is a stage file (``diarization.json`` or ``words.json``).
"""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from alsvoice.backends.protocols import Hook, Sound, SpeechFound, no_hook, nobody_waits
from alsvoice.backends.sharing import ALL_ROOM, Room
from alsvoice.errors import InputError
from alsvoice.formats import stage_files
from alsvoice.intervals import Span
from alsvoice.transcript import Diarization, Transcript

__all__ = ["ScriptedDiarizer", "ScriptedTranscriber"]


def _content(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as problem:
        raise InputError(
            f"The scripted backend's file {path.name} cannot be read.",
            try_next="alsvoice process SESSION without a scripted backend",
        ) from problem


class ScriptedDiarizer:
    """Gives the turns of a ``diarization.json``."""

    def __init__(self, path: Path) -> None:
        self.name = "scripted"
        self._path = path

    def diarize(
        self,
        sound: Sound,
        *,
        speakers: int | None = None,
        samples: Sequence[Span] = (),
        known: Sequence[Sequence[float]] = (),
        threads: int = 1,
        hook: Hook = no_hook,
        speech_found: SpeechFound = nobody_waits,
    ) -> Diarization:
        """Return the stored turns."""
        hook("diarize", 1, 1)
        stored = stage_files.parse_diarization(_content(self._path), where=self._path.name)
        if stored.spoken is not None:
            speech_found(stored.spoken)
        return replace(stored, speakers_told=speakers)


class ScriptedTranscriber:
    """Gives the words of a ``words.json``."""

    def __init__(self, path: Path) -> None:
        self.name = "scripted"
        self._path = path

    def transcribe(
        self,
        sound: Sound,
        *,
        speech: Sequence[Span],
        hints: Sequence[str] = (),
        language: str | None = None,
        threads: int = 1,
        hook: Hook = no_hook,
        room: Room = ALL_ROOM,
    ) -> Transcript:
        """Return the stored words."""
        with room:
            hook("transcribe", 1, 1)
            return stage_files.parse_words(_content(self._path), where=self._path.name)
