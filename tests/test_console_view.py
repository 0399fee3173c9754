"""What the console shows: at any width, in ASCII, without colour, and large."""

import io
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alsvoice.agenda import Now
from alsvoice.audio.capture import State as Sound
from alsvoice.audio.capture import Status
from alsvoice.audio.levels import Level
from alsvoice.cli.console.keys import Mode, State
from alsvoice.cli.console.view import ASCII, Scene, draw
from alsvoice.templates import template

PLAN = template("classic").phases


def scene(spent_s: int = 200, number: int = 3) -> Scene:
    after = PLAN[number + 1] if number + 1 < len(PLAN) else None
    return Scene(
        position_ms=1_500_000,
        time="10:42",
        now=Now(number=number, phase=PLAN[number], spent_ms=1000 * spent_s, next_phase=after),
        plan=PLAN,
        status=Status(level=Level(rms_db=-28, peak_db=-12, silent=False)),
        keys=State(),
        marks=2,
    )


def shown(what: Scene, width: int = 60, *, colour: bool = False) -> str:
    from rich.console import Console

    file = io.StringIO()
    console = Console(
        file=file, width=width, force_terminal=colour, no_color=not colour, legacy_windows=False
    )
    console.print(draw(what, width))
    return file.getvalue()


def test_time_and_phase_are_seen_at_a_glance() -> None:
    text = shown(scene())
    assert "RECORDING" in text
    assert "25:00  10:42" in text
    assert "Exploring" in text
    assert "21:40 left" in text
    assert "3:20 of 25:00" in text
    assert "Next: Action setting, 5 min" in text
    assert "2 marks" in text
    assert "good" in text


@pytest.mark.parametrize(
    ("spent_s", "words"),
    [(1400, "1:40 left"), (1470, "LAST MINUTE 0:30"), (1500, "LAST MINUTE 0:00"),
     (1575, "OVER by 1:15")],
)  # fmt: skip
def test_the_last_minute_and_the_time_over_are_said_in_words(spent_s: int, words: str) -> None:
    assert words in shown(scene(spent_s))
    assert words.upper() in shown(replace(scene(spent_s), large=True))


def test_the_bar_changes_with_the_words() -> None:
    styles = {shown(scene(s), colour=True).split("left")[0].count("\x1b[32m") for s in (100, 200)}
    assert styles != {0}
    assert "\x1b[1;33m" in shown(scene(1470), colour=True)
    assert "\x1b[1;31m" in shown(scene(1575), colour=True)
    assert "!!!" in shown(scene(1800))


@pytest.mark.parametrize("state", list(Sound))
def test_what_the_recorder_does_is_said(state: Sound) -> None:
    text = shown(replace(scene(), status=Status(state=state)))
    words = {
        Sound.RECORDING: "RECORDING", Sound.PAUSED: "off the record",
        Sound.WAITING: "NO MICROPHONE", Sound.ENDED: "ENDED",
    }  # fmt: skip
    assert words[state] in text


def test_without_a_template_there_is_time_alone() -> None:
    none = replace(scene(), now=Now(number=0, phase=None, spent_ms=0, next_phase=None), plan=())
    assert "No template" in shown(none)
    assert "█" in shown(replace(none, large=True))


def test_ascii_needs_nothing_else() -> None:
    for large in (False, True):
        shown(replace(scene(), glyphs=ASCII, large=large)).encode("ascii")


def test_a_round_names_its_presenter() -> None:
    phase = replace(PLAN[1], round=2, presenter="Ben")
    text = shown(replace(scene(), now=Now(number=1, phase=phase, spent_ms=0, next_phase=None)))
    assert "Presenting (round 2: Ben)" in text


@given(
    width=st.integers(30, 200),
    mode=st.sampled_from(Mode),
    large=st.booleans(),
    spent_s=st.integers(0, 40_000),
    word=st.text(max_size=200),
    helping=st.booleans(),
)
def test_no_line_is_wider_than_the_window(
    width: int, mode: Mode, large: bool, spent_s: int, word: str, helping: bool
) -> None:
    keys = State(mode=mode, typed=word, roll=("Ann",), people=("Ann",), help=helping)
    what = replace(scene(spent_s), keys=keys, large=large, messages=("A sentence.",) * 3)
    for line in draw(what, width).renderables:  # type: ignore[union-attr]
        if not line.plain.startswith("!"):  # sentences are folded
            assert len(line.plain) <= width, line.plain


def test_large_digits_are_five_lines_high_and_fit_sixty_columns() -> None:
    for spent_s in (200, 1470, 1575, 9000):
        text = shown(replace(scene(spent_s), large=True))
        assert max(map(len, text.splitlines())) <= 60
        assert "E X P L O R I N G" in text
    rows = [line for line in shown(replace(scene(), large=True)).splitlines() if "██" in line]
    assert len(rows) >= 5
