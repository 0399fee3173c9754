"""Tell "have you" that asks from "have you" that does not: a verb before its subject."""

from collections.abc import Sequence

from alsvoice.backends.classify.stretch import Stretch
from alsvoice.backends.classify.vocabulary import (
    AUXILIARIES,
    LEADS,
    PRONOUNS,
    SUBJECTS,
    WH,
    words_of,
)

__all__ = ["inverts"]

# With these before a pronoun the order is a question even in the middle of unpunctuated words.
_CLEAR_VERBS = words_of(
    "do does did have has can could would will should are were don't didn't doesn't haven't can't "
    "couldn't wouldn't isn't aren't won't shouldn't"
)
_CLEAR_PAIRS = frozenset(
    [
        *[(verb, "there") for verb in ("is", "was", "are", "were", "has", "have")],
        *[(verb, "that") for verb in ("would", "will", "could", "does", "did")],
        ("is", "it"),
        ("was", "it"),
    ]
)
_AFTER_IS_THAT = words_of(
    "right something what how because correct okay fair true part common normal possible why where "
    "based"
)
# "... how you use it can you tell me ...": after an object, not after a subject.
_ASKING_YOU = words_of("can could would will do did have are")
_OBJECTS = words_of("it that this these those is was them him me us")
_BLOCKING = (
    WH
    | SUBJECTS
    | words_of("neither nor than as which who that if to not was is be been about of like")
)
_DETERMINERS = words_of("the your his her their our my anyone anybody everyone everybody")
_PERFECT = words_of("been ever always had done")
# "Should you need anything" is a condition.
_CONDITIONAL = words_of("need want wish require have decide")
# After "do" and "have" these are objects: "do it", "have a look".
_OBJECTS_OF_DO = words_of("it that this a an some all")


def inverts(stretch: Stretch, at: int, *, begins: bool) -> bool:
    """Say whether a question opens with the verb at ``at``; ``begins``: nothing stands before."""
    after = stretch.word(at + 1)
    if not after:
        return False
    if begins or (at in stretch.breaks and (after in SUBJECTS or stretch.asked)):
        return _inverts_at_start(stretch.words[at : at + 5], asked=stretch.asked)
    return _inverts_inside(stretch, at)


def _inverts_at_start(words: Sequence[str], *, asked: bool) -> bool:
    verb, after = words[0], words[1]
    if verb in {"do", "have", "had", "has"}:
        return _do_or_have(words, asked=asked)
    if verb == "should" and after in {"you", "they"} and not _CONDITIONAL.isdisjoint(words[2:3]):
        return asked
    if verb in {"don't", "might", "may", "must"}:
        return asked or after in PRONOUNS | {"there", "that", "this"}
    return asked or after in SUBJECTS


def _do_or_have(words: Sequence[str], *, asked: bool) -> bool:
    verb, after = words[0], words[1]
    if verb == "has" and (after in _DETERMINERS or not _PERFECT.isdisjoint(words[2:])):
        return after != "been"
    if after not in SUBJECTS or after in _OBJECTS_OF_DO:
        return asked and after in SUBJECTS and verb != "do"
    return asked or after in PRONOUNS or after in {"any", "people", "there"}


def _inverts_inside(stretch: Stretch, at: int) -> bool:
    before, verb, after = stretch.words[at - 1 : at + 2]
    if stretch.stated and before not in LEADS:
        return False
    if verb in {"did", "does", "do"} and before in {"you", "it", "that", "this", "them", "me"}:
        return after in {"he", "she", "they"}
    if after == "you" and verb in _ASKING_YOU and before in _OBJECTS:
        return True
    if before in _BLOCKING or (verb in {"do", "have"} and before in AUXILIARIES):
        return False
    return _clear(verb, after, stretch.word(at + 2))


def _clear(verb: str, after: str, then: str) -> bool:
    if verb in _CLEAR_VERBS and after in PRONOUNS:
        return after != "it" or verb not in {"do", "did"}
    if (verb, after) == ("is", "that"):
        return then in _AFTER_IS_THAT
    return (verb, after) in _CLEAR_PAIRS
