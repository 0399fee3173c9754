"""A voice as a vector: 3D-Speaker's CAM++ as ONNX on 80 log-mel filter banks.

Source: Wang et al., "CAM++: A Fast and Efficient Network for Speaker Verification Using
Context-Aware Masking", Interspeech 2023. Input (1, frames, 80), features less their mean over
time; output ``signed`` (1, 192): the authors' vector. A well-known port ends in a ReLU that zeroes
its negative half (our file's other output, ``embs``); with the sign kept, groups lie further apart
and the number of people is found where the cut vector misses it (docs/LOG.md).

The network is cut before its pooling. What goes through its costly part once, ``patterns``, can
be pooled over any part afterwards: ``Moments`` of disjoint parts are added, and ``head.onnx`` makes
a vector of them.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from alsvoice.backends.diarize.filterbank import features

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    import numpy as np
    from numpy.typing import NDArray

__all__ = ["BLOCK_S", "Embedding", "Moments", "features"]

_MIN_FRAMES = 20
_MAX_FRAMES = 600
"""Six seconds tell a voice; more cost more and tell little."""
_BLOCK = 10
BLOCK_S = 0.2
"""Length of the pieces that moments are kept of: 10 patterns of 20 ms."""


@dataclass(frozen=True, slots=True, eq=False)
class Moments:
    """Count, sum and sum of squares of patterns in each block: shapes (n,), (n, 512), (n, 512)."""

    count: "NDArray[np.float32]"
    total: "NDArray[np.float32]"
    square: "NDArray[np.float32]"

    def __len__(self) -> int:
        return len(self.count)

    def __getitem__(self, part: "slice | NDArray[np.bool_]") -> "Moments":
        return Moments(self.count[part], self.total[part], self.square[part])

    @property
    def seconds(self) -> float:
        """How much speech they hold."""
        return float(self.count.sum()) * BLOCK_S / _BLOCK

    @staticmethod
    def joined(parts: "Sequence[Moments]") -> "Moments":
        """Return the blocks of several, one after another."""
        import numpy as np

        return Moments(
            np.concatenate([part.count for part in parts]),
            np.concatenate([part.total for part in parts]),
            np.concatenate([part.square for part in parts]),
        )


class Embedding:
    """The embedding network; ``output`` names which of its two outputs is used."""

    output = "signed"

    def __init__(self, model: "Path", threads: int) -> None:
        from alsvoice.backends.onnx import open_session

        self._session: Any = open_session(model, threads)
        self._head: Any = None
        self._head_file = model.with_name("head.onnx")

    def embed(self, frames: "NDArray[np.float32]") -> "NDArray[np.float32] | None":
        """Return a unit vector of shape (192,) for features of shape (n, 80); None if too short."""
        import numpy as np

        if len(frames) < _MIN_FRAMES:
            return None
        part = frames[:_MAX_FRAMES]
        centred = (part - part.mean(axis=0, keepdims=True))[None]
        vector = self._session.run([self.output], {"feats": centred})[0][0]
        norm = float(np.linalg.norm(vector))
        return (vector / norm).astype(np.float32) if norm > 0 else None

    def moments(self, frames: "NDArray[np.float32]") -> Moments | None:
        """Return the moments of features of shape (n, 80), a block each 0.2 s; None if too short.

        The last block may be shorter. One voice should be heard in all of them: the network's
        context masks look at all that it is given.
        """
        import numpy as np

        if len(frames) < _MIN_FRAMES:
            return None
        centred = (frames - frames.mean(axis=0, keepdims=True))[None]
        patterns = self._session.run(["frames"], {"feats": centred})[0][0].T
        edges = np.arange(0, len(patterns), _BLOCK)
        count = np.minimum(_BLOCK, len(patterns) - edges).astype(np.float32)
        return Moments(count, np.add.reduceat(patterns, edges), np.add.reduceat(patterns**2, edges))

    def vectors(self, parts: "Sequence[Moments]") -> "NDArray[np.float32]":
        """Return unit vectors of shape (parts, 192), each of all the blocks of a part together."""
        import numpy as np

        if not parts:
            return np.zeros((0, 0), dtype=np.float32)
        return self._pooled(
            np.array([[part.count.sum()] for part in parts]),
            np.stack([part.total.sum(axis=0) for part in parts]),
            np.stack([part.square.sum(axis=0) for part in parts]),
        )

    def around(self, moments: Moments, blocks: int) -> "NDArray[np.float32]":
        """Return unit vectors of shape (n, 192): around each block, of ``blocks`` in all."""
        import numpy as np

        n = len(moments)
        first = np.maximum(np.arange(n) - blocks // 2, 0)
        last = np.minimum(np.arange(n) + blocks - blocks // 2, n)
        sums = [
            np.cumsum(np.concatenate([np.zeros_like(part[:1]), part]), axis=0, dtype=np.float64)
            for part in (moments.count[:, None], moments.total, moments.square)
        ]
        return self._pooled(*(part[last] - part[first] for part in sums))

    def _pooled(
        self, count: "NDArray[Any]", total: "NDArray[Any]", square: "NDArray[Any]"
    ) -> "NDArray[np.float32]":
        """Return unit vectors of mean and deviation; shapes (n, 1), (n, 512), (n, 512)."""
        import numpy as np

        mean = total / count
        spread = np.maximum(square - count * mean**2, 0) / np.maximum(count - 1, 1)
        statistics = np.concatenate([mean, np.sqrt(spread)], axis=1).astype(np.float32)
        if self._head is None:
            from alsvoice.backends.onnx import open_session

            self._head = open_session(self._head_file, 1)
        found = self._head.run(["signed"], {"statistics": statistics})[0]
        norms = np.linalg.norm(found, axis=1, keepdims=True)
        return np.asarray(found / np.maximum(norms, 1e-9), dtype=np.float32)
