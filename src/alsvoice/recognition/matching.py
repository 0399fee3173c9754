"""Voices of a session against voices that are known, one to one; a stranger stays a stranger.

A voice may be two people's by mistake, so more is asked than that its centre fits: most of its
passages must, each by itself.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from alsvoice.session import Recognised
from alsvoice.voices import Vector, centre, cosine

__all__ = ["Heard", "Known", "matched", "same_voice"]

SAME_VOICE = 0.6
"""Cosine of two centres from which on they are one voice; ``scripts/measure_voices.py``."""
MARGIN = 0.1
"""So much better than the next person must fit, else nobody can tell which of the two it is."""
SAME_PASSAGE, MOST = 0.45, 2 / 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """A voice of a session: a unit vector and a length in seconds for each of its passages."""

    speaker: str
    vectors: tuple[Vector, ...]
    seconds: tuple[float, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """A person whose voice is known; ``source`` is ``profile``, or ``sample`` of this session."""

    name: str
    vector: Vector
    source: str = "profile"


def matched(heard: Sequence[Heard], known: Sequence[Known]) -> tuple[Recognised, ...]:
    """Return whose voice it is, for those voices where it is clear; no person twice.

    A person may be known from several places; the one that fits best counts.
    """
    import numpy as np
    from scipy.optimize import linear_sum_assignment

    voices = [voice for voice in heard if voice.vectors]
    names = list(dict.fromkeys(person.name for person in known))
    if not voices or not names:
        return ()
    best = [
        [_best(voice, [k for k in known if k.name == name]) for name in names] for voice in voices
    ]
    table = np.array([[likeness for likeness, _ in row] for row in best])
    found: list[Recognised] = []
    for row, column in zip(*(each.tolist() for each in linear_sum_assignment(-table)), strict=True):
        likeness, person = best[row][column]
        rivals = np.delete(table[row], column)
        if (
            likeness >= SAME_VOICE
            and (not rivals.size or likeness - rivals.max() >= MARGIN)
            and _agreeing(voices[row], person.vector) >= MOST
        ):
            found.append(
                Recognised(
                    speaker=voices[row].speaker,
                    name=person.name,
                    likeness=round(likeness, 3),
                    source=person.source,
                )
            )
    return tuple(sorted(found, key=lambda each: each.speaker))


def same_voice(a: Vector, b: Vector) -> bool:
    """Whether the centres of two voices are as alike as those of one."""
    return cosine(a, b) >= SAME_VOICE


def _best(voice: Heard, known: Sequence[Known]) -> tuple[float, Known]:
    middle = centre(voice.vectors, voice.seconds)
    return max(
        ((cosine(middle, person.vector), person) for person in known), key=lambda pair: pair[0]
    )


def _agreeing(voice: Heard, vector: Vector) -> float:
    """Return the share of a voice's speech that fits by itself."""
    fits = sum(
        seconds
        for own, seconds in zip(voice.vectors, voice.seconds, strict=True)
        if cosine(own, vector) >= SAME_PASSAGE
    )
    return fits / sum(voice.seconds)
