"""``session.json``: the manifest, indented so that a person can read it."""

from typing import Any

import msgspec

from alsvoice.formats import migrations, records
from alsvoice.session import SCHEMA, Manifest

__all__ = ["parse", "serialize"]


class _Head(msgspec.Struct):
    schema: int = 1


def serialize(manifest: Manifest) -> bytes:
    """Return the bytes of ``session.json``."""
    return msgspec.json.format(records.encode(manifest), indent=2) + b"\n"


def parse(
    data: bytes, *, where: str = "session.json", try_next: str = "check the file at that place"
) -> Manifest:
    """Return the manifest; FormatError where it is damaged, NewerFormatError where it is newer.

    An older schema is brought up to today's; what is read is not written back by reading it.
    """
    head = records.decode(data, _Head, where=where, try_next=try_next)
    records.check_schema(head.schema, SCHEMA, where=where)
    if head.schema < SCHEMA:
        value: dict[str, Any] = records.decode(data, dict[str, Any], where=where, try_next=try_next)
        data = records.encode(migrations.migrate(value, head.schema, migrations.MANIFEST))
    return records.decode(data, Manifest, where=where, try_next=try_next)
