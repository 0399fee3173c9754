"""Where advice crept in, and what the facilitator did about it."""

from collections.abc import Iterator, Sequence

from alsvoice.findings.doubt import THIN_QUESTIONS
from alsvoice.findings.finding import Finding, Severity
from alsvoice.findings.scene import Scene, disguised, ids, listed, number, times
from alsvoice.labels import Label
from alsvoice.measures.acts import Act
from alsvoice.measures.facilitation import Intervention
from alsvoice.measures.scope import members

__all__ = ["advice"]

_NEAR_MS = 120_000


def advice(scene: Scene) -> Iterator[Finding]:
    """Yield findings on advice."""
    crept = scene.crept_in()
    if crept:
        yield _crept(scene, crept)
    elif _heard_none(scene):
        yield Finding(
            kind="no_advice",
            severity=Severity.PRAISE,
            text="No advice was heard while the members were helping. The problem stayed with the "
            "person who brought it.",
        )
    yield from _steered(scene)
    yield from _not_taken(scene)
    if scene.school.wants_statements_asked_for:
        yield from _unasked(scene)


def _heard_none(scene: Scene) -> bool:
    """Whether enough was asked to say so, and no question may have been advice."""
    helping = scene.found.balance
    return (
        scene.helping_is_known
        and helping.counts.questions >= THIN_QUESTIONS
        and not helping.counts.advice
        and not any(act.coding.unsure for act in helping.acts)
    )


def _crept(scene: Scene, crept: Sequence[Act]) -> Finding:
    hidden = [act for act in crept if disguised(act)]
    form = ""
    if hidden:
        some = "" if len(hidden) == len(crept) else f"{number(len(hidden))} of them "
        form = f", {some}as a question"
    return Finding(
        kind="advice_crept_in",
        severity=Severity.NOTICE,
        text=f"Advice crept in {times(len(crept))}{_phases(crept)}{form}: {scene.quotes(crept)}. "
        "What was the curiosity behind it?",
        utterances=ids(crept),
    )


def _phases(acts: Sequence[Act]) -> str:
    names = dict.fromkeys(act.phase.name.replace("_", " ") for act in acts if act.phase)
    return f" in {listed(list(names))}" if names else ""


def _steered(scene: Scene) -> Iterator[Finding]:
    worked = [each for each, after in _after_advice(scene) if after.kind.is_question]
    if not worked:
        return
    first = worked[0]
    after = first.after.utterances if first.after else ()
    more = f" It happened {times(len(worked))}." if len(worked) > 1 else ""
    yield Finding(
        kind="intervention_worked",
        severity=Severity.PRAISE,
        text=f"After advice the facilitator said {scene.quote(first.utterances)}, and the next "
        f"question or advice was a question: {scene.quote(after)}.{more}",
        utterances=tuple(
            c.utterance.id
            for each in worked
            for c in (*each.utterances, *(each.after.utterances if each.after else ()))
        ),
    )


def _not_taken(scene: Scene) -> Iterator[Finding]:
    crept = set(ids(scene.crept_in()))
    went_on = [each for each, after in _after_advice(scene) if not crept.isdisjoint(ids([after]))]
    if not went_on:
        return
    first = went_on[0]
    after = first.after.utterances if first.after else ()
    yield Finding(
        kind="intervention_not_taken",
        severity=Severity.NOTICE,
        text=f"After {scene.quote(first.utterances)} advice went on: {scene.quote(after)}. A "
        "pause, or asking the member to turn it into a question, may help more than the reminder.",
        utterances=tuple(
            c.utterance.id
            for each in went_on
            for c in (*each.utterances, *(each.after.utterances if each.after else ()))
        ),
    )


def _after_advice(scene: Scene) -> Iterator[tuple[Intervention, Act]]:
    """Yield what the facilitator said soon after advice crept in, and what soon came of it."""
    crept = set(ids(scene.crept_in()))
    for each in scene.found.interventions:
        if each.before is None or each.after is None or crept.isdisjoint(ids([each.before])):
            continue
        start, end = each.utterances[0].utterance.start_ms, each.utterances[-1].utterance.end_ms
        soon = each.before.end_ms >= start - _NEAR_MS and each.after.start_ms <= end + _NEAR_MS
        if soon and scene.helping(each.after.person, each.after.phase):
            yield each, each.after


def _unasked(scene: Scene) -> Iterator[Finding]:
    """Yield breaches of WIAL's rule by members: a coach steers, whoever presents tells."""
    people = {p.id for p in members(scene.found.conversation)}
    some = [
        c
        for c in scene.found.replies.unasked_statements
        if c.person in people and scene.helped_saying(c) and c.coding.label is Label.OTHER
    ]
    if not some:
        return
    what = "statement" if len(some) == 1 else "statements"
    yield Finding(
        kind="statements_unasked",
        severity=Severity.NOTICE,
        text=f"{number(len(some)).capitalize()} {what} by members answered no question, as "
        f"{scene.quote(some[:1])}. In this school statements are made only in reply.",
        utterances=tuple(c.utterance.id for c in some),
    )
