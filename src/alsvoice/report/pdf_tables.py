"""Tables of the PDF: numbers stand at the right of their column, a head on every page."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from alsvoice.report.pdf_blocks import FILL, RULE, SEE, SMALL, SOFT
from alsvoice.report.pdf_canvas import LEFT, RIGHT, Canvas
from alsvoice.report.pdf_text import INK, Line, Span

__all__ = ["Cell", "Column", "table"]

_RAIL = "#ebe7de"
_GAP = 8.0  # between columns
_PAD = 3.4  # above and below the words of a row
_NUMBER = 32.0  # what the number beside a bar takes
_KEPT_ROWS = 3  # with the head of a table, on its page
_Lines = Sequence[Line]


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its heading, its width in points, at which side its cells begin."""

    title: str
    width: float
    side: Literal["left", "right"] = "right"


@dataclass(frozen=True, slots=True)
class Cell:
    """What stands in a cell; ``bar`` is a share in percent that is drawn to its left."""

    spans: tuple[Span, ...]
    bar: float | None = None

    @classmethod
    def of(cls, text: str, colour: str = INK) -> "Cell":
        """Return a cell of plain text; what is nothing or not known stands back."""
        return cls((Span(text, colour=SOFT if text in {"0", "not known"} else colour),))


@dataclass(frozen=True, slots=True)
class _Spot:
    column: Column
    left: float
    width: float


def table(
    canvas: Canvas,
    columns: Sequence[Column],
    rows: Sequence[Sequence[Cell]],
    *,
    most: int | None = None,
    lines: int = 1,
    size: float = SMALL,
) -> None:
    """Set a table of at most ``most`` rows, at most ``lines`` lines a cell."""
    shown = rows if most is None or len(rows) <= most else rows[: max(1, most - 1)]
    spots = _spots(columns)
    head = [canvas.wrap([Span(c.title, colour=SOFT)], size - 1, c.width - 4, 2) for c in columns]
    head_height = max(map(len, head)) * (size + 1) + 5
    canvas.need(head_height + _KEPT_ROWS * (size + 8))
    _head(canvas, spots, head, head_height, size)
    for row in shown:
        cells = [
            canvas.wrap(cell.spans, size, spot.width, lines)
            for cell, spot in zip(row, spots, strict=True)
        ]
        height = 2 * _PAD + size + (max([1, *map(len, cells)]) - 1) * (size + 2.5)
        if canvas.room < height:
            canvas.turn()
            _head(canvas, spots, head, head_height, size)
        _row(canvas, spots, row, cells, size)
        canvas.y += height
        canvas.rule((LEFT, canvas.y), (RIGHT, canvas.y), RULE, 0.5)
    if len(shown) < len(rows):
        text = f"and {len(rows) - len(shown)} more, {SEE}"
        canvas.words(text, LEFT, canvas.y + size + 3, size, style="italic", colour=SOFT)
        canvas.y += size + 6
    canvas.y += 8


def _spots(columns: Sequence[Column]) -> list[_Spot]:
    """Return where the cells of each column stand; the last has no gap after it."""
    spots: list[_Spot] = []
    left = LEFT
    for number, column in enumerate(columns):
        gap = _GAP if number < len(columns) - 1 else 0.0
        spots.append(_Spot(column, left, column.width - gap))
        left += column.width
    return spots


def _head(
    canvas: Canvas, spots: Sequence[_Spot], head: Sequence[_Lines], height: float, size: float
) -> None:
    for spot, lines in zip(spots, head, strict=True):
        for number, line in enumerate(reversed(lines)):
            x = spot.left + (spot.width - line.width if spot.column.side == "right" else 0.0)
            canvas.line(line, x, canvas.y + height - 5 - number * (size + 1), size - 1)
    canvas.y += height
    canvas.rule((LEFT, canvas.y), (RIGHT, canvas.y), SOFT, 0.7)


def _row(
    canvas: Canvas,
    spots: Sequence[_Spot],
    row: Sequence[Cell],
    cells: Sequence[_Lines],
    size: float,
) -> None:
    for spot, cell, lines in zip(spots, row, cells, strict=True):
        right = spot.column.side == "right"
        for number, line in enumerate(lines):
            baseline = canvas.y + _PAD + size * 0.88 + number * (size + 2.5)
            x = spot.left + (spot.width - line.width if right else 0.0)
            canvas.line(line, x, baseline, size, 0.0 if right else spot.width)
        if cell.bar is not None:
            _bar(canvas, spot, cell.bar, canvas.y + _PAD + size * 0.42)


def _bar(canvas: Canvas, spot: _Spot, share: float, top: float) -> None:
    length = spot.width - _NUMBER
    canvas.box(spot.left, top, length, 3.4, _RAIL)
    canvas.box(spot.left, top, length * min(max(share, 0), 100) / 100, 3.4, FILL)
