"""What a key does: a state and a key give a state and at most one act. Nothing is drawn here."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

__all__ = ["BACKSPACE", "ENTER", "ESCAPE", "LEFT", "RIGHT", "Act", "Do", "Mode", "State", "press"]

ENTER, ESCAPE, BACKSPACE, LEFT, RIGHT = "enter", "escape", "backspace", "left", "right"
_LONGEST = 200


class Mode(StrEnum):
    """What the next key means."""

    KEYS = "keys"
    WORD = "word"  # a word for the mark that was just made
    NOTE = "note"
    ARRIVED = "arrived"
    LEFT = "left"
    STOP = "stop"  # asked once
    ROLL = "roll"  # roll-call: this person speaks now
    ROLL_NAME = "roll_name"  # roll-call: whoever speaks now, the name is typed


class Do(StrEnum):
    """What is to be done."""

    NEXT = "next"
    BACK = "back"
    PAUSE = "pause"  # or resume
    MARK = "mark"
    WORD = "word"  # what the mark made at that moment was about
    NOTE = "note"
    ARRIVED = "arrived"
    LEFT = "left"
    VOICE = "voice"
    STOP = "stop"


@dataclass(frozen=True, slots=True, kw_only=True)
class Act:
    """One thing to do; ``at_ms`` is when the key was pressed that began it."""

    do: Do
    at_ms: int
    end_ms: int | None = None
    text: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class State:
    """What the keys have led to; ``roll`` are the people who have not said their name yet."""

    mode: Mode = Mode.KEYS
    typed: str = ""
    since_ms: int = 0
    help: bool = False
    people: tuple[str, ...] = ()
    roll: tuple[str, ...] = ()

    def asking_to_stop(self) -> "State":
        """Return the state that asks whether to stop; see ``unsaid``."""
        return replace(self, mode=Mode.STOP, typed="")

    def unsaid(self) -> Act | None:
        """Return what was being typed, to be kept where the typing is cut off."""
        return _kept(self) if self.mode in _TYPED else None

    def roll_call(self, at_ms: int) -> "State":
        """Return the state in which everybody says their name in turn."""
        mode = Mode.ROLL if self.people else Mode.ROLL_NAME
        return replace(self, mode=mode, typed="", since_ms=at_ms, roll=self.people)


_TYPING = {
    "m": Mode.WORD,
    "t": Mode.NOTE,
    "a": Mode.ARRIVED,
    "l": Mode.LEFT,
}
_TYPED = {
    Mode.WORD: Do.WORD,
    Mode.NOTE: Do.NOTE,
    Mode.ARRIVED: Do.ARRIVED,
    Mode.LEFT: Do.LEFT,
}
_MOVES = {"n": Do.NEXT, " ": Do.NEXT, RIGHT: Do.NEXT, "b": Do.BACK, LEFT: Do.BACK, "p": Do.PAUSE}


def press(state: State, key: str, at_ms: int) -> tuple[State, Act | None]:
    """Return what a key leads to."""
    match state.mode:
        case Mode.KEYS:
            return _command(state, key, at_ms)
        case Mode.STOP:
            wants = key in {"y", "Y", "q", ENTER}
            return replace(state, mode=Mode.KEYS), Act(do=Do.STOP, at_ms=at_ms) if wants else None
        case Mode.ROLL:
            return _roll(state, key, at_ms)
        case Mode.ROLL_NAME:
            return _roll_name(state, key, at_ms)
        case _:
            return _typing(state, key)


def _command(state: State, key: str, at_ms: int) -> tuple[State, Act | None]:
    small = key.lower() if len(key) == 1 else key
    if small in _MOVES:
        return state, Act(do=_MOVES[small], at_ms=at_ms)
    if small in _TYPING:
        typing = replace(state, mode=_TYPING[small], typed="", since_ms=at_ms)
        return typing, Act(do=Do.MARK, at_ms=at_ms) if small == "m" else None
    if small == "q":
        return state.asking_to_stop(), None
    if small == "r":
        return state.roll_call(at_ms), None
    if small in {"?", "h"}:
        return replace(state, help=not state.help), None
    return state, None


def _typing(state: State, key: str) -> tuple[State, Act | None]:
    """Type a text; what was marked is marked already, whatever becomes of its word."""
    if key not in {ENTER, ESCAPE}:
        return _typed(state, key), None
    done = replace(state, mode=Mode.KEYS, typed="")
    return done, _kept(state) if key == ENTER else None


def _kept(state: State) -> Act | None:
    """Return what the typed text says; None where there is none."""
    do, text = _TYPED[state.mode], state.typed.strip()
    if do in {Do.ARRIVED, Do.LEFT}:
        text = completed(text, state.people)
    return Act(do=do, at_ms=state.since_ms, text=text) if text else None


def _typed(state: State, key: str) -> State:
    if key == BACKSPACE:
        return replace(state, typed=state.typed[:-1])
    if len(key) == 1 and key.isprintable():
        return replace(state, typed=(state.typed + key)[:_LONGEST])
    return state


def _roll(state: State, key: str, at_ms: int) -> tuple[State, Act | None]:
    if key == ESCAPE:
        return replace(state, mode=Mode.KEYS, roll=()), None
    if key.lower() == "p":
        return state, Act(do=Do.PAUSE, at_ms=at_ms)
    if key.lower() == "q":
        return state.asking_to_stop(), None
    skipped = key.lower() == "s"
    if not skipped and key not in {" ", ENTER, RIGHT, "n"}:
        return state, None
    name, left = state.roll[0], state.roll[1:]
    mode = Mode.ROLL if left else Mode.ROLL_NAME
    after = replace(state, mode=mode, roll=left, since_ms=at_ms, typed="")
    said = Act(do=Do.VOICE, at_ms=state.since_ms, end_ms=at_ms, text=name)
    return after, None if skipped else said


def _roll_name(state: State, key: str, at_ms: int) -> tuple[State, Act | None]:
    """Type the name of whoever said it; none ends the roll-call."""
    name = state.typed.strip()
    if key == ESCAPE or (key == ENTER and not name):
        return replace(state, mode=Mode.KEYS, typed=""), None
    if key != ENTER:
        return _typed(state, key), None
    known = state.people if name in state.people else (*state.people, name)
    after = replace(state, typed="", since_ms=at_ms, people=known)
    return after, Act(do=Do.VOICE, at_ms=state.since_ms, end_ms=at_ms, text=name)


def completed(text: str, people: Sequence[str]) -> str:
    """Return the one name that begins so, else the text as it was typed."""
    found = [name for name in people if text and name.casefold().startswith(text.casefold())]
    return found[0] if len(found) == 1 else text
