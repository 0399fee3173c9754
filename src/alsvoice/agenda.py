"""What happens while a session is recorded, as entries; phases and marks are worked out of them.

The plan says which phase follows which; the entries say when somebody pressed a key. Nothing here
knows of sound, screens or files.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from alsvoice.intervals import clip, total_ms
from alsvoice.noted import Attendance, Gap, Mark, VoiceSample
from alsvoice.session import Phase
from alsvoice.templates import PlannedPhase

__all__ = ["UNDO_MS", "Entry", "Kind", "Now", "attendance", "gaps", "marks", "now", "phases",
           "voices"]  # fmt: skip

UNDO_MS = 15_000
"""Going back so soon takes a step back that was a slip; later, it is a return to the phase."""


class Kind(StrEnum):
    """What an entry says."""

    SOURCE = "source"  # a file of sound begins: text
    PHASE = "phase"  # the phase of this number in the plan begins; beyond the plan, none
    MARK = "mark"
    NOTE = "note"
    PAUSE = "pause"
    RESUME = "resume"
    ARRIVED = "arrived"
    LEFT = "left"
    VOICE = "voice"  # from at_ms to end_ms only this person speaks
    GAP = "gap"
    DEVICE = "device"  # another microphone, or none where there is no text
    DISK = "disk"  # so little space was left that it stopped
    TICK = "tick"  # a session without sound still runs
    END = "end"


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One thing that happened, on the session's time; which fields it has depends on the kind."""

    kind: Kind
    at_ms: int
    end_ms: int | None = None
    text: str | None = None
    number: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Now:
    """Where the meeting stands: the phase that is on, how long it has been, what comes next."""

    number: int
    phase: PlannedPhase | None
    spent_ms: int
    next_phase: PlannedPhase | None

    @property
    def left_ms(self) -> int | None:
        """What is left of the plan; negative when over."""
        return None if self.phase is None else self.phase.planned_ms - self.spent_ms


def now(plan: Sequence[PlannedPhase], entries: Iterable[Entry], at_ms: int) -> Now:
    """Return where the meeting stands; a phase that was gone back to goes on counting."""
    visits = _visits(entries)
    number = visits[-1].number if visits else 0
    spent = 0
    for index, visit in enumerate(visits):
        end = visits[index + 1].at_ms if index + 1 < len(visits) else max(at_ms, visit.at_ms)
        spent += end - visit.at_ms if visit.number == number else 0
    return Now(
        number=number,
        phase=plan[number] if number < len(plan) else None,
        spent_ms=spent,
        next_phase=plan[number + 1] if number + 1 < len(plan) else None,
    )


def phases(
    plan: Sequence[PlannedPhase], entries: Iterable[Entry], end_ms: int
) -> tuple[Phase, ...]:
    """Return the phases as they went; one that was gone back to stands there twice.

    Its second part has no plan of its own: the first has it.
    """
    visits = _visits(entries)
    found: list[Phase] = []
    seen: set[int] = set()
    ends = [*(visit.at_ms for visit in visits[1:]), end_ms]
    for visit, end in zip(visits, ends, strict=False):
        if visit.number >= len(plan) or visit.at_ms > end_ms:
            continue
        planned = plan[visit.number]
        found.append(
            Phase(
                name=planned.name,
                start_ms=visit.at_ms,
                end_ms=max(visit.at_ms, min(end, end_ms)),
                planned_ms=None if visit.number in seen else planned.planned_ms,
                round=planned.round,
                presenter=planned.presenter,
            )
        )
        seen.add(visit.number)
    return tuple(phase for phase in found if phase.end_ms > phase.start_ms)


@dataclass(frozen=True, slots=True)
class _Visit:
    number: int
    at_ms: int


def _visits(entries: Iterable[Entry]) -> list[_Visit]:
    """Return when which phase was entered; a step that was taken back at once never was."""
    visits: list[_Visit] = []
    for entry in entries:
        if entry.kind is not Kind.PHASE or entry.number is None:
            continue
        slip = (
            len(visits) > 1
            and entry.number == visits[-2].number
            and entry.number < visits[-1].number
            and entry.at_ms - visits[-1].at_ms < UNDO_MS
        )
        if slip:
            visits.pop()
        elif visits and visits[-1].at_ms == entry.at_ms:
            visits[-1] = _Visit(entry.number, entry.at_ms)
        else:
            visits.append(_Visit(entry.number, entry.at_ms))
    return visits


def marks(entries: Iterable[Entry]) -> tuple[Mark, ...]:
    """Return the marks and notes in order of time.

    A mark is written at once, and once more when it has its word.
    """
    found: list[Mark] = []
    for entry in entries:
        if entry.kind not in {Kind.MARK, Kind.NOTE}:
            continue
        mark = Mark(at_ms=entry.at_ms, text=entry.text, kind=entry.kind.value)
        bare = replace(mark, text=None)
        if entry.kind is Kind.MARK and entry.text and bare in found:
            found[found.index(bare)] = mark
        else:
            found.append(mark)
    return tuple(found)


def gaps(entries: Iterable[Entry]) -> tuple[Gap, ...]:
    """Return what was not recorded."""
    return tuple(
        Gap(start_ms=e.at_ms, end_ms=e.end_ms, cause=e.text or "stalled")
        for e in entries
        if e.kind is Kind.GAP and e.end_ms is not None
    )


def voices(entries: Iterable[Entry]) -> tuple[VoiceSample, ...]:
    """Return who said who they are; somebody who did so twice is taken by the last time.

    What lies in a gap was not heard.
    """
    entries = tuple(entries)
    unheard = [gap.span for gap in gaps(entries)]
    found = {
        e.text: VoiceSample(name=e.text, start_ms=e.at_ms, end_ms=e.end_ms)
        for e in entries
        if e.kind is Kind.VOICE and e.text and e.end_ms is not None and e.end_ms > e.at_ms
    }
    return tuple(
        each for each in found.values()
        if 2 * total_ms(clip(unheard, each.span)) < each.end_ms - each.start_ms
    )  # fmt: skip


def attendance(entries: Iterable[Entry]) -> tuple[Attendance, ...]:
    """Return who came late or left early."""
    found: dict[str, Attendance] = {}
    for entry in entries:
        if entry.kind in {Kind.ARRIVED, Kind.LEFT} and entry.text:
            known = found.get(entry.text, Attendance(name=entry.text))
            came = entry.kind is Kind.ARRIVED
            found[entry.text] = (
                replace(known, arrived_ms=entry.at_ms) if came
                else replace(known, left_ms=entry.at_ms)
            )  # fmt: skip
    return tuple(found.values())
