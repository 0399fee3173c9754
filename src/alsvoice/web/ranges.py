"""Byte ranges of RFC 9110, section 14: one range at a time, as players ask."""

import re

__all__ = ["wanted"]

_RANGE = re.compile(r"bytes=(\d{0,15})-(\d{0,15})")


def wanted(header: str | None, size: int) -> tuple[int, int] | None:
    """Return start and end (past the last byte) of what is asked; None where it cannot be given.

    Without a header it is everything; so it is where several ranges are asked for.
    """
    if header is None or "," in header:
        return 0, size
    found = _RANGE.fullmatch(header.strip())
    if not found or found[0] == "bytes=-":
        return None
    first, last = found[1], found[2]
    if not first:  # the last so many bytes
        length = min(int(last), size)
        return (size - length, size) if length else None
    start = int(first)
    end = min(int(last) + 1, size) if last else size
    return (start, end) if start < min(end, size) else None
