"""Evenness: how equally the members share their talk time.

Shannon's entropy of their shares over its greatest value (Pielou's J, 1966): 1 where all talk
equally long, 0 where one alone talks. Groups whose talk is evenly shared do better at joint tasks
(Woolley et al. 2010). What whoever presents says while they do is no part of it.
"""

from collections.abc import Sequence
from math import log

from alsvoice.intervals import intersect, subtract, total_ms
from alsvoice.measures.scope import helps, members
from alsvoice.measures.timing import spans_of_each
from alsvoice.session import Conversation, Person

__all__ = ["evenness", "helping_talk_ms"]


def helping_talk_ms(conversation: Conversation) -> tuple[int, ...]:
    """Return how long each member talks where they help; who presents throughout is left out."""
    phases, speech = conversation.phases, spans_of_each(conversation.turns)

    def talk_ms(person: Person) -> int | None:
        here = [phase for phase in phases if helps(person, phase, phases)]
        outside = helps(person, None, phases)
        if not (here or (outside and not phases)):
            return None
        said = speech.get(person.id, ())
        elsewhere = total_ms(subtract(said, [p.span for p in phases])) if outside else 0
        return elsewhere + total_ms(intersect(said, [p.span for p in here]))

    talked = map(talk_ms, members(conversation))
    return tuple(ms for ms in talked if ms is not None)


def evenness(talk_ms: Sequence[int]) -> float | None:
    """Return evenness in [0, 1]; None with fewer than two people or without speech."""
    total = sum(talk_ms)
    if len(talk_ms) < 2 or not total:
        return None
    shares = [ms / total for ms in talk_ms if ms]
    return min(1.0, max(0.0, -sum(share * log(share) for share in shares) / log(len(talk_ms))))
