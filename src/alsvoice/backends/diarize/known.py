"""Voices that are known beforehand, from other meetings or a roll-call: who of them is there.

A known voice is there where a group is it by the rules by which people are recognised, or where
stretches are clearly nearer to it than to any group and are it together. That is judged as strictly
as a name is given: a stranger is nobody's, and who is known and absent makes nobody. Whoever is
there keeps a voice of their own, however little they say.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from alsvoice.backends.diarize.crowd import Crowd, Group
from alsvoice.backends.diarize.voices import likeness
from alsvoice.recognition.matching import MARGIN, MOST, SAME_PASSAGE, SAME_VOICE

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Vectors = NDArray[np.float32]

__all__ = ["Parted", "before", "by_known", "whose"]

_LEAST_S = 2.0
"""Speech by which a voice is known: trials of 2 s are the shortest that were measured."""
_PASSAGE_S = 0.8
"""A shorter stretch tells no voice by itself."""
_ENDLESS_S = 1e9


def before(samples: "Sequence[Vectors]", known: Sequence[Sequence[float]]) -> "list[Vectors]":
    """Return the voices that are known beforehand, each a unit vector of shape (192,).

    Whose sample is in the recording itself is known by that alone.
    """
    import numpy as np

    others = [np.array(vector, np.float32) for vector in known]
    return [
        *samples,
        *(v for v in others if not any(float(v @ sample) >= SAME_VOICE for sample in samples)),
    ]


@dataclass(frozen=True, slots=True, eq=False)
class Parted:
    """Groups of known voices, one each, and the others."""

    known: list[Group]
    others: list[Group]


def by_known(crowd: Crowd, groups: list[Group], known: "Vectors", least_s: float) -> Parted:
    """Return the groups parted by known voices of shape (voices, 192).

    Groups of less than ``least_s`` are nobody yet: a known voice may be in several of them.
    """
    found: dict[int, Group] = {}
    for group in sorted(groups, key=crowd.weight, reverse=True):
        voice = whose(crowd, group, known)
        if voice is not None:
            found.setdefault(voice, group)
    others = [g for g in groups if not any(g is taken for taken in found.values())]
    for voice in range(len(known)):
        if voice not in found:
            large = [*found.values(), *(g for g in others if crowd.weight(g) >= least_s)]
            small = [g for g in others if crowd.weight(g) < least_s]
            said = _whole(crowd, small, _said(crowd, large, known, voice))
            if whose(crowd, said, known) == voice:
                found = {each: _without(group, said) for each, group in found.items()}
                others = [_without(group, said) for group in others]
                found[voice] = said
    return Parted(
        [group for _, group in sorted(found.items()) if len(group)], [g for g in others if len(g)]
    )


def whose(crowd: Crowd, group: Group, known: "Vectors") -> int | None:
    """Return which known voice a group is; None where it is none or could be two of them.

    The rules are those of ``recognition.matched``, and a least of speech.
    """
    import numpy as np

    weight = crowd.weight(group) if len(group) else 0.0
    if not len(known) or weight < _LEAST_S:
        return None
    alike = known @ crowd.middle(group)
    best = int(alike.argmax())
    rival = float(np.delete(alike, best).max(initial=-1.0))
    fits = crowd.vectors[group] @ known[best] >= SAME_PASSAGE
    clear = alike[best] >= SAME_VOICE and alike[best] - rival >= MARGIN
    return best if clear and crowd.weight(group[fits]) >= MOST * weight else None


def _said(crowd: Crowd, groups: list[Group], known: "Vectors", voice: int) -> Group:
    """Return the stretches that are clearly nearer to a known voice than to all others."""
    import numpy as np

    rows = np.flatnonzero(crowd.seconds >= _PASSAGE_S)
    rows = rows[crowd.vectors[rows] @ known[voice] >= SAME_PASSAGE]
    fits = likeness(
        crowd.vectors[rows], crowd.seconds[rows], known, np.full(len(known), _ENDLESS_S)
    )
    own = fits[:, voice]
    rivals = [np.delete(fits, voice, axis=1)]
    if groups:
        rivals.append(crowd.like_groups(rows, groups))
    nearest = np.concatenate(rivals, axis=1).max(axis=1, initial=-1.0)
    return np.asarray(rows[own - nearest >= MARGIN])


def _whole(crowd: Crowd, groups: list[Group], said: Group) -> Group:
    """Return the stretches without those of groups that are mostly somebody else's."""
    import numpy as np

    for group in groups:
        shared = group[np.isin(group, said)]
        if len(shared) and crowd.weight(shared) < MOST * crowd.weight(group):
            said = _without(said, shared)
    return said


def _without(group: Group, said: Group) -> Group:
    import numpy as np

    return np.asarray(group[~np.isin(group, said)])
