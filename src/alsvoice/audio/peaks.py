"""How loud a recording is, twenty times a second: what a waveform is drawn from."""

from typing import TYPE_CHECKING

from alsvoice.audio.decode import SAMPLE_RATE

if TYPE_CHECKING:
    from alsvoice.audio.mix import MixFile

__all__ = ["PEAKS_HZ", "peaks"]

PEAKS_HZ = 20
_STEP = SAMPLE_RATE // PEAKS_HZ


def peaks(mix: "MixFile") -> bytes:
    """Return a byte for each 50 ms: the square root of the loudest sample, 0 to 255.

    The root keeps quiet voices visible beside a laugh.
    """
    import numpy as np

    out: list[bytes] = []
    for block in mix.blocks():
        loud = np.abs(np.pad(block, (0, -len(block) % _STEP))).reshape(-1, _STEP).max(axis=1)
        out.append(np.rint(255 * np.sqrt(np.minimum(loud, 1))).astype(np.uint8).tobytes())
    return b"".join(out)
