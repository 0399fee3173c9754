"""Who spoke when where every person has sound of their own, ``tracks.v1``: who is known.

The segmentation network says where a track holds speech, anybody's; levels say whose it is.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from alsvoice.backends.diarize import reconstruct
from alsvoice.backends.diarize.bleed import loudest, own_speech
from alsvoice.backends.diarize.segmentation import (
    FRAME_STEP,
    FRAMES,
    Segmentation,
    window_starts,
)
from alsvoice.backends.protocols import Hook, Sound, no_hook
from alsvoice.transcript import Diarization, Turn

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

__all__ = ["TracksDiarizer"]

_HOP_MS = 5000
_BLOCK_MS = 27_000  # a whole number of frames
_FRAME_STEPS = 4
"""Steps of 270 samples that a frame's level is taken over: about the 991 samples it stands for."""


class TracksDiarizer:
    """Speech of each track, less what bled into it from the others."""

    name = "tracks.v1"

    def __init__(self, segmentation: Path) -> None:
        self._segmentation = segmentation

    def diarize(
        self,
        sounds: Sequence[Sound],
        voices: Sequence[str],
        *,
        threads: int = 1,
        hook: Hook = no_hook,
    ) -> Diarization:
        """Return turns, a voice a sound; all sounds lie on the same time and may overlap."""
        import numpy as np

        duration = max(sound.duration_ms for sound in sounds)
        rate = sounds[0].sample_rate
        frames = duration * rate // 1000 // FRAME_STEP + FRAMES
        network = Segmentation(self._segmentation, threads)
        speech = np.zeros((frames, len(sounds)), dtype=np.bool_)
        levels = np.full((frames, len(sounds)), -100.0, dtype=np.float32)
        for track, sound in enumerate(sounds):
            if sound.duration_ms:
                levels[:, track] = _levels(sound, frames)
                part = _part(hook, track, len(sounds))
                speech[:, track] = _speech(sound, frames, network, part)
        own = own_speech(levels, speech)
        main = loudest(own, levels)
        hook("diarize", 1, 1)
        return Diarization(
            turns=_turns([own[:, i] for i in range(len(sounds))], voices, rate, duration),
            exclusive=_turns([main == i for i in range(len(sounds))], voices, rate, duration),
            speakers_told=len(sounds),
        )


def _part(hook: Hook, track: int, count: int) -> Hook:
    """Return a hook for one track of several; the network gives a quarter of a diarisation."""

    def told(stage: str, done: int, total: int) -> None:
        hook(stage, track * total + 4 * done, count * total + 1)

    return told


def _speech(sound: Sound, frames: int, network: Segmentation, hook: Hook) -> "NDArray[np.bool_]":
    """Return where anybody speaks, as most of the windows that see a frame have it."""
    import numpy as np

    starts = window_starts(sound.duration_ms, _HOP_MS)
    votes = np.zeros((frames + FRAMES, 2), dtype=np.int16)
    for start, active in zip(starts, network.run(sound, starts, hook), strict=True):
        at = round(start * sound.sample_rate / 1000 / FRAME_STEP)
        votes[at : at + FRAMES, 0] += active.any(axis=1)
        votes[at : at + FRAMES, 1] += 1
    return np.asarray(2 * votes[:frames, 0] > votes[:frames, 1])


def _levels(sound: Sound, frames: int) -> "NDArray[np.float32]":
    """Return the level of each frame in decibels of full scale, shape (frames,)."""
    import numpy as np

    steps = np.zeros(frames + _FRAME_STEPS, dtype=np.float32)
    for start in range(0, sound.duration_ms, _BLOCK_MS):
        block = sound.read(start, start + _BLOCK_MS)
        whole = block[: len(block) // FRAME_STEP * FRAME_STEP].reshape(-1, FRAME_STEP)
        at = start * sound.sample_rate // 1000 // FRAME_STEP
        energy = (whole**2).mean(axis=1, dtype=np.float32)[: len(steps) - at]
        steps[at : at + len(energy)] = energy
    wide = np.convolve(steps, np.ones(_FRAME_STEPS, np.float32) / _FRAME_STEPS, "valid")[:frames]
    return np.asarray(10 * np.log10(wide + 1e-10), dtype=np.float32)


def _turns(
    masks: Sequence["NDArray[np.bool_]"], voices: Sequence[str], rate: int, duration_ms: int
) -> tuple[Turn, ...]:
    found = [
        turn
        for mask, voice in zip(masks, voices, strict=True)
        for turn in reconstruct.turns_of(mask, voice, rate, duration_ms)
    ]
    return tuple(sorted(found, key=lambda t: (t.start_ms, t.end_ms, t.speaker)))
