"""The pieces that pages are set from: headings, numbers with names, lists.

One scale of sizes, one rhythm of lines, few colours, the same as on the page for browsers.
"""

from collections.abc import Iterable, Sequence

from alsvoice.report.headline import Tile
from alsvoice.report.pdf_canvas import LEFT, RIGHT, Canvas
from alsvoice.report.pdf_text import Span

__all__ = [
    "FILL",
    "LATE",
    "LINK",
    "RULE",
    "SEE",
    "SMALL",
    "SOFT",
    "bullets",
    "heading",
    "paragraph",
    "small_heading",
    "tiles",
]

SOFT, RULE, LINK, LATE, FILL = "#565d69", "#dedad0", "#14605b", "#8f2b10", "#4c7d79"
TEXT, LEADING = 9.5, 13.5
SMALL = 8.5
SEE = "see the appendix"
_WIDE = RIGHT - LEFT
_TILE_GAP = 14.0


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
