"""The utterances, the people and the phases as CSV (RFC 4180), safe to open in a spreadsheet.

A cell that begins like a formula would be run by the spreadsheet that opens it; such cells get a
leading apostrophe, as OWASP advises ("CSV Injection").
"""

import csv
import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from alsvoice.formats.fields import one_line
from alsvoice.report.lines import Line, lines, people, rows

__all__ = ["TABLES", "render_csv"]

TABLES = ("utterances", "people", "phases")

_UTTERANCES = (
    *("id", "start_s", "end_s", "participant", "role", "speaker", "text"),
    *("label", "confidence", "unsure", "flags", "source"),
)
_PEOPLE = (  # the document's own keys, of a participant
    *("id", "name", "role", "guessed", "speakers", "talk_s", "talk_share", "turns", "words"),
    *("longest_turn_s", "open_questions", "closed_questions", "advice", "advice_in_disguise"),
    *("stacked", "leading", "median_think_time_s", "interruptions_made", "interruptions_received"),
    *("words_per_minute", "open_share", "advice_share", "long_questions", "statements"),
    *("statements_unasked", "reflections", "reflections_per_question", "backchannels"),
    *("interventions", "questions_answered", "helpful", "by_voice"),
)
_PHASES = (  # of a phase
    *("name", "round", "presenter", "start_s", "end_s", "planned_s", "actual_s", "over_run_s"),
    *("guessed", "speech_s", "silence_s", "overlap_s", "open", "closed", "advice"),
    *("advice_in_disguise", "stacked", "leading", "median_think_time_s", "off_track_s"),
    *("open_share", "advice_share", "interruptions"),
)
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")


def render_csv(document: Mapping[str, Any], table: str = "utterances") -> str:
    """Return one of ``TABLES``, a header and its rows; unknown cells are empty, lines end in CRLF.

    Times and lengths are in seconds, shares between 0 and 1, as in the document.
    """
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    if table == "people":
        writer.writerows(_plain(rows(document, "participants"), _PEOPLE))
    elif table == "phases":
        writer.writerows(_plain(rows(document, "phases"), _PHASES))
    elif table == "utterances":
        writer.writerows(_utterances(document))
    else:
        raise ValueError(f"no table {table!r}")
    return out.getvalue()


def _plain(found: Iterable[Mapping[str, Any]], columns: Sequence[str]) -> Iterator[Sequence[str]]:
    """Yield the columns' names and, of each row, what the document has under them."""
    yield columns
    for row in found:
        yield [_cell(row.get(key)) for key in columns]


def _utterances(document: Mapping[str, Any]) -> Iterator[Sequence[str]]:
    yield _UTTERANCES
    roles = {person.id: person.row.get("role") for person in people(document).values()}
    said = lines(document)
    for row, line in zip(rows(document, "utterances"), said, strict=True):
        yield _row(row, line, roles.get(line.person))


def _row(row: Mapping[str, Any], line: Line, role: object) -> list[str]:
    return [
        _cell(line.id),
        _cell(row["start_s"]),
        _cell(row["end_s"]),
        _cell(row.get("participant")),
        _cell(role),
        _cell(row.get("speaker")),
        _cell(line.text),
        _cell(line.label),
        _cell(line.confidence),
        _cell(line.unsure),
        _cell(line.flags),
        _cell(row.get("source")),
    ]


def _cell(value: object) -> str:
    """Return a value as text that no spreadsheet runs; numbers stay numbers, lists are spaced."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return str(value)
    whole = value if isinstance(value, str) or not isinstance(value, Sequence) else _spaced(value)
    text = one_line(str(whole))
    return "'" + text if text.startswith(_FORMULA) else text


def _spaced(values: Sequence[object]) -> str:
    return " ".join(map(str, values))
