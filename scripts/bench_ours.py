"""Run alsvoice on recordings for ``bench.py``: who spoke when alone, or the whole job.

    .venv/bin/python scripts/bench_ours.py NAME OUT.json AUDIO=N … --threads N

NAME is ``diarize``, ``whole`` or ``fast``; what is given and written is as in
``bench_rivals.py``.
"""

import argparse
import json
import tempfile
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from alsvoice.audio.mix import open_mix
from alsvoice.backends import registry
from alsvoice.backends.protocols import no_hook
from alsvoice.config import Config
from alsvoice.formats import stage_files
from alsvoice.pipeline.importing import Details, import_audio
from alsvoice.pipeline.run import process
from alsvoice.pipeline.stages import Choices
from alsvoice.store import Library
from alsvoice.transcript import Turn
from bench_rivals import Found, Job, measured, recordings


def diarize(options: argparse.Namespace) -> Job:
    diarizer = registry.diarizer("sparse", Config.resolve())

    def job(audio: Path, people: int) -> Found:
        with audio.open("rb") as file, open_mix(file) as sound:
            found = diarizer.diarize(
                sound, speakers=people or None, threads=options.threads, hook=no_hook
            )
        return {"turns": rows(found.turns), "exclusive": rows(found.exclusive)}

    return job


def whole(options: argparse.Namespace) -> Job:
    """Import and process; the models are loaded within the stages, so within what is measured."""

    def job(audio: Path, people: int) -> Found:
        with tempfile.TemporaryDirectory() as folder:
            session = import_audio(
                Library(Path(folder)),
                Config.resolve(),
                [audio],
                Details(speakers=people or None),
                now=datetime.now(UTC),
            )
            process(session, Config.resolve(), choices(options))
            stages = session.manifest().stages
            found = stage_files.parse_diarization(session.read("diarization.json"))
            words = stage_files.parse_utterances(session.read("utterances.json"))
        return {
            "turns": rows(found.turns),
            "exclusive": rows(found.exclusive),
            "words": [
                [word.text, word.start_ms / 1000, word.end_ms / 1000, utterance.speaker]
                for utterance in words
                for word in utterance.words
            ],
            "stages": [[name, made.cpu_seconds, made.seconds] for name, made in stages.items()],
        }

    return job


def choices(options: argparse.Namespace) -> Choices:
    made: dict[str, Any] = {"asr": options.asr, "threads": options.threads}
    if options.name == "fast":
        made["fast"] = True
    return Choices(**made)


def rows(turns: tuple[Turn, ...]) -> list[list[Any]]:
    return [[turn.speaker, turn.start_ms / 1000, turn.end_ms / 1000] for turn in turns]


JOBS = {"diarize": diarize, "whole": whole, "fast": whole}


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("name", choices=JOBS)
    parser.add_argument("out", type=Path)
    parser.add_argument("audio", nargs="+")
    parser.add_argument("--threads", type=int, required=True)
    parser.add_argument("--asr", default="base")
    options = parser.parse_args()
    found = measured(lambda: JOBS[options.name](options), recordings(options.audio))
    options.out.write_text(json.dumps(found), encoding="utf-8")


if __name__ == "__main__":
    main()
