"""Two meetings of one set, out of two parts of the bundled session, with its real sound.

Who spoke when is scripted from its truth, so that what is tested is whose voice it is.
"""

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from alsvoice.formats import rttm, stage_files
from alsvoice.transcript import Diarization, Turn, Word
from cli_runner import Outcome, alsvoice
from scripted_demo import DEMO, write_words

__all__ = [
    "CUT_MS",
    "END_MS",
    "NAMES",
    "SET",
    "Meeting",
    "demo_sound",
    "first",
    "second",
    "turns_of",
]

CUT_MS, END_MS = 300_000, 424_000
NAMES = ("Helen", "David", "Marcus", "Joanne", "Anjali")
SET = "Tuesday set"


@cache
def demo_sound() -> Any:
    """Return the session at 16 kHz, shape (samples,)."""
    import av

    resampler, blocks = av.AudioResampler("fltp", "mono", 16_000), []
    with av.open(str(DEMO / "session.opus")) as file:
        for frame in file.decode(audio=0):
            blocks += [each.to_ndarray()[0] for each in resampler.resample(frame)]
    return np.concatenate(blocks)


def turns_of(part: int, voices: dict[str, str]) -> tuple[Turn, ...]:
    """Return the true turns of the first (0) or second (1) part, with these labels."""
    start, end = _span(part)
    found = [
        Turn(
            speaker=voices[t.speaker],
            start_ms=max(t.start_ms, start) - start,
            end_ms=min(t.end_ms, end) - start,
        )
        for t in rttm.parse((DEMO / "session.rttm").read_text(encoding="utf-8"))
        if t.start_ms < end and t.end_ms > start and t.speaker in voices
    ]
    return tuple(sorted(found, key=lambda t: (t.start_ms, t.end_ms)))


def _span(part: int) -> tuple[int, int]:
    return (CUT_MS, END_MS) if part else (0, CUT_MS)


@dataclass(frozen=True, slots=True, kw_only=True)
class Meeting:
    """A session in a library, and the folder its script lies in."""

    library: Path
    session: str
    script: Path

    def run(self, *arguments: str | Path) -> Outcome:
        """Run a command in the library."""
        return alsvoice("--library", self.library, *arguments)

    def hear(self, turns: tuple[Turn, ...]) -> None:
        """Let the diariser find these turns, and one word in each."""
        heard = Diarization(turns=turns, exclusive=turns, speakers_told=None)
        (self.script / "turns.json").write_bytes(stage_files.serialize_diarization(heard))
        words = tuple(
            Word(text="Well.", start_ms=t.start_ms + 10, end_ms=t.end_ms - 10) for t in turns
        )
        write_words(self.script / "words.json", tuple(sorted(words, key=lambda w: w.start_ms)))

    def process(self, *arguments: str) -> Outcome:
        """Process it from its script."""
        return self.run(
            "process", self.session, f"--diarizer=scripted:{self.script / 'turns.json'}",
            f"--asr=scripted:{self.script / 'words.json'}", "--classifier=rules", *arguments,
        ).good()  # fmt: skip

    def named(self) -> dict[str, dict[str, Any]]:
        """Return what is known of each voice."""
        rows = self.run("speakers", self.session, "--json").good().json()["speakers"]
        return {voice: row for row in rows for voice in row["speakers"]}


def _meeting(folder: Path, library: Path, part: int, voices: dict[str, str], *more: str) -> Meeting:
    import soundfile

    script = folder / f"script-{part}"
    script.mkdir(parents=True)
    sound = folder / f"part-{part}.flac"
    start, end = _span(part)
    soundfile.write(sound, demo_sound()[16 * start : 16 * end], 16_000)
    answer = alsvoice("--library", library, "import", sound, "--set", SET, *more, "--json")
    meeting = Meeting(library=library, session=answer.good().json()["session"], script=script)
    meeting.hear(turns_of(part, voices))
    meeting.process()
    return meeting


def first(folder: Path) -> Meeting:
    """Return the first meeting, of a set of five, in which somebody has named all voices."""
    library = folder / "library"
    people = ",".join(NAMES)
    alsvoice("--library", library, "sets", "new", SET, "--participants", people).good()
    voices = {name: f"SPEAKER_{number:02d}" for number, name in enumerate(NAMES)}
    meeting = _meeting(folder, library, 0, voices)
    meeting.run("speakers", meeting.session, *(f"{v}={n}" for n, v in voices.items())).good()
    return meeting


def second(folder: Path, library: Path, *more: str) -> Meeting:
    """Return the second meeting, in which nobody has named anybody; labels go the other way."""
    voices = {name: f"SPEAKER_{number:02d}" for number, name in enumerate(reversed(NAMES))}
    return _meeting(folder, library, 1, voices, *more)
