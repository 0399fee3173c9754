"""What a file says of a session: who spoke when, who said what, how it was coded.

Read are RTTM, STM, SegLST, SRT and VTT, our report as JSON, a list of coded utterances
(``{"utterances": [{"start", "end", "label"}]}``, in seconds), and coded lines as ``classify``
writes them. Plain text, Markdown and CSV carry no end of what was said, so they cannot be scored.
"""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from alsvoice.errors import FormatError, InputError
from alsvoice.evaluate.labels import Coded
from alsvoice.formats import rttm, seglst, srt, stm, vtt
from alsvoice.formats.rows import CodedRow, parse_coded
from alsvoice.formats.segments import SpokenSegment
from alsvoice.intervals import to_ms
from alsvoice.labels import Label, Origin
from alsvoice.transcript import Turn

__all__ = ["Given", "read_coded", "read_given", "read_text"]

T = TypeVar("T")
READABLE = "RTTM, STM, SegLST, SRT, VTT, a report in JSON nor coded lines (.jsonl)"


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """One side of a comparison; None is what it does not carry, ``note`` a word on its turns."""

    name: str
    turns: tuple[Turn, ...] | None = None
    segments: tuple[SpokenSegment, ...] | None = None
    coded: tuple[Coded, ...] | None = None
    rows: tuple[CodedRow, ...] | None = None
    note: str | None = None

    @property
    def has_speech(self) -> bool:
        """Whether anybody says anything in it."""
        spoken = any(turn.end_ms > turn.start_ms for turn in self.turns or ())
        return spoken or bool(self.segments) or bool(self.coded) or bool(self.rows)


def read_text(path: Path) -> str:
    """Return a file's text; InputError where it is none, or no regular file."""
    with _readable(path):
        return path.read_text(encoding="utf-8")


@contextmanager
def _readable(path: Path) -> Iterator[None]:
    """Turn what goes wrong while a file is read into an InputError."""
    try:
        if path.exists() and not path.is_file():  # a named pipe would wait for a writer
            raise InputError(
                f"{path.name[:120]!r} cannot be read as text: it is no file.",
                try_next="alsvoice evaluate --help",
            )
        yield
    except FileNotFoundError as problem:
        raise InputError(
            f"There is no file {path.name[:120]!r}.", try_next="check the name with `ls`"
        ) from problem
    except (OSError, ValueError) as problem:  # a folder, no right to read it, no text, a null in it
        raise InputError(
            f"{path.name[:120]!r} cannot be read as text.", try_next="alsvoice evaluate --help"
        ) from problem


def read_given(path: Path) -> Given:
    """Return what a file carries; InputError where it is of no kind that can be scored."""
    kind = path.suffix.lower()
    if kind == ".rttm":
        return Given(name=path.name, turns=_parsed(rttm.parse, path))
    if kind in _SEGMENTS:
        return _of_segments(path, _parsed(_SEGMENTS[kind], path))
    if kind == ".jsonl":
        return Given(name=path.name, rows=_rows(path))
    if kind != ".json":
        raise InputError(
            f"{path.name[:120]!r} is neither {READABLE}.",
            try_next="alsvoice export SESSION --format seglst, and compare that",
        )
    value = _json(path)
    if isinstance(value, list):
        return _of_segments(path, _parsed(seglst.parse, path))
    return _of_report(path, value)


_SEGMENTS: Mapping[str, Callable[[str], tuple[SpokenSegment, ...]]] = {
    ".stm": stm.parse, ".seglst": seglst.parse, ".srt": srt.parse, ".vtt": vtt.parse,
}  # fmt: skip


def _parsed(parse: Callable[[str], T], path: Path) -> T:
    try:
        return parse(read_text(path))
    except FormatError as problem:
        raise InputError(
            f"{path.name[:120]}, {problem.sentence}", try_next=problem.try_next
        ) from problem


def _rows(path: Path) -> tuple[CodedRow, ...]:
    try:
        with _readable(path), path.open("rb") as lines:
            return tuple(parse_coded(lines, where=path.name[:120]))
    except FormatError as problem:
        raise InputError(
            problem.sentence, try_next="each line: {id, label, probabilities?, flags?, group?}"
        ) from problem


def _of_segments(path: Path, segments: Sequence[SpokenSegment]) -> Given:
    turns = tuple(Turn(speaker=s.speaker, start_ms=s.start_ms, end_ms=s.end_ms) for s in segments)
    note = f"the turns of {path.name[:120]} are its segments"
    return Given(name=path.name, turns=turns, segments=tuple(segments), note=note)


def _json(path: Path) -> Any:
    try:
        return json.loads(read_text(path).removeprefix("\ufeff"))
    except (ValueError, RecursionError) as problem:
        raise InputError(
            f"{path.name[:120]!r} is no JSON.", try_next="export it again"
        ) from problem


def _of_report(path: Path, value: Any) -> Given:
    try:
        if "turns" not in value:
            return Given(name=path.name, coded=_coded(value["utterances"]))
        return Given(
            name=path.name,
            turns=tuple(
                Turn(speaker=_who(t, t["id"]), start_ms=_ms(t["start_s"]), end_ms=_ms(t["end_s"]))
                for t in value["turns"]
            ),
            segments=tuple(
                SpokenSegment(
                    speaker=_who(u, u["person"]),
                    start_ms=_ms(u["start_s"]),
                    end_ms=_ms(u["end_s"]),
                    text=_string(u["text"]),
                )
                for u in value["utterances"]
            ),
            coded=_coded(value["utterances"]),
        )
    except _WRONG as problem:
        raise InputError(
            f"{path.name[:120]!r} is neither SegLST, a report of alsvoice nor a list of coded "
            "utterances.",
            try_next="alsvoice report SESSION --format json -o report.json",
        ) from problem


_WRONG = (AttributeError, KeyError, OverflowError, TypeError, ValueError)


def read_coded(path: Path) -> tuple[Coded, ...]:
    """Return coded utterances, of a report or of a list with ``start``, ``end`` and ``label``."""
    try:
        return _coded(_json(path)["utterances"])
    except _WRONG as problem:
        raise InputError(
            f"{path.name[:120]} does not list utterances with start, end and label.",
            try_next="compare it with the bundled demo's truth.json",
        ) from problem


def _coded(rows: Any) -> tuple[Coded, ...]:
    return tuple(
        Coded(
            start_ms=_ms(row["start"] if "start" in row else row["start_s"]),
            end_ms=_ms(row["end"] if "end" in row else row["end_s"]),
            label=Label(row["label"]),
            confidence=_probability(row),
        )
        for row in rows
    )


def _probability(row: Mapping[str, Any]) -> float | None:
    """Return the probability a machine gave the label; None where it tells none."""
    told = row.get("confidence")
    if row.get("source") == Origin.PERSON or isinstance(told, bool):
        return None
    return float(told) if isinstance(told, int | float) and 0 <= told <= 1 else None


def _ms(value_s: Any) -> int:
    if isinstance(value_s, bool) or not isinstance(value_s, int | float) or not 0 <= value_s <= 1e8:
        raise ValueError("a time is a number of seconds")
    return to_ms(value_s)


def _who(row: Mapping[str, Any], otherwise: Any) -> str:
    name = _string(row.get("participant") or otherwise)
    if not name:
        raise ValueError("nobody speaks here")
    return name


def _string(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError("this is no text")
    return value
