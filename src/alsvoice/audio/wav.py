"""A mix as a WAV file that is never written: any range of its bytes, decoded when it is asked for.

Browsers ask for sound by byte ranges. In a WAV file a byte is a place in time, so that every one of
them finds a moment at once and to the sample, which in a FLAC file without an index it would not.
Definition: RIFF WAVE, one ``fmt `` chunk (PCM, 16 bits) and one ``data`` chunk.
"""

import struct
from collections.abc import Iterator
from typing import TYPE_CHECKING

from alsvoice.audio.decode import SAMPLE_RATE

if TYPE_CHECKING:
    from alsvoice.audio.mix import MixFile

__all__ = ["HEADER_BYTES", "pieces", "size"]

HEADER_BYTES = 44
_WIDTH = 2
_BLOCK_MS = 4000  # 128 kB: what a browser buffers ahead arrives in a few of these


def size(samples: int) -> int:
    """Return how many bytes the file has."""
    return HEADER_BYTES + _WIDTH * samples


def _header(samples: int) -> bytes:
    data = _WIDTH * samples
    return struct.pack(
        "<4sI4s4sIHHIIHH4sI",
        b"RIFF", 36 + data, b"WAVE", b"fmt ", 16, 1, 1, SAMPLE_RATE, SAMPLE_RATE * _WIDTH, _WIDTH,
        8 * _WIDTH, b"data", data,
    )  # fmt: skip


def pieces(mix: "MixFile", start: int, end: int) -> Iterator[bytes]:
    """Yield the bytes from ``start`` up to and without ``end``, which lie inside the file."""
    header = _header(mix.samples)
    if start < HEADER_BYTES:
        yield header[start : min(end, HEADER_BYTES)]
        start = HEADER_BYTES
    while start < end:
        at_ms = (start - HEADER_BYTES) // _WIDTH * 1000 // SAMPLE_RATE
        block = _pcm(mix, at_ms, at_ms + _BLOCK_MS)
        skipped = start - HEADER_BYTES - at_ms * SAMPLE_RATE // 1000 * _WIDTH
        piece = block[skipped : skipped + end - start]
        if not piece:
            return
        yield piece
        start += len(piece)


def _pcm(mix: "MixFile", start_ms: int, end_ms: int) -> bytes:
    import numpy as np

    samples = mix.read(start_ms, end_ms)
    return np.clip(np.rint(samples * 32768), -32768, 32767).astype("<i2").tobytes()
