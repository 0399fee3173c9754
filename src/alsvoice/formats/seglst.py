"""SegLST: who said what when, as a JSON list of objects.

Each has ``session_id``, ``speaker``, ``start_time`` and ``end_time`` in seconds, and ``words``;
other keys are passed over. Source: the segment-wise long-form speech transcription annotation of
MeetEval (von Neumann et al. 2023), also the format of the CHiME-7 and CHiME-8 challenges, whose
files write times as strings.
"""

import json
from collections.abc import Iterable
from typing import Any, NoReturn

from alsvoice.errors import FormatError
from alsvoice.formats.fields import check_one_recording, one_line, read_span
from alsvoice.formats.segments import SpokenSegment
from alsvoice.intervals import seconds

__all__ = ["parse", "serialize"]


def parse(text: str, *, recording: str | None = None) -> tuple[SpokenSegment, ...]:
    """Return the segments as they stand; ``recording`` picks one where the file holds several.

    Raises FormatError with the line of broken JSON or the path of a wrong value, or where a
    second recording begins unasked.
    """
    rows = _load(text)
    if not isinstance(rows, list):
        raise FormatError("SegLST is a list of segments.", where="line 1")
    segments: list[SpokenSegment] = []
    names: list[str] = []
    for index, row in enumerate(rows):
        where = f"[{index}]"
        if not isinstance(row, dict):
            raise FormatError("a segment is an object.", where=where)
        names.append(_text(row, "session_id", where, default=""))
        if recording is None:
            check_one_recording(names, where=where)
        if recording in {None, names[-1]}:
            segments.append(_segment(row, where))
    return tuple(segments)


def _load(text: str) -> Any:
    try:
        return json.loads(text.removeprefix("\ufeff"), parse_constant=_refuse)
    except json.JSONDecodeError as error:
        raise FormatError("this is no JSON.", where=f"line {error.lineno}") from None
    except (RecursionError, ValueError):  # nested too deep; a number too long, NaN, Infinity
        raise FormatError("this JSON holds what no segment can.", where="line 1") from None


def _refuse(constant: str) -> NoReturn:
    raise ValueError(constant)


def _segment(row: dict[str, Any], where: str) -> SpokenSegment:
    start_ms, end_ms = read_span(
        _seconds(row, "start_time", where), _seconds(row, "end_time", where), where=where
    )
    speaker = _text(row, "speaker", where)
    if not speaker:
        raise FormatError("the speaker is empty.", where=f"{where}.speaker")
    words = one_line(_text(row, "words", where))
    return SpokenSegment(speaker=speaker, start_ms=start_ms, end_ms=end_ms, text=words)


def _seconds(row: dict[str, Any], key: str, where: str) -> str:
    value = row.get(key)
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        raise FormatError("a time is a number of seconds.", where=f"{where}.{key}")
    return str(value)


def _text(row: dict[str, Any], key: str, where: str, default: str | None = None) -> str:
    value = row.get(key, default)
    if not isinstance(value, str):
        raise FormatError("this is no text.", where=f"{where}.{key}")
    return value


def serialize(segments: Iterable[SpokenSegment], *, recording: str = "session") -> str:
    """Return the JSON, one segment a line, in order of time; names keep their spaces."""
    ordered = sorted(segments, key=lambda each: (each.start_ms, each.end_ms, each.speaker))
    lines = ",\n".join(json.dumps(_row(each, recording), ensure_ascii=False) for each in ordered)
    return f"[\n{lines}\n]\n" if lines else "[]\n"


def _row(segment: SpokenSegment, recording: str) -> dict[str, str | float]:
    return {
        "session_id": one_line(recording),
        "speaker": one_line(segment.speaker) or "unknown",
        "start_time": seconds(segment.start_ms),
        "end_time": seconds(segment.end_ms),
        "words": one_line(segment.text),
    }
