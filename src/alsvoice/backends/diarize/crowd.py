"""Stretches of speech as points to be grouped: vectors, lengths, and who cannot be one person."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Self

from alsvoice.backends.diarize.voices import Voice, centre, likeness

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Group = NDArray[np.intp]
else:
    Group = Any

__all__ = ["Crowd", "Group"]


@dataclass(frozen=True, slots=True, eq=False)
class Crowd:
    """Vectors (n, 192) and their seconds (n,), and pairs (m, 2) of them that are two people's."""

    vectors: "NDArray[np.float32]"
    seconds: "NDArray[np.float64]"
    apart: "NDArray[np.intp]"

    @classmethod
    def of(cls, voices: Sequence[Voice], apart: Sequence[tuple[int, int]]) -> Self:
        """Return the crowd of at least one voice."""
        import numpy as np

        return cls(
            np.stack([v.vector for v in voices]),
            np.array([v.clean_s for v in voices], np.float64),
            np.array(apart, dtype=np.intp).reshape(-1, 2),
        )

    def __len__(self) -> int:
        return len(self.seconds)

    @property
    def width(self) -> int:
        """How many numbers a vector has."""
        return len(self.vectors[0])

    def like(self, a: Group, b: Group) -> "NDArray[np.float64]":
        """Return likeness of shape (a, b); two that are two people's are not alike."""
        found = likeness(self.vectors[a], self.seconds[a], self.vectors[b], self.seconds[b])
        rows, columns = self._places(a), self._places(b)
        for one, other in (self.apart.T, self.apart[:, ::-1].T):
            both = (rows[one] >= 0) & (columns[other] >= 0)
            found[rows[one[both]], columns[other[both]]] = 0
        return found

    def _places(self, group: Group) -> "NDArray[np.intp]":
        """Return where in a group each of all is, -1 where it is not."""
        import numpy as np

        places = np.full(len(self), -1, dtype=np.intp)
        places[group] = np.arange(len(group))
        return places

    def weight(self, group: Group) -> float:
        """Return the seconds of a group."""
        return float(self.seconds[group].sum())

    def middle(self, group: Group) -> "NDArray[np.float32]":
        """Return the centre of a group, a unit vector."""
        return centre(self.vectors[group], self.seconds[group])

    def like_groups(self, rows: Group, groups: Sequence[Group]) -> "NDArray[np.float64]":
        """Return the likeness of rows to the centres of groups, shape (rows, groups)."""
        import numpy as np

        centres = np.stack([self.middle(group) for group in groups])
        weights = np.array([self.weight(group) for group in groups])
        return likeness(self.vectors[rows], self.seconds[rows], centres, weights)
