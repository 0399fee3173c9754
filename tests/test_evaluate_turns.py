"""Diarisation errors against numbers worked out by hand, and against a slow count."""

import itertools
import sys

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from alsvoice.errors import MissingExtraError
from alsvoice.evaluate.turns import PROTOCOL, TurnErrors, turn_errors
from alsvoice.intervals import Span
from alsvoice.transcript import Turn

ALL = [(0, 10_000)]


def turns(*rows: tuple[str, int, int]) -> list[Turn]:
    return [Turn(speaker=who, start_ms=start, end_ms=end) for who, start, end in rows]


REFERENCE = turns(("Ann", 0, 4000), ("Ben", 4000, 6000), ("Ann", 6000, 8000))


@pytest.mark.parametrize(
    ("hypothesis", "missed", "false_alarm", "confusion"),
    [
        (REFERENCE, 0, 0, 0),
        (turns(("x", 0, 4000), ("y", 4000, 6000), ("x", 6000, 8000)), 0, 0, 0),
        (turns(("x", 0, 4000), ("y", 4000, 6000)), 2000, 0, 0),
        (turns(("x", 0, 4000), ("y", 4000, 6000), ("x", 6000, 9000)), 0, 1000, 0),
        (turns(("x", 0, 8000)), 0, 0, 2000),
        (turns(("x", 0, 4000), ("y", 4000, 6000), ("z", 6000, 8000)), 0, 0, 2000),
        (turns(("x", 0, 5000), ("y", 5000, 6000), ("x", 6000, 8000)), 0, 0, 1000),
        (turns(("x", 0, 8000), ("y", 4000, 6000)), 0, 2000, 0),
        ([], 8000, 0, 0),
    ],
    ids="same renamed missed late merged split border overlap nothing".split(),
)
def test_each_kind_of_error(
    hypothesis: list[Turn], missed: int, false_alarm: int, confusion: int
) -> None:
    found = turn_errors(REFERENCE, hypothesis, ALL)
    counts = (found.missed_ms, found.false_alarm_ms, found.confusion_ms)
    assert counts == (missed, false_alarm, confusion)
    assert found.speech_ms == 8000
    assert found.der == pytest.approx((missed + false_alarm + confusion) / 8000)


def test_overlap_is_scored_and_there_is_no_collar() -> None:
    reference = turns(("Ann", 0, 4000), ("Ben", 3000, 5000))
    found = turn_errors(reference, turns(("x", 0, 3990), ("y", 4000, 5000)), ALL)
    assert found.speech_ms == 6000
    assert (found.missed_ms, found.confusion_ms, found.false_alarm_ms) == (1010, 0, 0)
    assert PROTOCOL == "collar 0, overlap scored"


def test_only_what_lies_in_the_scored_region_counts() -> None:
    hypothesis = turns(("x", 0, 4000), ("y", 4000, 6000), ("x", 6000, 8000), ("z", 8500, 9900))
    found = turn_errors(REFERENCE, hypothesis, [(0, 2000), (4000, 6000)])
    assert found == TurnErrors(speech_ms=4000, speakers=(2, 2))
    late = turn_errors(REFERENCE, [*hypothesis[:2], *turns(("y", 6000, 9900))], [(0, 6000)])
    assert late.share_error == 0, "what y says later is not scored"
    assert turn_errors(REFERENCE, hypothesis, []) == TurnErrors()


def test_a_speakers_own_overlaps_count_once() -> None:
    twice = turns(("Ann", 0, 3000), ("Ann", 2000, 4000), ("Ben", 4000, 6000), ("Ann", 6000, 8000))
    assert turn_errors(twice, REFERENCE, ALL) == turn_errors(REFERENCE, REFERENCE, ALL)
    assert turn_errors(REFERENCE, twice, ALL) == turn_errors(REFERENCE, REFERENCE, ALL)


def test_turns_without_length_are_nothing() -> None:
    hypothesis = [*REFERENCE, *turns(("z", 5000, 5000))]
    assert turn_errors(REFERENCE, hypothesis, ALL) == turn_errors(REFERENCE, REFERENCE, ALL)


def test_without_reference_speech_there_is_no_rate() -> None:
    found = turn_errors([], turns(("x", 0, 500)), ALL)
    assert (found.false_alarm_ms, found.der, found.share_error) == (500, None, 0)
    assert turn_errors([], [], ALL) == TurnErrors()


def test_the_error_of_a_talk_share_is_that_of_the_worst_person() -> None:
    # Ann speaks 6 of 8 s; found as x with 5 of 8, Ben as y with 3 of 8.
    found = turn_errors(REFERENCE, turns(("x", 0, 4000), ("y", 4000, 7000), ("x", 7000, 8000)), ALL)
    assert found.share_error == pytest.approx(1 / 8)
    lost = turn_errors(REFERENCE, turns(("x", 0, 4000), ("x", 6000, 8000)), ALL)
    assert lost.share_error == pytest.approx(1 / 4), "Ben is not there at all"
    assert lost.speakers == (2, 1)


def test_counts_are_added_before_the_rate_is_taken() -> None:
    one = TurnErrors(missed_ms=100, speech_ms=200, share_error=0.1, speakers=(2, 3))
    two = TurnErrors(
        false_alarm_ms=50, confusion_ms=30, speech_ms=800, share_error=0.4, speakers=(4, 4)
    )
    assert one + two == TurnErrors(
        missed_ms=100,
        false_alarm_ms=50,
        confusion_ms=30,
        speech_ms=1000,
        share_error=0.4,
        speakers=(6, 7),
    )
    assert (one + two).der == 0.18


# Against a slow count.


def slow_errors(
    reference: list[Turn], hypothesis: list[Turn], uem: list[Span]
) -> tuple[int, int, int, int]:
    """Go step by step of 100 ms, under the best of all matchings of speakers."""
    refs = sorted({t.speaker for t in reference})
    hyps = sorted({t.speaker for t in hypothesis})
    steps = [s for start, end in uem for s in range(start, end, 100)]

    def on(who: list[Turn], step: int) -> set[str]:
        return {t.speaker for t in who if t.start_ms <= step < t.end_ms}

    pairs = [(on(reference, s), on(hypothesis, s)) for s in steps]
    missed = sum(max(0, len(r) - len(h)) for r, h in pairs)
    false_alarm = sum(max(0, len(h) - len(r)) for r, h in pairs)
    size = max(len(refs), len(hyps))
    refs += [f"-{n}" for n in range(size - len(refs))]
    matched = max(
        sum(len({dict(zip(hyps, order, strict=False))[x] for x in h} & r) for r, h in pairs)
        for order in itertools.permutations(refs)
    )
    both = sum(min(len(r), len(h)) for r, h in pairs)
    return (
        100 * missed,
        100 * false_alarm,
        100 * (both - matched),
        100 * sum(len(r) for r, _ in pairs),
    )


def some_turns(speakers: str) -> st.SearchStrategy[list[Turn]]:
    row = st.tuples(st.sampled_from(speakers), st.integers(0, 30), st.integers(0, 10))
    return st.lists(row, max_size=6).map(
        lambda rows: turns(*((who, 100 * a, 100 * (a + b)) for who, a, b in rows))
    )


@settings(max_examples=60, deadline=None)
@given(
    some_turns("abc"),
    some_turns("xyz"),
    st.sampled_from([[(0, 4000)], [(500, 1500), (2000, 3000)]]),
)
def test_der_is_what_it_says(
    reference: list[Turn], hypothesis: list[Turn], uem: list[Span]
) -> None:
    found = turn_errors(reference, hypothesis, uem)
    counts = (found.missed_ms, found.false_alarm_ms, found.confusion_ms, found.speech_ms)
    assert counts == slow_errors(reference, hypothesis, uem)
    assert 0 <= found.share_error <= 1


def test_without_the_extra_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pyannote.metrics.diarization", None)
    with pytest.raises(MissingExtraError, match=r"extra \[evaluate\]"):
        turn_errors(REFERENCE, REFERENCE, ALL)
