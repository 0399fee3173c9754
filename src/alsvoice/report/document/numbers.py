"""Numbers as the document has them: seconds with three decimals, shares with four, null unknown."""

from datetime import date

from alsvoice.measures.uncertainty import Interval
from alsvoice.session import Phase

__all__ = ["day_of", "interval", "phase_name", "seconds_or_none", "share"]


def day_of(started: str) -> date | None:
    """Return the day of an ISO time; None where it is no such thing."""
    try:
        return date.fromisoformat(started[:10])
    except ValueError:
        return None


def phase_name(phase: Phase | None) -> str | None:
    """Return a phase's name."""
    return phase.name if phase else None


def seconds_or_none(value_ms: float | None) -> float | None:
    """Return milliseconds as seconds."""
    return None if value_ms is None else round(value_ms / 1000, 3)


def share(value: float | None) -> float | None:
    """Return a share, a ratio or a probability."""
    return None if value is None else round(value, 4)


def interval(value: Interval | None) -> list[float] | None:
    """Return the bounds of an interval."""
    return None if value is None else [round(bound, 4) for bound in value]
