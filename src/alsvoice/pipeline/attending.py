"""What a set lends a session: people in the roles of today, template, basis of consent."""

from collections.abc import Sequence
from dataclasses import replace

from alsvoice.errors import NotFoundError
from alsvoice.pipeline import plans, sets
from alsvoice.pipeline.importing import Details
from alsvoice.session import Participant, Role
from alsvoice.sets import LearningSet
from alsvoice.store import Library
from alsvoice.templates import PlannedPhase, schedule

__all__ = ["plan_of", "set_of", "shown_roles", "with_set"]


def set_of(library: Library, name: str | None) -> LearningSet | None:
    """Return the set that is kept under a name; None where there is none."""
    try:
        return sets.find(library, name) if name else None
    except NotFoundError:
        return None


def with_set(library: Library, details: Details) -> Details:
    """Return what was said of a session, and of its set where nothing was said."""
    known = set_of(library, details.set)
    if known is None:
        return details
    template = details.template or known.template
    rounds = plans.find(library, template).rounds if template else 1
    return replace(
        details,
        set=known.name,
        participants=details.participants or known.today(rounds),
        template=template,
        consent=details.consent or known.consent,
    )


def plan_of(library: Library, details: Details) -> tuple[PlannedPhase, ...]:
    """Return the phases of this meeting, rounds by presenter; none without a template."""
    if details.template is None:
        return ()
    presenting = [p.name for p in details.participants if p.role is Role.PRESENTER]
    return schedule(plans.find(library, details.template), presenting)


def shown_roles(people: Sequence[Participant]) -> str:
    """Return who facilitates and presents, as a phrase; empty where nobody does."""
    parts = [
        f"{verb} {', '.join(p.name for p in people if p.role is role)}"
        for verb, role in (("facilitating", Role.FACILITATOR), ("presenting", Role.PRESENTER))
        if any(p.role is role for p in people)
    ]
    return "; ".join(parts)
