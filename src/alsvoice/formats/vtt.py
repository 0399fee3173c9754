"""WebVTT: subtitles for the web, each with its speaker as a voice span.

``WEBVTT``, then cues: ``hh:mm:ss.mmm --> hh:mm:ss.mmm`` and ``<v Name>text``, with ``&``, ``<``
and ``>`` escaped, in order of start. Source: W3C, WebVTT: The Web Video Text Tracks Format,
sections 4.1 and 4.2.
"""

from collections.abc import Iterable

from alsvoice.formats.fields import one_line
from alsvoice.formats.segments import SpokenSegment

__all__ = ["serialize"]

_ESCAPES = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;"})


def serialize(segments: Iterable[SpokenSegment]) -> str:
    """Return the cues in order of time; segments without text are left out."""
    spoken = [each for each in segments if one_line(each.text)]
    ordered = sorted(spoken, key=lambda each: (each.start_ms, each.end_ms))
    return "\n".join(["WEBVTT\n", *map(_cue, ordered)])


def _cue(segment: SpokenSegment) -> str:
    end_ms = max(segment.end_ms, segment.start_ms + 1)  # the standard wants a later end
    name = (one_line(segment.speaker) or "unknown").translate(_ESCAPES)
    text = one_line(segment.text).translate(_ESCAPES)
    return f"{_time(segment.start_ms)} --> {_time(end_ms)}\n<v {name}>{text}\n"


def _time(time_ms: int) -> str:
    secs, millis = divmod(time_ms, 1000)
    return f"{secs // 3600:02d}:{secs // 60 % 60:02d}:{secs % 60:02d}.{millis:03d}"
