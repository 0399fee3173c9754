"""Statements made in reply to a question, and those nobody had asked for.

WIAL's ground rule: "Statements should be made only in response to questions" (Marquardt 2004,
Optimizing the Power of Action Learning). A question stays open until the one who
asked takes the floor again or another question is asked. Where whoever presents is the first to
answer it was theirs, and what others then say is no reply; else it was everybody's, as at a
check-in. Advice in question form is a question to whoever presents, and to nobody else. After a
passage that was taken out nobody knows what had been asked: what is said until the next question
is neither.
"""

from dataclasses import dataclass, replace

from alsvoice.labels import Flag, Label
from alsvoice.measures.acts import parted, turns_of, unknown_stretches
from alsvoice.measures.balance import is_statement
from alsvoice.measures.scope import helps, phase_of
from alsvoice.session import CodedUtterance, Conversation, Role

__all__ = ["Replies", "replies"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Replies:
    """Statements and advice by whether they answer a question, in order of time."""

    replies: tuple[CodedUtterance, ...]
    unasked: tuple[CodedUtterance, ...]

    @property
    def unasked_statements(self) -> tuple[CodedUtterance, ...]:
        """Statements that answer nothing."""
        return tuple(c for c in self.unasked if c.coding.label is not Label.ADVICE)

    @property
    def advice_asked_for(self) -> tuple[CodedUtterance, ...]:
        """Advice that answers a question."""
        return tuple(c for c in self.replies if c.coding.label is Label.ADVICE)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Open:
    """An open question: who asked, and whether whoever presents alone may answer it."""

    asker: str
    presenter_only: bool = False
    fresh: bool = True  # nobody has said anything yet
    unknown: bool = False  # something may have been asked that is not there any more


def replies(conversation: Conversation) -> Replies:
    """Return what was said in reply and what was not."""
    breaks = unknown_stretches(conversation)
    found: dict[bool, list[CodedUtterance]] = {True: [], False: []}
    question: _Open | None = None
    before: CodedUtterance | None = None
    for turn in turns_of(conversation):
        if before is not None and parted(before, turn[0], breaks):
            question = _Open(asker="", unknown=True)
        elif question is not None:
            question = _heard(question, turn[0], conversation)
        presents = _presents(turn[0], conversation)
        for coded in turn:
            if _counts(coded) and not (question and question.unknown):
                found[_answers(question, coded.person, presents=presents)].append(coded)
            if _asks(coded):
                disguised = coded.coding.label is Label.ADVICE
                question = _Open(asker=coded.person, presenter_only=disguised)
        before = turn[-1]
    return Replies(replies=tuple(found[True]), unasked=tuple(found[False]))


def _counts(coded: CodedUtterance) -> bool:
    return coded.coding.label is Label.ADVICE or is_statement(coded)


def _asks(coded: CodedUtterance) -> bool:
    return coded.coding.label.is_question or Flag.ADVICE_IN_DISGUISE in coded.coding.flags


def _answers(question: _Open | None, person: str, *, presents: bool) -> bool:
    if question is None or question.asker == person:
        return False
    return presents or not question.presenter_only


def _heard(question: _Open, first: CodedUtterance, conversation: Conversation) -> _Open | None:
    """Return what a new turn leaves of an open question."""
    if first.person == question.asker:
        return None
    if question.unknown or not question.fresh:
        return question
    theirs = question.presenter_only or _presents(first, conversation)
    return replace(question, fresh=False, presenter_only=theirs)


def _presents(coded: CodedUtterance, conversation: Conversation) -> bool:
    person = conversation.person(coded.person)
    if person.role not in {Role.PRESENTER, Role.MEMBER}:
        return False
    phase = phase_of(coded.utterance.span, conversation.phases)
    return not helps(person, phase, conversation.phases)
