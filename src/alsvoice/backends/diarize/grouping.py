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

from alsvoice.backends.diarize.crowd import Crowd, Group
from alsvoice.backends.diarize.known import by_known
from alsvoice.backends.diarize.voices import People, Voice, centre, reliability

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

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
class _Found:
    """Groups; the first ``known`` of them are those of known voices."""

    groups: list[Group]
    known: int = 0

    def is_known(self, group: int) -> bool:
        """Whether a group is a known voice's."""
        return group < self.known

    def without(self, group: int) -> "_Found":
        """Return all groups but one."""
        kept = [each for number, each in enumerate(self.groups) if number != group]
        return _Found(kept, self.known - self.is_known(group))

    def with_more(self, groups: Sequence[Group]) -> "_Found":
        """Return these and more, of nobody who is known."""
        return _Found([*self.groups, *groups], self.known)


def cluster(
    voices: Sequence[Voice],
    people: int | None,
    known: "Sequence[NDArray[np.float32]]" = (),
    apart: Sequence[tuple[int, int]] = (),
) -> People:
    """Return the people among at least one voice; as many as given, or as there are voices.

    ``known`` are unit vectors of voices that may be there; ``apart`` are pairs of voices, by their
    place, that were heard at once.
    """
    import numpy as np

    crowd = Crowd.of(voices, apart)
    groups = _grouped(crowd, _basis(crowd, people))
    vectors = np.array([*known], np.float32).reshape(-1, crowd.width)
    parted = by_known(crowd, groups, vectors, _least(crowd))
    start = _Found([*parted.known, *parted.others], len(parted.known))
    heard = _estimated(crowd, start) if people is None else _given(crowd, start, people)
    found = heard if people is None else _filled(crowd, heard, people)
    return _refined(crowd, found, len(heard.groups), _confidence(crowd, found, start.groups))


def _basis(crowd: Crowd, people: int | None) -> Group:
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


def _grouped(crowd: Crowd, rows: Group) -> list[Group]:
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


def _least(crowd: Crowd) -> float:
    """Return how much somebody has to say to be a person where the number is not given.

    In half a minute a second of another voice is somebody; in an hour it may be a cough.
    """
    total = float(crowd.seconds.sum())
    return max(min(max(_LEAST_SHARE * total, _LEAST_S), _FEW_S), _LARGE_SHARE * total)


def _estimated(crowd: Crowd, found: _Found) -> _Found:
    """Return the groups that are known or say enough, and those of little that is like nobody's."""
    least = _least(crowd)
    large = [g for g in found.groups[found.known :] if crowd.weight(g) >= least]
    kept = _Found(found.groups[: found.known], found.known).with_more(large)
    if not kept.groups:
        kept = _Found([max(found.groups, key=crowd.weight)])
    more = [g for g in _newcomers(crowd, kept.groups) if crowd.weight(g) >= least]
    return kept.with_more(more)


def _given(crowd: Crowd, found: _Found, people: int) -> _Found:
    """Return at most so many groups, all of them voices of their own."""
    if len(found.groups) < people:
        more = _newcomers(crowd, found.groups)[: people - len(found.groups)]
        found = found.with_more(more)
    while len(found.groups) > people:
        found = _fewer(crowd, found)
    return found


def _fewer(crowd: Crowd, found: _Found) -> _Found:
    """Return one group less: a noise is lost, else who is known and says little; or two are joined.

    Two known voices are never joined where anything else can go.
    """
    import numpy as np

    weights = [crowd.weight(group) for group in found.groups]
    little = [number for number, weight in enumerate(weights) if weight < _least(crowd)]
    first, second, alike = _closest(crowd, found)
    if alike < _ALIKE and little:
        return found.without(min(little, key=lambda g: (found.is_known(g), weights[g])))
    low, high = sorted((first, second))
    both = np.concatenate([found.groups[first], found.groups[second]])
    rest = found.without(high)
    if found.is_known(low):
        return _Found([*rest.groups[:low], both, *rest.groups[low + 1 :]], rest.known)
    return rest.without(low).with_more([both])


def _newcomers(crowd: Crowd, kept: list[Group]) -> list[Group]:
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


def _closest(crowd: Crowd, found: _Found) -> tuple[int, int, float]:
    """Return which two of several groups are most alike in the mean of their members, and how.

    Two known voices are two people: they are looked at only where there is nobody else.
    """
    groups = found.groups
    pairs = [
        (i, j, float(crowd.like(groups[i], groups[j]).mean()))
        for i in range(len(groups))
        for j in range(i)
        if not found.is_known(i) or found.known == len(groups)
    ]
    return max(pairs, key=lambda pair: pair[2])


def _filled(crowd: Crowd, found: _Found, people: int) -> _Found:
    """Return so many groups: the stretch that is least like its own becomes somebody's."""
    import numpy as np

    kept = list(found.groups)
    candidates = np.flatnonzero(crowd.seconds >= min(_SEED_S, float(crowd.seconds.max())))
    while len(kept) < people:
        alone = [int(g[0]) for g in kept if len(g) == 1]
        free = candidates[~np.isin(candidates, alone)]
        if not len(free):
            break
        seed = free[crowd.like_groups(free, kept).max(axis=1).argmin()]
        kept = [g[g != seed] for g in kept]
        kept.append(np.array([seed]))
    return _Found(kept, found.known)


def _refined(crowd: Crowd, found: _Found, sure: int, confidence: float | None) -> People:
    """Return the people, their centres moved to the long stretches nearest to them.

    Groups from ``sure`` on are there for the number alone: what their shortness costs is not
    undone, or they would draw the speech of those they were taken from.
    """
    import numpy as np

    groups = found.groups
    centres = np.stack([crowd.middle(group) for group in groups])
    weights = np.array([crowd.weight(group) for group in groups])
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
        centroids=centres.astype(np.float32),
        keeps=reliability(weights),
        confidence=confidence,
        known=found.known,
        filled=len(groups) - sure,
    )


def _confidence(crowd: Crowd, found: _Found, groups: list[Group]) -> float | None:
    """Return how far the decisions that made the number lie from where they would turn.

    The two people most alike could be one; a group left out could be somebody; the smallest person
    who is not known could be a noise. Each is 0 at its border and 1 where it is clear; the least
    of them counts.
    """
    import numpy as np

    if len(crowd.seconds) < 2:
        return None
    sure = [1.0]
    least = _least(crowd)
    if len(found.groups) > max(found.known, 1):
        sure.append((1 - _APART - _closest(crowd, found)[2]) / _SURE)
        smallest = min(map(crowd.weight, found.groups[found.known :]))
        sure.append(float(np.log2(max(smallest, 0.1) / least)))
    taken = {int(i) for g in found.groups for i in g}
    for group in groups:
        if int(group[0]) not in taken:
            sure.append(float(np.log2(least / max(crowd.weight(group), 0.1))))
        elif len(group) > 1:
            sure.append(_cohesion(crowd, group))
    return round(float(np.clip(min(sure), 0, 1)), 3)


def _cohesion(crowd: Crowd, group: Group) -> float:
    """Return how sure it is that a group is one person: how alike its halves are at worst."""
    import numpy as np

    alike = crowd.like_groups(group, [group])[:, 0]
    long = crowd.seconds[group] >= _LONG_S
    worst = float(np.min(alike[long])) if long.any() else float(np.median(alike))
    return (worst - (1 - 2 * _APART)) / _SURE
