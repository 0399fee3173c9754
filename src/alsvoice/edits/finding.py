"""Which utterance a correction holds on to: by id, else the one its span overlaps most."""

from collections.abc import Sequence

from alsvoice.edits.edit import Edit, Op
from alsvoice.intervals import Span, overlap_ms, total_ms
from alsvoice.transcript import Utterance

__all__ = ["found_by", "shared_ms", "targets"]


def targets(
    utterances: Sequence[Utterance], edits: Sequence[Edit]
) -> tuple[dict[str, list[Edit]], list[Edit]]:
    """Return utterance id → the edits of one kind that hold there, and the edits that found none.

    After a re-run the edits of two utterances may meet in one: what does not hold is not lost
    silently but given back with those that found nothing.
    """
    by_id = {u.id: u for u in utterances} if edits else {}
    rivals: dict[str, list[Edit]] = {}
    for edit in edits:
        uid = edit.target if edit.target in by_id else found_by(utterances, edit.spans)
        rivals.setdefault(uid or "", []).append(edit)
    lost = rivals.pop("", [])
    found: dict[str, list[Edit]] = {}
    for uid, each in rivals.items():
        found[uid] = _holding(uid, each)
        lost += [e for e in each if not _answered(e, found[uid], by_id[uid], each)]
    return found, sorted(lost, key=edits.index)


def found_by(utterances: Sequence[Utterance], spans: Sequence[Span]) -> str | None:
    """Return the id of the utterance that overlaps the spans most; None where none does."""
    best = max(utterances, key=lambda u: shared_ms(u, spans), default=None)
    return best.id if best is not None and shared_ms(best, spans) > 0 else None


def shared_ms(utterance: Utterance, spans: Sequence[Span]) -> int:
    """Return how much of the spans lies in the utterance."""
    return sum(overlap_ms(utterance.span, span) for span in spans)


def _holding(uid: str, edits: Sequence[Edit]) -> list[Edit]:
    """Return the edits that count: one made on this very utterance, else the latest.

    Corrected words of utterances that are one by now each take the place of their own part.
    """
    own = [e for e in edits if e.target == uid]
    if own:
        return own[-1:]
    if edits[-1].op is Op.TEXT:
        return list({e.target: e for e in edits}.values())
    return list(edits[-1:])


def _answered(
    edit: Edit, holding: Sequence[Edit], utterance: Utterance, edits: Sequence[Edit]
) -> bool:
    """Whether the edit holds, or its author put another in its place."""
    if edit.target in {e.target for e in holding}:
        return True
    last = holding[-1]
    later_here = last.target == utterance.id and edits.index(edit) < edits.index(last)
    return later_here and 2 * shared_ms(utterance, edit.spans) >= total_ms(edit.spans)
