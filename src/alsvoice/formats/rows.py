"""The lines of ``classify``: ``{id, text, prev_text?, speaker_role?}`` in, codings out.

Coded lines are read, too: what ``classify`` wrote, or a reference ``{id, label, flags?, group?}``.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import IO

import msgspec

from alsvoice.errors import FormatError
from alsvoice.formats import records
from alsvoice.labels import LABELS, Coding, Flag, Label, UtteranceText

__all__ = ["CodedRow", "parse", "parse_coded", "serialize"]

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


@dataclass(frozen=True, slots=True, kw_only=True)
class CodedRow:
    """A coded line; ``group`` is what it was said in, None is what the line does not tell.

    ``confidence`` is the probability that its label was given.
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
        confidence = None if row.probabilities is None else row.probabilities.get(row.label, 0.0)
        if confidence is not None and not 0 <= confidence <= 1:
            raise FormatError("has a probability that is none", where=place)
        yield CodedRow(
            id=own,
            label=row.label,
            confidence=confidence,
            flags=row.flags,
            group=None if row.group is None else str(row.group),
        )


def _lines(lines: IO[bytes], where: str) -> Iterator[tuple[bytes, str]]:
    """Yield each line that holds something, and its place."""
    number = 0
    while line := lines.readline(_LONGEST + 1):
        number += 1
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
