"""Any sound file that FFmpeg reads becomes 16 kHz mono samples, block by block.

PyAV is given a file object, never a name: FFmpeg would open network addresses and playlists named
inside a file. Formats are an allow-list, checked by FFmpeg before a demuxer reads its first byte.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, BinaryIO

from alsvoice.errors import InputError

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

__all__ = ["SAMPLE_RATE", "Decoding", "decode"]

SAMPLE_RATE = 16_000

_FORMATS = (
    "aac,ac3,aiff,amr,asf,au,avi,caf,flac,flv,matroska,webm,mov,mp4,m4a,3gp,3g2,mj2,"
    "mp3,mpeg,mpegts,ogg,wav,w64,wv"
)
_CLOSED = {"format_whitelist": _FORMATS, "protocol_whitelist": "none"}
_HEAD = 1 << 16
_UNKNOWN_SIZE = 0x7FFF_0000
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
    import av

    claimed = _wav_claims_ms(file)
    container = _open(file, name)
    with container:
        if not container.streams.audio:
            raise InputError(
                f"{name} holds no sound: there is no audio stream in it.",
                try_next="alsvoice import with a recording that has sound",
            )
        stream = container.streams.audio[0]
        found.channels = stream.codec_context.channels or 0
        found.expected_ms = claimed or _claimed_ms(container, stream)
        resampler = av.AudioResampler(format="flt", layout="mono", rate=SAMPLE_RATE)
        for frame in _frames(container, stream, found):
            for out in resampler.resample(frame):
                yield from _block(out, found)
        for out in resampler.resample(None):
            yield from _block(out, found)


def _open(file: BinaryIO, name: str) -> Any:
    import av

    try:
        return av.open(file, mode="r", container_options=dict(_CLOSED), metadata_errors="ignore")
    except (av.error.FFmpegError, ValueError, OSError) as problem:
        raise InputError(
            f"{name} is not a sound file that can be read.",
            try_next="play it in a media player; WAV, FLAC, MP3, M4A, Opus, OGG, WebM and MP4 work",
        ) from problem


def _wav_claims_ms(file: BinaryIO) -> int | None:
    """Return the length a WAV header names; FFmpeg trims it to what a cut-off file still has."""
    head = file.read(_HEAD)
    file.seek(0)
    form, data = head.find(b"fmt "), head.find(b"data")
    if head[:4] != b"RIFF" or form < 0 or data < 0 or len(head) < max(form + 24, data + 8):
        return None
    bytes_a_second = int.from_bytes(head[form + 16 : form + 20], "little")
    size = int.from_bytes(head[data + 4 : data + 8], "little")
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


def _block(frame: Any, found: Decoding) -> Iterator["NDArray[np.float32]"]:
    import numpy as np

    block = frame.to_ndarray().reshape(-1).astype(np.float32, copy=False)
    if block.size:
        found.samples += block.size
        # Damaged float files hold NaN and values far out of range; every later stage would choke.
        yield np.clip(np.nan_to_num(block, nan=0.0, posinf=1.0, neginf=-1.0), -1.0, 1.0)
