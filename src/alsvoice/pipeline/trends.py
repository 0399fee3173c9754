"""Trends over the sessions of a library: of a set, of everybody, or of one person."""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import asdict
from typing import Any

from alsvoice.errors import NotFoundError
from alsvoice.formats.fields import one_line
from alsvoice.pipeline.meetings import Meeting, Meetings, Skipped, meetings, same_name
from alsvoice.report.trends.document import build_trends
from alsvoice.report.trends.measures import Meeting as Followed
from alsvoice.store import Library

__all__ = ["trends"]

Hook = Callable[[str, int, int], None]


def trends(
    library: Library,
    *,
    of_set: str | None = None,
    person: str | None = None,
    hook: Hook | None = None,
) -> dict[str, Any]:
    """Return the trends as data; sessions that cannot be read are named in it.

    NotFoundError where nobody in any session that could be read goes by the person's name.
    """
    read = _countable(meetings(library, of_set=of_set, hook=hook))
    if of_set is not None and read.found:  # as its members spell it
        of_set = str(read.found[-1].document["session"]["set"])
    away = {each.session for each in read.found if each.elsewhere}
    if person is None:
        return _built(
            [_followed(each, None) for each in read.found], read.skipped, of_set, None, away
        )
    rows = {each.session: _row(each.document["participants"], person) for each in read.found}
    with_them = [_followed(m, row) for m in read.found if (row := rows[m.session])]
    unheard = [_unheard(m) for m in read.found if not rows[m.session] and _is_expected(m, person)]
    if not with_them and not unheard and read.found:
        raise _nobody(person, read)
    name = str(with_them[-1].person["name"]) if with_them and with_them[-1].person else person
    return _built(with_them, (*read.skipped, *unheard), of_set, name, away)


def _countable(read: Meetings) -> Meetings:
    """Return the meetings without those of which no counts are known, or none that can be read."""
    found = [m for m in read.found if not m.elsewhere or "questions" in m.document]
    bad = [m for m in found if m.elsewhere and not _is_readable(m)]
    skipped = tuple(
        Skipped(
            session=m.session,
            sentence=f"The counts of session {m.session} that came with its set cannot be read.",
            try_next="alsvoice sets import FILE, of a new `sets export`",
        )
        for m in bad
    )
    return Meetings(
        found=tuple(m for m in found if m not in bad), skipped=(*read.skipped, *skipped)
    )


def _is_readable(meeting: Meeting) -> bool:
    """Whether counts that another laptop wrote can be used, for everybody and for each person."""
    try:
        build_trends([_followed(meeting, None)])
        for row in meeting.document["participants"]:
            build_trends([_followed(meeting, row)])
        sound = all(isinstance(value, kinds) for value, kinds in _typed(meeting.document))
        return sound and max(map(abs, _numbers(meeting.document)), default=0) < _MOST
    except (ArithmeticError, AttributeError, LookupError, TypeError, ValueError):
        return False


def _typed(document: Mapping[str, Any]) -> Iterator[tuple[Any, tuple[type, ...]]]:
    """Yield what is drawn as it stands, with what it may be."""
    number, text = (int, float), (str,)
    nothing = (type(None),)
    yield document["session"]["duration_s"], number
    for key in ("classifier", "diarizer"):
        yield (document.get("provenance") or {}).get(key), text + nothing
    for row in document["participants"]:
        yield from ((row[key], text) for key in ("id", "name", "role"))
    for row in document["phases"]:
        yield row["name"], text
        yield row["round"], (int, *nothing)
        yield row["actual_s"], number
        yield from ((row[k], nothing if row["planned_s"] is None else number) for k in _PLANNED)


def _numbers(value: Any) -> Iterator[int | float]:
    inside = value.values() if isinstance(value, Mapping) else value
    if isinstance(value, int | float):
        yield value
    elif isinstance(value, Mapping | list):
        for each in inside:
            yield from _numbers(each)


_PLANNED = ("planned_s", "over_run_s")
_MOST = 10**9


def _built(
    found: list[Followed],
    skipped: Iterable[Skipped],
    of_set: str | None,
    person: str | None,
    away: Collection[str],
) -> dict[str, Any]:
    made = build_trends(
        found, of_set=of_set, person=person, skipped=[asdict(each) for each in skipped]
    )
    for each in made["breaks"]:
        if each["since"] in away:  # its sound is not here to be coded anew
            each["try_next"] = None
    return made


def _followed(meeting: Meeting, person: Mapping[str, Any] | None) -> Followed:
    return Followed(document=meeting.document, coder=meeting.coder, person=person)


def _row(people: Iterable[Mapping[str, Any]], name: str) -> Mapping[str, Any] | None:
    """Return the row of whoever is called so; where two are, of the one spelt just so."""
    found = [row for row in people if same_name(row["name"], name)]
    return next((row for row in found if row["name"] == name), found[0] if found else None)


def _is_expected(meeting: Meeting, name: str) -> bool:
    return any(same_name(row["name"], name) for row in meeting.document["unplaced"])


def _unheard(meeting: Meeting) -> Skipped:
    return Skipped(
        session=meeting.session,
        sentence=f"In session {meeting.session} it is not known which voice is theirs.",
        try_next=f"alsvoice speakers {meeting.session}",
    )


def _nobody(person: str, read: Meetings) -> NotFoundError:
    here = [each.session for each in read.found if not each.elsewhere]
    return NotFoundError(
        f"Nobody in these sessions is called {one_line(person)[:80]!r}.",
        try_next=f"alsvoice speakers {here[-1]}" if here else "alsvoice sets list",
    )
