"""How the meeting was held: interventions, who asked whom, and time off track."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from alsvoice.report.behind import Behind, Finder
from alsvoice.report.lines import Line, part, people, rows
from alsvoice.report.tables import Link, link_of
from alsvoice.report.wording import counted, duration, percent, phase_title, text_or

__all__ = ["Asked", "Steering", "Step", "Stray", "asked_whom", "steering", "strays"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """An intervention and what came of it."""

    link: Link | None
    text: str
    after: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Steering:
    """The facilitator's part, in a sentence and step by step."""

    sentence: str
    steps: tuple[Step, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """The table of who asked (rows) and who answered (columns); empty cells are nought."""

    names: tuple[str, ...]
    rows: tuple[tuple[str, tuple[tuple[str, Behind | None], ...]], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Stray:
    """A stretch off track."""

    link: Link | None
    text: str


def steering(document: Mapping[str, Any], said: Mapping[str, Line]) -> Steering | None:
    """Return the interventions, None where nothing is known of them; ``said`` is by anchor."""
    row = part(document, "facilitation")
    if not row:
        return None
    steps = tuple(_step(each, said) for each in row.get("interventions") or ())
    share = row.get("talk_share")
    steered = counted(len(steps), "intervention", "interventions").capitalize()
    parts = [
        f"{percent(share)} of all talk was the facilitator’s." if share is not None else "",
        f"{steered} on how the set works{_effect(row)}.",
    ]
    return Steering(sentence=" ".join(filter(None, parts)), steps=steps)


def _effect(row: Mapping[str, Any]) -> str:
    after = row.get("after_advice") or 0
    if not after:
        return ""
    stopped = row.get("advice_stopped") or 0
    return f"; {after} came after advice, and {stopped or 'none'} of these turned it into asking"


def _step(row: Mapping[str, Any], said: Mapping[str, Line]) -> Step:
    links = [link for link in (link_of(each, said) for each in row["utterances"]) if link]
    texts = [said[link.anchor].text for link in links]
    stopped = row.get("advice_stopped")
    came = "then a question" if stopped else "then more advice"
    return Step(
        link=links[0] if links else None,
        text=" ".join(texts),
        after="" if stopped is None else came,
    )


def asked_whom(document: Mapping[str, Any], find: Finder) -> Asked | None:
    """Return who asked whom; None where nobody's questions were answered by anybody known."""
    pairs = {
        (str(row["by"]), str(row["answered_by"])): row["questions"]
        for row in rows(document, "exchanges")
    }
    known = people(document)
    answerers = [id_ for id_ in known if any(pair[1] == id_ for pair in pairs)]
    askers = [id_ for id_ in known if any(pair[0] == id_ for pair in pairs)]
    if not askers or not answerers:
        return None
    answered: dict[tuple[str, str], list[str]] = {}
    for row in rows(document, "acts"):
        pair = (str(row.get("person")), str(row.get("answered_by")))
        answered.setdefault(pair, []).extend(map(str, row["utterances"]))

    def cell(asker: str, answerer: str) -> tuple[str, Behind | None]:
        number = pairs.get((asker, answerer))
        title = f"{known[asker].name} asked, {known[answerer].name} answered"
        ids = answered.get((asker, answerer), ())
        return (text_or(number, ""), find.utterances(title, ids) if number else None)

    return Asked(
        names=tuple(known[each].name for each in answerers),
        rows=tuple(
            (known[asker].name, tuple(cell(asker, answerer) for answerer in answerers))
            for asker in askers
        ),
    )


def strays(document: Mapping[str, Any], said: Mapping[str, Line]) -> tuple[Stray, ...]:
    """Return the stretches off track."""
    return tuple(_stray(row, said) for row in part(document, "off_track").get("stretches") or ())


def _stray(row: Mapping[str, Any], said: Mapping[str, Line]) -> Stray:
    first = next(iter(row["utterances"]), None)
    where = f" in {phase_title(row['phase'])}" if row.get("phase") else ""
    back = text_or(row.get("brought_back"), "")
    return Stray(
        link=link_of(first, said) if first else None,
        text=f"{duration(row['length_s'])}{where}"
        + (f"; {back} brought the set back" if back else ""),
    )
