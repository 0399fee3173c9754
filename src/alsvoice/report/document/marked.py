"""``notes``, ``agreement`` and marks: what members said of moments, and of the machine's labels."""

from collections.abc import Mapping
from typing import Any

from alsvoice.edits import Feedback, Note
from alsvoice.intervals import seconds
from alsvoice.measures.acts import Act
from alsvoice.measures.measured import Measured

__all__ = ["with_marks"]


def with_marks(
    document: Mapping[str, Any],
    found: Measured,
    feedback: Feedback,
    agreement: Mapping[str, Any] | None,
) -> dict[str, Any]:
    """Return the document with the marks beside its counts and rows."""
    helpful = [act for act in found.acts if _helped(act, feedback)]
    said_by = {coded.utterance.id: coded.person for coded in found.conversation.utterances}
    return {
        **document,
        "participants": [
            {**row, "helpful": sum(act.person == row["id"] for act in helpful)}
            for row in document["participants"]
        ],
        "questions": {**document["questions"], "helpful": len(helpful)},
        "utterances": [
            {**row, "helpful": row["id"] in feedback.helpful} for row in document["utterances"]
        ],
        "notes": [_note(note, said_by) for note in feedback.notes],
        "agreement": agreement,
    }


def _helped(act: Act, feedback: Feedback) -> bool:
    return any(uid in feedback.helpful for uid in act.utterance_ids)


def _note(note: Note, said_by: Mapping[str, str]) -> dict[str, Any]:
    return {
        "at_s": seconds(note.start_ms),
        "text": note.text,
        "who": note.who,
        "utterance": note.utterance,
        "person": said_by.get(note.utterance or ""),
    }
