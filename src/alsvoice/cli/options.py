"""Options that several commands share, and the folders that every command works in."""

from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, TypeVar

import typer

from alsvoice.cli import output
from alsvoice.config import Config
from alsvoice.errors import UsageError

if TYPE_CHECKING:
    from alsvoice.store import Library, SessionFolder

__all__ = [
    "AsJson",
    "Consent",
    "Fast",
    "Participants",
    "Place",
    "SessionName",
    "SetName",
    "Template",
    "Threads",
    "Title",
    "one_of",
    "place",
]

AsJson = Annotated[bool, typer.Option("--json", help="Answer as JSON on stdout.")]
SessionName = Annotated[
    str, typer.Argument(metavar="SESSION", help="The session's name or its first letters.")
]
Title = Annotated[str | None, typer.Option(help="What the session is called.")]
Participants = Annotated[
    str | None,
    typer.Option(help='Who is there: "Ann:facilitator,Ben:presenter,Cat" (no role: member).'),
]
SetName = Annotated[str | None, typer.Option("--set", help="The set that meets.")]
Template = Annotated[str | None, typer.Option(help="The template of phases, such as classic.")]
Consent = Annotated[str | None, typer.Option(help="verbal, written or none.")]
Fast = Annotated[
    bool | None,
    typer.Option(
        "--fast/--no-fast", help="Transcribe in nearly a third less time, with more mistakes."
    ),
]
Threads = Annotated[int | None, typer.Option(min=1, max=64, help="Processor threads to use.")]


@dataclass(frozen=True, slots=True)
class Place:
    """The folders of this run."""

    config: Config

    @property
    def library(self) -> "Library":
        """The library of sessions."""
        from alsvoice.store import Library

        return Library(self.config.library)

    def session(self, name: str) -> "SessionFolder":
        """Return a session by the first letters of its name, and say where its manifest is hurt."""
        from alsvoice.pipeline.condition import copy_note

        folder = self.library.find(name)
        note = copy_note(folder)
        if note:
            output.say(f"Note: {note}")
        return folder


_chosen: dict[str, Path | None] = {"library": None, "models": None}


def choose(library: Path | None, models: Path | None) -> None:
    """Remember the folders given on the command line."""
    _chosen.update(library=library, models=models)


def place() -> Place:
    """Return the folders of this run."""
    return Place(Config.resolve(library=_chosen["library"], models=_chosen["models"]))


_Choice = TypeVar("_Choice", bound=StrEnum)


def one_of(choices: type[_Choice], text: str | None, option: str) -> _Choice | None:
    """Return the choice that a text names, in any case; UsageError names those there are."""
    if text is None:
        return None
    try:
        return choices(text.strip().lower())
    except ValueError as problem:
        raise UsageError(
            f"{option} cannot be {text[:40]!r}.", try_next=f"one of: {', '.join(choices)}"
        ) from problem
