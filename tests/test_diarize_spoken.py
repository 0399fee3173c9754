"""Where there is speech, told before anybody knows whose; the networks are tiny ones."""

from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from alsvoice.backends.diarize.reconstruct import frame_ms
from alsvoice.backends.diarize.segmentation import FRAMES
from alsvoice.backends.diarize.sparse import SparseDiarizer
from alsvoice.backends.diarize.spoken import spoken_in
from alsvoice.errors import Cancelled
from alsvoice.intervals import Span, total_ms, union
from tiny_networks import RATE, band_network, level_network, meeting

Mask = NDArray[np.bool_]
TURNS = [("B", 1, 6), ("A", 6.5, 12), ("C", 13, 18), ("B", 19, 24), ("A", 24.5, 29), ("C", 30, 35)]
LONG_MS = 60_000


def told(on: Mask) -> tuple[Span, ...]:
    """Return what is spoken where one window sees it all and its voices are the tracks."""
    return spoken_in(on[None], [0], on, RATE, LONG_MS)


def tracks(*runs: tuple[int, int, int]) -> Mask:
    """Return tracks of shape (589, 3) that are on in runs of (track, first frame, after last)."""
    on = np.zeros((FRAMES, 3), np.bool_)
    for track, first, last in runs:
        on[first:last, track] = True
    return on


def times(*frames: int) -> tuple[Span, ...]:
    return tuple(pairwise([frame_ms(frame, RATE) for frame in frames]))


def test_speech_is_parted_where_one_voice_gives_way_to_another() -> None:
    assert told(tracks((0, 100, 200))) == times(100, 200)
    assert told(tracks((0, 100, 200), (2, 200, 300))) == times(100, 200, 300)
    assert told(tracks((0, 100, 200), (0, 250, 300))) == times(100, 200) + times(250, 300)
    assert told(tracks()) == ()


def test_whoever_speaks_first_leads_until_they_end() -> None:
    """Somebody's "mm" over another's speech is no change, taking the floor is."""
    assert told(tracks((0, 100, 300), (1, 150, 200))) == times(100, 300)
    assert told(tracks((0, 100, 300), (1, 250, 400))) == times(100, 300, 400)


def test_the_end_of_the_recording_cuts() -> None:
    on = tracks((0, 100, FRAMES))
    assert spoken_in(on[None], [0], on, RATE, 5000) == ((frame_ms(100, RATE), 5000),)
    assert spoken_in(on[None], [0], on, RATE, 1000) == ()


def test_half_of_the_windows_is_not_enough() -> None:
    """Frames 148 to 588 are seen by both windows, and only the second hears somebody there."""
    activity = np.stack([tracks(), tracks((0, 0, 100), (1, 500, FRAMES))])
    on = np.zeros((148 + FRAMES, 3), np.bool_)
    found = spoken_in(activity, [0, 148], on, RATE, LONG_MS)
    assert found == times(148 + 500, 148 + FRAMES)


spans = st.tuples(st.integers(0, 2), st.integers(0, FRAMES - 2), st.integers(1, 200))


@given(st.lists(spans, max_size=12))
def test_all_speech_is_told_once_and_in_order(drawn: list[tuple[int, int, int]]) -> None:
    on = tracks(*((track, first, first + length) for track, first, length in drawn))
    found = told(on)
    assert all(a[1] <= b[0] for a, b in pairwise(found))
    anybody = [
        (frame_ms(n, RATE), frame_ms(n + 1, RATE)) for n in np.flatnonzero(on.any(axis=1)).tolist()
    ]
    assert union(found) == union(anybody)


@pytest.fixture
def diarizer(tmp_path: Path) -> SparseDiarizer:
    return SparseDiarizer(
        segmentation=level_network(tmp_path / "segmentation" / "model.onnx"),
        embedding=band_network(tmp_path / "embedding" / "model.onnx"),
    )


def test_it_is_told_before_voices_are_and_depends_on_no_number(diarizer: SparseDiarizer) -> None:
    order: list[str | tuple[Span, ...]] = []
    found = [
        diarizer.diarize(
            meeting(TURNS, 36),
            speakers=people,
            hook=lambda _stage, done, total: order.append("late" if 4 * done > total else "early"),
            speech_found=order.append,
        )
        for people in (2, 3, 6)
    ]
    said = [each for each in order if isinstance(each, tuple)]
    assert len(said) == 3
    assert {each.spoken for each in found} == set(said)
    assert len(set(said)) == 1
    assert "late" not in order[: order.index(said[0])], "before any voice was heard"
    assert total_ms(said[0]) == pytest.approx(sum(end - start for _, start, end in TURNS) * 1000,
                                              abs=600)  # fmt: skip


def test_of_silence_nothing_is_told_and_whoever_listens_may_stop_it(
    diarizer: SparseDiarizer,
) -> None:
    assert diarizer.diarize(meeting([], 5.0)).spoken == ()

    def stop(_: tuple[Span, ...]) -> None:
        raise Cancelled

    with pytest.raises(Cancelled):
        diarizer.diarize(meeting(TURNS, 36), speech_found=stop)
