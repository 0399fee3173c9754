"""One growth point a person at most: tentative, tied to what they said, never a comparison."""

from collections.abc import Callable, Iterator

from alsvoice.findings.finding import Finding, Severity
from alsvoice.findings.scene import Scene, disguised, ids, listed, times
from alsvoice.findings.voices import cut_ins, dominant
from alsvoice.labels import Flag, Label
from alsvoice.measures.acts import Act
from alsvoice.measures.scope import helps
from alsvoice.session import CodedUtterance, Person, Role

__all__ = ["growth"]

_OFTEN = 2
_CUTS = 3
_CLOSED = 4
_TURN_MS = 1000  # how far a turn and its first word may lie apart

_Said = tuple[str, tuple[str, ...]]  # the sentences, and the ids of the utterances they rest on
_Rule = Callable[[Scene, Person], _Said | None]


def growth(scene: Scene) -> Iterator[Finding]:
    """Yield a growth point for whoever has one, in the order of the people."""
    for person in scene.found.conversation.people:
        if person.role is Role.OBSERVER or not _ever_helps(scene, person):
            continue
        said = next((found for rule in _RULES if (found := rule(scene, person))), None)
        if said:
            text, utterances = said
            yield Finding(
                kind="growth",
                severity=Severity.GROWTH,
                text=text,
                utterances=utterances,
                person=person.id,
            )


def _advice(scene: Scene, person: Person) -> _Said | None:
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
            ids(own),
        )
    return (
        (
            f"{scene.who(person.id)} might try holding the next idea for a breath and asking "
            f"first: {scene.quotes(own, most=2)}. Which question was underneath?"
        ),
        ids(own),
    )


def _leading(scene: Scene, person: Person) -> _Said | None:
    own = _asked(scene, person, Flag.LEADING)
    if len(own) < _OFTEN:
        return None
    return (
        f"{scene.who(person.id)} might try leaving the answer out: {scene.quotes(own, most=2)}.",
        ids(own),
    )


def _stacked(scene: Scene, person: Person) -> _Said | None:
    own = _asked(scene, person, Flag.STACKED)
    if len(own) < _OFTEN:
        return None
    return (
        (
            f"{scene.who(person.id)} might try one question, then silence: "
            f"{scene.quotes(own, most=2)}."
        ),
        ids(own),
    )


def _long(scene: Scene, person: Person) -> _Said | None:
    own = [
        act
        for act in scene.found.long
        if act.person == person.id and scene.helping(person.id, act.phase)
    ]
    if len(own) < _OFTEN:
        return None
    return (
        (
            f"{scene.who(person.id)} might try the question without what leads up to it: "
            f"{scene.quotes(own, most=2)}."
        ),
        ids(own),
    )


def _closed(scene: Scene, person: Person) -> _Said | None:
    own = [act for act in scene.helping_acts(person.id) if act.kind.is_question]
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
        ids(closed),
    )


def _cuts(scene: Scene, person: Person) -> _Said | None:
    own = [
        said
        for each, said in cut_ins(scene.found)
        if each.by == person.id and said is not None and scene.helped_saying(said)
    ]
    if len(own) < _CUTS:
        return None
    first = listed([scene.quote([said]) for said in own[:2]])
    return (
        (
            f"{scene.who(person.id)} might try waiting until the other has finished: "
            f"{times(len(own))} the floor changed hands before that, as at {first}. Some of it "
            "may have been eagerness."
        ),
        tuple(said.utterance.id for said in own),
    )


def _talk(scene: Scene, person: Person) -> _Said | None:
    if dominant(scene) != person.id or not (said := _longest(scene, person)):
        return None
    return (
        (
            f"{scene.who(person.id)} might try leaving the next opening to somebody else, and see "
            f"who takes it. The longest stretch began with {scene.quote(said)}."
        ),
        tuple(coded.utterance.id for coded in said),
    )


def _longest(scene: Scene, person: Person) -> tuple[CodedUtterance, ...]:
    """Return the first words of the longest turn in which somebody helps."""
    own = [c for c in scene.found.said_by(person.id) if scene.helped_saying(c)]
    runs = [run for run in scene.found.runs if run.person == person.id]
    for run in sorted(runs, key=lambda run: -run.speech_ms):
        start, end = run.turns[0].start_ms, run.turns[-1].end_ms
        if first := next((c for c in own if start - _TURN_MS <= c.utterance.start_ms < end), None):
            return (first,)
    return ()


def _asked(scene: Scene, person: Person, flag: Flag) -> list[Act]:
    return [
        act for act in scene.helping_acts(person.id) if flag in act.flags and act.kind.is_question
    ]


def _ever_helps(scene: Scene, person: Person) -> bool:
    phases = scene.found.conversation.phases
    return any(helps(person, phase, phases) for phase in [None, *phases])


_RULES: tuple[_Rule, ...] = (_advice, _talk, _leading, _stacked, _long, _closed, _cuts)
