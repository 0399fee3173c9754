"""One measure over sessions as a small picture: where points, ranges, lines and breaks lie.

Units are those of the picture's own field of view; a point is told by place and shape, never by
colour alone. Sessions stand at equal distances, in order of time.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import ceil, floor, log10
from typing import Any

__all__ = ["HEIGHT", "WIDTH", "Drawing", "Line", "Mark", "Tick", "draw"]

WIDTH, HEIGHT = 360, 190
_LEFT, _RIGHT, _TOP, _BOTTOM = 52, 350, 18, 160
_SHAPES = {"presenter": "square", "facilitator": "triangle"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """A session's number; ``low_y`` and ``high_y`` are the ends of its range where it is known."""

    x: float
    y: float
    low_y: float | None
    high_y: float | None
    shape: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A line that joins two numbers which may be compared."""

    x1: float
    y1: float
    x2: float
    y2: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Tick:
    """A grid line and what stands beside it."""

    at: float
    text: str
    zero: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawing:
    """All of it; ``breaks`` are where something else began to count."""

    marks: tuple[Mark, ...]
    lines: tuple[Line, ...]
    breaks: tuple[float, ...]
    ticks: tuple[Tick, ...]
    left: float = _LEFT
    right: float = _RIGHT
    top: float = _TOP
    bottom: float = _BOTTOM


def draw(
    numbers: Sequence[Mapping[str, Any]], roles: Sequence[str | None], *, is_share: bool
) -> Drawing:
    """Return the picture of numbers {value, interval, run}, one a session, in order of time."""
    places = _places(len(numbers))
    ticks = [0.0, 0.25, 0.5, 0.75, 1.0] if is_share else _ticks(numbers)
    low, high = ticks[0], ticks[-1]

    def y(value: float) -> float:
        return round(_BOTTOM - (value - low) / (high - low) * (_BOTTOM - _TOP), 1)

    return Drawing(
        marks=tuple(
            _mark(x, number, y, role)
            for x, number, role in zip(places, numbers, roles, strict=True)
            if number["value"] is not None
        ),
        lines=tuple(
            Line(x1=places[n], y1=y(a["value"]), x2=places[n + 1], y2=y(b["value"]))
            for n, (a, b) in enumerate(pairwise(numbers))
            if _joined(a, b) and roles[n] == roles[n + 1]
        ),
        breaks=tuple(
            round((places[n] + places[n + 1]) / 2, 1)
            for n, (a, b) in enumerate(pairwise(numbers))
            if a["run"] != b["run"]
        ),
        ticks=tuple(Tick(at=y(t), text=_tick_text(t, is_share), zero=t == 0) for t in ticks),
    )


def _places(number: int) -> list[float]:
    """Return where each session stands, left to right; one alone in the middle."""
    margin = 14
    if number == 1:
        return [(_LEFT + _RIGHT) / 2]
    step = (_RIGHT - _LEFT - 2 * margin) / max(1, number - 1)
    return [round(_LEFT + margin + n * step, 1) for n in range(number)]


def _mark(x: float, number: Mapping[str, Any], y: Any, role: str | None) -> Mark:
    interval = number["interval"]
    return Mark(
        x=x,
        y=y(number["value"]),
        low_y=y(interval[0]) if interval else None,
        high_y=y(interval[1]) if interval else None,
        shape=_SHAPES.get(role or "", "circle"),
    )


def _joined(a: Mapping[str, Any], b: Mapping[str, Any]) -> bool:
    return a["run"] == b["run"] and a["value"] is not None and b["value"] is not None


def _ticks(numbers: Sequence[Mapping[str, Any]]) -> list[float]:
    """Return three to seven round numbers that take in every value, range and zero."""
    seen = [0.0]
    for number in numbers:
        if number["value"] is not None:
            seen += [number["value"], *(number["interval"] or ())]
    reach = max(seen) - min(seen)
    if not reach:
        return [0.0, 1.0]
    rough = reach / 4
    unit = 10 ** floor(log10(rough))
    step = next(unit * each for each in (1, 2, 5, 10) if unit * each >= rough)
    first, last = floor(min(seen) / step), ceil(max(seen) / step)
    return [round(n * step, 6) for n in range(first, last + 1)]


def _tick_text(value: float, is_share: bool) -> str:
    if is_share:
        return f"{value * 100:.0f}%"
    sign = "−" if value < 0 else ""
    return f"{sign}{abs(value):g} s"
