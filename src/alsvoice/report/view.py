"""What the page shows, worked out before it is drawn: the template's one context.

Every field is text ready to be read or a number ready to be drawn; the template decides nothing but
where things stand.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from alsvoice.formats.fields import clock
from alsvoice.intervals import Span, to_ms
from alsvoice.report import beside as beside_
from alsvoice.report import headline, notes, quotes, sections, tables
from alsvoice.report import marked as marked_
from alsvoice.report import steering as steering_
from alsvoice.report.behind import Finder
from alsvoice.report.lines import Act, Person, acts, lines, part, people, rows
from alsvoice.report.timeline import Moment, Timeline, Voice, build
from alsvoice.report.wording import KINDS, NOT_CODED, phase_title, short_seconds

__all__ = ["PageView", "page_view"]

_LONG_WAIT_MS = 3000  # Rowe's three seconds: from here on a silence does something
_TITLE_LENGTH = 160


@dataclass(frozen=True, slots=True, kw_only=True)
class PageView:
    """The page; an empty tuple is a part that is left out."""

    title: str
    titled: bool
    about: tuple[str, ...]
    session: str
    removals: tuple[str, ...]
    warnings: tuple[str, ...]
    steps: tuple[notes.Step, ...]
    speech: bool
    balance: headline.BalanceView
    rounds: tuple[tables.RoundRow, ...]
    findings: tuple[tables.FindingRow, ...]
    timing: tuple[headline.Tile, ...]
    timeline: Timeline | None
    asked: tuple[headline.Tile, ...]
    attention: tuple[quotes.Attention, ...]
    groups: tuple[quotes.Group, ...]
    think: str
    waits: tuple[quotes.Wait, ...]
    people: tuple[tables.PersonRow, ...]
    columns: tuple[str, ...]
    unplaced: tuple[str, ...]
    phases: tuple[tables.PhaseRow, ...]
    actions: tuple[tables.ActionRow, ...]
    sections: tuple[sections.Section, ...]
    utterances: int
    unsure: int
    facts: tuple[notes.Fact, ...]
    consent: str
    audience: str
    alone: bool
    peopled: bool
    fixable: bool
    craft: tuple[headline.Tile, ...]
    beside: beside_.Beside | None
    steering: steering_.Steering | None
    asked_whom: steering_.Asked | None
    strays: tuple[steering_.Stray, ...]
    phase_columns: tuple[str, ...]
    phases_guessed: bool
    marked: marked_.Marked
    timed: bool
    coded: bool
    moments: tuple[str, ...]
    not_coded: str = NOT_CODED


def page_view(document: Mapping[str, Any], audio: Mapping[str, bytes]) -> PageView:
    """Return everything the page shows; ``audio`` are clips by the id of their utterance."""
    said = lines(document)
    counted = acts(document, said)
    by_anchor = {line.anchor: line for line in said}
    title, about = notes.heading(document)
    find = Finder(document, said, counted)
    timed = notes.is_timed_only(document)
    coded = document.get("coded", True)
    speech = bool(said or rows(document, "turns"))
    counted_by_phase = tables.PHASE_COUNTS if speech else ()
    phases = tables.phase_rows(document, find, counted_by_phase)
    reader = part(document, "audience").get("for", "facilitator")
    return PageView(
        title=title,
        titled=bool(part(document, "session").get("title")),
        about=about,
        session=notes.session_id(document),
        removals=notes.removals(document),
        warnings=notes.warnings(document),
        steps=notes.steps(document),
        speech=speech,
        balance=headline.balance_view(document, find),
        rounds=tables.round_rows(document),
        findings=tables.finding_rows(document, by_anchor, find),
        timing=headline.timing_tiles(document, find),
        timeline=_timeline(document, counted),
        asked=headline.question_tiles(document, find) if coded else (),
        attention=quotes.attention(counted),
        groups=quotes.groups(counted, audio) if coded else (),
        think=short_seconds(part(document, "questions").get("median_think_time_s")),
        waits=quotes.waits(counted),
        people=tables.person_rows(document, find),
        columns=tuple(column for column, _, _ in tables.COUNTS),
        unplaced=notes.unplaced_names(document),
        phases=phases,
        actions=tables.action_rows(document, by_anchor),
        sections=sections.sections(document, said, counted, audio),
        utterances=len(said),
        unsure=sum(line.unsure for line in said),
        facts=notes.facts(document),
        consent=notes.consent_sentence(document),
        audience=notes.audience(document),
        alone=reader == "person",
        peopled=reader == "facilitator",
        fixable=reader == "facilitator" and not document.get("anonymous"),
        craft=headline.craft_tiles(document, find) if coded else (),
        beside=beside_.beside(document),
        steering=steering_.steering(document, by_anchor)
        if coded and part(document, "facilitation")
        else None,
        asked_whom=steering_.asked_whom(document, find),
        strays=steering_.strays(document, by_anchor),
        phase_columns=tuple(column.capitalize() for column in counted_by_phase),
        phases_guessed=any(row.guessed for row in phases),
        marked=marked_.marked(document, said),
        timed=timed,
        coded=coded,
        moments=notes.moments(document),
    )


def _timeline(document: Mapping[str, Any], counted: Sequence[Act]) -> Timeline | None:
    phases = [
        (phase_title(row["name"]), (to_ms(row["start_s"]), to_ms(row["end_s"])))
        for row in rows(document, "phases")
    ]
    return build(
        _voices(document, counted),
        phases,
        to_ms(part(document, "session").get("duration_s") or 0),
        long_wait_ms=_LONG_WAIT_MS,
        gaps=_spans(rows(document, "redactions")),
        unheard=_spans(rows(document, "gaps")),
        noted=notes.noted(document),
    )


def _spans(found: Iterable[Mapping[str, Any]]) -> list[Span]:
    return [(to_ms(row["start_s"]), to_ms(row["end_s"])) for row in found]


def _voices(document: Mapping[str, Any], counted: Sequence[Act]) -> list[Voice]:
    """Return a lane a person; whoever a report does not single out shares one."""
    reader = part(document, "audience").get("for")
    known = people(document)
    if reader != "set":
        voices = [_voice(person, document, counted) for person in known.values()]
    else:
        voices = []
    others = tuple(
        (to_ms(row["start_s"]), to_ms(row["end_s"]))
        for row in rows(document, "turns")
        if row.get("id") is None
    )
    if others:
        name = "The set" if reader == "set" else "The others"
        moments = tuple(_moment(act) for act in counted if act.lines[0].person not in known)
        voices.append(Voice(name=name, detail="", spans=others, moments=moments))
    return voices


def _voice(person: Person, document: Mapping[str, Any], counted: Sequence[Act]) -> Voice:
    turns = (row for row in rows(document, "turns") if str(row["id"]) == person.id)
    return Voice(
        name=person.name,
        detail=f"guess, {person.role}" if person.guessed else person.role,
        spans=tuple((to_ms(row["start_s"]), to_ms(row["end_s"])) for row in turns),
        moments=tuple(_moment(act) for act in counted if act.lines[0].person == person.id),
    )


def _moment(act: Act) -> Moment:
    line, kind = act.lines[0], quotes.kind_of(act.kind, act.flags)
    name = "Advice in question form" if kind == "disguise" else KINDS[act.kind].one.capitalize()
    doubt = "unsure" if act.unsure else ""
    text = act.text if len(act.text) <= _TITLE_LENGTH else act.text[:_TITLE_LENGTH] + "…"
    return Moment(
        start_ms=act.span[0],
        end_ms=act.span[1],
        kind=kind,
        anchor=line.anchor,
        title=f"{', '.join(filter(None, [name, doubt, line.who, clock(line.span[0])]))}: {text}",
        wait_ms=to_ms(act.think_s or 0),
        unsure=act.unsure,
    )
