"""One person's numbers beside the average: their own page's table."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from alsvoice.report.lines import part, rows
from alsvoice.report.wording import duration, percent, short_seconds, text_or

__all__ = ["Beside", "Compared", "beside"]

_MEASURES = (  # the document's key, what it is called, how it is told
    ("talk_s", "Talk time", "time"),
    ("talk_share", "Share of all talk", "share"),
    ("turns", "Turns", "count"),
    ("longest_turn_s", "Longest turn", "time"),
    ("words_per_minute", "Words a minute", "count"),
    ("open_questions", "Open questions", "count"),
    ("closed_questions", "Closed questions", "count"),
    ("advice", "Advice", "count"),
    ("advice_in_disguise", "… in question form", "count"),
    ("stacked", "Stacked questions", "count"),
    ("leading", "Leading questions", "count"),
    ("long_questions", "Long questions", "count"),
    ("median_think_time_s", "Silence after a question (median)", "seconds"),
    ("reflections", "Giving back what was heard", "count"),
    ("backchannels", "Listening sounds", "count"),
    ("statements_unasked", "Statements that answer no question", "count"),
    ("interruptions_made", "Took the floor early", "count"),
    ("interruptions_received", "Lost the floor early", "count"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Compared:
    """A measure, one's own and the average."""

    name: str
    own: str
    average: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Beside:
    """The table; ``of`` says whose average it is."""

    name: str
    of: str
    rows: tuple[Compared, ...]


def beside(document: Mapping[str, Any]) -> Beside | None:
    """Return the comparison; None where the document is not one person's."""
    means, own = part(document, "average"), rows(document, "participants")
    if not means or len(own) != 1:
        return None
    whose = f"the {means['of']}s" if means.get("of") else "everybody"
    return Beside(
        name=text_or(own[0].get("name"), "You"),
        of=f"Average of {whose} ({text_or(means.get('people'))})",
        rows=tuple(
            Compared(name=name, own=_told(own[0].get(key), how), average=_told(means.get(key), how))
            for key, name, how in _MEASURES
        ),
    )


def _told(value: float | None, how: str) -> str:
    if how == "time":
        return duration(value)
    if how == "share":
        return percent(value)
    if how == "seconds":
        return short_seconds(value)
    return text_or(None if value is None else round(value, 1) if value % 1 else int(value))
