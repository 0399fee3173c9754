"""UEM: which parts of a recording are scored, one part a line.

``<recording> <channel> <start> <end>``, in seconds; ``;;`` starts a comment. Source: NIST, the
un-partitioned evaluation map of the Rich Transcription evaluations (md-eval, option ``-u``).
"""

from collections.abc import Iterable

from alsvoice.errors import FormatError
from alsvoice.formats.fields import (
    check_one_recording,
    fields_of_lines,
    read_span,
    seconds_text,
    token,
)
from alsvoice.intervals import Span

__all__ = ["parse", "serialize"]

_FIELDS = 4


def parse(text: str, *, recording: str | None = None) -> tuple[Span, ...]:
    """Return the parts in milliseconds; ``recording`` picks one where the file holds several.

    Raises FormatError at a line that is no UEM, or where a second recording begins unasked.
    """
    spans: list[Span] = []
    names: list[str] = []
    for where, line in fields_of_lines(text):
        fields = line.split()
        if len(fields) != _FIELDS:
            raise FormatError("a line of UEM has four fields.", where=where)
        names.append(fields[0])
        if recording is None:
            check_one_recording(names, where=where)
        if recording in {None, fields[0]}:
            spans.append(read_span(fields[2], fields[3], where=where))
    return tuple(spans)


def serialize(spans: Iterable[Span], *, recording: str = "session") -> str:
    """Return one line a part, in order of time."""
    return "".join(
        f"{token(recording)} 1 {seconds_text(start)} {seconds_text(end)}\n"
        for start, end in sorted(spans)
    )
