"""Whose voices were heard: evenness among the members, the facilitator's share, the unheard."""

from collections.abc import Iterator

from alsvoice.findings.finding import Finding, Severity
from alsvoice.findings.scene import Scene, listed
from alsvoice.measures.facilitation import facilitators
from alsvoice.measures.scope import members
from alsvoice.session import Role

__all__ = ["dominant", "voices"]

_UNEVEN = 0.75  # three members at 70, 15 and 15 % of the talk
_MOST_OF_IT = 0.5
_HARDLY = 0.05
_LEAST_TALK_MS = 60_000
_CUTS = 3


def voices(scene: Scene) -> Iterator[Finding]:
    """Yield findings on who was heard."""
    yield from _uneven(scene)
    if scene.school.wants_a_light_facilitator:
        yield from _facilitator(scene)
    if scene.school.asks_who_is_unheard:
        yield from _unheard(scene)
        yield from _cut_off(scene)


def dominant(scene: Scene) -> str | None:
    """Return the member who had more than half of all the members' talk, where talk was uneven."""
    helpers = _members_talk(scene)
    whole = sum(helpers.values())
    evenness = scene.found.members_evenness
    if len(helpers) < 3 or whole < _LEAST_TALK_MS or evenness is None or evenness >= _UNEVEN:
        return None
    most = max(helpers, key=lambda person: helpers[person])
    return most if helpers[most] > _MOST_OF_IT * whole else None


def _members_talk(scene: Scene) -> dict[str, int]:
    return {
        p.id: scene.found.talk[p.id].talk_ms
        for p in members(scene.found.conversation)
        if p.role is not Role.PRESENTER
    }


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
        text=f"Of all the members’ talk {share:.0f}% was one person’s ({who}). What would the "
        "others have asked?",
        person=most,
    )


def _facilitator(scene: Scene) -> Iterator[Finding]:
    leads = facilitators(scene.found.conversation)
    helpers = _members_talk(scene)
    spoken = sum(scene.found.talk[person].talk_ms for person in leads)
    if not leads or not helpers or spoken < _LEAST_TALK_MS or spoken <= sum(helpers.values()):
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
    quiet = [person for person, ms in helpers.items() if whole and ms < _HARDLY * whole]
    if not quiet or whole < _LEAST_TALK_MS:
        return
    who = listed([scene.who(person) for person in quiet]) if scene.named else "One of the members"
    yield Finding(
        kind="unheard",
        severity=Severity.NOTICE,
        text=f"{who} hardly spoke. Silence can be listening, or not finding a way in: only they "
        "can say which.",
        person=quiet[0] if len(quiet) == 1 else None,
    )


def _cut_off(scene: Scene) -> Iterator[Finding]:
    counts: dict[str, int] = {}
    for each in scene.found.interruptions:
        counts[each.of] = counts.get(each.of, 0) + 1
    known = {p.id for p in scene.found.conversation.people}
    often = [person for person, n in counts.items() if n >= _CUTS and person in known]
    if not often:
        return
    who = listed([scene.who(person) for person in often]) if scene.named else "Somebody"
    yield Finding(
        kind="cut_off",
        severity=Severity.NOTICE,
        text=f"{who} lost the floor to somebody who started before they had finished, three times "
        "or more. Whose floor is it, and who decides?",
        person=often[0] if len(often) == 1 else None,
    )
