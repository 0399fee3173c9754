"""The letters of the PDF: FiraGO in three styles, shaped by HarfBuzz, cut down to what is used.

FiraGO (SIL OFL 1.1) holds Latin, Greek, Cyrillic, Hebrew, Arabic, Devanagari, Thai and Georgian;
what it lacks is shown as ``▯``. Lengths are thousandths of the size of the letters.
"""

import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from importlib import import_module
from struct import unpack
from typing import Any, Literal

from alsvoice.errors import MissingExtraError
from alsvoice.report.pdf_bidi import as_seen, is_plain, visual_runs

__all__ = ["SUBSTITUTE", "Face", "Glyph", "Shaped", "Style", "load"]

SUBSTITUTE = "▯"

Style = Literal["regular", "bold", "italic"]

_CODES: Mapping[Style, tuple[str, str]] = {  # in the package of fonts; in the PDF
    "regular": ("figo", "FiraGO-Regular"),
    "bold": ("figbo", "FiraGO-Bold"),
    "italic": ("figit", "FiraGO-Italic"),
}
_EXTRA = ("pymupdf_fonts", "uharfbuzz", "pydyf", "bidi")
_LETTERS = {"liga": False}  # each letter is its own, to be found and copied again
_FIGURES = {**_LETTERS, "tnum": True}  # figures stand below each other
_NEEDED = frozenset("glyf head hhea hmtx loca maxp".split())
_BLANK = frozenset({"Cc", "Zl", "Zp", "Zs"})
_NO_INK = frozenset({"Cf", "Mn", "Me"})
_JOINERS = frozenset("\u200c\u200d")  # without ink, too, but letters beside them look different


@dataclass(frozen=True, slots=True)
class Glyph:
    """A shape of the font, how far it moves on, and how far it stands off its place."""

    id: int
    advance: int
    dx: int = 0
    dy: int = 0


@dataclass(frozen=True, slots=True)
class Shaped:
    """Glyphs from left to right, and the length of all of them."""

    glyphs: tuple[Glyph, ...]
    width: int


@dataclass(slots=True)
class Face:
    """A style of the font; it remembers what it has shaped."""

    name: str
    font: Any
    covered: frozenset[int]
    used: dict[int, str] = field(default_factory=dict)
    _words: dict[tuple[str, bool | None], Shaped] = field(default_factory=dict)
    _instead: dict[str, str] = field(default_factory=dict)
    _advances: dict[int, int] = field(default_factory=dict)

    def plain(self, text: str) -> str:
        """Return the text as this font can show it, on one line."""
        strange = set(text) - self._instead.keys()
        self._instead.update((char, self._showable(char)) for char in strange)
        if all(self._instead[char] == char for char in set(text)):
            return text
        return "".join(self._instead[char] for char in text)

    def _showable(self, char: str) -> str:
        kind = unicodedata.category(char)
        if kind in _BLANK:
            return " "
        if ord(char) in self.covered and (kind != "Cf" or char in _JOINERS):
            return char
        return "" if kind in _NO_INK else SUBSTITUTE

    def shape(self, text: str) -> Shaped:
        """Return the glyphs of a line, or a piece of one, that holds only what the font has."""
        if not is_plain(text):
            pieces = [self._word(piece, rightwards=back) for piece, back in visual_runs(text)]
        else:
            pieces = [self._word(word) for word in _with_spaces(text)]
        glyphs = tuple(glyph for piece in pieces for glyph in piece.glyphs)
        return Shaped(glyphs, sum(piece.width for piece in pieces))

    def width(self, word: str) -> int:
        """Return the length of a word; a line is as long as its words and spaces."""
        return self._word(word).width

    def _word(self, word: str, *, rightwards: bool | None = None) -> Shaped:
        known = self._words.get((word, rightwards))
        if known is None:
            known = self._words[word, rightwards] = self._run(word, rightwards=rightwards)
        return known

    def _run(self, text: str, *, rightwards: bool | None) -> Shaped:
        import uharfbuzz

        buffer = uharfbuzz.Buffer()
        buffer.add_str(text)
        buffer.guess_segment_properties()
        if rightwards is not None:
            buffer.direction = "rtl" if rightwards else "ltr"
        wordy = any(map(str.isalpha, text))
        uharfbuzz.shape(self.font, buffer, _LETTERS if wordy else _FIGURES)
        infos, places = buffer.glyph_infos, buffer.glyph_positions
        seen = as_seen(text) if buffer.direction == "rtl" else text
        self._remember(seen, [(info.codepoint, info.cluster) for info in infos])
        glyphs = tuple(
            Glyph(info.codepoint, place.x_advance, place.x_offset, place.y_offset)
            for info, place in zip(infos, places, strict=True)
        )
        return Shaped(glyphs, sum(glyph.advance for glyph in glyphs))

    def _remember(self, text: str, shaped: list[tuple[int, int]]) -> None:
        """Note which letters each glyph stands for, so that text can be copied out again."""
        starts = sorted({cluster for _, cluster in shaped})
        ends = dict(zip(starts, [*starts[1:], len(text)], strict=True))
        told: set[int] = set()
        for glyph, cluster in shaped:
            letters = "" if cluster in told else text[cluster : ends[cluster]]
            told.add(cluster)
            if letters in _JOINERS:  # shown by the glyph of the space, which stands for one
                letters = ""
            if letters or glyph not in self.used:
                self.used[glyph] = self.used.get(glyph) or letters

    @property
    def heights(self) -> tuple[int, int]:
        """Return how far the letters reach above the line they stand on, and below it."""
        extents = self.font.get_font_extents("ltr")
        return int(extents.ascender), int(extents.descender)

    @property
    def box(self) -> tuple[int, int, int, int]:
        """Return the box that holds every glyph (the ``head`` table says so)."""
        head = bytes(self.font.face.reference_table("head").data)
        return unpack(">4h", head[36:44])

    @property
    def slant(self) -> int:
        """Return by how many degrees the letters lean, as PDF counts them."""
        return -10 if self.name.endswith("Italic") else 0

    def own_advance(self, glyph: int) -> int:
        """Return how far a glyph moves on by itself, which is what the PDF will say of it."""
        known = self._advances.get(glyph)
        if known is None:
            known = self._advances[glyph] = int(self.font.get_glyph_h_advance(glyph))
        return known

    def subset(self) -> bytes:
        """Return the font file with no more than the outlines that were used, ids unchanged."""
        import uharfbuzz

        wish = uharfbuzz.SubsetInput()
        wish.flags = (
            uharfbuzz.SubsetFlags.RETAIN_GIDS
            | uharfbuzz.SubsetFlags.NO_HINTING
            | uharfbuzz.SubsetFlags.NOTDEF_OUTLINE
            | uharfbuzz.SubsetFlags.NO_LAYOUT_CLOSURE
        )
        wish.sets(uharfbuzz.SubsetInputSets.GLYPH_INDEX).update(set(self.used))
        drop = wish.sets(uharfbuzz.SubsetInputSets.DROP_TABLE_TAG)
        tags = set(self.font.face.table_tags) - _NEEDED
        drop.update({int.from_bytes(tag.encode("ascii")) for tag in tags})
        return bytes(uharfbuzz.subset(self.font.face, wish).blob.data)


def _with_spaces(text: str) -> Iterator[str]:
    """Yield the words and the spaces between them."""
    for number, word in enumerate(text.split(" ")):
        if number:
            yield " "
        if word:
            yield word


def load() -> dict[Style, Face]:
    """Return the styles; MissingExtraError where the extra is not installed."""
    try:
        pymupdf_fonts, uharfbuzz, *_ = map(import_module, _EXTRA)
    except ImportError as problem:
        raise MissingExtraError("The PDF", "pdf") from problem
    faces: dict[Style, Face] = {}
    for style, (code, name) in _CODES.items():
        face = uharfbuzz.Face(pymupdf_fonts.fontbuffers[code]())
        covered = frozenset(face.unicodes)
        faces[style] = Face(name=name, font=uharfbuzz.Font(face), covered=covered)
    return faces
