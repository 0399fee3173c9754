"""Quality: what the numbers of a session cannot carry, said in sentences.

With eight questions the 90 % interval of an open share is still half the scale wide.
One utterance in five unsure: more than a set can look through after a meeting.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from alsvoice.measures.acts import Act
from alsvoice.measures.scope import members
from alsvoice.session import Conversation, Participant

__all__ = ["Quality", "cautions", "quality"]

_THIN_QUESTIONS = 8
_UNSURE_SHARE = 0.2


@dataclass(frozen=True, slots=True, kw_only=True)
class Quality:
    """Counts behind the cautions; voices are named as the report names them."""

    speech: bool
    utterances: int
    unsure: int
    questions: int
    unnamed: tuple[str, ...]
    guessed: tuple[str, ...]
    by_voice: tuple[str, ...]
    members: int


def quality(conversation: Conversation, acts: Sequence[Act]) -> Quality:
    """Return how well the session is known."""
    people = conversation.people
    return Quality(
        speech=bool(conversation.turns or conversation.utterances),
        utterances=len(conversation.utterances),
        unsure=sum(coded.coding.unsure for coded in conversation.utterances),
        questions=sum(act.kind.is_question for act in acts),
        unnamed=tuple(person.display for person in people if person.name is None),
        guessed=tuple(person.display for person in people if person.name and person.guessed),
        by_voice=tuple(person.display for person in people if person.likeness is not None),
        members=len(members(conversation)),
    )


def cautions(
    known: Quality, unplaced: Sequence[Participant] = (), *, coded: bool = True
) -> Iterator[str]:
    """Yield a sentence for each thing a reader has to know before reading a number.

    Of questions nothing is said where they were not ``coded``.
    """
    if not known.speech:
        yield "No speech was found in this recording."
        return
    if coded and known.questions < _THIN_QUESTIONS:
        yield f"{_few(known.questions)} found: too few to say much about how the set works."
    if coded and known.unsure > _UNSURE_SHARE * known.utterances:
        yield (
            f"The classifier was unsure of {known.unsure} of {known.utterances} utterances; they "
            "count, with wider intervals, and are worth a look."
        )
    if known.unnamed:
        yield f"It is not known yet whose voice this is: {', '.join(known.unnamed)}."
    if known.guessed:
        yield f"Names put to voices by reasoning, to be confirmed: {', '.join(known.guessed)}."
    if known.by_voice:
        yield f"Known by the sound of their voices, to be confirmed: {', '.join(known.by_voice)}."
    if unplaced:
        yield f"No voice has been found for {', '.join(person.name for person in unplaced)}."
    if coded and not known.members:
        yield (
            "The balance of questions to telling stays open until it is known who presents and "
            "who facilitates."
        )


def _few(questions: int) -> str:
    if questions == 0:
        return "No questions were"
    return "Only one question was" if questions == 1 else f"Only {questions} questions were"
