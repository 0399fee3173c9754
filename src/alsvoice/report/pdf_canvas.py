"""A4 pages to draw on: letters, lines and shapes, measured from the top left in points.

It knows nothing of what it shows; it keeps the pages, the links between them and the outline.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import groupby, pairwise
from typing import Any

from alsvoice.report.pdf_file import Entry, Link, Page, Place, blank
from alsvoice.report.pdf_fonts import Face, Glyph, Shaped, Style
from alsvoice.report.pdf_text import INK, Line, Span, wrap

__all__ = ["BOTTOM", "HEIGHT", "LEFT", "RIGHT", "TOP", "WIDTH", "Canvas", "Point"]

WIDTH, HEIGHT = 595.28, 841.89
LEFT, RIGHT = 56.0, WIDTH - 56.0
TOP, BOTTOM = 56.0, HEIGHT - 74.0
_CODES: Mapping[Style, str] = {"regular": "R", "bold": "B", "italic": "I"}
_ROUND = 0.5523  # of a radius: where a curve's handles stand for a quarter of a circle

Point = tuple[float, float]


@dataclass(slots=True)
class Canvas:
    """The pages so far; ``y`` is where the next thing goes."""

    faces: Mapping[Style, Face]
    pages: list[Page] = field(default_factory=list)
    outline: list[Entry] = field(default_factory=list)
    places: dict[str, Place] = field(default_factory=dict)
    y: float = TOP
    at: int = -1
    _wanted: set[str] = field(default_factory=set)

    @property
    def fonts(self) -> dict[str, Face]:
        """The faces by the names that pages call them."""
        return {_CODES[style]: face for style, face in self.faces.items()}

    @property
    def room(self) -> float:
        """How many points are left on this page."""
        return BOTTOM - self.y

    def turn(self) -> None:
        """Go on to a new page."""
        self.pages.append(blank())
        self.at = len(self.pages) - 1
        self.y = TOP

    def need(self, height: float) -> None:
        """Go on to a new page unless this one has the room."""
        if self.room < height and self.y > TOP:
            self.turn()

    def go_to(self, page: int) -> None:
        """Draw on a page that was left already."""
        self.at = page

    # Places and links

    def mark(self, name: str, *, above: float = 12.0) -> None:
        """Name this place so that links can lead to it."""
        self.places[name] = self._here(above)

    def wanted(self, name: str) -> bool:
        """Whether anything drawn so far leads to the place of that name."""
        return name in self._wanted

    def enter(self, title: str, level: int) -> None:
        """Put this place into the outline."""
        self.outline.append(Entry(title, level, self._here(12.0)))

    def _here(self, above: float) -> Place:
        return Place(self.at, min(HEIGHT, HEIGHT - self.y + above))

    # Letters

    def wrap(
        self, spans: Iterable[Span], size: float, width: float, most: int | None = None
    ) -> tuple[Line, ...]:
        """Return the lines of a paragraph as these faces make them."""
        return wrap(self.faces, spans, size, width, most=most)

    def line(self, line: Line, x: float, baseline: float, size: float, width: float = 0.0) -> None:
        """Draw a line; one that begins at the right ends at ``x + width``."""
        left = x + width - line.width if line.rightwards and width else x
        for piece in line.pieces:
            self._show(piece.shaped, piece.span, left + piece.left, baseline, size)
            if piece.span.to:
                start = left + piece.left
                foot = HEIGHT - baseline - 0.25 * size
                box = (start, foot, start + piece.width, foot + 1.15 * size)
                self.pages[self.at].links.append(Link(box, piece.span.to))
                self._wanted.add(piece.span.to)

    def lines(
        self, lines: Sequence[Line], x: float, width: float, size: float, leading: float
    ) -> None:
        """Draw lines below each other from ``y`` on; pages turn where they must."""
        for line in lines:
            self.need(leading)
            self.line(line, x, self.y + size, size, width)
            self.y += leading

    def words(
        self,
        text: str,
        x: float,
        baseline: float,
        size: float,
        *,
        width: float = RIGHT - LEFT,
        style: Style = "regular",
        colour: str = INK,
        align: str = "left",
    ) -> float:
        """Draw one line that is cut to ``width``; return its length. ``x`` is where it aligns."""
        found = self.wrap([Span(text, style, colour)], size, width, 1)
        if not found:
            return 0.0
        length = found[0].width
        off = {"left": 0.0, "middle": length / 2, "right": length}[align]
        self.line(found[0], x - off, baseline, size)
        return length

    def _show(self, shaped: Shaped, span: Span, x: float, baseline: float, size: float) -> None:
        if not shaped.glyphs:
            return
        ink = self._ink
        ink.set_color_rgb(*_rgb(span.colour))
        ink.begin_text()
        ink.set_font_size(_CODES[span.style], size)
        ink.set_text_matrix(1, 0, 0, 1, *_point((x, baseline)))
        for rise, glyphs in groupby(shaped.glyphs, key=lambda glyph: glyph.dy):
            if rise:
                ink.set_text_rise(round(rise * size / 1000, 2))
            ink.show_text(_codes(glyphs, self.faces[span.style]))
            if rise:
                ink.set_text_rise(0)
        ink.end_text()

    # Lines and shapes

    def rule(
        self, start: Point, end: Point, colour: str, thick: float = 0.6, dash: str = ""
    ) -> None:
        """Draw a straight line; ``dash`` as PDF has it: ``1 3`` is on for one, off for three."""
        ink = self._ink
        ink.push_state()
        if dash.startswith("0"):
            ink.set_line_cap(1)
        if dash:
            ink.set_dash(dash.split(), 0)
        self._edge(colour, thick)
        ink.move_to(*_point(start))
        ink.line_to(*_point(end))
        ink.stroke()
        ink.pop_state()

    def box(self, x: float, y: float, width: float, height: float, colour: str) -> None:
        """Fill a rectangle whose upper left corner is at ``x``, ``y``."""
        self._ink.set_color_rgb(*_rgb(colour))
        self._ink.rectangle(*_sides(x, y, width, height))
        self._ink.fill()

    def polygon(self, points: Sequence[Point], fill: str, edge: str = "", thick: float = 0) -> None:
        """Fill a polygon, and draw its edge where that has a colour."""
        self._colours(fill, edge, thick)
        self._ink.move_to(*_point(points[0]))
        for each in points[1:]:
            self._ink.line_to(*_point(each))
        self._close(edge)

    def circle(
        self, centre: Point, radius: float, fill: str, edge: str = "", thick: float = 0
    ) -> None:
        """Fill a circle, and draw its edge where that has a colour."""
        (x, y), arm = centre, radius * _ROUND
        self._colours(fill, edge, thick)
        self._ink.move_to(*_point((x, y - radius)))
        for away, along in pairwise([(0, -1), (1, 0), (0, 1), (-1, 0), (0, -1)]):
            ends = [(x + radius * dx, y + radius * dy) for dx, dy in (away, along)]
            first = (ends[0][0] + arm * along[0], ends[0][1] + arm * along[1])
            second = (ends[1][0] + arm * away[0], ends[1][1] + arm * away[1])
            self._ink.curve_to(*_point(first), *_point(second), *_point(ends[1]))
        self._close(edge)

    @contextmanager
    def clipped(self, x: float, y: float, width: float, height: float) -> Iterator[None]:
        """Show nothing of what is drawn within that lies outside a rectangle."""
        self._ink.push_state()
        self._ink.rectangle(*_sides(x, y, width, height))
        self._ink.clip()
        self._ink.end()
        yield
        self._ink.pop_state()

    @property
    def _ink(self) -> Any:
        return self.pages[self.at].drawn

    def _edge(self, colour: str, thick: float) -> None:
        self._ink.set_color_rgb(*_rgb(colour), stroke=True)
        self._ink.set_line_width(thick)

    def _colours(self, fill: str, edge: str, thick: float) -> None:
        self._ink.set_color_rgb(*_rgb(fill))
        if edge:
            self._edge(edge, thick)
            self._ink.set_line_join(1)

    def _close(self, edge: str) -> None:
        """Fill the path that was drawn, and draw its edge where that has a colour."""
        self._ink.close()
        if edge:
            self._ink.fill_and_stroke()
        else:
            self._ink.fill()


def _rgb(colour: str) -> tuple[float, ...]:
    return tuple(round(int(colour[at : at + 2], 16) / 255, 2) for at in (1, 3, 5))


def _point(point: Point) -> Point:
    """Return a point as PDF counts, from the foot of the page, in hundredths at most."""
    return round(point[0], 2), round(HEIGHT - point[1], 2)


def _sides(x: float, y: float, width: float, height: float) -> tuple[float, ...]:
    return (*_point((x, y + height)), round(width, 2), round(height, 2))


def _codes(glyphs: Iterable[Glyph], face: Face) -> str:
    """Return what shows glyphs, each moved on as the shaper says."""
    out: list[str] = []
    for glyph in glyphs:
        off = face.own_advance(glyph.id) - glyph.advance + glyph.dx
        out.append(f"{-glyph.dx or ''}<{glyph.id:04X}>{off or ''}")
    return "".join(out).replace("><", "")
