"""``session.json``: the manifest, indented so that a person can read it."""

import msgspec

from alsvoice.errors import FormatError
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
    if head.schema > SCHEMA:
        raise FormatError(
            f"schema {head.schema} is newer than this alsvoice knows ({SCHEMA})",
            where=where,
            try_next="pip install --upgrade alsvoice",
        )
    return records.decode(data, Manifest, where=where)
