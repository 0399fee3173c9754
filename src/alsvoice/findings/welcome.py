"""What a phase welcomes: nobody is blamed for it there.

The template says it. A phase that the template does not know goes by its name: closed questions are
right while clarifying, suggestions in a round of resources. "Open questions (no solutions)" does
not welcome what it rules out.
"""

import re
from collections.abc import Sequence

from alsvoice.labels import Label
from alsvoice.measures.scope import helping_phases
from alsvoice.session import Phase
from alsvoice.templates import Template

__all__ = ["Welcome", "is_review", "welcome_in"]

# Beginnings of words: "satisfaction" holds no action.
_ADVICE = ("resource", "suggest", "advice", "advis", "offer", "idea", "solution")
_CLOSED = ("clarif", "fact", "action", "decid", "commit")
_REVIEW = ("review", "reflect")
_CLAUSE = re.compile(r"[,;:.!?()\[\]/–—]|\s-\s|\b(?:but|only|then)\b")
_RULED_OUT = re.compile(r"\b(?:no|not|never|without|avoid|instead of|rather than|don.t)\b.*")
_FREE_OF = re.compile(r"\b\w+[ -]free\b")

Welcome = dict[str, frozenset[Label]]


def welcome_in(phases: Sequence[Phase], plan: Template | None) -> Welcome:
    """Return the labels that each phase welcomes, by the phase's name."""
    told = {p.name: frozenset(p.welcome) for p in plan.phases if p.welcome} if plan else {}
    return {phase.name: told.get(phase.name, _by_name(phase.name)) for phase in phases}


def is_review(phase: Phase | None) -> bool:
    """Return whether the set looks back at its work, where nobody helps by asking."""
    if phase is None or helping_phases([phase]):
        return False
    return _says(phase.name, _REVIEW)


def _by_name(name: str) -> frozenset[Label]:
    found = {Label.OPEN_QUESTION}
    if _says(name, _CLOSED):
        found.add(Label.CLOSED_QUESTION)
    if _says(name, _ADVICE):
        found |= {Label.CLOSED_QUESTION, Label.ADVICE}
    return frozenset(found)


def _says(name: str, beginnings: tuple[str, ...]) -> bool:
    """Return whether a word begins so and is not ruled out earlier in its clause."""
    spoken = name.lower().replace("_", " ")
    said = (_RULED_OUT.sub("", _FREE_OF.sub("", clause)) for clause in _CLAUSE.split(spoken))
    return any(
        word.startswith(beginnings) for clause in said for word in re.findall(r"\w+", clause)
    )
