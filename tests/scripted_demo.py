"""The bundled session without its sound: turns and words from its truth, for scripted backends."""

import json
import shutil
import wave
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from alsvoice.formats import rttm, stage_files
from alsvoice.intervals import to_ms
from alsvoice.transcript import Diarization, Transcript, Turn, Word
from cli_runner import Outcome, alsvoice
from strategies import spread

__all__ = [
    "DEMO",
    "PEOPLE",
    "Scene",
    "Script",
    "imported",
    "processed",
    "silent_wav",
    "truth",
    "voice_of",
    "write_words",
]

DEMO = Path(__file__).resolve().parents[1] / "src" / "alsvoice" / "data" / "demo"
PEOPLE = "Helen:facilitator,David:presenter,Marcus:member,Joanne,Anjali"


@cache
def truth() -> dict[str, Any]:
    """Return what was really said, and by whom."""
    found: dict[str, Any] = json.loads((DEMO / "truth.json").read_text(encoding="utf-8"))
    return found


@cache
def voice_of() -> dict[str, str]:
    """Return name → anonymous voice, numbered by first speech."""
    names = dict.fromkeys(turn.speaker for turn in _true_turns())
    return {name: f"SPEAKER_{number:02}" for number, name in enumerate(names)}


def _true_turns() -> tuple[Turn, ...]:
    return rttm.parse((DEMO / "session.rttm").read_text(encoding="utf-8"))


def _heard(voices: dict[str, str]) -> Diarization:
    turns = tuple(
        Turn(speaker=voices[t.speaker], start_ms=t.start_ms, end_ms=t.end_ms) for t in _true_turns()
    )
    exclusive: list[Turn] = []
    taken = 0
    for turn in turns:  # where two speak at once, whoever was speaking keeps the floor
        if turn.end_ms > taken:
            start = max(turn.start_ms, taken)
            exclusive.append(Turn(speaker=turn.speaker, start_ms=start, end_ms=turn.end_ms))
            taken = turn.end_ms
    return Diarization(turns=turns, exclusive=tuple(exclusive), count_confidence=0.9)


def _words() -> tuple[Word, ...]:
    found = [
        word
        for row in truth()["utterances"]
        for word in spread(row["text"].split(), to_ms(row["start"]), to_ms(row["end"]))
    ]
    return tuple(sorted(found, key=lambda word: (word.start_ms, word.end_ms)))


def write_words(path: Path, words: tuple[Word, ...], language: str | None = "en") -> Path:
    """Write what the scripted recogniser says."""
    path.write_bytes(stage_files.serialize_words(Transcript(words=words, language=language)))
    return path


@dataclass(frozen=True, slots=True, kw_only=True)
class Script:
    """The two files that scripted backends answer from."""

    folder: Path

    @classmethod
    def of_the_demo(cls, folder: Path) -> "Script":
        """Write both files from the truth."""
        script = cls(folder=folder)
        folder.mkdir(parents=True, exist_ok=True)
        script.hear(voice_of())
        write_words(folder / "words.json", _words())
        return script

    def hear(self, voices: dict[str, str]) -> None:
        """Let the diariser find these voices, name → label, from now on."""
        data = stage_files.serialize_diarization(_heard(voices))
        (self.folder / "diarization.json").write_bytes(data)

    @property
    def options(self) -> tuple[str, ...]:
        """What ``process`` is told."""
        return (
            f"--diarizer=scripted:{self.folder / 'diarization.json'}",
            f"--asr=scripted:{self.folder / 'words.json'}",
            "--classifier=rules",
        )


def silent_wav(path: Path, length_s: float, rate_hz: int = 1000) -> Path:
    """Write a wav file of silence."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(1)
        file.setframerate(rate_hz)
        file.writeframes(b"\x80" * round(length_s * rate_hz))
    return path


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """A library with one session, and the script it is processed with."""

    library: Path
    session: str
    script: Script

    @property
    def folder(self) -> Path:
        """The session's folder."""
        return self.library / "sessions" / self.session

    def run(self, command: str, *arguments: str | Path) -> Outcome:
        """Run a command on the session."""
        return alsvoice("--library", self.library, command, self.session, *arguments)

    def process(self, *arguments: str | Path) -> dict[str, Any]:
        """Process it from the script; return what was computed and kept."""
        found: dict[str, Any] = self.run("process", *arguments, "--json").good().json()
        return found

    def report(self) -> dict[str, Any]:
        """Return the report as data."""
        found: dict[str, Any] = self.run("report", "--format", "json").good().json()
        return found

    def manifest(self) -> dict[str, Any]:
        """Return the manifest as it stands on disk."""
        found: dict[str, Any] = json.loads((self.folder / "session.json").read_text("utf-8"))
        return found

    def copy(self, folder: Path) -> "Scene":
        """Return the same scene in a folder of its own, to be changed at will."""
        shutil.copytree(self.library, folder / "library")
        script = Script(folder=folder / "script")
        shutil.copytree(self.script.folder, script.folder)
        copied = Scene(library=folder / "library", session=self.session, script=script)
        there = str(self.script.folder)
        for path in copied.folder.glob("session.json*"):
            manifest = path.read_text("utf-8")
            path.write_text(manifest.replace(there, str(script.folder)), "utf-8")
        return copied


def imported(folder: Path, *options: str | Path, sound: Path | None = None) -> Scene:
    """Import the demo as silence, or as other sound, with its people and phases."""
    sound = sound or silent_wav(folder / "meeting.wav", truth()["duration"])
    phases = folder / "phases.json"
    rows = [
        {"name": p["name"], "start_s": p["start"], "end_s": p["end"]} for p in truth()["phases"]
    ]
    phases.write_text(json.dumps(rows), "utf-8")
    library = folder / "library"
    given = options or (
        "--participants", PEOPLE, "--phases", phases, "--template", "classic",
        "--title", "A ward at night", "--consent", "written", "--set", "Tuesdays",
    )  # fmt: skip
    answer = alsvoice("--library", library, "import", sound, *given, "--json").good().json()
    return Scene(
        library=library,
        session=answer["session"],
        script=Script.of_the_demo(folder / "script"),
    )


def processed(folder: Path, *options: str | Path) -> Scene:
    """Import the demo and process it from its script."""
    scene = imported(folder, *options)
    scene.process(*scene.script.options)
    return scene
