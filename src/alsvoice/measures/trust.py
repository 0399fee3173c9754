"""How often people agree with the machine: the set's own honest figure of its accuracy.

People look first at what the machine was unsure of, and correct what strikes them; counting those
alone would tell of the hard ones only. So what is sure and what is not are two strata, each
weighted by how much of the session it is. Of the sure ones only a random check counts: the order of
their ids, which are hashes, is the order they are checked in, and only an unbroken beginning of it
is taken. Where a stratum was never looked at there is no figure.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from random import Random

from alsvoice.labels import LABELS, Label
from alsvoice.measures.uncertainty import Interval

__all__ = ["Judged", "Trust", "check_order", "trust"]

_DRAWS = 2000
_SEED = 20_160_625
_JEFFREYS = 0.5


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """An utterance as the machine coded it, and as a person did; None where nobody judged it."""

    id: str
    machine: Label
    unsure: bool
    person: Label | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Trust:
    """Agreement on what the machine gave one label, or any (``label`` None).

    ``coded`` is how many it gave it, ``judged`` how many of them count as looked at, ``agreed`` how
    often the person gave it, too. ``share`` is weighted; None where too little was looked at.
    """

    label: Label | None
    coded: int
    judged: int
    agreed: int
    share: float | None
    interval: Interval | None


def check_order(session: Iterable[Judged]) -> tuple[Judged, ...]:
    """Return the sure ones in the order a random check takes them."""
    return tuple(sorted((each for each in session if not each.unsure), key=lambda each: each.id))


def trust(sessions: Iterable[Sequence[Judged]]) -> tuple[Trust, ...]:
    """Return the agreement over all labels, then for each, of the sessions people looked at."""
    looked = [s for s in sessions if any(each.person is not None for each in s)]
    unsure = [each for session in looked for each in session if each.unsure]
    sure = [each for session in looked for each in session if not each.unsure]
    checked = [each for session in looked for each in _checked(session)]
    judged = [each for each in unsure if each.person is not None]
    return tuple(_trust(label, (unsure, judged), (sure, checked)) for label in (None, *LABELS))


def _checked(session: Sequence[Judged]) -> list[Judged]:
    found: list[Judged] = []
    for each in check_order(session):
        if each.person is None:
            break
        found.append(each)
    return found


_Stratum = tuple[Sequence[Judged], Sequence[Judged]]


def _trust(label: Label | None, *strata: _Stratum) -> Trust:
    """Return the agreement; each stratum is (all of it, what of it was looked at)."""
    parts = [(_of(label, whole), *_split(_of(label, seen))) for whole, seen in strata]
    rows = [tuple(map(len, each)) for each in parts]
    coded, agreed = (sum(row[n] for row in rows) for n in (0, 1))
    judged = agreed + sum(row[2] for row in rows)
    known = coded and all(whole == 0 or yes + no > 0 for whole, yes, no in rows)
    if not known:
        return Trust(
            label=label, coded=coded, judged=judged, agreed=agreed, share=None, interval=None
        )
    share = sum(whole * yes / (yes + no) for whole, yes, no in rows if whole) / coded
    draws = _draws(rows, coded)
    low, high = draws[len(draws) // 20], draws[-1 - len(draws) // 20]
    return Trust(
        label=label,
        coded=coded,
        judged=judged,
        agreed=agreed,
        share=share,
        interval=(min(share, low), max(share, high)),
    )


def _of(label: Label | None, judged: Iterable[Judged]) -> list[Judged]:
    return [each for each in judged if label is None or each.machine is label]


def _split(judged: Sequence[Judged]) -> tuple[list[Judged], list[Judged]]:
    agreed = [each for each in judged if each.person is each.machine]
    return agreed, [each for each in judged if each.person is not each.machine]


def _draws(rows: Sequence[tuple[int, ...]], coded: int) -> list[float]:
    """Return draws of the share in order; what was not looked at errs as what was."""
    random = Random(_SEED)  # noqa: S311 - the same figure every time, nothing secret
    draws: list[float] = []
    for _ in range(_DRAWS):
        right = 0.0
        for whole, yes, no in rows:
            rest = whole - yes - no
            right += yes
            if rest:
                right += rest * random.betavariate(yes + _JEFFREYS, no + _JEFFREYS)
        draws.append(right / coded)
    return sorted(draws)
