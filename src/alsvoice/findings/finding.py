"""A finding: one thought about the session, and the utterances that it rests on."""

from dataclasses import dataclass
from enum import StrEnum

__all__ = ["Finding", "Severity"]


class Severity(StrEnum):
    """What kind of thought it is, in the order in which they are told."""

    PRAISE = "praise"  # keep doing this
    NOTICE = "notice"  # worth talking about
    GROWTH = "growth"  # one thing for one person to try
    DOUBT = "doubt"  # what this session does not tell


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """A sentence or two; ``person`` is the id of the one it is about, None for the set.

    ``kind`` names the rule that raised it.
    """

    kind: str
    severity: Severity
    text: str
    utterances: tuple[str, ...] = ()
    person: str | None = None
