"""What every finding needs: the measures, whom to name, and how to quote."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from alsvoice.findings.welcome import Welcome, is_review
from alsvoice.intervals import clock
from alsvoice.labels import Flag, Label
from alsvoice.measures.acts import Act
from alsvoice.measures.measured import Measured
from alsvoice.measures.once import once
from alsvoice.measures.scope import helps, phase_of
from alsvoice.session import CodedUtterance, Phase, Role
from alsvoice.sets import School

__all__ = ["Scene", "disguised", "ids", "listed", "number", "times"]

_LONGEST_QUOTE = 150
_SMALL = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
_CALLED = {
    Role.FACILITATOR: "the facilitator",
    Role.PRESENTER: "the presenter",
    Role.MEMBER: "a member",
    Role.OBSERVER: "an observer",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """A measured session; ``named`` is whether people are called by their names."""

    found: Measured
    school: School
    welcome: Welcome
    named: bool = True

    def who(self, person: str) -> str:
        """Return what to call a person: name, voice, or their role where nobody is named."""
        known = self.found.conversation.person(person)
        if self.named:
            return known.display
        return _CALLED[known.role] if known.role else "somebody"

    def welcomes(self, phase: Phase | None, label: Label) -> bool:
        """Whether a label is welcome in a phase; outside phases only questions are."""
        if phase is None:
            return label.is_question
        return label in self.welcome.get(phase.name, frozenset({Label.OPEN_QUESTION}))

    def helping(self, person: str, phase: Phase | None) -> bool:
        """Whether somebody helps in a phase: nobody is blamed for presenting in their round."""
        conversation = self.found.conversation
        return helps(conversation.person(person), phase, conversation.phases)

    @property
    def helping_is_known(self) -> bool:
        """Whether the balance is of helping alone: phases of which none helps do not tell."""
        return bool(self.found.balance.phases) or not self.found.conversation.phases

    def helped_saying(self, coded: CodedUtterance) -> bool:
        """Whether whoever says something helps while they do."""
        return self.helping(
            coded.person, phase_of(coded.utterance.span, self.found.conversation.phases)
        )

    def helping_acts(self, person: str | None = None) -> tuple[Act, ...]:
        """Return everybody's acts, or one person's, where they help."""
        every = self._helping_acts()
        return every if person is None else tuple(act for act in every if act.person == person)

    @once
    def _helping_acts(self) -> tuple[Act, ...]:
        return tuple(act for act in self.found.acts if self.helping(act.person, act.phase))

    def quote(self, said: Sequence[CodedUtterance]) -> str:
        """Return what was said with where and by whom, cut where it is long."""
        text = " ".join(coded.utterance.text for coded in said)
        if len(text) > _LONGEST_QUOTE:
            text = text[:_LONGEST_QUOTE].rsplit(" ", 1)[0] + "…"
        at = clock(said[0].utterance.start_ms)
        place = f"{self.who(said[0].person)}, {at}" if self.named else at
        doubt = "; the label is unsure" if any(coded.coding.unsure for coded in said) else ""
        return f"“{text}” ({place}{doubt})"

    def quotes(self, acts: Iterable[Act], most: int = 3) -> str:
        """Return a few acts as quotes, those that are sure first, in order of time."""
        surest = sorted(acts, key=lambda act: (act.coding.unsure, act.start_ms))[:most]
        some = sorted(surest, key=lambda act: act.start_ms)
        return listed([self.quote(act.utterances) for act in some])

    @once
    def crept_in(self) -> tuple[Act, ...]:
        """Return the advice of those who help that no phase and nobody asked for."""
        asked = {c.utterance.id for c in self.found.replies.advice_asked_for}
        return tuple(
            act
            for act in self.helping_acts()
            if act.kind is Label.ADVICE
            and not self.welcomes(act.phase, Label.ADVICE)
            and not is_review(act.phase)
            and not asked.issuperset(act.utterance_ids)
        )


def disguised(act: Act) -> bool:
    """Whether advice has the form of a question."""
    return Flag.ADVICE_IN_DISGUISE in act.flags


def ids(acts: Iterable[Act]) -> tuple[str, ...]:
    """Return the utterances of some acts."""
    return tuple(id_ for act in acts for id_ in act.utterance_ids)


def listed(parts: Sequence[str]) -> str:
    """Return ``a, b and c``."""
    return f"{', '.join(parts[:-1])} and {parts[-1]}" if len(parts) > 1 else "".join(parts)


def number(count: int) -> str:
    """Return a small number in words."""
    return _SMALL[count] if count < len(_SMALL) else str(count)


def times(count: int) -> str:
    """Return how often: ``once``, ``twice``, ``three times``."""
    return {1: "once", 2: "twice"}.get(count, f"{number(count)} times")
