"""What a recogniser is given: no speech is lost, none twice, windows are filled."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alsvoice.backends.transcribe.packing import Window, windows_of
from alsvoice.intervals import Span, subtract, total_ms, union

LONGEST_MS = 23_000
MARGIN_MS = 400

speech_of_a_meeting = st.lists(
    st.tuples(st.integers(0, 7000), st.integers(1, 70_000)), max_size=12
).map(
    lambda pairs: tuple(
        (start, start + length)
        for start, (_, length) in zip(
            [
                sum(g for g, _ in pairs[: n + 1]) + sum(x for _, x in pairs[:n])
                for n in range(len(pairs))
            ],
            pairs,
            strict=True,
        )
    )
)


touching = st.lists(st.integers(1, 40_000), min_size=1, max_size=12).map(
    lambda lengths: tuple((sum(lengths[:n]), sum(lengths[: n + 1])) for n in range(len(lengths)))
)
"""People who take over from one another without a pause."""


def heard(windows: list[Window]) -> list[Span]:
    return [piece.heard for window in windows for piece in window.pieces]


def owned(windows: list[Window]) -> list[Span]:
    return [span for window in windows for span in window.speech]


@given(st.one_of(speech_of_a_meeting, touching), st.integers(0, 3000))
def test_all_speech_is_heard_and_owned_once_in_windows_that_are_not_too_long(
    speech: tuple[Span, ...], after_ms: int
) -> None:
    duration = max((end for _, end in speech), default=0) + after_ms
    windows = windows_of(speech, duration, LONGEST_MS)
    assert subtract(speech, heard(windows)) == ()
    assert subtract(speech, owned(windows)) == ()
    assert all(a[1] <= b[0] for a, b in pairwise(owned(windows)))
    assert all(0 < window.length_ms <= LONGEST_MS for window in windows)
    assert all(0 <= start < end <= duration for start, end in heard(windows))


@given(speech_of_a_meeting)
def test_what_is_heard_beside_speech_is_its_margin_or_a_short_pause(
    speech: tuple[Span, ...],
) -> None:
    wide = union((max(0, a - MARGIN_MS), b + MARGIN_MS) for a, b in union(speech, gap_ms=1000))
    assert subtract(heard(windows_of(speech, 10**9, LONGEST_MS)), wide) == ()


def test_without_speech_there_are_no_windows() -> None:
    assert windows_of((), 5000, LONGEST_MS) == []


def test_sound_around_the_speech_is_kept_within_the_recording() -> None:
    assert heard(windows_of(((100, 4900),), 5000, LONGEST_MS)) == [(0, 5000)]
    assert heard(windows_of(((1000, 4000),), 5000, LONGEST_MS)) == [(600, 4400)]


@pytest.mark.parametrize(("gap_ms", "pieces"), [(1000, 1), (1001, 2), (600_000, 2)])
def test_long_pauses_are_cut_out_of_a_window(gap_ms: int, pieces: int) -> None:
    [window] = windows_of(((0, 3000), (3000 + gap_ms, 9000 + gap_ms)), 10**6, LONGEST_MS)
    assert len(window.pieces) == pieces
    assert window.length_ms <= 9000 + 1000 + MARGIN_MS


def test_a_window_ends_at_the_longest_pause_of_its_last_third() -> None:
    spans = [(0, 9000), (9900, 16_000), (16_500, 19_000), (19_200, 30_000)]
    first, _ = windows_of(spans, 60_000, LONGEST_MS)
    assert first.speech[-1][1] == (16_000 + 16_500) // 2


def test_speech_without_a_pause_ends_at_a_change_of_speaker() -> None:
    first, second = windows_of([(0, 17_000), (17_000, 40_000)], 60_000, LONGEST_MS)[:2]
    assert first.speech == ((0, 17_000),)
    assert first.pieces[0].heard == (0, 17_000 + MARGIN_MS)
    assert second.pieces[0].heard[0] == 17_000 - MARGIN_MS


@given(st.one_of(speech_of_a_meeting, touching), st.data())
def test_times_in_a_window_are_taken_back_to_where_they_were_heard(
    speech: tuple[Span, ...], data: st.DataObject
) -> None:
    windows = windows_of(speech, 10**7, LONGEST_MS)
    if not windows:
        return
    window = data.draw(st.sampled_from(windows))
    at = data.draw(st.integers(0, window.length_ms - 1))
    spans = [
        (start, window.placed(start, start)) for start in range(at, min(at + 3, window.length_ms))
    ]
    found = [span for _, span in spans if span is not None]
    assert all(any(a <= s <= b for a, b in window.speech) for s, _ in found)
    assert found == sorted(found)


def test_every_moment_is_owned_by_one_window() -> None:
    """A word that two windows hear stands once."""
    windows = windows_of([(0, 17_000), (17_000, 40_000)], 60_000, LONGEST_MS)
    placed = [
        span
        for window in windows
        for at in range(0, window.length_ms, 10)
        if (span := window.placed(at, at))
    ]
    assert len({span for span in placed if span[0] < 40_000}) == len(placed) - len(
        [span for span in placed if span[0] >= 40_000]
    )
    assert total_ms(owned(windows)) >= 40_000


def test_a_word_over_a_seam_ends_with_the_piece_its_middle_is_in() -> None:
    [window] = windows_of(((1000, 3000), (9000, 12_000)), 60_000, LONGEST_MS)
    seam = window.pieces[0].length_ms
    assert window.placed(seam - 100, seam + 50) == (3300, 3400)
    assert window.placed(seam - 50, seam + 100) == (8600, 8700)
