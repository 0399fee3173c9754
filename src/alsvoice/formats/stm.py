"""STM: who said what when, one segment a line.

``<recording> <channel> <speaker> <start> <end> [<label>] words``, in seconds; ``;;`` starts a
comment. Source: NIST SCTK, the reference format of sclite (doc/infmts.htm#stm_fmt_name_0).
"""

from collections.abc import Iterable

from alsvoice.errors import FormatError
from alsvoice.formats.fields import (
    check_one_recording,
    fields_of_lines,
    one_line,
    read_span,
    seconds_text,
    token,
    tokens,
)
from alsvoice.formats.segments import SpokenSegment

__all__ = ["parse", "serialize"]

_FIELDS = 5  # those before the words
_NO_LABEL = "<NA>"


def parse(text: str, *, recording: str | None = None) -> tuple[SpokenSegment, ...]:
    """Return the segments as they stand; ``recording`` picks one where the file holds several.

    Raises FormatError at a line that is no STM, or where a second recording begins unasked.
    """
    segments: list[SpokenSegment] = []
    names: list[str] = []
    for where, line in fields_of_lines(text):
        fields = line.split(maxsplit=_FIELDS)
        if len(fields) < _FIELDS:
            raise FormatError("a line of STM has at least five fields.", where=where)
        names.append(fields[0])
        if recording is None:
            check_one_recording(names, where=where)
        if recording in {None, fields[0]}:
            segments.append(_segment(fields, where))
    return tuple(segments)


def _segment(fields: list[str], where: str) -> SpokenSegment:
    start_ms, end_ms = read_span(fields[3], fields[4], where=where)
    words = fields[_FIELDS] if len(fields) > _FIELDS else ""
    first, _, rest = words.partition(" ")
    if first.startswith("<") and first.endswith(">"):
        words = rest
    return SpokenSegment(
        speaker=fields[2], start_ms=start_ms, end_ms=end_ms, text=" ".join(words.split())
    )


def serialize(segments: Iterable[SpokenSegment], *, recording: str = "session") -> str:
    """Return one line a segment, in order of time; spaces in names become underscores."""
    ordered = sorted(segments, key=lambda each: (each.start_ms, each.end_ms, each.speaker))
    names = tokens(segment.speaker for segment in ordered)
    return "".join(_line(segment, token(recording), names[segment.speaker]) for segment in ordered)


def _line(segment: SpokenSegment, recording: str, speaker: str) -> str:
    words = one_line(segment.text)
    # Words that begin with "<" would be read as the label that may stand before them.
    label = [_NO_LABEL] if words.startswith("<") else []
    times = [seconds_text(segment.start_ms), seconds_text(segment.end_ms)]
    return " ".join([recording, "1", speaker, *times, *label, words]).rstrip() + "\n"
