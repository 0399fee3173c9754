"""A session of ninety minutes and about three thousand utterances, made of the demo's talk."""

import json
from dataclasses import replace
from pathlib import Path

from alsvoice.formats import stage_files
from alsvoice.transcript import Diarization, Turn, Word
from scripted_demo import PEOPLE, Scene, Script, imported, silent_wav, truth

__all__ = ["LENGTH_S", "long_session"]

LENGTH_S = 5400
_TIMES = 24  # about three thousand utterances


def long_session(folder: Path) -> Scene:
    """Import silence and process it with the demo's talk, over and over and a third as long."""
    rows = truth()["phases"]
    scale = LENGTH_S / truth()["duration"]
    phases = folder / "phases.json"
    phases.write_text(
        json.dumps(
            [
                {"name": p["name"], "start_s": p["start"] * scale, "end_s": p["end"] * scale}
                for p in rows
            ]
        ),
        "utf-8",
    )
    sound = silent_wav(folder / "long.wav", LENGTH_S)
    scene = imported(
        folder, "--participants", PEOPLE, "--phases", phases, "--title", "A long one",
        "--consent", "written", sound=sound,
    )  # fmt: skip
    _write(scene.script)
    scene.process(*scene.script.options)
    return scene


def _write(script: Script) -> None:
    heard = stage_files.parse_diarization((script.folder / "diarization.json").read_bytes())
    said = stage_files.parse_words((script.folder / "words.json").read_bytes())
    length_ms = round(1000 * float(truth()["duration"]))
    step = 1000 * LENGTH_S // _TIMES
    words: list[Word] = []
    turns: list[Turn] = []
    exclusive: list[Turn] = []
    for n in range(_TIMES):

        def at(ms: int, n: int = n) -> int:
            return n * step + ms * step // length_ms

        words += (replace(w, start_ms=at(w.start_ms), end_ms=at(w.end_ms)) for w in said.words)
        turns += (replace(t, start_ms=at(t.start_ms), end_ms=at(t.end_ms)) for t in heard.turns)
        exclusive += (
            replace(t, start_ms=at(t.start_ms), end_ms=at(t.end_ms)) for t in heard.exclusive
        )
    data = stage_files.serialize_diarization(
        Diarization(turns=tuple(turns), exclusive=tuple(exclusive), count_confidence=0.9)
    )
    (script.folder / "diarization.json").write_bytes(data)
    said = replace(said, words=tuple(words))
    (script.folder / "words.json").write_bytes(stage_files.serialize_words(said))
