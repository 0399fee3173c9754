"""Run the product on the labelled sessions and print the table of figures that the README quotes.

    .venv/bin/python scripts/measure.py --data DIR [--asr base] [--fast] [--only NAME …]

DIR is the folder of labelled data (als/, speech/composed/, speech/meetings/); the bundled demo is
measured without it. Every session is imported and processed through the command line's own
pipeline, in a library that is thrown away. Protocols: DER with collar 0 and overlap scored; WER on
lower case without punctuation and fillers; CPU seconds are of the process, model loading included.
"""

import argparse
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.resources import as_file, files
from pathlib import Path
from typing import Any

from alsvoice.config import Config
from alsvoice.evaluate.turns import TurnErrors, turn_errors
from alsvoice.formats import rttm, uem
from alsvoice.pipeline.demo import demo_details
from alsvoice.pipeline.importing import Details, import_audio
from alsvoice.pipeline.run import process, run_stage
from alsvoice.pipeline.scoring import score_sight
from alsvoice.pipeline.sight import see
from alsvoice.pipeline.stages import STAGES, Choices
from alsvoice.store import Library


@dataclass(frozen=True)
class Case:
    """A recording with its references beside it."""

    name: str
    audio: Path
    reference: Path
    details: Details


def cases(data: Path | None, demo: Path) -> Iterator[Case]:
    yield Case("demo", demo / "session.opus", demo, demo_details())
    if data is None:
        return
    for name, people in (("s4_3min", 4), ("s6_6min", 6)):
        folder = data / "speech" / "composed"
        yield Case(name, folder / f"{name}.flac", folder, Details(speakers=people))
    for folder in sorted((data / "als").iterdir()) if (data / "als").is_dir() else ():
        if folder.is_dir() and folder.name != "demo":
            yield Case(f"als/{folder.name}", folder / "session.flac", folder, Details(speakers=5))


def measure(case: Case, library: Library, config: Config, choices: Choices) -> dict[str, Any]:
    session = import_audio(library, config, [case.audio], case.details, now=datetime.now(UTC))
    process(session, config, choices)
    sight = see(session)
    stem = case.audio.stem if case.reference.name == "composed" else "*"
    return {
        **score_sight(sight, case.reference, stem),
        "seconds": sight.conversation.duration_ms / 1000,
        "stages": sight.manifest.stages,
    }


def row(name: str, found: dict[str, Any]) -> str:
    diarization, words = found["diarization"], found.get("words", {})
    length = found["seconds"]
    cpu = {stage: record.cpu_seconds / length for stage, record in found["stages"].items()}
    wall = sum(record.seconds for record in found["stages"].values()) / length
    cells = [
        name,
        _percent(diarization["der"]),
        f"{diarization['speakers_found']} of {diarization['speakers_reference']}",
        f"{100 * diarization['talk_share_error']:.1f}",
        _percent(words.get("wer")),
        _percent(words.get("cpwer")),
        f"{found['labels']['macro_f1']:.2f}" if "labels" in found else "",
        f"{cpu['diarize']:.3f}",
        f"{cpu['transcribe']:.3f}",
        f"{sum(cpu.values()):.3f}",
        f"{wall:.3f}",
    ]
    return "| " + " | ".join(cells) + " |"


HEAD = (
    "| session | DER % | people | worst share, points | WER % | cpWER % | label F1 "
    "| CPU diarize | CPU transcribe | CPU all | wall |\n" + "|---" * 11 + "|"
)


def _percent(value: float | None) -> str:
    return "" if value is None else f"{100 * value:.1f}"


def ami(data: Path, library: Library, config: Config, *, given: bool, threads: int) -> str:
    """Return the pooled DER of the meeting excerpts, number of people given or estimated."""
    total = TurnErrors()
    exact = count = 0
    for audio in sorted((data / "speech" / "meetings").glob("ami_*_000-030.flac")):
        reference = rttm.parse(audio.with_suffix(".words.rttm").read_text())
        scored = uem.parse(audio.with_suffix(".uem").read_text())
        people = len({turn.speaker for turn in reference})
        details = Details(speakers=people if given else None)
        session = import_audio(library, config, [audio], details, now=datetime.now(UTC))
        run_stage(STAGES[1], session, config, Choices(threads=threads))
        found = rttm_turns(session)
        total += turn_errors(reference, found, scored)
        exact += len({turn.speaker for turn in found}) == people
        count += 1
    how = "given" if given else "not given"
    return (
        f"AMI, {count} excerpts, number {how}: DER {_percent(total.der)} %, exact count in {exact}"
    )


def rttm_turns(session: Any) -> tuple[Any, ...]:
    from alsvoice.formats import stage_files

    turns: tuple[Any, ...] = stage_files.parse_diarization(session.read("diarization.json")).turns
    return turns


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--data", type=Path, help="folder of labelled data")
    parser.add_argument("--asr", default="base")
    parser.add_argument("--fast", action="store_true")
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--only", nargs="*", help="names of the sessions to measure")
    parser.add_argument("--no-ami", action="store_true")
    chosen = parser.parse_args()
    config = Config.resolve()
    choices = Choices(asr=chosen.asr, fast=chosen.fast, threads=chosen.threads)
    how = f"{chosen.asr}, fast" if chosen.fast else chosen.asr
    print(f"asr {how}, {chosen.threads} thread(s), number of people given\n\n{HEAD}")
    with (
        tempfile.TemporaryDirectory() as folder,
        as_file(files("alsvoice") / "data" / "demo") as demo,
    ):
        library = Library(Path(folder))
        for case in cases(chosen.data, demo):
            if not chosen.only or case.name in chosen.only:
                print(row(case.name, measure(case, library, config, choices)), flush=True)
        if chosen.data and not chosen.no_ami:
            print()
            for given in (True, False):
                print(ami(chosen.data, library, config, given=given, threads=chosen.threads))


if __name__ == "__main__":
    main()
