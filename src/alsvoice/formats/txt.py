"""Plain text: the transcript as one reads it, a paragraph each time the speaker changes.

The time and the name stand above what was said. It is ours, for people, and is not read back.
"""

import textwrap
from collections.abc import Iterable
from itertools import groupby

from alsvoice.formats.fields import clock, one_line
from alsvoice.formats.segments import SpokenSegment

__all__ = ["serialize"]

_WIDTH = 80


def serialize(segments: Iterable[SpokenSegment], *, title: str | None = None) -> str:
    """Return the paragraphs in order of time, under the title where there is one."""
    spoken = [each for each in segments if one_line(each.text)]
    ordered = sorted(spoken, key=lambda each: (each.start_ms, each.end_ms))
    said = groupby(ordered, key=lambda each: each.speaker)
    heading = one_line(title or "")
    blocks = [f"{heading}\n{'=' * len(heading)}\n"] if heading else []
    blocks += [_paragraph(speaker, list(group)) for speaker, group in said]
    return "\n".join(blocks) or "No speech was found.\n"


def _paragraph(speaker: str, segments: list[SpokenSegment]) -> str:
    text = " ".join(one_line(each.text) for each in segments)
    said = textwrap.fill(text, _WIDTH, break_long_words=False, break_on_hyphens=False)
    return f"[{clock(segments[0].start_ms)}] {one_line(speaker) or 'unknown'}\n{said}\n"
