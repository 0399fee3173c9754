"""The bundled session's people, each by themselves, as microphones of their own hear them."""

from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from alsvoice.audio.decode import SAMPLE_RATE, Decoding, decode
from alsvoice.formats import rttm
from alsvoice.intervals import Span, union
from scripted_demo import DEMO

__all__ = ["Samples", "alone", "heard_by", "true_speech", "write_wav"]

Samples = NDArray[np.float32]
_LONGEST_S = 50


@cache
def _start_of_the_demo() -> Samples:
    blocks: list[Samples] = []
    with (DEMO / "session.opus").open("rb") as file:
        for block in decode(file, "session.opus", Decoding()):
            blocks.append(block)
            if sum(map(len, blocks)) >= _LONGEST_S * SAMPLE_RATE:
                break
    return np.concatenate(blocks)[: _LONGEST_S * SAMPLE_RATE]


def true_speech(name: str) -> tuple[Span, ...]:
    """Return where somebody speaks in the first fifty seconds."""
    turns = rttm.parse((DEMO / "session.rttm").read_text(encoding="utf-8"))
    spans = (t.span for t in turns if t.speaker == name and t.end_ms <= 1000 * _LONGEST_S)
    return union(spans, gap_ms=300)


def alone(name: str) -> Samples:
    """Return one person's speech, silence where they say nothing."""
    sound = _start_of_the_demo()
    gate = np.zeros(len(sound), dtype=np.float32)
    for start, end in true_speech(name):
        gate[start * 16 : end * 16] = 1
    return sound * gate


def heard_by(name: str, others: tuple[str, ...], bleed_db: float, *, gain_db: float = 0) -> Samples:
    """Return what somebody's microphone hears: themselves, the others from afar, noise."""
    sound = alone(name)
    for late, other in enumerate(others, start=3):
        sound[16 * late :] += 10 ** (bleed_db / 20) * alone(other)[: -16 * late]
    noise = np.random.default_rng(len(name)).normal(size=len(sound), scale=10 ** (-60 / 20))
    return np.asarray(np.clip((sound + noise) * 10 ** (gain_db / 20), -1, 1), dtype=np.float32)


def write_wav(path: Path, sound: Samples, rate: int = SAMPLE_RATE) -> Path:
    """Write samples of shape (n,) or (n, channels)."""
    import soundfile

    channels = 1 if sound.ndim == 1 else sound.shape[1]
    with soundfile.SoundFile(path, "w", rate, channels, subtype="PCM_16") as file:
        file.write(sound)
    return path
