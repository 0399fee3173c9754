"""Find where questions open, by word order alone: a question word, or a verb before its subject."""

from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from enum import StrEnum

from alsvoice.backends.classify.vocabulary import (
    AUXILIARIES,
    BE,
    EMBEDDERS,
    LEADS,
    PRONOUNS,
    SUBJECTS,
    WH,
)

__all__ = ["Opening", "OpeningKind", "clause_starts", "find_openings"]


class OpeningKind(StrEnum):
    """How a question begins."""

    WH = "wh"  # what, how, why, who, ...
    YES_NO = "yes_no"  # do you, is it, have they, ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Opening:
    """A question that begins at ``word``; ``inverted`` where the verb precedes its subject."""

    kind: OpeningKind
    word: int
    inverted: bool


_CONJUNCTIONS = LEADS | frozenset(
    "if maybe perhaps first next instead honestly basically obviously definitely probably plus "
    "personally whether please just then surely however".split()
)
_OPINIONS = frozenset("think guess feel suppose say reckon believe mean wonder".split())
_WH_WINDOW = 6
_SUBJECT_VERBS = frozenset(
    "happens happened makes made brings brought led caused helps helped worked works went goes "
    "comes came keeps kept gets got needs matters stops stopped stands stood changed changes "
    "would could might will else has prevented holds held gives gave drives drew feels felt "
    "sounds seems about if other told said did does can should wants knows leads remains "
    "specifically exactly".split()
)
_THIRD_PERSON = frozenset(
    "happens happened makes made brings brought led caused helps helped keeps kept matters stops "
    "stopped changed changes prevents holds gives drives drew remains worries bothers attracts "
    "motivates".split()
)
# With these before a pronoun the order is a question even in the middle of unpunctuated words.
_MID_VERBS = frozenset(
    "do does did have has can could would will should are were don't didn't doesn't haven't can't "
    "couldn't wouldn't isn't aren't won't shouldn't".split()
)
_MID_PAIRS = frozenset(
    [
        *[(verb, "there") for verb in ("is", "was", "are", "were", "has", "have")],
        *[(verb, "that") for verb in ("would", "will", "could", "does", "did")],
        ("is", "it"),
        ("was", "it"),
    ]
)
# "... how you use it can you tell me ...": after an object, not after a subject.
_ASKING_YOU = frozenset("can could would will do did have are".split())
_NOT_SUBJECTS = frozenset("it that this these those is was them him me us".split())
_SUPPORT_VERBS = frozenset("do does did would could can should will don't doesn't didn't".split())
_LONG_WH = frozenset({"what", "which", "how", "whose"})
_AFTER_WH = frozenset("else exactly again specifically then actually really just".split())
_FAR_SUBJECTS = PRONOUNS | frozenset(
    "this that these those there your his her their our my people anyone everyone the".split()
)
_FAR_VERBS = frozenset("has have had does did do is are was were".split())
_ENDS_PHRASE = frozenset("to that this those these and or but if".split())
_PARTS = frozenset("part parts bit bits aspect aspects side kind kinds sort sorts piece".split())
_AMOUNTS = frozenset("many much long often old far".split())
_EXCLAIMED = frozenset(
    "a an nice lovely awful interesting funny sad exciting true kind great terrible wonderful "
    "strange weird sweet frustrating annoying cool nonsense rubbish".split()
)
_DETERMINERS = frozenset("the your his her their our my anyone anybody everyone everybody".split())
_NAMES_AFTER_THAT = frozenset(
    "right something what how because correct okay fair true part common normal possible why where "
    "based".split()
)
_NO_QUESTION_BEFORE = (
    WH
    | SUBJECTS
    | frozenset("neither nor than as which who that if to not was is be been about of like".split())
)
_CONDITIONAL = frozenset({"need", "want", "wish", "require", "have", "decide"})


def clause_starts(words: Sequence[str], breaks: AbstractSet[int]) -> frozenset[int]:
    """Return the indices of words with which a clause may begin."""
    starts = {0} | set(breaks)
    for index, word in enumerate(words):
        if word in _CONJUNCTIONS:
            starts.add(index + 1)
        elif word in _OPINIONS and index and words[index - 1] in {"i", "would", "i'd"}:
            starts.add(index + 1)
            if words[index + 1 : index + 2] in (["that"], ["like"]):
                starts.add(index + 2)
    return frozenset(s for s in starts if s < len(words))


def _wh_inversion(words: Sequence[str], at: int) -> int | None:
    """Return the index of the verb that stands before its subject, None where there is none."""
    for verb in range(at + 1, min(at + _WH_WINDOW, len(words) - 1)):
        word, after = words[verb], words[verb + 1]
        if word in PRONOUNS or word in _ENDS_PHRASE or word in WH:
            return None
        near = verb == at + 1 or (verb == at + 2 and words[at + 1] in _AFTER_WH)
        if word not in AUXILIARIES or not (near or words[at] in _LONG_WH):
            continue
        supported = word in {"do", "does", "did", "has"} and words[at] not in {"who", "which"}
        if near and (after in SUBJECTS or word in BE or supported):
            return verb
        if after in _FAR_SUBJECTS or (
            verb == at + 2 and word in _FAR_VERBS and words[at + 1] not in _SUBJECT_VERBS
        ):
            return verb
    return None


def _wh_opening(
    words: Sequence[str], at: int, clauses: AbstractSet[int], begins: bool, ending: str | None
) -> Opening | None:
    embedded = at > 0 and words[at - 1] in EMBEDDERS and at not in clauses
    verb = _wh_inversion(words, at)
    if (
        verb is not None
        and _inverts(words, at, verb, begins=begins, fresh=at in clauses and not embedded)
        and not _is_free_relative(words, at, verb, ending)
    ):
        return Opening(kind=OpeningKind.WH, word=at, inverted=True)
    if begins and _asks_without_inversion(words, at, ending):
        return Opening(kind=OpeningKind.WH, word=at, inverted=False)
    about = words[at : at + 2] in (["what", "about"], ["how", "about"])
    if _happening(words, at) and not embedded and (at in clauses or ending is None):
        return Opening(kind=OpeningKind.WH, word=at, inverted=False)
    if about and not embedded and ending != ".":
        return Opening(kind=OpeningKind.WH, word=at, inverted=False)
    return None


def _happening(words: Sequence[str], at: int) -> bool:
    """Say whether "what matters", "how many of you" or the like stands here and asks."""
    if words[at] == "how":
        return not _AMOUNTS.isdisjoint(words[at + 1 : at + 2])
    if words[at] != "what" or not _THIRD_PERSON.intersection(words[at + 1 : at + 2]):
        return False
    return not _is_cleft(words, at)


def _inverts(words: Sequence[str], at: int, verb: int, *, begins: bool, fresh: bool) -> bool:
    """Say whether the order is a question's; inside a sentence only a clear one counts."""
    after = words[verb + 1]
    if words[at] == "which" and verb == at + 1 and after not in PRONOUNS:
        return False  # "which is why ..." goes on from the sentence before
    if begins:
        return True
    if words[at] in {"who", "which"} and words[verb] in BE | {"have", "do"}:
        return fresh and after in PRONOUNS
    if words[verb] in _SUPPORT_VERBS:
        if fresh or (words[verb] in {"does", "did"} and words[at - 1] not in EMBEDDERS):
            return True
        return after in SUBJECTS and (after != "it" or words[verb] not in {"do", "did"})
    embedded = words[at - 1] in EMBEDDERS
    return fresh or (after in SUBJECTS and not embedded)


def _asks_without_inversion(words: Sequence[str], at: int, ending: str | None) -> bool:
    """Say whether a sentence that begins with a question word asks: "what happened", "how deep"."""
    word, rest = words[at], words[at + 1 :]
    if not rest or words[at : at + 2] in (["why", "not"], ["how", "come"], ["how", "so"]):
        return True
    if rest[0] in PRONOUNS or (word in {"when", "where", "which"} and len(rest) > 3):
        return ending == "?" and len(rest) <= 3
    if word in {"what", "who", "which", "how", "why"} and rest[0] in _SUBJECT_VERBS:
        return ending == "?" or not _is_cleft(words, at)
    if rest[1:2] == ["of"] and rest[0] in _PARTS:
        return ending != "."
    if word == "which" and rest[0] == "of":
        return ending != "."
    if word == "who" or (word == "how" and rest[0] in _AMOUNTS):
        return ending != "."
    if len(rest) <= 2 and ending != ".":
        return rest[0] not in _EXCLAIMED
    return ending == "?"


def _is_free_relative(words: Sequence[str], at: int, verb: int, ending: str | None) -> bool:
    """Say whether "what is clear is that ..." is a statement."""
    return (
        ending != "?"
        and words[at] in {"what", "which", "where", "how"}
        and words[verb + 1] not in SUBJECTS
        and any(word in {"is", "was"} for word in words[verb + 2 : verb + 6])
    )


def _is_cleft(words: Sequence[str], at: int) -> bool:
    """Say whether "what matters is ..." is a statement."""
    return any(word in {"is", "was"} for word in words[at + 2 : at + 7])


def _yes_no_opening(
    words: Sequence[str], at: int, begins: bool, breaks: AbstractSet[int], ending: str | None
) -> Opening | None:
    if at + 1 >= len(words):
        return None
    verb, after = words[at], words[at + 1]
    if begins or (at in breaks and (after in SUBJECTS or ending == "?")):
        inverted = _inverted_at_start(verb, after, words[at + 1 : at + 5], ending)
    else:
        inverted = _inverted_inside(words, at, ending)
    return Opening(kind=OpeningKind.YES_NO, word=at, inverted=True) if inverted else None


def _inverted_inside(words: Sequence[str], at: int, ending: str | None) -> bool:
    before, verb, after = words[at - 1 : at + 2]
    if ending == "." and before not in LEADS:
        return False
    if verb in {"did", "does", "do"} and before in {"you", "it", "that", "this", "them", "me"}:
        return after in {"he", "she", "they"}
    if after == "you" and verb in _ASKING_YOU and before in _NOT_SUBJECTS:
        return True
    if before in _NO_QUESTION_BEFORE or (verb in {"do", "have"} and before in AUXILIARIES):
        return False
    if verb in _MID_VERBS and after in PRONOUNS:
        return after != "it" or verb not in {"do", "did"}
    if (verb, after) == ("is", "that"):
        return at + 2 < len(words) and words[at + 2] in _NAMES_AFTER_THAT
    return (verb, after) in _MID_PAIRS


def _inverted_at_start(verb: str, after: str, then: Sequence[str], ending: str | None) -> bool:
    if verb in {"do", "have", "had", "has"}:
        if verb == "has" and not {"been", "ever", "always", "had", "done"}.isdisjoint(then[1:]):
            return after != "been"
        if verb == "has" and after in _DETERMINERS:
            return True
        if after not in SUBJECTS or after in {"it", "that", "this", "a", "an", "some", "all"}:
            return ending == "?" and after in SUBJECTS and verb != "do"
        return after in PRONOUNS or after in {"any", "people", "there"} or ending == "?"
    if verb == "should" and after in {"you", "they"} and then[1:2] and then[1] in _CONDITIONAL:
        return ending == "?"
    if verb in {"don't", "might", "may", "must"}:
        return after in PRONOUNS | {"there", "that", "this"} or ending == "?"
    return after in SUBJECTS or ending == "?"


def find_openings(
    words: Sequence[str],
    clauses: AbstractSet[int],
    breaks: AbstractSet[int],
    ending: str | None,
) -> tuple[Opening, ...]:
    """Return the questions that open in a sentence, from left to right."""
    found: list[Opening] = []
    blocked_until = 0
    begins = True  # nothing but lead-in words so far
    for at, word in enumerate(words):
        opening = None
        if at >= blocked_until:
            if word in WH:
                opening = _wh_opening(words, at, clauses, begins, ending)
            elif word in AUXILIARIES:
                opening = _yes_no_opening(words, at, begins, breaks, ending)
        if opening is not None and (begins or at + 2 < len(words)):  # else it is a tag
            found.append(opening)
            verb = _wh_inversion(words, at) if opening.kind is OpeningKind.WH else None
            blocked_until = (verb if verb is not None else at) + 2
        begins = begins and word in LEADS
    return tuple(found)
