"""What is to be removed: decided once, kept beside the session until all of it is done."""

from dataclasses import dataclass

from alsvoice.intervals import Span
from alsvoice.session import Redaction, Withdrawal

__all__ = ["Departure", "Plan", "SoundStep"]


@dataclass(frozen=True, slots=True, kw_only=True)
class SoundStep:
    """A sound file that becomes silent in ``spans``, and in whole ``channels`` (from 0).

    Spans are milliseconds of the file's own time. ``becomes`` is its name afterwards, None where
    the file goes altogether.
    """

    file: str
    becomes: str | None
    spans: tuple[Span, ...] = ()
    channels: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Departure:
    """One person who goes; ``number`` tells those who withdrew apart.

    ``utterances`` are the ids of what they said. ``moved`` are (voice, span) of speech in it that
    lies in turns of others, since a person corrected who spoke. ``track`` is their participant's
    id where they have sound of their own.
    """

    number: int
    names: tuple[str, ...]
    voices: tuple[str, ...]
    utterances: tuple[str, ...]
    moved: tuple[tuple[str, Span], ...]
    withdrawal: Withdrawal
    track: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """One removal: a passage or a person, never both.

    ``fresh`` names the stages that were up to date, and are to be so afterwards. ``report`` says
    whether a report was there. ``reset`` drops what stages wrote instead of cutting it: where no
    run came to its end, that is computed again.
    """

    redaction: Redaction | None = None
    departure: Departure | None = None
    sounds: tuple[SoundStep, ...] = ()
    fresh: tuple[str, ...] = ()
    report: bool = False
    reset: bool = False

    def __post_init__(self) -> None:
        if (self.redaction is None) == (self.departure is None):
            raise ValueError("a removal is of a passage or of a person")
