"""From local speakers to people: one vector for each voice in each window, then clustering.

Clustering rests on long clean speech alone: vectors from less than 2.5 s spoil it (20 % DER with
1.5 s against 8 % on six people). Short ones are only assigned.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from alsvoice.backends.diarize.embedding import FEATURE_HZ, Embedding, features
from alsvoice.backends.diarize.segmentation import FRAME_STEP, LOCAL, WINDOW_MS
from alsvoice.backends.protocols import Hook, Sound
from alsvoice.intervals import Span

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

__all__ = ["LocalVoice", "People", "cluster", "embed_windows", "parted", "sample_vectors"]

_CLEAN_MIN_S = 0.5
_ANY_MIN_S = 0.25
_LONG_S = 2.5
_SAME_VOICE = 0.48
"""Cosine distance under which two groups of long speech are one person, number not given."""
_SMALLEST_S, _SMALLEST_SHARE = 3.0, 0.005
_MOST_CLUSTERED = 1500
"""Vectors in one matrix of distances (9 MB); the rest of a long meeting is assigned to groups."""


@dataclass(frozen=True, slots=True, eq=False)
class LocalVoice:
    """Local speaker ``local`` of window ``window``; ``clean_s`` is its speech without others."""

    window: int
    local: int
    clean_s: float
    vector: "NDArray[np.float32]"


@dataclass(frozen=True, slots=True, eq=False)
class People:
    """Voices as unit vectors of shape (people, 192); ``confidence`` in the count, in [0, 1]."""

    centroids: "NDArray[np.float32]"
    confidence: float | None


def embed_windows(
    sound: Sound,
    starts: list[int],
    activity: "NDArray[np.bool_]",
    network: Embedding,
    hook: Hook,
) -> list[LocalVoice]:
    """Return a vector for each local speaker with enough speech, from where no other speaks.

    ``activity`` has the shape (windows, 589, 3). Someone never heard alone is taken from overlap.
    """
    found: list[LocalVoice] = []
    for window, start in enumerate(starts):
        active = activity[window]
        if active.any():
            bank = features(sound.read(start, start + WINDOW_MS), sound.sample_rate)
            for local in range(LOCAL):
                voice = _local_voice(window, local, active, bank, network, sound.sample_rate)
                if voice is not None:
                    found.append(voice)
        if window % 8 == 0 or window + 1 == len(starts):
            hook("diarize", len(starts) + 3 * (window + 1), 4 * len(starts))
    return found


def _local_voice(
    window: int,
    local: int,
    active: "NDArray[np.bool_]",
    bank: "NDArray[np.float32]",
    network: Embedding,
    sample_rate: int,
) -> LocalVoice | None:
    step_s = FRAME_STEP / sample_rate
    mask = active[:, local] & (active.sum(axis=1) == 1)
    if mask.sum() * step_s < _CLEAN_MIN_S:
        mask = active[:, local]
    if mask.sum() * step_s < _ANY_MIN_S:
        return None
    vector = network.embed(bank[_feature_mask(mask, len(bank), sample_rate)])
    if vector is None:
        return None
    return LocalVoice(window=window, local=local, clean_s=float(mask.sum() * step_s), vector=vector)


def _feature_mask(mask: "NDArray[np.bool_]", frames: int, sample_rate: int) -> "NDArray[np.bool_]":
    """Return the segmentation mask (a frame every 270 samples) at 100 feature frames a second."""
    import numpy as np

    nearest = np.arange(frames) * (sample_rate // FEATURE_HZ) // FRAME_STEP
    return mask[np.minimum(nearest, len(mask) - 1)]


def cluster(voices: list[LocalVoice], people: int | None) -> People:
    """Group long clean vectors by average linkage on cosine distance; refine as in k-means.

    With ``people`` given there are that many groups, or as many as there are vectors.
    """
    import numpy as np
    from scipy.cluster.hierarchy import fcluster, linkage

    vectors = np.stack([v.vector for v in voices])
    weights = np.array([v.clean_s for v in voices])
    base = _basis(weights, people)
    if len(base) == 1:
        return People(centroids=vectors[base], confidence=None)
    tree = linkage(vectors[base], "average", metric="cosine")
    if people:
        groups = fcluster(tree, people, "maxclust")
        kept = list(np.unique(groups))
    else:
        groups = fcluster(tree, _SAME_VOICE, "distance")
        kept = _large_enough(groups, weights[base], float(weights.sum()))
    centroids = np.stack(
        [_centre(vectors[base][groups == g], weights[base][groups == g]) for g in kept]
    )
    long = weights >= min(_LONG_S, weights[base].min())
    for _ in range(2):
        nearest = (vectors @ centroids.T).argmax(axis=1)
        for g in range(len(centroids)):
            mine = (nearest == g) & long
            if mine.any():
                centroids[g] = _centre(vectors[mine], weights[mine])
    return People(centroids=centroids.astype(np.float32), confidence=_confidence(tree, len(kept)))


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
    people: People, voices: list[LocalVoice], samples: list["NDArray[np.float32]"]
) -> People:
    """Return the people, parted where two samples lie nearest to one of them.

    Where each sample has a person of its own, clustering over the whole meeting knows better than a
    few seconds. Where not, the samples are the seeds: a person without one keeps their centre.
    """
    import numpy as np
    from scipy.optimize import linear_sum_assignment

    if len(samples) < 2:
        return people
    likeness = np.stack(samples) @ people.centroids.T
    nearest = likeness.argmax(axis=1)
    if len(set(nearest.tolist())) == len(samples):
        return people
    rows, columns = linear_sum_assignment(-likeness)
    centroids = list(people.centroids)
    for row, column in zip(rows.tolist(), columns.tolist(), strict=True):
        centroids[column] = samples[row]
    centroids += [samples[row] for row in range(len(samples)) if row not in set(rows.tolist())]
    vectors, weights = np.stack([v.vector for v in voices]), np.array([v.clean_s for v in voices])
    seeds = np.stack(centroids)
    long = weights >= min(_LONG_S, float(weights.max()))
    group = (vectors @ seeds.T).argmax(axis=1)
    for g in range(len(seeds)):
        mine = (group == g) & long
        if mine.any():
            seeds[g] = _centre(np.vstack([vectors[mine], seeds[g]]), np.r_[weights[mine], _LONG_S])
    return People(centroids=seeds.astype(np.float32), confidence=people.confidence)


def _basis(weights: "NDArray[np.float64]", people: int | None) -> "NDArray[np.intp]":
    """Return which vectors to cluster: the long ones, evenly thinned in a long meeting."""
    import numpy as np

    base = np.flatnonzero(weights >= _LONG_S)
    if len(base) < max(2, people or 0):
        base = np.argsort(-weights, kind="stable")[: max(2, 2 * (people or 0))]
    if len(base) > _MOST_CLUSTERED:
        base = base[np.linspace(0, len(base) - 1, _MOST_CLUSTERED).round().astype(np.intp)]
    return np.asarray(np.sort(base))


def _large_enough(
    groups: "NDArray[np.int32]", weights: "NDArray[np.float64]", total: float
) -> list[int]:
    """Return the groups with three seconds and half a per cent of all speech, at least one."""
    speech = {int(g): float(weights[groups == g].sum()) for g in set(groups.tolist())}
    least = max(_SMALLEST_S, _SMALLEST_SHARE * total)
    return sorted(g for g, s in speech.items() if s >= least) or [
        max(speech, key=lambda g: speech[g])
    ]


def _centre(
    vectors: "NDArray[np.float32]", weights: "NDArray[np.float64]"
) -> "NDArray[np.float32]":
    import numpy as np

    mean = np.average(vectors, axis=0, weights=weights)
    norm = np.linalg.norm(mean)
    return np.asarray(mean / norm if norm > 0 else mean, dtype=np.float32)


def _confidence(tree: "NDArray[np.float64]", people: int) -> float | None:
    """Return how wide the gap is between joining into ``people`` groups and into one fewer.

    The distance at which the next two people would become one, less the distance at which the
    last two groups of one person were joined, over the former: 0 is no gap, 1 is a chasm.
    """
    import numpy as np

    heights = np.sort(tree[:, 2])[::-1]
    if not 1 < people <= len(heights):
        return None
    between, within = heights[people - 2], heights[people - 1]
    return round(float(np.clip((between - within) / max(between, 1e-9), 0, 1)), 3)
