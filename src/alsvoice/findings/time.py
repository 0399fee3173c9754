"""How time went: over-runs, time off track, and what the set will do next."""

from collections.abc import Iterator

from alsvoice.findings.finding import Finding, Severity
from alsvoice.findings.scene import Scene, listed, number
from alsvoice.intervals import clock, total_ms
from alsvoice.measures.commitments import commitments
from alsvoice.measures.due import names_a_day
from alsvoice.measures.phases import PhaseTiming, phase_timings

__all__ = ["over_runs", "time"]

_LATE_MS, _LATE_SHARE = 60_000, 0.2
_AWAY_MS, _AWAY_SHARE = 60_000, 0.05
_MEETING_MS = 600_000  # shorter ones are excerpts


def time(scene: Scene) -> Iterator[Finding]:
    """Yield findings on timing and actions."""
    yield from over_runs(scene)
    yield from _off_track(scene)
    yield from _actions(scene)


def over_runs(scene: Scene) -> Iterator[Finding]:
    """Yield the phases that took much longer than planned."""
    late = [each for each in phase_timings(scene.found.conversation) if _is_late(each)]
    if not late:
        return
    said = [
        f"{each.phase.name.replace('_', ' ')} took {clock(each.actual_ms)} instead of "
        f"{clock(each.phase.planned_ms or 0)}"
        for each in late
    ]
    yield Finding(
        kind="over_run",
        severity=Severity.NOTICE,
        text=_sentence(f"{listed(said)}. What did that time give, and what did it take from?"),
    )


def _is_late(each: PhaseTiming) -> bool:
    over, planned = each.over_run_ms or 0, each.phase.planned_ms or 0
    return over >= _LATE_MS and over >= _LATE_SHARE * planned


def _sentence(text: str) -> str:
    return text[0].upper() + text[1:]


def _off_track(scene: Scene) -> Iterator[Finding]:
    strays = scene.found.off_track
    away = total_ms(c.utterance.span for s in strays for c in s.utterances)
    if away < max(_AWAY_MS, _AWAY_SHARE * scene.found.timing.speech_ms):
        return
    back = next((s for s in strays if s.back), None)
    who = _sentence(scene.who(back.back.person)) if back and back.back else ""
    ending = f" {who} brought the set back." if who else ""
    yield Finding(
        kind="off_track",
        severity=Severity.NOTICE,
        text=f"About {max(1, round(away / 60_000))} min went to other things, the longest from "
        f"{scene.quote(max(strays, key=lambda s: s.length_ms).utterances[:1])}.{ending}",
        utterances=tuple(c.utterance.id for s in strays for c in s.utterances),
    )


def _actions(scene: Scene) -> Iterator[Finding]:
    conversation = scene.found.conversation
    said = commitments(conversation, None)
    if not said:
        if conversation.duration_ms >= _MEETING_MS and conversation.utterances:
            yield Finding(
                kind="no_actions",
                severity=Severity.NOTICE,
                text="Nobody was heard to say what they will do. The next meeting begins with that "
                "question; it could have ended this one.",
            )
        return
    undated = [each for each in said if each.due is None]
    days = {each.due is not None and names_a_day(each.due) for each in said}
    when = " or ".join(what for what, so in (("a date", True), ("a time", False)) if so in days)
    ids = tuple(c.utterance.id for each in said for c in each.utterances)
    if not undated:
        yield Finding(
            kind="actions_dated",
            severity=Severity.PRAISE,
            text=(
                f"The one action has {when}: "
                if len(said) == 1
                else f"All {number(len(said))} actions have {when}, as "
            )
            + f"{scene.quote(said[0].utterances)}.",
            utterances=ids,
        )
    else:
        yield Finding(
            kind="actions_undated",
            severity=Severity.NOTICE,
            text=f"{_undated(len(undated), len(said))}{scene.quote(undated[0].utterances)}. “By "
            "when?” is a question, too.",
            utterances=tuple(c.utterance.id for each in undated for c in each.utterances),
        )


def _undated(missing: int, all_of_them: int) -> str:
    if all_of_them == 1:
        return "The one action had no date: "
    if missing == all_of_them:
        return f"None of the {number(all_of_them)} actions had a date, as "
    return f"{number(missing).capitalize()} of {number(all_of_them)} actions had no date, as "
