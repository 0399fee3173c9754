"""Who is there, as a person types it: ``Ann:facilitator,Ben:presenter,Cat``."""

import re

from alsvoice.errors import UsageError
from alsvoice.session import Participant, Role

__all__ = ["LONGEST_NAME", "parse_participants", "parse_person"]

LONGEST_NAME = 120
_MOST_PEOPLE = 50


def parse_participants(text: str) -> tuple[Participant, ...]:
    """Return people from ``Ann:facilitator,Ben:presenter,Cat``; without a role: a member."""
    people: list[Participant] = []
    for part in filter(None, (p.strip() for p in text.split(","))):
        people.append(parse_person(part, id_=f"P{len(people) + 1}"))
    if not people:
        raise _names_nobody(text)
    names = [person.name for person in people]
    if len(set(names)) < len(names):
        raise UsageError(
            "Two participants have the same name.", try_next="tell them apart, as in Ann B, Ann K"
        )
    if len(people) > _MOST_PEOPLE:
        raise UsageError("More than 50 participants.", try_next="an action learning set has 4 to 8")
    return tuple(people)


def parse_person(text: str, *, id_: str) -> Participant:
    """Return the person of ``Ann`` or ``Ann:facilitator``."""
    name, _, role = (side.strip() for side in text.partition(":"))
    if not name or any(ord(c) < 32 for c in name) or re.fullmatch(r"SPEAKER_\w+", name):
        raise _names_nobody(text)
    if len(name) > LONGEST_NAME:
        raise UsageError(
            f"A name has at most {LONGEST_NAME} characters.", try_next="a shorter name"
        )
    try:
        known = Role(role.lower()) if role else Role.MEMBER
    except ValueError as problem:
        raise UsageError(
            f"{role[:80]!r} is no role.", try_next=f"one of: {', '.join(Role)}"
        ) from problem
    return Participant(id=id_, name=name, role=known)


def _names_nobody(text: str) -> UsageError:
    return UsageError(
        f"{text[:80]!r} names nobody.", try_next='--participants "Ann:facilitator,Ben"'
    )
