"""Diarisation errors against numbers worked out by hand, and against a slow count."""

import itertools
import sys

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from alsvoice.errors import MissingExtraError
from alsvoice.evaluate.turns import PROTOCOL, Rules, TurnErrors, turn_errors
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
    nobody_off = (("Ann", 0.0), ("Ben", 0.0))
    assert found == TurnErrors(
        speech_ms=4000, speakers=(2, 2), jaccard_speakers=2, share_errors=nobody_off
    )
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
    assert dict(lost.share_errors) == {"Ann": pytest.approx(1 / 4), "Ben": pytest.approx(-1 / 4)}
    assert found.mean_share_error == pytest.approx(1 / 8)


def test_counts_are_added_before_the_rate_is_taken() -> None:
    one = TurnErrors(missed_ms=100, speech_ms=200, share_errors=(("Ann", 0.1),), speakers=(2, 3))
    two = TurnErrors(
        false_alarm_ms=50,
        confusion_ms=30,
        speech_ms=800,
        jaccard=1.5,
        jaccard_speakers=4,
        share_errors=(("Ben", -0.4),),
        speakers=(4, 4),
    )
    assert one + two == TurnErrors(
        missed_ms=100,
        false_alarm_ms=50,
        confusion_ms=30,
        speech_ms=1000,
        jaccard=1.5,
        jaccard_speakers=4,
        share_errors=(("Ann", 0.1), ("Ben", -0.4)),
        speakers=(6, 7),
    )
    assert ((one + two).der, (one + two).jer) == (0.18, 0.375)
    assert (one + two).share_error == 0.4
    assert (one + two).mean_share_error == 0.25


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


# Jaccard error rate, collar, overlap left out.


@pytest.mark.parametrize(
    ("hypothesis", "errors"),
    [
        (REFERENCE, [0, 0]),
        # Ann: 6 s on both sides, x speaks 2 s more. Ben: nobody.
        (turns(("x", 0, 8000)), [2 / 8, 1]),
        # Ann: 4 of 6 s found, nothing added. Ben: 2 s, 1 s more.
        (turns(("x", 0, 4000), ("y", 4000, 7000)), [2 / 6, 1 / 3]),
        # A third voice is nobody's, and is not counted against anybody but the one who lost it.
        (turns(("x", 0, 4000), ("y", 4000, 6000), ("z", 6000, 8000)), [2 / 6, 0]),
        ([], [1, 1]),
    ],
    ids="same merged late split nothing".split(),
)
def test_jaccard_error_rate_by_hand(hypothesis: list[Turn], errors: list[float]) -> None:
    found = turn_errors(REFERENCE, hypothesis, ALL)
    assert found.jaccard_speakers == 2
    assert found.jer == pytest.approx(sum(errors) / 2)


def slow_jaccard(reference: list[Turn], hypothesis: list[Turn]) -> float | None:
    """Count steps of 100 ms; None where two matchings share the most time: either may be taken."""
    refs = sorted({t.speaker for t in reference if t.duration_ms})
    hyps = sorted({t.speaker for t in hypothesis if t.duration_ms})

    def steps(who: list[Turn], name: str) -> set[int]:
        spans = [range(t.start_ms, t.end_ms, 100) for t in who if t.speaker == name]
        return {step for span in spans for step in span}

    on = {name: steps(reference, name) for name in refs}
    off = {name: steps(hypothesis, name) for name in hyps}
    nobody = [f"-{n}" for n in range(len(refs))]
    rated: dict[tuple[tuple[str, str], ...], int] = {}
    for order in itertools.permutations([*hyps, *nobody], len(refs)):
        pairs = tuple((r, h) for r, h in zip(refs, order, strict=True) if on[r] & off.get(h, set()))
        rated[pairs] = sum(len(on[r] & off[h]) for r, h in pairs)
    most = [pairs for pairs, common in rated.items() if common == max(rated.values())]
    if len(most) != 1 or not refs:
        return None
    partner = dict(most[0])
    rates = [
        len(on[r] ^ off[partner[r]]) / len(on[r] | off[partner[r]]) if r in partner else 1
        for r in refs
    ]
    return sum(rates) / len(rates)


@settings(max_examples=60, deadline=None)
@given(some_turns("abc"), some_turns("xyz"))
def test_jer_is_what_it_says(reference: list[Turn], hypothesis: list[Turn]) -> None:
    expected = slow_jaccard(reference, hypothesis)
    assume(expected is not None)
    assert turn_errors(reference, hypothesis, [(0, 4000)]).jer == pytest.approx(expected)


def test_a_collar_lies_on_each_side_of_a_boundary() -> None:
    late = turns(("x", 250, 4250), ("y", 4250, 6250), ("x", 6250, 8250))
    assert turn_errors(REFERENCE, late, ALL).der == pytest.approx(1000 / 8000)
    found = turn_errors(REFERENCE, late, ALL, Rules(collar_ms=250))
    assert (found.der, found.jer) == (0, 0)
    assert found.speech_ms == 8000 - 6 * 250, "three turns, a quarter at each end"
    assert turn_errors(REFERENCE, late, ALL, Rules(collar_ms=100)).der == pytest.approx(
        4 * 150 / (8000 - 6 * 100)
    )
    assert str(Rules(collar_ms=250)) == "collar 0.25 s on each side, overlap scored"


def test_overlap_may_be_left_out() -> None:
    reference = turns(("Ann", 0, 4000), ("Ben", 3000, 5000))
    found = turn_errors(reference, turns(("x", 0, 3000)), ALL, Rules(skip_overlap=True))
    assert (found.speech_ms, found.missed_ms) == (4000, 1000)
    assert found.share_error == pytest.approx(1 / 3), "shares are those of all turns"
    assert str(Rules(skip_overlap=True)) == "collar 0, overlap not scored"


def test_a_collar_is_no_less_than_nothing() -> None:
    with pytest.raises(ValueError, match="collar"):
        Rules(collar_ms=-1)


def test_without_the_extra_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pyannote.metrics.diarization", None)
    with pytest.raises(MissingExtraError, match=r"extra \[evaluate\]"):
        turn_errors(REFERENCE, REFERENCE, ALL)
