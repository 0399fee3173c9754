"""Due dates in what people say: "by Friday", "next Monday", "by the end of the month".

A phrase becomes a date only where no reader could take it for another day: "next Friday" said on a
Monday is this week's to some and next week's to others, and "this week" names no day at all.
"""

import calendar
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

__all__ = ["Due", "find_due"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Due:
    """A phrase as said, and the day it means; None where that is not certain."""

    phrase: str
    day: date | None


def _words(text: str) -> list[str]:
    return text.split()


_WEEKDAYS = [name.lower() for name in calendar.day_name]
_MONTHS = [name.lower() for name in calendar.month_name]
_ORDINALS = _words("""
zeroth first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth
fourteenth fifteenth sixteenth seventeenth eighteenth nineteenth twentieth twenty-first
twenty-second twenty-third twenty-fourth twenty-fifth twenty-sixth twenty-seventh twenty-eighth
twenty-ninth thirtieth thirty-first
""")
_NUMBERS = _words("""
zero one two three four five six seven eight nine ten eleven twelve
""")

_WEEKDAY = rf"(?P<weekday>{'|'.join(_WEEKDAYS)})"
_MONTH = rf"(?P<month>{'|'.join(_MONTHS[1:])})"
_SPELT = "|".join(word.replace("-", "[- ]") for word in reversed(_ORDINALS[1:]))
_DAY = rf"(?P<day>\d{{1,2}}(?:st|nd|rd|th)?|{_SPELT})"
_NTH = rf"(?P<day>\d{{1,2}}(?:st|nd|rd|th)|{_SPELT})"
_NUMBER = rf"(?P<number>\d{{1,2}}|an?|{'|'.join(_NUMBERS[1:])})"
_HERE_ENDS = r"(?=[.,;!?]|$)"
_BY = r"(?:(?:by|on|before|until|till) )"

Groups = Mapping[str, str | None]


def find_due(text: str, said_on: date | None) -> Due | None:
    """Return the first due date that a text names; the longer phrase where two start together."""
    spoken = " ".join(text.split())
    matches = [
        (match.start(), -match.end(), match, resolve)
        for pattern, resolve in _PATTERNS
        if (match := pattern.search(spoken))
    ]
    if not matches:
        return None
    _, _, match, resolve = min(matches, key=lambda found: found[:2])
    day = resolve(match.groupdict(), said_on) if said_on else None
    return Due(phrase=match.group().strip(), day=day)


def _calendar_day(groups: Groups, said_on: date) -> date | None:
    """Return the next such day of a month; None where the weekday contradicts it."""
    number, month = _day_number(groups["day"] or ""), groups.get("month")
    wanted = _MONTHS.index(month.lower()) if month else None
    for ahead in range(366):
        day = said_on + timedelta(days=ahead)
        if day.day == number and wanted in {None, day.month}:
            weekday = groups.get("weekday")
            agrees = not weekday or _WEEKDAYS.index(weekday.lower()) == day.weekday()
            return day if agrees else None
    return None


def _day_number(spoken: str) -> int:
    if digits := re.match(r"\d+", spoken):
        return int(digits.group())
    return _ORDINALS.index(spoken.lower().replace(" ", "-"))


def _coming_weekday(groups: Groups, said_on: date) -> date | None:
    """Return the coming weekday; None said on that very weekday, which may mean either."""
    ahead = (_WEEKDAYS.index((groups["weekday"] or "").lower()) - said_on.weekday()) % 7
    return said_on + timedelta(days=ahead) if ahead else None


def _next_weekday(groups: Groups, said_on: date) -> date | None:
    """Return "next Monday" where this week's is over or today, and it is not tomorrow."""
    wanted = _WEEKDAYS.index((groups["weekday"] or "").lower())
    ahead = (wanted - said_on.weekday()) % 7 or 7
    return said_on + timedelta(days=ahead) if wanted <= said_on.weekday() and ahead > 1 else None


def _week_after(groups: Groups, said_on: date) -> date | None:
    coming = _coming_weekday(groups, said_on)
    return coming + timedelta(days=7) if coming else None


def _month_end(groups: Groups, said_on: date) -> date | None:
    named = groups.get("month")
    if named:
        month = _MONTHS.index(named.lower())
        year = said_on.year + (month < said_on.month)
    else:
        later = 1 if groups.get("next") else 0
        year, month = divmod(said_on.year * 12 + said_on.month - 1 + later, 12)
        month += 1
    return date(year, month, calendar.monthrange(year, month)[1])


def _days_ahead(groups: Groups, said_on: date) -> date | None:
    spoken = (groups["number"] or "").lower()
    number = (
        int(spoken) if spoken.isdigit() else _NUMBERS.index("one" if spoken[0] == "a" else spoken)
    )
    days = {"day": 1, "week": 7, "fortnight": 14}[(groups["unit"] or "").lower().rstrip("s")]
    return said_on + timedelta(days=days * number)


def _fixed(days: int | None) -> Callable[[Groups, date], date | None]:
    def resolve(groups: Groups, said_on: date) -> date | None:  # noqa: ARG001 - one signature
        return None if days is None else said_on + timedelta(days=days)

    return resolve


def _compile(pattern: str) -> re.Pattern[str]:
    return re.compile(rf"\b(?:{pattern})\b", re.IGNORECASE)


_PATTERNS: tuple[tuple[re.Pattern[str], Callable[[Groups, date], date | None]], ...] = (
    (_compile(rf"{_BY}?(?:{_WEEKDAY},? )?(?:the )?{_DAY} (?:of )?{_MONTH}"), _calendar_day),
    (_compile(rf"{_BY}?(?:{_WEEKDAY},? )?{_MONTH} (?:the )?{_NTH}"), _calendar_day),
    (_compile(rf"{_BY}?{_WEEKDAY},? (?:the )?{_NTH}"), _calendar_day),
    (_compile(rf"{_BY}the {_NTH}{_HERE_ENDS}"), _calendar_day),
    (_compile(rf"{_BY}?(?:a week on {_WEEKDAY})"), _week_after),
    (_compile(rf"{_BY}?{_WEEKDAY} week"), _week_after),
    (_compile(rf"{_BY}?next {_WEEKDAY}"), _next_weekday),
    (_compile(rf"(?:{_BY}(?:this |the )?|this |coming ){_WEEKDAY}"), _coming_weekday),
    (_compile(rf"{_BY}?(?:the )?end of (?:the |this |(?P<next>next ))?month"), _month_end),
    (_compile(rf"{_BY}?(?:the )?end of {_MONTH}"), _month_end),
    (
        _compile(rf"(?:with)?in (?:the next )?{_NUMBER} (?P<unit>days?|weeks?|fortnight)"),
        _days_ahead,
    ),
    (
        _compile(rf"{_WEEKDAY}(?: morning| lunchtime| afternoon| evening|{_HERE_ENDS})"),
        _coming_weekday,
    ),
    (_compile(rf"{_BY}?(?:the )?end of (?:(?:the |my )?day|today)"), _fixed(0)),
    (_compile(rf"(?:by|before|later) today|tonight|today{_HERE_ENDS}"), _fixed(0)),
    (_compile(rf"{_BY}?(?:the day after tomorrow)"), _fixed(2)),
    (_compile(rf"{_BY}?(?:the end of )?tomorrow"), _fixed(1)),
    (_compile(rf"{_BY}?(?:the )?(?:end of )?(?:this|next|the) week"), _fixed(None)),
    (_compile(rf"{_BY}?(?:this|next) (?:month|year|term|quarter)"), _fixed(None)),
    (_compile(r"(?:by|before|at) (?:our |the )?next (?:meeting|session|set|time)"), _fixed(None)),
)
