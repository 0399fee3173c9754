"""SRT (SubRip): subtitles that any player shows, each as ``Name: text``.

A number, ``hh:mm:ss,mmm --> hh:mm:ss,mmm``, the text, an empty line. There is no standard; this
is what SubRip wrote and players read (Library of Congress, format description fdd000569). Players
take ``<`` for markup and ``{`` for styling and have no way to escape them, so lookalikes stand in.
Read back, lookalikes stay, and a name ends at the first colon.
"""

import re
from collections.abc import Iterable

from alsvoice.errors import FormatError
from alsvoice.formats.fields import cue_blocks, cue_span, one_line
from alsvoice.formats.segments import SpokenSegment

__all__ = ["parse", "serialize"]

_LOOKALIKES = str.maketrans({"<": "‹", ">": "›", "{": "(", "}": ")"})


def parse(text: str) -> tuple[SpokenSegment, ...]:
    """Return the subtitles that say who speaks; FormatError at the first that does not."""
    segments: list[SpokenSegment] = []
    for where, times, lines in cue_blocks(text):
        start_ms, end_ms = cue_span(times, where=where)
        speaker, colon, said = one_line(re.sub(r"<[^>]*>", "", " ".join(lines))).partition(":")
        if not colon or not speaker.strip():
            raise FormatError("this subtitle does not begin with a name and a colon.", where=where)
        segments.append(
            SpokenSegment(
                speaker=speaker.strip(), start_ms=start_ms, end_ms=end_ms, text=said.strip()
            )
        )
    return tuple(segments)


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
