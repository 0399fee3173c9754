"""How often each kind of rule was right: counts, and the probabilities that follow from them.

The figures are printed by ``scripts/measure_labels.py --calibrate`` and pasted here. ``COUNTS`` are
from AnnoMI's development fifth and ``mrda.dev``, each row once with its punctuation and once
without; ``bare`` stands for rows that have none at their sentences' ends. ``CONFUSION`` is from
AnnoMI's development fifth as written.

The rules were chosen on the same rows, so these figures are on the hopeful side. Most so for advice
in therapists' talk: on AnnoMI's other four fifths one coded advice in five is what the experts call
advice (they count a plan made together as none), against one in two here.
"""

from collections.abc import Mapping

from alsvoice.labels import LABELS, Label

__all__ = ["CONFUSION", "COUNTS", "MEASURED_ON", "PROBABILITIES", "probabilities"]

MEASURED_ON = "AnnoMI, development fifth (18 dialogues, 804 therapist turns)"

# How many turns that an expert gave the first label were coded open, closed, advice, other.
_CONFUSION_ROWS = {
    Label.OPEN_QUESTION: (102, 39, 6, 2),
    Label.CLOSED_QUESTION: (13, 91, 3, 4),
    Label.ADVICE: (1, 2, 18, 4),
    Label.OTHER: (6, 28, 11, 474),
}

# For each kind of rule: how many rows that it decided an expert called open, closed, advice, other.
COUNTS: Mapping[str, tuple[int, int, int, int]] = {
    "advice.experience": (0, 0, 0, 4),
    "advice.experience bare": (0, 0, 0, 4),
    "advice.imperative": (1, 0, 14, 12),
    "advice.imperative bare": (0, 4, 15, 12),
    "advice.offer": (0, 0, 4, 2),
    "advice.offer bare": (0, 0, 4, 2),
    "advice.plain": (2, 2, 34, 20),
    "advice.plain bare": (2, 0, 31, 18),
    "advice.question": (7, 0, 6, 2),
    "advice.question bare": (7, 0, 6, 2),
    "advice.wrapped": (0, 1, 1, 1),
    "advice.wrapped bare": (0, 0, 1, 1),
    "closed.declarative": (13, 135, 0, 6),
    "closed.echo": (5, 5, 0, 0),
    "closed.echo bare": (1, 0, 0, 0),
    "closed.fact": (10, 44, 2, 11),
    "closed.fact bare": (10, 44, 2, 17),
    "closed.fragment": (4, 21, 0, 2),
    "closed.heard": (7, 12, 1, 6),
    "closed.inversion": (13, 195, 4, 13),
    "closed.inversion bare": (10, 188, 5, 21),
    "closed.tag": (0, 8, 0, 2),
    "closed.tag bare": (2, 2, 0, 1),
    "closed.whether": (2, 0, 1, 3),
    "closed.whether bare": (2, 1, 1, 3),
    "open.invitation": (7, 2, 1, 6),
    "open.invitation bare": (8, 1, 1, 6),
    "open.prompt": (1, 0, 0, 0),
    "open.prompt bare": (1, 0, 0, 0),
    "open.question_word": (142, 16, 6, 6),
    "open.question_word bare": (145, 19, 6, 7),
    "open.yes_no_form": (15, 1, 0, 0),
    "open.yes_no_form bare": (14, 1, 0, 0),
    "other.backchannel": (1, 1, 0, 241),
    "other.backchannel bare": (1, 1, 0, 275),
    "other.commitment": (0, 0, 0, 2),
    "other.commitment bare": (0, 0, 0, 2),
    "other.long": (0, 0, 26, 136),
    "other.long bare": (2, 12, 32, 174),
    "other.medium": (2, 2, 95, 785),
    "other.medium bare": (14, 118, 91, 830),
    "other.process": (1, 1, 5, 9),
    "other.process bare": (1, 0, 5, 11),
    "other.reflection": (0, 3, 9, 92),
    "other.reflection bare": (7, 20, 10, 109),
    "other.reported": (1, 0, 0, 0),
    "other.reported bare": (0, 1, 0, 2),
    "other.rhetorical": (0, 1, 0, 0),
    "other.rhetorical bare": (0, 1, 0, 0),
    "other.short": (0, 0, 9, 132),
    "other.short bare": (7, 41, 8, 162),
}

# Kinds seen less often than this share the figures of all kinds with their label.
_FEW = 15
# The others lean on those figures as if by so many rows.
_LEAN = 4

CONFUSION: Mapping[Label, Mapping[Label, int]] = {
    label: dict(zip(LABELS, row, strict=True)) for label, row in _CONFUSION_ROWS.items()
}


def _label_of(key: str) -> str:
    return key.partition(".")[0]


def _pooled(label: str, bare: bool) -> list[float]:
    """Return the shares of the four labels over all kinds of rules that give ``label``."""
    keys = [k for k in COUNTS if _label_of(k) == label and k.endswith(" bare") == bare]
    sums = [1 + sum(COUNTS[key][at] for key in keys) for at in range(len(LABELS))]
    return [count / sum(sums) for count in sums]


def _probabilities(key: str) -> tuple[float, float, float, float]:
    pooled = _pooled(_label_of(key), key.endswith(" bare"))
    counts = COUNTS.get(key, (0, 0, 0, 0))
    if sum(counts) < _FEW:
        counts = (0, 0, 0, 0)
    leaning = [count + _LEAN * share for count, share in zip(counts, pooled, strict=True)]
    a, b, c, d = (value / sum(leaning) for value in leaning)
    return a, b, c, d


PROBABILITIES: Mapping[str, tuple[float, float, float, float]] = {
    key: _probabilities(key) for key in COUNTS
}


def probabilities(family: str, *, bare: bool) -> tuple[float, float, float, float]:
    """Return the probabilities of the labels, in the order of ``LABELS``."""
    key = f"{family} bare" if bare else family
    return PROBABILITIES.get(key) or _probabilities(key)
