"""What of the report stands beside a transcript that is being corrected: soon after each change."""

from collections.abc import Sequence
from typing import Any

from alsvoice.labels import ClassifierCard
from alsvoice.measures.measured import measure
from alsvoice.report.document import about, findings, people, questions
from alsvoice.report.document.reading import WHOLE, Reading
from alsvoice.report.document.uncoded import without_labels
from alsvoice.session import Conversation, Manifest, Participant

__all__ = ["glance"]


def glance(
    manifest: Manifest,
    conversation: Conversation,
    *,
    card: ClassifierCard | None = None,
    unplaced: Sequence[Participant] = (),
    reading: Reading = WHOLE,
) -> dict[str, Any]:
    """Return those parts of the document (see ``build_document``) that are looked at meanwhile."""
    found = measure(conversation, card)
    seen = {
        "participants": people.participants(found),
        "questions": questions.questions(found),
        "balance": questions.balance_row(found, found.balance),
        "findings": findings.findings(found, reading),
        "quality": about.quality(manifest, found, (), unplaced, coded=reading.coded),
        "coded": reading.coded,
    }
    return seen if reading.coded else without_labels(seen)
