"""``practice.jsonl`` in the library: append-only; no words of anybody in it.

A line is a round, or what was answered in it since the line before, so that whoever is cut off in
the middle keeps what they did: lines of one person, source, exercise and beginning are one round.
"""

from dataclasses import replace

from alsvoice.errors import FormatError
from alsvoice.formats import records
from alsvoice.practice import Round

__all__ = ["parse", "serialize"]


def serialize(round_: Round) -> bytes:
    """Return one line with its newline."""
    return records.encode(round_) + b"\n"


def parse(data: bytes) -> tuple[Round, ...]:
    """Return the rounds in order; a line that is damaged (a crash while writing) is left out."""
    found: dict[tuple[str, ...], Round] = {}
    for number, line in enumerate(data.split(b"\n"), start=1):
        if line.strip():
            try:
                one = records.decode(line, Round, where=f"practice.jsonl, line {number}")
            except FormatError:
                continue
            key = (one.time, one.who, one.source, one.exercise)
            found[key] = _joined(found[key], one) if key in found else one
    return tuple(found.values())


def _joined(before: Round, more: Round) -> Round:
    """Return a round with further answers; another try at the item last answered replaces it."""
    answers = before.answers
    if answers and more.answers and answers[-1].item == more.answers[0].item:
        answers = answers[:-1]
    return replace(before, answers=(*answers, *more.answers))
