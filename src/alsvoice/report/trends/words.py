"""How trends are told: cautiously, with dates, and never as a grade."""

from collections.abc import Sequence
from datetime import datetime
from math import floor

from alsvoice.formats.fields import clock
from alsvoice.measures.trends import Change, Counter
from alsvoice.report.trends.measures import SHARE, Measure
from alsvoice.report.wording import UNKNOWN, percent, text_or

__all__ = [
    "CHANCE",
    "METHOD",
    "SEVERAL_SETS",
    "amount",
    "break_sentence",
    "change_sentence",
    "day_words",
    "days_of",
    "difference_words",
    "guessed",
    "likely_words",
    "no_change_sentence",
    "nothing_clear",
    "recode",
    "too_few",
]

METHOD = (
    "Ranges hold the truth nine times in ten (90 %). A difference has a range by square-and-add "
    "(Newcombe 1998; Zou and Donner 2008), for two sessions taken as independent of each other; a "
    "change is told only where that range leaves out zero."
)
CHANCE = (
    "One in ten such comparisons tells of a change where chance alone was at work: take it as "
    "something to ask about."
)
SEVERAL_SETS = "Sessions of several sets stand side by side here: --set NAME keeps to one of them."
_BROKEN = {
    "classifier": (
        "questions and advice were told apart by",
        "Counts of the two are neither compared nor joined",
    ),
    "diarizer": (
        "voices were told apart by",
        "Talk shares and silences of the two are neither compared nor joined",
    ),
    "scope": (
        "asking and telling were counted over",
        "The two are neither compared nor joined",
    ),
}


def day_words(started: object, *, with_time: bool = False) -> str:
    """Return the day of an ISO time as ``4 May 2026``; other text stays as it is."""
    text = text_or(started)
    try:
        when = datetime.fromisoformat(text)
    except ValueError:
        return text
    day = f"{when.day} {when:%B %Y}"
    return f"{day}, {when:%H:%M}" if with_time else day


def days_of(starts: Sequence[object]) -> list[str]:
    """Return the day of each meeting, with its time where two were on one day."""
    days = [day_words(each) for each in starts]
    return [
        day_words(each, with_time=days.count(day) > 1)
        for each, day in zip(starts, days, strict=True)
    ]


def amount(measure: Measure, value: float | None) -> str:
    """Return a number with its unit; what is below zero has a sign."""
    if value is None:
        return UNKNOWN
    if measure.unit == SHARE:
        return percent(value)
    return f"{'−' if value < 0 else ''}{_length(abs(value))}"


def _length(length_s: float) -> str:
    return f"{length_s:.1f} s" if length_s < 60 else f"{clock(round(length_s) * 1000)} min"


def likely_words(measure: Measure, interval: Sequence[float] | None) -> str:
    """Return ``8% to 27%``, nothing where the range is unknown."""
    if not interval:
        return ""
    return f"{amount(measure, interval[0])} to {amount(measure, interval[1])}"


def _size(measure: Measure, difference: float) -> str:
    if measure.unit != SHARE:
        return _length(abs(difference))
    points = floor(abs(difference) * 100 + 0.5)
    return f"{points} point" if points == 1 else f"{points} points"


def difference_words(measure: Measure, difference: float) -> str:
    """Return ``15 points more``, ``2.1 s less`` or ``the same``."""
    size = _size(measure, difference)
    if size in {"0 points", "0.0 s"}:
        return "the same"
    return f"{size} {'more' if difference > 0 else 'less'}"


def change_sentence(measure: Measure, change: Change, days: tuple[str, str]) -> str:
    """Return what changed from the first day to the second, and how sure that is."""
    before, after = (amount(measure, each.estimate.value) for each in (change.before, change.after))
    numbers = f"{before} on {days[0]}, {after} on {days[1]}"
    if change.interval is None:
        return f"{measure.title}: {numbers}. Too little was measured to tell a change from chance."
    low, high = (difference_words(measure, bound) for bound in change.interval)
    if not change.clear:
        return (
            f"{measure.title}: no clear change. {numbers}; what truly changed lies likely between "
            f"{low} and {high}."
        )
    way = "higher" if change.difference > 0 else "lower"
    return (
        f"{measure.title} seems {way} than last time: {numbers}, "
        f"{difference_words(measure, change.difference)} (likely {low} to {high})."
    )


def no_change_sentence(measure: Measure, *, known: bool, broken: bool, role: str | None) -> str:
    """Return why a number of the last session is not compared."""
    if not known:
        return f"{measure.title}: there was nothing to count in the last session."
    if broken:
        return (
            f"{measure.title}: not compared, because the sessions before were counted in another "
            "way."
        )
    where = f" as {role}" if role else ""
    return f"{measure.title}: no earlier session{where} has a number to compare with."


def break_sentence(before: Counter, after: Counter, day: str) -> str:
    """Return what a line is broken for."""
    way, loss = _BROKEN[after.what]
    same = before.name == after.name
    now, then = (f"another build of {after.name}", "by the one before") if same else (
        after.name, f"{way.split()[-1]} {before.name}"
    )  # fmt: skip
    return f"From {day} on {way} {now}, before that {then}. {loss}, and the lines are broken there."


def too_few(number: int, who: str | None, *, left_out: bool) -> str:
    """Return what is said of no session or of one; nothing of two or more."""
    of = f" with {text_or(who)}" if who else ""
    if number == 1:
        return f"Only one session{of} has been processed: trends begin with the second."
    if number:
        return ""
    if left_out:
        return f"No session{of} can be counted yet; what was left out is named with what to do."
    return f"No session{of} has been processed yet, so there is nothing to compare."


def recode(before: Counter, after: Counter, session: str) -> str | None:
    """Return the command that lets the later classifier code an earlier session, if one does."""
    if after.what != "classifier" or before == after:
        return None
    name = after.name.partition(".v")[0]
    return f"alsvoice process {session} --from classify --classifier {name}"


def guessed(number: int) -> str:
    """Return in how many sessions it is a guess whose voice this is; nothing where it is none."""
    if not number:
        return ""
    where = "one session" if number == 1 else f"{number} sessions"
    return f"In {where} it is a guess whose voice this is: alsvoice speakers SESSION confirms it."


def nothing_clear(*, compared: bool) -> str:
    """Return what is said where no change is clear."""
    if compared:
        return "Nothing that stands out from chance."
    return "Nothing that can be compared with the time before."
