"""Measure sessions with a file a person: tracks are made of a labelled recording, bleed is added.

    .venv/bin/python scripts/measure_tracks.py [--data DIR] [--asr base] [--only NAME …]

Each person's track is the recording inside their own reference turns. Everybody else is added to it
at a level below their own, later by a few milliseconds and with a room's reverberation, then
noise; microphones differ in gain and start at different moments. In the scenes called `overlap`
people are moved in time against each other, so that much is said at once. Protocols are those of
measure.py.
"""

import argparse
import tempfile
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from importlib.resources import as_file, files
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from alsvoice.audio.decode import SAMPLE_RATE, Decoding, decode
from alsvoice.config import Config
from alsvoice.evaluate.turns import turn_errors
from alsvoice.evaluate.words import cp_word_errors
from alsvoice.formats import rttm, stage_files, stm
from alsvoice.formats.segments import SpokenSegment
from alsvoice.intervals import clip, subtract, total_ms, union
from alsvoice.pipeline.arranging import by_tracks
from alsvoice.pipeline.importing import Details, import_audio
from alsvoice.pipeline.run import run_stage
from alsvoice.pipeline.stages import STAGES, Choices
from alsvoice.store import Library
from alsvoice.transcript import Turn

Samples = NDArray[np.float32]
GAINS_DB = (0, -8, 5, -14, 3, -4)
STARTS_MS = (0, 1700, 640, 4300, 90, 2900)


@dataclass(frozen=True)
class Scene:
    """What was recorded, and how."""

    name: str
    bleed_db: float | None
    overlap: bool = False
    same_start: bool = True
    silent: bool = False
    noise_db: float = -60


SCENES = (
    Scene("no bleed", None),
    *(Scene(f"bleed {db} dB", db) for db in (-25, -18, -12)),
    *(Scene(f"overlap, {db} dB", db, overlap=True) for db in (None, -25, -18, -12)),
    Scene("one silent, -18 dB", -18, silent=True),
    Scene("noisy, -18 dB", -18, noise_db=-42),
    Scene("starts differ, -18 dB", -18, same_start=False),
    Scene("starts differ, -25 dB, noisy", -25, same_start=False, noise_db=-48),
    Scene("starts differ, no bleed", None, same_start=False),
)


@dataclass(frozen=True)
class Reference:
    """Who spoke when and what, and each one's speech alone."""

    turns: tuple[Turn, ...]
    segments: tuple[SpokenSegment, ...]
    voices: dict[str, Samples]


def load(audio: Path, folder: Path, stem: str) -> Reference:
    with audio.open("rb") as file:
        sound = np.concatenate(list(decode(file, audio.name, Decoding())))
    turns = rttm.parse((folder / f"{stem}.rttm").read_text("utf-8"))
    segments = stm.parse((folder / f"{stem}.stm").read_text("utf-8"))
    names = sorted({turn.speaker for turn in turns})
    return Reference(turns, segments, {n: gated(sound, turns, n) for n in names})


def gated(sound: Samples, turns: tuple[Turn, ...], name: str) -> Samples:
    """Return the sound inside one person's turns, borders softened over 10 ms."""
    gate = np.zeros(len(sound), dtype=np.float32)
    for start, end in union(t.span for t in turns if t.speaker == name):
        gate[start * 16 : end * 16] = 1
    return np.asarray(sound * np.convolve(gate, np.ones(160) / 160, "same"), dtype=np.float32)


def moved(reference: Reference) -> Reference:
    """Return the recording with each person 2 s later than the one before."""
    shift = {name: 2000 * i for i, name in enumerate(reference.voices)}
    later = {
        n: np.concatenate([np.zeros(shift[n] * 16, np.float32), v])[: len(v)]
        for n, v in reference.voices.items()
    }
    end = len(next(iter(later.values()))) // 16
    turns = tuple(
        Turn(speaker=t.speaker, start_ms=s, end_ms=e)
        for t in reference.turns
        for s, e in clip([(t.start_ms + shift[t.speaker], t.end_ms + shift[t.speaker])], (0, end))
    )
    segments = tuple(
        replace(s, start_ms=s.start_ms + shift[s.speaker], end_ms=s.end_ms + shift[s.speaker])
        for s in reference.segments
        if s.end_ms + shift[s.speaker] <= end
    )
    return Reference(turns, segments, later)


def microphones(reference: Reference, scene: Scene) -> dict[str, Samples]:
    """Return what each one's microphone picks up."""
    from scipy.signal import fftconvolve

    noise = np.random.default_rng(1)
    tail = noise.normal(size=4800) * np.exp(-np.arange(4800) / 800)
    tail = (np.r_[1.0, 0.25 * tail / np.linalg.norm(tail)]).astype(np.float32)
    voices = dict(reference.voices)
    if scene.silent:
        voices["Zoe"] = np.zeros_like(next(iter(voices.values())))
    heard: dict[str, Samples] = {}
    for i, (name, own) in enumerate(voices.items()):
        track = own.copy()
        for k, (other, voice) in enumerate(voices.items()):
            if other != name and scene.bleed_db is not None:
                late = 16 * (3 + (i + 2 * k) % 6)
                level = 10 ** ((scene.bleed_db - (i + k) % 3) / 20)
                track[late:] += level * fftconvolve(voice, tail)[: len(track) - late]
        track += noise.normal(size=len(track), scale=10 ** (scene.noise_db / 20))
        track *= 10 ** (GAINS_DB[i % 6] / 20)
        start = 0 if scene.same_start else 16 * STARTS_MS[i % 6]
        heard[name] = np.clip(track[start:], -1, 1)
    return heard


def measure(reference: Reference, scene: Scene, folder: Path, asr: str | None) -> list[str]:
    import soundfile

    if scene.overlap:
        reference = moved(reference)
    given = []
    for name, sound in microphones(reference, scene).items():
        path = folder / f"{name}.wav"
        with soundfile.SoundFile(path, "w", SAMPLE_RATE, 1) as file:
            file.write(sound)
        given.append(f"{name}={path}")
    arranged, people = by_tracks(given, (), ())
    config, choices = Config.resolve(), Choices(asr=asr, threads=1)
    details = Details(participants=people)
    session = import_audio(Library(folder), config, arranged, details, now=datetime.now(UTC))
    run_stage(STAGES[1], session, config, choices)
    manifest = session.manifest()
    if manifest.audio is None:
        raise SystemExit("nothing was imported")
    names = {t.voice: people[i].name for i, t in enumerate(manifest.audio.tracks)}
    heard = stage_files.parse_diarization(session.read("diarization.json"))
    end = manifest.audio.duration_ms
    found = turn_errors(reference.turns, heard.turns, ((0, end),))
    cells = [
        scene.name,
        *(
            f"{100 * ms / found.speech_ms:.1f}"
            for ms in (
                found.missed_ms + found.false_alarm_ms + found.confusion_ms,
                found.missed_ms,
                found.false_alarm_ms,
                found.confusion_ms,
            )
        ),
        f"{100 * wrong_person(reference, heard.turns, names):.1f}",
        offsets(manifest.audio, scene),
        f"{manifest.stages['diarize'].cpu_seconds / (end / 1000):.3f}",
    ]
    if asr:
        cells += words(reference, session, config, choices, names)
    return cells


def wrong_person(reference: Reference, turns: tuple[Turn, ...], names: dict[str, str]) -> float:
    """Return the share of each one's found speech that is outside their own true turns."""
    found = wrong = 0
    for voice, name in names.items():
        mine = union(t.span for t in turns if t.speaker == voice)
        true = union((t.span for t in reference.turns if t.speaker == name), gap_ms=500)
        found += total_ms(mine)
        wrong += total_ms(subtract(mine, true))
    return wrong / max(found, 1)


def offsets(audio: Any, scene: Scene) -> str:
    true = [0 if scene.same_start else STARTS_MS[i % 6] for i in range(len(audio.sources))]
    sure = sum(t.offset_sure is True for t in audio.tracks)
    worst = max(abs(s.start_ms - t) for s, t in zip(audio.sources, true, strict=True))
    return f"{sure} of {len(true)}, worst {worst} ms"


def words(
    reference: Reference, session: Any, config: Config, choices: Choices, names: dict[str, str]
) -> list[str]:
    run_stage(STAGES[2], session, config, choices)
    said = stage_files.parse_words(session.read("words.json"))
    hypothesis: dict[str, str] = dict.fromkeys(names.values(), "")
    for word, voice in zip(said.words, said.speakers, strict=True):
        hypothesis[names[voice]] += f" {word.text}"
    true = {
        name: " ".join(s.text for s in reference.segments if s.speaker == name)
        for name in reference.voices
    }
    found = cp_word_errors(true, hypothesis)
    return [
        f"{100 * (found.rate or 0):.1f}",
        f"{found.substitutions}/{found.deletions}/{found.insertions}",
        f"{session.manifest().stages['transcribe'].cpu_seconds:.0f}",
    ]


HEAD = (
    "scene",
    "DER %",
    "missed",
    "false",
    "confused",
    "found in nobody's turn %",
    "offsets sure, worst error",
    "CPU diarize",
)


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--data", type=Path, help="folder of labelled data; else the demo")
    parser.add_argument("--asr", help="transcribe as well, with this model")
    parser.add_argument("--only", nargs="*", help="scenes whose names hold one of these")
    chosen = parser.parse_args()
    with as_file(files("alsvoice") / "data" / "demo") as demo:
        reference = load(demo / "session.opus", demo, "session")
    if chosen.data:
        folder = chosen.data / "speech" / "composed"
        reference = load(folder / "s6_6min.flac", folder, "s6_6min")
    head = [*HEAD, *(("cpWER %", "sub/del/ins", "CPU s") if chosen.asr else ())]
    print("| " + " | ".join(head) + " |\n" + "|---" * len(head) + "|")
    for scene in SCENES:
        if not chosen.only or any(part in scene.name for part in chosen.only):
            with tempfile.TemporaryDirectory() as folder_:
                cells = measure(reference, scene, Path(folder_), chosen.asr)
            print("| " + " | ".join(cells) + " |", flush=True)


if __name__ == "__main__":
    main()
