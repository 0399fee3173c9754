"""Everything that is measured of a session, measured once: what reports and findings read."""

from dataclasses import dataclass

from alsvoice.labels import ClassifierCard, Label
from alsvoice.measures import acts as acts_
from alsvoice.measures import balance as balance_
from alsvoice.measures import (
    evenness,
    exchange,
    facilitation,
    floor,
    interruptions,
    long_questions,
    off_track,
    phase_guess,
    questioning,
    replies,
    think_time,
    timing,
    uncertainty,
)
from alsvoice.session import CodedUtterance, Conversation, Phase
from alsvoice.transcript import is_withdrawn

__all__ = ["Measured", "measure"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """A session and its measures; ``guessed`` are phases where nobody marked any."""

    conversation: Conversation
    card: ClassifierCard | None
    acts: tuple[acts_.Act, ...]
    runs: tuple[floor.Run, ...]
    talk: dict[str, timing.Talk]
    timing: timing.Timing
    members_evenness: float | None
    thinking: tuple[think_time.ThinkTime, ...]
    exchanges: tuple[exchange.Exchange, ...]
    interruptions: tuple[interruptions.Interruption, ...]
    interventions: tuple[facilitation.Intervention, ...]
    long: tuple[acts_.Act, ...]
    replies: replies.Replies
    off_track: tuple[off_track.Stray, ...]
    balance: balance_.Balance
    guessed: tuple[Phase, ...]

    def name(self, person: str) -> str | None:
        """Return a person's name; None where it is not known or they withdrew."""
        return None if is_withdrawn(person) else self.conversation.person(person).name

    def said_by(self, person: str) -> tuple[CodedUtterance, ...]:
        """Return what a person said."""
        return tuple(c for c in self.conversation.utterances if c.person == person)

    def acts_of(self, person: str) -> tuple[acts_.Act, ...]:
        """Return a person's acts."""
        return tuple(act for act in self.acts if act.person == person)

    def counts(self) -> questioning.Questioning:
        """Return everybody's counts."""
        return questioning.count(self.acts)

    def belief(self) -> uncertainty.Belief:
        """Return what can be believed of everybody's counts."""
        others = [c.coding for c in self.conversation.utterances if c.coding.label is Label.OTHER]
        return uncertainty.believe([*(act.coding for act in self.acts), *others], self.card)

    def belief_in(self, helping: balance_.Balance) -> uncertainty.Belief:
        """Return what can be believed of a balance."""
        coded = [*(act.coding for act in helping.acts), *(c.coding for c in helping.statements)]
        return uncertainty.believe(coded, self.card)


def measure(conversation: Conversation, card: ClassifierCard | None = None) -> Measured:
    """Measure a session; ``card`` says what the classifier is known to get wrong."""
    if card is not None and not _roles_known(conversation):
        card = card.where_roles_are_unknown()
    taking = floor.floor_turns(conversation)
    counted = acts_.acts(conversation)
    runs = floor.runs(taking)
    talked = timing.talk(conversation, runs)
    return Measured(
        conversation=conversation,
        card=card,
        acts=counted,
        runs=runs,
        talk=talked,
        timing=timing.timing(conversation, runs),
        members_evenness=evenness.evenness(evenness.helping_talk_ms(conversation)),
        thinking=think_time.think_times(conversation, counted),
        exchanges=exchange.exchanges(conversation, counted),
        interruptions=interruptions.interruptions(taking),
        interventions=facilitation.interventions(conversation, counted),
        long=long_questions.long_questions(conversation, counted),
        replies=replies.replies(conversation),
        off_track=off_track.off_track(conversation),
        balance=balance_.balance(conversation, counted),
        guessed=() if conversation.phases else phase_guess.guess_phases(conversation),
    )


def _roles_known(conversation: Conversation) -> bool:
    """Say whether most of what was said is by people whose role is known."""
    roles = {person.id: person.role for person in conversation.people}
    known = sum(roles.get(coded.person) is not None for coded in conversation.utterances)
    return 2 * known >= len(conversation.utterances)
