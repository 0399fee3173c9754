"""A wish: asked of a session as it stands, answered with lines of ``edits.jsonl``."""

import secrets
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime

from alsvoice.edits import Edit, Op
from alsvoice.errors import UsageError
from alsvoice.pipeline.sight import Sight

__all__ = ["Stamp", "Wish", "clean", "in_one_go"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Stamp:
    """When a change is made, and by whom as far as they said."""

    now: datetime
    who: str | None = None

    def edit(
        self,
        op: Op,
        target: str,
        spans: tuple[tuple[int, int], ...] = (),
        before: str | None = None,
        after: str | None = None,
    ) -> Edit:
        """Return a line with an id of its own."""
        return Edit(
            id=secrets.token_hex(4),
            time=self.now.isoformat(timespec="seconds"),
            who=self.who,
            op=op,
            target=target,
            spans=spans,
            before=before,
            after=after,
        )


Wish = Callable[[Sight, Stamp], tuple[Edit, ...]]
"""Answers with the edits that grant it; UsageError or NotFoundError says why it cannot be."""


def clean(text: str, longest: int, what: str) -> str:
    """Return the text without space around it; UsageError where nobody could read it back."""
    if len(text) > longest or any(ord(c) < 32 for c in text) or not text.strip():
        raise UsageError(
            f"{what} has 1 to {longest} characters and no control characters.",
            try_next="type it again",
        )
    return text.strip()


def in_one_go(edits: tuple[Edit, ...]) -> tuple[Edit, ...]:
    """Return edits that are undone and redone as one."""
    if len(edits) < 2:
        return edits
    return tuple(replace(edit, together=edits[0].id) for edit in edits)
