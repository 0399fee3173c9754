"""``phases`` and ``rounds``: the parts of the meeting, each with its timing and questioning."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from alsvoice.intervals import seconds
from alsvoice.labels import Label
from alsvoice.measures import balance as balance_
from alsvoice.measures import scope
from alsvoice.measures.measured import Measured
from alsvoice.measures.phases import PhaseTiming, phase_timings
from alsvoice.measures.stretch import Stretch, stretch
from alsvoice.measures.uncertainty import believe
from alsvoice.report.document.numbers import interval, seconds_or_none, share
from alsvoice.report.document.questions import balance_row
from alsvoice.session import Phase

__all__ = ["phases", "rounds"]

_OPEN, _ADVICE = {Label.OPEN_QUESTION}, {Label.ADVICE}
_QUESTIONS = _OPEN | {Label.CLOSED_QUESTION}
_ASKING = (
    *("open_share", "open_share_interval", "advice_share", "advice_share_interval"),
    "interruptions",
)


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
        "balance": None if guessed else balance_row(found, _balance(found, item.phase)),
        **(dict.fromkeys(_ASKING) if guessed else _asking(found, item.phase, own)),
    }


def _balance(found: Measured, phase: Phase) -> balance_.Balance:
    """Return the balance of a phase, whether or not its name says that members help in it."""
    helping = balance_.balance(found.conversation, found.acts, only=[phase])
    return replace(helping, phases=(phase,))


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


def _asking(found: Measured, phase: Phase, own: Stretch) -> dict[str, Any]:
    """Return everybody's shares in a phase, and how often the floor was taken."""
    others = [
        coded.coding
        for coded in found.conversation.utterances
        if coded.coding.label is Label.OTHER
        and scope.phase_of(coded.utterance.span, found.conversation.phases) == phase
    ]
    asked = [act.coding for act in found.acts if act.phase == phase]
    belief = believe([*asked, *others], found.card)
    values = (
        share(own.counts.open_share),
        interval(belief.share(_OPEN, _QUESTIONS)),
        share(own.counts.advice_share),
        interval(belief.share(_ADVICE, _QUESTIONS | _ADVICE)),
        _interruptions(found, [phase]),
    )
    return dict(zip(_ASKING, values, strict=True))


def _interruptions(found: Measured, its_phases: Sequence[Phase]) -> int:
    return sum(
        any(phase.start_ms <= each.at_ms < phase.end_ms for phase in its_phases)
        for each in found.interruptions
    )


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
        "interruptions": _interruptions(found, its_phases),
    }
