"""Whose speech a microphone picked up: its owner's, or another person's from across the table.

Each track's level is first put on its owner's own scale, since microphones differ in gain. Then it
is measured how much of each person arrives in each other track while that person alone speaks. A
track's speech is its owner's where it is louder than all that the others explain; so two people
who speak at once are both kept.
"""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

__all__ = ["loudest", "own_levels", "own_speech"]

_SCALE_PERCENTILE = 98
_SPREAD_DB = 15
"""A track whose lead over the others varies less than this holds nobody of its own."""
_LARGEST_GAIN_DB = 20
_TOP_DB = 10
_CLEAR_DB = 6
"""By this much somebody must lead before it is taken that they alone speak."""
_LEAST_FRAMES = 60
"""A second: under it, bleed of one person into one track cannot be measured."""
_ASSUMED_DB = -8
_ABOVE_DB = 5
"""What is louder by this than the explained is the owner's: the fit of speech is that wide."""
_REACH = 6
"""Frames (17 ms) before and after in which a sound may arrive: distance, echo, rest of offset."""
_SHORTEST = 9
_PAUSE = 12
"""Frames: speech of under 0.15 s is dropped, pauses of under 0.2 s are closed."""


def own_levels(levels: "NDArray[np.float32]", speech: "NDArray[np.bool_]") -> "NDArray[np.float32]":
    """Return how loud each owner is in their own track, in decibels, shape (tracks,).

    ``levels`` and ``speech`` have the shape (frames, tracks). An owner is heard in the frames in
    which their track leads the others by the most; a track without an owner's speech gets the
    level of the loudest, so that what it holds stays small.
    """
    import numpy as np

    count = levels.shape[1]
    found = np.full(count, np.nan, dtype=np.float32)
    for track in range(count):
        on = speech[:, track]
        if not on.any():
            continue
        own = levels[on, track]
        if count > 1:
            lead = own - np.delete(levels[on], track, axis=1).max(axis=1)
            low, high = np.percentile(lead, [100 - _SCALE_PERCENTILE, _SCALE_PERCENTILE])
            if high - low < _SPREAD_DB and high < _SPREAD_DB:
                continue
            own = own[lead >= high - _TOP_DB]
        found[track] = np.median(own)
    loudest_one = np.nanmax(found) if np.isfinite(found).any() else np.float32(0)
    found[np.isnan(found)] = loudest_one
    return np.maximum(found, loudest_one - _LARGEST_GAIN_DB)


def own_speech(levels: "NDArray[np.float32]", speech: "NDArray[np.bool_]") -> "NDArray[np.bool_]":
    """Return where each track's owner speaks, shape (frames, tracks)."""
    import numpy as np

    if levels.shape[1] == 1:
        return speech
    scaled = levels - own_levels(levels, speech)
    own = np.zeros_like(speech)
    around = _around(levels)
    for track in range(levels.shape[1]):
        explained = np.full(len(levels), -200.0, dtype=np.float32)
        for other in range(levels.shape[1]):
            if other != track:
                arrives = _arrives(scaled, levels, speech, other, track)
                louder = (scaled[:, other] > scaled[:, track]) & speech[:, other]
                part = np.where(louder, around[:, other] + arrives, -200.0)
                explained = np.logaddexp(explained * _NATURAL, part * _NATURAL) / _NATURAL
        own[:, track] = _calm(speech[:, track] & (levels[:, track] > explained + _ABOVE_DB))
    return own


_NATURAL = 0.2302585  # decibels to natural logarithms of power


def _arrives(
    scaled: "NDArray[np.float32]",
    levels: "NDArray[np.float32]",
    speech: "NDArray[np.bool_]",
    source: int,
    track: int,
) -> float:
    """Return how loud one person is in another's track, in decibels against their own track."""
    import numpy as np

    rivals = np.delete(np.where(speech, scaled, -200), source, axis=1).max(axis=1)
    alone = speech[:, source] & (scaled[:, source] >= rivals + _CLEAR_DB)
    if alone.sum() < _LEAST_FRAMES:
        gain = float(levels[0, track] - scaled[0, track] - levels[0, source] + scaled[0, source])
        return gain + _ASSUMED_DB
    return float(np.median((levels[:, track] - levels[:, source])[alone]))


def _around(levels: "NDArray[np.float32]") -> "NDArray[np.float32]":
    """Return the loudest level nearby in time."""
    import numpy as np

    padded = np.pad(levels, ((_REACH, _REACH), (0, 0)), mode="edge")
    windows = np.lib.stride_tricks.sliding_window_view(padded, 2 * _REACH + 1, axis=0)
    return np.asarray(windows.max(axis=-1), dtype=np.float32)


def _calm(mask: "NDArray[np.bool_]") -> "NDArray[np.bool_]":
    """Close short pauses, then drop what is too short to be speech."""
    import numpy as np

    calm = mask.copy()
    for value, shortest in ((False, _PAUSE), (True, _SHORTEST)):
        edges = np.flatnonzero(np.diff(np.r_[not value, calm, not value].astype(np.int8)))
        for first, last in zip(edges[::2].tolist(), edges[1::2].tolist(), strict=True):
            if last - first < shortest and (value or (first > 0 and last < len(calm))):
                calm[first:last] = not value
    return calm


def loudest(own: "NDArray[np.bool_]", levels: "NDArray[np.float32]") -> "NDArray[np.int64]":
    """Return the track whose owner is loudest on their own scale in each frame, -1 in silence."""
    import numpy as np

    scaled = np.where(own, levels - own_levels(levels, own), -np.inf)
    return np.asarray(np.where(own.any(axis=1), scaled.argmax(axis=1), -1), dtype=np.int64)
