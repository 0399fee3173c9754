"""Tagged hashes and canonical JSON: the same value has the same bytes, on every machine."""

import hashlib
import json
from collections.abc import Iterable, Sequence
from typing import Any, BinaryIO

__all__ = [
    "canonical_json",
    "digest_bytes",
    "digest_file",
    "digest_parts",
    "digest_value",
    "short_id",
]

_BLOCK = 1 << 20


def canonical_json(value: Any) -> bytes:
    """Return JSON with sorted keys, no spaces and UTF-8 text; NaN is refused."""
    text = json.dumps(
        value, sort_keys=True, ensure_ascii=False, separators=(",", ":"), allow_nan=False
    )
    return text.encode()


def digest_bytes(data: bytes) -> str:
    """Return ``sha256:<64 hex digits>`` of the bytes."""
    return "sha256:" + hashlib.sha256(data).hexdigest()


def digest_file(file: BinaryIO) -> str:
    """Return ``sha256:<64 hex digits>`` of what is left to read, in constant memory."""
    state = hashlib.sha256()
    while block := file.read(_BLOCK):
        state.update(block)
    return "sha256:" + state.hexdigest()


def digest_parts(digests: Sequence[str]) -> str:
    """Return the hash of files that belong together: that of a single one is its own."""
    return digests[0] if len(digests) == 1 else digest_bytes("\n".join(digests).encode())


def digest_value(value: Any) -> str:
    """Return the tagged hash of a value's canonical JSON."""
    return digest_bytes(canonical_json(value))


def short_id(kind: str, parts: Iterable[str | int]) -> str:
    """Return the first letter of ``kind`` and 12 hex digits that depend on kind and parts alone."""
    tagged = "\x1f".join([f"alsvoice.{kind}.v1", *map(str, parts)])
    return kind[0] + hashlib.sha256(tagged.encode()).hexdigest()[:12]
