"""Who helps, and when: the phases and the people whose questions and advice the balance weighs.

Action learning's members help by asking while the presenter thinks (Revans 1982); whoever presents
in a round is no member in it, and the facilitator has measures of their own.
"""

import re
from collections.abc import Sequence

from alsvoice.intervals import Span
from alsvoice.session import Conversation, Person, Phase, Role

__all__ = ["helping_phases", "helps", "members", "phase_of", "presenter_of", "rounds"]

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


def rounds(phases: Sequence[Phase]) -> tuple[tuple[int, str | None, tuple[Phase, ...]], ...]:
    """Return (number, presenter, phases) of each round; none where only one is known."""
    found: dict[int | str, list[Phase]] = {}
    for phase in phases:
        if (key := phase.round or phase.presenter) is not None:
            found.setdefault(key, []).append(phase)
    if len(found) < 2:
        return ()
    return tuple(
        (group[0].round or n, presenter_of(group[0], phases), tuple(group))
        for n, group in enumerate(found.values(), start=1)
    )


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
    return person.name != presenter if presenter else person.role is not Role.PRESENTER
