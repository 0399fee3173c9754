"""Where one recording starts on another's time, from the sound of both."""

import numpy as np
import pytest

from alsvoice.audio.decode import SAMPLE_RATE
from alsvoice.audio.envelope import ENVELOPE_HZ, Envelope
from alsvoice.audio.offsets import Offset, estimate
from people_apart import Samples, alone, heard_by


class Heard:
    """Samples as sound that is read piece by piece."""

    def __init__(self, samples: Samples) -> None:
        self.samples = samples

    @property
    def duration_ms(self) -> int:
        return len(self.samples) * 1000 // SAMPLE_RATE

    def read(self, start_ms: int, end_ms: int) -> Samples:
        return self.samples[max(start_ms, 0) * 16 : end_ms * 16]


def envelope(samples: Samples, block: int = 1024) -> Samples:
    made = Envelope()
    for start in range(0, len(samples), block):
        made.add(samples[start : start + block])
    return made.values()


def found(a: Samples, b: Samples) -> Offset | None:
    return estimate(Heard(a), Heard(b), (envelope(a), envelope(b)))


ROOM = ("David", "Helen", "Joanne", "Marcus")


def mic(name: str, bleed_db: float = -18) -> Samples:
    return heard_by(name, tuple(other for other in ROOM if other != name), bleed_db)


@pytest.mark.parametrize("start_ms", [0, 40, 3210, 12_000])
@pytest.mark.parametrize("bleed_db", [-12, -25])
def test_two_phones_in_a_room(start_ms: int, bleed_db: float) -> None:
    a, b = mic("Helen", bleed_db), mic("David", bleed_db)[16 * start_ms :]
    later, earlier = found(a, b), found(b, a)
    assert later is not None and earlier is not None
    assert later.start_ms == pytest.approx(start_ms, abs=15)
    assert earlier.start_ms == pytest.approx(-start_ms, abs=15)
    assert later.drift_ms == 0


def test_a_part_of_the_meeting_finds_its_place() -> None:
    part = found(mic("Helen"), mic("David")[16 * 15_000 : 16 * 40_000])
    assert part is not None
    assert part.start_ms == pytest.approx(15_000, abs=15)


def test_separate_lines_tell_nothing() -> None:
    assert found(alone("Helen"), alone("Marcus")) is None
    assert found(alone("David"), alone("Helen")) is None


def test_noise_silence_and_nothing_tell_nothing() -> None:
    noise = np.random.default_rng(5).normal(0, 0.1, (2, 30 * SAMPLE_RATE)).astype(np.float32)
    assert found(noise[0], noise[1]) is None
    assert found(noise[0], np.zeros_like(noise[1])) is None
    assert found(noise[0], noise[1][:0]) is None
    assert found(noise[0][:100], noise[1][:100]) is None


def test_clocks_that_drift_are_said() -> None:
    """Ten minutes in which the second clock loses 150 ms."""
    random = np.random.default_rng(2)
    loud = np.repeat(random.uniform(0, 1, 6000) ** 2, 1600).astype(np.float32)
    a = loud * random.normal(0, 0.2, len(loud)).astype(np.float32)
    times = np.arange(len(a)) * (1 + 0.15 / 600)
    b = np.interp(times, np.arange(len(a)), a).astype(np.float32)[16 * 2000 :]
    told = found(a, b)
    assert told is not None
    assert abs(told.drift_ms) == pytest.approx(150, abs=20)
    assert told.start_ms == pytest.approx(2000, abs=100)


@pytest.mark.parametrize("block", [100, 1024, 50_000])
def test_an_envelope_does_not_depend_on_the_blocks(block: int) -> None:
    samples = mic("Helen")[: 5 * SAMPLE_RATE + 77]
    made = envelope(samples, block)
    assert len(made) == 5 * ENVELOPE_HZ
    assert made == pytest.approx(envelope(samples, len(samples)), rel=1e-5)


@pytest.mark.parametrize("length", [0, 1, 99])
def test_under_a_second_nothing_is_told(length: int) -> None:
    """A numpy convolution gives back the longer of its two: shorter sound once failed there."""
    short, long = (np.ones(n, np.float32) for n in (length, 500))
    for envelopes in ((short, long), (long, short)):
        assert estimate(Heard(short), Heard(long), envelopes) is None
