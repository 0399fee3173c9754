"""The parts of diarisation on small numbers; the networks are tiny ones made here."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise, permutations
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from alsvoice.backends.diarize import reconstruct
from alsvoice.backends.diarize.embedding import Embedding, features
from alsvoice.backends.diarize.recheck import recheck
from alsvoice.backends.diarize.reconstruct import assign, frame_ms, overlap_add, runs, turns_of
from alsvoice.backends.diarize.segmentation import (
    FRAME_STEP,
    FRAMES,
    WINDOW_MS,
    Segmentation,
    window_starts,
)
from alsvoice.backends.diarize.sparse import SparseDiarizer
from alsvoice.backends.diarize.voices import LocalVoice, People, cluster, embed_windows
from alsvoice.errors import ModelError
from alsvoice.intervals import Span, overlap_ms

RATE = 16_000
Array = NDArray[np.float32]
Mask = NDArray[np.bool_]


@dataclass
class Sound:
    """Samples in memory."""

    samples: Array
    sample_rate: int = RATE
    reads: list[Span] = field(default_factory=list)

    @property
    def duration_ms(self) -> int:
        return len(self.samples) * 1000 // RATE

    def read(self, start_ms: int, end_ms: int) -> Array:
        self.reads.append((start_ms, end_ms))
        return self.samples[start_ms * 16 : end_ms * 16]


@dataclass
class Progress:
    calls: list[tuple[str, int, int]] = field(default_factory=list)

    def __call__(self, stage: str, done: int, total: int) -> None:
        self.calls.append((stage, done, total))


class Ear(Embedding):
    """A network that tells voices by how loud they are: quiet ones point one way, loud another."""

    def __init__(self, border: float = 0.0) -> None:
        self.heard: list[Array] = []
        self.border = border

    def embed(self, frames: Array) -> Array | None:
        self.heard.append(frames)
        if not len(frames):
            return None
        loud = float(frames.mean()) > self.border
        return np.array([0, 1] if loud else [1, 0], dtype=np.float32)


def tone(seconds: float, level: float, hz: float = 300.0) -> Array:
    return (level * np.sin(2 * np.pi * hz * np.arange(round(RATE * seconds)) / RATE)).astype(
        np.float32
    )


def unit(*values: float) -> Array:
    vector = np.array(values, dtype=np.float32)
    return np.asarray(vector / np.linalg.norm(vector), dtype=np.float32)


def voice(window: int, local: int, vector: Array, clean_s: float = 5.0) -> LocalVoice:
    return LocalVoice(window=window, local=local, clean_s=clean_s, vector=vector)


def frames(start_s: float, end_s: float) -> slice:
    return slice(round(start_s * RATE / FRAME_STEP), round(end_s * RATE / FRAME_STEP))


# Tiny networks, as files, that the real sessions load.


def network_file(path: Path, nodes: list[Any], weights: dict[str, Array], shapes: Any) -> Path:
    from onnx import TensorProto, helper, numpy_helper

    (source, in_shape), (target, out_shape) = shapes
    graph = helper.make_graph(
        nodes,
        "tiny",
        [helper.make_tensor_value_info(source, TensorProto.FLOAT, in_shape)],
        [helper.make_tensor_value_info(target, TensorProto.FLOAT, out_shape)],
        [numpy_helper.from_array(value, name) for name, value in weights.items()],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 13)], ir_version=8)
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(model.SerializeToString())
    return path


def level_network(path: Path, silence_is: int = 0) -> Path:
    """Write a segmentation network to which a constant level of k / 10 is the k-th set of voices.

    Of all k the one nearest to the level has the largest of 2·level·k/10 - (k/10)².
    """
    from onnx import helper

    steps = (np.arange(7) / 10).astype(np.float32)
    if silence_is:
        steps = np.roll(steps, silence_is)
    nodes = [
        helper.make_node("MaxPool", ["x"], ["level"], kernel_shape=[991], strides=[270]),
        helper.make_node("Conv", ["level", "w", "b"], ["scores"], kernel_shape=[1]),
        helper.make_node("Transpose", ["scores"], ["y"], perm=[0, 2, 1]),
    ]
    weights = {"w": (2 * steps).reshape(7, 1, 1), "b": -(steps**2)}
    shapes = (("x", ["batch", 1, "time"]), ("y", ["batch", "frames", 7]))
    return network_file(path, nodes, weights, shapes)


def band_network(path: Path) -> Path:
    """Write an embedding network: how much each band of the features changes over time."""
    from onnx import helper

    nodes = [
        helper.make_node("Mul", ["feats", "feats"], ["square"]),
        helper.make_node("ReduceMean", ["square"], ["signed"], axes=[1], keepdims=0),
    ]
    return network_file(
        path, nodes, {}, (("feats", ["batch", "time", 80]), ("signed", ["batch", 80]))
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


# Local voices.


def two_levels() -> Sound:
    """Return ten seconds: five quiet, five loud."""
    return Sound(np.concatenate([tone(5, 0.01), tone(5, 0.5)]))


def border() -> float:
    bank = features(two_levels().samples, RATE)
    return float((bank[:450].mean() + bank[550:].mean()) / 2)


def test_each_local_voice_is_heard_where_it_speaks_alone() -> None:
    activity = np.zeros((1, FRAMES, 3), np.bool_)
    activity[0, frames(0, 7), 0] = True
    activity[0, frames(5, 10), 1] = True  # loud; from 5 to 7 s both
    ear = Ear(border())
    one, two = embed_windows(two_levels(), [0], activity, ear, Progress())
    assert (one.window, one.local, two.local) == (0, 0, 1)
    assert one.clean_s == pytest.approx(5, abs=0.1)
    assert two.clean_s == pytest.approx(3, abs=0.1)
    assert one.vector[0] == two.vector[1] == 1
    quiet, loud = ear.heard
    assert len(quiet) == pytest.approx(500, abs=5)
    assert quiet[:-8].max() < loud[8:].max()


def test_who_is_never_heard_alone_is_taken_from_overlap() -> None:
    activity = np.zeros((1, FRAMES, 3), np.bool_)
    activity[0, frames(0, 5), 0] = True
    activity[0, frames(4, 5), 1] = True
    one, two = embed_windows(two_levels(), [0], activity, Ear(), Progress())
    assert one.clean_s == pytest.approx(4, abs=0.05)
    assert two.clean_s == pytest.approx(1, abs=0.05), "what there is of it"


def test_a_blink_has_no_voice() -> None:
    activity = np.zeros((2, FRAMES, 3), np.bool_)
    activity[0, frames(0, 0.2), 0] = True
    sound, progress = two_levels(), Progress()
    assert embed_windows(sound, [0, 2500], activity, Ear(), progress) == []
    assert sound.reads == [(0, 10_000)], "a silent window is not read"
    assert progress.calls[-1] == ("diarize", 8, 8)


def test_a_voice_that_the_network_cannot_hear_is_left_out() -> None:
    activity = np.ones((1, FRAMES, 3), np.bool_)
    assert embed_windows(Sound(np.zeros(0, np.float32)), [0], activity, Ear(), Progress()) == []


# Who is who.


def crowd(
    people: int, each: int = 6, spread: float = 0.15, seed: int = 0, clean_s: float = 5.0
) -> tuple[list[LocalVoice], list[int]]:
    """Return vectors around one axis a person, in mixed order, and whose they are."""
    draw = np.random.default_rng(seed)
    rows = [person for person in range(people) for _ in range(each)]
    draw.shuffle(rows)
    vectors = [np.eye(32, dtype=np.float32)[p] + draw.normal(0, spread / 5, 32) for p in rows]
    return [voice(n, 0, unit(*v), clean_s) for n, v in enumerate(vectors)], rows


def groups(voices: Sequence[LocalVoice], people: People) -> list[int]:
    return [int((people.centroids @ v.vector).argmax()) for v in voices]


def same_partition(a: Sequence[int], b: Sequence[int]) -> bool:
    return len(set(zip(a, b, strict=True))) == len(set(a)) == len(set(b))


@pytest.mark.parametrize("count", [1, 2, 4, 7])
@pytest.mark.parametrize("told", [True, False])
def test_people_are_told_apart(count: int, told: bool) -> None:
    voices, who = crowd(count)
    people = cluster(voices, count if told else None)
    assert len(people.centroids) == count
    assert same_partition(groups(voices, people), who)
    assert np.allclose(np.linalg.norm(people.centroids, axis=1), 1, atol=1e-5)
    assert people.centroids.dtype == np.float32
    if count > 1:
        assert people.confidence is not None
        assert people.confidence > 0.7


def test_a_told_number_is_kept_where_the_voices_would_say_another() -> None:
    voices, who = crowd(4)
    assert len(cluster(voices, 3).centroids) == 3
    five = cluster(voices, 5)
    assert len(five.centroids) == 5
    right, wrong = cluster(voices, 4).confidence, five.confidence
    assert right is not None
    assert wrong is not None
    assert right > 0.7 > wrong
    assert same_partition(groups(voices, cluster(voices, 4)), who)


def test_a_cough_is_no_person_unless_told() -> None:
    voices, _ = crowd(3)
    cough = voice(99, 1, unit(*np.eye(32)[20]), clean_s=2.6)
    assert len(cluster([*voices, cough], None).centroids) == 3
    assert len(cluster([*voices, cough], 4).centroids) == 4


def test_where_nobody_speaks_long_there_is_still_somebody() -> None:
    found = cluster([voice(n, 0, unit(*v), 1.0) for n, v in enumerate(np.eye(8))], None)
    assert len(found.centroids) == 1


def test_more_people_than_vectors_are_as_many_as_vectors() -> None:
    voices = [voice(0, 0, unit(1, 0)), voice(1, 0, unit(0, 1))]
    assert len(cluster(voices, 5).centroids) == 2
    alone = cluster(voices[:1], 5)
    assert alone.centroids.shape == (1, 2)
    assert alone.confidence is None


def test_short_vectors_do_not_move_the_people() -> None:
    """Vectors of less than 2.5 s spoil the groups; they are only given to one."""
    long, who = crowd(3)
    blurred, _ = crowd(3, each=20, spread=2.5, seed=1, clean_s=1.0)
    with_short = cluster([*long, *blurred], None)
    assert np.allclose(with_short.centroids, cluster(long, None).centroids)
    assert same_partition(groups(long, with_short), who)


def test_short_vectors_serve_where_there_are_no_others() -> None:
    voices, who = crowd(3, clean_s=1.5)
    assert same_partition(groups(voices, cluster(voices, 3)), who)


def test_longer_speech_weighs_more() -> None:
    voices = [voice(0, 0, unit(1, 0.2), 9.0), voice(1, 0, unit(1, -0.2), 3.0)]
    [centre] = cluster(voices, 1).centroids
    assert centre[1] == pytest.approx(0.1, abs=0.01)


def test_a_long_meeting_is_thinned_before_it_is_clustered() -> None:
    voices, who = crowd(3, each=600)
    people = cluster(voices, None)
    assert same_partition(groups(voices, people), who)


def test_the_order_of_voices_does_not_matter() -> None:
    voices, _ = crowd(4, spread=1.0)
    a, b = cluster(voices, 4), cluster(voices[::-1], 4)
    assert same_partition(groups(voices, a), groups(voices, b))
    assert a.confidence == pytest.approx(b.confidence)


PEOPLE = People(centroids=np.eye(3, dtype=np.float32), confidence=None)


def test_voices_of_one_window_are_different_people() -> None:
    both = [voice(0, 0, unit(1, 0.1, 0)), voice(0, 2, unit(1, 0.3, 0)), voice(1, 0, unit(1, 0, 0))]
    assert assign(both, PEOPLE) == {(0, 0): 0, (0, 2): 1, (1, 0): 0}


def test_local_numbers_mean_nothing() -> None:
    for window, order in enumerate(permutations(range(3))):
        local = [voice(window, k, unit(*np.eye(3)[p])) for k, p in enumerate(order)]
        assert assign(local, PEOPLE) == {(window, k): p for k, p in enumerate(order)}


def test_more_voices_in_a_window_than_people_leaves_the_least_alike_out() -> None:
    two = People(centroids=np.eye(3, dtype=np.float32)[:2], confidence=None)
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


# Short turns looked at again.


def short_turn(
    length_s: float, *, both: bool = False
) -> tuple[Mask, NDArray[np.int64], Sound, slice]:
    """Return ten quiet seconds with a loud turn at four, all of them given to person 0."""
    sound = Sound(tone(10, 0.01))
    sound.samples[4 * RATE : round((4 + length_s) * RATE)] = tone(length_s, 0.5)
    on = np.zeros((FRAMES, 2), np.bool_)
    here = frames(4, 4 + length_s)
    on[frames(1, 2.5), 0] = on[here, 0] = True
    on[here, 1] = both
    main = np.where(on.any(axis=1), 0, -1).astype(np.int64)
    return on, main, sound, here


TWO = People(centroids=np.eye(2, dtype=np.float32), confidence=None)


def test_a_short_turn_goes_to_the_voice_that_it_is() -> None:
    on, main, sound, here = short_turn(2)
    before = on.copy()
    recheck(on, main, sound, TWO, Ear(border()))
    assert on[here, 1].all()
    assert not on[here, 0].any()
    assert (main[here] == 1).all()
    rest = np.ones(FRAMES, np.bool_)
    rest[here] = False
    assert (on[rest] == before[rest]).all(), "the quiet turn is quiet"


@pytest.mark.parametrize(
    ("length_s", "both"), [(0.5, False), (4.2, False), (2, True)], ids=["blink", "long", "both"]
)
def test_what_is_too_short_long_or_in_overlap_stays(length_s: float, both: bool) -> None:
    on, main, sound, here = short_turn(length_s, both=both)
    recheck(on, main, sound, TWO, Ear(border()))
    assert on[here, 0].all()
    assert (main[here] == 0).all()


def test_a_voice_that_is_hardly_nearer_changes_nothing() -> None:
    on, main, sound, here = short_turn(2)
    alike = People(centroids=np.stack([unit(0.1, 1), unit(0.0, 1)]), confidence=None)
    recheck(on, main, sound, alike, Ear(border()))
    assert (main[here] == 0).all()


def test_a_turn_without_a_vector_stays() -> None:
    on, main, _, here = short_turn(2)
    recheck(on, main, Sound(np.zeros(0, np.float32)), TWO, Ear(border()))
    assert (main[here] == 0).all()


# All of it, with the tiny networks.


def meeting(turns: Sequence[tuple[str, float, float]], length_s: float) -> Sound:
    """Return a recording: a trembling tone of a pitch of one's own, and a level that names who.

    The level is what the tiny segmentation network reads, the pitch what the embedding hears.
    """
    samples = np.zeros(round(length_s * RATE), np.float32)
    t = np.arange(len(samples)) / RATE
    for who, start, end in turns:
        at = slice(round(start * RATE), round(end * RATE))
        level = {"A": 0.1, "B": 0.2, "C": 0.3}[who]
        hz = {"A": 300, "B": 1200, "C": 3500}[who]
        tremble = 0.02 * (1 + np.sin(2 * np.pi * 3 * t[at]))
        samples[at] = level + tremble * np.sin(2 * np.pi * hz * t[at])
    return Sound(samples)


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
