"""pyannote.audio 4 as a diariser (extra ``[pyannote]``): its own pipeline, our protocol.

``pyannote`` runs on the networks that come with alsvoice, ``pyannote:FOLDER`` on a pipeline that
lies in a folder, ``pyannote:community-1`` on the one that `models pull` fetched with the user's own
token. All are offline. pyannote.audio sends durations and numbers of speakers to its makers unless
told not to: it is, before its import. It reads a whole recording at once; so long ones want memory
(230 MB an hour).
"""

import os
import warnings
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

from alsvoice.backends.protocols import Hook, Sound, SpeechFound, no_hook, nobody_waits
from alsvoice.errors import MissingExtraError, ModelError, ModelMissingError
from alsvoice.intervals import Span, to_ms
from alsvoice.transcript import Diarization, Turn

__all__ = ["PyannoteDiarizer", "silenced"]

_SHARES = {"segmentation": (0, 30), "embeddings": (30, 70)}
"""Of the progress, where each long step begins and how much of it it is, in per cent."""


class PyannoteDiarizer:
    """pyannote.audio's pipeline; ``source`` is its folder, None for one on the given networks."""

    def __init__(self, segmentation: Path, embedding: Path, source: Path | None = None) -> None:
        self._networks = (segmentation, embedding)
        self._source = source
        silenced()
        self.name = f"pyannote.{_version()}{f':{source.name}' if source else ''}"
        if source is not None:
            _check_folder(source)

    def diarize(
        self,
        sound: Sound,
        *,
        speakers: int | None = None,
        samples: Sequence[Span] = (),
        known: Sequence[Sequence[float]] = (),  # noqa: ARG002  its clustering takes no vectors
        threads: int = 1,
        hook: Hook = no_hook,
        speech_found: SpeechFound = nobody_waits,  # noqa: ARG002 - its pipeline tells nothing on the way
    ) -> Diarization:
        """Return turns; where the number is not given there are at least as many as samples."""
        pipeline = self._pipeline(threads)
        import torch

        torch.set_num_threads(threads)
        told = {"num_speakers": speakers} if speakers else {"min_speakers": max(1, len(samples))}
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # it warns of what it does with short sound
            answer = pipeline(
                {
                    "waveform": torch.from_numpy(sound.read(0, sound.duration_ms))[None],
                    "sample_rate": sound.sample_rate,
                    "uri": "session",
                },
                hook=_progress(hook),
                **told,
            )
        hook("diarize", 100, 100)
        return _diarization(answer, speakers, sound.duration_ms)

    def _pipeline(self, threads: int) -> Any:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of its own dependencies, and that it cannot decode
            try:
                if self._source is None:
                    from alsvoice.backends.diarize.pyannote_models import offline_pipeline

                    return offline_pipeline(*self._networks, threads)
                return _loaded(self._source)
            except ImportError as problem:
                raise MissingExtraError("The diariser pyannote", "pyannote") from problem


def silenced() -> None:
    """Switch telemetry and the hub off, before any import of pyannote.audio.

    Most of it is off since alsvoice was imported; whoever uses this from a program of their own may
    have switched it on since.
    """
    os.environ.update(
        PYANNOTE_METRICS_ENABLED="0",
        OTEL_SDK_DISABLED="true",
        HF_HUB_DISABLE_TELEMETRY="1",
        HF_HUB_OFFLINE="1",
    )


def _version() -> str:
    """Return its version without importing it, which takes seconds."""
    from importlib.metadata import PackageNotFoundError, version

    try:
        return version("pyannote.audio")
    except PackageNotFoundError as problem:
        raise MissingExtraError("The diariser pyannote", "pyannote") from problem


def _check_folder(folder: Path) -> None:
    if not (folder / "config.yaml").is_file():
        raise ModelMissingError(
            f"{folder.name or folder} holds no pipeline of pyannote.audio (config.yaml).",
            try_next="alsvoice models pull community-1, then --diarizer pyannote:community-1",
        )


def _loaded(folder: Path) -> Any:
    from pyannote.audio import Pipeline

    try:
        found = Pipeline.from_pretrained(str(folder))
    except ImportError:
        raise
    except Exception as problem:  # the hub's client, torch and YAML have a class of their own each
        raise _cannot_load(folder) from problem
    if found is None:
        raise _cannot_load(folder)
    return found


def _cannot_load(folder: Path) -> ModelError:
    return ModelError(
        f"The pipeline in {folder.name} cannot be loaded by pyannote.audio.",
        try_next="download it again, or --diarizer pyannote",
    )


def _progress(hook: Hook) -> Callable[..., None]:
    """Return pyannote.audio's kind of hook, ``(step, artefact, file, total, completed)``."""

    def progress(
        step: str,
        _artefact: object,
        file: object = None,  # noqa: ARG001 - it is given by name
        total: int | None = None,
        completed: int | None = None,
    ) -> None:
        if step in _SHARES and total and completed is not None:
            begins, share = _SHARES[step]
            hook("diarize", int(begins + share * min(completed, total) // total), 100)

    return progress


def _diarization(found: Any, told: int | None, duration_ms: int) -> Diarization:
    turns = _turns(found.speaker_diarization, duration_ms)
    exclusive = _turns(found.exclusive_speaker_diarization, duration_ms)
    order = dict.fromkeys(label for label, _, _ in sorted(turns, key=lambda t: (t[1], t[2], t[0])))
    names = {label: f"SPEAKER_{number:02d}" for number, label in enumerate(order)}
    return Diarization(
        turns=_named(turns, names), exclusive=_named(exclusive, names), speakers_told=told
    )


def _turns(annotation: Any, duration_ms: int) -> list[tuple[str, int, int]]:
    found = []
    for segment, _, label in annotation.itertracks(yield_label=True):
        start, end = max(0, to_ms(segment.start)), min(duration_ms, to_ms(segment.end))
        if start < end:
            found.append((str(label), start, end))
    return found


def _named(turns: Iterable[tuple[str, int, int]], names: dict[str, str]) -> tuple[Turn, ...]:
    named = [
        Turn(speaker=names[label], start_ms=start, end_ms=end)
        for label, start, end in turns
        if label in names
    ]
    return tuple(sorted(named, key=lambda t: (t.start_ms, t.end_ms, t.speaker)))
