"""Statements made in reply to a question, and those nobody had asked for.

WIAL's ground rule: "Statements should be made only in response to questions" (Marquardt 2004,
Optimizing the Power of Action Learning). A question stays open until the one who asked it
takes the floor again or another question is asked; what anybody else says until then is a reply.
After a passage that was taken out nobody knows what had been asked: nothing is held against anyone.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from alsvoice.intervals import Span
from alsvoice.labels import Label
from alsvoice.measures.acts import unbroken_turns, unknown_stretches
from alsvoice.measures.balance import is_statement
from alsvoice.session import CodedUtterance, Conversation

__all__ = ["Replies", "replies"]

_UNKNOWN = ""  # no person's id: a question may be open, and nobody here asked it


@dataclass(frozen=True, slots=True, kw_only=True)
class Replies:
    """Statements and advice by whether a question was open, in order of time."""

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


def replies(conversation: Conversation) -> Replies:
    """Return what was said in reply and what was not."""
    breaks = unknown_stretches(conversation)
    answered: list[CodedUtterance] = []
    unasked: list[CodedUtterance] = []
    asker: str | None = None
    before: CodedUtterance | None = None
    for turn in unbroken_turns(conversation.utterances, breaks):
        if before is not None and _break_between(before, turn[0], breaks):
            asker = _UNKNOWN
        elif asker == turn[0].person:
            asker = None
        for coded in turn:
            if coded.coding.label.is_question:
                asker = coded.person
            elif coded.coding.label is Label.ADVICE or is_statement(coded):
                in_reply = asker is not None and asker != coded.person
                (answered if in_reply else unasked).append(coded)
        before = turn[-1]
    return Replies(replies=tuple(answered), unasked=tuple(unasked))


def _break_between(one: CodedUtterance, other: CodedUtterance, breaks: Sequence[Span]) -> bool:
    start, end = (sum(coded.utterance.span) // 2 for coded in (one, other))
    return any(a < end and start < b for a, b in breaks)
