"""``edits.jsonl``: one correction a line, append-only.

A line that cannot be read is kept in the file and reported by its number: a crash while appending
leaves at most a last line without its end, and no other correction may be lost for it.
"""

from alsvoice.edits import Edit
from alsvoice.errors import FormatError
from alsvoice.formats import records

__all__ = ["parse", "serialize"]


def serialize(edit: Edit) -> bytes:
    """Return one line with its newline."""
    return records.encode(edit) + b"\n"


def parse(data: bytes, *, where: str = "edits.jsonl") -> tuple[tuple[Edit, ...], tuple[str, ...]]:
    """Return the corrections in order and a sentence for each line that is damaged."""
    edits: list[Edit] = []
    damaged: list[str] = []
    for number, line in enumerate(data.split(b"\n"), start=1):
        if not line.strip():
            continue
        try:
            edits.append(records.decode(line, Edit, where=f"{where}, line {number}"))
        except FormatError as problem:
            damaged.append(problem.sentence)
    return tuple(edits), tuple(damaged)
