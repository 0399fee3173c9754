"""See ``pyannote.audio``."""

import json
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from pyannote.core import Annotation, Segment

RECORDED = json.loads((Path(__file__).parents[4] / "recorded.json").read_text("utf-8"))


class SpeakerDiarization:
    """Calls its hook as the real one did, and answers what it answered."""

    last: Any = None

    def __init__(self, **options: Any) -> None:
        self.options = options
        self.parameters: Any = None
        self.asked: dict[str, Any] = {}
        self.file: dict[str, Any] = {}
        SpeakerDiarization.last = self

    def instantiate(self, parameters: Any) -> Any:
        """Take parameters; the real one returns itself."""
        self.parameters = parameters
        return self

    def __call__(self, file: dict[str, Any], hook: Any, **asked: Any) -> Any:
        """Replay the recording."""
        self.file, self.asked = file, asked
        for step, total, completed in RECORDED["calls"]:
            if total is None:
                hook(step, object(), file=file)
            else:
                hook(step, None, file=file, total=total, completed=completed)
        return SimpleNamespace(
            speaker_diarization=_annotation(RECORDED["turns"]),
            exclusive_speaker_diarization=_annotation(RECORDED["exclusive"]),
        )


def _annotation(tracks: list[list[Any]]) -> Any:
    made = Annotation(uri="session")
    for number, (start, end, label) in enumerate(tracks):
        made[Segment(start, end), number] = label
    return made
