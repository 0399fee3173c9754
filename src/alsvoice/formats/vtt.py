"""WebVTT: subtitles for the web, each with its speaker as a voice span.

``WEBVTT``, then cues: ``hh:mm:ss.mmm --> hh:mm:ss.mmm`` and ``<v Name>text``, with ``&``, ``<``
and ``>`` escaped, in order of start. Source: W3C, WebVTT: The Web Video Text Tracks Format,
sections 4.1 and 4.2.
"""

import html
import re
from collections.abc import Iterable

from alsvoice.errors import FormatError
from alsvoice.formats.fields import cue_blocks, cue_span, one_line
from alsvoice.formats.segments import SpokenSegment

__all__ = ["parse", "serialize"]

_ESCAPES = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;"})


_VOICE = re.compile(r"<v(?:\.[^\s>]*)?\s+([^>]+)>(.*)", re.DOTALL)


def parse(text: str) -> tuple[SpokenSegment, ...]:
    """Return the cues that have a voice span; FormatError at the first that has none."""
    if not text.removeprefix("\ufeff").startswith("WEBVTT"):
        raise FormatError("this does not begin with WEBVTT.", where="line 1")
    segments: list[SpokenSegment] = []
    for where, times, lines in cue_blocks(text):
        start_ms, end_ms = cue_span(times, where=where)
        voice = _VOICE.match(" ".join(lines))
        if voice is None:
            raise FormatError("this cue has no voice span that says who speaks.", where=where)
        speaker, said = (html.unescape(re.sub(r"<[^>]*>", "", part)) for part in voice.groups())
        segments.append(
            SpokenSegment(
                speaker=one_line(speaker) or "unknown",
                start_ms=start_ms,
                end_ms=end_ms,
                text=one_line(said),
            )
        )
    return tuple(segments)


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
