"""Due dates in what people say: "by Friday", "next Monday", "by the end of the month".

A phrase becomes a date only where no reader could take it for another day: "next Friday" said on a
Monday is this week's to some and next week's to others, and "this week" names no day at all. What
counts from a day ("two days before Tuesday") or looks back ("last Tuesday") is not that day.
"""

import calendar
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

__all__ = ["Due", "find_due", "names_a_day"]


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

_OF_WEEKDAYS = "|".join(_WEEKDAYS)
_WEEKDAY = rf"(?P<weekday>{_OF_WEEKDAYS})"
_MONTH = rf"(?P<month>{'|'.join(_MONTHS[1:])})"
_SPELT = "|".join(word.replace("-", "[- ]") for word in reversed(_ORDINALS[1:]))
_DAY = rf"(?P<day>\d{{1,2}}(?:st|nd|rd|th)?|{_SPELT})"
_NTH = rf"(?P<day>\d{{1,2}}(?:st|nd|rd|th)|{_SPELT})"
_NUMBER = rf"(?P<number>\d{{1,2}}|an?|{'|'.join(_NUMBERS[1:])})"
_HERE_ENDS = r"(?=[.,;!?]|$)"
_BY = r"(?:(?:by|on|before|until|till) )"
_UNTIL = re.compile(r"(?:by|before|until|till) ", re.IGNORECASE)

# Right before or after a phrase these make another day of it, or a day that is over.
_PART = r"(?:day|night|evening|morning|week)"
_SHIFT = re.compile(
    r"\b(?:last|past|every|since|ago|after(?: next)?|before"
    rf"|(?:in )?{_NUMBER} (?:weeks?|fortnights?|months?|days)"
    r"(?: (?:ago|before|after|from|since|on))?"
    rf"|(?:an?|one|the) {_PART} (?:before|after|following|from)) $",
    re.IGNORECASE,
)
_DAY_BEFORE = re.compile(rf"\b(?:an?|one|the) {_PART} $", re.IGNORECASE)
_AFTER_NEXT = re.compile(r" (?:after next|before last|gone)\b", re.IGNORECASE)

Groups = Mapping[str, str | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Phrase:
    """A phrase in a text; ``shifted`` where the words beside it make it another day."""

    start: int
    end: int
    match: re.Match[str]
    resolve: Callable[[Groups, date], date | None]
    shifted: bool


def find_due(text: str, said_on: date | None) -> Due | None:
    """Return the due date that a text names: a "by" phrase, else the first one."""
    spoken = " ".join(text.split())
    phrases = _phrases(spoken)
    if not phrases:
        return None
    best = _best(phrases, spoken)
    certain = said_on is not None and not best.shifted
    day = best.resolve(best.match.groupdict(), said_on) if certain and said_on else None
    return Due(phrase=spoken[best.start : best.end].strip(), day=day)


def names_a_day(due: Due) -> bool:
    """Whether a phrase means a day, said on one day or another; "this week" never does.

    Eleven years hold every day of the month on every weekday.
    """
    phrases = _phrases(due.phrase)
    if not phrases:
        return False
    best = _best(phrases, due.phrase)
    if best.shifted:
        return False
    groups = best.match.groupdict()
    days = (date(year, 1, n) for year in range(2024, 2035) for n in range(1, 8))
    return any(best.resolve(groups, day) is not None for day in days)


def _best(phrases: Sequence[_Phrase], spoken: str) -> _Phrase:
    return min(phrases, key=lambda phrase: (_rank(phrase, phrases, spoken), phrase.start))


def _phrases(spoken: str) -> list[_Phrase]:
    """Return phrases in order, none inside another; the longer where two start together."""
    matches = [(m, resolve) for pattern, resolve in _PATTERNS for m in pattern.finditer(spoken)]
    matches.sort(key=lambda found: (found[0].start(), -found[0].end()))
    kept: list[_Phrase] = []
    for match, resolve in matches:
        if not kept or match.start() >= kept[-1].match.end():
            kept.append(_with_beside(match, resolve, spoken))
    return kept


def _with_beside(
    match: re.Match[str], resolve: Callable[[Groups, date], date | None], spoken: str
) -> _Phrase:
    """Return a match with the words beside it that shift it."""
    before = spoken[: match.start()]
    ahead = _SHIFT.search(before)
    if ahead is None and match.group().lower().startswith("before "):
        ahead = _DAY_BEFORE.search(before)
    behind = _AFTER_NEXT.match(spoken, match.end())
    return _Phrase(
        start=ahead.start() if ahead else match.start(),
        end=behind.end() if behind else match.end(),
        match=match,
        resolve=resolve,
        shifted=bool(ahead or behind),
    )


def _rank(phrase: _Phrase, phrases: Sequence[_Phrase], spoken: str) -> int:
    """Return 0 for a "by" phrase, 1 for others, 2 for what is no day.

    Said right after a day ("on Friday, by the end of the day") a "by" phrase belongs to it, and
    "by the end of the day" speaks of any day.
    """
    if phrase.shifted:
        return 2
    if not _UNTIL.match(phrase.match.group()) or phrase.resolve is _today:
        return 1
    belongs = any(
        not spoken[other.end : phrase.start].strip(" ,")
        for other in phrases
        if other.end <= phrase.start and other.resolve is not _no_day and not other.shifted
    )
    return 1 if belongs else 0


def _calendar_day(groups: Groups, said_on: date) -> date | None:
    """Return the next such day of a month; None where the weekday contradicts it."""
    number, named = _day_number(groups["day"] or ""), groups.get("month")
    wanted = _MONTHS.index(named.lower()) if named else None
    for ahead in range(13):
        years, month = divmod(said_on.month - 1 + ahead, 12)
        year, month = said_on.year + years, month + 1
        if wanted not in {None, month} or not 1 <= number <= calendar.monthrange(year, month)[1]:
            continue
        day = date(year, month, number)
        if 0 <= (day - said_on).days < 366:
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
    later = (groups.get("since") or "").lower() == "tomorrow"
    return said_on + timedelta(days=days * number + later)


def _today(groups: Groups, said_on: date) -> date | None:  # noqa: ARG001 - one signature
    return said_on


def _tomorrow(groups: Groups, said_on: date) -> date | None:  # noqa: ARG001 - one signature
    return said_on + timedelta(days=1)


def _day_after_tomorrow(groups: Groups, said_on: date) -> date | None:  # noqa: ARG001 - one signature
    return said_on + timedelta(days=2)


def _no_day(groups: Groups, said_on: date) -> date | None:  # noqa: ARG001 - one signature
    return None


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
        _compile(
            rf"(?:with)?in (?:the next )?{_NUMBER} (?P<unit>days?|weeks?|fortnight)\b"
            rf"(?! (?:before|after|from|today|tomorrow)\b| on (?:the\b|{_OF_WEEKDAYS}))"
        ),
        _days_ahead,
    ),
    (
        _compile(
            rf"(?:{_BY}|in )?{_NUMBER} (?P<unit>weeks?|fortnights?) (?:from )?"
            r"(?P<since>today|tomorrow)(?! since)"
        ),
        _days_ahead,
    ),
    (
        _compile(rf"(?:in )?{_NUMBER} (?P<unit>days?|weeks?) from (?P<since>today|tomorrow|now)"),
        _days_ahead,
    ),
    (
        _compile(rf"{_WEEKDAY}(?: morning| lunchtime| afternoon| evening|{_HERE_ENDS})"),
        _coming_weekday,
    ),
    (_compile(rf"{_BY}?(?:the )?end of (?:(?:the |my )?day|today)"), _today),
    (_compile(rf"(?:by|before|later) today|tonight|today{_HERE_ENDS}"), _today),
    (_compile(rf"{_BY}?(?:the day after tomorrow)"), _day_after_tomorrow),
    (_compile(rf"{_BY}?(?:the end of )?tomorrow"), _tomorrow),
    (_compile(rf"{_BY}?(?:the )?(?:end of )?(?:this|next|the) week"), _no_day),
    (_compile(rf"{_BY}?(?:this|next) (?:month|year|term|quarter)"), _no_day),
    (_compile(r"(?:by|before|at) (?:our |the )?next (?:meeting|session|set|time)"), _no_day),
)
