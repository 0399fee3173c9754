"""Transcription against faster-whisper as its README runs it: errors, and what it costs.

    .venv/bin/python scripts/bench_transcribe.py --data DIR [--only NAME …] [--threads N]

Each recording is diarised once; then every system transcribes it, one after the other in the same
process, so that CPU seconds are comparable within a run and not between runs. The usual recipe
gives its words to people by the largest overlap of a word with a turn, on the same turns as ours.
WER and cpWER on lower case without punctuation and fillers. CPU is seconds a second of sound, of
all threads, loading left out; of several --rounds the cheapest counts.
"""

import argparse
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.resources import as_file, files
from pathlib import Path
from typing import Any

from alsvoice.align import assign_speakers
from alsvoice.audio.mix import open_mix
from alsvoice.backends import registry, weights
from alsvoice.backends.protocols import Sound
from alsvoice.config import Config
from alsvoice.evaluate.words import WordErrors, cp_word_errors, word_errors
from alsvoice.formats import stage_files, stm
from alsvoice.intervals import overlap_ms, to_ms
from alsvoice.pipeline.importing import import_audio
from alsvoice.pipeline.run import run_stage
from alsvoice.pipeline.stages import STAGES, Choices
from alsvoice.pipeline.transcribing import speech_of
from alsvoice.store import Library
from alsvoice.store.folder import MIX
from alsvoice.transcript import Diarization, Word
from measure import Case, cases

Transcribe = Callable[[Sound, Diarization], tuple[Sequence[Word], Sequence[str]]]


@dataclass(frozen=True)
class Row:
    """A system on a recording."""

    words: WordErrors
    cp: WordErrors
    cpu_s: float
    wall_s: float
    length_s: float


def ours(asr: str, config: Config, threads: int, *, fast: bool) -> Transcribe:
    """Return our transcription with our way of giving words to people."""
    backend = registry.transcriber(asr, config, fast=fast)

    def run(sound: Sound, heard: Diarization) -> tuple[Sequence[Word], Sequence[str]]:
        told = backend.transcribe(sound, speech=speech_of(heard), language="en", threads=threads)
        return told.words, assign_speakers(told.words, heard)

    return run


def usual(asr: str, config: Config, threads: int) -> Transcribe:
    """Return faster-whisper's README with word times, words to people by largest overlap."""
    from faster_whisper import WhisperModel

    found = weights.find(asr, config, weights.load_manifest())
    model = WhisperModel(str(found.folder), device="cpu", compute_type="int8", cpu_threads=threads)

    def run(sound: Sound, heard: Diarization) -> tuple[Sequence[Word], Sequence[str]]:
        segments, _ = model.transcribe(
            sound.read(0, sound.duration_ms), beam_size=5, word_timestamps=True
        )
        words = [_word(raw) for s in segments for raw in s.words or () if raw.word.strip()]
        return words, [_by_overlap(word, heard) for word in words]

    return run


def _word(raw: Any) -> Word:
    start = to_ms(raw.start)
    return Word(text=raw.word.strip(), start_ms=start, end_ms=max(start, to_ms(raw.end)))


def _by_overlap(word: Word, heard: Diarization) -> str:
    shared: dict[str, int] = defaultdict(int)
    for turn in heard.turns:
        shared[turn.speaker] += overlap_ms(word.span, turn.span)
    most = max(shared, key=lambda who: shared[who], default="nobody")
    if shared and shared[most]:
        return most
    near = min(heard.turns, key=lambda t: max(t.start_ms - word.end_ms, word.start_ms - t.end_ms))
    return near.speaker


def systems(config: Config, threads: int) -> Iterator[tuple[str, Transcribe]]:
    """Give what is compared, by name."""
    yield "faster-whisper base, beam 5", usual("base", config, threads)
    yield "ours, base", ours("base", config, threads, fast=False)
    yield "ours, base --fast", ours("base", config, threads, fast=True)
    yield "ours, tiny.en", ours("tiny.en", config, threads, fast=False)
    yield "ours, tiny.en --fast", ours("tiny.en", config, threads, fast=True)


def measured(run: Transcribe, case: Case, session: Any, rounds: int) -> Row:
    """Return how one system does on one recording."""
    stem = case.audio.stem if case.reference.name == "composed" else "*"
    said = stm.parse(next(iter(sorted(case.reference.glob(f"{stem}.stm")))).read_text("utf-8"))
    heard = stage_files.parse_diarization(session.read("diarization.json"))
    cpu = wall = float("inf")
    with session.reading(MIX) as file, open_mix(file) as sound:
        for _ in range(rounds):
            before = time.process_time(), time.perf_counter()
            words, voices = run(sound, heard)
            cpu = min(cpu, time.process_time() - before[0])
            wall = min(wall, time.perf_counter() - before[1])
        length = sound.duration_ms / 1000
    by_voice, by_person = defaultdict(list), defaultdict(list)
    for word, voice in zip(words, voices, strict=True):
        by_voice[voice].append(word.text)
    for segment in said:
        by_person[segment.speaker].append(segment.text)
    return Row(
        words=word_errors(_joined(s.text for s in said), _joined(w.text for w in words)),
        cp=cp_word_errors(
            {who: _joined(texts) for who, texts in by_person.items()},
            {who: _joined(texts) for who, texts in by_voice.items()},
        ),
        cpu_s=cpu,
        wall_s=wall,
        length_s=length,
    )


def _joined(texts: Any) -> str:
    return " ".join(texts)


def line(system: str, name: str, row: Row) -> str:
    """Return a row of the table."""
    wer, cp = (100 * (errors.rate or 0) for errors in (row.words, row.cp))
    cost = f"{row.cpu_s / row.length_s:.3f} | {row.wall_s / row.length_s:.3f}"
    return f"| {system} | {name} | {wer:.1f} | {cp:.1f} | {cost} |"


def pooled(rows: Sequence[Row]) -> Row:
    """Return the rows as one: counts are added, never rates."""
    return Row(
        words=sum((row.words for row in rows), WordErrors()),
        cp=sum((row.cp for row in rows), WordErrors()),
        cpu_s=sum(row.cpu_s for row in rows),
        wall_s=sum(row.wall_s for row in rows),
        length_s=sum(row.length_s for row in rows),
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--data", type=Path, help="folder of labelled data")
    parser.add_argument("--only", nargs="*", help="names of the recordings")
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--rounds", type=int, default=1)
    chosen = parser.parse_args()
    config = Config.resolve()
    print("| transcription | recording | WER % | cpWER % | CPU | wall |\n" + "|---" * 6 + "|")
    with (
        tempfile.TemporaryDirectory() as folder,
        as_file(files("alsvoice") / "data" / "demo") as demo,
    ):
        sessions = []
        for case in cases(chosen.data, demo):
            if not chosen.only or case.name in chosen.only:
                session = import_audio(
                    Library(Path(folder)), config, [case.audio], case.details, now=datetime.now(UTC)
                )
                for stage in STAGES[:2]:
                    run_stage(stage, session, config, Choices(threads=chosen.threads))
                sessions.append((case, session))
        for system, run in systems(config, chosen.threads):
            rows = []
            for case, session in sessions:
                rows.append(measured(run, case, session, chosen.rounds))
                print(line(system, case.name, rows[-1]), flush=True)
            print(line(system, "all", pooled(rows)), flush=True)


if __name__ == "__main__":
    main()
