"""How a session is read: for whom, by which school, with which template in mind."""

from dataclasses import dataclass

from alsvoice.findings import School
from alsvoice.report.audience import FACILITATOR, Audience
from alsvoice.templates import Template

__all__ = ["WHOLE", "Reading"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """``plan`` is the template that the phases follow, None where none was said.

    ``coded`` is whether the labels mean something: False where the language heard is not one in
    which questions and advice are told apart.
    """

    audience: Audience = FACILITATOR
    school: School = School.REVANS
    plan: Template | None = None
    coded: bool = True


WHOLE = Reading()
