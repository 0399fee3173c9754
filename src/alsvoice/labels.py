"""The words of coding: one label an utterance, any flags, and where they came from.

Definitions follow action learning (Revans: questions before programmed knowledge; WIAL: statements
only in reply to questions) and the coding of motivational interviewing (MITI, MISC) for open,
closed and advice.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum

__all__ = [
    "LABELS",
    "UNSURE_BELOW",
    "ClassifierCard",
    "Coding",
    "Flag",
    "Label",
    "Origin",
    "UtteranceText",
]


class Label(StrEnum):
    """Exactly one of four."""

    OPEN_QUESTION = "open_question"
    CLOSED_QUESTION = "closed_question"
    ADVICE = "advice"
    OTHER = "other"

    @property
    def is_question(self) -> bool:
        """Open or closed."""
        return self in {Label.OPEN_QUESTION, Label.CLOSED_QUESTION}


LABELS: tuple[Label, ...] = tuple(Label)

UNSURE_BELOW = 2 / 3
"""A coding less likely right than two to one is one that a person should look at first."""


class Flag(StrEnum):
    """Any of these; no other word is a flag."""

    ADVICE_IN_DISGUISE = "advice_in_disguise"  # advice in question form
    LEADING = "leading"  # a question that carries its answer
    STACKED = "stacked"  # several questions in one
    CLARIFYING = "clarifying"  # asks for facts of what was said
    INDIRECT = "indirect"  # a request in statement form
    DECLARATIVE = "declarative"  # a question without inversion
    RHETORICAL = "rhetorical"  # expects no answer
    REPORTED = "reported"  # tells of a question asked elsewhere
    REFLECTION = "reflection"  # gives back what was heard
    BACKCHANNEL = "backchannel"  # listening: mm, right, yeah
    ACTION_COMMITMENT = "action_commitment"  # says what one will do
    TIME_KEEPING = "time_keeping"  # on the clock and the phases
    PROCESS_INTERVENTION = "process_intervention"  # the facilitator on how the set works
    OFF_TOPIC = "off_topic"  # not about the problem nor about the set's work


class Origin(StrEnum):
    """Who decided."""

    MODEL = "model"
    RULE = "rule"
    PERSON = "person"


@dataclass(frozen=True, slots=True, kw_only=True)
class UtteranceText:
    """What a classifier sees of an utterance; ``prev_text`` is the utterance before it."""

    id: str
    text: str
    prev_text: str | None = None
    speaker_role: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Coding:
    """The label of one utterance; ``probabilities`` stand in the order of ``LABELS``."""

    utterance_id: str
    label: Label
    probabilities: tuple[float, float, float, float]
    flags: tuple[Flag, ...] = ()
    source: Origin = Origin.RULE

    def __post_init__(self) -> None:
        if abs(sum(self.probabilities) - 1) > 0.01 or min(self.probabilities) < 0:
            raise ValueError(f"probabilities {self.probabilities} do not sum to one")

    @property
    def confidence(self) -> float:
        """The probability of the label."""
        return self.probabilities[LABELS.index(self.label)]

    @property
    def unsure(self) -> bool:
        """Whether a person should look at it first."""
        return self.source is not Origin.PERSON and self.confidence < UNSURE_BELOW


@dataclass(frozen=True, slots=True, kw_only=True)
class ClassifierCard:
    """A classifier's version and what it is known to get wrong.

    ``confusion[true][coded]`` are counts on ``measured_on``; the intervals of every share use them.
    ``confusion_unknown`` are those of talk whose roles are not known, where they differ. Where
    ``doubt_holds`` an unsure coding is believed to be wrong as often as its probabilities say; else
    the counts speak for it, too.
    """

    name: str
    measured_on: str = ""
    confusion: Mapping[Label, Mapping[Label, int]] = field(default_factory=dict)
    confusion_unknown: Mapping[Label, Mapping[Label, int]] = field(default_factory=dict)
    doubt_holds: bool = True

    def where_roles_are_unknown(self) -> "ClassifierCard":
        """Return the card as it holds for talk of people whose roles are not known.

        Such talk may be of any kind, and probabilities are the first to be wrong on a new one.
        """
        if not self.confusion_unknown:
            return self
        return replace(self, confusion=self.confusion_unknown, doubt_holds=False)
