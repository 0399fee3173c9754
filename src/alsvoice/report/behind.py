"""What stands behind a number: the utterances that a click on it shows.

A number is a link into the transcript; its query says what to show there, by person, phase and
kind, or line by line where no filter finds them.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from alsvoice.intervals import Span, to_ms
from alsvoice.report.lines import Act, Line, part, rows

__all__ = ["Behind", "Finder"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Behind:
    """A query of the transcript; ``lines`` are positions in it, from 0."""

    title: str
    person: str = ""
    kind: str = ""
    phase: str = ""
    lines: tuple[int, ...] = ()

    @property
    def query(self) -> str:
        """The query as a page's script reads it."""
        said = {
            "person": self.person,
            "kind": self.kind,
            "phase": self.phase,
            "lines": ",".join(map(str, self.lines)),
        }
        asked = {key: value for key, value in said.items() if value}
        return urlencode({**asked, "title": self.title})


_COUNTED = {"open", "closed", "advice", "question"}


class Finder:
    """Finds the lines behind numbers; None where there are none to show."""

    def __init__(
        self, document: Mapping[str, Any], said: Sequence[Line], counted: Sequence[Act]
    ) -> None:
        self._document = document
        self._said = said
        self._at = {line.id: n for n, line in enumerate(said)}
        self._counted = counted
        # Where words are left out, what is everybody's opens nothing; the set has all that counts.
        reader = part(document, "audience").get("for", "facilitator")
        self._whole = reader == "facilitator"
        self._counted_whole = reader != "person"

    def filtered(
        self, title: str, *, person: str = "", kind: str = "", phase: int | None = None
    ) -> Behind | None:
        """Return a filter, where the transcript has anything to filter."""
        counted = self._counted_whole and kind in _COUNTED
        if not self._said or not (self._whole or person or counted):
            return None
        chosen = "" if phase is None else str(phase)
        return Behind(title=title, person=person, kind=kind, phase=chosen)

    def utterances(self, title: str, ids: Iterable[object]) -> Behind | None:
        """Return these utterances."""
        at = {self._at[str(each)] for each in ids if str(each) in self._at}
        return Behind(title=title, lines=tuple(sorted(at))) if at else None

    def everybodys(self, title: str, ids: Iterable[object]) -> Behind | None:
        """Return these utterances, unless some of them are left out of the document."""
        return self.utterances(title, ids) if self._whole else None

    def statements(self, title: str, ids: Iterable[object]) -> Behind | None:
        """Return the members' statements, which the set may see."""
        return self.utterances(title, ids) if self._counted_whole else None

    def acts(self, title: str, chosen: Iterable[Act]) -> Behind | None:
        """Return the utterances of some of everybody's acts."""
        ids = (line.id for act in chosen for line in act.lines)
        return self.utterances(title, ids) if self._counted_whole else None

    def helping(self, title: str, kind: str) -> Behind | None:
        """Return the members' helping acts of a kind."""
        return self.acts(title, (a for a in self._counted if a.helping and a.kind == kind))

    def long(self) -> Behind | None:
        """Return the long questions."""
        return self.acts("Long questions", (a for a in self._counted if a.long))

    def waited(self) -> Behind | None:
        """Return the questions after which somebody had time to think."""
        return self.acts("Questions that were waited for", (a for a in self._counted if a.think_s))

    def flagged(self, title: str, flag: str) -> Behind | None:
        """Return utterances with a flag."""
        return self.everybodys(title, (line.id for line in self._said if flag in line.flags))

    def unasked(self) -> Behind | None:
        """Return statements that answer no question."""
        return self.everybodys(
            "Statements that answer no question",
            (
                row["id"]
                for row in rows(self._document, "utterances")
                if row.get("in_reply") is False and row.get("label") == "other"
            ),
        )

    def spoken_over(self) -> Behind | None:
        """Return what was said while two people or more spoke."""
        return self._during("Two or more at once", self._overlaps()) if self._whole else None

    def longest_turn(self, length_s: float | None) -> Behind | None:
        """Return all that the one with the longest turn said."""
        people = rows(self._document, "participants")
        whose = [str(row["id"]) for row in people if row.get("longest_turn_s") == length_s]
        if not length_s or len(whose) != 1:
            return None
        return self.filtered("All of who had the longest turn", person=whose[0])

    def interruptions(self, title: str, key: str, person: str) -> Behind | None:
        """Return where a person took the floor (``by``) or lost it (``of``)."""
        found = (
            row for row in rows(self._document, "interruptions") if str(row.get(key)) == person
        )
        return self._during(title, [(to_ms(r["at_s"]) - 1, to_ms(r["at_s"]) + 1) for r in found])

    def _during(self, title: str, spans: Sequence[Span]) -> Behind | None:
        ids = (
            line.id
            for line in self._said
            if any(a < line.span[1] and line.span[0] < b for a, b in spans)
        )
        return self.utterances(title, ids)

    def _overlaps(self) -> list[Span]:
        turns = sorted(
            (to_ms(row["start_s"]), to_ms(row["end_s"])) for row in rows(self._document, "turns")
        )
        found: list[Span] = []
        latest = 0
        for start, end in turns:
            if start < latest:
                found.append((start, min(end, latest)))
            latest = max(latest, end)
        return found
