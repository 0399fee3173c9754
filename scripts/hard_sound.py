"""Process sound that is no ordinary meeting, and print what was found in it.

    .venv/bin/python scripts/hard_sound.py [--minutes 10] [--only silence music …] [--asr base]

Ten minutes each of silence, of hiss, of music, of one voice, of eight voices at once, of a meeting
at -60 dBFS and of one that is clipped; voices are the bundled demo's. Nothing may fail, and no word
may be written over silence. Each row: people found, how sure, seconds of speech, words, CPU seconds
a second.
"""

import argparse
import sys
import tempfile
from collections.abc import Callable
from datetime import UTC, datetime
from importlib.resources import as_file, files
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests"))

import made_sounds
from alsvoice.config import Config
from alsvoice.formats import rttm
from alsvoice.intervals import total_ms, union
from alsvoice.pipeline.importing import Details, import_audio
from alsvoice.pipeline.run import process
from alsvoice.pipeline.sight import see
from alsvoice.pipeline.stages import Choices
from alsvoice.store import Library
from bench_cases import RATE, as_flac

Samples = NDArray[np.float32]
Maker = Callable[[Samples, list[Samples], int], Samples]


def tiled(sound: Samples, length: int) -> Samples:
    return np.resize(sound, length)


def silence(_demo: Samples, _voices: list[Samples], length: int) -> Samples:
    return np.zeros(length, np.float32)


def hiss(_demo: Samples, _voices: list[Samples], length: int) -> Samples:
    return np.random.default_rng(0).normal(0, 0.003, length).astype(np.float32)


def music(_demo: Samples, _voices: list[Samples], length: int) -> Samples:
    return made_sounds.music(length, RATE)


def one_voice(_demo: Samples, voices: list[Samples], length: int) -> Samples:
    return tiled(max(voices, key=len), length)


def eight_at_once(demo: Samples, voices: list[Samples], length: int) -> Samples:
    """Return all the demo's voices, and three of them again at other places, without a pause."""
    many = [*voices, *[np.roll(voice, len(voice) // 2) for voice in voices[:3]]]
    mixed = np.sum([tiled(voice, length) for voice in many], axis=0)
    return np.asarray(mixed / np.abs(mixed).max() * np.abs(demo).max(), np.float32)


def quiet(demo: Samples, _voices: list[Samples], length: int) -> Samples:
    rms = float(np.sqrt(np.mean(demo**2)))
    return tiled(demo * np.float32(0.001 / rms), length)


def clipped(demo: Samples, _voices: list[Samples], length: int) -> Samples:
    return np.clip(tiled(demo * np.float32(30), length), -1, 1)


KINDS: dict[str, Maker] = {
    "silence": silence,
    "hiss": hiss,
    "music": music,
    "one voice": one_voice,
    "eight voices at once": eight_at_once,
    "-60 dBFS": quiet,
    "clipped": clipped,
}


def material(folder: Path) -> tuple[Samples, list[Samples]]:
    """Return the demo and each person's speech of it end to end."""
    import soundfile

    with as_file(files("alsvoice") / "data" / "demo") as demo:
        path = as_flac(demo / "session.opus", folder / "demo.flac")
        turns = rttm.parse((demo / "session.rttm").read_text(encoding="utf-8"))
    sound: Samples = soundfile.read(path, dtype="float32")[0]
    voices = [
        np.concatenate([sound[t.start_ms * 16 : t.end_ms * 16] for t in turns if t.speaker == who])
        for who in sorted({turn.speaker for turn in turns})
    ]
    return sound, voices


def row(name: str, sound: Samples, folder: Path, choices: Choices) -> str:
    import soundfile

    path = folder / "sound.wav"
    soundfile.write(path, sound, RATE, subtype="PCM_16")
    with tempfile.TemporaryDirectory() as library:
        config = Config.resolve()
        session = import_audio(
            Library(Path(library)), config, [path], Details(), now=datetime.now(UTC)
        )
        process(session, config, choices)
        sight = see(session)
    speech = total_ms(union([turn.span for turn in sight.heard.turns])) / 1000
    cpu = sum(record.cpu_seconds for record in sight.manifest.stages.values())
    cells: list[Any] = [name, len(sight.heard.speakers), sight.heard.count_confidence]
    cells += [f"{speech:.0f}", len(sight.words.words), f"{cpu / len(sound) * RATE:.3f}"]
    return "| " + " | ".join(map(str, cells)) + " |"


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--minutes", type=float, default=10)
    parser.add_argument("--only", nargs="+", choices=KINDS, default=list(KINDS))
    parser.add_argument("--asr", default="base")
    chosen = parser.parse_args()
    print("| sound | people | sure | speech, s | words | CPU-s/s |\n" + "|---" * 6 + "|")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        demo, voices = material(folder)
        for kind in chosen.only:
            sound = KINDS[kind](demo, voices, round(60 * chosen.minutes * RATE))
            print(row(kind, sound, folder, Choices(asr=chosen.asr)), flush=True)


if __name__ == "__main__":
    main()
