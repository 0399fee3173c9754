"""Names in what people say: a capital where no word has one.

No list of names is complete and no recogniser spells them all, so the guess is wide. A name is what
follows a title ("Doctor Okafor"), what has a capital inside a sentence, and who is called at the
start of one ("David, what…"), unless it is a word that people use in small letters. Places and
firms go with them. What stands alone at the start of a sentence and is no known word is listed for
a person to look at.
"""

import re
from collections.abc import Iterable, Iterator

from alsvoice.report.common_words import ALSO_NAMES, common_words

__all__ = ["capitals", "doubtful", "has_capitals", "names_in", "spoken_pattern"]

_WORD = re.compile(r"[^\W\d_][\w'’-]*")
_TITLES = frozenset(
    """
    dr doctor mr mrs ms miss prof professor sister brother sir lady lord father auntie aunt uncle
    grandma granny nurse captain sergeant inspector councillor judge coach rev reverend pastor rabbi
    imam st
    """.split()
)
_AFTER_TITLE = re.compile(
    rf"\b(?:(?:dr|mr|mrs|ms|prof|rev|st)\.|{'|'.join(sorted(_TITLES))})\s+$", re.IGNORECASE
)
_SENTENCE_ENDS = re.compile(r"(?:^|[.?!…:]['\"”’)]*)\s*[“\"'(]*$")
_ALWAYS_CAPITAL = frozenset(
    """
    i monday tuesday wednesday thursday friday saturday sunday january february march july september
    october november december christmas easter english british french german spanish polish welsh
    scottish irish american european indian god okay ok matron madam mum dad zoom teams email tv
    """.split()
)
_MONTHS = frozenset(["april", "may", "june", "august"])
"""Months that are names, too."""
_OF_TIME = re.compile(
    r"\b(?:in|by|since|last|next|this|every|until|till|early|late|mid|of|from|to|and|or|before|after"
    r"|through|for|during|the|a|our|on|\d+(?:st|nd|rd|th)?)[ -]$",
    re.IGNORECASE,
)
_OPENERS = "|".join(
    """
    What Who When Where Why How Which Do Does Did Is Are Was Were Can Could Would Should Will Have
    Has Had The And But So You We He She They It If That This There Then Tell Say Just Let May Yes
    No Not Well Right Thanks Thank Sorry Please Now Maybe Because In On At For Of To My Your Our
    """.split()
)
"""What a recogniser that lost a full stop writes after a name; no surnames."""
_SURNAME = (
    rf"(?!(?:{_OPENERS}|(?i:{'|'.join(sorted(_ALWAYS_CAPITAL))}))\b)"
    r"[A-Z][a-z][^\W\d_]*(?!\w|['’](?:t|re|m|ll)\b)"
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
        elif len(word) < 2 or word.isupper() or _is_word(said):
            continue  # letters that stand for something are told by ``capitals``
        else:
            inside, called = not _SENTENCE_ENDS.search(before), after.startswith(",")
            if word.lower() not in _MONTHS:
                yield word, inside or called
            elif not _OF_TIME.search(before) and (inside or called):
                yield word, inside  # "June, I think" may be a month; "May I" is nobody


def _is_word(said: str) -> bool:
    """Whether it is a word as it stands ("don't"), or without its ending ("boss's")."""
    small = said.replace("’", "'").lower()
    forms = {small, _ENDING.sub("", small)} - ALSO_NAMES
    return any(not forms.isdisjoint(known) for known in (common_words(), _ALWAYS_CAPITAL, _TITLES))


def spoken_pattern(names: Iterable[str], known: str | None = None) -> re.Pattern[str] | None:
    """Return what finds runs of these names, a surname after them too; None where there are none.

    A surname that is a word ("Sarah Walker") is told by standing with a capital after a name, or
    after ``known``, a character that ends what has been put in the place of a name before.
    """
    longest = sorted(names, key=lambda name: (-len(name), name))
    found = [rf"(?<!\w)(?:{'|'.join(map(re.escape, longest))})(?!\w|['’]t\b)"] if longest else []
    starts = [*found, *([rf"(?<={re.escape(known)}[ -]){_SURNAME}"] if known else [])]
    if not starts:
        return None
    return re.compile(rf"(?:{'|'.join(starts)})(?:[ -](?:{'|'.join([*found, _SURNAME])}))*")


def capitals(text: str) -> Iterator[str]:
    """Yield words of capitals alone: they may stand for an employer or a place."""
    return (m[0] for m in re.finditer(r"(?<!\w)[A-Z]{2,}(?!\w)", text) if m[0] not in {"OK", "TV"})


def has_capitals(texts: Iterable[str]) -> bool:
    """Whether words are written with capitals at all, so that names can be told by them."""
    words = [word for text in texts for word in _WORD.findall(text)]
    return not words or sum(word[0].isupper() for word in words) > _FEW * len(words)
