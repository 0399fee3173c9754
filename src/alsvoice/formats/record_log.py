"""``recording.jsonl``: what happened while a session is recorded, a JSON object a line.

It is there from the first moment to the last, and goes when all of it stands in the manifest: where
it is found and nobody holds the session, a recording was cut off. The first line is the plan of the
phases. A torn last line (the power went while it was written) is passed over.
"""

from collections.abc import Sequence

import msgspec

from alsvoice.agenda import Entry
from alsvoice.errors import AlsvoiceError
from alsvoice.formats import records
from alsvoice.templates import PlannedPhase

__all__ = ["parse", "serialize", "serialize_plan"]


class _Plan(msgspec.Struct):
    schema: int = 1
    plan: tuple[PlannedPhase, ...] = ()


def serialize_plan(plan: Sequence[PlannedPhase]) -> bytes:
    """Return the first line."""
    return records.encode(_Plan(plan=tuple(plan))) + b"\n"


def serialize(entry: Entry) -> bytes:
    """Return a line."""
    return records.encode(entry) + b"\n"


def parse(data: bytes) -> tuple[tuple[PlannedPhase, ...], tuple[Entry, ...]]:
    """Return the plan and the entries; lines that cannot be read are passed over."""
    plan: tuple[PlannedPhase, ...] = ()
    entries: list[Entry] = []
    for number, line in enumerate(data.split(b"\n")):
        try:
            if number == 0:
                head = records.decode(line, _Plan, where="recording.jsonl")
                records.check_schema(head.schema, 1, where="recording.jsonl")
                plan = head.plan
            elif line:
                entries.append(records.decode(line, Entry, where="recording.jsonl"))
        except AlsvoiceError:
            continue
    return plan, tuple(entries)
