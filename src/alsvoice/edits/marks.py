"""What people said of a moment: notes, and marks of what helped."""

from collections.abc import Sequence
from dataclasses import dataclass

from alsvoice.edits.edit import Edit, Op
from alsvoice.edits.finding import found_by, targets
from alsvoice.transcript import Utterance

__all__ = ["NO_FEEDBACK", "Feedback", "Note", "feedback"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    """A word on a moment; ``edit`` made it, ``utterance`` is None where nothing is said there."""

    edit: str
    utterance: str | None
    start_ms: int
    text: str
    who: str | None
    time: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Feedback:
    """What members wrote, in order of the moments, and the utterances that helped."""

    notes: tuple[Note, ...] = ()
    helpful: frozenset[str] = frozenset()


NO_FEEDBACK = Feedback()
"""What there is where nobody wrote or marked anything."""


def feedback(
    utterances: Sequence[Utterance], edits: Sequence[Edit]
) -> tuple[Feedback, tuple[Edit, ...]]:
    """Return the notes and marks that count, and the marks that found nothing to hold on to."""
    there = {utterance.id for utterance in utterances}
    notes = [_note(utterances, there, edit) for edit in edits if edit.op is Op.NOTE]
    marks, lost = targets(utterances, [edit for edit in edits if edit.op is Op.HELPFUL])
    helpful = frozenset(uid for uid, held in marks.items() if held[-1].after == "yes")
    ordered = tuple(sorted(notes, key=lambda note: (note.start_ms, note.time)))
    return Feedback(notes=ordered, helpful=helpful), tuple(lost)


def _note(utterances: Sequence[Utterance], there: set[str], edit: Edit) -> Note:
    return Note(
        edit=edit.id,
        utterance=edit.target if edit.target in there else found_by(utterances, edit.spans),
        start_ms=edit.spans[0][0] if edit.spans else 0,
        text=edit.after or "",
        who=edit.who,
        time=edit.time,
    )
