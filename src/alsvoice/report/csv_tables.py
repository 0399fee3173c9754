"""The utterances as CSV (RFC 4180), safe to open in a spreadsheet.

A cell that begins like a formula would be run by the spreadsheet that opens it; such cells get a
leading apostrophe, as OWASP advises ("CSV Injection").
"""

import csv
import io
from collections.abc import Mapping
from typing import Any

from alsvoice.formats.fields import one_line
from alsvoice.report.lines import Line, lines, people, rows

__all__ = ["render_csv"]

_COLUMNS = (
    *("id", "start_s", "end_s", "participant", "role", "speaker", "text"),
    *("label", "confidence", "unsure", "flags", "source"),
)
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")


def render_csv(document: Mapping[str, Any]) -> str:
    """Return one row an utterance under a header; unknown cells are empty, lines end in CRLF."""
    table = io.StringIO()
    writer = csv.writer(table, lineterminator="\r\n")
    writer.writerow(_COLUMNS)
    roles = {person.id: person.row.get("role") for person in people(document).values()}
    said = lines(document)
    for row, line in zip(rows(document, "utterances"), said, strict=True):
        writer.writerow(_row(row, line, roles.get(line.person)))
    return table.getvalue()


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
        "true" if line.unsure else "false",
        _cell(" ".join(line.flags)),
        _cell(row.get("source")),
    ]


def _cell(value: object) -> str:
    """Return a value as text that no spreadsheet runs; numbers stay numbers."""
    if value is None:
        return ""
    if isinstance(value, int | float):
        return str(value)
    text = one_line(str(value))
    return "'" + text if text.startswith(_FORMULA) else text
