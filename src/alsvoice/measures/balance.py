"""Balance of Q to P, the headline: the members' questions against their telling.

Revans: L = P + Q, learning is programmed knowledge and questioning, and in a set the weight belongs
on Q. Q are the members' question acts; P their advice acts and their statements: utterances of five
words or more labelled ``other`` that do not listen, give back, keep time, steer or stray. Counted
in the phases in which members help when phases are known, else over the session.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from alsvoice.intervals import Span, intersect, total_ms
from alsvoice.labels import Flag, Label
from alsvoice.measures.acts import STATEMENT_WORDS, Act
from alsvoice.measures.questioning import Questioning, count, share
from alsvoice.measures.scope import helping_phases, helps, members, phase_of
from alsvoice.measures.timing import spans_of_each
from alsvoice.session import CodedUtterance, Conversation, Phase

__all__ = ["Balance", "balance", "is_statement"]

_NOT_TELLING = {
    Flag.BACKCHANNEL,
    Flag.REFLECTION,
    Flag.TIME_KEEPING,
    Flag.PROCESS_INTERVENTION,
    Flag.OFF_TOPIC,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Balance:
    """The members' helping; ``phases`` is empty where the whole session was counted."""

    roles: tuple[str, ...]
    phases: tuple[Phase, ...]
    acts: tuple[Act, ...]
    statements: tuple[CodedUtterance, ...]
    question_ms: int
    telling_ms: int

    @property
    def counts(self) -> Questioning:
        """Counts of the acts."""
        return count(self.acts)

    @property
    def q_share(self) -> float | None:
        """Q / (Q + P); None where the members said nothing of either."""
        asked, advised = self.counts.questions, self.counts.advice
        return share(asked, asked + advised + len(self.statements))


def balance(
    conversation: Conversation, acts: Sequence[Act], *, only: Sequence[Phase] | None = None
) -> Balance:
    """Return the members' balance; ``only`` keeps it to some of the phases (a round's)."""
    helpers = {person.id: person for person in members(conversation)}
    phases = helping_phases(conversation.phases if only is None else only)

    def counts_here(person: str, phase: Phase | None) -> bool:
        inside = phase in phases if phases else only is None or phase in only
        return inside and person in helpers and helps(helpers[person], phase, conversation.phases)

    helping = tuple(act for act in acts if counts_here(act.person, act.phase))
    told = tuple(
        coded
        for coded in conversation.utterances
        if coded.person in helpers
        and is_statement(coded)
        and counts_here(coded.person, phase_of(coded.utterance.span, conversation.phases))
    )
    asked = [coded for act in helping if act.kind.is_question for coded in act.utterances]
    advised = [coded for act in helping if act.kind is Label.ADVICE for coded in act.utterances]
    speech = spans_of_each(conversation.turns)
    return Balance(
        roles=_roles(conversation),
        phases=phases,
        acts=helping,
        statements=told,
        question_ms=_speech_ms(asked, speech),
        telling_ms=_speech_ms([*advised, *told], speech),
    )


def is_statement(coded: CodedUtterance) -> bool:
    """Return whether an utterance tells: five words or more, and no part of the set's work."""
    return (
        coded.coding.label is Label.OTHER
        and len(coded.utterance.words) >= STATEMENT_WORDS
        and _NOT_TELLING.isdisjoint(coded.coding.flags)
    )


def _roles(conversation: Conversation) -> tuple[str, ...]:
    found = {person.role for person in members(conversation)}
    if not found:
        return ()
    return ("member", "unknown") if None in found else ("member",)


def _speech_ms(said: Sequence[CodedUtterance], speech: dict[str, list[Span]]) -> int:
    """Return how long the people's turns are on while they say these utterances."""
    by_person: dict[str, list[Span]] = {}
    for coded in said:
        by_person.setdefault(coded.person, []).append(coded.utterance.span)
    return sum(
        total_ms(intersect(spans, speech.get(person, ()))) for person, spans in by_person.items()
    )
