"""Utterances as people cut, joined, worded and gave them to speakers, in the order they did so.

A part's id comes from the words that were heard in it, as every utterance's does: wording it anew,
or taking that back, moves no cut. What was made of several keeps nothing that no longer fits: a cut
ends a person's label (both parts are coded anew), a join keeps the first one that was given.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from alsvoice.align import utterance_id
from alsvoice.edits.edit import SHAPING, Edit, Op
from alsvoice.edits.finding import found_by, targets
from alsvoice.edits.wording import reworded, spread_over
from alsvoice.transcript import Utterance, Word

__all__ = ["Piece", "Shaped", "shape", "split_words"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """An utterance as corrected, the words ``heard`` in it, and the edits that hold.

    ``made_of`` are the ids of what it was cut out of or joined from, its own among them; empty
    where nobody did.
    """

    utterance: Utterance
    heard: tuple[Word, ...]
    speaker: Edit | None = None
    label: Edit | None = None
    text: Edit | None = None
    made_of: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Shaped:
    """The pieces in order of time, and the corrections that found nothing to hold on to."""

    pieces: tuple[Piece, ...]
    lost: tuple[Edit, ...] = ()

    @property
    def utterances(self) -> tuple[Utterance, ...]:
        """The utterances alone."""
        return tuple(piece.utterance for piece in self.pieces)


def shape(utterances: Sequence[Utterance], edits: Sequence[Edit], audio: str) -> Shaped:
    """Return what people made of the utterances; ``edits`` count, ``audio`` is the sound's hash."""
    work = _Work(pieces=[Piece(utterance=u, heard=u.words) for u in utterances], audio=audio)
    run: list[Edit] = []
    for edit in edits:
        if edit.op in SHAPING:
            work.hold(run)
            run = []
            (work.cut if edit.op is Op.CUT else work.join)(edit)
        elif edit.op in {Op.SPEAKER, Op.LABEL, Op.TEXT}:
            run.append(edit)
    work.hold(run)
    return Shaped(pieces=tuple(work.pieces), lost=tuple(work.lost))


def split_words(words: Sequence[Word], at_ms: int) -> tuple[tuple[Word, ...], tuple[Word, ...]]:
    """Return the words before and after a time, by their middles."""
    left = tuple(word for word in words if word.middle_ms < at_ms)
    return left, tuple(word for word in words if word.middle_ms >= at_ms)


@dataclass(slots=True)
class _Work:
    pieces: list[Piece]
    audio: str
    lost: list[Edit] = field(default_factory=list)

    def hold(self, edits: Sequence[Edit]) -> None:
        """Give speakers, labels and words of one stretch of edits to the pieces."""
        if not edits:
            return
        now = [piece.utterance for piece in self.pieces]
        moves, lost_moves = targets(now, [e for e in edits if e.op is Op.SPEAKER])
        labels, lost_labels = targets(now, [e for e in edits if e.op is Op.LABEL])
        texts, lost_texts = targets(now, [e for e in edits if e.op is Op.TEXT])
        self.lost += [*lost_moves, *lost_labels, *lost_texts]
        for at, piece in enumerate(self.pieces):
            uid = piece.utterance.id
            if uid in moves or uid in labels or uid in texts:
                self.pieces[at] = replace(
                    piece,
                    speaker=self._later(piece.speaker, moves.get(uid), uid),
                    label=self._later(piece.label, labels.get(uid), uid),
                    text=texts[uid][-1] if uid in texts else piece.text,
                    utterance=reworded(piece.utterance, texts.get(uid, ())),
                )

    def _later(self, held: Edit | None, new: Sequence[Edit] | None, uid: str) -> Edit | None:
        """Return the newer edit, but not one that drifted here over one that was made here."""
        if not new:
            return held
        if held is not None and held.target == uid != new[-1].target:
            self.lost.append(new[-1])
            return held
        return new[-1]

    def cut(self, edit: Edit) -> None:
        """Put two pieces in the place of one; where a re-run has cut there already, that is it."""
        at = self._place(edit.target, edit.spans)
        if at is None:
            self.lost.append(edit)
            return
        piece, time = self.pieces[at], edit.spans[1][0]
        heard, words = split_words(piece.heard, time), split_words(piece.utterance.words, time)
        if all(heard) and all(words):
            base = replace(piece, label=None, made_of=_made_of(piece))
            parts = [self._piece(base, h, w) for h, w in zip(heard, words, strict=True)]
            self.pieces[at : at + 1] = parts
            self._in_order()
        elif not self._is_cut_at(edit):
            self.lost.append(edit)

    def join(self, edit: Edit) -> None:
        """Put one piece in the place of two; where a re-run joined them already, that is it."""
        first = self._place(edit.target, edit.spans[:1])
        second = self._place(edit.after or "", edit.spans[1:])
        if first is None or second is None:
            self.lost.append(edit)
            return
        if first == second:
            return
        a, b = self.pieces[first], self.pieces[second]
        base = replace(
            a,
            label=a.label or b.label,
            text=a.text or b.text,
            made_of=_made_of(a) | _made_of(b),
        )
        heard = sorted((*a.heard, *b.heard), key=lambda word: word.start_ms)
        words = sorted((*a.utterance.words, *b.utterance.words), key=lambda word: word.start_ms)
        joined = self._piece(base, tuple(heard), tuple(words))
        self.pieces = [p for n, p in enumerate(self.pieces) if n not in {first, second}]
        self.pieces.insert(min(first, second), joined)
        self._in_order()

    def _place(self, target: str, spans: Sequence[tuple[int, int]]) -> int | None:
        ids = [piece.utterance.id for piece in self.pieces]
        if target not in ids:
            target = found_by([piece.utterance for piece in self.pieces], spans) or ""
        return ids.index(target) if target in ids else None

    def _is_cut_at(self, edit: Edit) -> bool:
        """Whether each side of the cut has an utterance of its own."""
        now = [piece.utterance for piece in self.pieces]
        left, right = (found_by(now, [span]) for span in edit.spans)
        return left is not None and right is not None and left != right

    def _piece(self, base: Piece, heard: tuple[Word, ...], words: tuple[Word, ...]) -> Piece:
        taken = {piece.utterance.id for piece in self.pieces}
        nth = 0
        while (own := utterance_id(self.audio, heard[0], heard[-1], nth=nth)) in taken:
            nth += 1
        if base.text is not None:
            words = spread_over(words, heard)
        utterance = replace(base.utterance, id=own, words=words)
        return replace(base, utterance=utterance, heard=heard, made_of=base.made_of | {own})

    def _in_order(self) -> None:
        self.pieces.sort(key=lambda piece: piece.utterance.start_ms)


def _made_of(piece: Piece) -> frozenset[str]:
    return piece.made_of | {piece.utterance.id}
