"""Before a recording: what the set left open, and on what basis the group is recorded."""

import sys
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING

import typer

from alsvoice.cli import output
from alsvoice.cli.sets import action_lines
from alsvoice.errors import UsageError
from alsvoice.noted import ConsentGiven
from alsvoice.session import Consent

if TYPE_CHECKING:
    from alsvoice.pipeline.importing import Details
    from alsvoice.store import Library

__all__ = ["say_set", "with_consent"]

_READ_ALOUD = (
    '"I would like to record this meeting on this laptop, so that we can look at how we ask and '
    "listen. Nothing leaves this machine, each of us can have any of it taken out, and we can go "
    'off the record at any time. Is everybody content with that?"'
)


def say_set(library: "Library", details: "Details") -> None:
    """Say whose turn it is and what is open from last time; that a set is not kept, too."""
    from alsvoice.pipeline.attending import set_of, shown_roles

    if details.set is None:
        return
    known = set_of(library, details.set)
    if known is None:
        output.say(
            f'Note: no set {details.set!r} is kept here; alsvoice sets new "{details.set}" does it.'
        )
        return
    roles = shown_roles(details.participants)
    output.say(f"{known.name}{f': {roles}' if roles else ''}.")
    for line in action_lines(known.open_actions):
        output.say(f"  {line}")


def with_consent(details: "Details", by: str | None, *, now: datetime) -> "Details":
    """Return the details with the basis of consent; on a terminal it is asked for once."""
    if details.consent is None and sys.stdin.isatty() and sys.stderr.isatty():
        details, by = _asked(details, by)
    if by is not None and details.consent in {None, Consent.NONE}:
        raise UsageError(
            "Who said so is told, but not on what basis.",
            try_next="--consent verbal or written, beside --consent-by",
        )
    if details.consent in {None, Consent.NONE}:
        return details
    given = ConsentGiven(
        time=now.isoformat(timespec="seconds"),
        names=tuple(person.name for person in details.participants),
        by=by,
    )
    return replace(details, consent_given=given)


def _asked(details: "Details", by: str | None) -> tuple["Details", str | None]:
    output.say(f"Read aloud, please: {_READ_ALOUD}")
    agreed = typer.confirm("Does everybody agree?", err=True)
    if not agreed:
        output.say("Only time, phases and notes are kept; nobody is recorded.")
        return replace(details, consent=Consent.NONE), None
    by = by or typer.prompt(
        "Who said so for the group? (Enter: everybody)", default="", show_default=False, err=True
    )
    return replace(details, consent=Consent.VERBAL), (by or "").strip() or None
