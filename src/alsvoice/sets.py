"""A set: the same people who meet again every six to eight weeks, and what goes on between.

A session belongs to a set by its manifest's ``set``, which is the set's name. Whose turn it is to
facilitate or present follows from who did so, and when; who did so longest ago comes next.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any, Self

from alsvoice.session import ActionState, Consent, Participant, Role

__all__ = ["LearningSet", "Meeting", "School", "SetAction"]


class School(StrEnum):
    """The school of action learning a set works in; it changes what is raised, never a count.

    Revans: peers who ask, a light facilitator (The Origins and Growth of Action Learning, 1982).
    WIAL: a coach, and statements only in reply to questions (Marquardt, Optimizing the Power of
    Action Learning, 2004). Critical: who dominates and who goes unheard (Vince 2004; Rigg & Trehan
    2004, on power and emotion in sets).
    """

    REVANS = "revans"
    WIAL = "wial"
    CRITICAL = "critical"

    @property
    def wants_statements_asked_for(self) -> bool:
        """Whether a statement that answers no question is raised."""
        return self is School.WIAL

    @property
    def wants_a_light_facilitator(self) -> bool:
        """Whether a facilitator who talks more than the members is raised."""
        return self is not School.WIAL

    @property
    def asks_who_is_unheard(self) -> bool:
        """Whether voices that hardly occur, and who is cut off, are raised."""
        return self is School.CRITICAL


@dataclass(frozen=True, slots=True, kw_only=True)
class SetAction:
    """What somebody committed to; ``due`` is an ISO date, ``session`` the id of where it was said.

    ``utterance`` is where it was found in the words, None where a person wrote it.
    """

    id: str
    text: str
    owner: str | None = None
    due: str | None = None
    session: str | None = None
    state: ActionState = ActionState.OPEN
    utterance: str | None = None

    @property
    def is_open(self) -> bool:
        """Whether it is still to be asked about."""
        return self.state is not ActionState.DONE


@dataclass(frozen=True, slots=True, kw_only=True)
class Meeting:
    """One session of the set, here or on another's laptop; ``started`` is an ISO time.

    ``counts`` are the numbers that trends need, as the report's JSON has them (``session``,
    ``questions``, ``balance``, ``timing``, ``participants``, ``phases``): no word of anybody. They
    are there for sessions that came with an imported set.
    """

    session: str
    started: str
    facilitators: tuple[str, ...] = ()
    presenters: tuple[str, ...] = ()
    attended: tuple[str, ...] = ()
    counts: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class LearningSet:
    """A set; the roles of its participants are their usual ones, and meetings go by time.

    ``vocabulary`` are words that occur again and again and that a recogniser may not know.
    """

    name: str
    participants: tuple[Participant, ...] = ()
    template: str | None = None
    school: School = School.REVANS
    consent: Consent | None = None
    actions: tuple[SetAction, ...] = ()
    meetings: tuple[Meeting, ...] = ()
    vocabulary: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if not self.name.strip():
            raise ValueError("a set has no name")

    @property
    def open_actions(self) -> tuple[SetAction, ...]:
        """What is to be asked about at the start of the next meeting."""
        return tuple(action for action in self.actions if action.is_open)

    def next_facilitator(self) -> str | None:
        """Return whose turn it is to facilitate; a usual facilitator always does."""
        usual = [p.name for p in self.participants if p.role is Role.FACILITATOR]
        return self._whose_turn(usual or self._able(), lambda meeting: meeting.facilitators)

    def next_presenters(self, count: int = 1) -> tuple[str, ...]:
        """Return whose turn it is to present, as many as there are rounds."""
        usual = [p.name for p in self.participants if p.role is Role.PRESENTER]
        facilitator = self.next_facilitator()
        able = usual or [name for name in self._able() if name != facilitator]
        chosen: list[str] = []
        for _ in range(min(count, len(able))):
            left = [name for name in able if name not in chosen]
            turn = self._whose_turn(left, lambda meeting: meeting.presenters)
            chosen += [turn] if turn else []
        return tuple(chosen)

    def _able(self) -> list[str]:
        return [p.name for p in self.participants if p.role is not Role.OBSERVER]

    def _whose_turn(
        self, names: Sequence[str], did: Callable[[Meeting], Iterable[str]]
    ) -> str | None:
        """Return who did it longest ago; those who never did come first, in the set's order."""
        last = {name: meeting.started for meeting in self.meetings for name in did(meeting)}
        return min(names, key=lambda name: last.get(name, ""), default=None)

    def today(self, rounds: int = 1) -> tuple[Participant, ...]:
        """Return the participants with the roles of the next meeting."""
        facilitator, presenters = self.next_facilitator(), self.next_presenters(rounds)
        return tuple(replace(p, role=_role(p, facilitator, presenters)) for p in self.participants)

    def with_meeting(self, meeting: Meeting) -> Self:
        """Return the set with a meeting, in place of what was known of it, in order of time."""
        others = [m for m in self.meetings if m.session != meeting.session]
        ordered = sorted([*others, meeting], key=lambda m: (m.started, m.session))
        return replace(self, meetings=tuple(ordered))

    def with_actions(self, session: str, found: Iterable[SetAction]) -> Self:
        """Return the set with what was found in a session; what was done elsewhere stays done.

        Actions that a person wrote are kept; those found before and not now were wrong or taken
        out.
        """
        known = {action.id: action for action in self.actions}
        fresh = [
            replace(action, state=known[action.id].state)
            if action.id in known and action.state is ActionState.OPEN
            else action
            for action in found
        ]
        kept = [a for a in self.actions if a.session != session or a.utterance is None]
        ids = {action.id for action in fresh}
        return replace(self, actions=(*(a for a in kept if a.id not in ids), *fresh))

    def with_state(self, action: str, state: ActionState) -> Self:
        """Return the set with what became of an action."""
        told = (replace(a, state=state) if a.id == action else a for a in self.actions)
        return replace(self, actions=tuple(told))

    def merged(self, other: Self) -> Self:
        """Return the set as another laptop handed it over, with what only this one knows.

        The newer roster and template come with it; an action that is done anywhere is done.
        """
        merged = other
        theirs = {m.session for m in other.meetings}
        for meeting in self.meetings:
            if meeting.session not in theirs:
                merged = merged.with_meeting(meeting)
        own = {action.id: action for action in self.actions}
        joined = [own[a.id] if a.id in own and not own[a.id].is_open else a for a in other.actions]
        ids = {action.id for action in joined}
        words = tuple(dict.fromkeys([*other.vocabulary, *self.vocabulary]))
        kept = (a for a in self.actions if a.id not in ids)
        return replace(merged, actions=(*joined, *kept), vocabulary=words)


def _role(person: Participant, facilitator: str | None, presenters: Sequence[str]) -> Role:
    if person.name == facilitator:
        return Role.FACILITATOR
    if person.name in presenters:
        return Role.PRESENTER
    return Role.OBSERVER if person.role is Role.OBSERVER else Role.MEMBER
