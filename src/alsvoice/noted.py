"""What is noted while a session is recorded: consent, marks, gaps."""

from dataclasses import dataclass

from alsvoice.intervals import Span

__all__ = ["Attendance", "ConsentGiven", "Gap", "Mark", "VoiceSample"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsentGiven:
    """When consent was given (ISO time), who was there, and who of them said so for all."""

    time: str
    names: tuple[str, ...] = ()
    by: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """A moment that somebody marked while it was recorded, with a word or a note if they gave one.

    ``kind`` is ``mark`` or ``note``.
    """

    at_ms: int
    text: str | None = None
    kind: str = "mark"


@dataclass(frozen=True, slots=True, kw_only=True)
class Gap:
    """A passage that was not recorded, and stands on the session's time as silence.

    ``cause`` is ``paused`` (off the record), ``overflow`` (the machine was too busy), ``device``
    (no microphone), ``slept`` (the machine slept) or ``stalled`` (the recorder was held up).
    """

    start_ms: int
    end_ms: int
    cause: str

    @property
    def span(self) -> Span:
        """Start and end."""
        return (self.start_ms, self.end_ms)


@dataclass(frozen=True, slots=True, kw_only=True)
class VoiceSample:
    """Where a person said who they are: a passage of this recording in which they alone speak."""

    name: str
    start_ms: int
    end_ms: int

    @property
    def span(self) -> Span:
        """Start and end."""
        return (self.start_ms, self.end_ms)


@dataclass(frozen=True, slots=True, kw_only=True)
class Attendance:
    """Who came late or left early, and when; None is as everybody else."""

    name: str
    arrived_ms: int | None = None
    left_ms: int | None = None
