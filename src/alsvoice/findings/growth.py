"""One growth point a person at most: tentative, tied to what they said, never a comparison."""

from collections.abc import Callable, Iterator, Sequence

from alsvoice.findings.finding import Finding, Severity
from alsvoice.findings.scene import Scene, disguised, ids
from alsvoice.findings.voices import dominant
from alsvoice.labels import Flag, Label
from alsvoice.measures.acts import Act
from alsvoice.session import Person, Role

__all__ = ["growth"]

_OFTEN = 2
_CUTS = 3
_CLOSED = 4

_Rule = Callable[[Scene, Person], tuple[str, Sequence[Act]] | None]


def growth(scene: Scene) -> Iterator[Finding]:
    """Yield a growth point for whoever has one, in the order of the people."""
    for person in scene.found.conversation.people:
        if person.role in {Role.PRESENTER, Role.OBSERVER}:
            continue
        said = next((found for rule in _RULES if (found := rule(scene, person))), None)
        if said:
            text, acts = said
            yield Finding(
                kind="growth",
                severity=Severity.GROWTH,
                text=text,
                utterances=ids(acts),
                person=person.id,
            )


def _advice(scene: Scene, person: Person) -> tuple[str, Sequence[Act]] | None:
    own = [act for act in scene.crept_in() if act.person == person.id]
    if len(own) < _OFTEN:
        return None
    hidden = [act for act in own if disguised(act)]
    if len(hidden) * 2 > len(own):
        return (
            (
                f"{scene.who(person.id)} might try asking what is behind an idea before offering "
                f"it as a question: {scene.quotes(own, most=2)}. What would you have liked to find "
                "out?"
            ),
            own,
        )
    return (
        (
            f"{scene.who(person.id)} might try holding the next idea for a breath and asking "
            f"first: {scene.quotes(own, most=2)}. Which question was underneath?"
        ),
        own,
    )


def _leading(scene: Scene, person: Person) -> tuple[str, Sequence[Act]] | None:
    own = _asked(scene, person, Flag.LEADING)
    if len(own) < _OFTEN:
        return None
    return (
        f"{scene.who(person.id)} might try leaving the answer out: {scene.quotes(own, most=2)}.",
        own,
    )


def _stacked(scene: Scene, person: Person) -> tuple[str, Sequence[Act]] | None:
    own = _asked(scene, person, Flag.STACKED)
    if len(own) < _OFTEN:
        return None
    return (
        (
            f"{scene.who(person.id)} might try one question, then silence: "
            f"{scene.quotes(own, most=2)}."
        ),
        own,
    )


def _long(scene: Scene, person: Person) -> tuple[str, Sequence[Act]] | None:
    own = [act for act in scene.found.long if act.person == person.id]
    if len(own) < _OFTEN:
        return None
    return (
        (
            f"{scene.who(person.id)} might try the question without what leads up to it: "
            f"{scene.quotes(own, most=2)}."
        ),
        own,
    )


def _closed(scene: Scene, person: Person) -> tuple[str, Sequence[Act]] | None:
    own = [act for act in scene.found.acts_of(person.id) if act.kind.is_question]
    closed = [
        act
        for act in own
        if act.kind is Label.CLOSED_QUESTION and not scene.welcomes(act.phase, act.kind)
    ]
    opened = [act for act in own if act.kind is Label.OPEN_QUESTION]
    if len(closed) < _CLOSED or opened:
        return None
    return (
        (
            f"{scene.who(person.id)} might try beginning one of these with “what” or “how”: "
            f"{scene.quotes(closed, most=2)}."
        ),
        closed,
    )


def _cuts(scene: Scene, person: Person) -> tuple[str, Sequence[Act]] | None:
    made = sum(each.by == person.id for each in scene.found.interruptions)
    if made < _CUTS:
        return None
    return (
        (
            f"{scene.who(person.id)} might try waiting until the other has finished: several times "
            "the floor changed hands before that. Some of it may have been eagerness."
        ),
        (),
    )


def _talk(scene: Scene, person: Person) -> tuple[str, Sequence[Act]] | None:
    if dominant(scene) != person.id:
        return None
    return (
        (
            f"{scene.who(person.id)} might try leaving the next opening to somebody else, and see "
            "who takes it."
        ),
        (),
    )


def _asked(scene: Scene, person: Person, flag: Flag) -> list[Act]:
    return [
        act for act in scene.found.acts_of(person.id) if flag in act.flags and act.kind.is_question
    ]


_RULES: tuple[_Rule, ...] = (_advice, _talk, _leading, _stacked, _long, _closed, _cuts)
