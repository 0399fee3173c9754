"""SRT (SubRip): subtitles that any player shows, each as ``Name: text``.

A number, ``hh:mm:ss,mmm --> hh:mm:ss,mmm``, the text, an empty line. There is no standard; this
is what SubRip wrote and players read (Library of Congress, format description fdd000569). Players
take ``<`` for markup and ``{`` for styling and have no way to escape them, so lookalikes stand in.
"""

from collections.abc import Iterable

from alsvoice.formats.fields import one_line
from alsvoice.formats.segments import SpokenSegment

__all__ = ["serialize"]

_LOOKALIKES = str.maketrans({"<": "‹", ">": "›", "{": "(", "}": ")"})


def serialize(segments: Iterable[SpokenSegment]) -> str:
    """Return the subtitles in order of time; segments without text are left out."""
    spoken = [each for each in segments if one_line(each.text)]
    ordered = sorted(spoken, key=lambda each: (each.start_ms, each.end_ms))
    return "\n".join(_cue(number, each) for number, each in enumerate(ordered, 1))


def _cue(number: int, segment: SpokenSegment) -> str:
    end_ms = max(segment.end_ms, segment.start_ms + 1)  # a cue of no length is never shown
    text = f"{one_line(segment.speaker) or 'unknown'}: {one_line(segment.text)}"
    times = f"{_time(segment.start_ms)} --> {_time(end_ms)}"
    return f"{number}\n{times}\n{text.translate(_LOOKALIKES)}\n"


def _time(time_ms: int) -> str:
    secs, millis = divmod(time_ms, 1000)
    return f"{secs // 3600:02d}:{secs // 60 % 60:02d}:{secs % 60:02d},{millis:03d}"
