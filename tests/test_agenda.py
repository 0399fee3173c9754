"""Phases, marks and attendance as they follow from the keys that were pressed."""

import pytest

from alsvoice import agenda
from alsvoice.agenda import UNDO_MS, Entry, Kind
from alsvoice.formats import record_log
from alsvoice.noted import Attendance, Gap, Mark, VoiceSample
from alsvoice.templates import PlannedPhase, schedule, template

PLAN = (
    PlannedPhase(name="one", planned_ms=60_000),
    PlannedPhase(name="two", planned_ms=120_000),
    PlannedPhase(name="three", planned_ms=60_000),
)


def steps(*moves: tuple[int, int]) -> list[Entry]:
    return [Entry(kind=Kind.PHASE, at_ms=at_ms, number=number) for at_ms, number in moves]


def spans(entries: list[Entry], end_ms: int) -> list[tuple[str, int, int, int | None]]:
    return [
        (p.name, p.start_ms, p.end_ms, p.planned_ms) for p in agenda.phases(PLAN, entries, end_ms)
    ]


def test_each_phase_lasts_until_the_next() -> None:
    assert spans(steps((0, 0), (50_000, 1), (200_000, 2)), 250_000) == [
        ("one", 0, 50_000, 60_000),
        ("two", 50_000, 200_000, 120_000),
        ("three", 200_000, 250_000, 60_000),
    ]


def test_a_step_taken_back_at_once_was_a_slip() -> None:
    slip = steps((0, 0), (50_000, 1), (50_000 + UNDO_MS - 1, 0), (90_000, 1))
    assert [(n, a, b) for n, a, b, _ in spans(slip, 100_000)] == [
        ("one", 0, 90_000), ("two", 90_000, 100_000)
    ]  # fmt: skip


def test_a_phase_that_is_gone_back_to_later_stands_there_twice_and_is_planned_once() -> None:
    back = steps((0, 0), (50_000, 1), (100_000, 0), (130_000, 1))
    assert spans(back, 140_000) == [
        ("one", 0, 50_000, 60_000), ("two", 50_000, 100_000, 120_000),
        ("one", 100_000, 130_000, None), ("two", 130_000, 140_000, None),
    ]  # fmt: skip
    now = agenda.now(PLAN, back, 140_000)
    assert (now.number, now.spent_ms, now.left_ms) == (1, 60_000, 60_000)


def test_after_the_last_phase_there_is_none_and_nothing_outlasts_the_sound() -> None:
    over = steps((0, 2), (50_000, 3))
    assert spans(over, 80_000) == [("three", 0, 50_000, 60_000)]
    assert agenda.now(PLAN, over, 80_000).phase is None
    assert spans(steps((0, 0), (70_000, 1)), 60_000) == [("one", 0, 60_000, 60_000)]


def test_before_any_key_nothing_is_known() -> None:
    assert agenda.phases(PLAN, [], 1000) == ()
    assert agenda.now((), [], 1000).phase is None


def test_over_the_plan_what_is_left_is_negative() -> None:
    now = agenda.now(PLAN, steps((0, 0)), 75_000)
    assert now.left_ms == -15_000
    assert now.next_phase == PLAN[1]


def test_the_rest_of_the_log() -> None:
    entries = [
        Entry(kind=Kind.MARK, at_ms=5, text="gold"),
        Entry(kind=Kind.NOTE, at_ms=7, text="ask again"),
        Entry(kind=Kind.GAP, at_ms=10, end_ms=20, text="paused"),
        Entry(kind=Kind.VOICE, at_ms=30, end_ms=40, text="Ann"),
        Entry(kind=Kind.VOICE, at_ms=50, end_ms=60, text="Ann"),
        Entry(kind=Kind.ARRIVED, at_ms=70, text="Ben"),
        Entry(kind=Kind.LEFT, at_ms=90, text="Ben"),
    ]
    assert agenda.marks(entries) == (
        Mark(at_ms=5, text="gold"), Mark(at_ms=7, text="ask again", kind="note")
    )  # fmt: skip
    assert agenda.gaps(entries) == (Gap(start_ms=10, end_ms=20, cause="paused"),)
    assert agenda.voices(entries) == (VoiceSample(name="Ann", start_ms=50, end_ms=60),)
    assert agenda.attendance(entries) == (Attendance(name="Ben", arrived_ms=70, left_ms=90),)


def test_a_mark_is_written_at_once_and_again_with_its_word() -> None:
    entries = [
        Entry(kind=Kind.MARK, at_ms=5),
        Entry(kind=Kind.MARK, at_ms=5, text="gold"),
        Entry(kind=Kind.MARK, at_ms=9),
    ]
    assert agenda.marks(entries) == (Mark(at_ms=5, text="gold"), Mark(at_ms=9))


def test_a_voice_that_was_off_the_record_is_no_sample() -> None:
    entries = [
        Entry(kind=Kind.VOICE, at_ms=0, end_ms=1000, text="Ann"),
        Entry(kind=Kind.VOICE, at_ms=1000, end_ms=2000, text="Ben"),
        Entry(kind=Kind.GAP, at_ms=900, end_ms=2500, text="paused"),
    ]
    assert [each.name for each in agenda.voices(entries)] == ["Ann"]


@pytest.mark.parametrize("cut", range(0, 60, 7))
def test_a_log_gives_back_what_was_written_but_for_a_torn_last_line(cut: int) -> None:
    entries = steps((0, 0), (50_000, 1))
    data = record_log.serialize_plan(PLAN) + b"".join(map(record_log.serialize, entries))
    assert record_log.parse(data) == (PLAN, tuple(entries))
    plan, found = record_log.parse(data[: len(data) - cut])
    assert plan == PLAN
    assert found == (tuple(entries) if cut <= 1 else tuple(entries[:1]))


def test_several_presenters_have_a_round_each() -> None:
    plan = schedule(template("several"), ["Ben", "Cat", "Dan"])
    rounds = [(p.name, p.round, p.presenter) for p in plan]
    assert rounds[0] == ("check_in", None, None)
    assert rounds[1] == ("presenting", 1, "Ben")
    assert rounds[-1] == ("process_review", None, None)
    assert len([r for r in rounds if r[0] == "presenting"]) == 3
    assert {r[2] for r in rounds if r[1] == 3} == {"Dan"}
    assert [p.round for p in schedule(template("several"), []) if p.name == "exploring"] == [1, 2]
    found = agenda.phases(plan, steps((0, 0), (10, 1), (20, 5)), 30)
    assert [(p.round, p.presenter) for p in found] == [(None, None), (1, "Ben"), (2, "Cat")]
