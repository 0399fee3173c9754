"""How a report says things: one wording for every renderer, plain and never ``None``."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from math import floor
from typing import Any

from alsvoice.formats.fields import clock, one_line
from alsvoice.intervals import to_ms

__all__ = [
    "ATTENTION",
    "FLAGS",
    "KINDS",
    "NOT_CODED",
    "UNKNOWN",
    "Habit",
    "Kind",
    "balance_facts",
    "balance_sentence",
    "counted",
    "date_words",
    "duration",
    "likely",
    "moment",
    "percent",
    "phase_title",
    "points",
    "scope_sentence",
    "short_seconds",
    "text_or",
]

UNKNOWN = "not known"
NOT_CODED = "Questions and advice are told apart in English only; they are not counted here."


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """A label in words, and the name of the shape that stands for it."""

    shape: str
    one: str
    many: str
    title: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Habit:
    """A flag that a set can learn most from; ``advice`` where it is one of advice."""

    one: str
    many: str
    meaning: str
    advice: bool = False


KINDS: Mapping[str, Kind] = {
    "open_question": Kind(
        shape="open", one="open question", many="open questions", title="Open questions"
    ),
    "closed_question": Kind(
        shape="closed", one="closed question", many="closed questions", title="Closed questions"
    ),
    "advice": Kind(shape="advice", one="advice", many="pieces of advice", title="Advice"),
    "other": Kind(shape="other", one="other", many="other", title="Other"),
}

# In the order in which a report calls them out.
ATTENTION: Mapping[str, Habit] = {
    "advice_in_disguise": Habit(
        one="suggestion in question form",
        many="suggestions in question form",
        meaning="One’s own answer with a question mark behind it: “Have you thought about…?”",
        advice=True,
    ),
    "leading": Habit(
        one="leading question",
        many="leading questions",
        meaning="The answer one hopes for is already in it: “Don’t you think…?”",
    ),
    "stacked": Habit(
        one="stacked question",
        many="stacked questions",
        meaning="Several questions at once: people answer the easiest of them.",
    ),
}

FLAGS: Mapping[str, str] = {
    "advice_in_disguise": "in question form",
    "leading": "leading",
    "stacked": "stacked",
    "clarifying": "clarifying",
    "indirect": "without a question mark",
    "declarative": "statement as question",
    "rhetorical": "rhetorical",
    "reported": "reported",
    "reflection": "reflection",
    "backchannel": "listening",
    "action_commitment": "commitment",
    "time_keeping": "time keeping",
    "process_intervention": "on the process",
    "off_topic": "off topic",
}


def text_or(value: object, otherwise: str = UNKNOWN) -> str:
    """Return the value as one line of text, ``otherwise`` where there is nothing in it."""
    return one_line(str(value)) or otherwise if value is not None else otherwise


def moment(time_s: float | None) -> str:
    """Return a time or a length as ``m:ss``; fractions are cut off, as on a clock."""
    return UNKNOWN if time_s is None else clock(max(0, to_ms(time_s)))


def duration(length_s: float | None) -> str:
    """Return a length as ``m:ss``, rounded to the nearest second."""
    return UNKNOWN if length_s is None else clock(max(0, round(length_s)) * 1000)


def short_seconds(length_s: float | None) -> str:
    """Return a length that is told in tenths of a second, like a silence."""
    return UNKNOWN if length_s is None else f"{length_s:.1f} s"


def percent(share: float | None) -> str:
    """Return a share in whole percent, halves rounded up as people do."""
    return UNKNOWN if share is None else f"{floor(share * 100 + 0.5)}%"


def points(share: float | None) -> float | None:
    """Return a share in percent, for a drawing."""
    return None if share is None else round(100 * share, 1)


def likely(interval: Sequence[float] | None) -> str:
    """Return ``likely 38% to 74%``, or nothing where the interval is not known."""
    if not interval:
        return ""
    return f"likely {percent(interval[0])} to {percent(interval[1])}"


def counted(number: int | None, one: str, many: str) -> str:
    """Return a number with its noun: ``1 question``, ``2 questions``, ``no questions``."""
    if number is None:
        return f"{many}: {UNKNOWN}"
    return f"{number or 'no'} {one if number == 1 else many}"


def phase_title(name: object) -> str:
    """Return a phase's name as a heading: ``check_in`` becomes ``Check in``."""
    words = text_or(name).replace("_", " ").strip() or UNKNOWN
    return words[0].upper() + words[1:]


def date_words(started: object) -> str:
    """Return an ISO date or time as ``23 November 2026, 09:30``; other text stays as it is."""
    text = text_or(started)
    try:
        when = datetime.fromisoformat(text)
    except ValueError:
        return text
    day = f"{when.day} {when:%B %Y}"
    return day if len(text) <= len("2026-11-23") else f"{day}, {when:%H:%M}"


def balance_sentence(balance: Mapping[str, Any]) -> str:
    """Return the headline: the members' questions against what they told, with its interval."""
    facts = balance_facts(balance)
    if facts is None:
        return (
            "How the members’ asking and telling balance is left open "
            "until it is known who presents and who facilitates."
        )
    asked, told = facts
    if asked + told == 0:
        return "No helping by the members was heard: no questions, no advice, no statements."
    questions = counted(asked, "question", "questions")
    statements = counted(told, "statement or suggestion", "statements or suggestions")
    said = f"The members asked {questions} and made {statements}"
    if balance.get("q_share") is None:
        return f"{said}."
    interval = likely(balance.get("q_share_interval"))
    tail = f" ({interval})" if interval else ""
    return f"{said}: {percent(balance['q_share'])} of their helping was asking{tail}."


def balance_facts(balance: Mapping[str, Any]) -> tuple[int, int] | None:
    """Return the counts of questions and of tellings, None where they are not known."""
    counts = [balance.get(key) for key in ("open", "closed", "advice", "statements")]
    if None in counts or not (balance.get("scope") or {}).get("roles"):
        return None  # nobody is known to be a member: nothing was counted, which is not zero
    opened, closed, advice, statements = (int(count or 0) for count in counts)
    return opened + closed, advice + statements


def scope_sentence(balance: Mapping[str, Any]) -> str:
    """Return over which part of the meeting the headline was counted."""
    scope = balance.get("scope") or {}
    phases = [phase_title(name) for name in scope.get("phases") or ()]
    if not phases:
        return "Counted over the whole session."
    several = f"{', '.join(phases[:-1])} and {phases[-1]}" if phases[1:] else phases[0]
    return f"Counted while the set was helping: {several}."
