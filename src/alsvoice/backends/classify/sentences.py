"""Cut a row into sentences of plain words, with punctuation or without it.

Recognisers drop question marks, capitals and apostrophes, and people stumble. So words are lower
case and uncontracted ("what's" is "what is"), fillers, stutters and repeats are gone, and where a
row has no punctuation at all it is cut before each word that opens a question.
"""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from alsvoice.backends.classify.openings import Opening, clause_starts, find_openings
from alsvoice.backends.classify.vocabulary import CONTRACTIONS, FILLERS, LEADS, PRONOUNS, WH

__all__ = ["Row", "Sentence", "cut", "plain_words"]

_BRACKETED = re.compile(r"\[[^\[\]]{0,80}\]|<[^<>]{0,40}>")
_TOKEN = re.compile(
    r"\d+(?:[.,:]\d+)+|'?[^\W_]+(?:['\-][^\W_]+)*|[.?!…]+|--+|—|[,;:–-]",
)
_CUT_OFF = frozenset({"--", "---", "—", "…"})
_ABBREVIATIONS = frozenset("dr mr mrs ms prof st vs etc eg ie e.g i.e approx no".split()) - {"no"}
_APOSTROPHES = str.maketrans({"’": "'", "‘": "'", "ʼ": "'", "`": "'", "´": "'"})
_SUFFIXES = {"'ve": "have", "'re": "are", "'ll": "will", "'d": "would", "'m": "am"}
_S_MEANS_IS = WH | PRONOUNS | {"that", "there", "here", "this", "everyone", "everything", "someone"}
_KEEPS_KIND_OF = frozenset(
    "what which the a an this that these those some any other another no same every all".split()
)
_KEEPS_YOU_KNOW = frozenset(
    "do does did don't didn't if that as when what would will let because how may might already "
    "should think sure than all so".split()
)
_REPORTING = frozenset("asked asks asking said says saying thought goes wondered like".split())


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


@dataclass(slots=True)
class _Run:
    """Words collected so far, and before which of them a comma or a dash stood."""

    words: list[str] = field(default_factory=list)
    breaks: set[int] = field(default_factory=set)


def _plain(text: str) -> str:
    if not text.isascii():
        text = unicodedata.normalize("NFKC", text).translate(_APOSTROPHES)
    return _BRACKETED.sub(" ", text).lower()


def _unstutter(token: str) -> str:
    """Return ``what`` for ``wha-what``; compounds such as ``co-worker`` stay."""
    if "-" not in token:
        return token
    parts = token.split("-")
    return parts[-1] if all(map(parts[-1].startswith, parts)) else token


def _expand(token: str) -> str:
    if token in CONTRACTIONS:
        return CONTRACTIONS[token]
    if "'" not in token:
        return token
    stem, mark, ending = token.partition("'")
    suffix = mark + ending
    if not stem:
        return ending
    if suffix == "'s" and stem in _S_MEANS_IS:
        return f"{stem} is"
    return f"{stem} {_SUFFIXES[suffix]}" if suffix in _SUFFIXES else token


def _runs(tokens: Sequence[str]) -> Iterator[tuple[list[str], set[int], str | None]]:
    """Yield words, breaks and ending between marks that end a sentence."""
    run = _Run()
    for index, token in enumerate(tokens):
        if token[0].isalnum() or (token[0] == "'" and len(token) > 1):
            if token not in FILLERS:
                run.words.extend(_expand(_unstutter(token)).split(" "))
            continue
        ending = _ending(token, tokens[index - 1] if index else "")
        if ending is None:
            run.breaks.add(len(run.words))
        elif run.words:
            yield run.words, run.breaks, ending
            run = _Run()
    if run.words:
        broken = tokens[-1] in {"-", "–"}
        yield run.words, run.breaks, "-" if broken else None


def _ending(mark: str, before: str) -> str | None:
    """Return how a sentence ends here, None where the mark is only a pause."""
    if mark[0] in ".?!…":
        if "?" in mark:
            return "?"
        if mark in _CUT_OFF or len(mark) > 1:
            return "-"
        abbreviated = before in _ABBREVIATIONS or (len(before) == 1 and before not in {"i", ""})
        return None if mark == "." and abbreviated else "."
    return "-" if mark in _CUT_OFF else None


def _smooth(words: Sequence[str], breaks: set[int]) -> tuple[list[str], set[int]]:
    """Drop repeats, broken-off beginnings and empty phrases ("you know", "sort of")."""
    out: list[str] = []
    kept: set[int] = set()
    skip = 0
    for index, word in enumerate(words):
        if index in breaks:
            kept.add(len(out))
        if skip:
            skip -= 1
            continue
        after = words[index + 1] if index + 1 < len(words) else ""
        before = out[-1] if out else ""
        if _is_empty_phrase(word, after, before, words[index + 2 : index + 3]):
            skip = 1
            continue
        if word == before:
            kept.discard(len(out))  # a repeat after a comma is a stumble, no new clause
            continue
        if len(word) == 1 and word not in "ai" and after.startswith(word):
            continue
        out.append(word)
        if len(out) >= 4 and out[-2:] == out[-4:-2]:
            del out[-2:]
    return out, {b for b in kept if b < len(out)}


def _is_empty_phrase(word: str, after: str, before: str, then: Sequence[str]) -> bool:
    if word == "you" and after == "know":
        return before not in _KEEPS_YOU_KNOW and not (then and then[0] in WH | {"that", "if"})
    if word == "i" and after == "mean":
        return before not in WH | {"what", "do", "if"}
    return word in {"kind", "sort"} and after == "of" and before not in _KEEPS_KIND_OF


def _sentence(words: Sequence[str], breaks: set[int], ending: str | None) -> Sentence:
    offsets: list[int] = []
    at = 0
    for word in words:
        offsets.append(at)
        at += len(word) + 1
    clauses = clause_starts(words, breaks)
    return Sentence(
        words=tuple(words),
        ending=ending,
        text=" ".join([*words, ""]),
        offsets=tuple(offsets),
        clauses=clauses,
        openings=find_openings(words, clauses, breaks, ending),
    )


def _split_bare(words: Sequence[str], breaks: set[int]) -> Iterator[Sentence]:
    """Yield pieces that each begin where a question opens, its lead-in words included."""
    cuts = {0}
    for opening in _sentence(words, breaks, None).openings:
        start = opening.word
        if _is_quoted(words, start) or "scale" in words[max(0, start - 8) : start]:
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


def plain_words(text: str) -> list[str]:
    """Return the words of a text as the rules read them, sentences and order of clauses aside."""
    tokens = _TOKEN.findall(_plain(text))
    return [w for t in tokens if t[-1].isalnum() for w in _expand(_unstutter(t)).split(" ")]


def cut(text: str) -> Row:
    """Return the sentences of a row, in order; none where it has no words."""
    tokens = tuple(_TOKEN.findall(_plain(text)))
    bare = not any("?" in t or "!" in t or t == "." for t in tokens)
    sentences: list[Sentence] = []
    for run, run_breaks, ending in _runs(tokens):
        words, breaks = _smooth(run, run_breaks)
        if not words:
            continue
        if ending is None:
            sentences.extend(_split_bare(words, breaks))
        else:
            sentences.append(_sentence(words, breaks, ending))
    sounded = any(token[-1].isalnum() for token in tokens)
    return Row(sentences=tuple(sentences), bare=bare, sounded=sounded)
