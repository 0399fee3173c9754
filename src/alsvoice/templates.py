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
_MOST_MINUTES = 1440
_LONGEST = 500


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
    except RecursionError as problem:
        raise _wrong(name, "it is nested too deeply") from problem
    except ValueError as problem:
        raise _wrong(name, f"it is no TOML: {problem}") from problem
    try:
        _known_keys(raw, ("title", "source", "phase"), ("rounds",), "a template")
        return Template(
            name=name,
            title=_line(raw, "title"),
            source=_line(raw, "source"),
            phases=_phases(raw["phase"]),
            rounds=_rounds(raw.get("rounds", 1)),
        )
    except ValueError as problem:
        raise _wrong(name, str(problem)) from problem


def _wrong(name: str, what: str) -> FormatError:
    return FormatError(
        what[:300],
        where=f"template {name[:80]!r}",
        try_next="alsvoice templates show classic, to compare it with one that works",
    )


def _known_keys(
    raw: Mapping[str, Any], needed: Sequence[str], more: Sequence[str], of: str
) -> None:
    """Raise ValueError where a key is missing, or is none that means anything."""
    for key in needed:
        if key not in raw:
            raise ValueError(f"it has no {key!r}")
    for key in raw:
        if key not in (*needed, *more):
            known = ", ".join((*needed, *more))
            raise ValueError(f"{key[:40]!r} is no key of {of}; there are {known}")


def _line(raw: Mapping[str, Any], key: str) -> str:
    value = raw[key]
    if not isinstance(value, str) or not value.strip() or not value.isprintable():
        raise ValueError(f"{key} is a text of one line, in quotes")
    if len(value) > _LONGEST:
        raise ValueError(f"{key} has more than {_LONGEST} characters")
    return value


def _phases(rows: Any) -> tuple[PlannedPhase, ...]:
    """Return the phases; those that come once a round stand together."""
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise ValueError("each phase begins with a line [[phase]]")
    found = tuple(_numbered(n, row) for n, row in enumerate(rows, start=1))
    if not found:
        raise ValueError("it has no phase")
    turns = sum(a.each_round != b.each_round for a, b in pairwise(found))
    if turns > 2 - (found[0].each_round or found[-1].each_round):
        raise ValueError("the phases with round = true do not stand together")
    return found


def _rounds(rounds: Any) -> int:
    if type(rounds) is not int or not 1 <= rounds <= _MOST_ROUNDS:
        raise ValueError(f"rounds is a whole number from 1 to {_MOST_ROUNDS}")
    return rounds


def _numbered(number: int, raw: Mapping[str, Any]) -> PlannedPhase:
    try:
        return _phase(raw)
    except ValueError as problem:
        raise ValueError(f"phase {number}: {problem}") from problem


def _phase(raw: Mapping[str, Any]) -> PlannedPhase:
    _known_keys(raw, ("name", "minutes"), ("speaks", "welcome", "helping", "round"), "a phase")
    return PlannedPhase(
        name=_line(raw, "name"),
        planned_ms=_planned_ms(raw["minutes"]),
        speaks=_line(raw, "speaks") if "speaks" in raw else None,
        welcome=_welcome(raw.get("welcome", [])),
        helping=_flag(raw, "helping"),
        each_round=_flag(raw, "round"),
    )


def _planned_ms(minutes: Any) -> int:
    is_number = type(minutes) in {int, float}
    planned = round(minutes * 60_000) if is_number and 0 < minutes <= _MOST_MINUTES else 0
    if planned <= 0:
        raise ValueError(f"minutes is a number above 0, up to {_MOST_MINUTES}")
    return planned


def _welcome(labels: Any) -> tuple[Label, ...]:
    known = set(Label)
    if not isinstance(labels, list) or not all(
        isinstance(each, str) and each in known for each in labels
    ):
        raise ValueError(f"welcome is a list of some of {', '.join(Label)}, each in quotes")
    return tuple(Label(each) for each in labels)


def _flag(raw: Mapping[str, Any], key: str) -> bool:
    value = raw.get(key, False)
    if value is not True and value is not False:
        raise ValueError(f"{key} is true or false, without quotes")
    return value


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
    """Return a template by name, of two the first; NotFoundError names those there are."""
    known = {t.name: t for t in reversed(among)}
    if name not in known:
        raise NotFoundError(
            f"There is no template {name[:80]!r}.", try_next=f"one of: {', '.join(reversed(known))}"
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
