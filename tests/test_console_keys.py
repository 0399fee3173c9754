"""What keys do, apart from any terminal."""

import pytest

from alsvoice.cli.console.keyboard import Keyboard
from alsvoice.cli.console.keys import Act, Do, Mode, State, press


def typed(state: State, keys: list[str], at_ms: int = 1000) -> tuple[State, list[Act]]:
    acts: list[Act] = []
    for number, key in enumerate(keys):
        state, act = press(state, key, at_ms + number)
        acts += [act] if act else []
    return state, acts


@pytest.mark.parametrize(
    ("key", "does"),
    [
        (" ", Do.NEXT), ("n", Do.NEXT), ("right", Do.NEXT), ("b", Do.BACK), ("left", Do.BACK),
        ("p", Do.PAUSE), ("P", Do.PAUSE),
    ],
)  # fmt: skip
def test_one_key_does_it(key: str, does: Do) -> None:
    state, [act] = typed(State(), [key])
    assert (act.do, act.at_ms, state.mode) == (does, 1000, Mode.KEYS)


def test_a_mark_stands_where_the_key_was_pressed_not_where_the_word_was_typed() -> None:
    state, acts = typed(State(), ["m", *"golx", "backspace", "d", "enter"])
    assert acts == [Act(do=Do.MARK, at_ms=1000), Act(do=Do.WORD, at_ms=1000, text="gold")]
    assert state == State(since_ms=1000)


def test_what_is_being_typed_is_kept_where_the_typing_is_cut_off() -> None:
    marking, [made] = typed(State(), ["m", *"impor"])
    assert made == Act(do=Do.MARK, at_ms=1000), "the mark does not wait for its word"
    assert marking.unsaid() == Act(do=Do.WORD, at_ms=1000, text="impor")
    assert typed(State(), ["t", *"ask"])[0].unsaid() == Act(do=Do.NOTE, at_ms=1000, text="ask")
    assert typed(State(), ["t"])[0].unsaid() is None
    assert typed(State(), ["q"])[0].unsaid() is None


def test_off_the_record_and_the_end_are_in_reach_during_the_roll_call() -> None:
    people = State(people=("Ann", "Ben"))
    state, acts = typed(people, ["r", "p"])
    assert [act.do for act in acts] == [Do.PAUSE] and state.mode is Mode.ROLL
    assert typed(people, ["r", "q"])[0].mode is Mode.STOP


@pytest.mark.parametrize("end", ["enter", "escape"])
def test_a_mark_needs_no_word(end: str) -> None:
    assert typed(State(), ["m", end])[1] == [Act(do=Do.MARK, at_ms=1000)]


def test_a_note_given_up_is_none() -> None:
    assert typed(State(), ["t", "x", "escape"])[1] == []
    assert typed(State(), ["t", "enter"])[1] == []
    assert typed(State(), ["t", " ", "q", "enter"])[1][0].text == "q"


def test_stopping_is_asked_once() -> None:
    assert typed(State(), ["q"])[0].mode is Mode.STOP
    assert typed(State(), ["q", "n"])[1] == []
    assert typed(State(), ["q", "y"])[1][0].do is Do.STOP
    assert typed(State(), ["q", "q"])[1][0].do is Do.STOP


def test_a_name_is_completed_where_only_one_begins_so() -> None:
    people = State(people=("Ann", "Anjali", "Ben"))
    assert typed(people, ["a", "b", "enter"])[1][0] == Act(do=Do.ARRIVED, at_ms=1000, text="Ben")
    assert typed(people, ["l", "A", "n", "enter"])[1][0].text == "An"


def test_roll_call_goes_through_everybody_and_then_asks_for_others() -> None:
    state = State(people=("Ann", "Ben", "Cat")).roll_call(500)
    state, acts = typed(state, [" ", "s", " ", *"Dan", "enter", "enter"])
    assert [(a.text, a.at_ms, a.end_ms) for a in acts] == [
        ("Ann", 500, 1000), ("Cat", 1001, 1002), ("Dan", 1002, 1006)
    ]  # fmt: skip
    assert state.mode is Mode.KEYS
    assert state.people == ("Ann", "Ben", "Cat", "Dan")


def test_roll_call_can_be_left() -> None:
    assert typed(State(people=("Ann",)).roll_call(0), ["x", "escape"])[0].mode is Mode.KEYS
    assert State().roll_call(0).mode is Mode.ROLL_NAME


@pytest.mark.parametrize(
    ("sent", "keys"),
    [
        (b"n \r", ["n", " ", "enter"]),
        (b"\x1b[C\x1b[D\x1bOC", ["right", "left", "right"]),
        (b"\x1b", ["escape"]),
        (b"\x1b[15~x", ["x"]),
        (b"\x7f\x08", ["backspace", "backspace"]),
        ("é".encode(), ["é"]),
        (b"\xff", ["�"]),
    ],
)
def test_what_a_terminal_sends(sent: bytes, keys: list[str]) -> None:
    assert Keyboard().keys(sent) == keys


def test_a_letter_may_come_in_two_pieces() -> None:
    keyboard = Keyboard()
    assert keyboard.keys("é".encode()[:1]) == []
    assert keyboard.keys("é".encode()[1:]) == ["é"]
