"""``session.json``: the manifest, indented so that a person can read it."""

import msgspec

from alsvoice.formats import records
from alsvoice.session import SCHEMA, Manifest

__all__ = ["parse", "serialize"]


class _Head(msgspec.Struct):
    schema: int = 1


def serialize(manifest: Manifest) -> bytes:
    """Return the bytes of ``session.json``."""
    return msgspec.json.format(records.encode(manifest), indent=2) + b"\n"


def parse(data: bytes, *, where: str = "session.json") -> Manifest:
    """Return the manifest; FormatError where it is damaged or from a newer version."""
    head = records.decode(data, _Head, where=where)
    records.check_schema(head.schema, SCHEMA, where=where)
    return records.decode(data, Manifest, where=where)
