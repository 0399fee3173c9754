"""What cannot be told apart from a person who left: for somebody to listen to, and to redact."""

from collections.abc import Iterable, Iterator, Sequence

from alsvoice.edits import Edit, Op
from alsvoice.intervals import Span, intersect, union
from alsvoice.removal.names import NamePattern
from alsvoice.removal.plan import Inseparable
from alsvoice.transcript import Utterance

__all__ = ["named_in", "spoken_over", "words_in_their_time"]

_ONE_BREATH_MS = 500  # overlaps closer together than this are one passage to listen to


def spoken_over(theirs: Iterable[Span], others: Iterable[Span]) -> Iterator[Inseparable]:
    """Yield where the person and somebody else speak at once."""
    for start, end in union(intersect(theirs, others), gap_ms=_ONE_BREATH_MS):
        yield Inseparable(kind="overlap", start_ms=start, end_ms=end)


def named_in(
    utterances: Sequence[Utterance], edits: Sequence[Edit], name: NamePattern
) -> Iterator[Inseparable]:
    """Yield where others name the person: the words that do, the whole where a person put them."""
    for utterance in utterances:
        spans = list(_naming(utterance, name))
        for start, end in union(spans):
            yield Inseparable(
                kind="named", start_ms=start, end_ms=max(end, start + 1), utterance=utterance.id
            )
    for edit in edits:
        if edit.op is Op.TEXT and edit.spans and name.found_in(edit.after or ""):
            yield Inseparable(
                kind="named",
                start_ms=edit.spans[0][0],
                end_ms=edit.spans[-1][1],
                utterance=edit.target,
            )


def _naming(utterance: Utterance, name: NamePattern) -> Iterator[Span]:
    ends: list[int] = []  # where in the text each word ends
    for word in utterance.words:
        ends.append((ends[-1] + 1 if ends else 0) + len(word.text))
    for first, last in name.spans(utterance.text):
        hit = [
            word
            for word, end in zip(utterance.words, ends, strict=True)
            if end - len(word.text) < last and first < end
        ]
        start = min(word.start_ms for word in hit)
        yield (start, max(start + 1, *(word.end_ms for word in hit)))


def words_in_their_time(
    utterances: Sequence[Utterance], alone: Sequence[Span]
) -> Iterator[Inseparable]:
    """Yield words that are counted as another's though the person was the one who spoke."""
    for utterance in utterances:
        inside = [
            (word.start_ms, max(word.end_ms, word.start_ms + 1))
            for word in utterance.words
            if any(start <= word.middle_ms < end for start, end in alone)
        ]
        for start, end in union(inside, gap_ms=_ONE_BREATH_MS):
            yield Inseparable(kind="their_time", start_ms=start, end_ms=end, utterance=utterance.id)
