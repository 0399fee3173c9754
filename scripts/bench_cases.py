"""The recordings that ``bench.py`` compares systems on, with their references."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from importlib.resources import as_file, files
from pathlib import Path
from typing import Any

from alsvoice.formats import rttm, stm, uem
from alsvoice.intervals import Span
from alsvoice.transcript import Turn

RATE = 16_000
BLOCK = 60 * RATE


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """A recording, FLAC of 16 kHz mono, and what is known of it.

    ``short`` are the reference utterances of 0.5 to 2 s; ``texts`` what each person says,
    ``spoken`` all of it in order of time.
    """

    name: str
    audio: Path
    seconds: float
    people: int
    turns: tuple[Turn, ...] = ()
    scored: tuple[Span, ...] = ()
    short: tuple[Turn, ...] = ()
    texts: dict[str, str] = field(default_factory=dict)
    spoken: str = ""


def cases(data: Path | None, folder: Path) -> Iterator[Case]:
    """Yield the composed recordings and the demo."""
    for name in ("s4_3min", "s6_6min") if data else ():
        source = data / "speech" / "composed" / f"{name}.flac" if data else Path()
        yield case_of(name, source, source.with_suffix(".rttm"))
    with as_file(files("alsvoice") / "data" / "demo") as demo:
        audio = as_flac(demo / "session.opus", folder / "demo.flac")
        truth = json.loads((demo / "truth.json").read_text(encoding="utf-8"))
        said = [
            Turn(
                speaker=row["speaker"],
                start_ms=round(1000 * row["start"]),
                end_ms=round(1000 * row["end"]),
            )
            for row in truth["utterances"]
        ]
        yield case_of("demo", audio, demo / "session.rttm", said)


def excerpts(data: Path | None) -> Iterator[Case]:
    """Yield the meeting excerpts, whose errors are pooled."""
    folder = data / "speech" / "meetings" if data else Path("none")
    for audio in sorted(folder.glob("ami_*_000-030.flac")):
        yield case_of(audio.stem, audio, audio.with_suffix(".words.rttm"))


def case_of(name: str, audio: Path, reference: Path, said: list[Turn] | None = None) -> Case:
    """Return a recording with the references beside it."""
    import soundfile

    turns = rttm.parse(reference.read_text(encoding="utf-8"))
    seconds = soundfile.info(str(audio)).duration
    stem = reference.with_name(reference.name.removesuffix(".rttm"))
    scored: tuple[Span, ...] = ((0, round(1000 * seconds)),)
    for file in (stem.with_suffix(".uem"), audio.with_suffix(".uem")):
        if file.is_file():
            scored = uem.parse(file.read_text(encoding="utf-8"))
            break
    texts: dict[str, str] = {}
    words = audio.with_suffix(".stm") if said is None else reference.with_suffix(".stm")
    segments = stm.parse(words.read_text(encoding="utf-8")) if words.is_file() else ()
    in_time = sorted(segments, key=lambda s: s.start_ms)
    for segment in in_time:
        texts[segment.speaker] = f"{texts.get(segment.speaker, '')} {segment.text}".strip()
    utterances = said if said is not None else list(turns)
    return Case(
        name=name,
        audio=audio,
        seconds=seconds,
        people=len({turn.speaker for turn in turns}),
        turns=turns,
        scored=scored,
        short=tuple(t for t in utterances if 500 <= t.duration_ms <= 2000),
        texts=texts,
        spoken=" ".join(segment.text for segment in in_time),
    )


def as_flac(source: Path, target: Path) -> Path:
    """Write any sound as FLAC of 16 kHz mono."""
    import av
    import numpy as np
    import soundfile

    with av.open(str(source)) as given, soundfile.SoundFile(target, "w", RATE, 1) as out:
        resampler = av.AudioResampler(format="flt", layout="mono", rate=RATE)
        for frame in given.decode(audio=0):
            for part in resampler.resample(frame):
                out.write(np.asarray(part.to_ndarray()).reshape(-1))
    return target


def lengths(source: Case, minutes: list[int], folder: Path) -> Iterator[Case]:
    """Yield the sound of a recording over and over, as long as asked; each file is the caller's."""
    import numpy as np
    import soundfile

    samples: Any = soundfile.read(str(source.audio), dtype="float32")[0]
    for count in minutes:
        target = folder / f"{count}.flac"
        left = count * BLOCK
        with soundfile.SoundFile(target, "w", RATE, 1) as out:
            while left:
                block = np.asarray(samples[:left])
                out.write(block)
                left -= len(block)
        yield Case(
            name=f"{count} minutes", audio=target, seconds=60.0 * count, people=source.people
        )
