"""The mix: 16 kHz mono FLAC that every stage reads piece by piece."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, BinaryIO

from alsvoice.audio.decode import SAMPLE_RATE
from alsvoice.audio.interrupts import held_back
from alsvoice.audio.sink import sink_for
from alsvoice.errors import LibraryError

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

__all__ = ["MixFile", "open_mix", "write_mix"]


def write_mix(file: BinaryIO, blocks: Iterable["NDArray[np.float32]"]) -> int:
    """Write blocks of shape (n,) as FLAC; return the number of samples."""
    import soundfile

    samples = 0
    with sink_for(file) as sink:
        with held_back():
            flac = soundfile.SoundFile(
                sink, "w", samplerate=SAMPLE_RATE, channels=1, format="FLAC", subtype="PCM_16"
            )
        try:
            for block in blocks:
                with held_back():
                    flac.write(block)
                sink.check()
                samples += len(block)
        finally:
            with held_back():
                flac.close()
    return samples


class MixFile:
    """A ``Sound`` (see backends) on an open FLAC file; one reader at a time."""

    sample_rate = SAMPLE_RATE

    def __init__(self, flac: Any) -> None:
        self._flac = flac

    @property
    def duration_ms(self) -> int:
        """Length of the recording."""
        return int(self._flac.frames) * 1000 // SAMPLE_RATE

    def read(self, start_ms: int, end_ms: int) -> "NDArray[np.float32]":
        """Return samples of shape (n,); shorter where the recording ends before ``end_ms``."""
        import numpy as np
        import soundfile

        start = min(max(start_ms, 0) * SAMPLE_RATE // 1000, int(self._flac.frames))
        samples = max(0, end_ms * SAMPLE_RATE // 1000 - start)
        try:
            with held_back():
                self._flac.seek(start)
                return np.asarray(self._flac.read(samples, dtype="float32"), dtype=np.float32)
        except soundfile.LibsndfileError as problem:
            raise _damaged() from problem


@contextmanager
def open_mix(file: BinaryIO) -> Iterator[MixFile]:
    """Open a mix for reading; LibraryError where it is no FLAC file any more."""
    import soundfile

    try:
        with held_back():
            flac = soundfile.SoundFile(file)
    except soundfile.LibsndfileError as problem:
        raise _damaged() from problem
    with flac:
        yield MixFile(flac)


def _damaged() -> LibraryError:
    return LibraryError(
        "The session's sound (audio/mix.flac) is damaged.",
        try_next="alsvoice process SESSION --from ingest",
    )
