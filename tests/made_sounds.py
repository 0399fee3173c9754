"""Sound that no recording has: made by arithmetic, the same each time."""

import numpy as np
from numpy.typing import NDArray

__all__ = ["music"]


def music(length: int, rate: int) -> NDArray[np.float32]:
    """Return chords of four notes that die away and change each second, with a beat."""
    t = np.arange(length) / rate
    made = np.zeros_like(t)
    for note, ratio in enumerate((1, 1.26, 1.5, 2)):
        root = 220 * 2 ** (np.array([0, 5, 7, 3])[(t.astype(int) + note) % 4] / 12)
        for harmonic in range(1, 6):
            made += np.sin(2 * np.pi * harmonic * ratio * root * (t % 1)) / harmonic / 8
    made *= np.exp(-2 * (t % 1))
    made += np.random.default_rng(0).normal(0, 0.05, length) * (t % 0.5 < 0.05)
    return np.asarray(0.4 * made, np.float32)
