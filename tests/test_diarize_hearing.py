"""Stretches, and the network that hears each of them once."""

from itertools import pairwise, permutations
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from alsvoice.backends.diarize.embedding import Embedding, Moments, features
from alsvoice.backends.diarize.hearing import Heard, listen
from alsvoice.backends.diarize.segmentation import FRAMES, LOCAL, window_starts
from alsvoice.backends.diarize.stretches import Stretch, offsets_of, stitch, stretches, tracks_on
from alsvoice.backends.diarize.voices import LocalVoice
from alsvoice.config import bundled_models
from tiny_networks import RATE, Array, Progress, Sound, band_network, frames, meeting

Mask = NDArray[np.bool_]


# Windows become tracks, tracks become stretches.


def windows(truth: Mask, starts: list[int], seed: int) -> Mask:
    """Return what windows see of three voices, numbered at random in each."""
    draw = np.random.default_rng(seed)
    seen = [truth[o : o + FRAMES][:, draw.permutation(3)] for o in offsets_of(starts, RATE)]
    return np.stack(seen)


def talk(length_s: float) -> Mask:
    """Return three voices in turn, with overlap and pauses, shape (frames, 3)."""
    truth = np.zeros(
        (offsets_of(window_starts(round(length_s * 1000), 2500), RATE)[-1] + FRAMES, 3)
    )
    for number in range(int(length_s / 2)):
        truth[frames(2 * number + 0.2, 2 * number + 2.1), number % 3] = 1
    return truth.astype(np.bool_)


@pytest.mark.parametrize("seed", range(5))
def test_tracks_follow_a_voice_through_windows_that_number_anew(seed: int) -> None:
    truth, starts = talk(40), window_starts(40_000, 2500)
    activity, offsets = windows(truth, starts, seed), offsets_of(starts, RATE)
    on = tracks_on(activity, offsets, stitch(activity, offsets))
    assert any((on[:, list(order)] == truth).all() for order in permutations(range(3)))


def test_tracks_of_a_window_are_all_different() -> None:
    activity = np.random.default_rng(1).random((9, FRAMES, 3)) < 0.3
    tracks = stitch(activity, offsets_of(list(range(0, 22_500, 2500)), RATE))
    assert all(sorted(row) == [0, 1, 2] for row in tracks.tolist())


def test_stretches_end_where_a_voice_comes_or_goes() -> None:
    on = np.zeros((100, 3), np.bool_)
    on[10:50, 0] = on[40:60, 2] = on[60:70, 1] = True
    assert [(s.first, s.last, s.tracks) for s in stretches(on)] == [
        (10, 40, (0,)),
        (40, 50, (0, 2)),
        (50, 60, (2,)),
        (60, 70, (1,)),
    ]
    assert stretches(np.zeros((5, 3), np.bool_)) == []
    assert [s.frames for s in stretches(np.ones((7, 3), np.bool_))] == [7]


@pytest.mark.parametrize("seed", range(4))
def test_stretches_are_the_speech_once_each(seed: int) -> None:
    on = np.random.default_rng(seed).random((300, 3)) < 0.2
    found = stretches(on)
    again = np.zeros_like(on)
    for stretch in found:
        again[stretch.first : stretch.last, list(stretch.tracks)] = True
    assert (again == on).all()
    assert all(a.last <= b.first for a, b in pairwise(found))


# The network that is cut before its pooling.


@pytest.fixture(scope="module")
def campplus() -> Embedding:
    return Embedding(bundled_models() / "3dspeaker-campplus" / "model.onnx", 1)


def noise(frames_: int, seed: int = 0) -> Array:
    return np.random.default_rng(seed).normal(size=(frames_, 80)).astype(np.float32)


@pytest.mark.parametrize("length", [20, 97, 250, 601])
def test_pooled_patterns_give_the_vector_of_the_whole_network(
    campplus: Embedding, length: int
) -> None:
    bank = noise(length)
    whole, moments = campplus.embed(bank[:600]), campplus.moments(bank[:600])
    assert whole is not None
    assert moments is not None
    np.testing.assert_allclose(campplus.vectors([moments])[0], whole, atol=2e-5)
    assert moments.seconds == pytest.approx(min(length, 600) / 100, abs=0.011)


def test_moments_of_parts_add_up(tmp_path: Path) -> None:
    """Against the definition: mean and deviation over all patterns that are pooled."""
    network = Embedding(band_network(tmp_path / "m.onnx"), 1)
    bank = noise(130) - noise(130).mean(axis=0)
    moments = network.moments(bank)
    assert moments is not None
    assert moments.count.tolist() == [10] * 6 + [5]
    part = Moments.joined([moments[:2], moments[5:]])
    patterns = bank[::2][np.r_[0:20, 50:65]]
    expected = patterns.var(axis=0, ddof=1)
    [vector] = network.vectors([part])
    np.testing.assert_allclose(vector, expected / np.linalg.norm(expected), rtol=1e-4)


def test_vectors_around_each_block_are_pooled_there(tmp_path: Path) -> None:
    network = Embedding(band_network(tmp_path / "m.onnx"), 1)
    moments = network.moments(noise(400))
    assert moments is not None
    around = network.around(moments, 6)
    assert around.shape == (20, 80)
    expected = network.vectors([moments[max(0, b - 3) : b + 3] for b in range(20)])
    np.testing.assert_allclose(around, expected, atol=1e-5)


def test_too_little_has_no_moments(tmp_path: Path) -> None:
    network = Embedding(band_network(tmp_path / "m.onnx"), 1)
    assert network.moments(noise(19)) is None
    assert network.moments(noise(20)) is not None
    assert len(network.vectors([])) == 0


# Listening.


class Counting(Embedding):
    """The tiny network, with how many frames went through it."""

    def __init__(self, model: Path) -> None:
        super().__init__(model, 1)
        self.frames = 0

    def moments(self, frames: Array) -> Moments | None:
        self.frames += len(frames)
        return super().moments(frames)


TURNS = [("A", 1, 6), ("B", 5, 9), ("C", 12, 12.8), ("A", 14, 29), ("B", 30, 30.15)]


def heard(tmp_path: Path) -> tuple[list[Heard], list[LocalVoice], Counting, Progress, Sound]:
    """Listen to A, B and C, each a voice of its own in all windows."""
    length = 36_000
    starts = window_starts(length, 2500)
    offsets = offsets_of(starts, RATE)
    truth = np.zeros((offsets[-1] + FRAMES, 3), np.bool_)
    for who, start, end in TURNS:
        truth[frames(start, end), "ABC".index(who)] = True
    activity = np.stack([truth[o : o + FRAMES] for o in offsets])
    tracks = stitch(activity, offsets)
    network, progress, sound = (
        Counting(band_network(tmp_path / "m.onnx")),
        Progress(),
        meeting([("A" + who, start, end) for who, start, end in TURNS], length / 1000),
    )
    found = stretches(tracks_on(activity, offsets, tracks))
    return *listen(sound, found, offsets, tracks, network, progress), network, progress, sound


def test_each_second_of_speech_is_heard_once(tmp_path: Path) -> None:
    stretch, _, network, progress, sound = heard(tmp_path)
    speech = 8 + 0.8 + 15 + 0.15
    assert network.frames / 100 == pytest.approx(speech, abs=0.3)
    read = sorted(sound.reads)
    assert sum(end - start for start, end in read) == pytest.approx(1000 * speech, abs=300)
    assert all(a[1] <= b[0] + 40 for a, b in pairwise(read))
    assert [len(h.stretch.tracks) for h in stretch] == [1, 2, 1, 1, 1]
    done = [call[1] for call in progress.calls]
    assert done == sorted(done)
    assert progress.calls[-1][1] == progress.calls[-1][2]


def test_a_blink_has_no_vector_and_a_long_stretch_has_one_each_fifth_of_a_second(
    tmp_path: Path,
) -> None:
    stretch, *_ = heard(tmp_path)
    lengths = [h.clean_s for h in stretch]
    assert lengths == pytest.approx([4, 1, 3, 0.8, 15], abs=0.1), "0.15 s say nothing"
    assert [h.around is not None for h in stretch] == [True, False, True, False, True]
    last = stretch[-1].around
    assert last is not None
    assert len(last) == pytest.approx(75, abs=2)


def test_local_voices_rest_on_what_they_say_alone(tmp_path: Path) -> None:
    _, local, *_ = heard(tmp_path)
    first = [v for v in local if v.window == 0]
    assert [v.clean_s for v in first] == pytest.approx([4, 3], abs=0.25)
    assert float(first[0].vector @ first[1].vector) < 0.7
    assert {v.window for v in local if v.clean_s > 9} >= {6, 7}


def test_who_is_never_heard_alone_is_taken_from_overlap(tmp_path: Path) -> None:
    network = Embedding(band_network(tmp_path / "m.onnx"), 1)
    both = [
        Stretch(first=0, last=200, tracks=(0,)),
        Stretch(first=200, last=260, tracks=(0, 1)),
    ]
    sound = meeting([("AA", 0, 5)], 10)
    _, local = listen(sound, both, [0], np.arange(3)[None], network, Progress())
    assert [v.local for v in local] == [0, 1]
    assert [v.clean_s for v in local] == pytest.approx([3.4, 1.0], abs=0.1)


def test_features_are_those_of_kaldi() -> None:
    """Against kaldi-native-fbank, which the package itself does without."""
    kaldi = pytest.importorskip("kaldi_native_fbank")
    t = np.arange(2 * RATE) / RATE
    noise = np.random.default_rng(0).normal(0, 0.01, len(t))
    samples = (0.3 * np.sin(2e3 * t * t) * np.sin(9 * t) + noise).astype(np.float32)
    options = kaldi.FbankOptions()
    options.frame_opts.dither = 0
    options.mel_opts.num_bins = 80
    bank = kaldi.OnlineFbank(options)
    bank.accept_waveform(RATE, samples)
    bank.input_finished()
    theirs = np.stack([bank.get_frame(n) for n in range(bank.num_frames_ready)])
    ours = features(samples, RATE)
    assert ours.dtype == np.float32
    np.testing.assert_allclose(ours, theirs, atol=2e-3)
    assert np.isfinite(features(np.zeros(RATE, np.float32), RATE)).all()


def test_features_of_a_stretch_are_those_of_its_own_time() -> None:
    sound = meeting([("AA", 0, 2), ("AC", 2, 4)], 4)
    low, high = (features(sound.read(a, b), RATE) for a, b in ((0, 2000), (2000, 4000)))
    spread = low.std(axis=0), high.std(axis=0)
    assert spread[0].argmax() < spread[1].argmax()


def test_who_speaks_is_heard_though_windows_take_the_voice_for_different_ones() -> None:
    """Four windows see the same second; all hear one voice, in no track do most of them."""
    offsets = offsets_of([0, 2500, 5000, 7500], RATE)
    activity = np.zeros((4, FRAMES, LOCAL), dtype=bool)
    first, last = offsets[3] + 20, offsets[3] + 80
    for window, local in enumerate((0, 1, 1, 2)):
        activity[window, first - offsets[window] : last - offsets[window], local] = True
    tracks = np.tile(np.arange(LOCAL), (4, 1))
    assert stretches(tracks_on(activity, offsets, tracks)) == [
        Stretch(first=first, last=last, tracks=(1,))
    ]


def test_where_most_windows_hear_two_the_two_that_most_name_are_on() -> None:
    offsets = [0, 1, 2]
    activity = np.zeros((3, FRAMES, LOCAL), dtype=bool)
    for window, locals_ in enumerate(((0, 1), (0, 2), (0, 2))):
        activity[window, 100 - window : 200 - window, list(locals_)] = True
    tracks = np.tile(np.arange(LOCAL), (3, 1))
    assert stretches(tracks_on(activity, offsets, tracks)) == [
        Stretch(first=100, last=200, tracks=(0, 2))
    ]
