"""Trends as data: what ``trends --json`` prints and the page draws.

Keys may be added to, never renamed. Shares have four decimals, seconds three; null is unknown.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from alsvoice.measures.trends import Counter, Point, breaks, runs, since_last_time
from alsvoice.report.lines import part, rows
from alsvoice.report.trends import words
from alsvoice.report.trends.measures import OF_A_PERSON, OF_A_SET, SHARE, Measure, Meeting

__all__ = ["SCHEMA", "build_trends"]

SCHEMA = 1
_DONE = "done"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Line:
    """One measure over all sessions."""

    measure: Measure
    points: tuple[Point, ...]


def build_trends(
    meetings: Sequence[Meeting],
    *,
    of_set: str | None = None,
    person: str | None = None,
    skipped: Sequence[Mapping[str, str]] = (),
) -> dict[str, Any]:
    """Return the trends of meetings that stand in order of time, all with their person or none."""
    lines = [
        _Line(measure=m, points=tuple(_point(m, meeting) for meeting in meetings))
        for m in (OF_A_PERSON if person else OF_A_SET)
    ]
    return {
        "schema": SCHEMA,
        "set": of_set,
        "person": person,
        "level": 0.9,
        "measures": [_measure(line.measure) for line in lines],
        "sessions": [_session(n, meeting, lines) for n, meeting in enumerate(meetings)],
        "breaks": _breaks(meetings, lines),
        "changes": [_change(line, _days(meetings)) for line in lines] if len(meetings) > 1 else [],
        "working_on": _working_on(meetings),
        "skipped": [dict(each) for each in skipped],
        "notes": _notes(meetings, of_set, person, left_out=bool(skipped)),
        "method": f"{words.METHOD} {words.CHANCE}",
    }


def _notes(
    meetings: Sequence[Meeting], of_set: str | None, person: str | None, *, left_out: bool
) -> list[str]:
    few = words.too_few(len(meetings), person, left_out=left_out)
    sets = {part(meeting.document, "session").get("set") for meeting in meetings}
    mixed = words.SEVERAL_SETS if of_set is None and len(sets) > 1 else ""
    guesses = sum(bool(meeting.person and meeting.person["guessed"]) for meeting in meetings)
    return [sentence for sentence in (few, mixed, words.guessed(guesses)) if sentence]


def _point(measure: Measure, meeting: Meeting) -> Point:
    return Point(
        session=part(meeting.document, "session")["id"],
        estimate=measure.read(meeting),
        basis=measure.basis(meeting),
        kind=meeting.role,
    )


def _measure(measure: Measure) -> dict[str, Any]:
    return {
        "key": measure.key,
        "title": measure.title,
        "unit": measure.unit,
        "meaning": measure.meaning,
        "counts": measure.counts,
    }


def _session(n: int, meeting: Meeting, lines: Sequence[_Line]) -> dict[str, Any]:
    session = part(meeting.document, "session")
    made = part(meeting.document, "provenance")
    return {
        "id": session["id"],
        "title": session["title"],
        "started": session["started"],
        "set": session["set"],
        "duration_s": session["duration_s"],
        "role": meeting.role,
        "classifier": made.get("classifier"),
        "classifier_card": meeting.coder,
        "diarizer": made.get("diarizer"),
        "measures": {line.measure.key: _number(line, n) for line in lines},
        "phases": [
            {key: row[key] for key in _PHASE}
            for row in rows(meeting.document, "phases")
            if not row.get("guessed")
        ],
    }


_PHASE = ("name", "round", "planned_s", "actual_s", "over_run_s")


def _number(line: _Line, n: int) -> dict[str, Any]:
    """Return a number; only those with the same ``run`` may be joined or compared."""
    found = line.points[n].estimate
    return {
        "value": _rounded(line.measure, found.value),
        "interval": _bounds(line.measure, found.interval),
        "part": found.part,
        "whole": found.whole,
        "run": runs(line.points)[n],
    }


def _rounded(measure: Measure, value: float | None) -> float | None:
    return None if value is None else round(value, 4 if measure.unit == SHARE else 3)


def _bounds(measure: Measure, interval: Sequence[float] | None) -> list[float | None] | None:
    return None if interval is None else [_rounded(measure, bound) for bound in interval]


def _days(meetings: Sequence[Meeting]) -> dict[str, str]:
    """Return session → its day in words, in order of time."""
    about = [part(meeting.document, "session") for meeting in meetings]
    days = words.days_of([each["started"] for each in about])
    return {each["id"]: day for each, day in zip(about, days, strict=True)}


def _breaks(meetings: Sequence[Meeting], lines: Sequence[_Line]) -> list[dict[str, Any]]:
    """Return what broke which lines, in order of time, one row a cause."""
    days = _days(meetings)
    found: dict[tuple[str, str], dict[str, Any]] = {}
    for line in lines:
        for before, after in breaks(line.points):
            for old, new in zip(before.basis, after.basis, strict=True):
                if old != new:
                    row = _break(old, new, before.session, after.session, days[after.session])
                    found.setdefault((after.session, new.what), row)["measures"].append(
                        line.measure.key
                    )
    return sorted(found.values(), key=lambda row: list(days).index(row["session"]))


def _break(old: Counter, new: Counter, before: str, after: str, day: str) -> dict[str, Any]:
    return {
        "session": after,
        "since": before,
        "what": new.what,
        "before": old.name,
        "after": new.name,
        "measures": [],
        "sentence": words.break_sentence(old, new, day),
        "try_next": words.recode(old, new, before),
    }


def _change(line: _Line, days: Mapping[str, str]) -> dict[str, Any]:
    """Return the last session against the one before that it can be compared with."""
    change, last = since_last_time(line.points), line.points[-1]
    row: dict[str, Any] = {
        "measure": line.measure.key,
        "session": last.session,
        "since": None,
        "before": None,
        "after": _rounded(line.measure, last.estimate.value),
        "difference": None,
        "interval": None,
        "clear": None,
    }
    if change is None:
        sentence = words.no_change_sentence(
            line.measure, known=last.known, broken=runs(line.points)[-1] > 0, role=last.kind
        )
        return row | {"sentence": sentence}
    shown = (days[change.before.session], days[change.after.session])
    return row | {
        "since": change.before.session,
        "before": _rounded(line.measure, change.before.estimate.value),
        "difference": _rounded(line.measure, change.difference),
        "interval": _bounds(line.measure, change.interval),
        "clear": change.clear if change.interval else None,
        "sentence": words.change_sentence(line.measure, change, shown),
    }


def _working_on(meetings: Sequence[Meeting]) -> dict[str, Any] | None:
    """Return what was left to do at the last meeting, by the person or by anyone."""
    if not meetings:
        return None
    last = meetings[-1]
    session = part(last.document, "session")
    return {
        "session": session["id"],
        "started": session["started"],
        "actions": list(_actions(last)),
        "growth": list(_growth(last)),
        "earlier": [
            row for meeting in meetings[:-1] for row in _actions(meeting) if row["state"] != _DONE
        ],
    }


def _actions(meeting: Meeting) -> Iterator[dict[str, Any]]:
    session = part(meeting.document, "session")
    for number, row in enumerate(rows(meeting.document, "actions"), start=1):
        if meeting.person is None or row["person"] == meeting.person["id"]:
            yield {
                "session": session["id"],
                "started": session["started"],
                "number": number,
                **{key: row.get(key) for key in _ACTION},
            }


_ACTION = ("utterance", "text", "owner", "person", "due", "due_phrase", "state", "carried_to")


def _growth(meeting: Meeting) -> Iterator[dict[str, Any]]:
    """Yield the person's growth points; a set's page singles nobody out."""
    for row in rows(meeting.document, "findings"):
        own = meeting.person is not None and row.get("person") == meeting.person["id"]
        if own and row.get("kind") == "growth":
            yield {"text": row["text"], "utterances": list(row.get("utterances") or ())}
