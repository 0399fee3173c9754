"""What the rules say of one sentence."""

from dataclasses import dataclass

from alsvoice.labels import Flag, Label

__all__ = ["Verdict"]

_LABELS = {
    "open": Label.OPEN_QUESTION,
    "closed": Label.CLOSED_QUESTION,
    "advice": Label.ADVICE,
    "other": Label.OTHER,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """``family`` is the kind of rule that decided, ``asks`` whether the form is a question's."""

    family: str
    flags: frozenset[Flag] = frozenset()
    asks: bool = False

    @property
    def label(self) -> Label:
        """The label, which the family's name begins with."""
        return _LABELS[self.family.partition(".")[0]]
