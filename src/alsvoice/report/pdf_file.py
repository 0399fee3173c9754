"""A PDF file from its pages: objects, fonts, links, outline and what it says of itself.

PDF 1.7 (ISO 32000-1), as little of it as a report needs. Nothing in the file comes from a clock or
from chance: the same pages make the same bytes.
"""

import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256

from alsvoice.report.pdf_fonts import Face

__all__ = ["About", "Entry", "Link", "Page", "Place", "number", "write"]

_HEAD = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n"
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
    """What is drawn on a page, and the links on it."""

    drawn: list[str] = field(default_factory=list)
    links: list[Link] = field(default_factory=list)


@dataclass(frozen=True, slots=True, kw_only=True)
class About:
    """What the file says of itself; ``created`` is when the session began, None if not known."""

    title: str
    language: str
    producer: str
    created: datetime | None


@dataclass(slots=True)
class _Objects:
    bodies: list[bytes] = field(default_factory=list)

    def reserve(self) -> int:
        self.bodies.append(b"null")
        return len(self.bodies)

    def put(self, at: int, body: str | bytes) -> int:
        self.bodies[at - 1] = body.encode("ascii") if isinstance(body, str) else body
        return at

    def add(self, body: str | bytes) -> int:
        return self.put(self.reserve(), body)

    def stream(self, data: bytes, more: str = "") -> int:
        packed = zlib.compress(data, 9)
        head = f"<</Length {len(packed)}/Filter/FlateDecode{more}>>stream\n"
        return self.add(head.encode("ascii") + packed + b"\nendstream")


def number(value: float) -> str:
    """Return a number as PDF has it: hundredths of a point at most, no exponent."""
    text = f"{value:.2f}".rstrip("0").rstrip(".")
    return "0" if text in {"-0", ""} else text


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
    objects = _Objects()
    root, tree = objects.reserve(), objects.reserve()
    held = "".join(f"/{name} {_font(objects, face)} 0 R" for name, face in sorted(fonts.items()))
    resources = objects.add(f"<</Font<<{held}>>>>")
    kids = [objects.reserve() for _ in pages]
    box = " ".join(number(length) for length in size)
    for page, own in zip(pages, kids, strict=True):
        drawing = objects.stream("\n".join(page.drawn).encode("ascii"))
        links = " ".join(_link(link, places, kids) for link in page.links if link.to in places)
        objects.put(
            own,
            f"<</Type/Page/Parent {tree} 0 R/MediaBox[0 0 {box}]/Resources {resources} 0 R"
            f"/Contents {drawing} 0 R/Annots[{links}]>>",
        )
    children = " ".join(f"{kid} 0 R" for kid in kids)
    objects.put(tree, f"<</Type/Pages/Count {len(kids)}/Kids[{children}]>>")
    objects.put(
        root,
        f"<</Type/Catalog/Pages {tree} 0 R/Lang{_text(about.language)}"
        f"/ViewerPreferences<</DisplayDocTitle true>>{_outline(objects, outline, kids)}>>",
    )
    return _file(objects, root, objects.add(_info(about)))


def _info(about: About) -> str:
    made = f"/CreationDate({_date(about.created)})" if about.created else ""
    return f"<</Title{_text(about.title)}/Producer{_text(about.producer)}{made}>>"


def _date(when: datetime) -> str:
    zone = f"{when:%z}"
    return f"D:{when.year:04}{when:%m%d%H%M%S}" + (f"{zone[:3]}'{zone[3:5]}'" if zone else "")


def _text(text: str) -> str:
    return f"<FEFF{text.encode('utf-16-be', 'replace').hex().upper()}>"


def _link(link: Link, places: Mapping[str, Place], kids: Sequence[int]) -> str:
    box = " ".join(map(number, link.box))
    goal = _goal(places[link.to], kids)
    return f"<</Type/Annot/Subtype/Link/Rect[{box}]/Border[0 0 0]/Dest{goal}>>"


def _goal(place: Place, kids: Sequence[int]) -> str:
    return f"[{kids[place.page]} 0 R/XYZ null {number(place.y)} null]"


def _outline(objects: _Objects, entries: Sequence[Entry], kids: Sequence[int]) -> str:
    """Add the outline, two levels deep; return the catalog's entry for it."""
    if not entries:
        return ""
    root = objects.reserve()
    own = [objects.reserve() for _ in entries]
    parents = _parents(entries)
    families: dict[int, list[int]] = {}
    for object_, parent in zip(own, parents, strict=True):
        families.setdefault(parent, []).append(object_)
    beside = dict(pair for family in families.values() for pair in _beside(family))
    for at, entry in enumerate(entries):
        parent = own[parents[at]] if parents[at] >= 0 else root
        objects.put(
            own[at],
            f"<</Title{_text(entry.title)}/Parent {parent} 0 R/Dest{_goal(entry.place, kids)}"
            f"{beside.get(own[at], '')}{_ends(families.get(at, []), opened=False)}>>",
        )
    objects.put(root, f"<</Type/Outlines{_ends(families.get(-1, []), opened=True)}>>")
    return f"/Outlines {root} 0 R"


def _parents(entries: Sequence[Entry]) -> list[int]:
    """Return where each entry's chapter stands in the list, -1 for a chapter."""
    out: list[int] = []
    chapter = -1
    for at, entry in enumerate(entries):
        out.append(chapter if entry.level else -1)
        chapter = chapter if entry.level else at
    return out


def _beside(family: Sequence[int]) -> Iterator[tuple[int, str]]:
    """Yield each object of a family with the references to its neighbours."""
    for at, own in enumerate(family):
        before = f"/Prev {family[at - 1]} 0 R" if at else ""
        after = f"/Next {family[at + 1]} 0 R" if at + 1 < len(family) else ""
        yield own, before + after


def _ends(children: Sequence[int], *, opened: bool) -> str:
    if not children:
        return ""
    count = len(children) if opened else -len(children)
    return f"/First {children[0]} 0 R/Last {children[-1]} 0 R/Count {count}"


def _font(objects: _Objects, face: Face) -> int:
    """Add a face as a composite font whose codes are the ids of its glyphs."""
    name = f"/{_tag(face)}+{face.name}"
    high, low = face.heights
    file = objects.stream(face.subset())
    described = objects.add(
        f"<</Type/FontDescriptor/FontName{name}/Flags 4/FontBBox[{' '.join(map(str, face.box))}]"
        f"/ItalicAngle {face.slant}/Ascent {high}/Descent {low}/CapHeight 689/StemV 80"
        f"/FontFile2 {file} 0 R>>"
    )
    widths = "".join(f"{glyph}[{face.own_advance(glyph)}]" for glyph in sorted(face.used))
    descendant = objects.add(
        f"<</Type/Font/Subtype/CIDFontType2/BaseFont{name}/FontDescriptor {described} 0 R"
        "/CIDSystemInfo<</Registry(Adobe)/Ordering(Identity)/Supplement 0>>"
        f"/CIDToGIDMap/Identity/DW 0/W[{widths}]>>"
    )
    letters = objects.stream(_letters(face.used))
    return objects.add(
        f"<</Type/Font/Subtype/Type0/BaseFont{name}/Encoding/Identity-H"
        f"/DescendantFonts[{descendant} 0 R]/ToUnicode {letters} 0 R>>"
    )


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


def _file(objects: _Objects, root: int, info: int) -> bytes:
    out = bytearray(_HEAD)
    offsets: list[int] = []
    for at, body in enumerate(objects.bodies, 1):
        offsets.append(len(out))
        out += b"%d 0 obj\n%b\nendobj\n" % (at, body)
    table = len(out)
    out += _table(offsets)
    own = sha256(bytes(out)).hexdigest()[:32].upper()
    out += (
        f"trailer\n<</Size {len(offsets) + 1}/Root {root} 0 R/Info {info} 0 R"
        f"/ID[<{own}><{own}>]>>\nstartxref\n{table}\n%%EOF\n"
    ).encode("ascii")
    return bytes(out)


def _table(offsets: Iterable[int]) -> bytes:
    rows = [f"{offset:010} 00000 n \n" for offset in offsets]
    head = f"xref\n0 {len(rows) + 1}\n0000000000 65535 f \n"
    return (head + "".join(rows)).encode("ascii")
