"""From stretches to people: how many there are, and what each sounds like.

Groups rest on long clean stretches (average linkage on ``likeness``); vectors of short ones blur
them. Whoever only says little is sought among what is left: short stretches that are like nobody
so far and like each other. A number that was given is kept: of too many groups two that are
alike are joined, or one that is too little to be a person is lost; too few are filled by the voices
that are least like anybody, so that nobody's speech is cut in two to make up the number.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from alsvoice.backends.diarize.voices import People, Voice, centre, likeness, reliability

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Group = NDArray[np.intp]

__all__ = ["cluster"]

_LONG_S = 1.5
_APART = 0.35
"""Groups whose members' likeness is under 1 less this, in the mean, are two people."""
_ALIKE = 0.5
"""Two groups more alike than this are joined before a small one is taken for a noise."""
_STRANGE = 0.45
"""A short stretch less like everybody than this may be somebody else."""
_NEW_S, _SEED_S, _BASE_S = 0.8, 0.4, 0.6
"""Stretches of somebody new; of a voice that only the given number asks for; to build on at all."""
_BASE_SHARE, _SCARCE = 0.7, 0.3
"""Where long stretches are under 0.3 of all speech, the longest 0.7 of it are built on."""
_LEAST_S, _FEW_S, _LEAST_SHARE, _LARGE_SHARE = 1.0, 3.0, 0.05, 0.005
"""A person says 5 % of the speech, at least 1 s; 3 s suffice, and half a per cent in a long one."""
_MOST = 1500
"""Stretches in one matrix of distances (9 MB); the rest of a long meeting is assigned to groups."""
_SURE = 0.25
"""This far from a border a decision is sure."""
_ROUNDS = 2
_ENDLESS_S = 1e9


@dataclass(frozen=True, slots=True, eq=False)
class _Crowd:
    """Vectors (n, 192) and their seconds (n,), with what was asked of them."""

    vectors: "NDArray[np.float32]"
    seconds: "NDArray[np.float64]"

    def like(self, a: "Group", b: "Group") -> "NDArray[np.float64]":
        """Return likeness of shape (a, b)."""
        return likeness(self.vectors[a], self.seconds[a], self.vectors[b], self.seconds[b])

    def weight(self, group: "Group") -> float:
        """Return the seconds of a group."""
        return float(self.seconds[group].sum())

    def like_groups(self, rows: "Group", groups: "Sequence[Group]") -> "NDArray[np.float64]":
        """Return the likeness of rows to the centres of groups, shape (rows, groups)."""
        import numpy as np

        centres = np.stack([centre(self.vectors[g], self.seconds[g]) for g in groups])
        weights = np.array([self.weight(g) for g in groups])
        return likeness(self.vectors[rows], self.seconds[rows], centres, weights)

    @property
    def least_s(self) -> float:
        """How much somebody has to say to be a person where the number is not given.

        In half a minute a second of another voice is somebody; in an hour it may be a cough.
        """
        total = float(self.seconds.sum())
        return max(min(max(_LEAST_SHARE * total, _LEAST_S), _FEW_S), _LARGE_SHARE * total)


def cluster(voices: Sequence[Voice], people: int | None) -> People:
    """Return the people among at least one voice; as many as given, or as there are voices."""
    import numpy as np

    crowd = _Crowd(
        np.stack([v.vector for v in voices]), np.array([v.clean_s for v in voices], np.float64)
    )
    base = _basis(crowd, people)
    groups = _grouped(crowd, base)
    heard = _estimated(crowd, groups) if people is None else _given(crowd, groups, people)
    found = heard if people is None else _filled(crowd, heard, people)
    return _refined(crowd, found, len(heard), _confidence(crowd, found, groups))


def _basis(crowd: _Crowd, people: int | None) -> "Group":
    """Return which vectors to build on: the long ones, evenly thinned in a long meeting."""
    import numpy as np

    seconds = crowd.seconds
    base = np.flatnonzero(seconds >= _LONG_S)
    if seconds[base].sum() < _SCARCE * seconds.sum() or len(base) < 2:
        order = np.argsort(-seconds, kind="stable")
        enough = int(np.searchsorted(np.cumsum(seconds[order]), _BASE_SHARE * seconds.sum())) + 1
        base = order[: max(2, enough, people or 0)]
        if (seconds[base] >= _BASE_S).any():
            base = base[seconds[base] >= _BASE_S]
    if len(base) > _MOST:
        base = base[np.linspace(0, len(base) - 1, _MOST).round().astype(np.intp)]
    return np.asarray(np.sort(base))


def _grouped(crowd: _Crowd, rows: "Group") -> list["Group"]:
    """Return groups of rows by average linkage, parted where they are two people's."""
    import numpy as np
    from scipy.cluster.hierarchy import fcluster, linkage
    from scipy.spatial.distance import squareform

    if len(rows) < 2:
        return [rows] if len(rows) else []
    distance = np.clip(1 - crowd.like(rows, rows), 0, 2)
    np.fill_diagonal(distance, 0)
    tree = linkage(squareform(distance, checks=False), "average")
    group = fcluster(tree, _APART, "distance")
    return [rows[group == g] for g in np.unique(group)]


def _estimated(crowd: _Crowd, groups: list["Group"]) -> list["Group"]:
    """Return the groups that say enough, and those that say little but are like nobody."""
    large = [g for g in groups if crowd.weight(g) >= crowd.least_s]
    kept = large or [max(groups, key=crowd.weight)]
    return kept + [g for g in _newcomers(crowd, kept) if crowd.weight(g) >= crowd.least_s]


def _given(crowd: _Crowd, groups: list["Group"], people: int) -> list["Group"]:
    """Return at most so many groups, all of them voices of their own."""
    import numpy as np

    kept = list(groups)
    if len(kept) < people:
        kept += _newcomers(crowd, kept)[: people - len(kept)]
    while len(kept) > people:
        smallest = min(kept, key=crowd.weight)
        first, second, alike = _closest(crowd, kept)
        if alike < _ALIKE and crowd.weight(smallest) < crowd.least_s:
            kept = [g for g in kept if g is not smallest]
        else:
            rest = [g for i, g in enumerate(kept) if i not in {first, second}]
            kept = [*rest, np.concatenate([kept[first], kept[second]])]
    return kept


def _newcomers(crowd: _Crowd, kept: list["Group"]) -> list["Group"]:
    """Return groups of stretches outside ``kept`` that are like nobody in it, largest first."""
    import numpy as np

    outside = np.ones(len(crowd.seconds), dtype=np.bool_)
    outside[np.concatenate(kept)] = False
    rest = np.flatnonzero(outside & (crowd.seconds >= _NEW_S))
    if len(rest):
        rest = rest[crowd.like_groups(rest, kept).max(axis=1) < _STRANGE]
    if len(rest) > _MOST:
        rest = np.sort(rest[np.argsort(-crowd.seconds[rest], kind="stable")[:_MOST]])
    return sorted(_grouped(crowd, rest), key=crowd.weight, reverse=True)


def _closest(crowd: _Crowd, groups: list["Group"]) -> tuple[int, int, float]:
    """Return which two groups are most alike in the mean of their members, and how alike."""
    pairs = [
        (i, j, float(crowd.like(groups[i], groups[j]).mean()))
        for i in range(len(groups))
        for j in range(i)
    ]
    return max(pairs, key=lambda pair: pair[2])


def _filled(crowd: _Crowd, groups: list["Group"], people: int) -> list["Group"]:
    """Return so many groups: the stretch that is least like its own becomes somebody's."""
    import numpy as np

    kept = list(groups)
    candidates = np.flatnonzero(crowd.seconds >= min(_SEED_S, float(crowd.seconds.max())))
    while len(kept) < people:
        alone = [int(g[0]) for g in kept if len(g) == 1]
        free = candidates[~np.isin(candidates, alone)]
        if not len(free):
            break
        seed = free[crowd.like_groups(free, kept).max(axis=1).argmin()]
        kept = [g[g != seed] for g in kept]
        kept.append(np.array([seed]))
    return kept


def _refined(crowd: _Crowd, groups: list["Group"], sure: int, confidence: float | None) -> People:
    """Return the people, their centres moved to the long stretches nearest to them.

    Groups from ``sure`` on are there for the number alone: what their shortness costs is not
    undone, or they would draw the speech of those they were taken from.
    """
    import numpy as np

    centres = np.stack([centre(crowd.vectors[g], crowd.seconds[g]) for g in groups])
    weights = np.array([crowd.weight(g) for g in groups])
    weights[sure:] = _ENDLESS_S
    for _ in range(_ROUNDS):
        nearest = (crowd.vectors @ centres.T / reliability(weights)).argmax(axis=1)
        for person, group in enumerate(groups):
            least = min(_LONG_S, float(crowd.seconds[group].max()))
            mine = (nearest == person) & (crowd.seconds >= least)
            if mine.any():
                centres[person] = centre(crowd.vectors[mine], crowd.seconds[mine])
                if person < sure:
                    weights[person] = crowd.weight(np.flatnonzero(mine))
    return People(
        centroids=centres.astype(np.float32), keeps=reliability(weights), confidence=confidence
    )


def _confidence(crowd: _Crowd, found: list["Group"], groups: list["Group"]) -> float | None:
    """Return how far the decisions that made the number lie from where they would turn.

    The two people most alike could be one; a group left out could be somebody; the smallest person
    could be a noise. Each is 0 at its border and 1 where it is clear; the least of them counts.
    """
    import numpy as np

    if len(crowd.seconds) < 2:
        return None
    sure = [1.0]
    if len(found) > 1:
        sure.append((1 - _APART - _closest(crowd, found)[2]) / _SURE)
        sure.append(float(np.log2(max(min(map(crowd.weight, found)), 0.1) / crowd.least_s)))
    taken = {int(i) for g in found for i in g}
    for group in groups:
        if int(group[0]) not in taken:
            sure.append(float(np.log2(crowd.least_s / max(crowd.weight(group), 0.1))))
        elif len(group) > 1:
            sure.append(_cohesion(crowd, group))
    return round(float(np.clip(min(sure), 0, 1)), 3)


def _cohesion(crowd: _Crowd, group: "Group") -> float:
    """Return how sure it is that a group is one person: how alike its halves are at worst."""
    import numpy as np

    alike = crowd.like_groups(group, [group])[:, 0]
    long = crowd.seconds[group] >= _LONG_S
    worst = float(np.min(alike[long])) if long.any() else float(np.median(alike))
    return (worst - (1 - 2 * _APART)) / _SURE
