"""Where there is speech, parted where one voice gives way to another: known before any voice is.

That is all a recogniser needs, which can so begin while voices are still told apart.
"""

from bisect import bisect_left, bisect_right
from itertools import pairwise
from typing import TYPE_CHECKING

from alsvoice.backends.diarize.reconstruct import frame_ms, runs
from alsvoice.backends.diarize.segmentation import FRAMES
from alsvoice.intervals import Span

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

__all__ = ["spoken_in"]


def spoken_in(
    activity: "NDArray[np.bool_]",
    offsets: list[int],
    on: "NDArray[np.bool_]",
    sample_rate: int,
    duration_ms: int,
) -> tuple[Span, ...]:
    """Return spans of speech; ``on`` are the tracks of shape (frames, 3), see ``tracks_on``."""
    leads = _leads(on)
    spans: list[Span] = []
    for first, last in runs(_anybody(activity, offsets)):
        inside = leads[bisect_right(leads, first) : bisect_left(leads, last)]
        begins = [first, *inside, last]
        edges = [min(frame_ms(frame, sample_rate), duration_ms) for frame in begins]
        spans += [(start, end) for start, end in pairwise(edges) if start < end]
    return tuple(spans)


def _anybody(activity: "NDArray[np.bool_]", offsets: list[int]) -> "NDArray[np.bool_]":
    """Return where anybody is on, shape (frames,): on average over half a voice a window."""
    import numpy as np

    total = offsets[-1] + FRAMES
    voices = np.zeros(total, dtype=np.int16)
    seen = np.zeros(total, dtype=np.int16)
    for window, offset in enumerate(offsets):
        voices[offset : offset + FRAMES] += activity[window].sum(axis=1, dtype=np.int16)
        seen[offset : offset + FRAMES] += 1
    return np.asarray(2 * voices > np.maximum(seen, 1))


def _leads(on: "NDArray[np.bool_]") -> list[int]:
    """Return the frames in which another track leads: one leads until it is off."""
    import numpy as np

    sets = on @ (1 << np.arange(on.shape[1]))
    changes = np.flatnonzero(np.diff(sets, prepend=0)).tolist()
    found: list[int] = []
    leader = None
    for frame in changes:
        if on[frame].any() and (leader is None or not on[frame, leader]):
            now = int(on[frame].argmax())
            if now != leader:
                found.append(frame)
            leader = now
    return found
