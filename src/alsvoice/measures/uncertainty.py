"""How sure a share is: a 90 % interval that carries sampling and the classifier's own error.

What is assumed, in full:

- The session's acts and utterances are independent draws from how this group works; the interval is
  about that, so a short session has a wide one even where every label is right.
- A classifier gets a true label wrong here as often as on the data its card was measured on:
  P(coded | true) carries over, the mix of labels does not ("prior probability shift", Saerens et
  al. 2002). The confusion matrix is itself a sample: its rows are drawn from their Dirichlet
  posterior with Jeffreys' prior.
- An act errs as its governing utterance does, and in the balance a statement errs as any
  ``other``. A coding the classifier was unsure of is wrong as often as its own probabilities say,
  which is oftener than the matrix; but not where roles are unknown: probabilities lean on the mix
  of labels they were learnt with, and there the matrix speaks for every coding.
- A person's coding is right. With no card, or with codings by persons alone, what is left is
  sampling: Wilson's interval (1927).

Counts over a session are surer than single labels (Blanchard et al. 2016), which is why there are
intervals here and none beside a single utterance. The draws have a fixed seed: the same session
always has the same interval.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import lru_cache
from math import sqrt
from typing import TYPE_CHECKING

from alsvoice.labels import LABELS, ClassifierCard, Coding, Label, Origin

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

__all__ = ["Belief", "Interval", "believe", "wilson"]

Interval = tuple[float, float]

_Z = 1.6448536269514722  # leaves 5 % on either side
_QUANTILES = (0.05, 0.95)
_DRAWS = 1000
_CLIMBS = 25  # steps towards the likeliest rates, from which each draw starts
_SWEEPS = 12  # steps away from there: enough for the spread (scripts/measure_intervals.py)
_SEED = 20_160_625
_JEFFREYS = 0.5


@dataclass(frozen=True, slots=True, kw_only=True)
class Belief:
    """What is believed of some codings.

    ``coded`` are the counts of each label as coded. ``rates`` (draws, 4) are how often each truly
    occurs, ``totals`` (draws, 4) how many of these truly are each; None where no classifier's error
    is known.
    """

    coded: dict[Label, int]
    rates: "NDArray[np.float64] | None" = None
    totals: "NDArray[np.int64] | None" = None

    def share(self, part: Collection[Label], whole: Collection[Label]) -> Interval | None:
        """Return the interval of a share; None over nothing. It takes in the share as coded."""
        n_part, n_whole = (sum(self.coded[label] for label in set_) for set_ in (part, whole))
        if not n_whole:
            return None
        if self.rates is None:
            return wilson(n_part, n_whole)
        inside = self.rates[:, _columns(part)].sum(1) / self.rates[:, _columns(whole)].sum(1)
        return _around(n_part / n_whole, inside)

    def total(self, label: Label) -> Interval | None:
        """Return the interval of how many truly are of a label; None where it cannot be known."""
        if self.totals is None:
            return None
        return _around(self.coded[label], self.totals[:, LABELS.index(label)])


def wilson(part: int, whole: int) -> Interval:
    """Return Wilson's 90 % interval of a share; ``whole`` is at least one."""
    share, z2 = part / whole, _Z * _Z
    centre = (share + z2 / (2 * whole)) / (1 + z2 / whole)
    half = _Z * sqrt(share * (1 - share) / whole + z2 / (4 * whole * whole)) / (1 + z2 / whole)
    # At 0 and 1 rounding may leave the share itself just outside.
    return (min(share, max(0.0, centre - half)), max(share, min(1.0, centre + half)))


def believe(codings: Sequence[Coding], card: ClassifierCard | None) -> Belief:
    """Return what can be believed of codings, given what their classifier gets wrong."""
    coded = {label: sum(c.label is label for c in codings) for label in LABELS}
    by_machine = [c for c in codings if c.source is not Origin.PERSON]
    if card is None or not card.confusion or not by_machine:
        return Belief(coded=coded)
    by_people = [c for c in codings if c.source is Origin.PERSON]
    doubted = [c for c in by_machine if c.unsure and card.doubt_holds]
    rates, totals = _draw(
        by_people=_counts(by_people),
        unsure=tuple(c.probabilities for c in doubted),
        sure=_counts([c for c in by_machine if not (c.unsure and card.doubt_holds)]),
        measured=tuple(tuple(card.confusion.get(t, {}).get(c, 0) for c in LABELS) for t in LABELS),
    )
    return Belief(coded=coded, rates=rates, totals=totals)


def _counts(codings: Sequence[Coding]) -> tuple[int, ...]:
    return tuple(sum(c.label is label for c in codings) for label in LABELS)


@lru_cache(maxsize=64)  # one correction leaves most people's draws as they were
def _draw(
    *,
    by_people: tuple[int, ...],
    unsure: tuple[tuple[float, ...], ...],
    sure: tuple[int, ...],
    measured: tuple[tuple[int, ...], ...],
) -> "tuple[NDArray[np.float64], NDArray[np.int64]]":
    """Sample rates and true totals by Gibbs' method, all draws side by side.

    Each draw has a confusion matrix of its own and starts at the rates that are likeliest under it
    (Dempster et al. 1977), so that the few sweeps that follow have only their spread to find.
    """
    import numpy as np

    rng = np.random.default_rng(_SEED)
    known = np.tile(np.array(by_people, dtype=np.int64), (_DRAWS, 1))
    if unsure:  # they do not depend on the matrix
        known += _labels_of(np.asarray(unsure, dtype=np.float64), rng)
    errors = _dirichlet(np.broadcast_to(np.array(measured), (_DRAWS, 4, 4)), rng)
    rates = _likeliest(known, np.array(sure), errors)
    for _ in range(_SWEEPS):
        totals = known.copy()
        for coded, number in enumerate(sure):
            odds = rates * errors[:, :, coded]  # [draw, true]
            totals += rng.multinomial(number, odds / odds.sum(1, keepdims=True))
        rates = _dirichlet(totals, rng)
    return rates, totals


def _likeliest(
    known: "NDArray[np.int64]", sure: "NDArray[np.int64]", errors: "NDArray[np.float64]"
) -> "NDArray[np.float64]":
    """Return rates (draws, 4) that agree with their own expected totals under each matrix."""
    coded = known + sure + _JEFFREYS
    rates: NDArray[np.float64] = coded / coded.sum(1, keepdims=True)
    for _ in range(_CLIMBS):
        odds = rates[:, :, None] * errors  # [draw, true, coded]
        totals = known + _JEFFREYS + (odds / odds.sum(1, keepdims=True)) @ sure
        rates = totals / totals.sum(1, keepdims=True)
    return rates


def _labels_of(odds: "NDArray[np.float64]", rng: "np.random.Generator") -> "NDArray[np.int64]":
    """Draw a label for each row of (codings, 4) and return how many are of each: (draws, 4)."""
    import numpy as np

    below = np.cumsum(odds / odds.sum(1, keepdims=True), axis=1)[:, :3]
    chance = rng.random((len(odds), _DRAWS))
    upto = np.stack([(chance < edge[:, None]).sum(0) for edge in below.T], axis=1)
    return np.diff(upto, axis=1, prepend=0, append=len(odds))


def _dirichlet(counts: "NDArray[np.int64]", rng: "np.random.Generator") -> "NDArray[np.float64]":
    """Draw shares along the last axis; gammas are floored so that no row sums to zero."""
    import numpy as np

    weights = np.maximum(rng.standard_gamma(counts + _JEFFREYS), 1e-12)
    shares: NDArray[np.float64] = weights / weights.sum(-1, keepdims=True)
    return shares


def _columns(labels: Collection[Label]) -> list[int]:
    return [LABELS.index(label) for label in LABELS if label in labels]


def _around(value: float, draws: "NDArray[np.float64] | NDArray[np.int64]") -> Interval:
    import numpy as np

    low, high = np.quantile(draws, _QUANTILES)
    return (min(value, float(low)), max(value, float(high)))
