"""pyannote.audio as a diariser, against a double that answers what the real one answered.

``scripts/check_pyannote.py`` tries the real one and records it.
"""

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from alsvoice.backends import registry, weights
from alsvoice.config import Config, bundled_models
from alsvoice.errors import Cancelled, MissingExtraError, ModelError, ModelMissingError, UsageError
from cli_runner import refused
from scripted_demo import imported

FOLDER = Path(__file__).parent / "data" / "pyannote"
RECORDED = json.loads((FOLDER / "recorded.json").read_text("utf-8"))
SWITCHES = (
    "PYANNOTE_METRICS_ENABLED", "OTEL_SDK_DISABLED", "HF_HUB_DISABLE_TELEMETRY", "HF_HUB_OFFLINE",
)  # fmt: skip


class Silence:
    """As long a sound as was recorded."""

    sample_rate = 16_000
    duration_ms = RECORDED["duration_ms"]

    def read(self, start_ms: int, end_ms: int) -> Any:
        return np.zeros(16 * (end_ms - start_ms), dtype=np.float32)


@pytest.fixture
def double(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Put the double where pyannote.audio would be; what it changed is put back."""
    for name in SWITCHES:
        monkeypatch.setenv(name, "1")  # as a user's shell may have them
    before = set(sys.modules)
    monkeypatch.syspath_prepend(str(FOLDER / "double"))
    yield
    for name in set(sys.modules) - before:
        if name.startswith(("pyannote", "torch")):
            del sys.modules[name]


def _pipeline() -> Any:
    return sys.modules["pyannote.audio.pipelines"].SpeakerDiarization.last


def _diariser(name: str = "pyannote") -> Any:
    return registry.diarizer(name, Config.resolve())


@pytest.mark.usefixtures("double")
def test_it_answers_in_our_words_what_the_real_one_answered() -> None:
    steps: list[tuple[str, int, int]] = []
    backend = _diariser()
    heard = backend.diarize(Silence(), speakers=5, threads=3, hook=lambda *step: steps.append(step))
    assert backend.name == RECORDED["pyannote.audio"]
    assert [[t.speaker, t.start_ms, t.end_ms] for t in heard.turns] == RECORDED["ours"]
    assert len(heard.speakers) == len({label for _, _, label in RECORDED["turns"]})
    assert heard.speakers_told == 5
    assert heard.turns[0].speaker == "SPEAKER_00"
    assert _pipeline().asked == RECORDED["asked"]
    assert list(_pipeline().file["waveform"].shape) == RECORDED["shape"]
    assert sys.modules["torch"].threads == [3]
    done = [step[1] for step in steps]
    assert done == sorted(done) and steps[-1] == ("diarize", 100, 100) and len(steps) > 10
    assert {type(each) for step in steps for each in step} == {str, int}
    ends = 0
    for turn in heard.exclusive:
        assert turn.start_ms >= ends
        ends = turn.end_ms


@pytest.mark.usefixtures("double")
def test_telemetry_is_off_before_it_is_imported_and_the_hub_too() -> None:
    assert "pyannote.audio" not in sys.modules
    _diariser().diarize(Silence(), speakers=5)
    seen = sys.modules["pyannote.audio"].at_import
    assert seen["PYANNOTE_METRICS_ENABLED"] == "0"
    assert seen["OTEL_SDK_DISABLED"] == "true"
    assert seen["HF_HUB_OFFLINE"] == seen["HF_HUB_DISABLE_TELEMETRY"] == "1"


@pytest.mark.usefixtures("double")
def test_without_a_number_there_are_as_many_as_samples() -> None:
    _diariser().diarize(Silence(), samples=[(0, 3000), (4000, 7000), (8000, 9000)])
    assert _pipeline().asked == {"min_speakers": 3}
    _diariser().diarize(Silence())
    assert _pipeline().asked == {"min_speakers": 1}


@pytest.mark.usefixtures("double")
def test_a_run_ends_where_its_hook_says_so() -> None:
    def stop(_stage: str, done: int, _total: int) -> None:
        if done > 10:
            raise Cancelled

    with pytest.raises(Cancelled):
        _diariser().diarize(Silence(), hook=stop)


@pytest.mark.usefixtures("double")
def test_our_networks_go_in_as_models_of_its_own() -> None:
    _diariser().diarize(Silence())
    options = _pipeline().options
    segmentation, voices = options["segmentation"], options["embedding"]
    torch: Any = sys.modules["torch"]
    assert segmentation.num_frames(160_000) == 589
    assert segmentation.receptive_field_size(2) - segmentation.receptive_field_size(1) == 270
    assert segmentation.receptive_field_center(0) == 495
    sound = np.random.default_rng(0).normal(0, 0.1, (2, 1, 160_000)).astype(np.float32)
    assert segmentation.forward(torch.from_numpy(sound)).shape == (2, 589, 7)
    on = np.zeros((2, 589), dtype=np.float32)
    on[0, 100:300] = 1
    found = voices.forward(torch.from_numpy(sound), weights=torch.from_numpy(on))
    assert found.shape == (2, 192)
    assert np.linalg.norm(found[0]) == pytest.approx(1, abs=1e-4)
    assert np.isnan(found[1]).all()  # nobody is on there
    with pytest.raises(ValueError, match="short"):
        voices.forward(torch.from_numpy(sound[:, :, :800]))


@pytest.mark.usefixtures("double")
def test_a_pipeline_comes_from_a_folder(tmp_path: Path) -> None:
    place = tmp_path / "community"
    place.mkdir()
    with pytest.raises(ModelMissingError, match="holds no pipeline"):
        _diariser(f"pyannote:{place}")
    (place / "config.yaml").write_text("pipeline: {}")
    backend = _diariser(f"pyannote:{place}")
    backend.diarize(Silence(), speakers=5)
    assert backend.name == f"{RECORDED['pyannote.audio']}:community"
    assert sys.modules["pyannote.audio"].loaded == [str(place)]
    for wrong in ("none", "broken"):
        (place / wrong).mkdir()
        (place / wrong / "config.yaml").write_text("")
        with pytest.raises(ModelError, match="cannot be loaded"):
            _diariser(f"pyannote:{place / wrong}").diarize(Silence())


@pytest.mark.usefixtures("double")
def test_community_1_is_a_model_to_be_pulled(tmp_path: Path) -> None:
    config = Config(library=tmp_path, models=tmp_path)
    with pytest.raises(ModelMissingError, match="not on this machine") as missing:
        registry.diarizer("pyannote:community-1", config)
    assert missing.value.try_next == "alsvoice models pull pyannote-community-1"
    [model] = [m for m in weights.load_manifest() if m.name == "pyannote-community-1"]
    for file in model.editions[0].files:
        path = tmp_path / model.name / file.name
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("wb") as made:
            made.truncate(file.size)
    found = registry.diarizer("pyannote:community-1", config)
    assert found.name.endswith(":pyannote-community-1")


def test_without_the_extra_it_says_so(tmp_path: Path) -> None:
    pytest.importorskip("onnxruntime")
    if "pyannote.audio" in sys.modules:  # pragma: no cover
        pytest.skip("pyannote.audio is installed here")
    with pytest.raises(MissingExtraError, match=r"\[pyannote\]"):
        _diariser()
    scene = imported(tmp_path)
    sentence = refused(
        "--library", scene.library, "process", scene.session, "--diarizer", "pyannote"
    )
    assert "[pyannote]" in sentence


def test_only_its_pipelines_have_a_source() -> None:
    with pytest.raises(UsageError, match="no diariser"):
        _diariser("sparse:x")
    assert (bundled_models() / "3dspeaker-campplus" / "model.onnx").is_file()
