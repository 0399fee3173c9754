"""Long questions: so much said before or after the asking that the question is hard to find.

Payne (1951, The Art of Asking Questions) keeps a question to about twenty words; spoken ones are
given a few more. Counted from the statement right before it in the same turn (its preamble; the
facilitator's thanks and rules are none) to its end, without hesitations. A question that goes on to
give its reason ("because…") is long whatever its length: the reason is a statement.
"""

import re
from collections.abc import Sequence
from itertools import pairwise

from alsvoice.measures.acts import Act, turns_of
from alsvoice.measures.balance import is_statement
from alsvoice.session import CodedUtterance, Conversation, Role

__all__ = ["long_questions"]

_MOST_WORDS = 25
_HESITATION = re.compile(r"(?:u+m+|u+h+|e+r+m*|a+h+|h*m+)\W*", re.IGNORECASE)
_REASON = re.compile(r"\w.*\bbecause\b(?:\W+\w+){3}", re.IGNORECASE | re.DOTALL)


def long_questions(conversation: Conversation, acts: Sequence[Act]) -> tuple[Act, ...]:
    """Return the question acts that are long."""
    before = _preambles(conversation)
    return tuple(
        act
        for act in acts
        if act.kind.is_question and _is_long(act, before.get(act.utterances[0].utterance.id))
    )


def _is_long(act: Act, preamble: CodedUtterance | None) -> bool:
    said = [*([preamble] if preamble else []), *act.utterances]
    words = [w.text for coded in said for w in coded.utterance.words]
    spoken = sum(not _HESITATION.fullmatch(word) for word in words)
    asked = " ".join(coded.utterance.text for coded in act.utterances)
    return spoken > _MOST_WORDS or bool(_REASON.search(asked))


def _preambles(conversation: Conversation) -> dict[str, CodedUtterance]:
    """Return the statement that stands right before an utterance in its turn, by its id."""
    leads = {person.id for person in conversation.people if person.role is Role.FACILITATOR}
    found: dict[str, CodedUtterance] = {}
    for turn in turns_of(conversation):
        if turn[0].person in leads:
            continue
        for one, following in pairwise(turn):
            if is_statement(one):
                found[following.utterance.id] = one
    return found
