"""``practice.jsonl`` in the library: one round a line, append-only; no words of anybody in it."""

from alsvoice.errors import FormatError
from alsvoice.formats import records
from alsvoice.practice import Round

__all__ = ["parse", "serialize"]


def serialize(round_: Round) -> bytes:
    """Return one line with its newline."""
    return records.encode(round_) + b"\n"


def parse(data: bytes) -> tuple[Round, ...]:
    """Return the rounds in order; a line that is damaged (a crash while writing) is left out."""
    found: list[Round] = []
    for number, line in enumerate(data.split(b"\n"), start=1):
        if line.strip():
            try:
                found.append(records.decode(line, Round, where=f"practice.jsonl, line {number}"))
            except FormatError:
                continue
    return tuple(found)
