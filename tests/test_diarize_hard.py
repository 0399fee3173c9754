"""Sound that is hard to tell apart: diarisation ends, and says what it found."""

from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from alsvoice.backends import registry
from alsvoice.backends.protocols import Diarizer
from alsvoice.config import Config
from alsvoice.intervals import overlap_ms, total_ms, union
from alsvoice.transcript import Diarization
from made_sounds import music
from tiny_networks import RATE, Array, Sound

LENGTH_S = 24


@pytest.fixture(scope="module")
def diarizer() -> Diarizer:
    return registry.diarizer("sparse", Config.resolve())


@pytest.fixture(scope="module")
def demo() -> Array:
    """The demo's first minutes, 16 kHz."""
    import av

    path = Path(__file__).parents[1] / "src" / "alsvoice" / "data" / "demo" / "session.opus"
    blocks: list[NDArray[Any]] = []
    with av.open(str(path)) as given:
        resampler = av.AudioResampler(format="flt", layout="mono", rate=RATE)
        for frame in given.decode(audio=0):
            blocks += [part.to_ndarray().reshape(-1) for part in resampler.resample(frame)]
            if frame.time is not None and frame.time > 195:
                break
    return np.concatenate(blocks).astype(np.float32)


@pytest.fixture(scope="module")
def clean(diarizer: Diarizer, demo: Array) -> tuple[Array, Diarization]:
    """Half a minute in which several people speak, and who does."""
    samples = demo[162 * RATE : 192 * RATE]
    found = checked(diarizer.diarize(sound(samples)), 30)
    assert len(found.speakers) > 1
    return samples, found


def sound(samples: NDArray[Any]) -> Sound:
    return Sound(np.clip(samples, -1, 1).astype(np.float32))


def speech_ms(found: Diarization) -> int:
    return total_ms(union([turn.span for turn in found.turns]))


def checked(found: Diarization, length_s: float) -> Diarization:
    """Return it after looking at what holds for every answer."""
    assert all(0 <= t.start_ms < t.end_ms <= length_s * 1000 for t in found.turns)
    assert all(overlap_ms(a.span, b.span) == 0 for a, b in pairwise(found.exclusive))
    assert {t.speaker for t in found.exclusive} <= set(found.speakers)
    for turn in (*found.turns, *found.exclusive):
        assert turn.confidence is not None
        assert 0 <= turn.confidence <= 1
    return found


@pytest.mark.parametrize("people", [None, 4])
def test_silence_is_nobody(diarizer: Diarizer, people: int | None) -> None:
    found = diarizer.diarize(sound(np.zeros(LENGTH_S * RATE)), speakers=people)
    assert found.turns == found.exclusive == ()
    assert found.speakers_told == people


def test_hiss_is_nobody(diarizer: Diarizer) -> None:
    hiss = np.random.default_rng(0).normal(0, 0.001, LENGTH_S * RATE)
    assert speech_ms(diarizer.diarize(sound(hiss))) < 1000


def test_music_is_hardly_anybody(diarizer: Diarizer) -> None:
    found = checked(diarizer.diarize(sound(music(LENGTH_S * RATE, RATE))), LENGTH_S)
    assert speech_ms(found) < 0.2 * LENGTH_S * 1000
    assert len(found.speakers) <= 2


def test_one_voice_is_one(diarizer: Diarizer, demo: Array) -> None:
    """The presenter, who speaks alone from 0:50."""
    alone = sound(demo[50 * RATE : (50 + LENGTH_S) * RATE])
    found = checked(diarizer.diarize(alone), LENGTH_S)
    [main] = [
        who
        for who in found.speakers
        if sum(t.duration_ms for t in found.turns if t.speaker == who) > 0.5 * speech_ms(found)
    ]
    rest = sum(t.duration_ms for t in found.turns if t.speaker != main)
    assert rest < 0.1 * speech_ms(found)


def test_eight_voices_at_once_end(diarizer: Diarizer, demo: Array) -> None:
    many = sum(demo[20 * n * RATE : (20 * n + LENGTH_S) * RATE] for n in range(8)) / 3
    for people in (None, 8):
        found = checked(diarizer.diarize(sound(np.asarray(many)), speakers=people), LENGTH_S)
        assert 1 <= len(found.speakers) <= 8
        assert speech_ms(found) > 0.2 * LENGTH_S * 1000, "much of it is heard as noise"


@pytest.mark.parametrize(
    ("gain_db", "noise_db"), [(-34, None), (30, None), (0, -45)], ids=["-60 dBFS", "clipped", "hum"]
)
def test_quiet_clipped_and_noisy_sound_has_the_same_people(
    diarizer: Diarizer,
    clean: tuple[Array, Diarization],
    gain_db: int,
    noise_db: int | None,
) -> None:
    samples, before = clean
    changed = samples * np.float32(10 ** (gain_db / 20))
    if noise_db is not None:
        changed = changed + np.random.default_rng(0).normal(0, 10 ** (noise_db / 20), len(samples))
    after = checked(diarizer.diarize(sound(changed), speakers=len(before.speakers)), 30)
    assert len(after.speakers) == len(before.speakers)
    shared = {
        who: max(
            sum(overlap_ms(a.span, b.span) for a in mine for b in after.turns if b.speaker == voice)
            for voice in after.speakers
        )
        for who in before.speakers
        for mine in [[turn for turn in before.turns if turn.speaker == who]]
    }
    assert sum(shared.values()) > 0.8 * speech_ms(before)


def test_a_fraction_of_a_second_ends(diarizer: Diarizer, demo: Array) -> None:
    for length in (0, 1, 160, 4000, RATE):
        checked(diarizer.diarize(sound(demo[3 * RATE : 3 * RATE + length]), speakers=3), 1)
