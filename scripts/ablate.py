"""Measure what a choice is worth: the same recordings with one thing changed at a time.

    .venv/bin/python scripts/ablate.py transcribe --data DATA [--asr base]

Length of the windows, beam, how texts are compared, decoding again, and moving changes of speaker
to sentence ends. `ablate_diarize.py` does the same for who spoke when. These are the tables of
docs/LOG.md.
"""

import argparse
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from importlib.resources import as_file, files
from pathlib import Path
from typing import Any

from alsvoice import align
from alsvoice.backends.transcribe import decoding, packing, rounds, whisper
from alsvoice.config import Config
from alsvoice.pipeline.importing import Details, import_audio
from alsvoice.pipeline.run import process
from alsvoice.pipeline.scoring import score_sight
from alsvoice.pipeline.sight import see
from alsvoice.pipeline.stages import Choices
from alsvoice.store import Library

Change = tuple[Any, str, Any]

TRANSCRIBE: dict[str, list[Change]] = {
    "as it is": [],
    "windows up to 19 s": [(whisper, "_LONGEST_MS", 19_000)],
    "windows up to 23 s": [(whisper, "_LONGEST_MS", 23_000)],
    "beam 3": [(whisper, "_BEAM", 3)],
    "beam 1": [(whisper, "_BEAM", 1)],
    "texts compared by the mean of a token": [(decoding, "_LENGTH_POWER", 1.0)],
    "texts compared by length squared": [(decoding, "_LENGTH_POWER", 2.0)],
    "two seconds without a word are left": [(rounds, "_HOLE_MS", 2000)],
    "nothing decoded again": [(rounds, "is_suspect", lambda _: False), (rounds, "_HOLE_MS", 10**9)],
    "long pauses kept": [(packing, "_KEPT_PAUSE_MS", 5000)],
    "speaker changes not moved": [(align, "_SNAP_WORDS", 0)],
}
SESSIONS = {"demo": 5, "s4_3min": 4, "s6_6min": 6}


@contextmanager
def changed(changes: list[Change]) -> Iterator[None]:
    before = [(where, name, getattr(where, name)) for where, name, _ in changes]
    for where, name, value in changes:
        setattr(where, name, value)
    try:
        yield
    finally:
        for where, name, value in before:
            setattr(where, name, value)


def scores(name: str, demo: Path, data: Path, people: int | None, choices: Choices) -> Any:
    """Return the scores of one session, processed anew in a library that is thrown away."""
    folder = demo if name == "demo" else data / "speech" / "composed"
    audio = demo / "session.opus" if name == "demo" else folder / f"{name}.flac"
    with tempfile.TemporaryDirectory() as root:
        config = Config.resolve()
        session = import_audio(
            Library(Path(root)), config, [audio], Details(speakers=people), now=datetime.now(UTC)
        )
        process(session, config, choices)
        return score_sight(see(session), folder, "session" if name == "demo" else name)


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("what", choices=["transcribe"])
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--asr", default="base")
    chosen = parser.parse_args()
    with as_file(files("alsvoice") / "data" / "demo") as demo:
        for label, changes in TRANSCRIBE.items():
            print(label, end="", flush=True)
            for name, people in SESSIONS.items():
                with changed(changes):
                    found = scores(name, demo, chosen.data, people, Choices(asr=chosen.asr))[
                        "words"
                    ]
                print(
                    f" | {name} WER {100 * found['wer']:.1f}, cpWER {100 * found['cpwer']:.1f}",
                    end="",
                    flush=True,
                )
            print()


if __name__ == "__main__":
    main()
