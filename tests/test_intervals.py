"""Interval algebra against the slow, obvious version: sets of single milliseconds."""

from collections.abc import Iterable
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alsvoice.intervals import (
    Span,
    clip,
    complement,
    intersect,
    overlap_ms,
    seconds,
    subtract,
    to_ms,
    total_ms,
    union,
)

times = st.integers(0, 60)
span = st.tuples(times, times).map(lambda pair: (min(pair), max(pair)))
spans = st.lists(span, max_size=6)


def on(found: Iterable[Span]) -> set[int]:
    """Return every millisecond in which one of the intervals is on."""
    return {t for start, end in found for t in range(start, end)}


def assert_tidy(found: tuple[Span, ...]) -> None:
    assert all(start < end for start, end in found)
    assert all(a[1] < b[0] for a, b in pairwise(found)), "sorted, and touching ones are one"


@given(spans)
def test_union_is_on_where_any_is(given_spans: list[Span]) -> None:
    assert_tidy(union(given_spans))
    assert on(union(given_spans)) == on(given_spans)
    assert total_ms(given_spans) == len(on(given_spans))


@given(spans, st.integers(0, 10))
def test_union_closes_gaps_up_to_the_given_length_and_no_longer_ones(
    given_spans: list[Span], gap_ms: int
) -> None:
    joined = union(given_spans, gap_ms=gap_ms)
    assert on(given_spans) <= on(joined)
    assert all(b[0] - a[1] > gap_ms for a, b in pairwise(joined))
    added = on(joined) - on(given_spans)
    assert added == {t for a, b in pairwise(union(given_spans)) if b[0] - a[1] <= gap_ms
                     for t in range(a[1], b[0])}  # fmt: skip


@given(spans, spans)
def test_intersect_and_subtract_are_those_of_sets(a: list[Span], b: list[Span]) -> None:
    for found, expected in [
        (intersect(a, b), on(a) & on(b)),
        (subtract(a, b), on(a) - on(b)),
    ]:
        assert_tidy(found)
        assert on(found) == expected


@given(spans, span)
def test_complement_and_clip_share_out_the_window(given_spans: list[Span], within: Span) -> None:
    inside, outside = clip(given_spans, within), complement(given_spans, within)
    assert_tidy(inside)
    assert_tidy(outside)
    assert on(inside) == on(given_spans) & on([within])
    assert on(outside) == on([within]) - on(given_spans)


@given(span, span)
def test_overlap_is_the_number_of_common_milliseconds(a: Span, b: Span) -> None:
    assert overlap_ms(a, b) == overlap_ms(b, a) == len(on([a]) & on([b]))


@given(st.integers(0, 10**10))
def test_a_millisecond_survives_the_way_through_seconds(value_ms: int) -> None:
    assert to_ms(seconds(value_ms)) == value_ms


@pytest.mark.parametrize(
    ("value_s", "expected_ms"), [(0.0005, 0), (0.0015, 2), (1.2345, 1234), (2.9999, 3000)]
)
def test_seconds_become_the_nearest_millisecond(value_s: float, expected_ms: int) -> None:
    assert to_ms(value_s) == expected_ms


def test_touching_intervals_do_not_overlap() -> None:
    assert overlap_ms((0, 5), (5, 9)) == 0
    assert intersect([(0, 5)], [(5, 9)]) == ()
    assert union([(5, 9), (0, 5)]) == ((0, 9),)
    assert subtract([], [(0, 1)]) == ()
