"""The tables and lists: people, phases, rounds, actions, findings."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from alsvoice.report.behind import Behind, Finder
from alsvoice.report.lines import Line, Person, anchor_of, people, rows
from alsvoice.report.wording import (
    NOT_CODED,
    balance_sentence,
    date_words,
    duration,
    moment,
    percent,
    phase_title,
    points,
    text_or,
)

__all__ = [
    "COUNTS",
    "PHASE_COUNTS",
    "ActionRow",
    "Cell",
    "FindingRow",
    "Link",
    "PersonRow",
    "PhaseRow",
    "RoundRow",
    "action_rows",
    "finding_rows",
    "link_of",
    "person_rows",
    "phase_rows",
    "round_rows",
]

COUNTS = (  # column, the document's key, the filter that finds what was counted
    ("Open", "open_questions", "open"),
    ("Closed", "closed_questions", "closed"),
    ("Advice", "advice", "advice"),
    ("Disguised", "advice_in_disguise", "advice_in_disguise"),
    ("Stacked", "stacked", "stacked"),
    ("Leading", "leading", "leading"),
)
PHASE_COUNTS = ("open", "closed", "advice")
_ON_TIME_S = 5  # nobody rings a bell for less


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """A count of one person's; ``kind`` is the filter that shows what was counted."""

    value: str
    kind: str
    behind: Behind | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonRow:
    """A person's numbers; ``share`` in percent, for the bar."""

    id: str
    name: str
    guessed: bool
    role: str
    talk: str
    share_text: str
    share: float
    turns: str
    words: str
    longest: str
    counts: tuple[Cell, ...]
    made: str
    received: str
    rate: str
    said: Behind | None
    cut_in: Behind | None
    cut_off: Behind | None


@dataclass(frozen=True, slots=True, kw_only=True)
class PhaseRow:
    """A phase, planned against actual; ``over`` is empty where it kept its time."""

    number: int
    title: str
    times: str
    presenter: str
    planned: str
    actual: str
    over: str
    late: bool
    talk: str
    guessed: bool
    counts: tuple[Cell, ...]
    said: Behind | None


@dataclass(frozen=True, slots=True, kw_only=True)
class RoundRow:
    """A round's headline where several present in one meeting."""

    title: str
    sentence: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """A moment in the transcript."""

    anchor: str
    time: str
    who: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ActionRow:
    """What somebody said they will do."""

    text: str
    owner: str
    due: str
    link: Link | None


@dataclass(frozen=True, slots=True, kw_only=True)
class FindingRow:
    """A sentence about the session and the moments behind it."""

    text: str
    severity: str
    links: tuple[Link, ...]
    behind: Behind | None = None


def person_rows(document: Mapping[str, Any], find: Finder) -> tuple[PersonRow, ...]:
    """Return everybody's numbers."""
    return tuple(_person_row(person, find) for person in people(document).values())


def _person_row(person: Person, find: Finder) -> PersonRow:
    row = person.row
    said = find.filtered(f"What {person.name} said", person=person.id)
    return PersonRow(
        id=person.id,
        name=person.name,
        guessed=person.guessed,
        role=person.role,
        talk=duration(row.get("talk_s")),
        share_text=percent(row.get("talk_share")),
        share=points(row.get("talk_share")) or 0.0,
        turns=text_or(row.get("turns")),
        words=text_or(row.get("words")),
        longest=duration(row.get("longest_turn_s")),
        counts=tuple(_count(person, name, key, kind, find) for name, key, kind in COUNTS),
        made=text_or(row.get("interruptions_made")),
        received=text_or(row.get("interruptions_received")),
        rate=text_or(row.get("words_per_minute")),
        said=said,
        cut_in=find.interruptions(f"{person.name} took the floor", "by", person.id),
        cut_off=find.interruptions(f"{person.name} lost the floor", "of", person.id),
    )


def _count(person: Person, name: str, key: str, kind: str, find: Finder) -> Cell:
    value = person.row.get(key)
    behind = find.filtered(f"{person.name}: {name.lower()}", person=person.id, kind=kind)
    return Cell(value=text_or(value), kind=kind, behind=behind if value else None)


def phase_rows(
    document: Mapping[str, Any], find: Finder, counts: Sequence[str] = PHASE_COUNTS
) -> tuple[PhaseRow, ...]:
    """Return the phases, planned against actual, with what was counted in them."""
    everybody = people(document)
    return tuple(
        _phase_row(number, row, everybody, find, counts)
        for number, row in enumerate(rows(document, "phases"), 1)
    )


def _phase_row(
    number: int,
    row: Mapping[str, Any],
    everybody: Mapping[str, Person],
    find: Finder,
    counts: Sequence[str],
) -> PhaseRow:
    planned, actual = row.get("planned_s"), row.get("actual_s")
    over = actual - planned if planned is not None and actual is not None else 0
    kept = abs(over) < _ON_TIME_S
    return PhaseRow(
        number=number,
        title=phase_title(row.get("name")),
        times=f"{moment(row.get('start_s'))} to {moment(row.get('end_s'))}",
        presenter=text_or(row.get("presenter"), ""),
        planned=duration(planned),
        actual=duration(actual),
        over="" if kept else f"{duration(abs(over))} {'over' if over > 0 else 'under'}",
        late=over >= _ON_TIME_S,
        talk=_who_spoke(row, everybody),
        guessed=bool(row.get("guessed")),
        counts=tuple(_phase_count(number, row, key, find) for key in counts),
        said=find.filtered(phase_title(row.get("name")), phase=number),
    )


def _phase_count(number: int, row: Mapping[str, Any], key: str, find: Finder) -> Cell:
    value = row.get(key)
    title = f"{phase_title(row.get('name'))}: {key}"
    behind = find.filtered(title, phase=number, kind=key) if value else None
    return Cell(value=text_or(value, "–"), kind=key, behind=behind)


def _who_spoke(row: Mapping[str, Any], everybody: Mapping[str, Person]) -> str:
    """Return everybody's share of the speech in a phase, the longest first; one alone: how long."""
    talk = {str(each.get("id")): float(each.get("talk_s") or 0) for each in row.get("talk") or ()}
    whole = sum(talk.values())
    if len(everybody) == 1:  # of whom a share would be all, and say nothing
        alone = [person for person in talk if person in everybody]
        return ", ".join(f"{everybody[p].name} {duration(talk[p])}" for p in alone)
    shares = [
        f"{everybody[person].name} {percent(spoken / whole)}"
        for person, spoken in sorted(talk.items(), key=lambda each: -each[1])
        if person in everybody and spoken >= whole / 100 > 0
    ]
    return ", ".join(shares)


def round_rows(document: Mapping[str, Any]) -> tuple[RoundRow, ...]:
    """Return each round's headline."""
    coded = document.get("coded", True)
    return tuple(
        RoundRow(
            title=f"Round {text_or(row.get('n'))}: {text_or(row.get('presenter'))} presents",
            sentence=balance_sentence(row.get("balance") or {}) if coded else NOT_CODED,
        )
        for row in rows(document, "rounds")
    )


def link_of(utterance_id: object, said: Mapping[str, Line]) -> Link | None:
    """Return the link to an utterance; None where the transcript does not have it."""
    line = said.get(anchor_of(utterance_id))
    if line is None:
        return None
    return Link(anchor=line.anchor, time=moment(line.span[0] / 1000), who=line.who)


def action_rows(document: Mapping[str, Any], said: Mapping[str, Line]) -> tuple[ActionRow, ...]:
    """Return the actions; ``said`` are the utterances by anchor."""
    return tuple(
        ActionRow(
            text=text_or(row.get("text")),
            owner=text_or(row.get("owner")),
            due=_due(row),
            link=link_of(row.get("utterance"), said),
        )
        for row in rows(document, "actions")
    )


def _due(row: Mapping[str, Any]) -> str:
    """Return by when, and what became of it where somebody said so."""
    if row.get("state") == "done":
        return f"{_day_named(row)}; done"
    if row.get("state") == "carried":
        until = date_words(row["carried_to"]) if row.get("carried_to") else "the next meeting"
        return f"{_day_named(row)}; carried to {until}"
    return _day_named(row)


def _day_named(row: Mapping[str, Any]) -> str:
    phrase = text_or(row.get("due_phrase"), "")
    if row.get("due") is None:
        return f"“{phrase}”" if phrase else "no date named"
    day = date_words(row["due"])
    return f"{day} (“{phrase}”)" if phrase else day


def finding_rows(
    document: Mapping[str, Any], said: Mapping[str, Line], find: Finder
) -> tuple[FindingRow, ...]:
    """Return the findings; ``said`` are the utterances by anchor."""
    return tuple(
        FindingRow(
            text=text_or(row.get("text")),
            severity=text_or(row.get("severity"), ""),
            links=tuple(
                link
                for link in (link_of(each, said) for each in row.get("utterances") or ())
                if link
            ),
            behind=find.utterances("What this rests on", row.get("utterances") or ()),
        )
        for row in rows(document, "findings")
    )
