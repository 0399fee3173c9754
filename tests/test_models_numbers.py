"""The two bundled networks say what the networks they were made from say.

The numbers in ``data/model_numbers.json`` are outputs of the source networks in PyTorch on inputs
that a formula gives; ``scripts/export_diarization_models.py`` wrote them.
"""

import json
import os
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from alsvoice.config import bundled_models

Array = NDArray[np.float32]

NUMBERS: dict[str, Any] = json.loads(
    (Path(__file__).parent / "data" / "model_numbers.json").read_text(encoding="utf-8")
)
CASES = [(name, case) for name, of in NUMBERS.items() for case in of["cases"]]
IDS = [f"{name}-{'x'.join(map(str, case['input_shape']))}" for name, case in CASES]


def made(shape: list[int]) -> Array:
    """Return the input that the script made: a chirp, or bands of features with their mean off."""
    t = np.arange(np.prod(shape), dtype=np.int64)
    noise = (t * 2_654_435_761 % 65_536) / 32_768 - 1
    if shape[1] == 1:
        sound = 0.3 * np.sin(2e-6 * t * t) * np.sin(5e-4 * t) + 0.02 * noise
        return np.asarray(sound, np.float32).reshape(shape)
    bands = (2 * np.sin(0.0131 * t) + noise).reshape(shape)
    return np.asarray(bands - bands.mean(axis=1), np.float32)


def session_of(name: str) -> Any:
    return session_at(bundled_models() / name / "model.onnx")


def session_at(path: Path) -> Any:
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    return onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])


@pytest.mark.parametrize(("name", "case"), CASES, ids=IDS)
def test_outputs_are_those_of_the_source(name: str, case: dict[str, Any]) -> None:
    x = made(case["input_shape"])
    assert np.linalg.norm(x.astype(np.float64)) == pytest.approx(case["input_norm"], abs=1e-3)
    session = session_of(name)
    outputs = session.run(list(case["outputs"]), {session.get_inputs()[0].name: x})
    for y, expected in zip(outputs, case["outputs"].values(), strict=True):
        assert list(y.shape) == expected["shape"]
        at, values = zip(*expected["values"], strict=True)
        np.testing.assert_allclose(y.ravel()[list(at)], values, rtol=0, atol=1e-3)
        assert np.linalg.norm(y.astype(np.float64)) == pytest.approx(expected["norm"], rel=1e-4)


def test_probabilities_of_a_frame_add_up_to_one() -> None:
    (y,) = session_of("pyannote-segmentation-3.0").run(None, {"x": made([1, 1, 32_000])})
    np.testing.assert_allclose(np.exp(y).sum(axis=-1), 1, atol=1e-5)


def test_the_first_voice_vector_is_the_second_without_its_negative_values() -> None:
    session = session_of("3dspeaker-campplus")
    assert [output.name for output in session.get_outputs()] == ["embs", "signed", "frames"]
    clipped, signed = session.run(["embs", "signed"], {"feats": made([1, 150, 80])})
    np.testing.assert_array_equal(clipped, np.maximum(signed, 0))
    assert 0.2 < (signed < 0).mean() < 0.8


def test_pooling_outside_gives_what_pooling_inside_gives() -> None:
    x = made([1, 237, 80])
    signed, frames = session_of("3dspeaker-campplus").run(["signed", "frames"], {"feats": x})
    assert frames.shape == (1, 512, 119)
    statistics = np.concatenate([frames.mean(-1), frames.std(-1, ddof=1)], axis=1)
    head = session_at(bundled_models() / "3dspeaker-campplus" / "head.onnx")
    np.testing.assert_allclose(head.run(None, {"statistics": statistics})[0], signed, atol=1e-5)


def test_a_batch_gives_what_its_rows_give_alone() -> None:
    session = session_of("3dspeaker-campplus")
    x = made([1, 237, 80])
    together = session.run(["signed"], {"feats": np.concatenate([x, -x])})[0]
    alone = [session.run(["signed"], {"feats": row})[0][0] for row in (x, -x)]
    np.testing.assert_allclose(together, alone, atol=1e-4)


def test_metadata_that_other_programs_read() -> None:
    segmentation = session_of("pyannote-segmentation-3.0").get_modelmeta().custom_metadata_map
    assert (
        segmentation.items()
        >= {
            "num_speakers": "3",
            "powerset_max_classes": "2",
            "num_classes": "7",
            "sample_rate": "16000",
            "window_size": "160000",
            "receptive_field_size": "991",
            "receptive_field_shift": "270",
            "model_type": "pyannote-segmentation-3.0",
            "version": "1",
        }.items()
    )
    embedding = session_of("3dspeaker-campplus").get_modelmeta().custom_metadata_map
    assert embedding.keys() >= {"language", "url", "comment"}
    assert (
        embedding.items()
        >= {
            "framework": "3d-speaker",
            "sample_rate": "16000",
            "output_dim": "192",
            "normalize_samples": "1",
            "feature_normalize_type": "global-mean",
        }.items()
    )


def test_the_numbers_name_the_weights_they_come_from() -> None:
    for name, of in NUMBERS.items():
        card = (bundled_models() / name / "CARD.md").read_text(encoding="utf-8")
        assert of["source_sha256"] in card


@pytest.mark.shared
def test_outputs_are_those_of_the_reference_exports(shared_models: Path) -> None:
    for name, file, shape in [
        ("pyannote-segmentation-3.0", "segmentation-3.0.onnx", [1, 1, 80_000]),
        ("3dspeaker-campplus", "campplus.onnx", [1, 318, 80]),
    ]:
        ours, theirs = session_of(name), session_at(shared_models / file)
        assert ours.get_inputs()[0].name == theirs.get_inputs()[0].name
        assert ours.get_outputs()[0].name == theirs.get_outputs()[0].name
        feed = {ours.get_inputs()[0].name: made(shape)}
        difference = ours.run(None, feed)[0] - theirs.run(None, feed)[0]
        assert np.abs(difference).max() < 1e-4


@pytest.fixture
def shared_models() -> Path:
    default = Path(__file__).resolve().parents[2] / "shared" / "data"
    folder = Path(os.environ.get("ALSVOICE_SHARED", default)) / "models"
    if not folder.is_dir():
        pytest.skip("the reference exports are not part of the project")
    return folder
