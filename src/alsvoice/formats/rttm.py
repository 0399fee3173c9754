"""RTTM: who spoke when, one turn a line.

``SPEAKER <recording> <channel> <start> <duration> <NA> <NA> <speaker> <NA> <NA>``, in seconds.
Lines of the standard's other types are passed over. Source: NIST, The 2009 (RT-09) Rich
Transcription Meeting Recognition Evaluation Plan, appendix A.
"""

from collections.abc import Iterable

from alsvoice.errors import FormatError
from alsvoice.formats.fields import (
    check_one_recording,
    fields_of_lines,
    read_ms,
    seconds_text,
    token,
    tokens,
)
from alsvoice.transcript import Turn

__all__ = ["parse", "serialize"]

_WORD_TYPES = frozenset(
    {"LEXEME", "NON-LEX", "NON-SPEECH", "FILLER", "EDIT", "SU", "IP", "CB", "A/P"}
)
_OTHER_TYPES = _WORD_TYPES | {"SEGMENT", "NOSCORE", "NO_RT_METADATA", "SPKR-INFO"}
_LEAST_FIELDS = 8  # up to the speaker's name; older files leave out what follows


def parse(text: str, *, recording: str | None = None) -> tuple[Turn, ...]:
    """Return the turns as they stand; ``recording`` picks one where the file holds several.

    Raises FormatError at a line that is no RTTM, or where a second recording begins unasked.
    """
    turns: list[Turn] = []
    names: list[str] = []
    for where, line in fields_of_lines(text):
        fields = line.split()
        if fields[0] in _OTHER_TYPES:
            continue
        if fields[0] != "SPEAKER" or len(fields) < _LEAST_FIELDS:
            raise FormatError("this is no SPEAKER line of RTTM.", where=where)
        names.append(fields[1])
        if recording is None:
            check_one_recording(names, where=where)
        if recording in {None, fields[1]}:
            turns.append(_turn(fields, where))
    return tuple(turns)


def _turn(fields: list[str], where: str) -> Turn:
    start_ms = read_ms(fields[3], where=where, what="start")
    duration_ms = read_ms(fields[4], where=where, what="duration")
    return Turn(speaker=fields[7], start_ms=start_ms, end_ms=start_ms + duration_ms)


def serialize(turns: Iterable[Turn], *, recording: str = "session") -> str:
    """Return one line a turn, in order of time; spaces in names become underscores."""
    ordered = sorted(turns, key=lambda turn: (turn.start_ms, turn.end_ms, turn.speaker))
    names = tokens(turn.speaker for turn in ordered)
    return "".join(
        f"SPEAKER {token(recording)} 1 {seconds_text(turn.start_ms)} "
        f"{seconds_text(turn.duration_ms)} <NA> <NA> {names[turn.speaker]} <NA> <NA>\n"
        for turn in ordered
    )
