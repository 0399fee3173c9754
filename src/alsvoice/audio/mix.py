"""The mix and the tracks: 16 kHz mono FLAC that every stage reads piece by piece."""

import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from itertools import zip_longest
from typing import TYPE_CHECKING, Any, BinaryIO

from alsvoice.audio.decode import SAMPLE_RATE
from alsvoice.audio.interrupts import held_back
from alsvoice.audio.sink import sink_for
from alsvoice.errors import LibraryError

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

__all__ = ["MixFile", "at_least", "open_mix", "silence", "summed", "write_mix", "writer"]

_BLOCK_MS = 20_000
_LINEAR = 0.7
"""Up to this amplitude a sum of tracks is left as it is; what is louder is pressed under 1."""


@contextmanager
def writer(file: BinaryIO) -> Iterator[Callable[["NDArray[np.float32]"], None]]:
    """Give a function that takes blocks of shape (n,) and writes them as FLAC."""
    import soundfile

    with sink_for(file) as sink:
        with held_back():
            flac = soundfile.SoundFile(
                sink, "w", samplerate=SAMPLE_RATE, channels=1, format="FLAC", subtype="PCM_16"
            )

        def write(block: "NDArray[np.float32]") -> None:
            with held_back():
                flac.write(block)
            sink.check()

        try:
            yield write
        finally:
            with held_back():
                flac.close()


def write_mix(file: BinaryIO, blocks: Iterable["NDArray[np.float32]"]) -> int:
    """Write blocks of shape (n,) as FLAC; return the number of samples."""
    samples = 0
    with writer(file) as write:
        for block in blocks:
            write(block)
            samples += len(block)
    return samples


def summed(tracks: Sequence["MixFile"]) -> Iterator["NDArray[np.float32]"]:
    """Yield the sum of all tracks in blocks of shape (n,), as long as the longest.

    An average would leave each of six people 16 dB too quiet.
    """
    import numpy as np

    ended = np.zeros(0, dtype=np.float32)
    for pieces in zip_longest(*(track.blocks() for track in tracks), fillvalue=ended):
        block = np.zeros(max(map(len, pieces)), dtype=np.float32)
        for piece in pieces:
            block[: len(piece)] += piece
        loud = np.abs(block) > _LINEAR
        over = (np.abs(block[loud]) - _LINEAR) / (1 - _LINEAR)
        block[loud] = np.sign(block[loud]) * (_LINEAR + (1 - _LINEAR) * np.tanh(over))
        yield block


def silence(samples: int) -> Iterator["NDArray[np.float32]"]:
    """Yield so many zeros in blocks of shape (n,); none where the number is not positive."""
    import numpy as np

    for start in range(0, samples, SAMPLE_RATE):
        yield np.zeros(min(SAMPLE_RATE, samples - start), dtype=np.float32)


def at_least(
    blocks: Iterable["NDArray[np.float32]"], duration_ms: int
) -> Iterator["NDArray[np.float32]"]:
    """Yield the blocks of shape (n,), and silence after them up to a length."""
    samples = 0
    for block in blocks:
        samples += len(block)
        yield block
    yield from silence(duration_ms * SAMPLE_RATE // 1000 - samples)


class MixFile:
    """A ``Sound`` (see backends) on an open FLAC file; threads that read it take turns."""

    sample_rate = SAMPLE_RATE

    def __init__(self, flac: Any, name: str) -> None:
        self._flac = flac
        self._name = name
        self._turn = threading.Lock()

    @property
    def duration_ms(self) -> int:
        """Length of the recording."""
        return int(self._flac.frames) * 1000 // SAMPLE_RATE

    @property
    def samples(self) -> int:
        """Number of samples."""
        return int(self._flac.frames)

    def blocks(self) -> Iterator["NDArray[np.float32]"]:
        """Yield the whole in blocks of shape (n,), to the last sample."""
        start = 0
        while len(block := self.read(start, start + _BLOCK_MS)):
            yield block
            start += _BLOCK_MS

    def read(self, start_ms: int, end_ms: int) -> "NDArray[np.float32]":
        """Return samples of shape (n,); shorter where the recording ends before ``end_ms``."""
        import numpy as np
        import soundfile

        start = min(max(start_ms, 0) * SAMPLE_RATE // 1000, int(self._flac.frames))
        samples = max(0, end_ms * SAMPLE_RATE // 1000 - start)
        try:
            with held_back(), self._turn:
                self._flac.seek(start)
                return np.asarray(self._flac.read(samples, dtype="float32"), dtype=np.float32)
        except soundfile.LibsndfileError as problem:
            raise _damaged(self._name) from problem


@contextmanager
def open_mix(file: BinaryIO, name: str = "audio/mix.flac") -> Iterator[MixFile]:
    """Open a mix or a track for reading; LibraryError where it is no FLAC file any more."""
    import soundfile

    try:
        with held_back():
            flac = soundfile.SoundFile(file)
    except soundfile.LibsndfileError as problem:
        raise _damaged(name) from problem
    with flac:
        yield MixFile(flac, name)


def _damaged(name: str) -> LibraryError:
    return LibraryError(
        f"The session's sound ({name}) is damaged.",
        try_next="alsvoice process SESSION --from ingest",
    )
