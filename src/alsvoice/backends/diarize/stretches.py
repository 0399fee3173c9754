"""From windows to stretches: uninterrupted speech of one voice, or of two at once.

The local voices of a window are numbered anew in each. Neighbouring windows share most of their
sound, so the numbering of one is carried on to the next by whoever speaks at the same time: that
makes three tracks. A track says nothing about who it is for longer than a window; it only tells
where one voice gives way to another, so that each stretch can be heard by itself.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import permutations
from typing import TYPE_CHECKING

from alsvoice.backends.diarize.segmentation import FRAME_STEP, FRAMES, LOCAL

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

__all__ = ["Stretch", "at_once", "offsets_of", "stitch", "stretches", "tracks_on"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Stretch:
    """Frames ``first`` up to before ``last`` of the recording, in which ``tracks`` are on."""

    first: int
    last: int
    tracks: tuple[int, ...]

    @property
    def frames(self) -> int:
        """Length in frames of 270 samples."""
        return self.last - self.first


def offsets_of(starts: list[int], sample_rate: int) -> list[int]:
    """Return the first frame of each window."""
    return [round(start * sample_rate / 1000 / FRAME_STEP) for start in starts]


def stitch(activity: "NDArray[np.bool_]", offsets: list[int]) -> "NDArray[np.intp]":
    """Return the track of each local voice, shape (windows, 3): a permutation a window.

    ``activity`` has the shape (windows, 589, 3). Of the six ways to go on, the one in which most
    frames of the common sound are on in both windows.
    """
    import numpy as np

    orders = np.array(list(permutations(range(LOCAL))))
    tracks = np.empty((len(offsets), LOCAL), dtype=np.intp)
    tracks[0] = np.arange(LOCAL)
    for window in range(1, len(offsets)):
        shift = offsets[window] - offsets[window - 1]
        before = activity[window - 1, shift:].astype(np.float32)
        after = activity[window, : FRAMES - shift].astype(np.float32)
        shared = before.T @ after  # (locals before, locals after) in frames
        scores = shared[orders, np.arange(LOCAL)].sum(axis=1)
        tracks[window] = tracks[window - 1][orders[scores.argmax()]]
    return tracks


def tracks_on(
    activity: "NDArray[np.bool_]", offsets: list[int], tracks: "NDArray[np.intp]"
) -> "NDArray[np.bool_]":
    """Return which tracks are on, shape (frames, 3), as the windows that see a frame have it.

    As many as most windows have on, those that most of them name: windows may agree that somebody
    speaks and each take it for another voice.
    """
    import numpy as np

    total = offsets[-1] + FRAMES
    votes = np.zeros((total, LOCAL), dtype=np.int16)
    many = np.zeros((total, LOCAL), dtype=np.int16)  # windows with at least 1, 2, 3 on
    seen = np.zeros((total, 1), dtype=np.int16)
    for window, offset in enumerate(offsets):
        votes[offset : offset + FRAMES, tracks[window]] += activity[window]
        many[offset : offset + FRAMES] += activity[window].sum(1, keepdims=True) > np.arange(LOCAL)
        seen[offset : offset + FRAMES] += 1
    count = (2 * many > np.maximum(seen, 1)).sum(axis=1, keepdims=True)
    rank = np.argsort(np.argsort(-votes, axis=1, kind="stable"), axis=1, kind="stable")
    return np.asarray((rank < count) & (votes > 0))


def stretches(on: "NDArray[np.bool_]") -> list[Stretch]:
    """Return the runs in which the same tracks are on, in order of time, without silence."""
    import numpy as np

    sets = on @ (1 << np.arange(LOCAL))
    edges = np.flatnonzero(np.diff(sets, prepend=0, append=0))
    return [
        Stretch(first=first, last=last, tracks=tuple(np.flatnonzero(on[first]).tolist()))
        for first, last in zip(edges.tolist(), edges[1:].tolist(), strict=False)
        if sets[first]
    ]


def at_once(found: Sequence[Stretch]) -> list[tuple[int, int]]:
    """Return pairs of stretches of one voice that are two people's, numbered among those alone.

    One voice goes on, another sets in over it and goes on alone when the first has ended.
    """
    alone = [stretch for stretch in found if len(stretch.tracks) == 1]
    ends = {(stretch.last, stretch.tracks[0]): number for number, stretch in enumerate(alone)}
    starts = {(stretch.first, stretch.tracks[0]): number for number, stretch in enumerate(alone)}
    return [
        (ends[both.first, one], starts[both.last, other])
        for both in found
        for one, other in permutations(both.tracks, 2)
        if (both.first, one) in ends and (both.last, other) in starts
    ]
