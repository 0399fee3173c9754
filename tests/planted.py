"""The demo session with noise for sound and words planted in it that must be found nowhere after.

The noise makes every sample tell: what was silenced is zero, what was not is as it was.
"""

import html
import json
import tempfile
from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from alsvoice.formats import stage_files
from alsvoice.pipeline.run import stamped
from alsvoice.pipeline.stages import STAGES
from alsvoice.store import SessionFolder
from alsvoice.transcript import Word
from cli_runner import alsvoice
from scripted_demo import Scene, imported, silent_wav, truth, voice_of, write_words

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = [
    "LEAVER",
    "MARKERS",
    "PASSAGE",
    "RATE",
    "TEXT_MARKER",
    "changed_outside",
    "noise_wav",
    "outputs",
    "own_temporary",
    "planted",
    "samples",
    "stamp",
    "traces",
]

RATE = 2000
LEAVER = "Zuleika Quist"
MARKERS = ("quokkaäx", "narwhal&co")
TEXT_MARKER = "zebrakönig"
PASSAGE = (100_000, 112_340)


def noise_wav(path: Path, length_s: float, *, channels: int = 2, seed: int = 5) -> Path:
    """Write 16-bit noise in which no sample is zero."""
    import numpy as np
    import soundfile

    rng = np.random.default_rng(seed)
    sound = rng.integers(1, 20000, (round(length_s * RATE), channels)).astype("int16")
    soundfile.write(path, sound, RATE, subtype="PCM_16")
    return path


def samples(path: Path) -> "NDArray[Any]":
    """Return a file's samples (n, channels), int16."""
    import soundfile

    found: NDArray[Any] = soundfile.read(path, dtype="int16", always_2d=True)[0]
    return found


def changed_outside(
    before: "NDArray[Any]", after: "NDArray[Any]", spans: Iterable[Sequence[int]], rate: int
) -> bool:
    """Whether any sample differs outside the spans (ms); inside, all must be zero."""
    outside = before.copy()
    for start, end in spans:
        a, b = start * rate // 1000, -(-end * rate // 1000)
        assert not after[a:b].any(), (start, end)
        outside[a:b] = 0
    return bool((outside != after).any())


def planted(folder: Path, *, noise: bool = True) -> Scene:
    """Import and process it, name everybody, and plant words and names.

    Without noise it is silent, and several times as quick to handle.
    """
    people = f"Helen:facilitator,David:presenter,Marcus:member,Joanne,{LEAVER}"
    phases = folder / "rows.json"
    rows = [
        {"name": p["name"], "start_s": p["start"], "end_s": p["end"], "presenter": None}
        for p in truth()["phases"]
    ]
    rows[1]["presenter"] = LEAVER
    phases.write_text(json.dumps(rows), "utf-8")
    sound = folder / "zuleika_2.wav"
    make = noise_wav if noise else silent_wav
    make(sound, truth()["duration"])
    scene = imported(
        folder, "--participants", people, "--phases", phases, "--template", "classic",
        "--title", "A ward with ZULEIKA", sound=sound,
    )  # fmt: skip
    script = scene.script.folder / "words.json"
    words = stage_files.parse_words(script.read_bytes()).words
    write_words(script, tuple(_marked(word) for word in words))
    scene.process(*scene.script.options)
    voices = dict(voice_of())
    voices[LEAVER] = voices.pop("Anjali")
    scene.run("speakers", *(f"{voice}={name}" for name, voice in voices.items())).good()
    scene.run("report").good()
    return scene


def _marked(word: Word) -> Word:
    if not (word.start_ms < PASSAGE[1] and PASSAGE[0] < word.end_ms):
        return word
    end = word.text[-1] if word.text[-1] in ".?!" else ""  # where utterances are cut
    return replace(word, text=MARKERS[word.start_ms % 2] + end)


def own_temporary(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Give a test a temporary folder of the system's kind, in which it alone leaves traces."""
    folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    monkeypatch.setenv("TMPDIR", str(folder))


def stamp(scene: Scene) -> None:
    """Take the files as they are for what the stages wrote: a change by hand would be set aside."""
    session = SessionFolder(scene.folder)
    names = [stage.name for stage in STAGES]
    session.write_manifest(stamped(session, session.manifest(), fresh=names))


def traces(marker: str, *folders: Path) -> list[str]:
    """Return the files below the folders that hold a word in any form it could be written in."""
    forms = {form for each in (marker, marker.lower(), marker.upper()) for form in _forms(each)}
    found: list[str] = []
    for folder in (*folders, Path(tempfile.gettempdir())):
        for path in sorted(p for p in folder.rglob("*") if p.is_file()):
            data = path.read_bytes()
            if any(form in data for form in forms) or marker in path.name:
                found.append(str(path.relative_to(folder)))
    return found


def _forms(text: str) -> Iterable[bytes]:
    yield from (text.encode(code) for code in ("utf-8", "utf-16-le", "utf-16-be", "latin-1"))
    yield json.dumps(text).strip('"').encode()
    yield "".join(f"\\u{ord(char):04x}" for char in text).encode()
    yield html.escape(text).encode()
    yield text.encode("ascii", "xmlcharrefreplace")
    yield "".join(f"&#{ord(char)};" for char in text).encode()


def outputs(scene: Scene, folder: Path) -> Path:
    """Write every report and export of a scene into a folder."""
    folder.mkdir()
    for name in ("html", "md", "csv", "json"):
        scene.run("report", "--format", name, "-o", folder / f"report.{name}").good()
    for name in ("rttm", "stm", "seglst", "srt", "vtt", "txt"):
        scene.run("export", "--format", name, "-o", folder / f"export.{name}").good()
    for command in (("speakers",), ("edits",)):
        (folder / command[0]).write_text(scene.run(*command, "--json").good().out, "utf-8")
    shown = alsvoice("--library", scene.library, "sessions", "show", scene.session, "--json")
    (folder / "show").write_text(shown.good().out, "utf-8")
    return folder
