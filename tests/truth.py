"""The demo session as its truth file has it: true turns, words and labels as a ``Conversation``."""

import json
import os
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from alsvoice.intervals import to_ms
from alsvoice.labels import Origin
from alsvoice.session import CodedUtterance, Conversation, Person, Phase, Role
from alsvoice.transcript import Turn, Utterance
from strategies import coding_of, spread

__all__ = ["conversation", "folder", "truth"]

_ROOT = Path(__file__).resolve().parents[1]


def folder() -> Path:
    """Return where ``truth.json`` and ``session.rttm`` lie; skip the test where they do not."""
    shared = Path(os.environ.get("ALSVOICE_SHARED") or _ROOT.parent / "shared" / "data")
    for place in (_ROOT / "src/alsvoice/data/demo", shared / "als" / "demo"):
        if (place / "truth.json").is_file() and (place / "session.rttm").is_file():
            return place
    pytest.skip("the demo's truth is neither bundled nor in the shared data")


@cache
def _read(place: Path) -> dict[str, Any]:
    data: dict[str, Any] = json.loads((place / "truth.json").read_text(encoding="utf-8"))
    return data


def truth() -> dict[str, Any]:
    """Return the content of ``truth.json``."""
    return _read(folder())


def conversation() -> Conversation:
    """Return the demo with its true turns; words are spread evenly over their utterance."""
    data = truth()
    return Conversation(
        duration_ms=to_ms(data["duration"]),
        people=tuple(
            Person(
                id=row["name"],
                speakers=(f"SPEAKER_{n:02}",),
                name=row["name"],
                role=Role(row["role"]),
            )
            for n, row in enumerate(data["participants"])
        ),
        turns=_turns((folder() / "session.rttm").read_text(encoding="utf-8")),
        utterances=tuple(map(_coded, data["utterances"])),
        phases=tuple(
            Phase(name=row["name"], start_ms=to_ms(row["start"]), end_ms=to_ms(row["end"]))
            for row in data["phases"]
        ),
    )


def _turns(rttm: str) -> tuple[Turn, ...]:
    rows = [line.split() for line in rttm.splitlines()]
    return tuple(
        Turn(
            speaker=row[7],
            start_ms=to_ms(float(row[3])),
            end_ms=to_ms(float(row[3])) + to_ms(float(row[4])),
        )
        for row in rows
    )


def _coded(row: dict[str, Any]) -> CodedUtterance:
    return CodedUtterance(
        utterance=Utterance(
            id=row["id"],
            speaker=row["speaker"],
            words=spread(row["text"].split(), to_ms(row["start"]), to_ms(row["end"])),
        ),
        coding=coding_of(row["id"], row["label"], *row["flags"], source=Origin.PERSON),
        person=row["speaker"],
    )
