"""A set: the same people who meet again every six to eight weeks, and what goes on between.

A session belongs to a set by its manifest's ``set``, which is the set's name. Whose turn it is to
facilitate or present follows from who did so, and when; who did so longest ago comes next.
"""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
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

    ``utterance`` is where it was found in the words, None where a person wrote it; ``until`` is the
    ISO date it was carried to. The text of one that was done elsewhere is empty.
    """

    id: str
    text: str
    owner: str | None = None
    due: str | None = None
    session: str | None = None
    state: ActionState = ActionState.OPEN
    utterance: str | None = None
    until: str | None = None

    @property
    def is_open(self) -> bool:
        """Whether it is still to be asked about."""
        return self.state is not ActionState.DONE


@dataclass(frozen=True, slots=True, kw_only=True)
class Meeting:
    """One session of the set, here or on another's laptop; ``started`` is an ISO time.

    ``counts`` are the numbers that trends need, as the report's JSON has them (``session``,
    ``questions``, ``balance``, ``timing``, ``participants``, ``phases``, what counted them): no
    word of anybody. They are there for sessions that came with an imported set; ``counted`` is the
    ISO time they were taken.
    """

    session: str
    started: str
    facilitators: tuple[str, ...] = ()
    presenters: tuple[str, ...] = ()
    attended: tuple[str, ...] = ()
    counts: Mapping[str, Any] = field(default_factory=dict)
    counted: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class LearningSet:
    """A set; the roles of its participants are their usual ones, and meetings go by time.

    ``vocabulary`` are words that occur again and again and that a recogniser may not know.
    ``changed`` is the ISO time at which a person last changed name, people, template, school or
    consent. ``dropped`` are sessions that count for nobody's turn, such as a rehearsal.
    """

    name: str
    participants: tuple[Participant, ...] = ()
    template: str | None = None
    school: School = School.REVANS
    consent: Consent | None = None
    actions: tuple[SetAction, ...] = ()
    meetings: tuple[Meeting, ...] = ()
    vocabulary: tuple[str, ...] = ()
    changed: str | None = None
    dropped: tuple[str, ...] = ()

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

    def without_meeting(self, session: str) -> Self:
        """Return the set in which a session counts for nobody's turn, now and later."""
        left = tuple(m for m in self.meetings if m.session != session)
        dropped = (*(s for s in self.dropped if s != session), session)
        return replace(self, meetings=left, dropped=dropped)

    def with_actions(self, session: str, found: Iterable[SetAction]) -> Self:
        """Return the set with what was found in a session; what was done elsewhere stays done.

        Actions that a person wrote are kept; those found before and not now were wrong or taken
        out.
        """
        known = {action.id: action for action in self.actions}
        fresh = [
            replace(action, state=known[action.id].state, until=known[action.id].until)
            if action.id in known and action.state is ActionState.OPEN
            else action
            for action in found
        ]
        kept = [a for a in self.actions if a.session != session or a.utterance is None]
        ids = {action.id for action in fresh}
        return replace(self, actions=(*(a for a in kept if a.id not in ids), *fresh))

    def with_state(self, action: str, state: ActionState, until: date | None = None) -> Self:
        """Return the set with what became of an action, and the day it was carried to."""
        day = until.isoformat() if until else None
        told = (replace(a, state=state, until=day) if a.id == action else a for a in self.actions)
        return replace(self, actions=tuple(told))

    def merged(self, other: Self, here: Collection[str] = ()) -> Self:
        """Return the set joined with what another laptop handed over.

        Name, people, template, school and consent are those of the one changed last. Of sessions
        that lie ``here`` nothing is taken over but that an action is done: it is so everywhere.
        """
        newer = other if _is_after(other.changed, self.changed) else self
        dropped = tuple(dict.fromkeys((*self.dropped, *other.dropped)))
        return replace(
            newer,
            name=self.name,
            meetings=_met(self, other, {*here, *dropped}, dropped),
            actions=_to_do(self, other, {*here, *dropped}),
            dropped=dropped,
            vocabulary=tuple(
                dict.fromkeys((*newer.vocabulary, *self.vocabulary, *other.vocabulary))
            ),
        )


def _is_after(one: str | None, other: str | None) -> bool:
    if one is None or other is None:
        return one is not None
    return datetime.fromisoformat(one) > datetime.fromisoformat(other)


def _met(
    mine: LearningSet, theirs: LearningSet, ours: Collection[str], dropped: Collection[str]
) -> tuple[Meeting, ...]:
    """Return the meetings of both; of one that both know, those counts that were taken last."""
    found = {m.session: m for m in mine.meetings if m.session not in dropped}
    for meeting in theirs.meetings:
        known = found.get(meeting.session)
        if meeting.session in ours or (known and _is_after(known.counted, meeting.counted)):
            continue
        found[meeting.session] = meeting
    return tuple(sorted(found.values(), key=lambda m: (m.started, m.session)))


def _to_do(mine: LearningSet, theirs: LearningSet, ours: Collection[str]) -> tuple[SetAction, ...]:
    """Return the actions of both; what a person said of one, here or there, is kept."""
    found = {action.id: action for action in mine.actions}
    for action in theirs.actions:
        known = found.get(action.id)
        if known is None:
            found |= {} if action.session in ours else {action.id: action}
        elif not action.is_open:
            found[action.id] = replace(known, state=ActionState.DONE, until=None)
        elif known.state is ActionState.OPEN and action.session not in ours:
            found[action.id] = action
    return tuple(found.values())


def _role(person: Participant, facilitator: str | None, presenters: Sequence[str]) -> Role:
    if person.name == facilitator:
        return Role.FACILITATOR
    if person.name in presenters:
        return Role.PRESENTER
    return Role.OBSERVER if person.role is Role.OBSERVER else Role.MEMBER
