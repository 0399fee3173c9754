"""The JSON of our own files: an envelope with a schema number around frozen values.

``{"schema": 1, "kind": "words", "data": {…}}``; unknown keys are ignored so that a file with keys
added later still reads, an older schema is brought up to today's, and a newer one or an unknown
kind is refused with the place that is wrong. Each kind of file counts its schemas by itself.
"""

import re
from collections.abc import Sequence
from typing import Any, Generic, TypeVar

import msgspec

from alsvoice.errors import FormatError, NewerFormatError
from alsvoice.formats import migrations

__all__ = ["check_schema", "decode", "encode", "parse", "serialize"]

T = TypeVar("T")


class _Envelope(msgspec.Struct, Generic[T]):
    schema: int
    kind: str
    data: T


class _Head(msgspec.Struct):
    schema: int
    kind: str


def encode(value: Any) -> bytes:
    """Return compact JSON whose keys stand in the order of the value's fields."""
    return msgspec.json.encode(value)


_CHECK = "check the file at that place"


def decode(data: bytes, type_: type[T], *, where: str, try_next: str = _CHECK) -> T:
    """Return a checked value; FormatError names the place that is wrong."""
    try:
        return msgspec.json.decode(data, type=type_)
    except (msgspec.DecodeError, UnicodeDecodeError, ValueError, RecursionError) as problem:
        raise FormatError(_sentence(problem), where=where, try_next=try_next) from problem


def serialize(kind: str, value: Any) -> bytes:
    """Return the enveloped value, ending in a newline."""
    schema = len(_steps(kind)) + 1
    return encode(_Envelope(schema=schema, kind=kind, data=value)) + b"\n"


def parse(
    data: bytes,
    kind: str,
    type_: type[T],
    *,
    where: str,
    try_next: str = _CHECK,
    steps: Sequence[migrations.Step] | None = None,
) -> T:
    """Return the value inside an envelope of this kind; ``steps`` are those of the kind.

    NewerFormatError where a newer version wrote it.
    """
    head = decode(data, _Head, where=where, try_next=try_next)
    known = _steps(kind) if steps is None else steps
    check_schema(head.schema, len(known) + 1, where=where)
    if head.kind != kind:
        raise FormatError(f"does not hold {kind!r}", where=where, try_next=try_next)
    if head.schema <= len(known):
        value: dict[str, Any] = decode(data, dict[str, Any], where=where, try_next=try_next)
        data = encode(migrations.migrate(value, head.schema, known))
    envelope: _Envelope[T] = decode(data, _Envelope[type_], where=where, try_next=try_next)  # type: ignore[valid-type]
    return envelope.data


def _steps(kind: str) -> Sequence[migrations.Step]:
    return migrations.STAGE_FILES.get(kind, ())


def check_schema(schema: int, known: int, *, where: str) -> None:
    """Raise FormatError where a file is newer than what is known, or has no schema we ever had."""
    if schema > known:
        raise NewerFormatError(
            f"schema {schema} is newer than this alsvoice knows ({known})",
            where=where,
            try_next="pip install --upgrade alsvoice",
        )
    if schema < 1:
        raise FormatError(f"there is no schema {schema}", where=where)


def _sentence(problem: Exception) -> str:
    if isinstance(problem, RecursionError):
        return "is nested too deeply"
    # The value that is wrong stays out of it: in a damaged file it may be what somebody said.
    return re.sub(r"(?s)^Invalid enum value .*?(?= - at `|$)", "Invalid value", str(problem)).split(
        "\n"
    )[0]
