"""Tell "what do you think" from "I know what you mean" and "what matters is the rota"."""

from collections.abc import Sequence

from alsvoice.backends.classify.stretch import Stretch
from alsvoice.backends.classify.vocabulary import (
    AUXILIARIES,
    BE,
    EMBEDDERS,
    PRONOUNS,
    SUBJECTS,
    WH,
    words_of,
)

__all__ = ["asks", "verb_before_subject"]

# How far from its question word the verb may stand: "what kind of support would you ...".
_REACH = 6
_LONG = frozenset({"what", "which", "how", "whose"})
_AFTERTHOUGHTS = words_of("else exactly again specifically then actually really just")
_ENDS_PHRASE = words_of("to that this those these and or but if")
_FAR_SUBJECTS = PRONOUNS | words_of(
    "this that these those there your his her their our my people anyone everyone the"
)
_FAR_VERBS = words_of("has have had does did do is are was were")
_SUPPORT = words_of("do does did would could can should will don't doesn't didn't")

# The question word is itself the subject: "what happened", "who told you".
_OWN_VERBS = words_of(
    "happens happened makes made brings brought led caused helps helped worked works went goes "
    "comes came keeps kept gets got needs matters stops stopped stands stood changed changes "
    "would could might will else has prevented holds held gives gave drives drew feels felt "
    "sounds seems about if other told said did does can should wants knows leads remains "
    "specifically exactly"
)
# Of these, the ones that ask in the middle of unpunctuated words too.
_OWN_VERBS_INSIDE = words_of(
    "happens happened makes made brings brought led caused helps helped keeps kept matters stops "
    "stopped changed changes prevents holds gives drives drew remains worries bothers attracts "
    "motivates"
)
_AMOUNTS = words_of("many much long often old far")
_PARTS = words_of("part parts bit bits aspect aspects side kind kinds sort sorts piece")
# "How lovely" and "what a week" ask nothing.
_EXCLAIMED = words_of(
    "a an nice lovely awful interesting funny sad exciting true kind great terrible wonderful "
    "strange weird sweet frustrating annoying cool nonsense rubbish"
)
_WHOLE = frozenset([("why", "not"), ("how", "come"), ("how", "so")])


def asks(stretch: Stretch, at: int, *, begins: bool) -> bool:
    """Say whether the question word at ``at`` asks; ``begins``: nothing of weight stands before."""
    verb = verb_before_subject(stretch.words, at)
    if verb is not None and _in_question_order(stretch, at, verb, begins=begins):
        return True
    return (begins and _asks_as_subject(stretch, at)) or _asks_inside(stretch, at)


def verb_before_subject(words: Sequence[str], at: int) -> int | None:
    """Return the index of the verb that stands before its subject, None where there is none."""
    for verb in range(at + 1, min(at + _REACH, len(words) - 1)):
        word = words[verb]
        if word in PRONOUNS or word in _ENDS_PHRASE or word in WH:
            return None
        if word in AUXILIARIES and _precedes_subject(words, at, verb):
            return verb
    return None


def _precedes_subject(words: Sequence[str], at: int, verb: int) -> bool:
    word, after = words[verb], words[verb + 1]
    if verb == at + 1 or (verb == at + 2 and words[at + 1] in _AFTERTHOUGHTS):
        supported = word in {"do", "does", "did", "has"} and words[at] not in {"who", "which"}
        return (
            after in SUBJECTS
            or word in BE
            or supported
            or (words[at] in _LONG and after in PRONOUNS)
        )
    if words[at] not in _LONG:
        return False
    of_noun = verb == at + 2 and word in _FAR_VERBS and words[at + 1] not in _OWN_VERBS
    return after in _FAR_SUBJECTS or of_noun


def _in_question_order(stretch: Stretch, at: int, verb: int, *, begins: bool) -> bool:
    """Say whether the order is a question's; inside a sentence only a clear one counts."""
    words = stretch.words
    after = words[verb + 1]
    if words[at] == "which" and verb == at + 1 and after not in PRONOUNS:
        return False  # "which is why ..." goes on from the sentence before
    if not stretch.asked and _is_free_relative(words, at, verb):
        return False
    return begins or _clear_inside(stretch, at, verb)


def _clear_inside(stretch: Stretch, at: int, verb: int) -> bool:
    words = stretch.words
    after = words[verb + 1]
    embedded = words[at - 1] in EMBEDDERS
    fresh = at in stretch.clauses
    if words[at] in {"who", "which"} and words[verb] in BE | {"have", "do"}:
        return fresh and after in PRONOUNS
    if words[verb] not in _SUPPORT:
        return fresh or (after in SUBJECTS and not embedded)
    if fresh or (words[verb] in {"does", "did"} and not embedded):
        return True
    return after in SUBJECTS and (after != "it" or words[verb] not in {"do", "did"})


def _asks_as_subject(stretch: Stretch, at: int) -> bool:
    """Say whether a sentence that begins so asks without inversion: "what happened", "how deep"."""
    word, first, second = (stretch.word(at + step) for step in range(3))
    length = len(stretch.words) - at - 1
    if not first or (word, first) in _WHOLE:
        return True
    if first in PRONOUNS or (word in {"when", "where", "which"} and length > 3):
        return stretch.asked and length <= 3
    if word in {"what", "who", "which", "how", "why"} and first in _OWN_VERBS:
        return stretch.asked or not _is_cleft(stretch.words, at)
    of_some = (second == "of" and first in _PARTS) or (word == "which" and first == "of")
    if of_some or word == "who" or (word == "how" and first in _AMOUNTS):
        return not stretch.stated
    return stretch.asked or (length <= 2 and not stretch.stated and first not in _EXCLAIMED)


def _asks_inside(stretch: Stretch, at: int) -> bool:
    """Say whether "what matters", "how many of you", "what about" ask inside other words."""
    if at and stretch.words[at - 1] in EMBEDDERS and at not in stretch.clauses:
        return False
    word, after = stretch.words[at], stretch.word(at + 1)
    if word in {"what", "how"} and after == "about":
        return not stretch.stated
    if at not in stretch.clauses and stretch.ending is not None:
        return False
    if word == "how":
        return after in _AMOUNTS
    return word == "what" and after in _OWN_VERBS_INSIDE and not _is_cleft(stretch.words, at)


def _is_free_relative(words: Sequence[str], at: int, verb: int) -> bool:
    """Say whether "what is clear is that ..." is a statement."""
    return (
        words[at] in {"what", "which", "where", "how"}
        and words[verb + 1] not in SUBJECTS
        and not {"is", "was"}.isdisjoint(words[verb + 2 : verb + 6])
    )


def _is_cleft(words: Sequence[str], at: int) -> bool:
    """Say whether "what matters is ..." is a statement."""
    return not {"is", "was"}.isdisjoint(words[at + 2 : at + 7])
