"""Every second of speech is heard once: each stretch goes through the embedding network by itself.

Alone, because the network's context masks look at all that it is given: of short turns cut out of
ten-second pieces, the margin to the next voice was half of what it is so (docs/LOG.md). What comes
out is pooled thrice: over the stretch, around each 0.2 s of it, and for each local voice of a
window over all it says there.
"""

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

from alsvoice.backends.diarize.embedding import BLOCK_S, Embedding, Moments, features
from alsvoice.backends.diarize.segmentation import FRAME_STEP, FRAMES, LOCAL
from alsvoice.backends.diarize.stretches import Stretch
from alsvoice.backends.diarize.voices import LocalVoice
from alsvoice.backends.protocols import Hook, Sound

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

__all__ = ["Heard", "listen"]

_PIECE_S = 6.0
"""Longer stretches go through the network in pieces of at most this."""
_CLEAN_MIN_S = 0.5
_ANY_MIN_S = 0.25
_AROUND_BLOCKS = 6
_AROUND_FROM_S = 2.0
"""A shorter stretch is taken to be one voice's throughout."""
_FIRST_SAMPLE, _PAST_LAST = 360, 870
"""Of a frame's 991 samples, those that its features are taken from begin about here."""


@dataclass(frozen=True, slots=True, eq=False)
class Heard:
    """A stretch as a unit vector; ``clean_s`` is its length, ``around`` has a vector each 0.2 s.

    ``around`` is None where the stretch is short or two speak at once.
    """

    stretch: Stretch
    clean_s: float
    vector: "NDArray[np.float32]"
    around: "NDArray[np.float32] | None"

    @property
    def alone(self) -> bool:
        """Whether one voice is on."""
        return len(self.stretch.tracks) == 1


@dataclass(frozen=True, slots=True, eq=False)
class _Part:
    """A stretch while windows still see it; ``middles`` are its blocks' middles in frames."""

    stretch: Stretch
    moments: Moments
    middles: "NDArray[np.float64]"


def listen(
    sound: Sound,
    found: list[Stretch],
    offsets: list[int],
    tracks: "NDArray[np.intp]",
    network: Embedding,
    hook: Hook,
) -> tuple[list[Heard], list[LocalVoice]]:
    """Return the stretches that are long enough to have a vector, and the windows' local voices.

    ``tracks`` has the shape (windows, 3): the track of each local voice.
    """
    heard: list[Heard] = []
    local: list[LocalVoice] = []
    recent: deque[_Part] = deque()
    coming = iter([*found, None])
    upcoming = next(coming)
    for window, offset in enumerate(offsets):
        while upcoming is not None and upcoming.first < offset + FRAMES:
            part = _part(sound, upcoming, network)
            if part is not None:
                recent.append(part)
                heard.append(_heard(part, network))
            upcoming = next(coming)
        while recent and recent[0].stretch.last <= offset:
            recent.popleft()
        local += _local_voices(window, offset, tracks[window].tolist(), recent, network)
        if window % 8 == 0 or window + 1 == len(offsets):
            hook("diarize", len(offsets) + 3 * (window + 1), 4 * len(offsets))
    return heard, local


def _part(sound: Sound, stretch: Stretch, network: Embedding) -> _Part | None:
    import numpy as np

    parts = [network.moments(bank) for bank in _banks(sound, stretch)]
    kept = [part for part in parts if part is not None]
    if not kept:
        return None
    moments = Moments.joined(kept)
    block = BLOCK_S * sound.sample_rate / FRAME_STEP  # frames
    full = moments.count.max()
    ends = np.cumsum(moments.count, dtype=np.float64) / full
    return _Part(stretch, moments, stretch.first + (ends - moments.count / full / 2) * block)


def _banks(sound: Sound, stretch: Stretch) -> Iterator["NDArray[np.float32]"]:
    """Yield the features of a stretch in pieces of equal length."""
    import numpy as np

    per_ms = sound.sample_rate / 1000
    first = round((stretch.first * FRAME_STEP + _FIRST_SAMPLE) / per_ms)
    last = round((stretch.last * FRAME_STEP + _PAST_LAST) / per_ms)
    pieces = max(1, int(np.ceil((last - first) / 1000 / _PIECE_S)))
    edges = np.linspace(first, last, pieces + 1).round().astype(int).tolist()
    for start, end in pairwise(edges):
        yield features(sound.read(start, end), sound.sample_rate)


def _heard(part: _Part, network: Embedding) -> Heard:
    one_voice = len(part.stretch.tracks) == 1
    long = part.moments.seconds >= _AROUND_FROM_S
    return Heard(
        stretch=part.stretch,
        clean_s=part.moments.seconds,
        vector=network.vectors([part.moments])[0],
        around=network.around(part.moments, _AROUND_BLOCKS) if long and one_voice else None,
    )


def _local_voices(
    window: int, offset: int, tracks: list[int], recent: deque[_Part], network: Embedding
) -> list[LocalVoice]:
    """Return the local voices of a window from where no other speaks, else from all they say."""
    found: list[tuple[int, Moments]] = []
    for local in range(LOCAL):
        mine = [part for part in recent if tracks[local] in part.stretch.tracks]
        alone = _inside(offset, [part for part in mine if len(part.stretch.tracks) == 1])
        enough = alone is not None and alone.seconds >= _CLEAN_MIN_S
        moments = alone if enough else _inside(offset, mine)
        if moments is not None and moments.seconds >= _ANY_MIN_S:
            found.append((local, moments))
    vectors = network.vectors([moments for _, moments in found])
    return [
        LocalVoice(window=window, local=local, clean_s=moments.seconds, vector=vector)
        for (local, moments), vector in zip(found, vectors, strict=True)
    ]


def _inside(offset: int, parts: list[_Part]) -> Moments | None:
    """Return the blocks whose middle a window sees."""
    seen = [
        part.moments[(part.middles >= offset) & (part.middles < offset + FRAMES)] for part in parts
    ]
    return Moments.joined(seen) if any(len(blocks) for blocks in seen) else None
