"""Which items a round asks for: all labels as often, advice in disguise among them."""

from collections.abc import Iterator, Sequence
from random import Random

from alsvoice.labels import LABELS, Flag, Label
from alsvoice.practice.rounds import Item

__all__ = ["balanced"]

_SHORTEST_WORDS = 3  # "Mm" and "Okay" teach nothing


def balanced(items: Sequence[Item], seed: int) -> Iterator[Item]:
    """Yield items for as long as there are any, each once; the same seed gives the same round.

    In real talk four of five utterances are "other", and a round would hardly ever ask for the
    rest: labels take turns, and every second advice is one in disguise where there are such.
    """
    random = Random(seed)  # noqa: S311 - to be repeated, not to be secret
    worth = [item for item in items if len(item.text.split()) >= _SHORTEST_WORDS]
    piles: dict[tuple[Label, bool], list[Item]] = {}
    for item in random.sample(worth, len(worth)):
        hidden = item.label is Label.ADVICE and Flag.ADVICE_IN_DISGUISE in item.flags
        piles.setdefault((item.label, hidden), []).append(item)
    hidden_next = True
    while any(piles.values()):
        for label in random.sample(LABELS, len(LABELS)):
            pile = piles.get((label, False)) or []
            if label is Label.ADVICE:
                other = piles.get((label, True)) or []
                pile = (other or pile) if hidden_next else (pile or other)
                hidden_next = not hidden_next
            if pile:
                yield pile.pop()
