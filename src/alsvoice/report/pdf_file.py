"""A PDF file from its pages: objects, fonts, links, outline and what it says of itself.

The objects are written by pydyf; what they hold (PDF 1.7, ISO 32000-1) is said here. Nothing in the
file comes from a clock or from chance: the same pages make the same bytes.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256
from io import BytesIO
from itertools import chain, pairwise
from typing import Any

from alsvoice.report.pdf_fonts import Face

__all__ = ["About", "Entry", "Link", "Page", "Place", "blank", "write"]

_MOST_MAPPED = 100  # bfchar entries in one block (ToUnicode)


@dataclass(frozen=True, slots=True)
class Place:
    """Where a link or an outline entry leads: page from 0, points from the foot of the page."""

    page: int
    y: float


@dataclass(frozen=True, slots=True)
class Link:
    """A rectangle (left, foot, right, head, in points) that leads to a place by its name."""

    box: tuple[float, float, float, float]
    to: str


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of the outline; ``level`` 0 or 1."""

    title: str
    level: int
    place: Place


@dataclass(slots=True)
class Page:
    """What is drawn on a page (a stream of pydyf's), and the links on it."""

    drawn: Any
    links: list[Link] = field(default_factory=list)


@dataclass(frozen=True, slots=True, kw_only=True)
class About:
    """What the file says of itself; ``created`` is when the session began, None if not known."""

    title: str
    language: str
    producer: str
    created: datetime | None


def blank() -> Page:
    """Return a page with nothing on it."""
    import pydyf

    return Page(pydyf.Stream(compress=True))


def write(
    pages: Sequence[Page],
    size: tuple[float, float],
    fonts: Mapping[str, Face],
    *,
    about: About,
    outline: Sequence[Entry],
    places: Mapping[str, Place],
) -> bytes:
    """Return the file; ``fonts`` are by the names that the pages call them."""
    import pydyf

    file = pydyf.PDF()
    held = {name: _font(file, face).reference for name, face in sorted(fonts.items())}
    shared = {
        "MediaBox": _row(0, 0, *size),
        "Resources": _added(file, _table(Font=_table(**held))).reference,
    }
    kids = [_page(file, page, shared) for page in pages]
    for page, kid in zip(pages, kids, strict=True):
        found = [_link(link, places, kids) for link in page.links if link.to in places]
        kid["Annots"] = _row(*found)
    file.catalog["Lang"] = _text(about.language)
    file.catalog["ViewerPreferences"] = _table(DisplayDocTitle="true")
    if outline:
        file.catalog["Outlines"] = _outline(file, outline, kids).reference
    file.info.update(_info(about))
    out = BytesIO()
    file.write(out, version=b"1.7", identifier=True)
    return out.getvalue()


def _table(**entries: Any) -> Any:
    import pydyf

    return pydyf.Dictionary(entries)


def _row(*entries: Any) -> Any:
    import pydyf

    return pydyf.Array(entries)


def _text(text: str) -> Any:
    import pydyf

    return pydyf.String(text.encode("utf-8", "replace").decode("utf-8"))


def _stream(data: bytes) -> Any:
    import pydyf

    return pydyf.Stream([data], compress=True)


def _added(file: Any, made: Any) -> Any:
    """Add an object of its own to the file, so that others can refer to it."""
    file.add_object(made)
    return made


def _page(file: Any, page: Page, shared: Mapping[str, Any]) -> Any:
    drawn = _added(file, page.drawn).reference
    made = _table(Type="/Page", Parent=file.pages.reference, Contents=drawn, **shared)
    file.add_page(made)
    return made


def _info(about: About) -> dict[str, Any]:
    told = {"Title": _text(about.title), "Producer": _text(about.producer)}
    return told | ({"CreationDate": _text(_date(about.created))} if about.created else {})


def _date(when: datetime) -> str:
    zone = f"{when:%z}"
    return f"D:{when.year:04}{when:%m%d%H%M%S}" + (f"{zone[:3]}'{zone[3:5]}'" if zone else "")


def _link(link: Link, places: Mapping[str, Place], kids: Sequence[Any]) -> Any:
    box, goal = _row(*(round(side, 2) for side in link.box)), _goal(places[link.to], kids)
    return _table(Type="/Annot", Subtype="/Link", Rect=box, Border=_row(0, 0, 0), Dest=goal)


def _goal(place: Place, kids: Sequence[Any]) -> Any:
    return _row(kids[place.page].reference, "/XYZ", "null", round(place.y, 2), "null")


def _outline(file: Any, entries: Sequence[Entry], kids: Sequence[Any]) -> Any:
    """Add the outline, two levels deep; return its root."""
    root = _added(file, _table(Type="/Outlines"))
    families: list[tuple[Any, list[Any]]] = [(root, [])]  # each parent with its children
    for entry in entries:
        own = _added(file, _table(Title=_text(entry.title), Dest=_goal(entry.place, kids)))
        parent, children = families[-1] if entry.level else families[0]
        own["Parent"] = parent.reference
        children.append(own)
        if not entry.level:
            families.append((own, []))
    for parent, children in families:
        _tie(parent, children, opened=parent is root)
    return root


def _tie(parent: Any, children: Sequence[Any], *, opened: bool) -> None:
    """Let a parent know its children, and each child those beside it."""
    for before, after in pairwise(children):
        before["Next"], after["Prev"] = after.reference, before.reference
    if children:
        parent.update(First=children[0].reference, Last=children[-1].reference)
        parent["Count"] = len(children) if opened else -len(children)


def _font(file: Any, face: Face) -> Any:
    """Add a face as a composite font whose codes are the ids of its glyphs."""
    name = f"/{_tag(face)}+{face.name}"
    letters = _added(file, _stream(_letters(face.used))).reference
    below = _row(_descendant(file, face, name))
    font = _table(Type="/Font", Subtype="/Type0", BaseFont=name, Encoding="/Identity-H")
    font.update(DescendantFonts=below, ToUnicode=letters)
    return _added(file, font)


def _descendant(file: Any, face: Face, name: str) -> Any:
    system = _table(Registry="(Adobe)", Ordering="(Identity)", Supplement=0)
    widths = ((glyph, _row(face.own_advance(glyph))) for glyph in sorted(face.used))
    font = _table(Type="/Font", Subtype="/CIDFontType2", BaseFont=name, CIDSystemInfo=system)
    font.update(CIDToGIDMap="/Identity", DW=0, W=_row(*chain.from_iterable(widths)))
    font["FontDescriptor"] = _descriptor(file, face, name).reference
    return font


def _descriptor(file: Any, face: Face, name: str) -> Any:
    high, low = face.heights
    told = _table(Type="/FontDescriptor", FontName=name, Flags=4, FontBBox=_row(*face.box))
    told.update(ItalicAngle=face.slant, Ascent=high, Descent=low, CapHeight=689, StemV=80)
    told["FontFile2"] = _added(file, _stream(face.subset())).reference
    return _added(file, told)


def _tag(face: Face) -> str:
    """Return six capitals that differ where different glyphs were kept."""
    seed = sha256(repr(sorted(face.used)).encode()).digest()
    return "".join(chr(ord("A") + byte % 26) for byte in seed[:6])


def _letters(used: Mapping[int, str]) -> bytes:
    """Return the ToUnicode map, by which a reader's search and copy find letters again."""
    rows = [
        f"<{glyph:04X}><{text.encode('utf-16-be').hex().upper()}>"
        for glyph, text in sorted(used.items())
        if text
    ]
    blocks = (rows[at : at + _MOST_MAPPED] for at in range(0, len(rows), _MOST_MAPPED))
    mapped = "\n".join(_block(block) for block in blocks)
    return (
        "/CIDInit/ProcSet findresource begin 12 dict begin begincmap\n"
        "/CIDSystemInfo<</Registry(Adobe)/Ordering(UCS)/Supplement 0>>def\n"
        "/CMapName/Adobe-Identity-UCS def/CMapType 2 def\n"
        "1 begincodespacerange<0000><FFFF>endcodespacerange\n"
        f"{mapped}\nendcmap CMapName currentdict/CMap defineresource pop end end"
    ).encode("ascii")


def _block(rows: Sequence[str]) -> str:
    return "\n".join([f"{len(rows)} beginbfchar", *rows, "endbfchar"])
