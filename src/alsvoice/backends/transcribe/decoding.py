"""Several windows of speech decoded at once by CTranslate2, each word with its time.

On a CPU most of a decoding step is reading the weights, which several windows share; and the
encoder's attention grows with the square of the window, so that windows shorter than the 30 s the
network was trained on cost less a second. They also make it repeat itself a little more often,
which the caller has to look for.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

__all__ = ["FULL_MS", "Decoded", "Decoder", "Heard"]

FULL_MS = 30_000
"""The window that the network was trained on."""
_FRAME_MS = 10
_TAIL_MS = 1000
"""Silence after the speech, where the network ends: features without it make it go on inventing."""
_PREPEND = "\"'“¿([{-"
_APPEND = "\"'.。,，!！?？:：”)]}、"
_LONGEST = 448
_FIRST_BY_S = 1.0
_LENGTH_POWER = 3.0
"""What is found is compared by log probability over its length to this power.

By the mean alone (power 1) the search takes texts that leave out a clause it is not sure of.
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """A word with its time in the window; ``text`` keeps the space before it."""

    text: str
    start_ms: int
    end_ms: int
    probability: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Decoded:
    """What was heard in a window, and how it went.

    ``log_probability`` is the mean of a token, ``no_speech`` in [0, 1], ``compression`` how many
    times shorter the text gets by compressing: a loop gets much shorter.
    """

    words: tuple[Heard, ...]
    log_probability: float
    no_speech: float
    compression: float

    @property
    def text(self) -> str:
        """The words as they were written."""
        return "".join(word.text for word in self.words).strip()


class Decoder:
    """A loaded model with a way of searching; ``beam`` 1 is greedy.

    ``on_cpu`` says that the encoder's output may be taken through NumPy.
    """

    def __init__(self, model: Any, *, beam: int, on_cpu: bool = True) -> None:
        self._model = model
        self._beam = beam
        self._on_cpu = on_cpu

    def encode(self, sounds: Sequence["NDArray[np.float32]"], *, full: bool) -> Any:
        """Return what the encoder makes of windows of shape (samples,), silence after each.

        ``full`` fills up to the window that the network was trained on.
        """
        import numpy as np

        rate = self._model.feature_extractor.sampling_rate
        longest = max(len(sound) for sound in sounds) * 1000 // rate + _TAIL_MS
        frames = (FULL_MS if full else min(FULL_MS, longest)) // _FRAME_MS // 2 * 2
        samples = frames * _FRAME_MS * rate // 1000
        rows = [
            self._model.feature_extractor(
                np.pad(sound[:samples], (0, max(0, samples - len(sound))))
            )[..., :frames]
            for sound in sounds
        ]
        return self._encoded(np.stack(rows))

    def _encoded(self, features: "NDArray[np.float32]") -> Any:
        """Encode window by window: attention over all at once takes hundreds of megabytes."""
        import ctranslate2
        import numpy as np

        if not self._on_cpu:
            return self._model.encode(features)
        done = [np.array(self._model.encode(row)) for row in features]
        return ctranslate2.StorageView.from_array(np.concatenate(done))

    def languages(self, encoded: Any) -> dict[str, float]:
        """Return language → its probability, summed over the windows."""
        found: dict[str, float] = {}
        for row in self._model.model.detect_language(encoded):
            for token, probability in row:
                found[token[2:-2]] = found.get(token[2:-2], 0.0) + probability
        return found

    def decode(
        self,
        encoded: Any,
        lengths_ms: Sequence[int],
        *,
        language: str,
        before: str | None = None,
    ) -> list[Decoded]:
        """Return what is said in each window, as if it went on from the text ``before``."""
        from faster_whisper.tokenizer import Tokenizer
        from faster_whisper.transcribe import get_suppressed_tokens

        model = self._model
        tokens = Tokenizer(
            model.hf_tokenizer, model.model.is_multilingual, task="transcribe", language=language
        )
        earlier = tokens.encode(" " + before) if before else []
        results = model.model.generate(
            encoded,
            [model.get_prompt(tokens, earlier)] * len(lengths_ms),
            beam_size=self._beam,
            length_penalty=_LENGTH_POWER,
            suppress_tokens=get_suppressed_tokens(tokens, [-1]),
            return_scores=True,
            return_no_speech_prob=True,
            max_length=_LONGEST,
            max_initial_timestamp_index=round(_FIRST_BY_S / model.time_precision),
        )
        texts = [[t for t in r.sequences_ids[0] if t < tokens.eot] for r in results]
        frames = [max(2, min(length, FULL_MS) // _FRAME_MS) for length in lengths_ms]
        times = model.find_alignment(tokens, texts, encoded, frames)
        return [
            _decoded(result, tokens.decode(text), words)
            for result, text, words in zip(results, texts, times, strict=True)
        ]


def _decoded(result: Any, text: str, words: list[dict[str, Any]]) -> Decoded:
    from faster_whisper.transcribe import get_compression_ratio, merge_punctuations

    merge_punctuations(words, _PREPEND, _APPEND)
    count = len(result.sequences_ids[0])
    return Decoded(
        words=tuple(_heard(word) for word in words if word["word"].strip()),
        log_probability=result.scores[0] * count**_LENGTH_POWER / (count + 1),
        no_speech=result.no_speech_prob,
        compression=get_compression_ratio(text) if text else 0.0,
    )


def _heard(word: dict[str, Any]) -> Heard:
    start = round(float(word["start"]) * 1000)
    return Heard(
        text=word["word"],
        start_ms=start,
        end_ms=max(start, round(float(word["end"]) * 1000)),
        probability=float(word["probability"]),
    )
