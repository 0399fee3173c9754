"""Names in what people say: a capital where no word has one.

No list of names is complete and no recogniser spells them all, so the guess is wide. A name is what
follows a title ("Doctor Okafor"), what has a capital inside a sentence, and who is called at the
start of one ("David, what…"), unless it is a word that people use in small letters. Places and
firms go with them. What stands alone at the start of a sentence and is no known word is listed for
a person to look at.
"""

import re
from collections.abc import Iterable, Iterator

from alsvoice.report.common_words import FIRST_NAMES, common_words

__all__ = ["capitals", "doubtful", "has_capitals", "names_in", "spoken_pattern"]

_WORD = re.compile(r"[^\W\d_][\w'’-]*")
_TITLES = "|".join(
    """
    dr doctor mr mrs ms miss prof professor sister sir lady lord father auntie uncle nurse captain
    st
    """.split()
)
_AFTER_TITLE = re.compile(rf"\b(?:{_TITLES})\b\.?\s+$", re.IGNORECASE)
_SENTENCE_ENDS = re.compile(r"(?:^|[.?!…:]['\"”’)]*)\s*[“\"'(]*$")
_ALWAYS_CAPITAL = frozenset(
    """
    i monday tuesday wednesday thursday friday saturday sunday january february march april may june
    july august september october november december christmas easter english british french german
    spanish polish welsh scottish irish american european indian god okay ok doctor dr mr mrs ms
    miss professor prof sister matron sir madam lady lord mum dad zoom teams email tv
    """.split()
)
_ENDING = re.compile(r"['’](?:s|ve|ll|d|m|re|t)$", re.IGNORECASE)
_FEW = 0.01


def names_in(texts: Iterable[str]) -> frozenset[str]:
    """Return the words that seem to be names, without an ending."""
    return frozenset(word for text in texts for word, sure in _capitalised(text) if sure)


def doubtful(texts: Iterable[str]) -> frozenset[str]:
    """Return words that begin sentences with a capital and may be names, none of them sure."""
    several = tuple(texts)
    known = names_in(several)
    loose = {word for text in several for word, sure in _capitalised(text) if not sure}
    return frozenset(loose - known)


def _capitalised(text: str) -> Iterator[tuple[str, bool]]:
    """Yield capitals that may be names, without an ending, and whether they surely are."""
    for match in _WORD.finditer(text):
        said, before, after = match[0], text[: match.start()], text[match.end() :]
        word = _ENDING.sub("", said)
        if not word[:1].isupper():
            continue
        if _AFTER_TITLE.search(before):
            yield word, True
        elif len(word) < 2 or word.lower() in _ALWAYS_CAPITAL or word.isupper() or _is_word(said):
            continue  # letters that stand for something are told by ``capitals``
        else:
            yield word, not _SENTENCE_ENDS.search(before) or after.startswith(",")


def _is_word(said: str) -> bool:
    """Whether it is a word as it stands ("don't"), or without its ending ("boss's")."""
    small = said.replace("’", "'").lower()
    forms = {small, _ENDING.sub("", small)} - FIRST_NAMES
    return not forms.isdisjoint(common_words())


def spoken_pattern(names: Iterable[str]) -> re.Pattern[str] | None:
    """Return what finds runs of these names; None where there are none."""
    longest = sorted(names, key=lambda name: (-len(name), name))
    if not longest:
        return None
    one = rf"(?<!\w)(?:{'|'.join(map(re.escape, longest))})(?!\w)"
    return re.compile(rf"{one}(?:[ -]{one})*")


def capitals(text: str) -> Iterator[str]:
    """Yield words of capitals alone: they may stand for an employer or a place."""
    return (m[0] for m in re.finditer(r"(?<!\w)[A-Z]{2,}(?!\w)", text) if m[0] not in {"OK", "TV"})


def has_capitals(texts: Iterable[str]) -> bool:
    """Whether words are written with capitals at all, so that names can be told by them."""
    words = [word for text in texts for word in _WORD.findall(text)]
    return not words or sum(word[0].isupper() for word in words) > _FEW * len(words)
