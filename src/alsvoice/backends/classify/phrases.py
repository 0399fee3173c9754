"""A small language for phrases, so that the rules can be read and argued with by non-programmers.

A phrase is words with single spaces between them:

    word             that word
    a|b|c_d          one of these; an underscore stands for a space
    a?  a|b?         may be missing
    <name>           any word of that class (see ``vocabulary.CLASSES``)
    ~3               up to three words of any kind
    !a|b             one word that is none of these
    ^                only where a clause begins
    $                only where the sentence ends

A line that ends in "|" goes on in the next one. Nothing in it repeats without a bound, so matching
takes time linear in the length of the text.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import product
from typing import TYPE_CHECKING

from alsvoice.backends.classify.vocabulary import CLASSES

if TYPE_CHECKING:
    from alsvoice.backends.classify.sentences import Sentence

__all__ = ["Hit", "Phrase", "PhraseBook", "compile_phrase", "examples"]


_CONTINUED = re.compile(r"\|\n +")


@dataclass(frozen=True, slots=True, kw_only=True)
class Phrase:
    """A compiled phrase; ``first`` holds the words that it can begin with."""

    family: str
    source: str
    regex: re.Pattern[str]
    first: frozenset[str]
    anchored: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit:
    """Where a phrase was found: ``word`` is the index of its first word, ``end`` a character."""

    family: str
    word: int
    end: int


def _choices(element: str) -> tuple[str, ...]:
    if "|" in element:
        return tuple(choice for part in element.split("|") for choice in _choices(part))
    if element.startswith("<") and element.endswith(">"):
        return tuple(word.replace("_", " ") for word in sorted(CLASSES[element[1:-1]]))
    return (element.replace("_", " "),)


def _element_regex(element: str) -> str:
    if element.startswith("~"):
        return rf"(?:[^ ]+ ){{0,{int(element[1:])}}}?"
    if element.startswith("!"):
        barred = "|".join(re.escape(c) for c in _choices(element[1:]))
        return rf"(?!(?:{barred}) )[^ ]+ "
    optional = element.endswith("?")
    options = "|".join(re.escape(c) for c in _choices(element.removesuffix("?")))
    return rf"(?:(?:{options}) )" + ("?" if optional else "")


def _first_words(elements: Iterable[str], source: str) -> frozenset[str]:
    first: set[str] = set()
    for element in elements:
        if element[0] in "~!":
            raise ValueError(f"phrase {source!r} may begin with any word")
        first |= {choice.split(" ")[0] for choice in _choices(element.removesuffix("?"))}
        if not element.endswith("?"):
            return frozenset(first)
    raise ValueError(f"phrase {source!r} may be empty")


def compile_phrase(family: str, source: str) -> Phrase:
    """Return a phrase ready to match; ValueError where it has no fixed first word."""
    elements = source.split()
    anchored = elements[0] == "^"
    final = elements[-1] == "$"
    body = elements[int(anchored) : len(elements) - int(final)]
    regex = "".join(map(_element_regex, body)) + ("$" if final else "")
    return Phrase(
        family=family,
        source=source,
        regex=re.compile(regex),
        first=_first_words(body, source),
        anchored=anchored,
    )


class PhraseBook:
    """Phrases by family, found by their first word."""

    def __init__(self, families: Mapping[str, str]) -> None:
        self.phrases = tuple(
            compile_phrase(family, line.strip())
            for family, lines in families.items()
            for line in _CONTINUED.sub("|", lines).splitlines()
            if line.strip()
        )
        self._by_first: dict[str, list[Phrase]] = {}
        for phrase, first in ((p, f) for p in self.phrases for f in sorted(p.first)):
            self._by_first.setdefault(first, []).append(phrase)

    def __len__(self) -> int:
        return len(self.phrases)

    def hits(self, sentence: "Sentence") -> Iterator[Hit]:
        """Yield every hit from left to right."""
        if self._by_first.keys().isdisjoint(sentence.words):
            return
        for word, token in enumerate(sentence.words):
            for phrase in self._by_first.get(token, ()):
                if phrase.anchored and word not in sentence.clauses:
                    continue
                # The text ends in a space, so that every word of a phrase is a whole word.
                if found := phrase.regex.match(sentence.text, sentence.offsets[word]):
                    yield Hit(family=phrase.family, word=word, end=found.end())


def _examples_of(element: str) -> tuple[str, ...]:
    if element.startswith("!"):
        return ("something-else",)
    return ("",) if element[0] == "~" or element[-1] == "?" else _choices(element)


def examples(source: str, limit: int = 50) -> tuple[str, ...]:
    """Return up to ``limit`` texts that the phrase matches, for tests and for documents."""
    elements = [e for e in source.split() if e not in {"^", "$"}]
    options = [_examples_of(element) for element in elements]
    texts = (" ".join(filter(None, words)) for words in product(*options))
    return tuple(text for text, _ in zip(texts, range(limit), strict=False))
