"""Findings: a few sentences about a session in the voice of a good supervisor.

What went well is quoted in the set's own words; where advice crept in is told with its times; a
person gets at most one growth point, as a suggestion. Nobody is graded and nobody ranked. What the
data does not carry is not said; what it hardly carries is said to be so.
"""

from alsvoice.findings.find import find
from alsvoice.findings.finding import Finding, Severity
from alsvoice.findings.welcome import welcome_in
from alsvoice.sets import School

__all__ = ["Finding", "School", "Severity", "find", "welcome_in"]
