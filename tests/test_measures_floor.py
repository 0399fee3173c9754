from alsvoice.measures.floor import floor_turns, runs
from alsvoice.measures.lookup import ByTime
from strategies import said, scene


def test_a_listener_does_not_break_the_turn() -> None:
    spoken = scene(
        said("Ben", 0, 10, "it drifted and then it stopped"),
        said("Ann", 9, 9.4, "Mm.", "other", "backchannel"),
        said("Ben", 11, 15, "and nobody came any more"),
        said("Ann", 16, 17, "Who chairs it?", "closed_question"),
    )
    unbroken = runs(floor_turns(spoken))
    assert [(run.person, run.speech_ms) for run in unbroken] == [("Ben", 14_000), ("Ann", 1_000)]


def test_a_short_sound_without_words_is_no_turn_and_a_long_one_is() -> None:
    spoken = scene(
        turns=[("Ben", 0, 5), ("Ann", 2, 2.6), ("Cat", 6, 8)],
        roles={"Ann": "member", "Ben": "presenter", "Cat": "member"},
    )
    assert [turn.speaker for turn in floor_turns(spoken)] == ["Ben", "Cat"]


def test_a_turn_of_listening_and_speaking_takes_the_floor() -> None:
    spoken = scene(
        said("Ann", 0, 0.5, "Right.", "other", "backchannel"),
        said("Ann", 0.6, 3, "and what then?", "open_question"),
        turns=[("Ann", 0, 3)],
    )
    assert len(floor_turns(spoken)) == 1


def test_a_question_is_no_listening_whatever_its_flags() -> None:
    spoken = scene(said("Ann", 0, 0.5, "Yes?", "closed_question", "backchannel"))
    assert len(floor_turns(spoken)) == 1


def test_by_time_finds_what_is_on_though_utterances_overlap() -> None:
    long, short, late = said("A", 0, 9, "a b"), said("A", 1, 2, "c"), said("A", 5, 6, "d")
    found = ByTime([late, short, long])
    assert found.during((3_000, 5_500)) == (long, late)
    assert found.during((2_000, 5_000)) == (long,)
    assert found.starting_in((1_000, 5_000)) == (short,)
    assert found.during((9_000, 20_000)) == ()
