"""Commitments: what somebody says they will do, by when, in whose words.

The set asks "what will you do, and by when?" and begins its next meeting with the answers (Revans
1982; Pedler 2011). One action an utterance flagged ``action_commitment``, by anyone; a due date is
read from it, else from what the same person says right after ("By when?" - "By Friday.").
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from alsvoice.labels import Flag
from alsvoice.measures.acts import STATEMENT_WORDS
from alsvoice.measures.due import Due, find_due
from alsvoice.session import CodedUtterance, Conversation

__all__ = ["Commitment", "commitments"]

# "I'll do that by Wednesday" speaks of the commitment before it and is none of its own.
_SAME_AGAIN = re.compile(r"\b(?:do|finish|have|get|manage) (?:that|it|this|so)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Commitment:
    """An action: the owner's id, the utterances that say it, the due date where one is named."""

    person: str
    utterances: tuple[CodedUtterance, ...]
    due: Due | None

    @property
    def text(self) -> str:
        """The owner's own words."""
        return " ".join(coded.utterance.text for coded in self.utterances)


def commitments(conversation: Conversation, said_on: date | None) -> tuple[Commitment, ...]:
    """Return actions in order of time; due dates are those after ``said_on``."""
    found: list[tuple[CodedUtterance, Commitment]] = []
    for person in conversation.people:
        own = [coded for coded in conversation.utterances if coded.person == person.id]
        found += ((item.utterances[0], item) for item in _of_one(own, said_on))
    return tuple(item for _, item in sorted(found, key=lambda pair: pair[0].utterance.span))


def _of_one(own: Sequence[CodedUtterance], said_on: date | None) -> Iterable[Commitment]:
    """Yield one person's commitments; ``own`` is all they say, in order."""
    taken = -1
    for index, coded in enumerate(own):
        if index <= taken or Flag.ACTION_COMMITMENT not in coded.coding.flags:
            continue
        said, due = [coded], find_due(coded.utterance.text, said_on)
        if due is None and index + 1 < len(own) and _speaks_of_it(own[index + 1]):
            due = find_due(own[index + 1].utterance.text, said_on)
            if due is not None:
                said.append(own[index + 1])
                taken = index + 1
        yield Commitment(person=coded.person, utterances=tuple(said), due=due)


def _speaks_of_it(following: CodedUtterance) -> bool:
    short = len(following.utterance.words) < STATEMENT_WORDS
    return short or bool(_SAME_AGAIN.search(following.utterance.text))
