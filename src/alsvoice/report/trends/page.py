"""Trends as one page that needs nothing else and can reach nothing else: no script at all.

Every field of the view is text ready to be read or a number ready to be drawn.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from alsvoice.report.html import render_still
from alsvoice.report.lines import part, rows
from alsvoice.report.trends import words
from alsvoice.report.trends.chart import HEIGHT, WIDTH, Drawing, draw
from alsvoice.report.trends.measures import OF_A_PERSON, OF_A_SET, SHARE, Measure
from alsvoice.report.wording import duration, phase_title, text_or

__all__ = ["TrendsView", "render_trends", "trends_view"]

_MEASURES = {measure.key: measure for measure in (*OF_A_SET, *OF_A_PERSON)}


@dataclass(frozen=True, slots=True, kw_only=True)
class NumberRow:
    """A row of the table beside a picture."""

    day: str
    role: str
    value: str
    likely: str
    counts: str
    stretch: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Chart:
    """A measure: its picture, the same in a sentence, and the same in a table."""

    key: str
    title: str
    meaning: str
    counts: str
    summary: str
    drawing: Drawing
    first: str
    last: str
    rows: tuple[NumberRow, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PhaseRow:
    """A session's phases against their plan, in the order of the table's columns."""

    day: str
    cells: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ActionRow:
    """Something to be done: whose, by when, and what became of it."""

    text: str
    owner: str
    about: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionRow:
    """A session, and what told its questions and voices apart."""

    day: str
    title: str
    session: str
    role: str
    classifier: str
    diarizer: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TrendsView:
    """The page; an empty tuple is a part that is left out."""

    title: str
    about: tuple[str, ...]
    person: str
    notes: tuple[str, ...]
    breaks: tuple[tuple[str, str], ...]
    clear: tuple[str, ...]
    unclear: tuple[str, ...]
    nothing: str
    charts: tuple[Chart, ...]
    phase_names: tuple[str, ...]
    phases: tuple[PhaseRow, ...]
    roles: bool
    last_day: str
    actions: tuple[ActionRow, ...]
    earlier: tuple[ActionRow, ...]
    growth: tuple[str, ...]
    sessions: tuple[SessionRow, ...]
    skipped: tuple[tuple[str, str], ...]
    method: str
    width: int = WIDTH
    height: int = HEIGHT


def render_trends(trends: Mapping[str, Any]) -> str:
    """Return the page of ``build_trends``."""
    return render_still("trends.html.j2", trends_view(trends), more_style="trends.css")


def trends_view(trends: Mapping[str, Any]) -> TrendsView:
    """Return everything the page shows."""
    sessions = rows(trends, "sessions")
    changes = rows(trends, "changes")
    working = part(trends, "working_on")
    days = words.days_of([each["started"] for each in sessions])
    names = [] if trends.get("person") else _phase_names(sessions)
    return TrendsView(
        title=_title(trends),
        about=_about(trends, days),
        person=text_or(trends.get("person"), ""),
        notes=tuple(map(text_or, trends["notes"])),
        breaks=tuple(
            (text_or(each["sentence"]), text_or(each["try_next"], ""))
            for each in rows(trends, "breaks")
        ),
        clear=tuple(text_or(each["sentence"]) for each in changes if each["clear"]),
        unclear=tuple(text_or(each["sentence"]) for each in changes if not each["clear"]),
        nothing=words.nothing_clear(compared=any(each["since"] for each in changes)),
        charts=tuple(_chart(each, sessions, days) for each in rows(trends, "measures") if sessions),
        phase_names=tuple(map(phase_title, names)),
        phases=tuple(
            PhaseRow(day=day, cells=tuple(_phase_cell(each, name) for name in names))
            for each, day in zip(sessions, days, strict=True)
            if names
        ),
        roles=any(each["role"] for each in sessions),
        last_day=words.day_words(working["started"]) if working else "",
        actions=tuple(map(_action, rows(working, "actions"))),
        earlier=tuple(map(_action, rows(working, "earlier"))),
        growth=tuple(text_or(each["text"]) for each in rows(working, "growth")),
        sessions=tuple(map(_session, sessions, days)),
        skipped=tuple(
            (text_or(each["sentence"]), text_or(each["try_next"]))
            for each in rows(trends, "skipped")
        ),
        method=text_or(trends["method"]),
    )


def _title(trends: Mapping[str, Any]) -> str:
    if trends.get("person"):
        return f"{text_or(trends['person'])} over time"
    if trends.get("set"):
        return f"{text_or(trends['set'])} over time"
    return "Sessions over time"


def _about(trends: Mapping[str, Any], days: Sequence[str]) -> tuple[str, ...]:
    number = len(days)
    of_set = text_or(trends["set"], "") if trends.get("person") and trends.get("set") else ""
    span = "" if not days else days[0] if number == 1 else f"{days[0]} to {days[-1]}"
    return tuple(filter(None, [f"{number} session{'' if number == 1 else 's'}", span, of_set]))


def _chart(
    row: Mapping[str, Any], sessions: Sequence[Mapping[str, Any]], days: Sequence[str]
) -> Chart:
    measure = _MEASURES[row["key"]]
    numbers = [each["measures"][measure.key] for each in sessions]
    roles = [each["role"] for each in sessions]
    return Chart(
        key=measure.key,
        title=measure.title,
        meaning=measure.meaning,
        counts=measure.counts,
        summary=_summary(measure, numbers, days),
        drawing=draw(numbers, roles, is_share=measure.unit == SHARE),
        first=days[0],
        last=days[-1] if len(days) > 1 else "",
        rows=tuple(
            _number_row(measure, *each) for each in zip(sessions, numbers, days, strict=True)
        ),
    )


def _summary(measure: Measure, numbers: Sequence[Mapping[str, Any]], days: Sequence[str]) -> str:
    known = [
        (n["value"], day) for n, day in zip(numbers, days, strict=True) if n["value"] is not None
    ]
    if not known:
        return f"{measure.title}: nothing to count in any session."
    ends = [known[0]] if len(known) == 1 else [known[0], known[-1]]
    said = ", ".join(f"{words.amount(measure, value)} on {day}" for value, day in ends)
    stretches = len({number["run"] for number in numbers})
    broken = f" The line is broken {stretches - 1} times." if stretches > 1 else ""
    broken = broken.replace(" 1 times", " once")
    return f"{measure.title} over {len(days)} sessions: {said}.{broken} The table has every number."


def _number_row(
    measure: Measure, session: Mapping[str, Any], number: Mapping[str, Any], day: str
) -> NumberRow:
    return NumberRow(
        day=day,
        role=text_or(session["role"], ""),
        value=words.amount(measure, number["value"]),
        likely=words.likely_words(measure, number["interval"]) or "—",
        counts=_counts(number),
        stretch=str(number["run"] + 1),
    )


def _counts(number: Mapping[str, Any]) -> str:
    if number["whole"] is None:
        return "—"
    return (
        f"{number['whole']}" if number["part"] is None else f"{number['part']} of {number['whole']}"
    )


def _phase_names(sessions: Sequence[Mapping[str, Any]]) -> list[str]:
    """Return the names of planned phases in the order in which they were met."""
    planned = (p["name"] for each in sessions for p in each["phases"] if p["planned_s"] is not None)
    return list(dict.fromkeys(planned))


def _phase_cell(session: Mapping[str, Any], name: str) -> str:
    """Return ``2:10 over of 10:00``; where a phase came in several rounds, all of them together."""
    found = [p for p in session["phases"] if p["name"] == name and p["planned_s"] is not None]
    if not found:
        return "—"
    over = sum(each["over_run_s"] for each in found)
    if round(over) == 0:
        return f"on time ({duration(sum(each['planned_s'] for each in found))})"
    way = "over" if over > 0 else "under"
    return f"{duration(abs(over))} {way} {duration(sum(each['planned_s'] for each in found))}"


def _action(row: Mapping[str, Any]) -> ActionRow:
    due = f"by {row['due']}" if row["due"] else f"“{text_or(row['due_phrase'], '')}”"
    state = {
        "open": due if row["due"] or row["due_phrase"] else "no date named",
        "done": "done",
        "carried": f"carried to {row['carried_to'] or 'the next meeting'}",
    }[row["state"]]
    return ActionRow(
        text=text_or(row["text"]),
        owner=text_or(row["owner"] or row["person"]),
        about=f"{words.day_words(row['started'])}, {state}",
    )


def _session(row: Mapping[str, Any], day: str) -> SessionRow:
    return SessionRow(
        day=day,
        title=text_or(row["title"], ""),
        session=text_or(row["id"]),
        role=text_or(row["role"], ""),
        classifier=text_or(row["classifier"]),
        diarizer=text_or(row["diarizer"]),
    )
