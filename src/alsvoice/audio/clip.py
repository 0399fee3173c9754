"""Short pieces of a recording as Ogg Opus: small enough to lie inside a page.

Opus (RFC 6716) at 16 kbit/s carries speech at two kilobytes a second. The same samples give the
same bytes: the container's serial number and the encoder's name are fixed.
"""

import io
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, BinaryIO

from alsvoice.audio.decode import SAMPLE_RATE
from alsvoice.errors import InputError
from alsvoice.intervals import Span

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

__all__ = ["clips"]

_BITS_PER_SECOND = 16_000
_FADE = SAMPLE_RATE // 100
"""Samples; a cut in the middle of a wave would click."""


def clips(file: BinaryIO, spans: Iterable[Span]) -> Iterator[bytes]:
    """Yield each span of a 16 kHz mono sound file as Ogg Opus, in the order of the spans.

    A span that lies outside the recording gives no bytes. One clip is held in memory at a time.
    InputError where the file is damaged.
    """
    import soundfile

    try:
        with soundfile.SoundFile(file) as sound:
            for start_ms, end_ms in spans:
                first = min(start_ms * SAMPLE_RATE // 1000, sound.frames)
                sound.seek(first)
                wanted = max(0, end_ms * SAMPLE_RATE // 1000 - first)
                samples = sound.read(wanted, dtype="float32", always_2d=True)[:, 0]
                yield _opus(_faded(samples)) if len(samples) else b""
    except soundfile.LibsndfileError as problem:
        raise InputError(
            "The session's sound cannot be read.", try_next="alsvoice process SESSION"
        ) from problem


def _faded(samples: "NDArray[np.float32]") -> "NDArray[np.float32]":
    import numpy as np

    length = min(_FADE, len(samples) // 2)
    ramp = np.linspace(0, 1, length, dtype=np.float32)
    faded = samples.copy()
    faded[:length] *= ramp
    faded[len(faded) - length :] *= ramp[::-1]
    return faded


def _opus(samples: "NDArray[np.float32]") -> bytes:
    """Return samples of shape (n,) at 16 kHz as an Ogg Opus file."""
    import av

    out = io.BytesIO()
    options = {
        "b": str(_BITS_PER_SECOND),
        "application": "voip",
        "compression_level": "5",
        "flags": "+bitexact",
    }
    with av.open(out, "w", format="ogg", container_options={"fflags": "+bitexact"}) as container:
        stream = container.add_stream("libopus", rate=SAMPLE_RATE, options=options, layout="mono")
        frame = av.AudioFrame.from_ndarray(samples.reshape(1, -1), format="flt", layout="mono")
        frame.sample_rate = SAMPLE_RATE
        for packet in (*stream.encode(frame), *stream.encode(None)):
            container.mux(packet)
    return out.getvalue()
