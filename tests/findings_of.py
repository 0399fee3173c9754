"""The findings of a conversation that was written by hand, and those of a kind among them."""

from alsvoice.findings import Finding, School, find, welcome_in
from alsvoice.measures.measured import measure
from alsvoice.session import Conversation
from alsvoice.templates import template
from strategies import phase, said, scene

__all__ = ["ROLES", "advised_in", "found", "kinds", "one"]

ROLES: dict[str, str | None] = {"Fay": "facilitator", "Pia": "presenter", "Max": "member"}


def found(
    conversation: Conversation,
    school: School = School.REVANS,
    *,
    named: bool = True,
    coded: bool = True,
) -> tuple[Finding, ...]:
    welcome = welcome_in(conversation.phases, template("classic"))
    return find(measure(conversation), school=school, welcome=welcome, named=named, coded=coded)


def kinds(some: tuple[Finding, ...]) -> set[str]:
    return {each.kind for each in some}


def one(some: tuple[Finding, ...], kind: str) -> Finding:
    [only] = [each for each in some if each.kind == kind]
    return only


def advised_in(name: str) -> Conversation:
    return scene(
        said("Max", 0, 3, "You should simply ring her.", "advice"),
        said("Pia", 4, 6, "I could do that tomorrow."),
        said("Max", 7, 9, "And you could write to him.", "advice"),
        roles=ROLES,
        phases=[phase(name, 0, 20)],
    )
