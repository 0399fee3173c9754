"""Any sound file that FFmpeg reads becomes 16 kHz mono samples, block by block.

PyAV is given a file object, never a name: FFmpeg would open network addresses and playlists named
inside a file. Formats are an allow-list, checked by FFmpeg before a demuxer reads its first byte.
"""

import io
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, BinaryIO

from alsvoice.audio.interrupts import held_back
from alsvoice.audio.readable import Readable
from alsvoice.errors import InputError

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

__all__ = ["SAMPLE_RATE", "Decoding", "decode", "decode_channels", "frames"]

SAMPLE_RATE = 16_000

_FORMATS = (
    "aac,ac3,aiff,amr,asf,au,avi,caf,flac,flv,matroska,webm,mov,mp4,m4a,3gp,3g2,mj2,"
    "mp3,mpeg,mpegts,ogg,wav,w64,wv"
)
_CLOSED = {"format_whitelist": _FORMATS, "protocol_whitelist": "none"}
_HEAD = 1 << 16
_UNKNOWN_SIZE = 0x7FFF_0000
_LONGEST_PAGE = 27 + 255 + 255 * 255
_LOSSLESS = 4  # AV_CODEC_PROP_LOSSLESS of FFmpeg
_TOO_MANY_BAD = 2000
"""Packets in a row that do not decode, after which the rest of a file is given up."""


@dataclass(slots=True)
class Decoding:
    """What was learnt while decoding; filled as blocks are drawn.

    ``expected_ms`` is the length the container claims, None where it claims none.
    """

    samples: int = 0
    bad_packets: int = 0
    expected_ms: int | None = None
    channels: int = 0
    ended_early: bool = False
    lossless: bool = False
    notes: list[str] = field(default_factory=list)

    @property
    def duration_ms(self) -> int:
        """Length of what was decoded."""
        return self.samples * 1000 // SAMPLE_RATE

    @property
    def lost_ms(self) -> int:
        """What the container promised and did not give; under a second is its rounding."""
        lost = (self.expected_ms or 0) - self.duration_ms
        return lost if lost > 1000 else 0


def decode(file: BinaryIO, name: str, found: Decoding) -> Iterator["NDArray[np.float32]"]:
    """Yield blocks of shape (n,), float32 in [-1, 1], 16 kHz, channels averaged.

    A damaged or cut-off file gives what it still holds; ``found`` says what was lost. InputError
    where the file is no sound at all. ``name`` is only for sentences.
    """
    import numpy as np

    for block in decode_channels(file, name, found):
        # FFmpeg's own mixing adds channels up and would clip whatever stands in several of them.
        yield block.mean(axis=1, dtype=np.float32)


def decode_channels(file: BinaryIO, name: str, found: Decoding) -> Iterator["NDArray[np.float32]"]:
    """Yield blocks of shape (n, channels) as ``decode`` does, each channel by itself.

    The number of channels is that of the block's own place: a file may change it on the way.
    """
    for frame in _resampled(frames(file, name, found), found):
        yield from _block(frame, found)


def frames(file: BinaryIO, name: str, found: Decoding) -> Iterator[Any]:
    """Yield PyAV's frames of the first stream of sound, at the file's own rate and channels."""
    claimed = _wav_claims_ms(file)
    found.ended_early = _ends_inside_a_page(file)
    container = _open(file, name)
    with container:
        if not container.streams.audio:
            raise InputError(
                f"{name} holds no sound: there is no audio stream in it.",
                try_next="alsvoice import with a recording that has sound",
            )
        stream = next((s for s in container.streams.audio if s.codec_context), None)
        if stream is None:
            raise InputError(
                f"{name} holds sound of a kind that cannot be decoded.",
                try_next="save it as WAV or FLAC with a media player, then import that",
            )
        found.channels = stream.codec_context.channels or 0
        found.lossless = bool(int(stream.codec_context.codec.properties) & _LOSSLESS)
        found.expected_ms = claimed or _claimed_ms(container, stream)
        yield from _frames(container, stream, found)


def _ends_inside_a_page(file: BinaryIO) -> bool:
    """Whether an Ogg file breaks off: no length in it tells, but its last page is not whole.

    Source: RFC 3533, section 6: 27 bytes, the last of them the number of sizes that follow.
    """
    is_ogg = file.read(4) == b"OggS"
    end = file.seek(0, io.SEEK_END)
    file.seek(max(0, end - _LONGEST_PAGE))
    tail = file.read(_LONGEST_PAGE) if is_ogg else b""
    file.seek(0)
    page = tail[max(0, tail.rfind(b"OggS")) :]
    sizes = page[27 : 27 + page[26]] if len(page) > 26 else b""
    whole = len(page) > 26 and len(page) >= 27 + page[26] + sum(sizes)
    return is_ogg and not whole


def _open(file: BinaryIO, name: str) -> Any:
    import av

    try:
        with held_back():
            return av.open(
                Readable(file), mode="r", container_options=dict(_CLOSED), metadata_errors="ignore"
            )
    except (av.error.FFmpegError, ValueError, OSError) as problem:
        raise InputError(
            f"{name} is not a sound file that can be read.",
            try_next="play it in a media player; WAV, FLAC, MP3, M4A, Opus, OGG, WebM and MP4 work",
        ) from problem


def _wav_claims_ms(file: BinaryIO) -> int | None:
    """Return the length a WAV header names; FFmpeg trims it to what a cut-off file still has."""
    head = file.read(_HEAD)
    file.seek(0)
    if head[:4] != b"RIFF":
        return None
    at, chunks = 12, dict[bytes, int]()  # name of a chunk → where its content starts
    while at + 8 <= len(head) and b"data" not in chunks:
        chunks[head[at : at + 4]] = at + 8
        at += 8 + (int.from_bytes(head[at + 4 : at + 8], "little") + 1) // 2 * 2
    form, data = chunks.get(b"fmt "), chunks.get(b"data")
    if form is None or data is None or len(head) < form + 16:
        return None
    bytes_a_second = int.from_bytes(head[form + 8 : form + 12], "little")
    size = int.from_bytes(head[data - 4 : data], "little")
    # Recorders that do not know the length yet write the largest number.
    known = bytes_a_second > 0 and 0 < size < _UNKNOWN_SIZE
    return size * 1000 // bytes_a_second if known else None


def _claimed_ms(container: Any, stream: Any) -> int | None:
    if stream.duration and stream.time_base:
        return int(stream.duration * stream.time_base * 1000)
    return int(container.duration // 1000) if container.duration else None


def _frames(container: Any, stream: Any, found: Decoding) -> Iterator[Any]:
    """Yield decoded frames, stepping over packets that do not decode."""
    import av

    bad_run = 0
    packets = container.demux(stream)
    while bad_run < _TOO_MANY_BAD:
        try:
            with held_back():
                packet = next(packets)
        except StopIteration:
            return
        except (av.error.FFmpegError, OSError):
            found.ended_early = True
            return
        try:
            frames = packet.decode()
        except (av.error.FFmpegError, ValueError):
            found.bad_packets += 1
            bad_run += 1
            continue
        bad_run = 0
        yield from frames
    found.ended_early = True


def _resampled(frames: Iterator[Any], found: Decoding) -> Iterator[Any]:
    """Yield frames at 16 kHz; a file may change its rate and channels on the way.

    Packed, not planar: PyAV reads past the end of a frame with eight planes.
    """
    import av

    resampler: Any = None
    source: tuple[int, str, str] | None = None
    for frame in frames:
        now = (frame.sample_rate, frame.layout.name, frame.format.name)
        if now != source:
            yield from resampler.resample(None) if source else ()
            resampler, source = av.AudioResampler(format="flt", rate=SAMPLE_RATE), now
        try:
            yield from resampler.resample(frame)
        except (av.error.FFmpegError, ValueError):  # a damaged header names impossible sound
            found.bad_packets += 1
            source = None
    yield from resampler.resample(None) if source else ()


def _block(frame: Any, found: Decoding) -> Iterator["NDArray[np.float32]"]:
    import numpy as np

    if frame is None or not frame.samples:
        return
    # Damaged float files hold NaN and values far out of range; every later stage would choke.
    samples = np.clip(np.nan_to_num(frame.to_ndarray(), posinf=1.0, neginf=-1.0), -1.0, 1.0)
    found.samples += frame.samples
    yield samples.reshape(frame.samples, -1)
