"""Plain words from text: lower case, uncontracted, without fillers, stutters and repeats."""

import re
import unicodedata
from collections.abc import Sequence

from alsvoice.backends.classify.vocabulary import CONTRACTIONS, PRONOUNS, WH, words_of

__all__ = ["expand", "plain_words", "smooth", "tokens_of"]

# "[inaudible]" and "<laugh>" were written by a transcriber, not said.
_BRACKETED = re.compile(r"\[[^\[\]]{0,80}\]|<[^<>]{0,40}>")
_TOKEN = re.compile(r"\d+(?:[.,:]\d+)+|'?[^\W_]+(?:['\-][^\W_]+)*|[.?!…]+|--+|—|[,;:–-]")
_APOSTROPHES = str.maketrans({"’": "'", "‘": "'", "ʼ": "'", "`": "'", "´": "'"})
_SUFFIXES = {"'ve": "have", "'re": "are", "'ll": "will", "'d": "would", "'m": "am"}
_S_MEANS_IS = WH | PRONOUNS | words_of("that there here this everyone everything someone")
# After these "kind of" and "you know" mean something.
_KEEPS_KIND_OF = words_of(
    "what which the a an this that these those some any other another no same every all"
)
_KEEPS_YOU_KNOW = words_of(
    "do does did don't didn't if that as when what would will let because how may might already "
    "should think sure than all so"
)


def tokens_of(text: str) -> list[str]:
    """Return words, marks that end a sentence and marks of a pause, in lower case."""
    if not text.isascii():
        text = unicodedata.normalize("NFKC", text).translate(_APOSTROPHES)
    return _TOKEN.findall(_BRACKETED.sub(" ", text).lower())


def plain_words(text: str) -> list[str]:
    """Return the words of a text as the rules read them, whatever its sentences."""
    return [word for token in tokens_of(text) if token[-1].isalnum() for word in expand(token)]


def expand(token: str) -> list[str]:
    """Return the words of a token: two for "what's", one for "wha-what"."""
    word = _unstutter(token)
    if word in CONTRACTIONS:
        return CONTRACTIONS[word].split(" ")
    if "'" not in word:
        return [word]
    stem, mark, ending = word.partition("'")
    if not stem:
        return [ending]
    if mark + ending == "'s" and stem in _S_MEANS_IS:
        return [stem, "is"]
    return [stem, _SUFFIXES[mark + ending]] if mark + ending in _SUFFIXES else [word]


def _unstutter(token: str) -> str:
    """Return ``what`` for ``wha-what``; compounds such as ``co-worker`` stay."""
    if "-" not in token:
        return token
    parts = token.split("-")
    return parts[-1] if all(map(parts[-1].startswith, parts)) else token


def smooth(words: Sequence[str], breaks: set[int]) -> tuple[list[str], set[int]]:
    """Drop repeats, broken-off letters and empty phrases; ``breaks`` are moved along."""
    out: list[str] = []
    kept: set[int] = set()
    skip = False
    for index, word in enumerate(words):
        if index in breaks:
            kept.add(len(out))
        before = out[-1] if out else ""
        if skip:
            skip = False
        elif _is_empty_phrase(words[index : index + 3], before):
            skip = True
        elif word == before:
            kept.discard(len(out))  # a repeat after a comma is a stumble, no new clause
        elif not _is_broken_letter(word, words[index + 1 : index + 2]):
            out.append(word)
            if len(out) >= 4 and out[-2:] == out[-4:-2]:
                del out[-2:]
    return out, {b for b in kept if b < len(out)}


def _is_broken_letter(word: str, after: Sequence[str]) -> bool:
    return len(word) == 1 and word not in "ai" and bool(after) and after[0].startswith(word)


def _is_empty_phrase(words: Sequence[str], before: str) -> bool:
    """Say whether "you know", "I mean", "kind of" stand here and say nothing."""
    pair, then = tuple(words[:2]), words[2:]
    if pair == ("you", "know"):
        return before not in _KEEPS_YOU_KNOW and not (then and then[0] in WH | {"that", "if"})
    if pair == ("i", "mean"):
        return before not in WH | {"do", "if"}
    return pair in {("kind", "of"), ("sort", "of")} and before not in _KEEPS_KIND_OF
