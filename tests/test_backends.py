"""Backends by name: what is chosen, what is refused, and what answers from files."""

import re
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from alsvoice.backends import registry
from alsvoice.backends.classify.rules import RulesClassifier
from alsvoice.backends.diarize.sparse import SparseDiarizer
from alsvoice.backends.onnx import open_session
from alsvoice.backends.protocols import Classifier, Diarizer, Transcriber, no_hook
from alsvoice.backends.scripted import ScriptedDiarizer, ScriptedTranscriber
from alsvoice.backends.transcribe.whisper import WhisperTranscriber
from alsvoice.config import Config
from alsvoice.errors import (
    Cancelled,
    FormatError,
    InputError,
    ModelError,
    ModelMissingError,
    NotFoundError,
    UsageError,
)
from alsvoice.formats import stage_files
from alsvoice.labels import UtteranceText
from alsvoice.transcript import Diarization, Transcript, Turn, Word


@dataclass
class Silence:
    """A second of nothing."""

    sample_rate: int = 16_000
    duration_ms: int = 1000

    def read(self, start_ms: int, end_ms: int) -> NDArray[np.float32]:
        return np.zeros((end_ms - start_ms) * 16, np.float32)


@pytest.fixture
def nowhere(tmp_path: Path) -> Config:
    return Config(library=tmp_path / "library", models=tmp_path / "models")


HEARD = Diarization(
    turns=(Turn(speaker="SPEAKER_00", start_ms=0, end_ms=900),),
    exclusive=(Turn(speaker="SPEAKER_00", start_ms=0, end_ms=900),),
    count_confidence=0.5,
)
SAID = Transcript(words=(Word(text="Why?", start_ms=10, end_ms=300),), language="en")


# By name.


@pytest.mark.parametrize("name", ["sparse", "sparse.v1"])
def test_the_diariser_comes_with_the_package(name: str, nowhere: Config) -> None:
    found = registry.diarizer(name, nowhere)
    assert isinstance(found, SparseDiarizer)
    assert found.name == "sparse.v2"


@pytest.mark.parametrize("name", ["rules", "rules.v1"])
def test_the_rules_code_what_they_are_given(name: str) -> None:
    found = registry.classifier(name)
    assert isinstance(found, RulesClassifier)
    [coding] = found.classify([UtteranceText(id="a", text="What have you tried?")])
    assert (coding.utterance_id, coding.label) == ("a", "open_question")


@pytest.mark.parametrize("name", ["", "spars", "sparse:x", "v1", "rules"])
def test_an_unknown_diariser_names_the_known_ones(name: str, nowhere: Config) -> None:
    with pytest.raises(UsageError, match=rf"no diariser {re.escape(repr(name))}") as caught:
        registry.diarizer(name, nowhere)
    assert caught.value.try_next == "one of: pyannote, sparse"
    assert caught.value.exit_status == 2


def test_an_unknown_classifier_names_the_known_ones() -> None:
    with pytest.raises(UsageError, match=r"no classifier 'x{80}'") as caught:
        registry.classifier("x" * 500)
    assert caught.value.try_next == "one of: questions, rules"


def test_a_speech_model_that_is_not_here_says_how_to_get_it(nowhere: Config) -> None:
    with pytest.raises(ModelMissingError) as caught:
        registry.transcriber("base", nowhere)
    assert caught.value.try_next.startswith("alsvoice models pull")
    with pytest.raises(NotFoundError):
        registry.transcriber("no-such-model", nowhere)
    with pytest.raises(InputError):
        registry.transcriber(str(nowhere.library.parent), nowhere)


def test_a_folder_is_taken_as_a_speech_model(tmp_path: Path, nowhere: Config) -> None:
    for name in ("model.bin", "config.json", "tokenizer.json", "vocabulary.txt"):
        (tmp_path / name).write_bytes(b"{}")
    found = registry.transcriber(str(tmp_path), nowhere)
    assert isinstance(found, WhisperTranscriber)
    with pytest.raises(ModelError, match="cannot be loaded from its folder") as caught:
        found.transcribe(Silence(), speech=[(0, 1000)])
    assert caught.value.try_next == "alsvoice models verify"


def test_without_speech_no_speech_model_is_loaded(tmp_path: Path) -> None:
    found = WhisperTranscriber(tmp_path / "none", "none").transcribe(
        Silence(), speech=(), language="en"
    )
    assert found == Transcript(words=(), language="en")


def test_every_name_leads_to_a_class() -> None:
    for target in (*registry.DIARIZERS.values(), *registry.CLASSIFIERS.values()):
        module, _, name = target.partition(":")
        assert isinstance(getattr(import_module(module), name), type)


# From files.


def test_the_scripted_diariser_gives_the_stored_turns(tmp_path: Path, nowhere: Config) -> None:
    path = tmp_path / "diarization.json"
    path.write_bytes(stage_files.serialize_diarization(HEARD))
    found = registry.diarizer(f"scripted:{path}", nowhere)
    assert isinstance(found, ScriptedDiarizer)
    told: list[Any] = []
    heard = found.diarize(Silence(), speakers=4, hook=lambda *call: told.append(call))
    assert heard.turns == HEARD.turns
    assert heard.exclusive == HEARD.exclusive
    assert heard.speakers_told == 4
    assert told == [("diarize", 1, 1)]


def test_the_scripted_transcriber_gives_the_stored_words(tmp_path: Path, nowhere: Config) -> None:
    path = tmp_path / "words.json"
    path.write_bytes(stage_files.serialize_words(SAID))
    found = registry.transcriber(f"scripted:{path}", nowhere)
    assert isinstance(found, ScriptedTranscriber)
    told: list[Any] = []
    hook = lambda *call: told.append(call)  # noqa: E731 - a hook is a plain function
    assert found.transcribe(Silence(), speech=[(0, 1000)], hook=hook) == SAID
    assert told == [("transcribe", 1, 1)]


def test_a_hook_can_stop_them(tmp_path: Path) -> None:
    def stop(stage: str, done: int, total: int) -> None:
        raise Cancelled

    with pytest.raises(Cancelled):
        ScriptedDiarizer(tmp_path / "none").diarize(Silence(), hook=stop)
    with pytest.raises(Cancelled):
        ScriptedTranscriber(tmp_path / "none").transcribe(Silence(), speech=(), hook=stop)


def test_a_script_that_is_not_there_or_of_another_kind(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"none\.json cannot be read"):
        ScriptedDiarizer(tmp_path / "none.json").diarize(Silence())
    path = tmp_path / "words.json"
    path.write_bytes(stage_files.serialize_words(SAID))
    with pytest.raises(FormatError, match=r"words\.json: does not hold 'diarization'"):
        ScriptedDiarizer(path).diarize(Silence())


def test_all_of_them_fit_the_protocols(tmp_path: Path, nowhere: Config) -> None:
    """Checked by the type checker; here so that it looks."""
    diarizers: list[Diarizer] = [ScriptedDiarizer(tmp_path), registry.diarizer("sparse", nowhere)]
    transcribers: list[Transcriber] = [
        ScriptedTranscriber(tmp_path),
        WhisperTranscriber(tmp_path, "x"),
    ]
    classifiers: list[Classifier] = [registry.classifier("rules")]
    assert all(each.name for each in diarizers)
    assert all(each.name for each in transcribers)
    assert all(each.card.name for each in classifiers)
    no_hook("stage", 1, 1)


# ONNX.


@pytest.fixture
def model(tmp_path: Path) -> Path:
    from onnx import TensorProto, helper

    shape = helper.make_tensor_value_info
    graph = helper.make_graph(
        [helper.make_node("Neg", ["x"], ["y"])],
        "minus",
        [shape("x", TensorProto.FLOAT, [2])],
        [shape("y", TensorProto.FLOAT, [2])],
    )
    path = tmp_path / "minus" / "model.onnx"
    path.parent.mkdir()
    opset = [helper.make_opsetid("", 13)]
    made = helper.make_model(graph, opset_imports=opset, ir_version=8)
    path.write_bytes(made.SerializeToString())
    return path


def test_a_session_runs_on_the_threads_it_is_given(model: Path) -> None:
    session = open_session(model, 3)
    [answer] = session.run(None, {"x": np.array([1, -2], np.float32)})
    assert answer.tolist() == [-1, 2]
    options = session.get_session_options()
    assert (options.intra_op_num_threads, options.inter_op_num_threads) == (3, 1)
    assert options.get_session_config_entry("session.intra_op.allow_spinning") == "0"
    assert session.get_providers() == ["CPUExecutionProvider"]


@pytest.mark.parametrize("content", [None, b"", b"text", b"\x08\x08" * 50])
def test_what_is_no_model_is_told_in_a_sentence(model: Path, content: bytes | None) -> None:
    model.unlink()
    if content is not None:
        model.write_bytes(content)
    with pytest.raises(ModelError, match=r"The model minus cannot be loaded\.") as caught:
        open_session(model, 1)
    assert caught.value.try_next == "alsvoice models verify"
