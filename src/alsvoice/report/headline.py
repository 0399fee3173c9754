"""The headline and the tiles: how the members' helping balances, what was asked, how time went."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from alsvoice.report.lines import part, people
from alsvoice.report.wording import (
    balance_facts,
    balance_sentence,
    duration,
    likely,
    moment,
    percent,
    points,
    scope_sentence,
    text_or,
)

__all__ = ["BalanceView", "Part", "Tile", "balance_view", "question_tiles", "timing_tiles"]

_PARTS = (
    ("open", "open", "Open questions"),
    ("closed", "closed", "Closed questions"),
    ("advice", "advice", "Advice"),
    ("statements", "statement", "Statements"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Tile:
    """A number with its name, and what it says."""

    name: str
    value: str
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A piece of the balance bar; left and width in percent, the middle for its number."""

    kind: str
    name: str
    count: int
    left: float
    width: float


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


def balance_view(document: Mapping[str, Any]) -> BalanceView:
    """Return the headline and its picture."""
    row = part(document, "balance")
    interval = row.get("q_share_interval")
    known = balance_facts(row)
    return BalanceView(
        sentence=balance_sentence(row),
        scope=scope_sentence(row) if known else "",
        asked=known[0] if known else 0,
        told=known[1] if known else 0,
        parts=_parts(row) if known else (),
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


def _parts(row: Mapping[str, Any]) -> tuple[Part, ...]:
    whole = sum(int(row[key]) for key, _, _ in _PARTS)
    out: list[Part] = []
    left = 0.0
    for key, kind, name in _PARTS:
        count = int(row[key])
        width = round(100 * count / whole, 2) if whole else 0.0
        out.append(Part(kind=kind, name=name, count=count, left=round(left, 2), width=width))
        left += width
    return tuple(out)


def _share_tile(name: str, row: Mapping[str, Any], key: str, of: str) -> Tile:
    notes = [of, likely(row.get(f"{key}_interval"))]
    return Tile(name=name, value=percent(row.get(key)), note="; ".join(filter(None, notes)))


def question_tiles(document: Mapping[str, Any]) -> tuple[Tile, ...]:
    """Return what everybody asked and advised, the facilitator and the presenter too."""
    row = part(document, "questions")
    disguised = row.get("advice_in_disguise")
    return (
        _count_tile(row, "open", "Open questions"),
        _count_tile(row, "closed", "Closed questions"),
        _count_tile(
            row, "advice", "Advice", f"{text_or(disguised)} in question form" if disguised else ""
        ),
        _share_tile("Open share", row, "open_share", "of all questions"),
        _share_tile("Advice share", row, "advice_share", "of all questions and advice"),
    )


def _count_tile(row: Mapping[str, Any], key: str, name: str, note: str = "") -> Tile:
    interval = row.get(f"{key}_interval")
    range_ = f"likely {interval[0]:.0f} to {interval[1]:.0f}" if interval else ""
    notes = "; ".join(filter(None, [note, range_]))
    return Tile(name=name, value=text_or(row.get(key)), note=notes)


def timing_tiles(document: Mapping[str, Any]) -> tuple[Tile, ...]:
    """Return the session's timing."""
    row, session = part(document, "timing"), part(document, "session")
    longest = row.get("longest_turn_s")
    whose = [p.name for p in people(document).values() if p.row.get("longest_turn_s") == longest]
    return (
        Tile(name="Length", value=duration(session.get("duration_s"))),
        Tile(name="Speech", value=duration(row.get("speech_s")), note="somebody was speaking"),
        Tile(name="Silence", value=duration(row.get("silence_s")), note="nobody was"),
        Tile(name="Overlap", value=duration(row.get("overlap_s")), note="two or more at once"),
        Tile(
            name="Longest turn",
            value=duration(longest),
            note=whose[0] if longest and len(whose) == 1 else "",
        ),
        Tile(
            name="Turn changes",
            value=text_or(row.get("turn_changes")),
            note="from one person to another",
        ),
    )
