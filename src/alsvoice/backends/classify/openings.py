"""Find where questions open, by word order alone: a question word, or a verb before its subject."""

from dataclasses import dataclass
from enum import StrEnum

from alsvoice.backends.classify.inversion import inverts
from alsvoice.backends.classify.question_words import asks, verb_before_subject
from alsvoice.backends.classify.stretch import Stretch
from alsvoice.backends.classify.vocabulary import AUXILIARIES, LEADS, WH

__all__ = ["Opening", "OpeningKind", "find_openings"]


class OpeningKind(StrEnum):
    """How a question begins."""

    WH = "wh"  # what, how, why, who, ...
    YES_NO = "yes_no"  # do you, is it, have they, ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Opening:
    """A question that begins at the index ``word``."""

    kind: OpeningKind
    word: int


def find_openings(stretch: Stretch) -> tuple[Opening, ...]:
    """Return the questions that open in a stretch of words, from left to right."""
    found: list[Opening] = []
    blocked_until = 0
    begins = True  # nothing but lead-in words so far
    for at, word in enumerate(stretch.words):
        opening = _opening(stretch, at, begins=begins) if at >= blocked_until else None
        # "..., isn't it" at the very end is a tag of what stands before it.
        if opening is not None and (begins or at + 2 < len(stretch.words)):
            found.append(opening)
            blocked_until = _end_of_opening(stretch, opening)
        begins = begins and word in LEADS
    return tuple(found)


def _opening(stretch: Stretch, at: int, *, begins: bool) -> Opening | None:
    word = stretch.words[at]
    if word in WH and asks(stretch, at, begins=begins):
        return Opening(kind=OpeningKind.WH, word=at)
    if word in AUXILIARIES and inverts(stretch, at, begins=begins):
        return Opening(kind=OpeningKind.YES_NO, word=at)
    return None


def _end_of_opening(stretch: Stretch, opening: Opening) -> int:
    """Return the index after verb and subject: the "do you" of "what do you" opens nothing more."""
    verb = None
    if opening.kind is OpeningKind.WH:
        verb = verb_before_subject(stretch.words, opening.word)
    return (opening.word if verb is None else verb) + 2
