"""Compare alsvoice with its rivals on the same recordings, in one run: docs/benchmarks.md.

    .venv/bin/python scripts/bench.py --data DATA [--rivals PYTHON] [--checkpoint FILE]
        [--threads 1 2] [--only diarize whole length] [--minutes 60 240] [--out docs/benchmarks.md]

DATA is a folder of labelled recordings (als/, speech/composed/, speech/meetings/); without it the
bundled demo is taken alone. PYTHON is the interpreter of an environment of the rivals' own; what it
lacks is left out, and said so:

    python3 -m venv rivals
    rivals/bin/pip install sherpa-onnx soundfile faster-whisper
    rivals/bin/pip install torch==2.11.* torchaudio==2.11.* pyannote.audio   (5 GB)

FILE is pyannote's own segmentation-3.0 checkpoint (``pytorch_model.bin``). Each system runs in a
process of its own on one recording, with one thread and again with two. Sections that are not
measured stay as they are in the page; each says when and where it was measured.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import Any

import bench_tables as tables
from bench_cases import Case, cases, excerpts, lengths
from environment import ROOT

SCRIPTS = ROOT / "scripts"
MODELS = ROOT / "models"


@dataclass(frozen=True, slots=True, kw_only=True)
class System:
    """One way to do a job: the interpreter, the script, its name there and its models."""

    title: str
    python: Path
    script: str
    name: str
    models: tuple[str, ...] = ()


OURS = System(title="alsvoice", python=Path(sys.executable), script="bench_ours.py", name="diarize")
WHOLE = System(
    title="alsvoice, whole job", python=Path(sys.executable), script="bench_ours.py", name="whole"
)
Section = tuple[str, str]
"""A title and a table."""
WHISPER = "faster-whisper"
_RIVALS_S = 900


def ours() -> list[System]:
    """Return the whole job, and the fast way of it where there is one."""
    from alsvoice.pipeline.stages import Choices

    fast = replace(WHOLE, title="alsvoice --fast", name="fast")
    return [WHOLE, fast] if "fast" in {f.name for f in fields(Choices)} else [WHOLE]


def rivals(options: argparse.Namespace, folder: Path) -> tuple[list[System], list[str]]:
    """Return the rivals in turns that are there, and what is said of those that are not."""
    embedding = folder / "wespeaker-campplus.onnx"  # pyannote.audio goes by the name
    embedding.write_bytes((MODELS / "3dspeaker-campplus" / "model.onnx").read_bytes())
    shared = ("--embedding", str(embedding))
    segmentation = str(MODELS / "pyannote-segmentation-3.0" / "model.onnx")
    known = {
        "pyannote": ("pyannote.audio", (*shared, "--checkpoint", str(options.checkpoint))),
        "sherpa": ("sherpa-onnx", (*shared, "--segmentation", segmentation)),
    }
    found: list[System] = []
    absent: list[str] = []
    for name, (title, models) in known.items():
        if options.rivals is None or not has(options.rivals, name):
            absent.append(f"{title} was not there: see the head of scripts/bench.py")
        elif name == "pyannote" and not options.checkpoint:
            absent.append(f"{title} needs --checkpoint")
        else:
            found.append(
                System(
                    title=title,
                    python=options.rivals,
                    script="bench_rivals.py",
                    name=name,
                    models=models,
                )
            )
    return found, absent


def has(python: Path, name: str) -> bool:
    module = {"pyannote": "pyannote.audio", "sherpa": "sherpa_onnx"}[name]
    quiet: dict[str, Any] = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    told = {**os.environ, "PYANNOTE_METRICS_ENABLED": "0"}
    return (
        subprocess.run(
            [python, "-c", f"import {module}"], check=False, env=told, **quiet
        ).returncode
        == 0
    )


def run(system: System, case: Case, threads: int, people: int | None) -> dict[str, Any]:
    """Return what a system found in a recording and what it cost, or ``failed``."""
    return run_all(system, [(case, people)], threads)[0]


def run_all(
    system: System, given: list[tuple[Case, int | None]], threads: int
) -> list[dict[str, Any]]:
    """Return the same of several recordings, by one process."""
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "found.json"
        audio = [f"{case.audio}={people or 0}" for case, people in given]
        command = [str(system.python), str(SCRIPTS / system.script), system.name, str(out), *audio]
        command += ["--threads", str(threads), *system.models]
        limits = {"OMP_NUM_THREADS": str(threads), "PYANNOTE_METRICS_ENABLED": "0"}
        done = subprocess.run(
            command, check=False, capture_output=True, text=True, env={**os.environ, **limits}
        )
        first = given[0][0].name
        if done.returncode or not out.is_file():
            print(f"{system.title} failed on {first}: {done.stderr[-300:]}", file=sys.stderr)
            return [{"failed": True}] * len(given)
        found: list[dict[str, Any]] = json.loads(out.read_text(encoding="utf-8"))
    rate = sum(f["cpu_s"] for f in found) / sum(case.seconds for case, _ in given)
    print(f"{system.title}, {first} …, {threads} thread(s): {rate:.3f} CPU-s/s", flush=True)
    return found


def diarization(
    systems: list[System], recordings: list[Case], small: list[Case], threads: list[int]
) -> Iterator[Section]:
    """Yield the table of who spoke when as it grows: whole recordings, then excerpts pooled."""
    for count in threads:
        rows: list[tables.Row] = []
        title = f"Who spoke when, {count} thread{'s' * (count > 1)}"
        for case in recordings:
            for system in systems:
                found = run(system, case, count, case.people)
                rows.append(tables.turn_row(system.title, case, found))
            yield title, tables.turns(rows)
        for given in (True, False) if small and count == threads[0] else ():
            told = [(case, case.people if given else None) for case in small]
            for system in systems:
                results = list(zip(small, run_all(system, told, count), strict=True))
                rows.append(tables.pooled_row(system.title, results, given=given))
            yield title, tables.turns(rows)


def whole_job(
    systems: list[System], recordings: list[Case], threads: list[int], model: Path
) -> Iterator[Section]:
    """Yield the table of the whole job against the usual recipe, as it grows."""
    recipe = System(
        title=WHISPER,
        python=Path(sys.executable),
        script="bench_rivals.py",
        name=WHISPER,
        models=("--whisper", str(model)),
    )
    pyannote = next((s for s in systems if s.name == "pyannote"), None)
    for count in threads:
        rows: list[tables.Row] = []
        for case in recordings:
            for system in ours():
                found = run(system, case, count, case.people)
                rows.append(tables.word_row(system.title, case, found))
            words = run(recipe, case, count, None)
            rows.append(tables.word_row(WHISPER, case, words))
            if pyannote and "failed" not in words:
                turns = run(pyannote, case, count, case.people)
                if "failed" not in turns:
                    both = tables.recipe(words, turns)
                    rows.append(tables.word_row("usual recipe", case, both))
            yield f"The whole job, {count} thread{'s' * (count > 1)}", tables.words(rows)


def by_length(
    rivals_: list[System], source: Case, minutes: list[int], folder: Path
) -> Iterator[Section]:
    """Yield cost against length as it grows, people given, one thread; rivals up to 15 min."""
    rows: list[tables.Row] = []
    for case in lengths(source, minutes, folder):
        rows += [
            tables.length_row(system.title, case, run(system, case, 1, case.people))
            for system in [OURS, *(rivals_ if case.seconds <= _RIVALS_S else [])]
        ]
        case.audio.unlink()
        yield "Cost against length, 1 thread", tables.by_length(rows)


def main() -> None:
    options = _options()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        recordings, small = list(cases(options.data, folder)), list(excerpts(options.data))
        there, absent = rivals(options, folder)
        parts: list[Iterator[Section]] = []
        if "diarize" in options.only:
            parts.append(diarization([OURS, *there], recordings, small, options.threads))
        if "whole" in options.only:
            parts.append(whole_job(there, recordings, options.threads, _whisper()))
        if "length" in options.only:
            parts.append(by_length(there, recordings[-1], options.minutes, folder))
        for part in parts:
            for title, table in part:
                body = f"{tables.made(options.rivals, absent)}\n\n{table}"
                tables.write(options.out, title, body)
                print(f"Written: {title}, in {options.out}", flush=True)


def _whisper() -> Path:
    from alsvoice.backends import weights
    from alsvoice.config import Config

    return weights.find("base", Config.resolve(), weights.load_manifest()).folder


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--data", type=Path)
    parser.add_argument("--rivals", type=Path, metavar="PYTHON")
    parser.add_argument("--checkpoint", type=Path)
    parser.add_argument("--threads", type=int, nargs="+", default=[1, 2])
    kinds = ["diarize", "whole", "length"]
    parser.add_argument("--only", nargs="+", choices=kinds, default=kinds)
    parser.add_argument("--minutes", type=int, nargs="+", default=[15, 60, 240])
    parser.add_argument("--out", type=Path, default=ROOT / "docs" / "benchmarks.md")
    return parser.parse_args()


if __name__ == "__main__":
    main()
