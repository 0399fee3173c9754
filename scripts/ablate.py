"""Measure what a choice is worth: the same recordings with one thing changed at a time.

    .venv/bin/python scripts/ablate.py diarize --data DATA
    .venv/bin/python scripts/ablate.py transcribe --data DATA [--asr base]

`diarize`: hop, vector output and second look at short turns, number of people given and estimated.
`transcribe`: length of the windows, beam, looking at suspect windows again, and moving changes of
speaker to sentence ends. These are the tables of docs/LOG.md.
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
from alsvoice.backends.diarize import recheck, sparse, voices
from alsvoice.backends.diarize.embedding import Embedding
from alsvoice.backends.transcribe import packing, rounds, whisper
from alsvoice.config import Config
from alsvoice.pipeline.importing import Details, import_audio
from alsvoice.pipeline.run import process
from alsvoice.pipeline.scoring import score_sight
from alsvoice.pipeline.sight import see
from alsvoice.pipeline.stages import Choices
from alsvoice.store import Library

Change = tuple[Any, str, Any]

DIARIZE: dict[str, list[Change]] = {
    "as it is": [],
    "no second look at short turns": [(recheck, "_LONGEST_S", 0.0)],
    "second look from 1 s": [(recheck, "_SHORTEST_S", 1.0)],
    "no second look, hop 1.25 s": [(recheck, "_LONGEST_S", 0.0), (sparse, "_HOP_MS", 1250)],
    "no second look, cut vectors, threshold 0.38": [
        (recheck, "_LONGEST_S", 0.0),
        (Embedding, "output", "embs"),
        (voices, "_SAME_VOICE", 0.38),
    ],
}
TRANSCRIBE: dict[str, list[Change]] = {
    "as it is": [],
    "windows up to 19 s": [(whisper, "_LONGEST_MS", 19_000)],
    "windows up to 28.5 s": [(whisper, "_LONGEST_MS", 28_500)],
    "beam 3": [(whisper, "_BEAM", 3)],
    "beam 1": [(whisper, "_BEAM", 1)],
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


def silent(folder: str) -> str:
    """Return a transcriber that hears nothing, so that diarisation alone is timed."""
    path = Path(folder) / "words.json"
    path.write_text('{"schema":1,"kind":"words","data":{"words":[]}}')
    return f"scripted:{path}"


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("what", choices=["diarize", "transcribe"])
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--asr", default="base")
    chosen = parser.parse_args()
    with (
        as_file(files("alsvoice") / "data" / "demo") as demo,
        tempfile.TemporaryDirectory() as scratch,
    ):
        if chosen.what == "diarize":
            choices = Choices(asr=silent(scratch))
            for given in (True, False):
                how = "given" if given else "not given"
                print(f"\nDER %, worst share in points, people found; number {how}")
                for label, changes in DIARIZE.items():
                    print(label, end="", flush=True)
                    for name, people in SESSIONS.items():
                        with changed(changes):
                            found = scores(
                                name, demo, chosen.data, people if given else None, choices
                            )["diarization"]
                        print(
                            f" | {name} {100 * found['der']:.1f}, "
                            f"{100 * found['talk_share_error']:.1f}, {found['speakers_found']}",
                            end="",
                            flush=True,
                        )
                    print()
        else:
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
