"""People's corrections after a removal: what holds removed words or a name goes, the rest stays."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace

from alsvoice.edits import Edit, Op
from alsvoice.intervals import Span, overlap_ms, subtract
from alsvoice.removal.names import NamePattern, is_named
from alsvoice.removal.passages import touches
from alsvoice.removal.plan import Departure
from alsvoice.transcript import Utterance, withdrawn_label

__all__ = ["cut_edits", "leave_edits"]

_ELSEWHERE = frozenset({Op.UNDO, Op.PHASE})
"""What is about no words."""
_WHOLE = frozenset({Op.TEXT, Op.NOTE, Op.CUT, Op.JOIN})
"""What goes as a whole or not at all."""


def cut_edits(
    edits: Sequence[Edit],
    gone: Sequence[Span],
    before: Sequence[Utterance],
    after: Sequence[Utterance],
) -> tuple[Edit, ...]:
    """Return the corrections that outlive a passage.

    Those of utterances that went (in ``before``, not in ``after``) go. So does every correction
    of words, every note and every cut that touches the passage: nobody can tell which of its words
    lie inside.
    """
    went = {u.id for u in before} - {u.id for u in after}
    there = {u.id for u in after}

    def cut(edit: Edit) -> Edit | None:
        if edit.op in _ELSEWHERE:
            return edit
        if edit.target in went or (edit.op is Op.JOIN and edit.after in went):
            return None
        if edit.op in _WHOLE:
            return None if touched(edit.spans) else edit
        left = subtract(edit.spans, gone)
        if edit.spans and not left and (edit.op is Op.NAME or edit.target not in there):
            return None
        return replace(edit, spans=left) if touched(edit.spans) else edit

    def touched(spans: Iterable[Span]) -> bool:
        return any(touches(span, gone) for span in spans)

    return _each(edits, cut)


def leave_edits(
    edits: Sequence[Edit], utterances: Sequence[Utterance], leaving: Departure, name: NamePattern
) -> tuple[Edit, ...]:
    """Return the corrections that are not of the person who left, their name nowhere in them.

    ``utterances`` are those from before they left. Others' corrected words stay as they are, even
    where they name the person: they are what others said. Their notes go; in others' notes the name
    is blanked.
    """

    def leave(edit: Edit) -> Edit | None:
        if edit.op in _ELSEWHERE:
            return edit
        if edit.op is Op.NOTE and edit.who is not None and is_named(edit.who, leaving.names):
            return None
        if _is_theirs(edit.after, leaving) and edit.op in {Op.NAME, Op.SPEAKER}:
            return None
        if edit.op is Op.NAME:
            left = subtract(edit.spans, leaving.withdrawal.spans)
            return replace(edit, spans=left) if left or not edit.spans else None
        found = _utterance_of(edit, utterances)
        lost = found is None and any(touches(s, leaving.withdrawal.spans) for s in edit.spans)
        if edit.op is Op.JOIN and edit.after in leaving.utterances:
            return None
        return None if found in leaving.utterances or (lost and edit.op in _WHOLE) else edit

    return tuple(_unnamed(edit, leaving, name) for edit in _each(edits, leave))


def _each(edits: Sequence[Edit], change: Callable[[Edit], Edit | None]) -> tuple[Edit, ...]:
    """Return the edits as changed; what takes back an edit that went goes with it."""
    changed = [change(edit) for edit in edits]
    removed = {edit.id for edit, new in zip(edits, changed, strict=True) if new is None}
    out: list[Edit] = []
    for edit in changed:
        if edit is not None and edit.op is Op.UNDO and edit.target in removed:
            removed.add(edit.id)
        elif edit is not None:
            out.append(edit)
    return tuple(out)


def _is_theirs(who: str | None, leaving: Departure) -> bool:
    return who is not None and (who in leaving.voices or is_named(who, leaving.names))


def _utterance_of(edit: Edit, utterances: Sequence[Utterance]) -> str | None:
    """Return the id of the utterance that the edit holds on to, as corrections find it."""
    if any(u.id == edit.target for u in utterances):
        return edit.target
    shared = {u.id: sum(overlap_ms(u.span, span) for span in edit.spans) for u in utterances}
    best = max(shared, key=lambda uid: shared[uid], default=None)
    return best if best is not None and shared[best] else None


def _unnamed(edit: Edit, leaving: Departure, name: NamePattern) -> Edit:
    nobody = withdrawn_label(leaving.number)
    before = None if _is_theirs(edit.before, leaving) else edit.before
    if edit.op is Op.TEXT and name.found_in(before or ""):
        before = None
    return replace(
        edit,
        before=before,
        after=name.blank(edit.after) if edit.op is Op.NOTE and edit.after else edit.after,
        target=nobody if _is_theirs(edit.target, leaving) else edit.target,
        who=None if edit.who is not None and is_named(edit.who, leaving.names) else edit.who,
    )
