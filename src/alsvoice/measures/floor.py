"""Who holds the floor: turns without listening, and unbroken runs of them.

A back-channel ("mm", "yeah", "right") is listening: it neither takes the floor nor breaks the turn
of the one who has it (Yngve 1970, "On getting a word in edgewise").
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from alsvoice.intervals import total_ms
from alsvoice.labels import Flag, Label
from alsvoice.measures.lookup import ByTime
from alsvoice.measures.once import once
from alsvoice.session import CodedUtterance, Conversation
from alsvoice.transcript import Turn, is_withdrawn, only_listens

__all__ = ["Run", "floor_turns", "is_backchannel", "runs"]

# A sound this short in which no word was heard is a murmur or a laugh, not a turn.
_MURMUR_MS = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """An unbroken turn: a person's turns between which nobody else took the floor."""

    person: str
    turns: tuple[Turn, ...]

    @property
    def speech_ms(self) -> int:
        """Speech time, pauses left out: a turn cut at a pause is as long as before."""
        return total_ms(turn.span for turn in self.turns)


def is_backchannel(coded: CodedUtterance) -> bool:
    """Return whether an utterance is listening."""
    return coded.coding.label is Label.OTHER and Flag.BACKCHANNEL in coded.coding.flags


@once
def floor_turns(conversation: Conversation) -> tuple[Turn, ...]:
    """Return the turns that take the floor, in order of their start."""
    said = ByTime.of_each_person(conversation.utterances)
    taking = (turn for turn in conversation.turns if _takes_floor(turn, said))
    return tuple(sorted(taking, key=lambda turn: (turn.start_ms, turn.end_ms, turn.speaker)))


def runs(floor: Sequence[Turn]) -> tuple[Run, ...]:
    """Return unbroken turns, in order of their start."""
    return tuple(
        Run(person=person, turns=tuple(turns))
        for person, turns in groupby(floor, key=lambda turn: turn.speaker)
    )


def _takes_floor(turn: Turn, said: dict[str, ByTime]) -> bool:
    if is_withdrawn(turn.speaker):
        return not only_listens(turn.speaker)
    heard = said[turn.speaker].during(turn.span) if turn.speaker in said else ()
    if not heard:
        return turn.duration_ms >= _MURMUR_MS
    return not all(map(is_backchannel, heard))
