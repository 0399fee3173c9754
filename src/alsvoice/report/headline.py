"""The headline and the tiles: how the members' helping balances, what was asked, how time went."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from alsvoice.report.behind import Behind, Finder
from alsvoice.report.lines import part, people
from alsvoice.report.wording import (
    NOT_CODED,
    balance_facts,
    balance_sentence,
    duration,
    likely,
    moment,
    percent,
    points,
    scope_sentence,
    short_seconds,
    text_or,
)

__all__ = [
    "BalanceView",
    "Part",
    "Tile",
    "balance_view",
    "craft_tiles",
    "question_tiles",
    "timing_tiles",
]

_PARTS = (
    ("open", "open", "Open questions"),
    ("closed", "closed", "Closed questions"),
    ("advice", "advice", "Advice"),
    ("statements", "statement", "Statements"),
)
_ACTS = {"open": "open_question", "closed": "closed_question", "advice": "advice"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Tile:
    """A number with its name, what it says, and the utterances behind it."""

    name: str
    value: str
    note: str = ""
    behind: Behind | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A piece of the balance bar; left and width in percent, the middle for its number."""

    kind: str
    name: str
    count: int
    left: float
    width: float
    behind: Behind | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class BalanceView:
    """The headline; ``low``, ``share`` and ``high`` in percent, None where nothing is known."""

    sentence: str
    scope: str
    asked: int
    told: int
    parts: tuple[Part, ...]
    share: float | None
    low: float | None
    high: float | None
    tiles: tuple[Tile, ...]


def balance_view(document: Mapping[str, Any], find: Finder) -> BalanceView:
    """Return the headline and its picture."""
    row = part(document, "balance")
    interval = row.get("q_share_interval")
    known = balance_facts(row)
    return BalanceView(
        sentence=balance_sentence(row) if document.get("coded", True) else NOT_CODED,
        scope=scope_sentence(row) if known else "",
        asked=known[0] if known else 0,
        told=known[1] if known else 0,
        parts=_parts(row, find) if known else (),
        share=points(row.get("q_share")),
        low=points(interval[0]) if interval else None,
        high=points(interval[1]) if interval else None,
        tiles=(
            _share_tile("Open share", row, "open_share", "of the members’ questions were open"),
            _share_tile("Advice share", row, "advice_share", "of their questions and advice"),
            Tile(
                name="Time",
                value=f"{moment(row.get('question_s'))} / {moment(row.get('telling_s'))}",
                note="spent asking / telling",
            ),
        )
        if known
        else (),
    )


def _parts(row: Mapping[str, Any], find: Finder) -> tuple[Part, ...]:
    whole = sum(int(row[key]) for key, _, _ in _PARTS)
    out: list[Part] = []
    left = 0.0
    for key, kind, name in _PARTS:
        count = int(row[key])
        width = round(100 * count / whole, 2) if whole else 0.0
        title = f"The members’ {name.lower()}"
        behind = (
            find.helping(title, _ACTS[key])
            if key in _ACTS
            else find.statements(title, row.get("statement_utterances") or ())
        )
        out.append(
            Part(
                kind=kind,
                name=name,
                count=count,
                left=round(left, 2),
                width=width,
                behind=behind if count else None,
            )
        )
        left += width
    return tuple(out)


def _share_tile(name: str, row: Mapping[str, Any], key: str, of: str) -> Tile:
    notes = [of, likely(row.get(f"{key}_interval"))]
    return Tile(name=name, value=percent(row.get(key)), note="; ".join(filter(None, notes)))


def question_tiles(document: Mapping[str, Any], find: Finder) -> tuple[Tile, ...]:
    """Return what everybody asked and advised, the facilitator and the presenter too."""
    row = part(document, "questions")
    disguised = row.get("advice_in_disguise")
    hidden = f"{text_or(disguised)} in question form" if disguised else ""
    return (
        _count_tile(row, "open", "Open questions", find),
        _count_tile(row, "closed", "Closed questions", find),
        _count_tile(row, "advice", "Advice", find, hidden),
        _share_tile("Open share", row, "open_share", "of all questions"),
        _share_tile("Advice share", row, "advice_share", "of all questions and advice"),
    )


def _count_tile(row: Mapping[str, Any], key: str, name: str, find: Finder, note: str = "") -> Tile:
    interval = row.get(f"{key}_interval")
    range_ = f"likely {interval[0]:.0f} to {interval[1]:.0f}" if interval else ""
    notes = "; ".join(filter(None, [note, range_]))
    behind = find.filtered(name, kind=key) if row.get(key) else None
    return Tile(name=name, value=text_or(row.get(key)), note=notes, behind=behind)


def craft_tiles(document: Mapping[str, Any], find: Finder) -> tuple[Tile, ...]:
    """Return how questions were asked and heard; nothing where a document has none of it."""
    row = part(document, "questions")
    if "long" not in row:
        return ()
    ratio = row.get("reflections_per_question")
    return (
        Tile(
            name="Long questions",
            value=text_or(row.get("long")),
            note="more than 25 words with what leads up to them, or with a reason",
            behind=find.long(),
        ),
        Tile(
            name="Giving back",
            value=text_or(row.get("reflections")),
            note="times what was heard was given back"
            + (f"; {ratio:.1f} a question" if ratio is not None else ""),
            behind=find.flagged("Giving back what was heard", "reflection"),
        ),
        Tile(
            name="Listening",
            value=text_or(row.get("backchannels")),
            note="“mm”, “right”, “yeah” while others spoke",
            behind=find.flagged("Listening", "backchannel"),
        ),
        Tile(
            name="Unasked",
            value=text_or(row.get("statements_unasked")),
            note="statements that answer no question",
            behind=find.unasked(),
        ),
        Tile(
            name="Before asking",
            value=short_seconds(row.get("median_pause_before_s")),
            note="median silence before a question",
            behind=find.filtered("All questions", kind="question"),
        ),
    )


def timing_tiles(document: Mapping[str, Any], find: Finder) -> tuple[Tile, ...]:
    """Return the session's timing."""
    row, session = part(document, "timing"), part(document, "session")
    longest, evenness = row.get("longest_turn_s"), row.get("members_evenness")
    whose = [p.name for p in people(document).values() if p.row.get("longest_turn_s") == longest]
    everything = find.filtered("Everything that was said")
    return (
        Tile(name="Length", value=duration(session.get("duration_s"))),
        Tile(
            name="Speech",
            value=duration(row.get("speech_s")),
            note="somebody was speaking",
            behind=everything,
        ),
        Tile(
            name="Silence",
            value=duration(row.get("silence_s")),
            note="nobody was",
            behind=find.waited(),
        ),
        Tile(
            name="Overlap",
            value=duration(row.get("overlap_s")),
            note="two or more at once",
            behind=find.spoken_over(),
        ),
        Tile(
            name="Longest turn",
            value=duration(longest),
            note=whose[0] if longest and len(whose) == 1 else "",
            behind=find.longest_turn(longest),
        ),
        Tile(
            name="Turn changes",
            value=text_or(row.get("turn_changes")),
            note="from one person to another",
            behind=everything,
        ),
        *(
            (Tile(name="Evenness", value=percent(evenness), note="of the members’ talk"),)
            if evenness is not None
            else ()
        ),
    )
