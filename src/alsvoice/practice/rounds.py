"""What is asked and what was answered, as frozen values."""

from dataclasses import dataclass
from enum import StrEnum

from alsvoice.labels import Flag, Label

__all__ = ["Answer", "Exercise", "Item", "Round"]


class Exercise(StrEnum):
    """What the learner does."""

    HEAR = "hear"  # tells open questions, closed questions and advice apart
    REWRITE = "rewrite"  # says a closed question or advice as an open question


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """An utterance to be coded; ``id`` is stable and holds no words.

    ``sound`` says where it can be heard: "demo", a session's id, or nowhere. ``certain`` is False
    where nobody but the machine has coded it.
    """

    id: str
    text: str
    label: Label
    flags: tuple[Flag, ...] = ()
    before: str | None = None
    role: str | None = None
    sound: str | None = None
    start_ms: int = 0
    end_ms: int = 0
    certain: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What was given for an item whose reference is ``label``; no words are kept."""

    item: str
    label: Label
    flags: tuple[Flag, ...]
    given: Label
    took_ms: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Round:
    """One sitting; ``source`` is where items are from, ``delayed`` whether reasons came last."""

    time: str
    who: str
    source: str
    exercise: Exercise
    answers: tuple[Answer, ...]
    delayed: bool = False
