"""What was said and by which voice: words, turns, utterances. Times are integer milliseconds."""

from dataclasses import dataclass

from alsvoice.intervals import Span

__all__ = [
    "Diarization",
    "Transcript",
    "Turn",
    "Utterance",
    "Word",
    "is_withdrawn",
    "only_listens",
    "withdrawn_label",
]

_WITHDRAWN = "SPEAKER_WITHDRAWN_"
_LISTENING = "_LISTENING"
_EVEN_ODDS = 0.5


def withdrawn_label(number: int, *, listening: bool = False) -> str:
    """Return what stands in a turn for a person who withdrew, the first of them number 1.

    ``listening`` marks turns that took no floor: their words, which would tell, are gone.
    """
    return f"{_WITHDRAWN}{number}{_LISTENING if listening else ''}"


def is_withdrawn(speaker: str) -> bool:
    """Whether a turn's speaker has withdrawn: time that is taken, and nobody's."""
    return speaker.startswith(_WITHDRAWN)


def only_listens(speaker: str) -> bool:
    """Whether it is a turn of somebody withdrawn that took no floor."""
    return is_withdrawn(speaker) and speaker.endswith(_LISTENING)


def _check_span(start_ms: int, end_ms: int) -> None:
    if start_ms < 0:
        raise ValueError(f"start_ms is {start_ms}, before the recording begins")
    if end_ms < start_ms:
        raise ValueError(f"end_ms {end_ms} lies before start_ms {start_ms}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Word:
    """A recognised word with its punctuation; ``confidence`` in [0, 1], None where unknown."""

    text: str
    start_ms: int
    end_ms: int
    confidence: float | None = None

    def __post_init__(self) -> None:
        _check_span(self.start_ms, self.end_ms)
        if not self.text.strip():
            raise ValueError("a word has no text")

    @property
    def span(self) -> Span:
        """Start and end."""
        return (self.start_ms, self.end_ms)

    @property
    def middle_ms(self) -> int:
        """The time by which a word is given to a turn."""
        return (self.start_ms + self.end_ms) // 2

    @property
    def is_doubtful(self) -> bool:
        """Whether the recogniser gave it less than even odds: about every second such is wrong."""
        return self.confidence is not None and self.confidence < _EVEN_ODDS


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """Continuous speech of one speaker; turns of different speakers may overlap.

    ``confidence`` in [0, 1] says how probable the speaker is, None where nothing tells.
    """

    speaker: str
    start_ms: int
    end_ms: int
    confidence: float | None = None

    def __post_init__(self) -> None:
        _check_span(self.start_ms, self.end_ms)
        if not self.speaker:
            raise ValueError("a turn has no speaker")

    @property
    def span(self) -> Span:
        """Start and end."""
        return (self.start_ms, self.end_ms)

    @property
    def duration_ms(self) -> int:
        """Length."""
        return self.end_ms - self.start_ms


@dataclass(frozen=True, slots=True, kw_only=True)
class Diarization:
    """Who spoke when.

    ``exclusive`` has the overlaps removed: at most one voice at any time, the one words go to.
    ``speakers_told`` is the number of people that was given, None where it was estimated;
    ``count_confidence`` in [0, 1] says how clearly the voices fall into that many groups.
    ``spoken`` is where there is speech, sorted and disjoint, parted where one voice gives way to
    another, as it was known before anybody knew whose; None where the turns alone tell it.
    """

    turns: tuple[Turn, ...]
    exclusive: tuple[Turn, ...]
    speakers_told: int | None = None
    count_confidence: float | None = None
    spoken: tuple[Span, ...] | None = None

    def __post_init__(self) -> None:
        at = 0
        for start, end in self.spoken or ():
            if not at <= start < end:
                raise ValueError("what was spoken is not in order of time")
            at = end

    @property
    def speakers(self) -> tuple[str, ...]:
        """The voices' anonymous labels, sorted; not those of people who withdrew."""
        return tuple(sorted({t.speaker for t in self.turns if not is_withdrawn(t.speaker)}))

    @property
    def speech(self) -> tuple[Turn, ...]:
        """The turns in which there is something to hear: not those of people who withdrew."""
        return tuple(turn for turn in self.turns if not is_withdrawn(turn.speaker))


@dataclass(frozen=True, slots=True, kw_only=True)
class Transcript:
    """Words in order of time; ``language`` is a two-letter code, None over silence.

    ``speakers`` has the voice of each word where every person has sound of their own; it is empty
    where the turns have to tell.
    """

    words: tuple[Word, ...]
    language: str | None = None
    loops_removed: int = 0
    words_over_silence_removed: int = 0
    speakers: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if self.speakers and len(self.speakers) != len(self.words):
            raise ValueError(f"{len(self.words)} words have {len(self.speakers)} speakers")


class _Spanned:
    """A span that is asked for so often that it is worked out once; no field of what is stored."""

    __slots__ = ("_span",)
    _span: Span


@dataclass(frozen=True, slots=True, kw_only=True)
class Utterance(_Spanned):
    """One speaker, about one sentence: the unit that is coded, reviewed and quoted."""

    id: str
    speaker: str
    words: tuple[Word, ...]

    def __post_init__(self) -> None:
        if not self.words:
            raise ValueError(f"utterance {self.id} has no words")
        end = max([word.end_ms for word in self.words])
        object.__setattr__(self, "_span", (self.words[0].start_ms, end))

    @property
    def span(self) -> Span:
        """Start and end."""
        return self._span

    @property
    def start_ms(self) -> int:
        """Where the first word starts."""
        return self._span[0]

    @property
    def end_ms(self) -> int:
        """Where the last word to end ends."""
        return self._span[1]

    @property
    def text(self) -> str:
        """The words with single spaces between them."""
        return " ".join(word.text for word in self.words)
