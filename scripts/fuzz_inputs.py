"""What fuzzing breaks, and how: small sounds of every kind, a small session, bytes, JSON, text."""

import json
import random
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from alsvoice.formats import stage_files
from alsvoice.transcript import Diarization, Turn
from cli_runner import alsvoice
from scripted_demo import silent_wav, write_words
from strategies import spread

__all__ = [
    "broken_bytes", "broken_json", "broken_lines", "hostile_text", "hostile_time", "small_session",
    "sound_seeds",
]  # fmt: skip

_SIGNS = (
    "a", "Ann", " ", "\n", "\r\n", "\t", "\x1b[31m", "\u202e", "\u2066", "\ufeff", "😀",
    "👩‍👩‍👧", "é", "ﷺ",
    "/", "\\", "..", "../", "C:\\", "CON", "NUL.wav", "~", "$HOME", "`id`", "$(id)", ";", "|", "&",
    "<script>", "</td>", "{{7*7}}", "{%", "=cmd|' /C calc'!A0", "+1", "-", "--", "--yes", "@", ",",
    ":", ":member", ":king", "=", "SPEAKER_00", "SPEAKER_X", "\u2028", "\u0085", "\u200b", "\x7f",
    "\u0300" * 40, "ß", "İ", "名", "ا", "\ud7ff", "%00", "%s%n", "0", "NaN", "null", "'", '"', "*?",
)  # fmt: skip
_TIMES = (
    "0", "-1", "1e308", "NaN", "inf", "-inf", "1:60", "0:00", "99:99:99", "1:2:3:4", "", " ", "٣",
    "1_0", "0x10", "1e400", "3", "5", "4.9999999", "1:00", "999999999999999999999", "-0", "+3",
    "3s",
)  # fmt: skip


def hostile_text(chance: random.Random) -> str:
    """Return a name or text that nobody hoped for."""
    draw = chance.random()
    if draw < 0.05:
        return chance.choice(["x", "é", "ab ", "\u202e", "😀"]) * chance.choice([300, 5000, 70_000])
    if draw < 0.1:
        return ""
    return "".join(chance.choice(_SIGNS) for _ in range(chance.randint(1, 6)))


def hostile_time(chance: random.Random) -> str:
    """Return a time or number that nobody hoped for."""
    return chance.choice(_TIMES)


def broken_bytes(data: bytes, chance: random.Random, *, others: Sequence[bytes] = ()) -> bytes:
    """Return the bytes cut off, flipped, overwritten, doubled or joined with something else."""
    out = bytearray(data)
    for _ in range(chance.choice([1, 1, 2, 4])):
        at = (
            chance.randrange(len(out) + 1)
            if chance.random() < 0.6
            else chance.randrange(0, min(200, len(out)) + 1)
        )
        kind = chance.randrange(8)
        if kind == 0:
            del out[at:]
        elif kind == 1:
            for _ in range(chance.choice([1, 8, 64])):
                if out:
                    out[chance.randrange(len(out))] ^= 1 << chance.randrange(8)
        elif kind == 2:
            out[at : at + 4] = chance.choice(
                [b"\xff" * 4, b"\0" * 4, b"\x7f\xff\xff\xff", b"\0\0\0\x80"]
            )
        elif kind == 3:
            size = chance.choice([1, 16, 1000])
            out[at : at + size] = bytes(chance.randrange(256) for _ in range(size))
        elif kind == 4:
            del out[at : at + chance.choice([1, 7, 500])]
        elif kind == 5:
            out[at:at] = out[: chance.choice([8, 100, 4000])]
        elif kind == 6 and others:
            out[at:] = chance.choice(list(others))
        elif kind == 7 and others:
            out[:0] = chance.choice(list(others))[: chance.choice([20, 400])]
    return bytes(out)


_VALUES: tuple[Any, ...] = (
    None, True, 0, -1, 1, 2**31, 2**63, 2**64, -(2**63) - 1, 1e308, 0.1, "", "x", "\ud83d", "..",
    "/etc/hostname", "../../x", "audio/../../x", "SPEAKER_00", "advice", "audio/mix.flac", [], [[]],
    {}, {"a": 1}, ["a"], "x" * 100_000, [0] * 5000, "2026-13-45T99:99", "sha256:0",
)  # fmt: skip


def broken_json(data: bytes, chance: random.Random) -> bytes:
    """Return JSON in which some values are of a kind, size or place that nobody hoped for."""
    try:
        value = json.loads(data)
    except ValueError:
        return broken_bytes(data, chance)
    for _ in range(chance.choice([1, 1, 2, 5])):
        value = _broken(value, chance)
    text = json.dumps(value)
    draw = chance.random()
    if draw < 0.06:
        text = text.replace("1", "NaN", 1) if draw < 0.03 else text.replace("0", "Infinity", 1)
    elif draw < 0.09:
        text = text.replace(":", ":" + "[" * chance.choice([50, 100_000]), 1)
    return text.encode("utf-8", "surrogatepass")


def _broken(value: Any, chance: random.Random) -> Any:  # noqa: PLR0911 - one return a fault
    """Return the value with one thing in it changed."""
    if isinstance(value, dict) and value and chance.random() < 0.9:
        key = chance.choice(sorted(value))
        draw = chance.random()
        if draw < 0.12:
            return {k: v for k, v in value.items() if k != key}
        if draw < 0.18:
            return {**value, hostile_text(chance): value[key]}
        return {**value, key: _broken(value[key], chance)}
    if isinstance(value, list) and value and chance.random() < 0.8:
        at = chance.randrange(len(value))
        draw = chance.random()
        if draw < 0.15:
            return value[:at] + value[at + 1 :]
        if draw < 0.3:
            return [*value, value[at]]
        if draw < 0.36:
            return value[::-1]
        return [*value[:at], _broken(value[at], chance), *value[at + 1 :]]
    if isinstance(value, (int, float)) and not isinstance(value, bool) and chance.random() < 0.3:
        return value + chance.choice([-1, 1, 1000, -(10**6), 10**15])
    return chance.choice(_VALUES) if chance.random() < 0.8 else hostile_text(chance)


def broken_lines(data: bytes, chance: random.Random) -> bytes:
    """Return lines torn, doubled, out of order, broken inside, or of endless length."""
    lines = data.split(b"\n")
    draw = chance.random()
    if draw < 0.35:
        at = chance.randrange(len(lines))
        lines[at] = broken_json(lines[at], chance) if lines[at] else b"{"
    elif draw < 0.5:
        chance.shuffle(lines)
    elif draw < 0.6:
        lines *= 2
    elif draw < 0.65:
        lines.insert(0, b"x" * chance.choice([70_000, 3_000_000]))
    elif draw < 0.7:
        lines.insert(0, b"[" * 100_000)
    else:
        return broken_bytes(data, chance)
    return b"\n".join(lines)


def small_session(library: Path, folder: Path) -> str:
    """Import and process a session of twelve seconds from a script; return its name."""
    said = (
        ("SPEAKER_00", 500, 2500, "What would you like to look at today, Ben?"),
        (
            "SPEAKER_01",
            2700,
            6000,
            "My team does not talk to me any more. I'll ring Ann on Friday.",
        ),
        ("SPEAKER_00", 6200, 8000, "Have you thought about a weekly meeting?"),
        ("SPEAKER_02", 8100, 10_500, "So how did that feel?"),
    )
    words = tuple(
        word for _, start, end, sentence in said for word in spread(sentence.split(), start, end)
    )
    turns = tuple(Turn(speaker=who, start_ms=a, end_ms=b) for who, a, b, _ in said)
    (folder / "heard.json").write_bytes(
        stage_files.serialize_diarization(Diarization(turns=turns, exclusive=turns))
    )
    write_words(folder / "words.json", words)
    sound = silent_wav(folder / "meeting.wav", 12, 8000)
    at = ("--library", library)
    people = "Ann:facilitator,Ben:presenter,Cat"
    name = str(
        alsvoice(*at, "import", sound, "--participants", people, "--json").good().json()["session"]
    )
    alsvoice(
        *at, "process", name, f"--diarizer=scripted:{folder / 'heard.json'}",
        f"--asr=scripted:{folder / 'words.json'}",
    ).good()  # fmt: skip
    alsvoice(*at, "speakers", name, "SPEAKER_00=Ann", "SPEAKER_01=Ben").good()
    rows = alsvoice(*at, "report", name, "--format", "json").good().json()["utterances"]
    alsvoice(*at, "correct", name, rows[0]["id"], "--label", "closed_question").good()
    alsvoice(*at, "correct", name, rows[-1]["id"], "--text", "And how was that?").good()
    return name


def sound_seeds(folder: Path) -> dict[str, bytes]:
    """Return half a second of sound in each format that can be written here, by suffix."""
    import av
    import numpy as np

    found: dict[str, bytes] = {}
    kinds = {
        "wav": ("pcm_s16le", 16_000, "mono"), "flac": ("flac", 44_100, "stereo"),
        "mp3": ("libmp3lame", 44_100, "stereo"), "ogg": ("libvorbis", 48_000, "stereo"),
        "opus": ("libopus", 48_000, "mono"), "m4a": ("aac", 48_000, "stereo"),
        "mp4": ("aac", 22_050, "mono"), "webm": ("libopus", 48_000, "stereo"),
        "mkv": ("flac", 96_000, "7.1"), "w64": ("pcm_f32le", 96_000, "7.1"),
    }  # fmt: skip
    for suffix, (codec, rate, layout) in kinds.items():
        path = folder / f"seed.{suffix}"
        try:
            _write_tone(path, codec, rate, layout)
        except (av.error.FFmpegError, ValueError, KeyError):
            continue  # this build of FFmpeg has no such encoder
        found[suffix] = path.read_bytes()
    nan = np.full(8000, np.nan, np.float32)
    nan[::3] = np.inf
    head = b"RIFF" + (36 + nan.nbytes).to_bytes(4, "little") + b"WAVEfmt \x10\0\0\0\3\0\1\0"
    found["nan.wav"] = (
        head + (16_000).to_bytes(4, "little") + (64_000).to_bytes(4, "little") + b"\4\0\x20\0data"
        + nan.nbytes.to_bytes(4, "little") + nan.tobytes()
    )  # fmt: skip
    return found


def _write_tone(path: Path, codec: str, rate: int, layout: str) -> None:
    import av
    import numpy as np

    channels = {"mono": 1, "stereo": 2, "7.1": 8}[layout]
    with av.open(str(path), "w") as out:
        stream: Any = out.add_stream(codec, rate=rate, layout=layout)
        for start in range(0, rate // 2, 1000):
            wave = np.sin(np.arange(start, start + 1000) * 0.05).astype(np.float32)
            packed = np.repeat(wave, channels).reshape(1, -1)
            frame = av.AudioFrame.from_ndarray(packed, "flt", layout)
            frame.sample_rate = rate
            frame.pts = None
            out.mux(stream.encode(frame))
        out.mux(stream.encode(None))
