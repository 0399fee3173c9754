"""What each kind of backend does, as protocols: one seam, several ordinary implementations."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Protocol

from alsvoice.backends.sharing import ALL_ROOM, Room
from alsvoice.intervals import Span
from alsvoice.labels import ClassifierCard, Coding, UtteranceText
from alsvoice.transcript import Diarization, Transcript

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

__all__ = [
    "Classifier",
    "Diarizer",
    "Hook",
    "Sound",
    "SpeechFound",
    "Transcriber",
    "no_hook",
    "nobody_waits",
]

Hook = Callable[[str, int, int], None]
"""Called as ``hook(stage, done, total)``; it may raise ``Cancelled`` to stop the run.

Stages that overlap take turns in calling it, each from a thread of its own.
"""


def no_hook(stage: str, done: int, total: int) -> None:
    """Ignore progress."""


SpeechFound = Callable[[tuple[Span, ...]], int | None]
"""Called with where there is speech (``Diarization.spoken``) as soon as that is known.

It returns how many threads are left for what is still to be done; None: all of them.
"""


def nobody_waits(spoken: tuple[Span, ...]) -> None:
    """Let a diariser find speech for itself alone."""


class Sound(Protocol):
    """A recording that is read piece by piece: 16 kHz, mono, float32 in [-1, 1]."""

    sample_rate: int

    @property
    def duration_ms(self) -> int:
        """Length of the recording."""
        ...

    def read(self, start_ms: int, end_ms: int) -> "NDArray[np.float32]":
        """Return samples of shape (n,); shorter where the recording ends before ``end_ms``."""
        ...


class Diarizer(Protocol):
    """Works out who spoke when."""

    name: str

    def diarize(
        self,
        sound: Sound,
        *,
        speakers: int | None = None,
        samples: Sequence[Span] = (),
        known: Sequence[Sequence[float]] = (),
        threads: int = 1,
        hook: Hook = no_hook,
        speech_found: SpeechFound = nobody_waits,
    ) -> Diarization:
        """Return turns; exactly ``speakers`` voices where the number is given and speech allows.

        One that knows where there is speech before it knows whose tells ``speech_found``, once.
        In each span of ``samples`` (milliseconds) one person speaks alone, and in no two the same.
        ``known`` are unit vectors of voices that may be there, of the network that tells voices
        apart here (``prints.network_of``); who is clearly there keeps a voice of their own. A
        backend that compares no such vectors passes them over.
        """
        ...


class Transcriber(Protocol):
    """Writes down what was said."""

    name: str

    def transcribe(
        self,
        sound: Sound,
        *,
        speech: Sequence[Span],
        hints: Sequence[str] = (),
        language: str | None = None,
        threads: int = 1,
        hook: Hook = no_hook,
        room: Room = ALL_ROOM,
    ) -> Transcript:
        """Return words inside the spans of ``speech`` (milliseconds, sorted, disjoint).

        ``room`` is entered around each piece of work that has its share of the threads (see
        ``sharing``): it waits while others use them, and raises ``Cancelled`` to stop the work.
        """
        ...


class Classifier(Protocol):
    """Codes utterances; each answer depends on its own row alone."""

    card: ClassifierCard

    def classify(self, rows: Iterable[UtteranceText]) -> Iterator[Coding]:
        """Yield one coding a row, in order, reading no more rows ahead than it needs."""
        ...
