"""What the console shows: drawn of values alone, for any width, with or without colour.

Whatever a colour says, a word says, too. ``large`` is to be read from two metres: the phase in
capitals and the minutes in digits five lines high.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from alsvoice.agenda import Now
from alsvoice.audio.capture import State as Sound
from alsvoice.audio.capture import Status
from alsvoice.cli.console.keys import Mode, State
from alsvoice.formats.fields import clock
from alsvoice.templates import PlannedPhase

if TYPE_CHECKING:
    from rich.console import RenderableType
    from rich.text import Text

__all__ = ["ASCII", "UNICODE", "Glyphs", "Scene", "draw"]

_LAST_MINUTE_MS = 60_000
_QUIETEST_DB = -60.0
_DIGITS = {
    "0": ("###", "# #", "# #", "# #", "###"), "1": ("  #", "  #", "  #", "  #", "  #"),
    "2": ("###", "  #", "###", "#  ", "###"), "3": ("###", "  #", "###", "  #", "###"),
    "4": ("# #", "# #", "###", "  #", "  #"), "5": ("###", "#  ", "###", "  #", "###"),
    "6": ("###", "#  ", "###", "# #", "###"), "7": ("###", "  #", "  #", "  #", "  #"),
    "8": ("###", "# #", "###", "# #", "###"), "9": ("###", "# #", "###", "  #", "###"),
    ":": (" ", "#", " ", "#", " "), "+": ("   ", " # ", "###", " # ", "   "),
}  # fmt: skip
_KEYS = (
    ("space", "next phase"), ("b", "back"), ("p", "pause, off the record"), ("m", "mark"),
    ("t", "note"), ("a", "somebody arrived"), ("l", "somebody left"), ("r", "roll-call"),
    ("q", "stop"),
)  # fmt: skip
_ASKING = {
    Mode.WORD: "Marked. A word for it, or Enter: ",
    Mode.NOTE: "Note: ",
    Mode.ARRIVED: "Who has arrived? ",
    Mode.LEFT: "Who leaves? ",
    Mode.ROLL_NAME: 'Next one: "I\'m …" Type the name, Enter (alone: done): ',
}


@dataclass(frozen=True, slots=True)
class Glyphs:
    """The signs that bars are made of."""

    full: str
    empty: str
    dot: str
    dash: str


UNICODE = Glyphs("█", "░", "●", "–")
ASCII = Glyphs("#", ".", "*", "-")


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """Everything that is shown; ``time`` is the time of day, ``messages`` the newest last."""

    position_ms: int
    time: str
    now: Now
    plan: Sequence[PlannedPhase]
    status: Status
    keys: State
    marks: int = 0
    messages: Sequence[str] = ()
    has_sound: bool = True
    large: bool = False
    glyphs: Glyphs = UNICODE


def draw(scene: Scene, width: int) -> "RenderableType":
    """Return the picture, at most ``width`` columns wide."""
    from rich.console import Group
    from rich.text import Text

    wide = max(30, min(width, 100))
    blank = Text("")
    lines: list[Text] = [_head(scene, wide), blank]
    lines += _large(scene, wide) if scene.large else _phase(scene, wide)
    lines += [blank, *_plan(scene, wide), blank]
    lines += [_level(scene, wide)] if scene.has_sound else []
    lines += [Text(_cut(f"! {m}", 3 * wide), style="bold") for m in scene.messages]
    lines += [blank, *_asking(scene, wide)]
    return Group(*lines)


def _text(words: str, style: str = "") -> "Text":
    from rich.text import Text

    return Text(words, style=style, no_wrap=True, overflow="crop")


def _cut(words: str, width: int) -> str:
    return words if len(words) <= width else words[: width - 1] + "…"


def _head(scene: Scene, width: int) -> "Text":
    words, style = {
        Sound.RECORDING: ("RECORDING" if scene.has_sound else "TIME ONLY", "bold red"),
        Sound.PAUSED: ("PAUSED - off the record", "bold yellow"),
        Sound.WAITING: ("NO MICROPHONE - waiting", "bold yellow"),
        Sound.ENDED: ("ENDED", "bold"),
    }[scene.status.state]
    right = f"{clock(scene.position_ms)}  {scene.time}"
    left = f"{scene.glyphs.dot} {words}"
    line = _text(_cut(left, width - len(right) - 1), style)
    line.append(" " * max(1, width - len(line.plain) - len(right)))
    line.append(right, style="bold")
    return line


def _left_words(now: Now) -> tuple[str, str]:
    """Return how much of the phase is left, and the style that says the same."""
    if now.left_ms is None:
        return "", ""
    if now.left_ms < 0:
        return f"OVER by {clock(-now.left_ms)}", "bold red"
    if now.left_ms <= _LAST_MINUTE_MS:
        return f"LAST MINUTE {clock(now.left_ms)}", "bold yellow"
    return f"{clock(now.left_ms)} left", "green"


def _phase(scene: Scene, width: int) -> list["Text"]:
    now = scene.now
    if now.phase is None:
        ended = "All phases are over." if scene.plan else "No template: time and marks alone."
        return [_text(_cut(ended, width), "bold")]
    left, style = _left_words(now)
    title = _text(_cut(_title(now.phase), width), "bold")
    of = f"{clock(now.spent_ms)} of {clock(now.phase.planned_ms)}"
    of = of if len(left) + len(of) < width else ""
    gap = max(1, width - len(left) - len(of))
    line = _text(left, style)
    line.append(" " * gap + of, style="")
    return [title, _text(_bar(scene, now, width), style), line]


def _title(phase: PlannedPhase) -> str:
    name = phase.name.replace("_", " ").capitalize()
    who = f" {phase.round}: {phase.presenter}" if phase.round and phase.presenter else ""
    who = f" {phase.round}" if phase.round and not phase.presenter else who
    return f"{name}{f' (round{who})' if who else ''}"


def _bar(scene: Scene, now: Now, width: int) -> str:
    """Return a bar of the time spent; over the plan it is full and goes on with dashes."""
    if now.phase is None:
        return ""
    share = now.spent_ms / now.phase.planned_ms
    if share > 1:
        planned = max(1, round(width / share))
        return scene.glyphs.full * planned + "!" * (width - planned)
    full = min(width, int(width * share))
    return scene.glyphs.full * full + scene.glyphs.empty * (width - full)


def _large(scene: Scene, width: int) -> list["Text"]:
    now = scene.now
    if now.phase is None or now.left_ms is None:
        return [
            _text(clock(scene.position_ms), "bold"),
            *_big(clock(scene.position_ms), scene, "", width),
        ]
    words, style = _left_words(now)
    sign = "+" if now.left_ms < 0 else ""
    title = " ".join(_title(now.phase).upper())  # spaced out, twice as wide
    title = title if len(title) <= width else _title(now.phase).upper()
    return [
        _text(_cut(title, width), "bold"),
        _text(""),
        *_big(sign + clock(abs(now.left_ms)), scene, style, width),
        _text(""),
        _text(_bar(scene, now, width), style),
        _text(_cut(words.upper(), width), style),
    ]


def _big(text: str, scene: Scene, style: str, width: int) -> list["Text"]:
    """Return digits five lines high, each dot two columns wide; none where they do not fit."""
    if len(text) * 8 > width:
        return [_text(text, style)]
    rows: list[Text] = []
    for row in range(5):
        cells = "  ".join(
            "".join(2 * (scene.glyphs.full if dot == "#" else " ") for dot in _DIGITS[char][row])
            for char in text
            if char in _DIGITS
        )
        rows.append(_text(cells, style))
    return rows


def _plan(scene: Scene, width: int) -> list["Text"]:
    if scene.now.next_phase is not None:
        after = scene.now.next_phase
        words = f"Next: {_title(after)}, {after.planned_ms / 60_000:g} min"
    elif scene.now.phase is not None:
        words = "Next: the end"
    else:
        words = ""
    marks = f"{scene.marks} mark{'' if scene.marks == 1 else 's'}" if scene.marks else ""
    line = _text(_cut(words, width - len(marks) - 1))
    line.append(" " * max(1, width - len(line.plain) - len(marks)) + marks)
    return [line]


def _level(scene: Scene, width: int) -> "Text":
    """Return the meter: from −60 dBFS to full scale, the loudest moment as a stroke."""
    level = scene.status.level
    size = max(10, min(40, width - 24))
    loud = _steps(level.rms_db, size)
    peak = _steps(level.peak_db, size)
    bar = scene.glyphs.full * loud + scene.glyphs.empty * (size - loud)
    bar = bar[: peak - 1] + "|" + bar[peak:] if peak > loud else bar
    words = "too loud" if level.clipped > 0 else "quiet" if level.rms_db < -50 else "good"
    words = "" if scene.status.state is not Sound.RECORDING else words
    line = _text("Level ")
    line.append(bar, style="red" if level.clipped > 0 else "green")
    line.append(f" {words}")
    return line


def _steps(level_db: float, size: int) -> int:
    return max(0, min(size, round(size * (1 - level_db / _QUIETEST_DB))))


def _asking(scene: Scene, width: int) -> list["Text"]:
    keys = scene.keys
    if keys.mode is Mode.STOP:
        return [_text(_cut("Stop the recording? y: stop, any other key: go on", width), "bold")]
    if keys.mode is Mode.ROLL:
        words = f'Now {keys.roll[0]}: "I\'m {keys.roll[0]}", and a sentence. space: done, s: skip'
        return [_text(words[at : at + width], "bold") for at in range(0, len(words), width)]
    if keys.mode in _ASKING:
        words = _ASKING[keys.mode] + keys.typed + "_"
        return [_text(words[at : at + width], "bold") for at in range(0, len(words), width)]
    if keys.help:
        return [_text(_cut(f"{key:>6}  {does}", width)) for key, does in _KEYS]
    return [_text(_cut("space: next phase  p: pause  m: mark  q: stop  ?: keys", width), "dim")]
