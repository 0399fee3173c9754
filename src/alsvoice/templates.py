"""Templates: the phases of a meeting as data, with what is welcome in each."""

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from importlib.resources import files
from typing import Any

from alsvoice.errors import FormatError, NotFoundError
from alsvoice.labels import Label
from alsvoice.session import Phase

__all__ = ["PlannedPhase", "Template", "builtin", "parse", "planned", "template"]


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


def parse(text: str, name: str) -> Template:
    """Return the template of a TOML text; FormatError says what is wrong with it."""
    try:
        raw = tomllib.loads(text)
        return Template(
            name=name,
            title=str(raw["title"]),
            source=str(raw["source"]),
            phases=tuple(map(_phase, raw["phase"])),
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


def _phase(raw: Mapping[str, Any]) -> PlannedPhase:
    return PlannedPhase(
        name=str(raw["name"]),
        planned_ms=round(float(raw["minutes"]) * 60_000),
        speaks=raw.get("speaks"),
        welcome=tuple(Label(label) for label in raw.get("welcome", ())),
        helping=bool(raw.get("helping", False)),
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
    """Return a template by name; NotFoundError names those there are."""
    known = {t.name: t for t in builtin()}
    if name not in known:
        raise NotFoundError(
            f"There is no template {name[:80]!r}.", try_next=f"one of: {', '.join(known)}"
        )
    return known[name]


def planned(phases: Sequence[Phase], plan: Template) -> tuple[Phase, ...]:
    """Return the phases with their planned length where the template has one of that name."""
    minutes = {p.name: p.planned_ms for p in plan.phases}
    return tuple(
        replace(p, planned_ms=minutes.get(p.name)) if p.planned_ms is None else p for p in phases
    )
