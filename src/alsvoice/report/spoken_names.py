"""Names in what people say: written with a capital where a sentence does not begin.

No list of names is complete and no recogniser spells them all, so the guess is wide: whatever has a
capital inside a sentence and is no word known to be written so is taken for a name, places and
firms with it. A name that was seen once is found at the start of sentences, too.
"""

import re
from collections.abc import Iterable

__all__ = ["WORDS", "capitals", "names_in", "spoken_pattern"]

_WORD = re.compile(r"[^\W\d_][\w'’-]*")
_SENTENCE_ENDS = re.compile(r"(?:^|[.?!…:]['\"”’)]*)\s*[“\"'(]*$")
_ALWAYS_CAPITAL = frozenset(
    """
    i i'm i'd i'll i've monday tuesday wednesday thursday friday saturday sunday january february
    march april may june july august september october november december christmas easter english
    british french german spanish polish welsh scottish irish american european indian god okay ok
    doctor dr mr mrs ms miss professor prof sister matron sir madam lady lord father mother mum dad
    gosh zoom teams email tv
    """.split()
)
WORDS = frozenset(
    """
    art bill bob carol chance chase christian dawn dean drew earl eve faith frank gene grace guy
    hazel holly hope iris ivy jack jay joy lily mark may miles olive pat pearl penny ray rich rob
    rose ruby sue summer sunny van victor wade will
    """.split()
)
"""First names that are words, too, when written small."""
_POSSESSIVE = re.compile(r"['’]s$")


def names_in(texts: Iterable[str]) -> frozenset[str]:
    """Return the words that seem to be names, without a possessive ending."""
    return frozenset(name for text in texts for name in _inside_sentences(text))


def _inside_sentences(text: str) -> Iterable[str]:
    for match in _WORD.finditer(text):
        word = _POSSESSIVE.sub("", match[0])
        if not word[0].isupper() or word.replace("’", "'").lower() in _ALWAYS_CAPITAL:
            continue
        if word.isupper() and len(word) > 1:
            continue  # letters that stand for something, told by ``capitals``
        if not _SENTENCE_ENDS.search(text[: match.start()]):
            yield word


def spoken_pattern(names: Iterable[str]) -> re.Pattern[str] | None:
    """Return what finds runs of these names; None where there are none."""
    longest = sorted(names, key=lambda name: (-len(name), name))
    if not longest:
        return None
    one = rf"(?<!\w)(?:{'|'.join(map(re.escape, longest))})(?!\w)"
    return re.compile(rf"{one}(?:[ -]{one})*")


def capitals(text: str) -> Iterable[str]:
    """Yield words of capitals alone: they may stand for an employer or a place."""
    return (m[0] for m in re.finditer(r"(?<!\w)[A-Z]{2,}(?!\w)", text) if m[0] not in {"OK", "TV"})
