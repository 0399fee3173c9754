"""The pieces that line formats are made of: lines, tokens, times, and text that fits on a line.

Only line feed, carriage return and their pair end a line here. ``str.splitlines`` also cuts at
eight other characters that a name or a transcript may hold.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence

from alsvoice.errors import FormatError
from alsvoice.intervals import clock

__all__ = [
    "check_one_recording",
    "clock",
    "cue_blocks",
    "cue_span",
    "fields_of_lines",
    "one_line",
    "read_ms",
    "read_span",
    "seconds_text",
    "token",
    "tokens",
]

_NUMBER = re.compile(r"[+-]?[0-9]+(\.[0-9]*)?([eE][+-]?[0-9]{1,3})?|[+-]?\.[0-9]+")
_LONGEST_S = 10**8  # three years: beyond it a time is a mistake, and floats lose milliseconds
# Marks that turn the direction of what follows, the rest of the line too (Unicode Bidi_Control).
_TURNS_DIRECTION = frozenset(
    "\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
)
_SEPARATORS = frozenset({"Cc", "Zl", "Zp", "Zs"})


def one_line(text: str) -> str:
    """Return the text without controls and direction marks, each run of white space one space."""
    return " ".join("".join(map(_plain, text)).split())


def _plain(char: str) -> str:
    if char in _TURNS_DIRECTION:
        return ""
    kind = unicodedata.category(char)
    if kind == "Cs":  # half of a pair: it cannot be written as UTF-8
        return "\ufffd"
    return " " if kind in _SEPARATORS else char


def token(name: str) -> str:
    """Return the name as one field: underscores for spaces, ``unknown`` where nothing is left."""
    return one_line(name).replace(" ", "_").lstrip("\ufeff;") or "unknown"


def tokens(names: Iterable[str]) -> dict[str, str]:
    """Return a token for each name; names that would become the same one get a number."""
    out: dict[str, str] = {}
    taken: set[str] = set()
    for name in sorted(set(names), key=lambda each: (token(each) != each, each)):
        plain = unique = token(name)
        number = 1
        while unique in taken:
            number += 1
            unique = f"{plain}_{number}"
        taken.add(unique)
        out[name] = unique
    return out


def fields_of_lines(text: str) -> Iterator[tuple[str, str]]:
    """Yield ``(where, line)`` of each line that is neither blank nor a ``;`` comment."""
    lines = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n").split("\n")
    for number, line in enumerate(lines, 1):
        bare = line.strip()  # of what str.split takes for white space, too
        if bare and not bare.startswith(";"):
            yield f"line {number}", bare


def read_ms(field: str, *, where: str, what: str) -> int:
    """Return seconds, as written in a file, in milliseconds; FormatError where it is no time."""
    if not _NUMBER.fullmatch(field):
        raise FormatError(f"the {what} is no number of seconds.", where=where)
    value = float(field)
    if not 0 <= value <= _LONGEST_S:
        raise FormatError(f"the {what} lies outside any recording.", where=where)
    return round(value * 1000)


def read_span(start: str, end: str, *, where: str) -> tuple[int, int]:
    """Return both ends in milliseconds; FormatError where the end lies before the start."""
    start_ms = read_ms(start, where=where, what="start")
    end_ms = read_ms(end, where=where, what="end")
    if end_ms < start_ms:
        raise FormatError("the end lies before the start.", where=where)
    return start_ms, end_ms


def cue_blocks(text: str) -> Iterator[tuple[str, str, list[str]]]:
    """Yield ``(where, times, lines)`` of each subtitle; what stands between them is passed over."""
    lines = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n").split("\n")
    at = 0
    while at < len(lines):
        if "-->" in lines[at]:
            end = next((n for n in range(at, len(lines)) if not lines[n].strip()), len(lines))
            yield f"line {at + 1}", lines[at], lines[at + 1 : end]
            at = end
        at += 1


_CUE_TIME = r"(?:(\d{1,5}):)?([0-5]?\d):([0-5]?\d)[.,](\d{3})"
_CUE_TIMES = re.compile(rf"\s*{_CUE_TIME}\s*-->\s*{_CUE_TIME}(?:\s.*)?", re.ASCII)


def cue_span(times: str, *, where: str) -> tuple[int, int]:
    """Return both times of a subtitle in milliseconds; FormatError where they are none."""
    found = _CUE_TIMES.fullmatch(times)
    if not found:
        raise FormatError("these are no times of a subtitle.", where=where)
    h1, m1, s1, ms1, h2, m2, s2, ms2 = (int(part or 0) for part in found.groups())
    start_ms = ((h1 * 60 + m1) * 60 + s1) * 1000 + ms1
    end_ms = ((h2 * 60 + m2) * 60 + s2) * 1000 + ms2
    if end_ms < start_ms:
        raise FormatError("the end lies before the start.", where=where)
    return start_ms, end_ms


def check_one_recording(found: Sequence[str], *, where: str) -> None:
    """Raise FormatError where the last recording named differs from the first."""
    if found[-1] != found[0]:
        raise FormatError(
            "a second recording begins here; this reads one recording at a time.",
            where=where,
            try_next="split the file by recording, or name the one to read",
        )


def seconds_text(time_ms: int) -> str:
    """Return milliseconds as seconds with three decimals, without rounding."""
    return f"{time_ms // 1000}.{time_ms % 1000:03d}"
