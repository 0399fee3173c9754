"""Whisper on CTranslate2, int8 on a CPU, on the speech that diarisation found."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from alsvoice.backends.protocols import Hook, Sound, no_hook
from alsvoice.backends.sharing import ALL_ROOM, Crew, Room, shares
from alsvoice.backends.transcribe.decoding import FULL_MS, Decoder
from alsvoice.backends.transcribe.guards import (
    without_loops,
    without_stock_phrases,
    without_words_over_silence,
)
from alsvoice.backends.transcribe.hinted import with_hints
from alsvoice.backends.transcribe.rounds import FULL_SPEECH_MS, Plan, decode_all
from alsvoice.errors import ModelError, UsageError, lacks_memory
from alsvoice.intervals import Span, total_ms
from alsvoice.transcript import Transcript

__all__ = ["WhisperTranscriber"]

_BEAM, _LONGEST_MS, _TOGETHER = 5, FULL_SPEECH_MS, 4
_FAST_BEAM, _FAST_LONGEST_MS, _FAST_TOGETHER = 1, 19_000, 8
"""Twenty rows fill a decoding step; more of them would only delay a stop.

Fast windows last 20 s with their silence: beyond, the encoder's attention leaves the cache.
"""


class WhisperTranscriber:
    """A CTranslate2 Whisper folder; ``fast`` searches less and hears shorter windows."""

    def __init__(self, folder: Path, name: str, *, fast: bool = False) -> None:
        self.name = f"{name}, fast" if fast else name
        self._folder = folder
        self._fast = fast
        self._model: Any = None
        self._threads = 0
        self._on_cpu = True

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
        """Return words inside the spans of ``speech``; the language is heard where not given."""
        if not total_ms(speech):
            return Transcript(words=(), language=language)
        model = self._load(threads)
        total = total_ms(speech)
        done = 0

        def advance(length_ms: int) -> None:
            nonlocal done
            done = min(total, done + length_ms)
            hook("transcribe", done, total)

        crew = Crew(shares(threads)[0] if self._on_cpu else 1, room)

        def check(told: str) -> None:  # between hearing and writing down, either of them long
            self._check_language(told, model.supported_languages)
            crew.check()

        plan = Plan(
            decoder=Decoder(model, beam=_FAST_BEAM if self._fast else _BEAM, on_cpu=self._on_cpu),
            sound=sound,
            longest_ms=_FAST_LONGEST_MS if self._fast else _LONGEST_MS,
            together=_FAST_TOGETHER if self._fast else _TOGETHER,
            language=language or (None if model.model.is_multilingual else "en"),
            advance=advance,
            check=check,
            each=crew.each,
        )
        with crew:
            calm, looped = without_loops(decode_all(plan, speech))
        meant, stock = without_stock_phrases(calm)
        heard, silent = without_words_over_silence(with_hints(meant, hints), speech)
        hook("transcribe", total, total)
        return Transcript(
            words=tuple(heard),
            language=plan.language,
            loops_removed=looped,
            words_over_silence_removed=silent + stock,
        )

    def _check_language(self, language: str, known: Sequence[str]) -> None:
        if language not in known:
            raise UsageError(
                f"The speech model {self.name!r} does not know the language {language[:20]!r}.",
                try_next="--language en, or another two-letter code, or --asr base",
            )

    def _load(self, threads: int) -> Any:
        """Return the model, loaded once for all tracks of a session."""
        if self._model is not None and self._threads == threads:
            return self._model
        try:
            self._model, self._threads = None, threads
            self._model, self._on_cpu = _opened(str(self._folder), threads)
        except (RuntimeError, ValueError, OSError) as problem:
            if lacks_memory(problem):
                raise MemoryError from problem
            raise ModelError(
                f"The speech model {self.name!r} cannot be loaded from its folder.",
                try_next="alsvoice models verify",
            ) from problem
        return self._model


def _opened(folder: str, threads: int) -> tuple[Any, bool]:
    """Return the model and whether it is on the CPU: it is, unless a CUDA card really works."""
    import ctranslate2
    import numpy as np
    from faster_whisper import WhisperModel

    if ctranslate2.get_cuda_device_count() > 0:
        try:
            model = WhisperModel(
                folder, device="cuda", compute_type="float16", local_files_only=True
            )
            model.encode(np.zeros((model.model.n_mels, FULL_MS // 10), dtype=np.float32))
        except (RuntimeError, ValueError):  # no cuDNN, no memory on it, too old a card
            pass
        else:
            return model, False
    pieces, each = shares(threads)
    cpu = WhisperModel(
        folder,
        device="cpu",
        compute_type="int8",
        cpu_threads=each,
        num_workers=pieces,
        local_files_only=True,
    )
    return cpu, True
