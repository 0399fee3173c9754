"""``phases`` and ``rounds``: the parts of the meeting, each with its timing and questioning."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from alsvoice.intervals import seconds
from alsvoice.measures import balance as balance_
from alsvoice.measures import scope
from alsvoice.measures.measured import Measured
from alsvoice.measures.phases import PhaseTiming, phase_timings
from alsvoice.measures.stretch import Stretch, stretch
from alsvoice.report.document.numbers import seconds_or_none
from alsvoice.report.document.questions import balance_row
from alsvoice.session import Phase

__all__ = ["phases", "rounds"]


def phases(found: Measured) -> list[dict[str, Any]]:
    """Return a row a phase; those of nobody's marking are ``guessed`` and count nothing."""
    conversation = found.conversation
    if not found.guessed:
        return [_row(found, item, guessed=False) for item in phase_timings(conversation)]
    shown = replace(conversation, phases=found.guessed)
    return [_row(found, item, guessed=True) for item in phase_timings(shown)]


def _row(found: Measured, item: PhaseTiming, *, guessed: bool) -> dict[str, Any]:
    own = stretch(found.conversation, [item.phase], found.acts, found.thinking)
    away = sum(s.length_ms for s in found.off_track if not guessed and s.phase == item.phase)
    return {
        "name": item.phase.name,
        "planned_s": seconds_or_none(item.phase.planned_ms),
        "actual_s": seconds(item.actual_ms),
        "start_s": seconds(item.phase.start_ms),
        "end_s": seconds(item.end_ms),
        "round": item.phase.round,
        "presenter": item.phase.presenter,
        "over_run_s": seconds_or_none(item.over_run_ms),
        "talk": _talk(found, own),
        "guessed": guessed,
        **_inside(own, counted=not guessed),
        "off_track_s": None if guessed else seconds(away),
    }


def _talk(found: Measured, own: Stretch) -> list[dict[str, Any]]:
    return [
        {"id": person, "participant": found.name(person), "talk_s": seconds(ms)}
        for person, ms in own.talk_ms.items()
    ]


def _inside(own: Stretch, *, counted: bool) -> dict[str, Any]:
    """Return what happened in a part; acts belong to marked phases alone."""
    counts = own.counts
    return {
        "speech_s": seconds(own.speech_ms),
        "silence_s": seconds(own.silence_ms),
        "overlap_s": seconds(own.overlap_ms),
        "open": counts.open if counted else None,
        "closed": counts.closed if counted else None,
        "advice": counts.advice if counted else None,
        "advice_in_disguise": counts.advice_in_disguise if counted else None,
        "stacked": counts.stacked if counted else None,
        "leading": counts.leading if counted else None,
        "median_think_time_s": seconds_or_none(own.median_think_ms),
    }


def rounds(found: Measured) -> list[dict[str, Any]]:
    """Return a row a round where several present in one meeting."""
    return [
        _round(found, n, presenter, its_phases)
        for n, presenter, its_phases in scope.rounds(found.conversation.phases)
    ]


def _round(
    found: Measured, n: int, presenter: str | None, its_phases: Sequence[Phase]
) -> dict[str, Any]:
    conversation = found.conversation
    own = stretch(conversation, its_phases, found.acts, found.thinking)
    helping = balance_.balance(conversation, found.acts, only=its_phases)
    return {
        "n": n,
        "presenter": presenter,
        "balance": balance_row(found, helping),
        "actual_s": seconds(own.length_ms),
        "talk": _talk(found, own),
        **_inside(own, counted=True),
    }
