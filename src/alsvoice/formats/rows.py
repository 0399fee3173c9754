"""The lines of ``classify``: ``{id, text, prev_text?, speaker_role?}`` in, codings out.

Coded lines are read, too: what ``classify`` wrote, or a reference ``{id, label, flags?, group?}``.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import IO

import msgspec

from alsvoice.errors import FormatError
from alsvoice.formats import records
from alsvoice.labels import LABELS, Coding, Flag, Label, Origin, UtteranceText

__all__ = ["CodedRow", "parse", "parse_coded", "serialize"]

_BOM = b"\xef\xbb\xbf"
_LONGEST = 1 << 20
"""Bytes of a line; an utterance is a sentence, not a book."""


class _Row(msgspec.Struct):
    id: str | int
    text: str
    prev_text: str | None = None
    speaker_role: str | None = None


class _CodedRow(msgspec.Struct):
    id: str | int
    label: Label
    probabilities: dict[Label, float] | None = None
    flags: tuple[Flag, ...] | None = None
    group: str | int | None = None
    source: Origin | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CodedRow:
    """A coded line; ``group`` is what it was said in, None is what the line does not tell.

    ``confidence`` is the probability that a machine gave its label.
    """

    id: str
    label: Label
    confidence: float | None = None
    flags: tuple[Flag, ...] | None = None
    group: str | None = None


def parse(lines: IO[bytes], *, where: str) -> Iterator[UtteranceText]:
    """Yield a row a line, one line read ahead; FormatError with its number."""
    for line, place in _lines(lines, where):
        row = records.decode(line, _Row, where=place)
        yield UtteranceText(
            id=str(row.id),
            text=row.text,
            prev_text=row.prev_text or None,
            speaker_role=row.speaker_role,
        )


def parse_coded(lines: IO[bytes], *, where: str) -> Iterator[CodedRow]:
    """Yield a coded row a line; FormatError with its number, also where an id comes twice."""
    met: set[str] = set()
    for line, place in _lines(lines, where):
        row = records.decode(line, _CodedRow, where=place)
        own = str(row.id)
        if own in met:
            raise FormatError("has an id that a line before has, too", where=place)
        met.add(own)
        yield CodedRow(
            id=own,
            label=row.label,
            confidence=None if row.source is Origin.PERSON else _confidence(row, place),
            flags=row.flags,
            group=None if row.group is None else str(row.group),
        )


def _confidence(row: _CodedRow, place: str) -> float | None:
    if row.probabilities is None:
        return None
    values = row.probabilities.values()
    if not all(0 <= value <= 1 for value in values) or abs(sum(values) - 1) > 0.01:
        raise FormatError("has probabilities that do not sum to one", where=place)
    if row.label not in row.probabilities:
        raise FormatError("has no probability of its own label", where=place)
    return row.probabilities[row.label]


def _lines(lines: IO[bytes], where: str) -> Iterator[tuple[bytes, str]]:
    """Yield each line that holds something, and its place."""
    number = 0
    while line := lines.readline(_LONGEST + 1):
        number += 1
        line = line.removeprefix(_BOM) if number == 1 else line
        place = f"{where}, line {number}"
        if len(line) > _LONGEST:
            raise FormatError("is longer than a megabyte", where=place)
        if line.strip():
            yield line, place


def serialize(codings: Iterable[Coding]) -> Iterator[str]:
    """Yield a line a coding: ``{id, label, probabilities, flags}``."""
    for coding in codings:
        value = {
            "id": coding.utterance_id,
            "label": coding.label,
            "probabilities": {
                label.value: round(p, 4)
                for label, p in zip(LABELS, coding.probabilities, strict=True)
            },
            "flags": list(coding.flags),
            "unsure": coding.unsure,
        }
        yield records.encode(value).decode() + "\n"
