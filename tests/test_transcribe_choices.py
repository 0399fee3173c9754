"""What a person chooses of the transcription: how much it costs, which language, whose machine."""

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from alsvoice.backends.transcribe.whisper import WhisperTranscriber
from alsvoice.pipeline.courtesy import step_back
from alsvoice.pipeline.transcribing import speech_of
from alsvoice.transcript import Diarization, Turn
from scripted_demo import Scene, imported


@pytest.fixture(scope="module")
def done(tmp_path_factory: pytest.TempPathFactory) -> Scene:
    made = imported(tmp_path_factory.mktemp("choices"))
    made.process(*made.script.options)
    return made


@pytest.fixture
def scene(done: Scene, tmp_path: Path) -> Scene:
    return done.copy(tmp_path)


def params(scene: Scene) -> dict[str, Any]:
    found: dict[str, Any] = scene.manifest()["stages"]["transcribe"]["params"]
    return found


def test_fast_is_remembered_until_it_is_taken_back(scene: Scene) -> None:
    assert "fast" not in params(scene), "sessions of older versions stay up to date"
    assert "transcribe" in scene.process("--fast")["computed"]
    assert params(scene)["fast"] is True
    assert scene.process()["computed"] == []
    assert "transcribe" in scene.process("--no-fast")["computed"]
    assert "fast" not in params(scene)


def test_auto_hears_the_language_again(scene: Scene) -> None:
    scene.process("--language", "de")
    assert params(scene)["language"] == "de"
    assert scene.process()["computed"] == []
    assert "transcribe" in scene.process("--language", "auto")["computed"]
    assert params(scene)["language"] is None
    assert scene.process("--language", "auto")["computed"] == []


@pytest.mark.skipif(sys.platform == "win32", reason="niceness")
def test_long_work_steps_back_and_a_nicer_process_stays_as_it_is() -> None:
    code = (
        "import os; from alsvoice.pipeline.courtesy import step_back; "
        "step_back(); print(os.nice(0))"
    )
    told = [
        int(
            subprocess.run(
                ["nice", "-n", str(more), sys.executable, "-c", code],
                capture_output=True, text=True, check=True,
            ).stdout
        )
        for more in (0, 19)
    ]  # fmt: skip
    assert told == [max(10, os.nice(0)), 19]


def test_a_system_that_refuses_is_no_failure(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(_: int) -> int:
        raise PermissionError

    monkeypatch.setattr(os, "nice", refuse, raising=False)
    step_back()


def test_speech_is_parted_where_the_speaker_changes() -> None:
    def turn(who: str, start: int, end: int) -> Turn:
        return Turn(speaker=who, start_ms=start, end_ms=end)

    turns = (turn("a", 0, 4000), turn("b", 3500, 9000), turn("a", 20_000, 22_000))
    heard = Diarization(
        turns=turns, exclusive=(turn("a", 0, 4000), turn("b", 4000, 9000), turns[2])
    )
    assert speech_of(heard) == ((0, 4000), (4000, 9000), (20_000, 22_000))
    assert speech_of(Diarization(turns=(), exclusive=())) == ()


@pytest.mark.parametrize("works", [True, False])
def test_a_card_is_used_where_it_works_and_never_required(
    works: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[str] = []

    class Model:
        model = type("Net", (), {"n_mels": 80})

        def __init__(self, _folder: str, *, device: str, **_: object) -> None:
            opened.append(device)
            self.device = device

        def encode(self, _features: object) -> None:
            if self.device == "cuda" and not works:
                raise RuntimeError("Library libcudnn_ops.so.9 is not found")

    monkeypatch.setattr("ctranslate2.get_cuda_device_count", lambda: 1)
    monkeypatch.setattr("faster_whisper.WhisperModel", Model)
    backend = WhisperTranscriber(Path("folder"), "base")
    backend._load(1)
    assert opened == (["cuda"] if works else ["cuda", "cpu"])
    assert backend._on_cpu is not works


def test_a_language_that_is_not_english_is_said_to_be_uncoded(scene: Scene) -> None:
    words = scene.script.folder / "words.json"
    words.write_text(
        words.read_text("utf-8").replace('"language":"en"', '"language":"de"'), "utf-8"
    )
    scene.process("--from", "transcribe")
    warnings = scene.report()["quality"]["warnings"]
    assert any("'de'" in warning and "English only" in warning for warning in warnings)
