"""Evenness: how equally the members share their talk time.

Shannon's entropy of their shares over its greatest value (Pielou's J, 1966): 1 where all talk
equally long, 0 where one alone talks. Groups whose talk is evenly shared do better at joint tasks
(Woolley et al. 2010).
"""

from collections.abc import Sequence
from math import log

__all__ = ["evenness"]


def evenness(talk_ms: Sequence[int]) -> float | None:
    """Return evenness in [0, 1]; None with fewer than two people or without speech."""
    total = sum(talk_ms)
    if len(talk_ms) < 2 or not total:
        return None
    shares = [ms / total for ms in talk_ms if ms]
    return min(1.0, max(0.0, -sum(share * log(share) for share in shares) / log(len(talk_ms))))
