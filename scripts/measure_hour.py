"""See whether words and marks hold over an hour: ten minutes a row.

    .venv/bin/python scripts/measure_hour.py --sound s6_60min.opus --speakers 6 [--fast]

Beside the sound lies its reference (``.stm``). WER over the segments that lie in the ten minutes,
words said for each mark at which a sentence ends, and the longest run of words without one; then
what was taken out as loops or over silence, and the cost of the whole.
"""

import argparse
import tempfile
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path

from alsvoice.align import ends_sentence
from alsvoice.config import Config
from alsvoice.evaluate.words import word_errors
from alsvoice.formats import stage_files, stm
from alsvoice.formats.segments import SpokenSegment
from alsvoice.pipeline.importing import Details, import_audio
from alsvoice.pipeline.run import process
from alsvoice.pipeline.stages import Choices
from alsvoice.store import Library
from alsvoice.transcript import Transcript, Word

_PART_MS = 600_000


def runs(words: Sequence[Word]) -> Iterator[int]:
    """Yield how many words stand from one sentence's end to the next."""
    count = 0
    for word in words:
        count += 1
        if ends_sentence(word):
            yield count
            count = 0
    yield count


def row(reference: Sequence[SpokenSegment], words: Sequence[Word], start_ms: int) -> str:
    """Return the cells of ten minutes; segments and words belong where their middle lies."""
    end_ms = start_ms + _PART_MS
    there = [s for s in reference if start_ms <= (s.start_ms + s.end_ms) // 2 < end_ms]
    said = [word for word in words if start_ms <= word.middle_ms < end_ms]
    true = " ".join(s.text for s in sorted(there, key=lambda s: s.start_ms))
    errors = word_errors(true, " ".join(word.text for word in said))
    lengths = list(runs(said))
    cells = (
        f"{start_ms // 60_000} to {end_ms // 60_000}",
        f"{errors.words}",
        f"{100 * (errors.rate or 0):.1f}",
        f"{len(said) / max(1, len(lengths)):.1f}",
        f"{max(lengths, default=0)}",
    )
    return "| " + " | ".join(cells) + " |"


def heard(sound: Path, people: int | None, choices: Choices) -> tuple[Transcript, float]:
    """Return the words of a recording and CPU seconds a second."""
    with tempfile.TemporaryDirectory() as folder:
        config, library = Config.resolve(), Library(Path(folder))
        details = Details(speakers=people)
        session = import_audio(library, config, [sound], details, now=datetime.now(UTC))
        process(session, config, choices)
        manifest = session.manifest()
        used = sum(record.cpu_seconds for record in manifest.stages.values())
        length_s = (manifest.audio.duration_ms if manifest.audio else 0) / 1000
        return stage_files.parse_words(session.read("words.json")), used / length_s


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--sound", type=Path, required=True)
    parser.add_argument("--speakers", type=int)
    parser.add_argument("--fast", action="store_true")
    parser.add_argument("--threads", type=int, default=1)
    chosen = parser.parse_args()
    reference = stm.parse(chosen.sound.with_suffix(".stm").read_text("utf-8"))
    choices = Choices(fast=chosen.fast, threads=chosen.threads)
    found, cost = heard(chosen.sound, chosen.speakers, choices)
    print("| minutes | words | WER % | words a mark | most without |\n|---|---|---|---|---|")
    last = max(word.end_ms for word in found.words)
    for start_ms in range(0, last, _PART_MS):
        print(row(reference, found.words, start_ms))
    print(
        f"\n{found.loops_removed} words taken out as loops, {found.words_over_silence_removed} "
        f"over silence; {cost:.3f} CPU-seconds a second"
    )


if __name__ == "__main__":
    main()
