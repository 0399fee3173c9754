"""Passages of a sound file become digital silence; every other sample stays as it was decoded.

The file is written anew from what was decoded, so nothing else of it is left: no pictures, tags or
further streams. Lossy sound is kept at 16 bits, floating point that is not lossy at 24.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import TYPE_CHECKING, Any, BinaryIO

from alsvoice.audio.decode import Decoding, frames
from alsvoice.audio.sink import sink_for
from alsvoice.errors import InputError
from alsvoice.intervals import Span

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

__all__ = ["Kind", "kind_of", "write_silenced"]

_MOST_FLAC_CHANNELS, _HIGHEST_FLAC_HZ = 8, 655_350
_FINE = {"s32", "s32p", "s64", "s64p"}
_FLOAT = {"flt", "fltp", "dbl", "dblp"}


@dataclass(frozen=True, slots=True)
class Kind:
    """How a file's sound is stored when it is written anew."""

    rate_hz: int
    channels: int
    layout: str
    packed: str
    bits: int

    @property
    def format(self) -> str:
        """FLAC where it can hold the sound, else W64, which has no limit of four gigabytes."""
        fits = self.channels <= _MOST_FLAC_CHANNELS and self.rate_hz <= _HIGHEST_FLAC_HZ
        return "FLAC" if fits else "W64"

    @property
    def suffix(self) -> str:
        """The end of the file's name."""
        return f".{self.format.lower()}"


def kind_of(file: BinaryIO, name: str) -> Kind | None:
    """Return what the sound of a file is; None where none can be decoded."""
    found = Decoding()
    try:
        first = next(frames(file, name, found), None)
    except InputError:
        return None
    return None if first is None else _kind(first, found)


def write_silenced(
    file: BinaryIO,
    target: BinaryIO,
    *,
    name: str,
    spans: Sequence[Span],
    channels: Sequence[int] = (),
) -> int:
    """Write a file's sound with silence in the spans and in whole channels; return its samples.

    ``spans`` are milliseconds of the file's own time, ``channels`` count from 0. Zero where nothing
    could be decoded. Memory is that of a few frames, whatever the length.
    """
    import soundfile

    found = Decoding()
    decoded = frames(file, name, found)
    first = next(decoded, None)
    if first is None:
        return 0
    kind = _kind(first, found)
    quiet = [(start * kind.rate_hz // 1000, -(-end * kind.rate_hz // 1000)) for start, end in spans]
    samples = 0
    with (
        sink_for(target) as sink,
        soundfile.SoundFile(
            sink,
            "w",
            samplerate=kind.rate_hz,
            channels=kind.channels,
            format=kind.format,
            subtype=f"PCM_{kind.bits}",
        ) as out,
    ):
        for block in _blocks(chain([first], decoded), kind):
            out.write(_silenced(block, samples, quiet, channels))
            sink.check()
            samples += len(block)
    return samples


def _kind(frame: Any, found: Decoding) -> Kind:
    """Return how to keep what a file's first frame is like."""
    form = frame.format.name
    packed = "flt" if form in _FLOAT else "s32" if form in _FINE else "s16"
    fine = form in _FINE or (form in _FLOAT and found.lossless)
    return Kind(
        rate_hz=frame.sample_rate,
        channels=frame.layout.nb_channels,
        layout=frame.layout.name,
        packed=packed,
        bits=24 if fine else 16,
    )


def _blocks(decoded: Iterable[Any], kind: Kind) -> Iterator["NDArray[np.signedinteger[Any]]"]:
    """Yield blocks of shape (n, channels): int16, or int32 whose upper 24 bits count.

    A file may change its rate and channels on the way: what follows is brought to its first ones.
    """
    import av

    resampler: Any = None
    source: tuple[int, str, str] | None = None
    for frame in decoded:
        now = (frame.sample_rate, frame.layout.name, frame.format.name)
        if now != source:
            for rest in resampler.resample(None) if resampler else ():
                yield from _block(rest, kind)
            resampler, source = _resampler(frame, kind), now
        try:
            made = resampler.resample(frame)
        except (av.error.FFmpegError, ValueError):  # as when it was imported: stepped over
            source, resampler = None, None
            continue
        for each in made:
            yield from _block(each, kind)
    for rest in resampler.resample(None) if resampler else ():
        yield from _block(rest, kind)


def _resampler(frame: Any, kind: Kind) -> Any:
    """Return what makes frames packed; the first layout is named only where it has changed.

    FFmpeg cannot be told some layouts by the names it gives them.
    """
    import av

    same = frame.layout.name == kind.layout
    layout = None if same else kind.layout
    return av.AudioResampler(format=kind.packed, layout=layout, rate=kind.rate_hz)


def _block(frame: Any, kind: Kind) -> Iterator["NDArray[np.signedinteger[Any]]"]:
    import numpy as np

    if frame is None or not frame.samples:
        return
    samples = frame.to_ndarray().reshape(frame.samples, -1)
    if kind.packed == "flt":
        whole = np.nan_to_num(samples, posinf=1.0, neginf=-1.0).astype(np.float64)
        whole = np.round(whole * (1 << (kind.bits - 1)))
        most = (1 << (kind.bits - 1)) - 1
        samples = np.clip(whole, -most - 1, most).astype(np.int32 if kind.bits > 16 else np.int16)
        samples = samples << 8 if kind.bits > 16 else samples
    yield samples


def _silenced(
    block: "NDArray[np.signedinteger[Any]]",
    at: int,
    quiet: Sequence[Span],
    channels: Sequence[int],
) -> "NDArray[np.signedinteger[Any]]":
    """Return the block, whose first sample is number ``at``, with zeros where it is to be quiet."""
    import numpy as np

    out = np.array(block)
    for start, end in quiet:
        out[max(start - at, 0) : max(end - at, 0)] = 0
    for channel in channels:
        out[:, channel] = 0
    return out
