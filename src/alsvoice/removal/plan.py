"""What is to be removed: decided once, kept beside the session until all of it is done."""

from dataclasses import dataclass

from alsvoice.intervals import Span
from alsvoice.session import Redaction, Withdrawal

__all__ = ["Counts", "Departure", "Inseparable", "Plan", "SoundStep"]


@dataclass(frozen=True, slots=True, kw_only=True)
class SoundStep:
    """A sound file that becomes silent in ``spans``, and in whole ``channels`` (from 0).

    Spans are milliseconds of the file's own time. ``becomes`` is its name afterwards, None where
    the file goes altogether: since it is the sound of one who leaves (``theirs``), or since nobody
    can tell where in it the spans lie.
    """

    file: str
    becomes: str | None
    spans: tuple[Span, ...] = ()
    channels: tuple[int, ...] = ()
    theirs: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Counts:
    """What a session holds; ``set_aside`` counts damaged files that were put out of the way."""

    words: int = 0
    utterances: int = 0
    edits: int = 0
    damaged_edits: int = 0
    set_aside: int = 0


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
class Inseparable:
    """A passage that cannot be told apart from one who leaves: to be listened to, and redacted.

    ``kind`` is "overlap", "named" or "their_time", the utterance is another's.
    """

    kind: str
    start_ms: int
    end_ms: int
    utterance: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """One removal: a passage or a person, never both.

    ``fresh`` names the stages that were up to date, and are to be so afterwards. ``report`` says
    whether a report was there. ``before`` is what was there, and ``sources`` the names of what was
    imported, so that whoever finishes it can say what went; ``inseparable`` is what a person has to
    listen to.
    """

    redaction: Redaction | None = None
    departure: Departure | None = None
    sounds: tuple[SoundStep, ...] = ()
    fresh: tuple[str, ...] = ()
    report: bool = False
    before: Counts = Counts()
    sources: tuple[str, ...] = ()
    inseparable: tuple[Inseparable, ...] = ()

    def __post_init__(self) -> None:
        if (self.redaction is None) == (self.departure is None):
            raise ValueError("a removal is of a passage or of a person")
