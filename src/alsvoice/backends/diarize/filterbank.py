"""Log-mel filter banks as Kaldi defines them, which the embedding network was trained on.

Frames of 25 ms each 10 ms without padding; each less its mean, pre-emphasised by 0.97, under
Kaldi's "povey" window (a Hann window to the power of 0.85); power spectrum of 512 points; 80
triangles of equal width in mel (1127 ln(1 + f / 700)) from 20 Hz to half the rate; natural
logarithm. No dither.
"""

from functools import cache
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

__all__ = ["BINS", "FEATURE_HZ", "features"]

BINS = 80
FEATURE_HZ = 100
_WIDTH_S = 0.025
_POINTS = 512
_PRE_EMPHASIS = 0.97
_LOWEST_HZ = 20.0
_FLOOR = 1.1920929e-07  # the smallest step of a float32 at 1, as in Kaldi


def features(samples: "NDArray[np.float32]", sample_rate: int) -> "NDArray[np.float32]":
    """Return the filter banks of sound at 16 kHz, shape (frames, 80)."""
    import numpy as np
    from scipy.fft import rfft

    width, step = round(_WIDTH_S * sample_rate), sample_rate // FEATURE_HZ
    if len(samples) < width:
        return np.zeros((0, BINS), dtype=np.float32)
    frames = np.lib.stride_tricks.sliding_window_view(samples, width)[::step]
    level = frames - frames.mean(axis=1, keepdims=True)
    sharp = level - np.float32(_PRE_EMPHASIS) * np.concatenate(
        [level[:, :1], level[:, :-1]], axis=1
    )
    spectrum = rfft(sharp * _window(width), _POINTS)[:, :-1]
    power = spectrum.real**2 + spectrum.imag**2
    bands = (_triangles(sample_rate) @ power.T).T
    return np.asarray(np.log(np.maximum(bands, np.float32(_FLOOR))), dtype=np.float32)


@cache
def _window(width: int) -> "NDArray[np.float32]":
    import numpy as np

    hann = 0.5 - 0.5 * np.cos(2 * np.pi * np.arange(width) / (width - 1))
    return np.asarray(hann**0.85, dtype=np.float32)


@cache
def _triangles(sample_rate: int) -> Any:
    """Return the weight of each spectral line in each band, a sparse matrix of shape (80, 256).

    Sparse, since a full one is handed to a library that keeps all cores busy, four times as long.
    """
    import numpy as np
    from scipy.sparse import csr_array

    def mel(hz: "NDArray[np.float64]") -> "NDArray[np.float64]":
        return np.asarray(1127 * np.log(1 + hz / 700))

    lowest, highest = mel(np.array([_LOWEST_HZ, sample_rate / 2]))
    lines = mel(np.arange(_POINTS // 2) * sample_rate / _POINTS)[:, None]
    edges = np.linspace(lowest, highest, BINS + 2)
    rising = (lines - edges[:-2]) / np.diff(edges)[:-1]
    falling = (edges[2:] - lines) / np.diff(edges)[1:]
    return csr_array(np.maximum(np.minimum(rising, falling), 0).astype(np.float32).T)
