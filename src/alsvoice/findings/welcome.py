"""What a phase welcomes: nobody is blamed for it there.

The template says it. A phase that the template does not know goes by its name: closed questions are
right while clarifying, suggestions in a round of resources.
"""

import re
from collections.abc import Sequence

from alsvoice.labels import Label
from alsvoice.session import Phase
from alsvoice.templates import Template

__all__ = ["Welcome", "welcome_in"]

_ADVICE = re.compile(r"resource|suggest|advice|advis|offer|idea|solution", re.IGNORECASE)
_CLOSED = re.compile(r"clarif|fact|action|decid|commit", re.IGNORECASE)

Welcome = dict[str, frozenset[Label]]


def welcome_in(phases: Sequence[Phase], plan: Template | None) -> Welcome:
    """Return the labels that each phase welcomes, by the phase's name."""
    told = {p.name: frozenset(p.welcome) for p in plan.phases if p.welcome} if plan else {}
    return {phase.name: told.get(phase.name, _by_name(phase.name)) for phase in phases}


def _by_name(name: str) -> frozenset[Label]:
    found = {Label.OPEN_QUESTION}
    if _CLOSED.search(name):
        found.add(Label.CLOSED_QUESTION)
    if _ADVICE.search(name):
        found |= {Label.CLOSED_QUESTION, Label.ADVICE}
    return frozenset(found)
