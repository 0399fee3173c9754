"""A4 pages to draw on: letters, lines and shapes, measured from the top left in points.

It knows nothing of what it shows; it keeps the pages, the links between them and the outline.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field

from alsvoice.report.pdf_file import Entry, Link, Page, Place, number
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
        self.pages.append(Page())
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
        face = self.faces[span.style]
        place = f"{number(x)} {number(HEIGHT - baseline)}"
        self._draw(
            f"{_rgb(span.colour)} rg BT /{_CODES[span.style]} {number(size)} Tf "
            f"1 0 0 1 {place} Tm {_glyphs(shaped.glyphs, face, size)} ET"
        )

    # Lines and shapes

    def rule(
        self, start: Point, end: Point, colour: str, thick: float = 0.6, dash: str = ""
    ) -> None:
        """Draw a straight line; ``dash`` as PDF has it: ``1 3`` is on for one, off for three."""
        cap = "1 J " if dash.startswith("0") else ""
        pattern = f"[{dash}] 0 d " if dash else ""
        self._draw(
            f"q {cap}{pattern}{_rgb(colour)} RG {number(thick)} w "
            f"{_point(start)} m {_point(end)} l S Q"
        )

    def box(self, x: float, y: float, width: float, height: float, colour: str) -> None:
        """Fill a rectangle whose upper left corner is at ``x``, ``y``."""
        sides = " ".join(map(number, (x, HEIGHT - y - height, width, height)))
        self._draw(f"{_rgb(colour)} rg {sides} re f")

    def polygon(self, points: Sequence[Point], fill: str, edge: str = "", thick: float = 0) -> None:
        """Fill a polygon, and draw its edge where that has a colour."""
        path = f"{_point(points[0])} m " + " ".join(f"{_point(each)} l" for each in points[1:])
        self._paint(f"{path} h", fill, edge, thick)

    def circle(
        self, centre: Point, radius: float, fill: str, edge: str = "", thick: float = 0
    ) -> None:
        """Fill a circle, and draw its edge where that has a colour."""
        (x, y), arm = centre, radius * _ROUND
        corners = [(x, y - radius), (x + radius, y), (x, y + radius), (x - radius, y)]
        out, back = [(arm, 0), (0, arm), (-arm, 0), (0, -arm)], [(0, -arm), (arm, 0), (0, arm)]
        back.append((-arm, 0))
        path = [f"{_point(corners[0])} m"]
        for n in range(4):
            end = corners[(n + 1) % 4]
            first = (corners[n][0] + out[n][0], corners[n][1] + out[n][1])
            second = (end[0] + back[n][0], end[1] + back[n][1])
            path.append(f"{_point(first)} {_point(second)} {_point(end)} c")
        self._paint(" ".join(path) + " h", fill, edge, thick)

    @contextmanager
    def clipped(self, x: float, y: float, width: float, height: float) -> Iterator[None]:
        """Show nothing of what is drawn within that lies outside a rectangle."""
        sides = " ".join(map(number, (x, HEIGHT - y - height, width, height)))
        self._draw(f"q {sides} re W n")
        yield
        self._draw("Q")

    def _paint(self, path: str, fill: str, edge: str, thick: float) -> None:
        drawn = f"{_rgb(edge)} RG {number(thick)} w 1 j {path} B" if edge else f"{path} f"
        self._draw(f"{_rgb(fill)} rg {drawn}")

    def _draw(self, what: str) -> None:
        self.pages[self.at].drawn.append(what)


def _rgb(colour: str) -> str:
    return " ".join(number(int(colour[at : at + 2], 16) / 255) for at in (1, 3, 5))


def _point(point: Point) -> str:
    return f"{number(point[0])} {number(HEIGHT - point[1])}"


def _glyphs(glyphs: Sequence[Glyph], face: Face, size: float) -> str:
    """Return the operators that show glyphs, each moved on as the shaper says."""
    out: list[str] = []
    run, rise = "", 0
    for glyph in glyphs:
        if glyph.dy != rise:
            out.append(f"[{run}] TJ {number(glyph.dy * size / 1000)} Ts" if run else "")
            out[-1] = out[-1] or f"{number(glyph.dy * size / 1000)} Ts"
            run, rise = "", glyph.dy
        before = f"{-glyph.dx}" if glyph.dx else ""
        off = face.own_advance(glyph.id) - glyph.advance + glyph.dx
        run += f"{before}<{glyph.id:04X}>{off or ''}"
    out.append(f"[{run}] TJ" + (" 0 Ts" if rise else ""))
    return " ".join(out).replace("><", "")
