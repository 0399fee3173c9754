"""Passages of one person's speech as vectors, and which network they are of."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from alsvoice.backends.diarize.embedding import Embedding, features
from alsvoice.backends.protocols import Sound
from alsvoice.digest import digest_file, digest_value
from alsvoice.intervals import Span

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

__all__ = ["LENGTH", "VoicePrints", "network_of"]

LENGTH = 192
"""How many numbers a voice's vector has."""


def network_of(model: Path) -> str:
    """Return a tagged hash of what makes the vectors: those of two hashes are never compared."""
    with model.open("rb") as file:
        return digest_value([digest_file(file), Embedding.output])


class VoicePrints:
    """Makes a vector of each passage; see ``backends.diarize.embedding``."""

    def __init__(self, model: Path, threads: int = 1) -> None:
        self.network = network_of(model)
        self._embedding = Embedding(model, threads)

    def of(self, sound: Sound, spans: Sequence[Span]) -> Iterator["NDArray[np.float32] | None"]:
        """Yield a unit vector of shape (192,) for each span (milliseconds); None if too short."""
        for start_ms, end_ms in spans:
            bank = features(sound.read(start_ms, end_ms), sound.sample_rate)
            yield self._embedding.embed(bank)
