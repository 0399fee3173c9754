"""Text cut into lines that fit: words of several styles in one paragraph, whichever way they go."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from alsvoice.report.pdf_bidi import runs_rightwards
from alsvoice.report.pdf_fonts import Face, Shaped, Style

__all__ = ["INK", "Line", "Piece", "Span", "width_of", "wrap"]

INK = "#1e222a"
_MORE = "…"
_WORD = re.compile(r"( *)([^ ]+)")
_WHOLE = re.compile(r"( *)([^ ].*)")


@dataclass(frozen=True, slots=True)
class Span:
    """Text of one style; ``to`` is the place it leads to.

    ``whole`` text is not cut where it fits a line; ``glued`` text stays on the line of the word
    before it.
    """

    text: str
    style: Style = "regular"
    colour: str = INK
    to: str = ""
    whole: bool = False
    glued: bool = False


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of a line: how far from the line's left, and how long, in points."""

    span: Span
    shaped: Shaped
    left: float
    width: float


@dataclass(frozen=True, slots=True)
class Line:
    """A line as it stands; ``rightwards`` where its paragraph begins at the right side."""

    pieces: tuple[Piece, ...]
    width: float
    rightwards: bool


@dataclass(frozen=True, slots=True)
class _Word:
    text: str
    span: int
    spaced: bool


def width_of(face: Face, text: str, size: float) -> float:
    """Return the length of a text on one line, in points."""
    return face.shape(face.plain(text)).width * size / 1000


def wrap(
    faces: Mapping[Style, Face],
    spans: Iterable[Span],
    size: float,
    width: float,
    *,
    most: int | None = None,
) -> tuple[Line, ...]:
    """Return the lines of a paragraph, at most ``most``: what is left out then ends in ``…``."""
    plain = [_with_text(span, faces[span.style].plain(span.text)) for span in spans]
    back = next((runs_rightwards(span.text) for span in plain if span.text.strip()), False)
    measure = _Measure(faces, plain, size)
    rows = _rows(list(_words(plain, measure, width)), measure, width)
    if most is not None and len(rows) > most:
        last = [*rows[most - 1], *rows[most][:1]]
        rows = [*rows[: most - 1], _shortened(last, measure, width)]
    return tuple(_line(row, measure, rightwards=back) for row in rows)


def _with_text(span: Span, text: str) -> Span:
    if text is span.text:
        return span
    return replace(span, text=text)


@dataclass(frozen=True, slots=True)
class _Measure:
    faces: Mapping[Style, Face]
    spans: Sequence[Span]
    size: float

    def face(self, word: _Word) -> Face:
        return self.faces[self.spans[word.span].style]

    def word(self, word: _Word) -> float:
        return self.face(word).width(word.text) * self.size / 1000

    def space(self, word: _Word) -> float:
        return self.face(word).width(" ") * self.size / 1000 if word.spaced else 0.0


def _words(spans: Sequence[Span], measure: _Measure, width: float) -> Iterator[_Word]:
    """Yield the words, those cut into parts that are longer than a line."""
    spaced = False
    for number, span in enumerate(spans):
        pattern = _WHOLE if span.whole else _WORD
        for found in pattern.finditer(span.text.rstrip(" ")):
            word = _Word(found[2], number, spaced or bool(found[1]))
            spaced = False
            if measure.word(word) <= width:
                yield word
            else:
                yield from _parts(word, measure, width)
        spaced = span.text.endswith(" ") or (spaced and not span.text.strip())


def _parts(word: _Word, measure: _Measure, width: float) -> Iterator[_Word]:
    part, spaced = "", word.spaced
    for char in word.text:
        if part and measure.word(_Word(part + char, word.span, spaced)) > width:
            yield _Word(part, word.span, spaced)
            part, spaced = "", False
        part += char
    yield _Word(part, word.span, spaced)


def _rows(words: Sequence[_Word], measure: _Measure, width: float) -> list[list[_Word]]:
    rows: list[list[_Word]] = []
    length = 0.0
    for word in words:
        step = measure.word(word)
        space = measure.space(word)
        if rows and length + space + step <= width:
            rows[-1].append(word)
            length += space + step
        else:
            rows.append([*_taken_along(rows, word, measure, width), word])
            length = _length(rows[-1], measure)
    return rows


def _taken_along(
    rows: Sequence[list[_Word]], word: _Word, measure: _Measure, width: float
) -> list[_Word]:
    """Return the word before a glued one, off its line, where both fit the next."""
    if not measure.spans[word.span].glued or not rows or len(rows[-1]) < 2:
        return []
    if rows[-1][-1].span == word.span or _length([rows[-1][-1], word], measure) > width:
        return []
    return [rows[-1].pop()]


def _shortened(row: Sequence[_Word], measure: _Measure, width: float) -> list[_Word]:
    """Return a row that ends in ``…`` and still fits, its last word cut if need be."""
    kept = list(row)
    while kept:
        last = kept[-1]
        whole = measure.spans[last.span].whole
        for end in range(len(last.text), len(last.text) - 1 if whole else 0, -1):
            ended = [*kept[:-1], replace(last, text=last.text[:end].rstrip(",.;:") + _MORE)]
            if _length(ended, measure) <= width:
                return ended
        kept.pop()
    return [replace(row[0], text=_MORE)]


def _length(row: Sequence[_Word], measure: _Measure) -> float:
    spaces = sum(measure.space(word) for word in row[1:])
    return spaces + sum(measure.word(word) for word in row)


def _line(row: Sequence[_Word], measure: _Measure, *, rightwards: bool) -> Line:
    pieces: list[Piece] = []
    at = 0.0
    for word, text in _joined(row):
        span = _with_text(measure.spans[word.span], text)
        shaped = measure.faces[span.style].shape(text)
        at += measure.space(word) if pieces else 0.0
        pieces.append(Piece(span, shaped, at, shaped.width * measure.size / 1000))
        at += pieces[-1].width
    if rightwards:  # the first piece stands at the right
        pieces = [replace(piece, left=at - piece.left - piece.width) for piece in pieces]
    return Line(tuple(pieces), at, rightwards)


def _joined(row: Sequence[_Word]) -> Iterator[tuple[_Word, str]]:
    """Yield the first word and the whole text of each span's part of a row."""
    start = 0
    for end in range(1, len(row) + 1):
        if end == len(row) or row[end].span != row[start].span:
            first, *others = row[start:end]
            rest = "".join((" " if word.spaced else "") + word.text for word in others)
            yield first, first.text + rest
            start = end
