"""Who helps, and when: the phases and the people whose questions and advice the balance weighs.

Action learning's members help by asking while the presenter thinks (Revans 1982); whoever presents
in a round is no member in it, and the facilitator has measures of their own.
"""

import re
import unicodedata
from collections.abc import Hashable, Sequence
from itertools import count

from alsvoice.intervals import Span
from alsvoice.session import Conversation, Person, Phase, Role

__all__ = [
    "helping_phases",
    "helps",
    "members",
    "phase_of",
    "presenter_of",
    "rounds",
    "same_name",
]

# Names of phases are a person's own words: "clarifying", "open questions", "Exploring with Ben".
_HELPING = re.compile(r"clarif|question|explor|enquir|inquir", re.IGNORECASE)


def phase_of(span: Span, phases: Sequence[Phase]) -> Phase | None:
    """Return the phase that is on in the middle of a span.

    A word's time and a marked phase are seldom sure to a tenth of a second, so neither the start
    nor the end of an utterance says where it belongs.
    """
    middle = (span[0] + span[1]) // 2
    return next((p for p in phases if p.start_ms <= middle < p.end_ms), None)


def helping_phases(phases: Sequence[Phase]) -> tuple[Phase, ...]:
    """Return the phases in which members clarify and question."""
    return tuple(phase for phase in phases if _HELPING.search(phase.name))


def presenter_of(phase: Phase, phases: Sequence[Phase]) -> str | None:
    """Return the name of who presents, told by the phase or by another one of its round."""
    if phase.presenter or phase.round is None:
        return phase.presenter
    return next((p.presenter for p in phases if p.round == phase.round and p.presenter), None)


def same_name(one: str | None, other: str | None) -> bool:
    """Return whether two names are one, however their case, spaces and accents were typed."""
    return one is not None and other is not None and _folded(one) == _folded(other)


def _folded(name: str) -> str:
    return " ".join(unicodedata.normalize("NFC", name).casefold().split())


def rounds(phases: Sequence[Phase]) -> tuple[tuple[int, str | None, tuple[Phase, ...]], ...]:
    """Return (number, presenter, phases) of each round; none where only one is known.

    Phases of one number are a round, and a presenter's phases without a number belong to it; a
    presenter whose phases have no number at all has a round with the first number that is free.
    """
    found: dict[Hashable, list[Phase]] = {}
    for phase in phases:
        if (key := _round_key(phase, phases)) is not None:
            found.setdefault(key, []).append(phase)
    if len(found) < 2:
        return ()
    free = (n for n in count(1) if n not in found)
    return tuple(
        (
            key if isinstance(key, int) else next(free),
            next((p.presenter for p in group if p.presenter), None),
            tuple(group),
        )
        for key, group in found.items()
    )


def _round_key(phase: Phase, phases: Sequence[Phase]) -> int | str | None:
    """Return a phase's round, else the nearest one of its presenter, else the presenter."""
    if phase.round is not None or not phase.presenter:
        return phase.round
    theirs = [p for p in phases if p.round is not None and same_name(p.presenter, phase.presenter)]
    nearest = min(theirs, key=lambda p: abs(p.start_ms - phase.start_ms), default=None)
    return nearest.round if nearest else _folded(phase.presenter)


def members(conversation: Conversation) -> tuple[Person, ...]:
    """Return who helps in at least one round.

    Once a facilitator or a presenter is known, a voice without a role counts as a member; while no
    role is known nobody does, for the presenter would be among them.
    """
    rounds = any(phase.presenter for phase in conversation.phases)
    roles: set[Role | None] = {Role.MEMBER}
    if rounds:
        roles.add(Role.PRESENTER)
    if any(p.role in {Role.FACILITATOR, Role.PRESENTER} for p in conversation.people):
        roles.add(None)
    return tuple(person for person in conversation.people if person.role in roles)


def helps(person: Person, phase: Phase | None, phases: Sequence[Phase]) -> bool:
    """Return whether one of the members helps in a phase: they do unless they present in it."""
    presenter = presenter_of(phase, phases) if phase else None
    return not same_name(person.name, presenter) if presenter else person.role is not Role.PRESENTER
