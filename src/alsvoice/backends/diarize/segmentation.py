"""Who is on in each ten-second window: pyannote's segmentation-3.0 as ONNX.

Source: Plaquet & Bredin, "Powerset multi-class cross entropy loss for neural speaker diarization",
Interspeech 2023. Input (batch, 1, 160000) samples; output (batch, 589, 7) log-probabilities of the
sets of at most two of three local speakers; a frame every 270 samples, 991 samples wide.
"""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from alsvoice.backends.protocols import Hook, Sound
from alsvoice.intervals import seconds

if TYPE_CHECKING:
    from pathlib import Path

    import numpy as np
    from numpy.typing import NDArray

__all__ = ["FRAMES", "FRAME_STEP", "LOCAL", "WINDOW_MS", "Segmentation", "window_starts"]

WINDOW_MS = 10_000
FRAMES = 589
FRAME_STEP = 270
"""Samples from frame to frame."""
LOCAL = 3
_BATCH = 8
_POWERSET = ((), (0,), (1,), (2,), (0, 1), (0, 2), (1, 2))


def window_starts(duration_ms: int, hop_ms: int) -> list[int]:
    """Return where windows start, in milliseconds; the last one reaches the end."""
    return list(range(0, max(1, duration_ms - WINDOW_MS + hop_ms), hop_ms))


class Segmentation:
    """The segmentation network."""

    def __init__(self, model: "Path", threads: int) -> None:
        from alsvoice.backends.onnx import open_session

        self._session: Any = open_session(model, threads)

    def run(self, sound: Sound, starts: list[int], hook: Hook) -> Iterator["NDArray[np.bool_]"]:
        """Yield, a window, activity of shape (589, 3): is local speaker k on in frame f."""
        import numpy as np

        sets = np.zeros((len(_POWERSET), LOCAL), dtype=np.bool_)
        for row, members in enumerate(_POWERSET):
            sets[row, list(members)] = True
        length = WINDOW_MS * sound.sample_rate // 1000
        for first in range(0, len(starts), _BATCH):
            batch = starts[first : first + _BATCH]
            samples = np.zeros((len(batch), 1, length), dtype=np.float32)
            for row, start in enumerate(batch):
                piece = sound.read(start, start + WINDOW_MS)
                samples[row, 0, : len(piece)] = piece
            scores = self._session.run(None, {"x": samples})[0]
            active = sets[scores.argmax(axis=-1)]
            for row, start in enumerate(batch):
                yield _within(active[row], sound, start)
            hook("diarize", min(first + _BATCH, len(starts)), 4 * len(starts))


def _within(active: "NDArray[np.bool_]", sound: Sound, start_ms: int) -> "NDArray[np.bool_]":
    """Clear the frames after the end of the recording: the padding is not silence to be judged."""
    left = seconds(sound.duration_ms - start_ms) * sound.sample_rate
    active[int(left // FRAME_STEP) + 1 :] = False
    return active
