"""What ``speakers`` and ``edits`` list."""

from collections.abc import Sequence
from typing import Any

from alsvoice.edits import Op, active
from alsvoice.errors import AlsvoiceError
from alsvoice.intervals import seconds, total_ms
from alsvoice.measures.timing import spans_of_each
from alsvoice.pipeline.condition import refuse_pending
from alsvoice.pipeline.sight import Sight, see
from alsvoice.session import CodedUtterance
from alsvoice.store import SessionFolder

__all__ = ["edit_rows", "voice_rows"]

_QUOTES = 3


def voice_rows(sight: Sight) -> list[dict[str, Any]]:
    """Return a row a person: voices, name, role, talk time, three quotes that tell most."""
    conversation = sight.conversation
    of_each = spans_of_each(conversation.turns)
    speech = sum(map(total_ms, of_each.values()))  # people who withdrew spoke, too
    return [
        {
            "speakers": list(person.speakers),
            "name": person.name,
            "role": person.role.value if person.role else None,
            "guessed": person.guessed,
            "by_voice": person.likeness,
            "talk_s": seconds(total_ms(of_each.get(person.id, ()))),
            "talk_share": _share(total_ms(of_each.get(person.id, ())), speech),
            "quotes": _quotes([c for c in conversation.utterances if c.person == person.id]),
        }
        for person in conversation.people
        if person.speakers
    ]


def _share(part: int, whole: int) -> float | None:
    return round(part / whole, 4) if whole else None


def _quotes(said: Sequence[CodedUtterance]) -> list[dict[str, Any]]:
    """Return the longest utterances in order of time: the easiest to know a voice by."""
    longest = sorted(said, key=lambda c: -(c.utterance.end_ms - c.utterance.start_ms))[:_QUOTES]
    return [
        {
            "utterance": c.utterance.id,
            "start_s": seconds(c.utterance.start_ms),
            "end_s": seconds(c.utterance.end_ms),
            "text": c.utterance.text,
        }
        for c in sorted(longest, key=lambda c: c.utterance.start_ms)
    ]


def edit_rows(session: SessionFolder) -> list[dict[str, Any]]:
    """Return a row a correction: its number, what it did, and whether it still counts."""
    refuse_pending(session)
    corrections, _ = session.edits()
    counting = {edit.id for edit in active(corrections)}
    try:
        lost = {edit.id for edit in see(session).applied.orphaned}
    except AlsvoiceError:  # a session that cannot be seen yet can still list its corrections
        lost = set()
    return [
        {
            "number": number,
            "time": edit.time,
            "who": edit.who,
            "op": edit.op.value,
            "target": edit.target,
            "before": edit.before,
            "after": edit.after,
            "state": "orphaned"
            if edit.id in lost
            else "active"
            if edit.id in counting or edit.op is Op.UNDO
            else "undone",
        }
        for number, edit in enumerate(corrections, start=1)
    ]
