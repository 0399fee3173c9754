"""The school of a set: which findings are raised, never what is counted."""

from alsvoice.sets import School

__all__ = ["School"]
