"""Corrected words in the place of those that were heard."""

from collections.abc import Sequence
from dataclasses import replace

from alsvoice.edits.edit import Edit, Op
from alsvoice.edits.finding import targets
from alsvoice.transcript import Utterance, Word

__all__ = ["reworded", "spread_over", "with_texts"]


def with_texts(utterances: Sequence[Utterance], edits: Sequence[Edit]) -> tuple[Utterance, ...]:
    """Return the utterances with corrected words; these share the span evenly by length."""
    found, _ = targets(utterances, [e for e in edits if e.op is Op.TEXT])
    return tuple(reworded(u, found.get(u.id, ())) for u in utterances)


def reworded(utterance: Utterance, edits: Sequence[Edit]) -> Utterance:
    """Return the utterance with the words of these edits, each in the part it was made on."""
    if not edits:
        return utterance
    words = list(utterance.words)
    for edit in edits:
        first, last = _part(words, edit) if edit.target != utterance.id else (0, len(words))
        end = max(word.end_ms for word in words[first:last])
        words[first:last] = _spread((edit.after or "").split(), words[first].start_ms, end)
    return replace(utterance, words=tuple(words))


def _part(words: Sequence[Word], edit: Edit) -> tuple[int, int]:
    """Return which words the edit was made on: first, and first after; at least the nearest."""
    start, end = edit.spans[0][0], edit.spans[-1][1]
    inside = [i for i, word in enumerate(words) if start <= word.middle_ms < end]
    if inside:
        return inside[0], inside[-1] + 1
    middle = (start + end) // 2
    nearest = min(range(len(words)), key=lambda i: abs(words[i].middle_ms - middle))
    return nearest, nearest + 1


def spread_over(words: Sequence[Word], heard: Sequence[Word]) -> tuple[Word, ...]:
    """Return the words in the time of those that were heard, shared by length."""
    end = max(word.end_ms for word in heard)
    return tuple(_spread([word.text for word in words], heard[0].start_ms, end))


def _spread(texts: Sequence[str], start_ms: int, end_ms: int) -> list[Word]:
    length = sum(map(len, texts))
    words: list[Word] = []
    at = 0
    for text in texts:
        start = start_ms + (end_ms - start_ms) * at // length
        at += len(text)
        end = start_ms + (end_ms - start_ms) * at // length
        words.append(Word(text=text, start_ms=start, end_ms=end))
    return words
