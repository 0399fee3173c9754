"""Tiny networks as files, and what the tests of diarisation give them to hear."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from alsvoice.backends.diarize.segmentation import FRAME_STEP
from alsvoice.backends.diarize.voices import LocalVoice, People
from alsvoice.intervals import Span

RATE = 16_000
Array = NDArray[np.float32]


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
    """A hook that remembers."""

    calls: list[tuple[str, int, int]] = field(default_factory=list)

    def __call__(self, stage: str, done: int, total: int) -> None:
        self.calls.append((stage, done, total))


def frames(start_s: float, end_s: float) -> slice:
    """Return the segmentation frames of a time."""
    return slice(round(start_s * RATE / FRAME_STEP), round(end_s * RATE / FRAME_STEP))


def unit(*values: float) -> Array:
    """Return a vector of length one."""
    vector = np.array(values, dtype=np.float32)
    return np.asarray(vector / np.linalg.norm(vector), dtype=np.float32)


def voice(window: int, local: int, vector: Array, clean_s: float = 5.0) -> LocalVoice:
    """Return a local voice."""
    return LocalVoice(window=window, local=local, clean_s=clean_s, vector=vector)


def people_of(centroids: Any, confidence: float | None = None) -> People:
    """Return people who said so much that their centres lose nothing."""
    rows = np.asarray(centroids, dtype=np.float32)
    return People(centroids=rows, keeps=np.ones(len(rows)), confidence=confidence)


def network_file(path: Path, nodes: list[Any], weights: dict[str, Any], shapes: Any) -> Path:
    """Write a network; ``shapes`` are (name, shape) of its input and its outputs."""
    from onnx import TensorProto, helper, numpy_helper

    source, *targets = [
        helper.make_tensor_value_info(name, TensorProto.FLOAT, shape) for name, shape in shapes
    ]
    constants = [numpy_helper.from_array(value, name) for name, value in weights.items()]
    graph = helper.make_graph(nodes, "tiny", [source], targets, constants)
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
    """Write an embedding network: how much each band of the features changes over time.

    Its patterns are every second frame; its head takes the deviation and leaves the mean.
    """
    from onnx import helper

    nodes = [
        helper.make_node("Mul", ["feats", "feats"], ["square"]),
        helper.make_node("ReduceMean", ["square"], ["signed"], axes=[1], keepdims=0),
        helper.make_node("Transpose", ["feats"], ["bands"], perm=[0, 2, 1]),
        helper.make_node("MaxPool", ["bands"], ["frames"], kernel_shape=[1], strides=[2]),
    ]
    outputs = (("signed", ["batch", 80]), ("frames", ["batch", 80, "half"]))
    network_file(path, nodes, {}, (("feats", ["batch", "time", 80]), *outputs))
    half = {"from": np.array([80]), "to": np.array([160]), "axes": np.array([1])}
    cut = [helper.make_node("Slice", ["statistics", "from", "to", "axes"], ["deviation"])]
    cut.append(helper.make_node("Mul", ["deviation", "deviation"], ["signed"]))
    shapes = (("statistics", ["batch", 160]), ("signed", ["batch", 80]))
    network_file(path.with_name("head.onnx"), cut, half, shapes)
    return path


def meeting(turns: Sequence[tuple[str, float, float]], length_s: float) -> Sound:
    """Return a recording: a trembling tone of a pitch of one's own, and a level that names who.

    The level is what the tiny segmentation network reads, the pitch what the embedding hears.
    """
    samples = np.zeros(round(length_s * RATE), np.float32)
    t = np.arange(len(samples)) / RATE
    for who, start, end in turns:
        at = slice(round(start * RATE), round(end * RATE))
        level = {"A": 0.1, "B": 0.2, "C": 0.3}[who[0].upper()]
        hz = {"A": 300, "B": 1200, "C": 3500}[who[-1].upper()]
        tremble = 0.02 * (1 + np.sin(2 * np.pi * 3 * t[at]))
        samples[at] = level + tremble * np.sin(2 * np.pi * hz * t[at])
    return Sound(samples)
