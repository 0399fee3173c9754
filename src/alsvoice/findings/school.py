"""Schools of action learning: which findings are raised, never what is counted.

Revans: peers who ask, a light facilitator (The Origins and Growth of Action Learning, 1982). WIAL:
a coach, and statements only in reply to questions (Marquardt, Optimizing the Power of Action
Learning, 2004). Critical: who dominates and who goes unheard (Vince 2004; Rigg & Trehan 2004, on
power and emotion in sets).
"""

from enum import StrEnum

__all__ = ["School"]


class School(StrEnum):
    """The tradition a set works in."""

    REVANS = "revans"
    WIAL = "wial"
    CRITICAL = "critical"

    @property
    def wants_statements_asked_for(self) -> bool:
        """Whether a statement that answers no question is raised."""
        return self is School.WIAL

    @property
    def wants_a_light_facilitator(self) -> bool:
        """Whether a facilitator who talks more than the members is raised."""
        return self is not School.WIAL

    @property
    def asks_who_is_unheard(self) -> bool:
        """Whether voices that hardly occur, and who is cut off, are raised."""
        return self is School.CRITICAL
