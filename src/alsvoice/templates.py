"""Templates: the phases of a meeting as data, with what is welcome in each."""

import json
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from importlib.resources import files
from itertools import pairwise
from typing import Any

from alsvoice.errors import FormatError, NotFoundError
from alsvoice.labels import Label
from alsvoice.session import Phase

__all__ = [
    "PlannedPhase",
    "Template",
    "builtin",
    "choose",
    "parse",
    "planned",
    "schedule",
    "serialize",
    "template",
]

_MOST_ROUNDS = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedPhase:
    """A phase as planned; ``welcome`` are the labels that nobody is blamed for in it.

    ``helping`` marks the phases that count for the balance of questions and telling. A phase with
    ``each_round`` comes once for each presenter; ``round`` and ``presenter`` say which, once known.
    """

    name: str
    planned_ms: int
    speaks: str | None = None
    welcome: tuple[Label, ...] = ()
    helping: bool = False
    each_round: bool = False
    round: int | None = None
    presenter: str | None = None

    def __post_init__(self) -> None:
        if self.planned_ms <= 0:
            raise ValueError(f"phase {self.name!r} has no length")


@dataclass(frozen=True, slots=True, kw_only=True)
class Template:
    """A way to run a meeting, with where it comes from."""

    name: str
    title: str
    source: str
    phases: tuple[PlannedPhase, ...]
    rounds: int = 1

    @property
    def planned_ms(self) -> int:
        """How long the whole is, each round counted."""
        return sum(p.planned_ms * (self.rounds if p.each_round else 1) for p in self.phases)


def parse(text: str, name: str) -> Template:
    """Return the template of a TOML text; FormatError says what is wrong with it."""
    try:
        raw = tomllib.loads(text)
        return Template(
            name=name,
            title=str(raw["title"]),
            source=str(raw["source"]),
            phases=_phases(raw["phase"]),
            rounds=_rounds(raw),
        )
    except KeyError as problem:
        raise _wrong(name, f"it has no {problem.args[0]!r}") from problem
    except RecursionError as problem:
        raise _wrong(name, "it is nested too deeply") from problem
    except (AttributeError, OverflowError, TypeError, ValueError) as problem:
        raise _wrong(name, str(problem)) from problem


def _wrong(name: str, what: str) -> FormatError:
    return FormatError(
        what[:200],
        where=f"template {name[:80]!r}",
        try_next="alsvoice templates show classic, to compare it with one that works",
    )


def _phases(rows: Sequence[Mapping[str, Any]]) -> tuple[PlannedPhase, ...]:
    """Return the phases; those that come once a round stand together."""
    found = tuple(map(_phase, rows))
    if not found:
        raise ValueError("it has no phase")
    turns = sum(a.each_round != b.each_round for a, b in pairwise(found))
    if turns > 2 - (found[0].each_round or found[-1].each_round):
        raise ValueError("the phases with round = true do not stand together")
    return found


def _rounds(raw: Mapping[str, Any]) -> int:
    rounds = int(raw.get("rounds", 1))
    if not 1 <= rounds <= _MOST_ROUNDS:
        raise ValueError(f"rounds is a number from 1 to {_MOST_ROUNDS}")
    return rounds


def _phase(raw: Mapping[str, Any]) -> PlannedPhase:
    return PlannedPhase(
        name=str(raw["name"]),
        planned_ms=round(float(raw["minutes"]) * 60_000),
        speaks=raw.get("speaks"),
        welcome=tuple(Label(label) for label in raw.get("welcome", ())),
        helping=bool(raw.get("helping", False)),
        each_round=bool(raw.get("round", False)),
    )


def builtin() -> tuple[Template, ...]:
    """Return the templates that come with the package, sorted by name."""
    folder = files("alsvoice") / "data" / "templates"
    found = [f for f in folder.iterdir() if f.name.endswith(".toml")]
    return tuple(
        parse(f.read_text(encoding="utf-8"), f.name.removesuffix(".toml"))
        for f in sorted(found, key=lambda f: f.name)
    )


def template(name: str) -> Template:
    """Return a template of the package by name; NotFoundError names those there are."""
    return choose(name, builtin())


def choose(name: str, among: Sequence[Template]) -> Template:
    """Return a template by name; NotFoundError names those there are."""
    known = {t.name: t for t in among}
    if name not in known:
        raise NotFoundError(
            f"There is no template {name[:80]!r}.", try_next=f"one of: {', '.join(known)}"
        )
    return known[name]


def schedule(plan: Template, presenters: Sequence[str]) -> tuple[PlannedPhase, ...]:
    """Return the phases of one meeting in order, those of each round once for each presenter.

    Where nobody is known to present there are as many rounds as the template says.
    """
    rounds: list[str | None] = list(presenters) or [None] * plan.rounds
    if not any(phase.each_round for phase in plan.phases):
        return plan.phases
    first = next(n for n, p in enumerate(plan.phases) if p.each_round)
    once = [p for p in plan.phases if p.each_round]
    repeated = tuple(
        replace(phase, round=number, presenter=presenter)
        for number, presenter in enumerate(rounds, start=1)
        for phase in once
    )
    return (*plan.phases[:first], *repeated, *plan.phases[first + len(once) :])


def serialize(plan: Template) -> str:
    """Return the TOML text of a template, to be edited by hand."""
    lines = [f"title = {_toml(plan.title)}", f"source = {_toml(plan.source)}"]
    lines += [f"rounds = {plan.rounds}"] if plan.rounds > 1 else []
    for phase in plan.phases:
        lines += ["", "[[phase]]", f"name = {_toml(phase.name)}"]
        lines += [f"minutes = {phase.planned_ms / 60_000:g}"]
        lines += [f"speaks = {_toml(phase.speaks)}"] if phase.speaks else []
        lines += [f"welcome = [{', '.join(map(_toml, phase.welcome))}]"] if phase.welcome else []
        lines += ["helping = true"] if phase.helping else []
        lines += ["round = true"] if phase.each_round else []
    return "\n".join(lines) + "\n"


def _toml(text: str) -> str:
    """Return a basic string of TOML; JSON writes the same escapes."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")


def planned(phases: Sequence[Phase], plan: Template) -> tuple[Phase, ...]:
    """Return the phases with their planned length where the template has one of that name."""
    minutes = {p.name: p.planned_ms for p in plan.phases}
    return tuple(
        replace(p, planned_ms=minutes.get(p.name)) if p.planned_ms is None else p for p in phases
    )
