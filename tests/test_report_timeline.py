"""The timeline's arithmetic and the words of a report, on values small enough to check by hand."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alsvoice.report import wording
from alsvoice.report.timeline import Bar, Flag, Moment, Voice, build

ANN = Voice(
    name="Ann",
    detail="member",
    spans=((0, 10_000), (10_200, 20_000), (50_000, 60_000)),
    moments=(
        Moment(start_ms=55_000, end_ms=60_000, kind="open", anchor="u-2", title="b", wait_ms=5000),
        Moment(start_ms=5000, end_ms=9000, kind="advice", anchor="u-1", title="a", wait_ms=2999),
    ),
)
BEN = Voice(name="Ben", detail="presenter", spans=(), moments=())


def test_a_timeline_by_hand() -> None:
    drawn = build([ANN, BEN], [("Clarifying", (0, 50_000))], 100_000, long_wait_ms=3000)
    assert drawn is not None
    ann, ben = drawn.lanes
    assert ann.bars == (Bar(left=0.0, width=20.0), Bar(left=50.0, width=10.0))
    assert [(mark.anchor, mark.left) for mark in ann.marks] == [("u-1", 5.0), ("u-2", 55.0)]
    assert [mark.wait for mark in ann.marks] == [None, Bar(left=60.0, width=5.0)]
    assert not ben.bars
    assert not ben.marks
    assert ben.top - ann.top == drawn.lane
    assert ann.top == drawn.head
    [band] = drawn.bands
    assert (band.title, band.detail) == (("1. Clarifying",), "Clarifying, 0:00 to 0:50")
    assert band.bar == Bar(left=0.0, width=50.0)
    assert [tick.text for tick in drawn.ticks] == ["0:00", "0:30", "1:00", "1:30"]
    assert [tick.side for tick in drawn.ticks] == ["start", "middle", "middle", "middle"]


def test_long_names_of_phases_stand_on_two_lines() -> None:
    phases = [("Action setting", (0, 10)), ("Check in", (10, 20)), ("A very long name", (20, 30))]
    drawn = build([BEN], phases, 30, long_wait_ms=0)
    assert drawn is not None
    assert [band.title for band in drawn.bands] == [
        ("1. Action", "setting"),
        ("2. Check in",),
        ("3. A very", "long name"),
    ]


def test_what_was_noted_and_never_recorded_stands_on_the_timeline() -> None:
    drawn = build(
        [ANN], [], 100_000, long_wait_ms=0,
        gaps=[(0, 10_000)], unheard=[(20_000, 25_000)], noted=[(75_000, "the penny dropped")],
    )  # fmt: skip
    assert drawn is not None
    assert drawn.gaps == (Bar(left=0.0, width=10.0),)
    assert drawn.unheard == (Bar(left=20.0, width=5.0),)
    assert drawn.flags == (Flag(left=75.0, title="1:15: the penny dropped"),)


def test_nobody_or_no_time_is_not_drawn() -> None:
    assert build([], [], 1000, long_wait_ms=0) is None
    assert build([ANN], [], 0, long_wait_ms=0) is None


@given(st.integers(1, 10**9))
def test_times_below_the_lanes_are_few_and_round(duration_ms: int) -> None:
    drawn = build([BEN], [], duration_ms, long_wait_ms=0)
    assert drawn is not None
    assert 1 <= len(drawn.ticks) <= 9
    assert all(0 <= tick.left < 100 for tick in drawn.ticks)
    assert drawn.ticks[0].text == "0:00"


@given(st.lists(st.tuples(st.integers(0, 2000), st.integers(0, 2000))))
def test_nothing_is_drawn_outside(spans: list[tuple[int, int]]) -> None:
    voice = Voice(name="A", detail="", spans=tuple(spans), moments=())
    drawn = build([voice], [], 1000, long_wait_ms=0)
    assert drawn is not None
    for bar in drawn.lanes[0].bars:
        assert 0 <= bar.left <= bar.left + bar.width <= 100.001


@pytest.mark.parametrize(
    ("value", "said"),
    [(None, "not known"), (0, "0%"), (0.125, "13%"), (0.625, "63%"), (0.9949, "99%"), (1, "100%")],
)
def test_shares_in_words(value: float | None, said: str) -> None:
    assert wording.percent(value) == said


def test_lengths_and_times_in_words() -> None:
    assert wording.duration(59.6) == "1:00"
    assert wording.moment(59.6) == "0:59"
    assert wording.short_seconds(7.42) == "7.4 s"
    unknown = [wording.duration(None), wording.moment(None), wording.short_seconds(None)]
    assert unknown == ["not known"] * 3
    assert wording.likely(None) == ""
    assert wording.points(None) is None


@pytest.mark.parametrize(
    ("started", "said"),
    [
        ("2026-11-23", "23 November 2026"),
        ("2026-11-23T09:30:00+00:00", "23 November 2026, 09:30"),
        ("last Monday", "last Monday"),
        (None, "not known"),
    ],
)
def test_dates_in_words(started: str | None, said: str) -> None:
    assert wording.date_words(started) == said


def test_counts_and_names_in_words() -> None:
    assert wording.counted(0, "question", "questions") == "no questions"
    assert wording.counted(1, "question", "questions") == "1 question"
    assert wording.counted(None, "question", "questions") == "questions: not known"
    assert wording.phase_title("process_review") == "Process review"
    assert wording.phase_title(None) == "Not known"
    assert wording.text_or(" \n ") == "not known"
    assert wording.text_or(0) == "0"


COUNTS = {"open": 0, "closed": 0, "advice": 0, "statements": 0}
ROLES = {"scope": {"roles": ["member"], "phases": []}}


@pytest.mark.parametrize(
    ("balance", "said"),
    [
        ({}, "is left open until it is known who presents"),
        ({**COUNTS, "scope": {"roles": []}}, "is left open"),
        ({**COUNTS, **ROLES}, "No helping by the members was heard"),
        ({**COUNTS, **ROLES, "open": 1}, "asked 1 question and made no statements or suggestions."),
        (
            {**COUNTS, **ROLES, "advice": 1, "q_share": 0.0},
            "asked no questions and made 1 statement or suggestion: 0% of their helping",
        ),
    ],
)
def test_the_headline_in_words(balance: dict[str, object], said: str) -> None:
    assert said in wording.balance_sentence(balance)


def test_the_scope_of_the_headline_in_words() -> None:
    assert wording.scope_sentence(ROLES) == "Counted over the whole session."
    phases = {"scope": {"roles": ["member"], "phases": ["clarifying", "open_questions", "x"]}}
    assert wording.scope_sentence(phases).endswith("helping: Clarifying, Open questions and X.")
