"""Voices as vectors, and how alike two of them are.

A vector of a short stretch lies further from its own person than one of a long stretch, whoever
it is. Between two stretches of one person the cosine is about ``r(a) r(b)`` with ``r(s) = s / (s +
0.5 seconds)``; between two people it is near 0 whatever the length. ``likeness`` is the cosine less
that loss: about 1 for one person, below 0.5 for two, so that one border serves all lengths.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from alsvoice.backends.diarize.embedding import Embedding, features
from alsvoice.backends.diarize.segmentation import WINDOW_MS
from alsvoice.backends.protocols import Sound
from alsvoice.intervals import Span

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

__all__ = [
    "LocalVoice",
    "People",
    "Voice",
    "centre",
    "likeness",
    "parted",
    "reliability",
    "sample_vectors",
]

_HALF_S = 0.5
"""Seconds of speech whose vector keeps half of its cosine to the person."""
_LONG_S = 2.5
_KNOWN = 0.35
"""Cosine under which a sample of some seconds is like nobody: people differ by less than 0.3."""


class Voice(Protocol):
    """Speech of one person as a unit vector, from ``clean_s`` seconds."""

    @property
    def clean_s(self) -> float:
        """How much speech the vector rests on."""
        ...

    @property
    def vector(self) -> "NDArray[np.float32]":
        """Shape (192,), length 1."""
        ...


@dataclass(frozen=True, slots=True, eq=False)
class LocalVoice:
    """Local speaker ``local`` of window ``window``; ``clean_s`` is its speech without others."""

    window: int
    local: int
    clean_s: float
    vector: "NDArray[np.float32]"


@dataclass(frozen=True, slots=True, eq=False)
class People:
    """Voices as unit vectors of shape (people, 192).

    ``keeps`` (people,) is the cosine that long speech of each keeps to its vector: less than 1
    where that rests on little. ``confidence`` in [0, 1] says how sure the number of people is, None
    where nothing tells. The first ``known`` are known voices'; the last ``filled`` are there for
    the number that was given alone.
    """

    centroids: "NDArray[np.float32]"
    keeps: "NDArray[np.float64]"
    confidence: float | None
    known: int = 0
    filled: int = 0

    def __len__(self) -> int:
        return len(self.centroids)

    def scores(self, vectors: "NDArray[np.float32]") -> "NDArray[np.float64]":
        """Return how alike vectors (n, 192) are to each person, (n, people), people's loss undone.

        The loss of the vectors themselves is the same for all people, and is left in.
        """
        import numpy as np

        return np.asarray(vectors @ self.centroids.T / self.keeps)


def reliability(seconds: "NDArray[np.float64]") -> "NDArray[np.float64]":
    """Return the cosine to the person that a vector keeps, in [0, 1)."""
    import numpy as np

    return np.asarray(seconds / (seconds + _HALF_S))


def likeness(
    vectors: "NDArray[np.float32]",
    seconds: "NDArray[np.float64]",
    others: "NDArray[np.float32]",
    other_seconds: "NDArray[np.float64]",
) -> "NDArray[np.float64]":
    """Return the cosines of vectors (n, 192) with others (m, 192), less what shortness costs."""
    import numpy as np

    loss = np.outer(reliability(seconds), reliability(other_seconds))
    return np.asarray(vectors @ others.T / loss)


def centre(vectors: "NDArray[np.float32]", seconds: "NDArray[np.float64]") -> "NDArray[np.float32]":
    """Return the direction of the mean, weighted by length."""
    import numpy as np

    mean = np.average(vectors, axis=0, weights=seconds)
    norm = np.linalg.norm(mean)
    return np.asarray(mean / norm if norm > 0 else mean, dtype=np.float32)


def sample_vectors(
    sound: Sound, samples: Sequence[Span], network: Embedding
) -> list["NDArray[np.float32]"]:
    """Return a vector for each voice sample that is long enough."""
    found: list[NDArray[np.float32]] = []
    for start_ms, end_ms in samples:
        bank = features(sound.read(start_ms, min(end_ms, start_ms + WINDOW_MS)), sound.sample_rate)
        vector = network.embed(bank)
        if vector is not None:
            found.append(vector)
    return found


def parted(
    people: People,
    voices: Sequence[Voice],
    samples: list["NDArray[np.float32]"],
    told: int | None = None,
) -> People:
    """Return the people, with one of their own for each sample.

    Where each sample has a person of its own, clustering over the whole meeting knows better than a
    few seconds. A sample that is like nobody is somebody who says little: they join, in place of
    whom the number alone asked for, or of the smallest whom neither a sample nor a known voice
    claims, where ``told`` people are reached. Where two samples lie
    nearest to one person, the samples are the seeds; a person without one keeps their centre.
    """
    import numpy as np

    if not samples:
        return people
    seeds, keeps = list(people.centroids), people.keeps.tolist()
    alike = np.stack(samples) @ people.centroids.T
    nearest, known = alike.argmax(axis=1), alike.max(axis=1) >= _KNOWN
    claimed = set(nearest[known].tolist())
    shared = known.sum() > len(claimed)
    if known.all() and not shared:
        return people
    if shared:
        _seed(seeds, keeps, [s for s, k in zip(samples, known, strict=True) if k])
    for sample in (s for s, k in zip(samples, known, strict=True) if not k):
        free = [p for p in range(people.known, len(people)) if p not in claimed]
        if told is not None and len(seeds) >= told and free and not shared:
            chance = len(people) - people.filled
            person = min(free, key=lambda p: (p < chance, people.keeps[p]))
            seeds[person], keeps[person] = sample, 1.0
            claimed.add(person)
        else:
            seeds.append(sample)
            keeps.append(1.0)
    return _regrouped(np.stack(seeds), np.array(keeps), voices, people.confidence)


def _seed(
    seeds: list["NDArray[np.float32]"],
    keeps: list[float],
    samples: list["NDArray[np.float32]"],
) -> None:
    """Put each sample in the place of the person it is most like, one each; the rest are added."""
    import numpy as np
    from scipy.optimize import linear_sum_assignment

    rows, columns = linear_sum_assignment(-(np.stack(samples) @ np.stack(seeds).T))
    for row, column in zip(rows.tolist(), columns.tolist(), strict=True):
        seeds[column], keeps[column] = samples[row], 1.0
    spare = [row for row in range(len(samples)) if row not in set(rows.tolist())]
    seeds += [samples[row] for row in spare]
    keeps += [1.0] * len(spare)


def _regrouped(
    seeds: "NDArray[np.float32]",
    keeps: "NDArray[np.float64]",
    voices: Sequence[Voice],
    confidence: float | None,
) -> People:
    """Return people around the seeds: each with the long voices that are nearest to it."""
    import numpy as np

    vectors, lengths = np.stack([v.vector for v in voices]), np.array([v.clean_s for v in voices])
    long = lengths >= min(_LONG_S, float(lengths.max()))
    group = (vectors @ seeds.T / keeps).argmax(axis=1)
    centroids, kept = seeds.copy(), keeps.copy()
    for person in range(len(seeds)):
        mine = (group == person) & long
        if mine.any():
            centroids[person] = centre(
                np.vstack([vectors[mine], seeds[person]]), np.r_[lengths[mine], _LONG_S]
            )
            kept[person] = reliability(lengths[mine].sum() + _LONG_S)
    return People(centroids=centroids.astype(np.float32), keeps=kept, confidence=confidence)
