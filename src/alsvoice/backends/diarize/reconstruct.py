"""Windows become one timeline: overlap-add of each person's activity, then turns.

How many speak at once is the rounded mean over the windows that see a frame; that many people, the
most active first, are on. Exclusive turns keep the most active one alone.
"""

from typing import TYPE_CHECKING

from alsvoice.backends.diarize.segmentation import FRAME_STEP, FRAMES
from alsvoice.backends.diarize.stretches import offsets_of
from alsvoice.backends.diarize.voices import LocalVoice, People
from alsvoice.transcript import Turn

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

__all__ = ["assign", "frame_ms", "overlap_add", "runs", "speaker_label", "turns_of"]

_FRAME_CENTRE_S = 991 / 2 / 16_000
"""A frame stands for the middle of the 991 samples it sees."""


def speaker_label(index: int) -> str:
    """Return the anonymous label of a voice, in order of first speech."""
    return f"SPEAKER_{index:02d}"


def assign(voices: list[LocalVoice], people: People) -> dict[tuple[int, int], int]:
    """Return (window, local) → person; two voices of one window are never the same person."""
    import numpy as np
    from scipy.optimize import linear_sum_assignment

    by_window: dict[int, list[LocalVoice]] = {}
    for voice in voices:
        by_window.setdefault(voice.window, []).append(voice)
    who: dict[tuple[int, int], int] = {}
    for window, members in by_window.items():
        scores = people.scores(np.stack([v.vector for v in members]))
        for row, person in zip(*linear_sum_assignment(-scores), strict=True):
            who[window, members[row].local] = int(person)
    return who


def overlap_add(
    activity: "NDArray[np.bool_]",
    starts: list[int],
    who: dict[tuple[int, int], int],
    people: int,
    sample_rate: int,
) -> tuple["NDArray[np.bool_]", "NDArray[np.int64]"]:
    """Return who is on, shape (frames, people), and the one who is most on, -1 in silence."""
    import numpy as np

    offsets = offsets_of(starts, sample_rate)
    total = offsets[-1] + FRAMES
    score = np.zeros((total, people), dtype=np.float32)
    seen = np.zeros(total, dtype=np.float32)
    speakers = np.zeros(total, dtype=np.float32)
    for window, offset in enumerate(offsets):
        at = slice(offset, offset + FRAMES)
        seen[at] += 1
        speakers[at] += activity[window].sum(axis=1)
        for local in range(activity.shape[2]):
            if (window, local) in who:
                score[at, who[window, local]] += activity[window, :, local]
    count = np.minimum(np.rint(speakers / np.maximum(seen, 1)), people).astype(np.int64)
    order = np.argsort(-score, axis=1, kind="stable")
    on = np.zeros((total, people), dtype=np.bool_)
    for rank in range(min(2, people)):
        rows = np.flatnonzero(count > rank)
        best = order[rows, rank]
        on[rows, best] = score[rows, best] > 0
    main = np.where(on.any(axis=1), order[:, 0], -1)
    return on, main


def turns_of(
    mask: "NDArray[np.bool_]",
    speaker: str,
    sample_rate: int,
    duration_ms: int,
    sure: "NDArray[np.float32] | None" = None,
) -> list[Turn]:
    """Return the runs of a mask of shape (frames,) as turns, cut to the recording.

    ``sure`` is how probable the speaker is in each frame: the mean is the turn's confidence.
    """
    turns: list[Turn] = []
    for first, last in runs(mask):
        start = frame_ms(first, sample_rate)
        end = min(frame_ms(last, sample_rate), duration_ms)
        if end > start:
            confidence = None if sure is None else round(float(sure[first:last].mean()), 3)
            turns.append(Turn(speaker=speaker, start_ms=start, end_ms=end, confidence=confidence))
    return turns


def runs(mask: "NDArray[np.bool_]") -> list[tuple[int, int]]:
    """Return where a mask of shape (frames,) is on, as (first frame, first frame after)."""
    import numpy as np

    edges = np.flatnonzero(np.diff(np.r_[0, mask.astype(np.int8), 0]))
    return list(zip(edges[::2].tolist(), edges[1::2].tolist(), strict=True))


def frame_ms(frame: int, sample_rate: int) -> int:
    """Return the time of a frame's middle."""
    return round(1000 * (frame * FRAME_STEP / sample_rate + _FRAME_CENTRE_S))
