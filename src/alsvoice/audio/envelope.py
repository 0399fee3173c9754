"""The loudness of a recording a hundred times a second: small enough to keep at any length."""

from typing import TYPE_CHECKING

from alsvoice.audio.decode import SAMPLE_RATE

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

__all__ = ["ENVELOPE_HZ", "Envelope"]

ENVELOPE_HZ = 100
_STEP = SAMPLE_RATE // ENVELOPE_HZ


class Envelope:
    """Filled block by block; four hours take six megabytes."""

    def __init__(self) -> None:
        self._rest: list[NDArray[np.float32]] = []
        self._waiting = 0
        self._parts: list[NDArray[np.float32]] = []

    def add(self, block: "NDArray[np.float32]") -> None:
        """Take samples of shape (n,)."""
        self._rest.append(block)
        self._waiting += len(block)
        if self._waiting >= SAMPLE_RATE:
            self._reduce()

    def values(self) -> "NDArray[np.float32]":
        """Return the energy of each ten milliseconds, shape (n // 160,).

        Of the difference between neighbouring samples: hum and rumble would hide the speech.
        """
        import numpy as np

        self._reduce()
        return np.concatenate([np.zeros(0, np.float32), *self._parts])

    def _reduce(self) -> None:
        import numpy as np

        samples = np.concatenate([np.zeros(0, np.float32), *self._rest])
        whole = len(samples) // _STEP * _STEP
        steps = np.diff(samples[:whole].reshape(-1, _STEP), axis=1)
        self._parts.append((steps**2).mean(axis=1, dtype=np.float32))
        self._rest = [samples[whole:]]
        self._waiting = len(samples) - whole
