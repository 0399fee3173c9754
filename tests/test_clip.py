"""Clips: the right piece of sound, small, the same bytes for the same samples."""

import io
import wave

import numpy as np
import pytest

from alsvoice.audio.clip import clips
from alsvoice.audio.decode import Decoding, decode

RATE = 16_000


def recording(samples: np.ndarray) -> io.BytesIO:
    file = io.BytesIO()
    with wave.open(file, "wb") as out:
        out.setnchannels(1)
        out.setsampwidth(2)
        out.setframerate(RATE)
        out.writeframes((samples * 32767).astype("<i2").tobytes())
    file.seek(0)
    return file


def tones() -> np.ndarray:
    """A second each of 300, 600 and 1200 Hz."""
    t = np.arange(RATE) / RATE
    return np.concatenate([0.4 * np.sin(2 * np.pi * hz * t) for hz in (300, 600, 1200)])


def heard_hz(clip: bytes) -> float:
    samples = np.concatenate(list(decode(io.BytesIO(clip), "clip", Decoding())))
    spectrum = np.abs(np.fft.rfft(samples))
    return float(np.argmax(spectrum) * RATE / len(samples))


def test_each_clip_is_its_own_piece_of_the_recording() -> None:
    found = list(clips(recording(tones()), [(2100, 2900), (100, 900), (1100, 1900)]))
    assert [heard_hz(clip) for clip in found] == [
        pytest.approx(hz, abs=10) for hz in (1200, 300, 600)
    ]
    assert all(clip.startswith(b"OggS") for clip in found)


def test_the_same_samples_give_the_same_bytes() -> None:
    one, again = (list(clips(recording(tones()), [(0, 2000)])) for _ in range(2))
    assert one == again


def test_speech_takes_about_two_kilobytes_a_second() -> None:
    noise = np.random.default_rng(1).normal(0, 0.1, 10 * RATE)
    [clip] = clips(recording(noise), [(0, 10_000)])
    assert len(clip) < 30_000


def test_length_and_ends() -> None:
    [clip] = clips(recording(tones()), [(500, 1500)])
    samples = np.concatenate(list(decode(io.BytesIO(clip), "clip", Decoding())))
    assert len(samples) == pytest.approx(RATE, abs=RATE // 50)
    assert abs(samples[0]) < 0.05  # no click where it was cut


@pytest.mark.parametrize("span", [(3000, 4000), (99_000, 99_001), (1000, 1000)])
def test_what_lies_outside_is_empty(span: tuple[int, int]) -> None:
    assert list(clips(recording(tones()), [span])) == [b""]


def test_a_span_over_the_end_gives_what_there_is() -> None:
    [clip] = clips(recording(tones()), [(2500, 9000)])
    samples = np.concatenate(list(decode(io.BytesIO(clip), "clip", Decoding())))
    assert len(samples) == pytest.approx(RATE // 2, abs=RATE // 50)
