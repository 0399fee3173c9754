"""How well a round went: agreement with the reference, where it slipped, and against another round.

Intervals of kappa and of the change between two rounds are percentile bootstrap intervals (Efron
1979) over the answers, 90 %, from a fixed seed: the same round always has the same one.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from random import Random

from alsvoice.labels import LABELS, Flag, Label
from alsvoice.measures.agreement import Agreement
from alsvoice.measures.uncertainty import Interval
from alsvoice.practice.rounds import Answer

__all__ = ["Comparison", "Score", "Slip", "compare", "score"]

_DRAWS = 1000
_SEED = 20_160_625


@dataclass(frozen=True, slots=True, kw_only=True)
class Slip:
    """One way to err: ``label`` was taken for ``given``, ``times`` out of ``of``."""

    label: Label
    given: Label
    times: int
    of: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Score:
    """A round against its reference; ``slips`` the most frequent first.

    ``disguised`` counts advice in question form, ``disguised_missed`` what was not called advice.
    """

    agreement: Agreement
    kappa_interval: Interval | None
    slips: tuple[Slip, ...]
    disguised: int
    disguised_missed: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """A later score less an earlier one; None where one of them is not known."""

    kappa: float | None
    kappa_interval: Interval | None
    on: dict[Label, float | None]


def score(answers: Sequence[Answer]) -> Score:
    """Return how well the answers agree with the reference."""
    found = _agreement(answers)
    slips = [
        Slip(label=label, given=given, times=times, of=found.referred(label))
        for (label, given), times in found.counts.items()
        if label is not given
    ]
    hidden = [a for a in answers if Flag.ADVICE_IN_DISGUISE in a.flags and a.label is Label.ADVICE]
    order = list(LABELS)
    return Score(
        agreement=found,
        kappa_interval=_interval([_kappas(answers)]) if found.kappa is not None else None,
        slips=tuple(
            sorted(slips, key=lambda s: (-s.times, order.index(s.label), order.index(s.given)))
        ),
        disguised=len(hidden),
        disguised_missed=sum(answer.given is not Label.ADVICE for answer in hidden),
    )


def compare(earlier: Sequence[Answer], later: Sequence[Answer]) -> Comparison:
    """Return what has changed from one round of a person to another."""
    before, after = _agreement(earlier), _agreement(later)
    known = before.kappa is not None and after.kappa is not None
    return Comparison(
        kappa=_less(after.kappa, before.kappa),
        kappa_interval=_interval([_kappas(later), _kappas(earlier)]) if known else None,
        on={label: _less(after.on(label), before.on(label)) for label in LABELS},
    )


def _agreement(answers: Sequence[Answer]) -> Agreement:
    return Agreement.of((answer.label, answer.given) for answer in answers)


def _less(later: float | None, earlier: float | None) -> float | None:
    return None if later is None or earlier is None else later - earlier


def _kappas(answers: Sequence[Answer]) -> list[float | None]:
    random = Random(_SEED)  # noqa: S311 - the same figure every time, nothing secret
    return [_agreement(random.choices(answers, k=len(answers))).kappa for _ in range(_DRAWS)]


def _interval(draws: Sequence[Sequence[float | None]]) -> Interval | None:
    """Return the interval of the first draws, less the second ones where there are some."""
    values = [
        first if len(rest) == 0 else _less(first, rest[0])
        for first, *rest in zip(*draws, strict=True)
    ]
    known = sorted(value for value in values if value is not None)
    if not known:
        return None
    return known[len(known) // 20], known[-1 - len(known) // 20]
