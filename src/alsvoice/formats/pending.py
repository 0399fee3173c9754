"""``pending.json``: a removal that was begun, there until all of it is done.

No word of the transcript is in it; the name of a person who leaves is, until they have left.
"""

from alsvoice.formats import records
from alsvoice.removal.plan import Plan

__all__ = ["parse", "serialize"]


def serialize(plan: Plan) -> bytes:
    """Return the bytes of ``pending.json``."""
    return records.serialize("pending", plan)


def parse(data: bytes, *, where: str = "pending.json") -> Plan:
    """Return what was begun; FormatError where the file is damaged."""
    return records.parse(
        data, "pending", Plan, where=where, try_next="alsvoice sessions delete, or a backup of it"
    )
