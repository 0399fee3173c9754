"""The parts of diarisation on small numbers; the networks are tiny ones (``tiny_networks``)."""

from itertools import pairwise, permutations
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from alsvoice.backends.diarize import reconstruct
from alsvoice.backends.diarize.embedding import Embedding, features
from alsvoice.backends.diarize.reconstruct import assign, frame_ms, overlap_add, runs, turns_of
from alsvoice.backends.diarize.segmentation import (
    FRAME_STEP,
    FRAMES,
    WINDOW_MS,
    Segmentation,
    window_starts,
)
from alsvoice.backends.diarize.sparse import SparseDiarizer
from alsvoice.errors import ModelError
from alsvoice.intervals import overlap_ms
from tiny_networks import (
    RATE,
    Array,
    Progress,
    Sound,
    band_network,
    frames,
    level_network,
    meeting,
    people_of,
    unit,
    voice,
)

Mask = NDArray[np.bool_]


def tone(seconds: float, level: float, hz: float = 300.0) -> Array:
    return (level * np.sin(2 * np.pi * hz * np.arange(round(RATE * seconds)) / RATE)).astype(
        np.float32
    )


# Windows.


@given(st.integers(0, 200_000), st.sampled_from([1000, 2500, 5000, 10_000]))
def test_windows_see_every_moment_of_a_recording(duration_ms: int, hop_ms: int) -> None:
    starts = window_starts(duration_ms, hop_ms)
    assert starts[0] == 0
    assert all(b - a == hop_ms for a, b in pairwise(starts))
    assert starts[-1] + WINDOW_MS >= duration_ms
    assert len(starts) == 1 or starts[-2] + WINDOW_MS < duration_ms, "and none is there for nothing"


SETS = [(), (0,), (1,), (2,), (0, 1), (0, 2), (1, 2)]


def test_each_set_of_voices_is_read_from_the_network(tmp_path: Path) -> None:
    levels = np.repeat(np.arange(7) / 10, RATE).astype(np.float32)
    sound = Sound(np.concatenate([levels, np.zeros(3 * RATE, np.float32)]))
    [activity] = Segmentation(level_network(tmp_path / "m.onnx"), 1).run(sound, [0], Progress())
    assert activity.shape == (FRAMES, 3)
    for second, members in enumerate(SETS):
        inside = activity[frames(second + 0.1, second + 0.9)]
        assert (inside == [k in members for k in range(3)]).all(), second


def test_what_lies_after_the_end_is_nobodys(tmp_path: Path) -> None:
    """The padding of a short recording must not be judged: a network may hear somebody in it."""
    network = Segmentation(level_network(tmp_path / "m.onnx", silence_is=1), 1)
    sound = Sound(np.zeros(round(3.2 * RATE), np.float32))
    [activity] = network.run(sound, [0], Progress())
    end = round(3.2 * RATE / FRAME_STEP)
    assert activity[: end - 1].any(axis=1).all()
    assert not activity[end + 1 :].any()


def test_many_windows_go_in_batches_and_progress_is_told(tmp_path: Path) -> None:
    sound = Sound(np.full(30 * RATE, 0.1, np.float32))
    starts = window_starts(sound.duration_ms, 2500)
    progress = Progress()
    network = Segmentation(level_network(tmp_path / "m.onnx"), 1)
    found = list(network.run(sound, starts, progress))
    assert len(found) == len(starts) == 9
    assert sound.reads == [(start, start + WINDOW_MS) for start in starts]
    assert all(activity[10:-10, 0].all() and not activity[:, 1:].any() for activity in found)
    assert progress.calls == [("diarize", 8, 36), ("diarize", 9, 36)]


# Features and vectors.


def test_features_are_a_hundred_a_second() -> None:
    assert features(tone(1, 0.3), RATE).shape == (98, 80)
    assert features(np.zeros(100, np.float32), RATE).shape == (0, 80)
    low, high = features(tone(1, 0.3, 200), RATE), features(tone(1, 0.3, 4000), RATE)
    assert low.mean(axis=0).argmax() < high.mean(axis=0).argmax()


def test_a_vector_has_length_one_and_rests_on_six_seconds_at_most(tmp_path: Path) -> None:
    network = Embedding(band_network(tmp_path / "m.onnx"), 1)
    bank = np.random.default_rng(1).normal(size=(900, 80)).astype(np.float32)
    vector = network.embed(bank)
    assert vector is not None
    assert vector.shape == (80,)
    assert np.linalg.norm(vector) == pytest.approx(1, abs=1e-5)
    changed = bank.copy()
    changed[600:] = 9
    same, other = network.embed(changed), network.embed(bank[::-1])
    assert same is not None
    assert other is not None
    assert np.array_equal(vector, same)
    assert not np.allclose(vector, other)
    shifted = network.embed(bank + 5)
    assert shifted is not None
    assert np.allclose(shifted, vector, atol=1e-4), "features are less their mean"


def test_too_little_or_nothing_has_no_vector(tmp_path: Path) -> None:
    network = Embedding(band_network(tmp_path / "m.onnx"), 1)
    bank = np.random.default_rng(1).normal(size=(20, 80)).astype(np.float32)
    assert network.embed(bank) is not None
    assert network.embed(bank[:19]) is None
    assert network.embed(np.zeros((50, 80), np.float32)) is None, "silence points nowhere"


def test_a_network_that_is_none_says_the_next_command(tmp_path: Path) -> None:
    (tmp_path / "model.onnx").write_bytes(b"text")
    with pytest.raises(ModelError) as caught:
        Embedding(tmp_path / "model.onnx", 1)
    assert caught.value.try_next == "alsvoice models verify"


# Who is who.


PEOPLE = people_of(np.eye(3))


def test_voices_of_one_window_are_different_people() -> None:
    both = [voice(0, 0, unit(1, 0.1, 0)), voice(0, 2, unit(1, 0.3, 0)), voice(1, 0, unit(1, 0, 0))]
    assert assign(both, PEOPLE) == {(0, 0): 0, (0, 2): 1, (1, 0): 0}


def test_local_numbers_mean_nothing() -> None:
    for window, order in enumerate(permutations(range(3))):
        local = [voice(window, k, unit(*np.eye(3)[p])) for k, p in enumerate(order)]
        assert assign(local, PEOPLE) == {(window, k): p for k, p in enumerate(order)}


def test_more_voices_in_a_window_than_people_leaves_the_least_alike_out() -> None:
    two = people_of(np.eye(3)[:2])
    three = [
        voice(0, 0, unit(0.1, 0.1, 1)),
        voice(0, 1, unit(0, 1, 0.1)),
        voice(0, 2, unit(1, 0, 0.1)),
    ]
    assert assign(three, two) == {(0, 1): 1, (0, 2): 0}


# One timeline.


def slow_overlap_add(
    activity: Mask, starts: list[int], who: dict[tuple[int, int], int], people: int
) -> tuple[list[set[int]], list[int]]:
    """Do it frame by frame, in words of the module's first lines."""
    offsets = [round(s * 16 / FRAME_STEP) for s in starts]
    on, main = [], []
    for t in range(offsets[-1] + FRAMES):
        seeing = [(w, t - o) for w, o in enumerate(offsets) if 0 <= t - o < FRAMES]
        speakers = sum(int(activity[w, f].sum()) for w, f in seeing)
        count = round(speakers / len(seeing)) if seeing else 0
        score = [
            sum(
                bool(activity[w, f, k])
                for w, f in seeing
                for k in range(3)
                if who.get((w, k)) == person
            )
            for person in range(people)
        ]
        ranked = sorted(range(people), key=lambda p: -score[p])
        chosen = {p for p in ranked[: min(count, 2)] if score[p] > 0}
        on.append(chosen)
        main.append(ranked[0] if chosen else -1)
    return on, main


@pytest.mark.parametrize("seed", range(6))
def test_overlap_add_is_what_it_says(seed: int) -> None:
    draw = np.random.default_rng(seed)
    starts = window_starts(17_000, 2500)
    activity = draw.random((len(starts), FRAMES, 3)) < draw.choice([0.2, 0.5])
    people = int(draw.integers(1, 5))
    who = {
        (w, k): int(p)
        for w in range(len(starts))
        for k, p in enumerate(draw.permutation(max(people, 3))[:3])
        if p < people and draw.random() < 0.9
    }
    on, main = overlap_add(activity, starts, who, people, RATE)
    expected_on, expected_main = slow_overlap_add(activity, starts, who, people)
    assert [set(np.flatnonzero(row).tolist()) for row in on] == expected_on
    assert main.tolist() == expected_main


def test_one_window_that_disagrees_is_outvoted() -> None:
    starts = [0, 2500, 5000]
    activity = np.zeros((3, FRAMES, 3), np.bool_)
    for window, start in enumerate(starts):
        activity[window, frames(6 - start / 1000, 9 - start / 1000), window] = True
    activity[1, :, 1] = False
    who = {(0, 0): 0, (1, 1): 0, (2, 2): 0}
    on, main = overlap_add(activity, starts, who, 2, RATE)
    assert on[frames(6.1, 8.9), 0].all()
    assert not on[:, 1].any()
    assert set(main.tolist()) == {0, -1}


def test_a_mask_becomes_turns_within_the_recording() -> None:
    mask = np.zeros(600, np.bool_)
    mask[0:10] = mask[50:51] = mask[590:600] = True
    assert runs(mask) == [(0, 10), (50, 51), (590, 600)]
    turns = turns_of(mask, "A", RATE, 10_000)
    assert [t.span for t in turns] == [(31, 200), (875, 892), (9987, 10_000)]
    assert {t.speaker for t in turns} == {"A"}
    assert turns_of(mask, "A", RATE, 9987) == turns[:2]
    assert turns_of(~np.ones(5, np.bool_), "A", RATE, 10_000) == []


@given(st.lists(st.booleans(), max_size=60))
def test_runs_give_the_mask_back(bits: list[bool]) -> None:
    mask = np.array(bits, np.bool_)
    again = np.zeros_like(mask)
    for first, last in runs(mask):
        assert last > first
        again[first:last] = True
    assert (again == mask).all()
    assert all(a[1] < b[0] for a, b in pairwise(runs(mask)))


def test_voices_are_numbered_for_sorting() -> None:
    assert [reconstruct.speaker_label(n) for n in (0, 7, 12)] == [
        "SPEAKER_00",
        "SPEAKER_07",
        "SPEAKER_12",
    ]


# All of it, with the tiny networks.


TURNS = [("B", 1, 6), ("A", 6.5, 12), ("C", 13, 18), ("B", 19, 24), ("A", 24.5, 29), ("C", 30, 35)]


@pytest.fixture
def diarizer(tmp_path: Path) -> SparseDiarizer:
    return SparseDiarizer(
        segmentation=level_network(tmp_path / "segmentation" / "model.onnx"),
        embedding=band_network(tmp_path / "embedding" / "model.onnx"),
    )


@pytest.mark.parametrize("told", [3, None])
def test_a_meeting_is_told_apart(diarizer: SparseDiarizer, told: int | None) -> None:
    sound, progress = meeting(TURNS, 36), Progress()
    found = diarizer.diarize(sound, speakers=told, hook=progress)
    label = {"B": "SPEAKER_00", "A": "SPEAKER_01", "C": "SPEAKER_02"}  # by first speech
    assert found.speakers == tuple(sorted(label.values()))
    assert found.speakers_told == told
    for turns in (found.turns, found.exclusive):
        assert len(turns) == len(TURNS)
        for turn, (who, start, end) in zip(turns, TURNS, strict=True):
            assert turn.speaker == label[who]
            assert turn.start_ms == pytest.approx(start * 1000, abs=60)
            assert turn.end_ms == pytest.approx(end * 1000, abs=60)
    done = [call[1] for call in progress.calls]
    assert done == sorted(done)
    assert progress.calls[-1][1] == progress.calls[-1][2]


def test_exclusive_turns_never_overlap(diarizer: SparseDiarizer) -> None:
    found = diarizer.diarize(meeting(TURNS, 36), speakers=2)
    assert len(found.speakers) == 2
    assert all(overlap_ms(a.span, b.span) == 0 for a, b in pairwise(found.exclusive))


@pytest.mark.parametrize("length_s", [0.0, 0.2, 5.0])
def test_silence_has_no_turns(diarizer: SparseDiarizer, length_s: float) -> None:
    found = diarizer.diarize(meeting([], length_s), speakers=3)
    assert found.turns == found.exclusive == ()
    assert found.speakers_told == 3


def test_times_are_those_of_frame_middles() -> None:
    assert [frame_ms(n, RATE) for n in (0, 1, 589)] == [31, 48, 9970]
