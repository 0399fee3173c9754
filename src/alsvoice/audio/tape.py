"""The sound of a recording as it grows on disk: files in a row, silence where some is missing."""

from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager, ExitStack
from dataclasses import dataclass
from typing import BinaryIO

from alsvoice.audio.flac import FlacWriter
from alsvoice.audio.timeline import Lost, Sound

__all__ = ["PAUSED", "Event", "Files", "Tape"]

Files = Callable[[int], AbstractContextManager[BinaryIO]]
"""Opens the file of a number, from 1; it is there under its own name from the first byte on."""

PAUSED = "paused"


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """What a recording tells: ``source`` (a file begins), ``gap``, ``device``, ``disk``, ``end``.

    Times are milliseconds of the session; ``text`` is the device's name, None where it is lost, or
    the gap's cause.
    """

    kind: str
    at_ms: int
    end_ms: int | None = None
    text: str | None = None
    number: int = 0


class Tape:
    """Writes pieces of a timeline; ``told`` hears of each file and gap."""

    def __init__(self, files: Files, stack: ExitStack, told: Callable[[Event], None]) -> None:
        self._files, self._stack, self._told = files, stack, told
        self._file: BinaryIO | None = None
        self._writer: FlacWriter | None = None
        self._number = 0
        self._before_s = 0.0
        self.gaps = 0
        self.lost_ms = 0

    @property
    def written_ms(self) -> int:
        """Length of all that was written."""
        own = self._writer.frames / self._writer.rate if self._writer else 0.0
        return round(1000 * (self._before_s + own))

    def bytes_an_hour(self) -> int | None:
        """Return how quickly the file grows; None as long as it is too short to tell."""
        if self._writer is None or self._file is None:
            return None
        hours = self._writer.frames / self._writer.rate / 3600
        return int(self._file.tell() / hours) if hours > 0.005 else None

    def begin(self, rate: int) -> None:
        """Begin a file of this rate, after the one before it."""
        self.end()
        self._number += 1
        self._file = self._stack.enter_context(self._files(self._number))
        self._writer = FlacWriter(self._file, rate)
        self._told(Event(kind="source", at_ms=self.written_ms, number=self._number))

    def write(self, pieces: Iterable[Sound | Lost]) -> None:
        """Write pieces in order; OSError where the disk refuses them."""
        for piece in pieces:
            if self._writer is None:
                return
            if isinstance(piece, Sound):
                self._writer.write(piece.data)
            else:
                self._lose(self._writer, piece)
        if self._file is not None:
            self._file.flush()  # what the system has outlives this process

    def _lose(self, writer: FlacWriter, lost: Lost) -> None:
        start = self.written_ms
        writer.silence(lost.frames)
        if lost.cause != PAUSED:  # that was wanted
            self.gaps += 1
            self.lost_ms += self.written_ms - start
        self._told(Event(kind="gap", at_ms=start, end_ms=self.written_ms, text=lost.cause))

    def sync(self) -> None:
        """Put everything on the disk."""
        if self._writer is not None:
            self._writer.sync()

    def end(self) -> None:
        """End the file."""
        if self._writer is not None:
            self._before_s += self._writer.frames / self._writer.rate
            writer, self._writer = self._writer, None
            writer.close()
