from dataclasses import replace

import pytest

import truth
from alsvoice.measures.phase_guess import guess_phases
from strategies import said, scene

ROLES: dict[str, str | None] = {"Fay": "facilitator", "Pia": "presenter", "Max": "member"}


def test_the_demo_without_its_phases() -> None:
    demo = truth.conversation()
    guessed = guess_phases(replace(demo, phases=()))
    assert [p.name for p in guessed] == [p.name for p in demo.phases]
    for found, true in zip(guessed, demo.phases, strict=True):
        assert found.start_ms == pytest.approx(true.start_ms, abs=8000)


def test_what_is_asked_for_begins_with_the_question() -> None:
    talk = scene(
        said("Fay", 0, 2, "Let's begin with a check-in."),
        said("Max", 3, 5, "I am well, thank you."),
        said("Fay", 10, 12, "What would you like to bring today?", "open_question"),
        said("Pia", 13, 40, "My ward."),
        said("Fay", 50, 52, "We have two minutes before actions.", "other", "time_keeping"),
        said("Fay", 60, 62, "What will you do by Friday?", "open_question"),
        roles=ROLES,
        duration=70,
    )
    assert [(p.name, p.start_ms, p.end_ms) for p in guess_phases(talk)] == [
        ("check_in", 0, 12_000), ("presenting", 12_000, 60_000), ("action_setting", 60_000, 70_000),
    ]  # fmt: skip


def test_members_announce_nothing_where_a_facilitator_is_known() -> None:
    talk = scene(
        said("Max", 0, 2, "Let's begin with a check-in."),
        said("Max", 10, 12, "What would you like to bring?", "open_question"),
        roles=ROLES,
        duration=70,
    )
    assert guess_phases(talk) == ()
    unknown = replace(talk, people=tuple(replace(p, role=None) for p in talk.people))
    assert len(guess_phases(unknown)) == 2


def test_one_announcement_alone_is_no_order() -> None:
    talk = scene(said("Fay", 0, 2, "Let's begin with a check-in."), roles=ROLES, duration=70)
    assert guess_phases(talk) == ()
