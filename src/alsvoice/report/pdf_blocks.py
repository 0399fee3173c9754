"""The pieces that pages are set from: headings, numbers with names, lists, tables.

One scale of sizes, one rhythm of lines, few colours, the same as on the page for browsers.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from alsvoice.report.headline import Tile
from alsvoice.report.pdf_canvas import LEFT, RIGHT, Canvas
from alsvoice.report.pdf_text import INK, Line, Span

__all__ = [
    "LATE",
    "LINK",
    "RULE",
    "SEE",
    "SOFT",
    "Cell",
    "Column",
    "bullets",
    "heading",
    "paragraph",
    "small_heading",
    "table",
    "tiles",
]

SOFT, RULE, LINK, LATE, FILL, RAIL = (
    *("#565d69", "#dedad0", "#14605b", "#8f2b10"),
    *("#4c7d79", "#ebe7de"),
)
TEXT, LEADING = 9.5, 13.5
SMALL, SMALL_LEADING = 8.5, 11.5
SEE = "see the appendix"
_WIDE = RIGHT - LEFT
_TILE_GAP = 14.0
_PAD = 3.4  # above and below the words of a table's row
_NUMBER = 32.0  # what the number beside a bar takes
_KEPT_ROWS = 3  # with the head of a table, on its page


def heading(canvas: Canvas, title: str, *, chapter: bool = True, keep: float = 72.0) -> None:
    """Set a heading that keeps ``keep`` points of what follows on its page."""
    canvas.need(keep + 24)
    canvas.enter(title, 0 if chapter else 1)
    canvas.rule((LEFT, canvas.y), (RIGHT, canvas.y), RULE)
    canvas.words(title, LEFT, canvas.y + 19, 13, style="bold")
    canvas.y += 28


def small_heading(canvas: Canvas, title: str, note: str = "", *, entry: bool = True) -> None:
    """Set a heading within a chapter; the note stands beside it."""
    canvas.need(48)
    canvas.y += 4
    if entry:
        canvas.enter(title, 1)
    after = canvas.words(title, LEFT, canvas.y + 11, 10, style="bold", width=_WIDE - 90)
    canvas.words(note, LEFT + after + 6, canvas.y + 11, SMALL, colour=SOFT, width=_WIDE - after - 6)
    canvas.y += 19


def paragraph(
    canvas: Canvas,
    spans: Iterable[Span],
    *,
    size: float = TEXT,
    leading: float = LEADING,
    most: int | None = None,
    indent: float = 0.0,
) -> None:
    """Set a paragraph over the whole width, less an indent."""
    width = _WIDE - indent
    lines = canvas.wrap(spans, size, width, most)
    canvas.lines(lines, LEFT + indent, width, size, leading)


def tiles(canvas: Canvas, found: Sequence[Tile]) -> None:
    """Set numbers side by side, each with its name above and what it says below."""
    if not found:
        return
    width = (_WIDE - _TILE_GAP * (len(found) - 1)) / len(found)
    notes = [canvas.wrap([Span(tile.note, colour=SOFT)], 7.5, width, 3) for tile in found]
    height = 30 + 9.5 * max(map(len, notes))
    canvas.need(height + 8)
    for number, tile in enumerate(found):
        left = LEFT + number * (width + _TILE_GAP)
        canvas.rule((left, canvas.y), (left + width, canvas.y), RULE, 1.2)
        canvas.words(tile.name, left, canvas.y + 11, 8, width=width, colour=SOFT)
        canvas.words(tile.value, left, canvas.y + 26, 13.5, width=width)
        for row, line in enumerate(notes[number]):
            canvas.line(line, left, canvas.y + 36 + 9.5 * row, 7.5, width)
    canvas.y += height + 8


def bullets(
    canvas: Canvas,
    items: Sequence[Sequence[Span]],
    *,
    foot: float,
    most_lines: int = 4,
    most: int | None = None,
    size: float = TEXT,
    leading: float = LEADING,
) -> None:
    """Set as many items as fit above ``foot``, and say how many there are besides."""
    indent = 11.0
    for number, item in enumerate(items):
        lines = canvas.wrap(item, size, _WIDE - indent, most_lines)
        last = number == len(items) - 1
        spare = 0.0 if last else leading + 3
        if (most is not None and number >= most) or (
            canvas.y + leading * len(lines) + 3 + spare > foot
        ):
            _and_more(canvas, len(items) - number, number, size, leading, foot)
            return
        canvas.circle((LEFT + 2.2, canvas.y + size * 0.68), 1.5, FILL)
        canvas.lines(lines, LEFT + indent, _WIDE - indent, size, leading)
        canvas.y += 3


def _and_more(
    canvas: Canvas, left: int, shown: int, size: float, leading: float, foot: float
) -> None:
    if canvas.y + leading > foot + 1:
        return
    text = f"and {left} more, {SEE}" if shown else f"{left} in all, {SEE}"
    canvas.words(text, LEFT + 11, canvas.y + size, size, style="italic", colour=SOFT)
    canvas.y += leading + 3


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its heading, its width in points, whether it holds numbers."""

    title: str
    width: float
    numbers: bool = True


@dataclass(frozen=True, slots=True)
class Cell:
    """What stands in a cell; ``bar`` is a share in percent that is drawn to its left."""

    spans: tuple[Span, ...]
    bar: float | None = None

    @classmethod
    def of(cls, text: str, colour: str = INK) -> "Cell":
        """Return a cell of plain text; what is not known stands back."""
        return cls((Span(text, colour=SOFT if text in {"0", "not known"} else colour),))


def table(
    canvas: Canvas,
    columns: Sequence[Column],
    rows: Sequence[Sequence[Cell]],
    *,
    most: int | None = None,
    lines: int | None = 1,
    size: float = SMALL,
) -> None:
    """Set a table whose head is repeated on every page; ``most`` rows, ``lines`` lines a cell."""
    gap = 8.0
    shown = rows if most is None or len(rows) <= most else rows[: max(1, most - 1)]
    head = _head_height(canvas, columns, size)
    canvas.need(head + _KEPT_ROWS * (size + 8))
    _table_head(canvas, columns, head, size, gap)
    for row in shown:
        cells = [
            canvas.wrap(cell.spans, size, column.width - gap, lines)
            for cell, column in zip(row, columns, strict=True)
        ]
        height = _row_height(cells, size)
        if canvas.room < height:
            canvas.turn()
            _table_head(canvas, columns, head, size, gap)
        _row(canvas, columns, row, cells, size, gap)
        canvas.y += height
        canvas.rule((LEFT, canvas.y), (RIGHT, canvas.y), RULE, 0.5)
    if len(shown) < len(rows):
        text = f"and {len(rows) - len(shown)} more, {SEE}"
        canvas.words(text, LEFT, canvas.y + size + 3, size, style="italic", colour=SOFT)
        canvas.y += size + 6
    canvas.y += 8


def _row_height(cells: Sequence[Sequence[Line]], size: float) -> float:
    most = max([1, *map(len, cells)])
    return 2 * _PAD + size + (most - 1) * (size + 2.5)


def _head_height(canvas: Canvas, columns: Sequence[Column], size: float) -> float:
    most = max(
        len(canvas.wrap([Span(column.title)], size - 1, column.width - 4, 2)) for column in columns
    )
    return most * (size + 1) + 5


def _table_head(
    canvas: Canvas, columns: Sequence[Column], height: float, size: float, gap: float
) -> None:
    left = LEFT
    for column in columns:
        lines = canvas.wrap([Span(column.title, colour=SOFT)], size - 1, column.width - 4, 2)
        for number, line in enumerate(reversed(lines)):
            baseline = canvas.y + height - 5 - number * (size + 1)
            right = left + column.width - gap
            x = right - line.width if column.numbers else left
            canvas.line(line, x, baseline, size - 1)
        left += column.width
    canvas.y += height
    canvas.rule((LEFT, canvas.y), (RIGHT, canvas.y), SOFT, 0.7)


def _row(
    canvas: Canvas,
    columns: Sequence[Column],
    row: Sequence[Cell],
    cells: Sequence[Sequence[Line]],
    size: float,
    gap: float,
) -> None:
    left = LEFT
    for column, cell, lines in zip(columns, row, cells, strict=True):
        inside = column.width - gap
        for number, line in enumerate(lines):
            baseline = canvas.y + _PAD + size * 0.88 + number * (size + 2.5)
            x = left + inside - line.width if column.numbers else left
            canvas.line(line, x, baseline, size, 0.0 if column.numbers else inside)
        if cell.bar is not None:
            top, length = canvas.y + _PAD + size * 0.42, inside - _NUMBER
            canvas.box(left, top, length, 3.4, RAIL)
            canvas.box(left, top, length * min(max(cell.bar, 0), 100) / 100, 3.4, FILL)
        left += column.width
