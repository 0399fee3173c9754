"""Whether passages are one person's voice and nobody else's, so that a profile may rest on them.

A profile averaged from a voice that was two people fits neither and lets others in.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from alsvoice.recognition.matching import SAME_VOICE, Heard
from alsvoice.voices import Vector, centre, cosine

__all__ = ["Fault", "Taken", "one_voice"]

LEAST_S = 10.0
LEAST_PASSAGES = 3
_STRAY = 0.2
"""A second voice in less than this share of the speech is left out; more of it is refused."""


class Fault(StrEnum):
    """Why nothing can be taken from a voice."""

    SHORT = "too little clean speech"
    MIXED = "more than one voice"
    ALIKE = "another voice of the session sounds the same"
    UNLIKE = "not like the profile that is kept"
    KEPT = "like somebody else's profile"


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """What a voice gave, or why it gave nothing; ``like`` is who sounds the same.

    ``seconds`` and ``passages`` are of what was used, or could have been.
    """

    seconds: float
    passages: int
    vector: Vector | None = None
    fault: Fault | None = None
    like: str | None = None


def one_voice(voice: Heard, others: Mapping[str, Vector]) -> Taken:
    """Return the vector of a voice, or why it is not fit; ``others`` are the session's centres."""
    voice, mixed = _without_strays(voice)
    seconds, count = sum(voice.seconds), len(voice.vectors)
    if mixed:
        return Taken(seconds=seconds, passages=count, fault=Fault.MIXED)
    if seconds < LEAST_S or count < LEAST_PASSAGES:
        return Taken(seconds=seconds, passages=count, fault=Fault.SHORT)
    middle = centre(voice.vectors, voice.seconds)
    alike = {name: cosine(middle, other) for name, other in others.items()}
    nearest = max(alike, key=lambda name: alike[name], default=None)
    if nearest is not None and alike[nearest] >= SAME_VOICE:
        return Taken(seconds=seconds, passages=count, fault=Fault.ALIKE, like=nearest)
    return Taken(seconds=seconds, passages=count, vector=middle)


def _without_strays(voice: Heard) -> tuple[Heard, bool]:
    """Return the voice without a few passages of another, and whether it is two people's."""
    import numpy as np
    from scipy.cluster.hierarchy import fcluster, linkage

    if len(voice.vectors) < LEAST_PASSAGES:
        return voice, False
    tree = linkage(np.array(voice.vectors), "average", metric="cosine")
    first = fcluster(tree, 2, "maxclust") == 1
    parts = [_part(voice, first), _part(voice, ~first)]
    if not all(part.vectors for part in parts):
        return voice, False
    a, b = (centre(part.vectors, part.seconds) for part in parts)
    if cosine(a, b) >= SAME_VOICE:
        return voice, False
    small, large = sorted(parts, key=lambda part: sum(part.seconds))
    if sum(small.seconds) >= _STRAY * sum(voice.seconds):
        return voice, True
    return large, False


def _part(voice: Heard, mine: "object") -> Heard:
    import numpy as np

    chosen = np.flatnonzero(np.asarray(mine)).tolist()
    return Heard(
        speaker=voice.speaker,
        vectors=tuple(voice.vectors[i] for i in chosen),
        seconds=tuple(voice.seconds[i] for i in chosen),
    )
