"""From old schemas to today's: numbered steps, append-only, each with its why.

A step takes the decoded JSON of one schema and returns that of the next. It never raises: what a
step does not find as it should be is left, and the check of today's shape names the place.
Steps are tested on sessions stored when their schema was the newest (tests/data/sessions).
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

__all__ = ["MANIFEST", "STAGE_FILES", "Step", "migrate"]

Step = Callable[[Mapping[str, Any]], Mapping[str, Any]]


def _sources_have_facts_of_their_own(value: Mapping[str, Any]) -> Mapping[str, Any]:
    """1 → 2: sources were file names beside a list of display names.

    Each now carries its own hash (to tell which one is damaged) and its place on the session's time
    (to find a passage in it). The hash of a single source is that of the whole.
    """
    audio = value.get("audio")
    if not isinstance(audio, Mapping) or not isinstance(audio.get("sources"), list):
        return value
    files, names = audio["sources"], audio.get("names")
    own = names if isinstance(names, list) and len(names) == len(files) else [None] * len(files)
    alone = len(files) == 1
    sources = [
        {
            "file": file,
            "name": name,
            "sha256": (audio.get("sha256") or None) if alone else None,
            "duration_ms": audio.get("duration_ms") if alone else None,
        }
        for file, name in zip(files, own, strict=True)
    ]
    kept = {key: each for key, each in audio.items() if key != "names"}
    return {**value, "audio": {**kept, "sources": sources}}


MANIFEST: tuple[Step, ...] = (_sources_have_facts_of_their_own,)
"""Steps of ``session.json``: the first leads from schema 1 to 2, and so on."""

STAGE_FILES: Mapping[str, tuple[Step, ...]] = {
    "diarization": (),
    "words": (),
    "utterances": (),
    "labels": (),
}
"""Steps of the stage files, by kind; each is given the whole envelope."""


def migrate(value: Mapping[str, Any], schema: int, steps: Sequence[Step]) -> Mapping[str, Any]:
    """Return the value as today's schema has it; ``schema`` is the one it was written in."""
    for step in steps[schema - 1 :]:
        value = step(value)
    return {**value, "schema": len(steps) + 1}
