"""What the set marked, as the page shows it: what helped, notes, agreement with the machine."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from alsvoice.formats.fields import clock, one_line
from alsvoice.intervals import to_ms
from alsvoice.report.lines import Line, rows
from alsvoice.report.wording import KINDS

__all__ = ["Marked", "Remark", "marked"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Remark:
    """A moment that somebody marked or wrote about; ``anchor`` is empty where no words are."""

    anchor: str
    time: str
    who: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Marked:
    """Quotes that helped, notes, and one sentence on agreement, empty where nobody judged."""

    helped: tuple[Remark, ...]
    notes: tuple[Remark, ...]
    agreement: str


def marked(document: Mapping[str, Any], said: Sequence[Line]) -> Marked:
    """Return what is shown; a document from before marks has none."""
    by_id = {line.id: line for line in said}
    helped = {row["id"] for row in rows(document, "utterances") if row.get("helpful")}
    return Marked(
        helped=tuple(
            Remark(anchor=line.anchor, time=clock(line.span[0]), who=line.who, text=line.text)
            for line in said
            if line.id in helped
        ),
        notes=tuple(_note(row, by_id) for row in rows(document, "notes")),
        agreement=_agreement(document.get("agreement") or {}),
    )


def _note(row: Mapping[str, Any], by_id: Mapping[str, Line]) -> Remark:
    line = by_id.get(str(row.get("utterance")))
    return Remark(
        anchor=line.anchor if line else "",
        time=clock(to_ms(row["at_s"])),
        who=one_line(row["who"]) if row.get("who") else "",
        text=one_line(row["text"]),
    )


def _agreement(found: Mapping[str, Any]) -> str:
    """Return how often people kept what the machine gave, over all labels and for each."""
    all_, *labels = found.get("labels") or [{"judged": 0}]
    if not all_["judged"]:
        return ""
    several = found["sessions"]
    over = f" in {several} sessions" if several > 1 else ""
    parts = [
        f"{KINDS[row['label']].one if row['label'] in KINDS else 'other'} {_share(row)}"
        for row in labels
        if row["judged"]
    ]
    return (
        f"People looked at {all_['judged']} labels{over} and kept {all_['agreed']}"
        f"{_of_all(all_)}. By label: {'; '.join(parts)}."
    )


def _share(row: Mapping[str, Any]) -> str:
    return f"{row['agreed']} of {row['judged']}{_of_all(row)}"


def _of_all(row: Mapping[str, Any]) -> str:
    if row["share"] is None:
        return ""
    low, high = (round(100 * bound) for bound in row["interval"])
    return f" ({round(100 * row['share'])} % of all by the sample, {low} to {high})"
