"""faster-whisper (CTranslate2, int8, CPU) on the speech that diarisation found."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from alsvoice.backends.protocols import Hook, Sound, no_hook
from alsvoice.backends.transcribe.chunks import chunks_of
from alsvoice.backends.transcribe.guards import without_loops, without_words_over_silence
from alsvoice.errors import ModelError, UsageError, lacks_memory
from alsvoice.intervals import Span, to_ms
from alsvoice.transcript import Transcript, Word

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

__all__ = ["WhisperTranscriber"]

_BEAM = 5
_SEED = 7
_CONTINUES = ("-", "'", "’")
"""The recogniser gives "check" and "-in", "o" and "'clock" as two words without a space between."""


class WhisperTranscriber:
    """A CTranslate2 Whisper folder.

    A piece that decodes badly at temperature 0 is tried again at higher ones, which draws random
    numbers; they are seeded anew for each piece, so that a run can be repeated exactly.

    Speech is known from the turns, and a second detector only loses words (s4_3min: WER 14.1 % with
    it, 10.2 % without); ``detector`` is there to measure that again.
    """

    detector = False

    def __init__(self, folder: Path, name: str) -> None:
        self.name = name
        self._folder = folder
        self._model: Any = None
        self._threads = 0

    def transcribe(
        self,
        sound: Sound,
        *,
        speech: Sequence[Span],
        hints: Sequence[str] = (),
        language: str | None = None,
        threads: int = 1,
        hook: Hook = no_hook,
    ) -> Transcript:
        """Return words inside the spans of ``speech``; the language is heard where not given."""
        pieces = chunks_of(speech, sound.duration_ms)
        total = sum(end - start for start, end in pieces)
        if not pieces:
            return Transcript(words=(), language=language)
        model = self._load(threads)
        language = language or _language(model, sound, pieces)
        if language not in model.supported_languages:
            raise UsageError(
                f"The speech model {self.name!r} does not know the language {language[:20]!r}.",
                try_next="--language en, or another two-letter code, or --asr base",
            )
        words: list[Word] = []
        done = 0
        for start, end in pieces:
            found = _piece(
                model, sound.read(start, end), start, language, hints, detector=self.detector
            )
            words.extend(found)
            done += end - start
            hook("transcribe", done, total)
        calm, looped = without_loops(sorted(words, key=lambda w: (w.start_ms, w.end_ms)))
        heard, silent = without_words_over_silence(calm, speech)
        return Transcript(
            words=tuple(heard),
            language=language,
            loops_removed=looped,
            words_over_silence_removed=silent,
        )

    def _load(self, threads: int) -> Any:
        """Return the model, loaded once for all tracks of a session."""
        from faster_whisper import WhisperModel

        if self._model is not None and self._threads == threads:
            return self._model
        try:
            self._model, self._threads = None, threads
            self._model = WhisperModel(
                str(self._folder),
                device="cpu",
                compute_type="int8",
                cpu_threads=threads,
                local_files_only=True,
            )
        except (RuntimeError, ValueError, OSError) as problem:
            if lacks_memory(problem):
                raise MemoryError from problem
            raise ModelError(
                f"The speech model {self.name!r} cannot be loaded from its folder.",
                try_next="alsvoice models verify",
            ) from problem
        return self._model


def _language(model: Any, sound: Sound, pieces: Sequence[Span]) -> str:
    """Return the language heard in the longest piece: a short first one is often taken wrongly."""
    if not model.model.is_multilingual:
        return "en"
    start, end = max(pieces, key=lambda piece: piece[1] - piece[0])
    return str(model.detect_language(sound.read(start, end))[0])


def _piece(
    model: Any,
    samples: "NDArray[np.float32]",
    offset_ms: int,
    language: str,
    hints: Sequence[str],
    *,
    detector: bool,
) -> list[Word]:
    """Return the words of one piece, times counted from the start of the recording."""
    import ctranslate2

    ctranslate2.set_random_seed(_SEED)
    segments, _ = model.transcribe(
        samples,
        language=language,
        beam_size=_BEAM,
        condition_on_previous_text=False,
        word_timestamps=True,
        vad_filter=detector,
        hotwords=" ".join(hints) or None,
    )
    words: list[Word] = []
    for segment in segments:
        for raw in segment.words or ():
            if words and raw.word[:1] in _CONTINUES:
                words[-1] = _joined(words[-1], raw, offset_ms)
            elif raw.word.strip():
                words.append(_word(raw, offset_ms))
    return words


def _word(raw: Any, offset_ms: int) -> Word:
    return Word(
        text=raw.word.strip(),
        start_ms=offset_ms + to_ms(raw.start),
        end_ms=offset_ms + max(to_ms(raw.end), to_ms(raw.start)),
        confidence=round(float(raw.probability), 3),
    )


def _joined(word: Word, raw: Any, offset_ms: int) -> Word:
    """Return the word with its continuation: "check" and "-in" are one word."""
    return replace(
        word,
        text=word.text + raw.word.strip(),
        end_ms=max(word.end_ms, offset_ms + to_ms(raw.end)),
    )
