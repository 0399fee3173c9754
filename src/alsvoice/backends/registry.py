"""Backends by name: import strings, so that nothing heavy loads until it is chosen.

``scripted:PATH`` answers from a stage file, ``pyannote:FOLDER`` from a pipeline in a folder; a
folder by itself is taken as a CTranslate2 Whisper model.
"""

from functools import cache
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

from alsvoice.backends import weights
from alsvoice.backends.protocols import Classifier, Diarizer, Transcriber
from alsvoice.config import Config
from alsvoice.errors import UsageError

if TYPE_CHECKING:
    from alsvoice.backends.diarize.tracks import TracksDiarizer

__all__ = [
    "CLASSIFIERS",
    "DIARIZERS",
    "TRACKS",
    "classifier",
    "default_classifier",
    "diarizer",
    "knows_voices",
    "tracks_diarizer",
    "transcriber",
]

TRACKS = "tracks"
"""The diariser of sessions in which each person has sound of their own."""

DIARIZERS = {
    "pyannote": "alsvoice.backends.diarize.pyannote_audio:PyannoteDiarizer",
    "sparse": "alsvoice.backends.diarize.sparse:SparseDiarizer",
}
_KNOWING = {"sparse"}
"""Diarisers that make use of voices which are known beforehand."""
CLASSIFIERS = {
    "questions": "alsvoice.backends.classify.encoder:QuestionsClassifier",
    "rules": "alsvoice.backends.classify.rules:RulesClassifier",
}
QUESTIONS = "questions-v1"
_SCRIPTED = "scripted:"


def _load(target: str) -> Any:
    module, _, name = target.partition(":")
    return getattr(import_module(module), name)


def _unknown(kind: str, name: str, known: dict[str, str]) -> UsageError:
    return UsageError(
        f"There is no {kind} {name[:80]!r}.", try_next=f"one of: {', '.join(sorted(known))}"
    )


def _plain(name: str) -> str:
    """Return a name without its version: ``sparse.v1`` is an older ``sparse``."""
    return name.partition(".v")[0]


def diarizer(name: str, config: Config) -> Diarizer:
    """Return a diariser; ModelMissingError where its weights are not there."""
    if name.startswith(_SCRIPTED):
        from alsvoice.backends.scripted import ScriptedDiarizer

        return ScriptedDiarizer(Path(name.removeprefix(_SCRIPTED)))
    kind, colon, source = name.partition(":")  # only pyannote.audio's pipelines have a source
    if _plain(kind) not in DIARIZERS or (colon and kind != "pyannote"):
        raise _unknown("diariser", name, DIARIZERS)
    manifest = weights.load_manifest()
    made: Diarizer = _load(DIARIZERS[_plain(kind)])(
        segmentation=weights.find("pyannote-segmentation-3.0", config, manifest).path("model.onnx"),
        embedding=weights.find("3dspeaker-campplus", config, manifest).path("model.onnx"),
        **({"source": _pipeline_folder(source, config)} if source else {}),
    )
    return made


def knows_voices(name: str) -> bool:
    """Whether a diariser makes use of voices that are known beforehand."""
    return _plain(name) in _KNOWING


def _pipeline_folder(source: str, config: Config) -> Path:
    """Return where a pipeline of pyannote.audio lies: a model that was pulled, or any folder."""
    if source != "community-1":
        return Path(source).expanduser()
    return weights.find("pyannote-community-1", config, weights.load_manifest()).folder


def tracks_diarizer(config: Config) -> "TracksDiarizer":
    """Return the diariser of tracks; ModelMissingError where its weights are not there."""
    from alsvoice.backends.diarize.tracks import TracksDiarizer

    manifest = weights.load_manifest()
    return TracksDiarizer(
        weights.find("pyannote-segmentation-3.0", config, manifest).path("model.onnx")
    )


def transcriber(name: str, config: Config, *, fast: bool = False) -> Transcriber:
    """Return a transcriber: a model's name or alias, or a folder of CTranslate2 Whisper.

    ``fast`` costs less and makes more mistakes.
    """
    if name.startswith(_SCRIPTED):
        from alsvoice.backends.scripted import ScriptedTranscriber

        return ScriptedTranscriber(Path(name.removeprefix(_SCRIPTED)))
    found = weights.find(name, config, weights.load_manifest())
    from alsvoice.backends.transcribe.whisper import WhisperTranscriber

    return WhisperTranscriber(found.folder, found.name, fast=fast)


def classifier(name: str) -> Classifier:
    """Return a classifier by name."""
    if _plain(name) not in CLASSIFIERS:
        raise _unknown("classifier", name, CLASSIFIERS)
    return _made(_plain(name))


@cache
def _made(name: str) -> Classifier:
    """Return a classifier, the same one each time: loading its weights takes longer than coding."""
    target = _load(CLASSIFIERS[name])
    made: Classifier = target() if name == "rules" else target(_questions_folder())
    return made


def _questions_folder() -> Path:
    manifest = weights.load_manifest()
    return weights.find(QUESTIONS, Config.resolve(), manifest).folder


def default_classifier() -> str:
    """Return the name of the classifier to use where none is chosen: rules are always there."""
    model = weights.find_model(QUESTIONS, weights.load_manifest())
    here = weights.status(model, Config.resolve())
    return "questions" if here is weights.Status.BUNDLED else "rules"
