"""Cut a row into sentences of plain words, with punctuation or without it.

Recognisers drop question marks and capitals. Where a row has no mark at its end, it is cut before
each word that opens a question.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise

from alsvoice.backends.classify.openings import Opening, find_openings
from alsvoice.backends.classify.stretch import Stretch, clause_starts
from alsvoice.backends.classify.vocabulary import FILLERS, LEADS, words_of
from alsvoice.backends.classify.wording import expand, smooth, tokens_of

__all__ = ["Row", "Sentence", "cut"]

_BROKEN_OFF = frozenset({"-", "–", "—"})
_ABBREVIATIONS = words_of("dr mr mrs ms prof st vs etc eg ie e.g i.e approx")
_REPORTING = words_of("asked asks asking said says saying thought goes wondered like")
# How far a scale may stand before its question: "on a scale from one to ten, how ready are you".
_SCALE_REACH = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Sentence:
    """Words of one sentence; ``ending`` is ``?``, ``.``, ``-`` (broken off) or None (not written).

    ``text`` is the words with a space after each, ``offsets`` where each word begins in it.
    ``clauses`` are the indices at which a clause may begin, ``openings`` the questions in it.
    """

    words: tuple[str, ...]
    ending: str | None
    text: str
    offsets: tuple[int, ...]
    clauses: frozenset[int]
    openings: tuple[Opening, ...]

    @property
    def lead(self) -> int:
        """How many words stand before the real beginning."""
        for index, word in enumerate(self.words):
            if word not in LEADS:
                return index
        return len(self.words)


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A whole row; ``bare`` says that no mark ends its sentences, ``sounded`` that it has letters.

    A row can sound and have no sentence: "um".
    """

    sentences: tuple[Sentence, ...]
    bare: bool
    sounded: bool


def cut(text: str) -> Row:
    """Return the sentences of a row, in order; none where it has no words."""
    tokens = tokens_of(text)
    sentences: list[Sentence] = []
    for run, run_breaks, ending in _runs(tokens):
        words, breaks = smooth(run, run_breaks)
        if not words:
            continue
        if ending is None:
            sentences.extend(_split_bare(words, breaks))
        else:
            sentences.append(_sentence(words, breaks, ending))
    return Row(
        sentences=tuple(sentences),
        bare=not any("?" in t or "!" in t or t == "." for t in tokens),
        sounded=any(token[-1].isalnum() for token in tokens),
    )


def _runs(tokens: Sequence[str]) -> Iterator[tuple[list[str], set[int], str | None]]:
    """Yield words, the places of pauses among them, and how they end."""
    words: list[str] = []
    breaks: set[int] = set()
    before = ""
    for token in tokens:
        if token[-1].isalnum():
            if token not in FILLERS:
                words.extend(expand(token))
        elif (ending := _ending(token, before)) is None:
            breaks.add(len(words))
        elif words:
            yield words, breaks, ending
            words, breaks = [], set()
        before = token
    if words:
        yield words, breaks, "-" if before in _BROKEN_OFF else None


def _ending(mark: str, before: str) -> str | None:
    """Return how a sentence ends here, None where the mark is only a pause."""
    if "?" in mark:
        return "?"
    if "!" in mark:
        return "."
    if mark == ".":
        abbreviated = before in _ABBREVIATIONS or (len(before) == 1 and before not in {"i", ""})
        return None if abbreviated else "."
    return "-" if len(mark) > 1 or mark in {"—", "…"} else None


def _sentence(words: Sequence[str], breaks: set[int], ending: str | None) -> Sentence:
    clauses = clause_starts(words, breaks)
    stretch = Stretch(words=words, breaks=breaks, clauses=clauses, ending=ending)
    offsets = accumulate((len(word) + 1 for word in words[:-1]), initial=0)
    return Sentence(
        words=tuple(words),
        ending=ending,
        text=" ".join([*words, ""]),
        offsets=tuple(offsets),
        clauses=clauses,
        openings=find_openings(stretch),
    )


def _split_bare(words: Sequence[str], breaks: set[int]) -> Iterator[Sentence]:
    """Yield pieces that each begin where a question opens, its lead-in words included."""
    cuts = {0}
    for opening in _sentence(words, breaks, None).openings:
        start = opening.word
        if _is_quoted(words, start) or "scale" in words[max(0, start - _SCALE_REACH) : start]:
            continue
        while start and words[start - 1] in LEADS:
            start -= 1
        cuts.add(start)
    for start, end in pairwise([*sorted(cuts), len(words)]):
        yield _sentence(words[start:end], {b - start for b in breaks if start <= b < end}, None)


def _is_quoted(words: Sequence[str], start: int) -> bool:
    """Say whether the question that opens here is one that was told of: "she said why not ..."."""
    for at in range(max(1, start - 3), start):
        if words[at] in _REPORTING and words[at - 1] not in {"you", "can", "me", "could", "may"}:
            return at < 2 or words[at - 2] not in {"like", "as"}
    return False
