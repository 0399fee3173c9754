"""Cuts and joins taken for what was heard: before something is removed for good.

What is removed is removed from the utterances as they lie on disk; whoever is to go may have spoken
half of one of them. Afterwards each piece is an utterance of its own, and corrections name it.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from alsvoice.digest import short_id
from alsvoice.edits.edit import SHAPING, Edit, Op, active
from alsvoice.edits.shaping import Piece, shape
from alsvoice.intervals import overlap_ms
from alsvoice.transcript import Utterance

__all__ = ["settle"]

_ON_PIECES = {Op.SPEAKER, Op.LABEL, Op.TEXT}


def settle(
    utterances: Sequence[Utterance], edits: Sequence[Edit], audio: str
) -> tuple[tuple[Utterance, ...], tuple[Edit, ...]]:
    """Return utterances and edits that make the same session without any cut or join.

    What was done to a piece can no longer be undone, since what it was made of is gone.
    """
    counting = active(edits)
    if not any(edit.op in SHAPING for edit in counting):
        return tuple(utterances), tuple(edits)
    shaped = shape(utterances, counting, audio)
    pieces = [piece for piece in shaped.pieces if piece.made_of]
    used = {id_ for piece in pieces for id_ in piece.made_of}
    held = {e.id for p in pieces for e in (p.speaker, p.label, p.text) if e is not None}
    loose = _loose(counting, shaped.pieces)
    gone = {
        edit.id
        for edit in edits
        if edit.op in SHAPING
        or edit.id in held
        or (edit.op in _ON_PIECES and edit.target in used)
        or edit.id in loose
    }
    kept: list[Edit] = []
    for edit in edits:
        if edit.op is Op.UNDO and edit.target in gone:
            gone.add(edit.id)
        elif edit.id not in gone:
            kept.append(edit)
    settled = tuple(replace(p.utterance, words=p.heard) for p in shaped.pieces)
    return settled, (*kept, *(edit for piece in pieces for edit in _own(piece)))


def _loose(edits: Sequence[Edit], pieces: Sequence[Piece]) -> set[str]:
    """Return the edits that no piece holds any more, and that one that was made here would catch.

    They were made on something that a cut or a join, since taken back, had made.
    """
    held = {e.id for p in pieces for e in (p.speaker, p.label, p.text) if e is not None}
    made = [piece.utterance.span for piece in pieces if piece.made_of]
    return {
        edit.id
        for edit in edits
        if edit.op in _ON_PIECES
        and edit.id not in held
        and any(overlap_ms(span, other) for span in edit.spans for other in made)
    }


def _own(piece: Piece) -> Iterator[Edit]:
    """Yield the edits that make of what was heard what the piece is."""
    heard = replace(piece.utterance, words=piece.heard)
    if piece.text is not None and piece.utterance.text != heard.text:
        text = replace(piece.text, before=heard.text, after=piece.utterance.text)
        yield _anew(text, heard)
    for edit in (piece.speaker, piece.label):
        if edit is not None:
            yield _anew(edit, heard)


def _anew(edit: Edit, heard: Utterance) -> Edit:
    """Return the edit as made on this utterance; two parts may have it from one."""
    own = short_id("edit", [edit.id, heard.id])[1:9]
    return replace(edit, id=own, target=heard.id, spans=(heard.span,), together=None)
