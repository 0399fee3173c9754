"""A double of pyannote.audio that answers what the real one answered (``recorded.json``)."""

import os
from types import SimpleNamespace
from typing import Any

at_import = dict(os.environ)
"""The environment as it was when this was imported: telemetry has to be off by then."""
loaded: list[str] = []


class Model:
    """What networks derive from."""

    def __init__(self) -> None:
        self.audio = SimpleNamespace(sample_rate=16_000)
        self.specifications: Any = None


class Pipeline:
    """Where a pipeline is loaded from a folder."""

    @classmethod
    def from_pretrained(cls, checkpoint: str) -> Any:
        """Return the recorded pipeline; None or an error where the real one has them."""
        from pyannote.audio.pipelines import SpeakerDiarization

        loaded.append(checkpoint)
        if checkpoint.endswith("broken"):
            raise ValueError("no pipeline")
        return None if checkpoint.endswith("none") else SpeakerDiarization()
