"""A person's corrections: lines that are only ever added, and what they make of a session."""

from alsvoice.edits.applying import Applied, apply
from alsvoice.edits.edit import SHAPING, Edit, Op, active, counting
from alsvoice.edits.history import History, history
from alsvoice.edits.marks import NO_FEEDBACK, Feedback, Note, feedback
from alsvoice.edits.phases import room_of, with_borders
from alsvoice.edits.settling import settle
from alsvoice.edits.shaping import Piece, Shaped, shape, split_words
from alsvoice.edits.voices import named_voices, voices_by_sound
from alsvoice.edits.wording import with_texts

__all__ = [
    "NO_FEEDBACK",
    "SHAPING",
    "Applied",
    "Edit",
    "Feedback",
    "History",
    "Note",
    "Op",
    "Piece",
    "Shaped",
    "active",
    "apply",
    "counting",
    "feedback",
    "history",
    "named_voices",
    "room_of",
    "settle",
    "shape",
    "split_words",
    "voices_by_sound",
    "with_borders",
    "with_texts",
]
