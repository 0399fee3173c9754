"""Phases: planned against actual, the over-run, and who spoke in them.

A phase ends with the recording at the latest, whatever was written down.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from alsvoice.intervals import clip, total_ms
from alsvoice.measures.timing import spans_of_each
from alsvoice.session import Conversation, Phase

__all__ = ["PhaseTiming", "phase_timings"]


@dataclass(frozen=True, slots=True, kw_only=True)
class PhaseTiming:
    """One phase as it went; ``talk_ms`` by the ids of the people who spoke in it."""

    phase: Phase
    end_ms: int
    talk_ms: Mapping[str, int]

    @property
    def actual_ms(self) -> int:
        """How long it took; nothing where it lies after the end of the recording."""
        return self.end_ms - self.phase.start_ms

    @property
    def over_run_ms(self) -> int | None:
        """How much longer than planned (negative: shorter); None without a plan."""
        if self.phase.planned_ms is None:
            return None
        return self.actual_ms - self.phase.planned_ms


def phase_timings(conversation: Conversation) -> tuple[PhaseTiming, ...]:
    """Return the phases in their order."""
    speech = spans_of_each(conversation.turns)
    ids = [person.id for person in conversation.people if person.id in speech]
    timings: list[PhaseTiming] = []
    for phase in conversation.phases:
        end = max(phase.start_ms, min(phase.end_ms, conversation.duration_ms))
        talked = {p: total_ms(clip(speech[p], (phase.start_ms, end))) for p in ids}
        timings.append(
            PhaseTiming(phase=phase, end_ms=end, talk_ms={p: ms for p, ms in talked.items() if ms})
        )
    return tuple(timings)
