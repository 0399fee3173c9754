"""Whose voices were heard: evenness among the members, the facilitator's share, the unheard."""

from collections.abc import Iterator

from alsvoice.findings.finding import Finding, Severity
from alsvoice.findings.scene import Scene, listed
from alsvoice.intervals import intersect, subtract, total_ms
from alsvoice.labels import Flag
from alsvoice.measures.evenness import evenness
from alsvoice.measures.facilitation import facilitators
from alsvoice.measures.interruptions import Interruption
from alsvoice.measures.lookup import ByTime
from alsvoice.measures.measured import Measured
from alsvoice.measures.once import once
from alsvoice.measures.scope import helps, members, presenter_of
from alsvoice.measures.timing import spans_of_each
from alsvoice.session import CodedUtterance

__all__ = ["cut_ins", "dominant", "shares", "voices"]

_UNEVEN = 0.75  # three members at 70, 15 and 15 % of the talk
_MOST_OF_IT = 0.5
_HARDLY = 0.05
_LEAST_TALK_MS = 60_000
_CUTS = 3
_TURN_MS = 1000  # how far a turn and its first word may lie apart
_STEERING = {Flag.TIME_KEEPING, Flag.PROCESS_INTERVENTION}

CutIn = tuple[Interruption, CodedUtterance | None]


def voices(scene: Scene) -> Iterator[Finding]:
    """Yield findings on who was heard."""
    yield from shares(scene)
    if scene.school.asks_who_is_unheard:
        yield from _cut_off(scene)


def shares(scene: Scene) -> Iterator[Finding]:
    """Yield findings on how long people talked, which rest on no label."""
    yield from _uneven(scene)
    if scene.school.wants_a_light_facilitator:
        yield from _facilitator(scene)
    if scene.school.asks_who_is_unheard:
        yield from _unheard(scene)


def dominant(scene: Scene) -> str | None:
    """Return the member who had more than half of all the members' talk, where talk was uneven."""
    helpers = _members_talk(scene)
    whole = sum(helpers.values())
    even = evenness(list(helpers.values()))
    if len(helpers) < 3 or whole < _LEAST_TALK_MS or even is None or even >= _UNEVEN:
        return None
    most = max(helpers, key=lambda person: helpers[person])
    return most if helpers[most] > _MOST_OF_IT * whole else None


def _members_talk(scene: Scene) -> dict[str, int]:
    """Return how long each member talks while they help; presenting is not what this weighs."""
    conversation = scene.found.conversation
    phases = conversation.phases
    rounds = [phase for phase in phases if presenter_of(phase, phases)]
    spans = spans_of_each(conversation.turns)
    talk: dict[str, int] = {}
    for person in members(conversation):
        if rounds and not any(helps(person, phase, phases) for phase in rounds):
            continue
        own = spans.get(person.id, ())
        if helps(person, None, phases):
            here = subtract(own, [p.span for p in phases if not helps(person, p, phases)])
        else:
            here = intersect(own, [p.span for p in phases if helps(person, p, phases)])
        talk[person.id] = total_ms(here)
    return talk


def _uneven(scene: Scene) -> Iterator[Finding]:
    most = dominant(scene)
    if most is None:
        return
    helpers = _members_talk(scene)
    share = 100 * helpers[most] / sum(helpers.values())
    who = scene.who(most) if scene.named else "one member"
    yield Finding(
        kind="uneven",
        severity=Severity.NOTICE,
        text=f"Of all the members’ talk{_while(scene)} {share:.0f}% was one person’s ({who}). What "
        "would the others have asked?",
        person=most,
    )


def _while(scene: Scene) -> str:
    return " while they helped" if any(p.presenter for p in scene.found.conversation.phases) else ""


def _facilitator(scene: Scene) -> Iterator[Finding]:
    leads = facilitators(scene.found.conversation)
    peers = members(scene.found.conversation)
    spoken = sum(scene.found.talk[person].talk_ms for person in leads)
    theirs = sum(scene.found.talk[person.id].talk_ms for person in peers)
    if not leads or not peers or spoken < _LEAST_TALK_MS or spoken <= theirs:
        return
    yield Finding(
        kind="facilitator_talks",
        severity=Severity.NOTICE,
        text="The facilitator spoke longer than all the members together. Peers can do more of the "
        "asking than it seems while one is busy leading.",
        person=leads[0],
    )


def _unheard(scene: Scene) -> Iterator[Finding]:
    helpers = _members_talk(scene)
    whole = sum(helpers.values())
    quiet = [p for p in helpers if scene.found.talk[p].talk_ms < _HARDLY * whole]
    if not quiet or whole < _LEAST_TALK_MS:
        return
    some = "One of the members" if len(quiet) == 1 else "Some of the members"
    who = listed([scene.who(person) for person in quiet]) if scene.named else some
    yield Finding(
        kind="unheard",
        severity=Severity.NOTICE,
        text=f"{who} hardly spoke. Silence can be listening, or not finding a way in: only they "
        "can say which.",
        person=quiet[0] if len(quiet) == 1 else None,
    )


@once
def cut_ins(found: Measured) -> tuple[CutIn, ...]:
    """Return who took the floor from whom, with what they said; a facilitator keeps the time."""
    leads = facilitators(found.conversation)
    said = ByTime.of_each_person(found.conversation.utterances)
    some = ((each, _said_at(each, said.get(each.by))) for each in found.interruptions)
    return tuple(
        (each, coded)
        for each, coded in some
        if coded is None or each.by not in leads or _STEERING.isdisjoint(coded.coding.flags)
    )


def _said_at(each: Interruption, own: ByTime | None) -> CodedUtterance | None:
    """Return what somebody began to say when they took the floor; None where no words are known."""
    at = each.at_ms
    close = own.starting_in((at - _TURN_MS, at + _TURN_MS + 1)) if own else ()
    return min(close, key=lambda c: abs(c.utterance.start_ms - at), default=None)


def _cut_off(scene: Scene) -> Iterator[Finding]:
    counts: dict[str, int] = {}
    for each, _ in cut_ins(scene.found):
        counts[each.of] = counts.get(each.of, 0) + 1
    known = {p.id for p in scene.found.conversation.people}
    often = [person for person, n in counts.items() if n >= _CUTS and person in known]
    if not often:
        return
    some = "Somebody" if len(often) == 1 else "Several people"
    who = listed([scene.who(person) for person in often]) if scene.named else some
    yield Finding(
        kind="cut_off",
        severity=Severity.NOTICE,
        text=f"{who} lost the floor to somebody who started before they had finished, three times "
        "or more. Whose floor is it, and who decides?",
        person=often[0] if len(often) == 1 else None,
    )
