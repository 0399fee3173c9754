"""The report as data: what ``report --format json`` prints and what every renderer draws.

The keys are a contract that others rely on: they may be added to, never renamed. Times are seconds
with three decimals, shares have four; what cannot be known is null, never zero.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from alsvoice.edits import NO_FEEDBACK, Feedback
from alsvoice.labels import ClassifierCard
from alsvoice.measures.measured import measure
from alsvoice.report.audience import Reader, for_one, for_the_set
from alsvoice.report.document import (
    about,
    findings,
    people,
    phases,
    questions,
    recording,
    talk,
    words,
)
from alsvoice.report.document.marked import with_marks
from alsvoice.report.document.numbers import day_of
from alsvoice.report.document.reading import WHOLE, Reading
from alsvoice.report.document.uncoded import without_labels
from alsvoice.session import Conversation, Manifest, Participant

__all__ = ["SCHEMA", "Reading", "build_document"]

SCHEMA = 1

_PROVENANCE = ("alsvoice", "asr", "diarizer", "classifier")


def build_document(  # noqa: PLR0913 - what the report is made from, a keyword each
    manifest: Manifest,
    conversation: Conversation,
    *,
    provenance: Mapping[str, str | None],
    warnings: Sequence[str] = (),
    card: ClassifierCard | None = None,
    unplaced: Sequence[Participant] = (),
    reading: Reading = WHOLE,
    feedback: Feedback = NO_FEEDBACK,
    agreement: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    """Return the report of a session, ready to be written as JSON.

    ``card`` says what the classifier is known to get wrong; ``unplaced`` are people who were named
    beforehand and whose voice is not known. ``reading`` is for whom it is and by which school,
    ``feedback`` what members marked, ``agreement`` how far people agree with the machine.
    """
    found = measure(conversation, card)
    document = {
        "schema": SCHEMA,
        "session": about.session(manifest, conversation),
        "participants": people.participants(found),
        "unplaced": [{"name": p.name, "role": p.role.value} for p in unplaced],
        "phases": phases.phases(found),
        "rounds": phases.rounds(found),
        "questions": questions.questions(found),
        "balance": questions.balance_row(found, found.balance),
        "timing": talk.timing(found),
        "turns": talk.turns(found),
        "interruptions": talk.interruptions(found),
        "exchanges": talk.asked_whom(found),
        "facilitation": talk.facilitation(found),
        "off_track": talk.off_track(found),
        "utterances": words.utterances(found),
        "acts": words.acts(found),
        "actions": words.actions(conversation, day_of(manifest.created)),
        "findings": findings.findings(found, reading),
        "redactions": about.redactions(manifest),
        "withdrawals": [{"time": each.time} for each in manifest.withdrawals],
        "quality": about.quality(manifest, found, warnings, unplaced, coded=reading.coded),
        "provenance": {**dict.fromkeys(_PROVENANCE), **provenance},
        "audience": {"for": Reader.FACILITATOR.value, "name": None},
        "anonymous": False,
        "average": None,
        "school": reading.school.value,
    }
    document = with_marks(document, found, feedback, agreement)
    document = {**recording.recording(document, manifest), "coded": reading.coded}
    if not reading.coded:
        document = without_labels(document)
    audience = reading.audience
    if audience.reader is Reader.SET:
        return for_the_set(document)
    if audience.reader is Reader.PERSON and audience.person is not None:
        return for_one(document, audience.person)
    return document


def build_actions(manifest: Manifest, conversation: Conversation) -> dict[str, Any]:
    """Return ``session`` and ``actions`` of the report alone, for which nothing is measured."""
    return {
        "session": about.session(manifest, conversation),
        "actions": words.actions(conversation, day_of(manifest.created)),
    }
