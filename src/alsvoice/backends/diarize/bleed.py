"""Whose speech a microphone picked up: its owner's, or another person's from across the table.

Microphones differ in gain, so each track's level is put on a scale of its own first. Then it is
measured how loud each person arrives in each other track while they alone speak. A track's speech
is its owner's where it is louder than all that the others explain; so two people who speak at once
are both kept, and the track of somebody who only listens stays empty.
"""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

__all__ = ["gains", "loudest", "own_speech"]

_ROUNDS = 6
_LARGEST_GAIN_DB = 20
_OWN_WEIGHT = 0.02
"""Gains rest on how loud one person arrives in the others' tracks; this little on one's own."""
_SPREAD_DB = 12
"""A track whose lead over the others varies less than this holds nobody of its own."""
_LEAD_PERCENTILE = 97
_TOP_DB = 10
_CLEAR_DB = 6
"""By this much somebody must lead before it is taken that they alone speak."""
_LEAST_FRAMES = 60
"""A second: under it, bleed of one person into one track cannot be measured."""
_ASSUMED_DB = -8
_BLEED_PERCENTILE = 95
_ABOVE_DB = 2
_NOISE_VARIES_DB = 2
_BEFORE, _AFTER = 20, 4
"""Frames (17 ms) in which a sound may arrive elsewhere: echo of a call, rest of an offset."""
_SHORTEST, _PAUSE = 12, 12
"""Frames: pauses of under 0.2 s are closed, then speech of under 0.2 s is dropped."""
_NOTHING_DB = -200.0


def own_speech(levels: "NDArray[np.float32]", speech: "NDArray[np.bool_]") -> "NDArray[np.bool_]":
    """Return where each track's owner speaks; everything has the shape (frames, tracks).

    ``levels`` are decibels of full scale, ``speech`` is where anybody is heard in a track.
    """
    import numpy as np

    count = levels.shape[1]
    if count == 1:
        return speech
    scaled = levels - gains(levels, speech)
    around = _around(levels)
    own = np.zeros_like(speech)
    for track in range(count):
        noise = _noise(levels[:, track], speech[:, track])
        explained = np.full(len(levels), 10 ** (noise / 10), dtype=np.float32)  # power
        for other in range(count):
            if other != track:
                arrives = _arrives(scaled, levels, around, speech, (other, track))
                louder = scaled[:, other] > scaled[:, track]
                explained += np.where(louder, 10 ** ((around[:, other] + arrives) / 10), 0)
        unexplained = levels[:, track] > 10 * np.log10(explained + 1e-20) + _ABOVE_DB
        own[:, track] = _calm(speech[:, track] & unexplained)
    return own


def gains(levels: "NDArray[np.float32]", speech: "NDArray[np.bool_]") -> "NDArray[np.float32]":
    """Return how sensitive each track is against the others, in decibels, shape (tracks,).

    A person arrives in all tracks but their own after much the same loss, so the levels there tell
    the gains, even of a track whose owner never speaks. Alternating: who leads, then the gains.
    """
    import numpy as np

    own = _own_levels(levels, speech)
    found = own - own.mean()
    heard = speech.any(axis=1)
    for _ in range(_ROUNDS):
        scaled = np.where(speech, levels - found, _NOTHING_DB)
        top = np.sort(scaled, axis=1)
        clear = heard & (top[:, -1] >= top[:, -2] + _CLEAR_DB / 2)
        leader = scaled.argmax(axis=1)
        fitted = _fit(levels, [clear & (leader == i) for i in range(levels.shape[1])], own)
        if np.abs(fitted - found).max() < 0.1:
            break
        found = fitted
    return np.asarray(found, dtype=np.float32)


def _fit(
    levels: "NDArray[np.float32]", leads: list["NDArray[np.bool_]"], own: "NDArray[np.float32]"
) -> "NDArray[np.float32]":
    """Return gains from ``level = loudness of the bleed + gain``, least squares."""
    import numpy as np

    count = levels.shape[1]
    rows: list[NDArray[np.float64]] = []
    targets: list[float] = []
    for leader, lead in enumerate(leads):
        if lead.sum() < _LEAST_FRAMES:
            continue
        for track in range(count):
            if track != leader:
                row = np.zeros(2 * count)
                row[track] = row[count + leader] = 1
                rows.append(row)
                targets.append(float(np.median(levels[lead, track])))
    for track in range(count):
        row = np.zeros(2 * count)
        row[track] = _OWN_WEIGHT
        rows.append(row)
        targets.append(_OWN_WEIGHT * float(own[track] - own.mean()))
    solved = np.linalg.lstsq(np.array(rows), np.array(targets), rcond=None)[0][:count]
    middle = float(np.median(solved))
    return np.asarray(np.clip(solved - middle, -_LARGEST_GAIN_DB, _LARGEST_GAIN_DB), np.float32)


def _own_levels(
    levels: "NDArray[np.float32]", speech: "NDArray[np.bool_]"
) -> "NDArray[np.float32]":
    """Return how loud each owner is in their own track, as far as one can tell at first.

    An owner is heard where their track leads the others by the most; a track whose lead hardly
    varies has no owner's speech and gets the level of the loudest.
    """
    import numpy as np

    found = np.full(levels.shape[1], np.nan, dtype=np.float32)
    for track in range(levels.shape[1]):
        on = speech[:, track]
        if on.any():
            lead = levels[on, track] - np.delete(levels[on], track, axis=1).max(axis=1)
            low, high = np.percentile(lead, [100 - _LEAD_PERCENTILE, _LEAD_PERCENTILE])
            if high - low >= _SPREAD_DB or high >= _SPREAD_DB:
                found[track] = np.median(levels[on, track][lead >= high - _TOP_DB])
    loudest_one = float(np.nanmax(found)) if np.isfinite(found).any() else 0.0
    found[np.isnan(found)] = loudest_one
    return np.maximum(found, loudest_one - _LARGEST_GAIN_DB)


def _arrives(
    scaled: "NDArray[np.float32]",
    levels: "NDArray[np.float32]",
    around: "NDArray[np.float32]",
    speech: "NDArray[np.bool_]",
    way: tuple[int, int],
) -> float:
    """Return how loud one person gets in another's track at most, against their own track."""
    import numpy as np

    source, track = way
    rivals = np.delete(np.where(speech, scaled, _NOTHING_DB), source, axis=1).max(axis=1)
    alone = speech[:, source] & (scaled[:, source] >= rivals + _CLEAR_DB)
    if alone.sum() < _LEAST_FRAMES:
        gain = levels[0, track] - scaled[0, track] - levels[0, source] + scaled[0, source]
        return float(gain) + _ASSUMED_DB
    arriving = (levels[:, track] - around[:, source])[alone]
    return float(np.percentile(arriving, _BLEED_PERCENTILE))


def _noise(level: "NDArray[np.float32]", speech: "NDArray[np.bool_]") -> float:
    """Return how loud a track is while nobody is heard in it; a cough or a door changes little."""
    import numpy as np

    if (~speech).sum() < _LEAST_FRAMES:
        return float(np.percentile(level, 5))
    return float(np.median(level[~speech])) + _NOISE_VARIES_DB


def _around(levels: "NDArray[np.float32]") -> "NDArray[np.float32]":
    """Return the loudest level shortly before and just after each frame."""
    import numpy as np

    padded = np.pad(levels, ((_BEFORE, _AFTER), (0, 0)), mode="edge")
    windows = np.lib.stride_tricks.sliding_window_view(padded, _BEFORE + _AFTER + 1, axis=0)
    return np.asarray(windows.max(axis=-1), dtype=np.float32)


def _calm(mask: "NDArray[np.bool_]") -> "NDArray[np.bool_]":
    """Close short pauses, then drop what is too short to be speech."""
    import numpy as np

    calm = mask.copy()
    for value, shortest in ((False, _PAUSE), (True, _SHORTEST)):
        edges = np.flatnonzero(np.diff(np.r_[False, calm == value, False].astype(np.int8)))
        for first, last in zip(edges[::2].tolist(), edges[1::2].tolist(), strict=True):
            if last - first < shortest and (value or (first > 0 and last < len(calm))):
                calm[first:last] = not value
    return calm


def loudest(own: "NDArray[np.bool_]", levels: "NDArray[np.float32]") -> "NDArray[np.int64]":
    """Return whose own speech is loudest against their usual level in each frame, -1 in silence."""
    import numpy as np

    usual = [float(np.median(levels[on, i])) if on.any() else 0.0 for i, on in enumerate(own.T)]
    scaled = np.where(own, levels - np.array(usual, dtype=np.float32), -np.inf)
    return np.asarray(np.where(own.any(axis=1), scaled.argmax(axis=1), -1), dtype=np.int64)
