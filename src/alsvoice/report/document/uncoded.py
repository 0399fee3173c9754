"""A report in a language in which questions and advice are not told apart: no numbers of them.

What cannot be known is null, never zero: a session in another language had questions, too.
"""

from collections.abc import Callable, Mapping
from typing import Any

from alsvoice.labels import Origin

__all__ = ["without_labels"]

_OF_A_PERSON = (
    *("open_questions", "closed_questions", "advice", "advice_in_disguise", "stacked", "leading"),
    *("median_think_time_s", "open_share", "open_share_interval", "advice_share"),
    *("advice_share_interval", "long_questions", "statements", "statements_unasked"),
    *("reflections", "reflections_per_question", "backchannels", "interventions"),
    *("questions_answered", "helpful"),
)
_OF_A_PART = (
    *("open", "closed", "advice", "advice_in_disguise", "stacked", "leading"),
    *("median_think_time_s", "open_share", "open_share_interval", "advice_share"),
    *("advice_share_interval", "off_track_s"),
)


def without_labels(document: Mapping[str, Any]) -> dict[str, Any]:
    """Return the document, or a part of it, without what rests on labels; time and voices stay."""
    return {key: _MADE[key](value) if key in _MADE else value for key, value in document.items()}


def _nulled(row: Mapping[str, Any], keys: tuple[str, ...]) -> dict[str, Any]:
    return {key: None if key in keys else value for key, value in row.items()}


def _balance(row: Mapping[str, Any]) -> dict[str, Any]:
    return {
        **dict.fromkeys(row),
        "scope": {**row["scope"], "phases": []},
        "statement_utterances": [],
    }


def _facilitation(row: Mapping[str, Any]) -> dict[str, Any]:
    kept = ("facilitators", "talk_share")
    return {
        **{key: value if key in kept else None for key, value in row.items()},
        "interventions": [],
    }


def _people(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [_nulled(row, _OF_A_PERSON) for row in rows]


def _phases(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [{**_nulled(row, _OF_A_PART), "balance": None} for row in rows]


def _rounds(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [{**_nulled(row, _OF_A_PART), "balance": _balance(row["balance"])} for row in rows]


def _off_track(row: dict[str, Any]) -> dict[str, Any]:
    return {**row, "total_s": None, "stretches": []}


def _no_rows(_: object) -> list[Any]:
    return []


def _utterances(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return the rows; what a person said of one stays."""
    person = Origin.PERSON.value
    nothing: dict[str, Any] = {
        "label": None,
        "confidence": None,
        "unsure": False,
        "flags": [],
        "in_reply": None,
    }
    return [row if row["source"] == person else {**row, **nothing} for row in rows]


_MADE: dict[str, Callable[[Any], Any]] = {
    "participants": _people,
    "phases": _phases,
    "rounds": _rounds,
    "questions": dict.fromkeys,
    "balance": _balance,
    "exchanges": _no_rows,
    "facilitation": _facilitation,
    "off_track": _off_track,
    "utterances": _utterances,
    "acts": _no_rows,
}
