"""Whose each stretch is, by its own sound: what the windows say is looked at again.

A window's local speaker is one voice for ten seconds; a question of two seconds beside a long
answer is often taken for the same voice there. The stretch's own sound, alone, tells whose it is. A
long stretch may hold two voices that the segmentation did not part: the best path through its
pieces of 0.2 s, where a change of voice costs what a fifth of a second of a clear one gains, parts
them (docs/LOG.md has what this is worth).
"""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from alsvoice.backends.diarize.embedding import BLOCK_S
from alsvoice.backends.diarize.hearing import Heard
from alsvoice.backends.diarize.segmentation import FRAME_STEP
from alsvoice.backends.diarize.voices import People, reliability

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

__all__ = ["best_path", "pieces", "refine"]

_SHORTEST_S = 0.4
_MARGIN = 0.1
"""Likeness by which another person must be nearer than the one that the windows say."""
_CHANGE = 1.0
"""What a change of voice inside a stretch costs, in likeness times pieces."""
_AROUND_S = 1.2
_NOISE = 0.12
"""Spread of the likeness to a person, of a vector that loses nothing."""
_UNHEARD = 0.5


def refine(
    on: "NDArray[np.bool_]",
    main: "NDArray[np.int64]",
    heard: list[Heard],
    people: People,
    sample_rate: int,
) -> "NDArray[np.float32]":
    """Give stretches of one voice to the person they sound like, in place; return how sure.

    ``on`` has the shape (frames, people), ``main`` (frames,) as ``overlap_add`` returns them. What
    is returned is the probability of ``main`` in each frame, shape (frames,).
    """
    import numpy as np

    sure = np.full(len(main), _UNHEARD, dtype=np.float32)
    for stretch in heard:
        loss = float(reliability(np.array(stretch.clean_s)))
        for first, last, scores in pieces(stretch, people, sample_rate):
            if stretch.alone and stretch.clean_s >= _SHORTEST_S:
                _give(on[first:last], main[first:last], scores, _MARGIN * loss)
            sure[first:last] = _chance(scores, main[first:last])
    return sure


def pieces(
    stretch: Heard, people: People, sample_rate: int
) -> Iterator[tuple[int, int, "NDArray[np.float64]"]]:
    """Yield first and last frame of each voice in a stretch, and the scores of all people there."""
    import numpy as np

    first, last = stretch.stretch.first, stretch.stretch.last
    if stretch.around is None:
        yield first, last, people.scores(stretch.vector[None])[0]
        return
    lengths = np.full(len(stretch.around), min(_AROUND_S, stretch.clean_s))
    scores = people.scores(stretch.around) / reliability(lengths)[:, None]
    path = best_path(scores, _CHANGE)
    changes = np.flatnonzero(np.diff(path)) + 1
    if not len(changes):
        yield first, last, people.scores(stretch.vector[None])[0]
        return
    block = BLOCK_S * sample_rate / FRAME_STEP
    edges = [first, *(first + np.rint(changes * block).astype(int)).tolist(), last]
    for start, end, group in zip(edges, edges[1:], np.split(scores, changes), strict=False):
        yield start, min(end, last), group.mean(axis=0) * float(reliability(lengths[:1])[0])


def best_path(scores: "NDArray[np.float64]", change: float) -> "NDArray[np.intp]":
    """Return each piece's person, (n,): the highest sum of scores (n, people) less changes.

    Viterbi's algorithm; all changes cost the same.
    """
    import numpy as np

    n, people = scores.shape
    came = np.zeros((n, people), dtype=np.intp)
    total = scores[0].astype(np.float64)
    for piece in range(1, n):
        best = int(total.argmax())
        stays = total >= total[best] - change
        came[piece] = np.where(stays, np.arange(people), best)
        total = np.where(stays, total, total[best] - change) + scores[piece]
    path = np.empty(n, dtype=np.intp)
    path[-1] = total.argmax()
    for piece in range(n - 1, 0, -1):
        path[piece - 1] = came[piece, path[piece]]
    return path


def _give(
    on: "NDArray[np.bool_]",
    main: "NDArray[np.int64]",
    scores: "NDArray[np.float64]",
    margin: float,
) -> None:
    """Give what one person says alone to the person of the best score, where clearly better."""
    import numpy as np

    best = int(scores.argmax())
    alone = (on.sum(axis=1) == 1) & (main >= 0)
    wrong = alone & (scores[best] - scores[np.maximum(main, 0)] > margin)
    on[wrong] = False
    on[wrong, best] = True
    main[wrong] = best


def _chance(scores: "NDArray[np.float64]", main: "NDArray[np.int64]") -> "NDArray[np.float32]":
    """Return how probable the person of each frame is, all people as probable beforehand."""
    import numpy as np

    power = np.exp((scores - scores.max()) / _NOISE)
    return np.asarray((power / power.sum())[np.maximum(main, 0)], dtype=np.float32)
