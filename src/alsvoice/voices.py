"""What a person's voice sounds like, kept with their consent so that they are known next time.

A vector is of one network; those of two networks are never compared. Each meeting a voice was taken
from keeps a vector of its own: two meetings are two rooms, and one can be taken out again.
"""

import math
from dataclasses import dataclass, replace
from typing import Self

from alsvoice.digest import digest_value
from alsvoice.session import Consent

__all__ = ["Vector", "VoiceProfile", "VoiceSource", "centre", "cosine"]

Vector = tuple[float, ...]


def cosine(a: Vector, b: Vector) -> float:
    """Return how alike two unit vectors are, in [-1, 1]."""
    return sum(x * y for x, y in zip(a, b, strict=True))


def centre(vectors: tuple[Vector, ...], weights: tuple[float, ...]) -> Vector:
    """Return the weighted mean of unit vectors, made a unit vector again."""
    sums = [
        sum(w * x for w, x in zip(weights, column, strict=True))
        for column in zip(*vectors, strict=True)
    ]
    length = math.sqrt(sum(x * x for x in sums)) or 1.0
    return tuple(x / length for x in sums)


@dataclass(frozen=True, slots=True, kw_only=True)
class VoiceSource:
    """What one meeting gave: a unit vector of so many seconds of clean speech in ``passages``.

    ``taken`` is an ISO time. ``sample`` marks a few seconds in which somebody said their name.
    """

    session: str
    taken: str
    seconds: float
    passages: int
    vector: Vector
    sample: bool = False

    def __post_init__(self) -> None:
        length = math.sqrt(sum(x * x for x in self.vector))
        if not math.isclose(length, 1, abs_tol=0.01):
            raise ValueError("a voice's vector is no unit vector")
        if self.seconds <= 0:
            raise ValueError("a voice is of no speech")


@dataclass(frozen=True, slots=True, kw_only=True)
class VoiceProfile:
    """A person's voice; ``network`` is a tagged hash of what made the vectors.

    ``consent`` is the basis on which it is kept, ``consented`` the ISO time it was given.
    """

    name: str
    network: str
    consent: Consent
    consented: str
    sources: tuple[VoiceSource, ...]

    def __post_init__(self) -> None:
        if not self.name.strip():
            raise ValueError("a voice has no name")
        if not self.consent.is_given:
            raise ValueError("a voice is kept without consent")
        if not self.sources or len({len(source.vector) for source in self.sources}) > 1:
            raise ValueError("a voice has no vectors, or of several lengths")

    @property
    def digest(self) -> str:
        """A tagged hash of what it sounds like, that tells neither whose it is nor how it sounds.

        It changes when a meeting is added, not when consent is given anew.
        """
        return digest_value([self.network, [round(x, 6) for x in self.vector]])

    @property
    def seconds(self) -> float:
        """How much clean speech it rests on."""
        return sum(source.seconds for source in self.sources)

    @property
    def vector(self) -> Vector:
        """The centre of what the meetings gave; each counts by its speech, up to half a minute."""
        weights = tuple(min(source.seconds, 30.0) for source in self.sources)
        return centre(tuple(source.vector for source in self.sources), weights)

    def with_source(self, source: VoiceSource) -> Self:
        """Return the profile with what a meeting gave, in place of what it gave before.

        Samples of a few seconds go as soon as there is more.
        """
        kept = (s for s in self.sources if s.session != source.session and not s.sample)
        return replace(self, sources=tuple(sorted((*kept, source), key=lambda s: s.taken)))

    def joined(self, other: Self) -> Self:
        """Return the profile with the sources of another of the same person and network."""
        mine = {source.session for source in self.sources}
        joined = self
        for source in other.sources:
            if source.session not in mine and not source.sample:
                joined = joined.with_source(source)
        return joined
