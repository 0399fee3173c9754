"""One correction as a frozen value, and which of them count."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from alsvoice.intervals import Span
from alsvoice.labels import Label
from alsvoice.session import FollowUp

__all__ = ["SHAPING", "Edit", "Op", "active", "counting"]


class Op(StrEnum):
    """What was corrected, or said of a moment."""

    NAME = "name"  # these spans of speech are this person's
    LABEL = "label"  # this utterance's label
    SPEAKER = "speaker"  # who said this utterance
    TEXT = "text"  # what was said in it
    CUT = "cut"  # it is two: the second span holds what follows the cut
    JOIN = "join"  # it and another (``after`` is the other's id) are one
    PHASE = "phase"  # the phase of this number begins at this time (ms); one more: the last ends
    NOTE = "note"  # somebody's word on this moment
    ACTION = "action"  # what became of the action that is said in it: open, done, carried[:DAY]
    HELPFUL = "helpful"  # whether this helped: "yes" or "no"
    UNDO = "undo"  # the edit with this id no longer counts


SHAPING = frozenset({Op.CUT, Op.JOIN})
"""What makes other utterances of those that were heard."""

_WORDED = frozenset({Op.NAME, Op.SPEAKER, Op.TEXT, Op.JOIN, Op.NOTE})


@dataclass(frozen=True, slots=True, kw_only=True)
class Edit:
    """One line of ``edits.jsonl``; ``target`` is an utterance, a voice, a phase or an edit.

    Edits that were made in one go share ``together``: they are undone and redone as one.
    """

    id: str
    time: str
    op: Op
    target: str
    spans: tuple[Span, ...] = ()
    before: str | None = None
    after: str | None = None
    who: str | None = None
    together: str | None = None

    def __post_init__(self) -> None:
        if self.op is Op.LABEL:
            Label(self.after or "")
        if self.op is Op.ACTION:
            FollowUp.of(self.target, self.after or "")
        if self.op in _WORDED and not (self.after or "").strip():
            raise ValueError(f"a {self.op} edit needs what it puts in place")
        if self.op in SHAPING and len(self.spans) != 2:
            raise ValueError(f"a {self.op} edit has two spans")
        if self.op is Op.PHASE and not ((self.after or "").isdecimal() and self.target.isdecimal()):
            raise ValueError("a phase edit has a number and a time")
        if self.op is Op.HELPFUL and self.after not in {"yes", "no"}:
            raise ValueError("a helpful edit says yes or no")


def counting(edits: Sequence[Edit]) -> frozenset[str]:
    """Return the ids of all that counts, undos included; an undone undo does not."""
    undone: set[str] = set()
    for edit in reversed(edits):
        if edit.op is Op.UNDO and edit.id not in undone:
            undone.add(edit.target)
    return frozenset(edit.id for edit in edits if edit.id not in undone)


def active(edits: Sequence[Edit]) -> tuple[Edit, ...]:
    """Return the corrections that count; an undone undo counts again."""
    ids = counting(edits)
    return tuple(edit for edit in edits if edit.op is not Op.UNDO and edit.id in ids)
