"""``findings``: sentences about the session, each with the utterances that it rests on."""

from typing import Any

from alsvoice.findings import find, welcome_in
from alsvoice.measures.measured import Measured
from alsvoice.report.audience import Reader
from alsvoice.report.document.reading import Reading

__all__ = ["findings"]


def findings(found: Measured, reading: Reading) -> list[dict[str, Any]]:
    """Return what may be said to its readers; a person hears their own growth point."""
    welcome = welcome_in(found.conversation.phases, reading.plan)
    everybody = reading.audience.reader is Reader.FACILITATOR
    some = find(found, school=reading.school, welcome=welcome, named=everybody, coded=reading.coded)
    if reading.audience.reader is Reader.PERSON:
        own = find(found, school=reading.school, welcome=welcome, coded=reading.coded)
        some += tuple(each for each in own if each.person == reading.audience.person)
    return [
        {
            "kind": each.kind,
            "severity": each.severity.value,
            "text": each.text,
            "utterances": list(each.utterances),
            "person": each.person,
            "participant": found.name(each.person) if each.person else None,
        }
        for each in some
    ]
