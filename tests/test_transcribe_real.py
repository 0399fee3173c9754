"""The recogniser itself, on sound that tempts it to invent, and on speech that is spoilt."""

from collections.abc import Callable
from functools import partial
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from alsvoice.audio.decode import SAMPLE_RATE
from alsvoice.audio.mix import open_mix
from alsvoice.backends import registry, weights
from alsvoice.backends.protocols import Transcriber
from alsvoice.backends.transcribe import decoding, whisper
from alsvoice.config import Config
from alsvoice.evaluate.words import word_errors
from alsvoice.intervals import Span
from alsvoice.pipeline.demo import demo_session
from alsvoice.pipeline.run import run_stage
from alsvoice.pipeline.stages import STAGES
from alsvoice.store.folder import MIX
from alsvoice.transcript import Transcript
from scripted_demo import truth

pytestmark = pytest.mark.models

LENGTH_S = 24
Samples = NDArray[np.float32]
TIME_S = np.arange(LENGTH_S * SAMPLE_RATE) / SAMPLE_RATE


class Held:
    """Sound in memory."""

    sample_rate = SAMPLE_RATE

    def __init__(self, samples: Samples) -> None:
        self.samples = samples.astype(np.float32)

    @property
    def duration_ms(self) -> int:
        return len(self.samples) * 1000 // SAMPLE_RATE

    def read(self, start_ms: int, end_ms: int) -> Samples:
        return self.samples[start_ms * SAMPLE_RATE // 1000 : end_ms * SAMPLE_RATE // 1000]


@pytest.fixture(scope="module")
def speech(tmp_path_factory: pytest.TempPathFactory) -> Samples:
    """Give the beginning of the bundled session."""
    from datetime import UTC, datetime

    place = tmp_path_factory.mktemp("sound")
    session = demo_session(place, Config.resolve(), now=datetime.now(UTC))
    run_stage(STAGES[0], session, Config.resolve())
    with session.reading(MIX) as file, open_mix(file) as sound:
        return sound.read(0, LENGTH_S * 1000)


@pytest.fixture(scope="module")
def english() -> Transcriber:
    return registry.transcriber("tiny.en", Config.resolve())


def spoken() -> tuple[Span, ...]:
    rows = truth()["utterances"]
    spans = [(round(1000 * row["start"]), round(1000 * row["end"])) for row in rows]
    return tuple(s for s in spans if s[1] <= 1000 * LENGTH_S)


def reference() -> str:
    said = [row["text"] for row in truth()["utterances"] if row["end"] <= LENGTH_S]
    return " ".join(said)


def text_of(told: Transcript) -> str:
    return " ".join(word.text for word in told.words)


def quiet(sound: Samples) -> Samples:
    """Return it at −60 dBFS, as 16 bits keep it."""
    loudness = np.sqrt(np.mean(sound**2))
    kept: Samples = np.round(sound * (1e-3 / loudness) * 2**15) / 2**15
    return kept


def clipped(sound: Samples) -> Samples:
    loud: Samples = np.clip(sound * 50, -1, 1)
    return loud


@pytest.mark.parametrize(
    "spoil", [lambda sound: sound, quiet, clipped], ids=["as is", "quiet", "clipped"]
)
def test_speech_is_written_down_however_loud_it_is(
    spoil: Callable[[Samples], Samples], speech: Samples, english: Transcriber
) -> None:
    told = english.transcribe(Held(spoil(speech)), speech=spoken())
    found = word_errors(reference(), text_of(told))
    assert found.rate is not None
    assert found.rate <= 0.3
    starts = [word.start_ms for word in told.words]
    assert starts == sorted(starts)


def music() -> Samples:
    """Return chords on a beat."""
    sound = np.zeros(len(TIME_S))
    beat = np.arange(SAMPLE_RATE // 2) / SAMPLE_RATE
    chords = ((220, 277, 330), (196, 247, 294), (175, 220, 262), (165, 208, 247))
    for n in range(2 * LENGTH_S):
        at = n * len(beat)
        for tone in chords[n // 4 % 4]:
            sound[at : at + len(beat)] += 0.1 * np.exp(-3 * beat) * np.sin(2 * np.pi * tone * beat)
    return sound.astype(np.float32)


def noise(level: float) -> Samples:
    return (level * np.random.default_rng(1).normal(size=len(TIME_S))).astype(np.float32)


@pytest.mark.parametrize(
    "sound",
    [partial(np.zeros, len(TIME_S), np.float32), music, partial(noise, 1e-3)],
    ids=["silence", "music", "noise at -60 dBFS"],
)
def test_no_words_are_invented_where_nobody_speaks(
    sound: Callable[[], Samples], tmp_path: Path
) -> None:
    """The whole way: what takes no speech in music gives the recogniser nothing to invent on."""
    import json

    import soundfile

    from cli_runner import alsvoice

    soundfile.write(tmp_path / "a.wav", sound(), SAMPLE_RATE, subtype="PCM_16")
    session = alsvoice("import", tmp_path / "a.wav", "--json").good().json()["session"]
    done = alsvoice("process", session, "--asr", "tiny.en", "--json").good().json()
    assert done["utterances"] == 0
    assert any("No speech" in warning for warning in done["warnings"])
    report = alsvoice("report", session, "--format", "json").good()
    assert json.loads(report.out)["utterances"] == []


@pytest.mark.parametrize("sound", [music, partial(noise, 0.05)], ids=["music", "loud noise"])
def test_a_recogniser_told_of_speech_that_is_none_writes_hardly_anything(
    sound: Callable[[], Samples], english: Transcriber
) -> None:
    told = english.transcribe(Held(sound()), speech=((0, 1000 * LENGTH_S),))
    assert len(told.words) <= LENGTH_S // 2, "speech has two to three words a second"
    assert "watching" not in text_of(told)


def test_many_voices_at_once_end_and_loop_nowhere(speech: Samples, english: Transcriber) -> None:
    babble = sum(np.roll(speech, n * 5 * SAMPLE_RATE) for n in range(8))
    told = english.transcribe(Held(np.clip(babble, -1, 1)), speech=((0, 1000 * LENGTH_S),))
    keys = [word.text.lower().strip(".,?!") for word in told.words]
    assert not any(
        keys[n : n + size] * 4 == keys[n : n + 4 * size]
        for size in range(1, 13)
        for n in range(len(keys) - 4 * size + 1)
    )


def test_how_texts_are_compared_changes_nothing_of_how_sure_the_network_is(
    speech: Samples, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Guards look at the mean of a token, whatever the search compares by."""
    model, _ = whisper._opened(
        str(weights.find("tiny.en", Config.resolve(), weights.load_manifest()).folder), 1
    )
    found = []
    for power in (1.0, decoding._LENGTH_POWER):
        monkeypatch.setattr(decoding, "_LENGTH_POWER", power)
        decoder = decoding.Decoder(model, beam=1)
        encoded = decoder.encode([speech[: 12 * SAMPLE_RATE]], full=True)
        found += decoder.decode(encoded, [12_000], language="en")
    assert found[0].text == found[1].text != ""
    assert found[0].log_probability == pytest.approx(found[1].log_probability, rel=1e-3)
    assert -1 < found[0].log_probability < 0


def test_fast_is_nearly_as_good_and_says_so(speech: Samples) -> None:
    fast = registry.transcriber("tiny.en", Config.resolve(), fast=True)
    assert fast.name.endswith(", fast")
    found = word_errors(reference(), text_of(fast.transcribe(Held(speech), speech=spoken())))
    assert found.rate is not None
    assert found.rate <= 0.25


def test_words_have_the_time_at_which_they_are_said(speech: Samples, english: Transcriber) -> None:
    """Silences cut out of windows are put back: each word lies in a span that it was said in."""
    told = english.transcribe(Held(speech), speech=spoken())
    inside = sum(
        any(a - 300 <= word.middle_ms <= b + 300 for a, b in spoken()) for word in told.words
    )
    assert inside == len(told.words)
    first = truth()["utterances"][0]["text"].split()[0].strip(".,").lower()
    assert told.words[0].text.strip(".,").lower() == first
    assert abs(told.words[0].start_ms - spoken()[0][0]) <= 400
