"""The lines of ``classify``: ``{id, text, prev_text?, speaker_role?}`` in, codings out."""

from collections.abc import Iterable, Iterator
from typing import IO

import msgspec

from alsvoice.errors import FormatError
from alsvoice.formats import records
from alsvoice.labels import LABELS, Coding, UtteranceText

__all__ = ["parse", "serialize"]

_LONGEST = 1 << 20
"""Bytes of a line; an utterance is a sentence, not a book."""


class _Row(msgspec.Struct):
    id: str | int
    text: str
    prev_text: str | None = None
    speaker_role: str | None = None


def parse(lines: IO[bytes], *, where: str) -> Iterator[UtteranceText]:
    """Yield a row a line, one line read ahead; FormatError with its number."""
    number = 0
    while line := lines.readline(_LONGEST + 1):
        number += 1
        place = f"{where}, line {number}"
        if len(line) > _LONGEST:
            raise FormatError("is longer than a megabyte", where=place)
        if not line.strip():
            continue
        row = records.decode(line, _Row, where=place)
        yield UtteranceText(
            id=str(row.id),
            text=row.text,
            prev_text=row.prev_text or None,
            speaker_role=row.speaker_role,
        )


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
