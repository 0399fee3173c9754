"""Sessions stored when an older schema was the newest open, read and go on as they were."""

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from alsvoice.digest import digest_bytes
from alsvoice.errors import NewerFormatError
from alsvoice.formats import manifest as manifest_format
from alsvoice.formats import migrations, records
from alsvoice.session import SCHEMA, Layout, Source
from cli_runner import alsvoice

OLD = Path(__file__).parent / "data" / "sessions"
PROCESSED, TWO_PARTS = "2026-11-25_0319_k843", "2026-11-25_0319_aepf"


@pytest.fixture
def library(tmp_path: Path) -> Path:
    shutil.copytree(OLD / "schema-1", tmp_path / "old" / "sessions")
    return tmp_path / "old"


def run(library: Path, *arguments: str) -> Any:
    return alsvoice("--library", library, *arguments).good()


def test_there_is_a_step_from_every_schema_and_a_stored_session_of_each() -> None:
    assert len(migrations.MANIFEST) == SCHEMA - 1
    for schema in range(1, SCHEMA):
        stored = list((OLD / f"schema-{schema}").glob("*/session.json"))
        assert stored
        assert {json.loads(path.read_text("utf-8"))["schema"] for path in stored} == {schema}


def test_a_session_of_schema_1_reports_what_it_reported_then(library: Path) -> None:
    then = json.loads((OLD / "schema-1" / "report-of-k843.json").read_text("utf-8"))
    now = run(library, "report", PROCESSED, "--format", "json").json()
    for part in ("session", "phases", "utterances", "timing", "questions", "actions"):
        known = then[part]
        found = now[part]
        if isinstance(known, dict):
            found = {key: found[key] for key in known}
        elif known:  # keys may have come since
            found = [{key: row[key] for key in known[0]} for row in found]
        assert found == known, part


def test_nothing_of_it_is_processed_again_and_the_edits_hold(library: Path) -> None:
    done = run(library, "process", PROCESSED, "--json").json()
    assert done["computed"] == []
    edits = run(library, "edits", PROCESSED, "--json").json()["edits"]
    assert [(e["op"], e["state"]) for e in edits] == [
        ("name", "active"), ("label", "active"), ("text", "active"),
    ]  # fmt: skip


def test_sources_take_their_names_and_hash_along() -> None:
    read = {
        name: manifest_format.parse((OLD / "schema-1" / name / "session.json").read_bytes())
        for name in (PROCESSED, TWO_PARTS)
    }
    one, two = read[PROCESSED].audio, read[TWO_PARTS].audio
    assert one is not None
    assert two is not None
    content = (OLD / "schema-1" / PROCESSED / "audio" / "source-01.opus").read_bytes()
    assert one.sources == (
        Source(
            file="audio/source-01.opus", name="a.opus", sha256=digest_bytes(content),
            duration_ms=10_000,
        ),
    )  # fmt: skip
    assert [(s.name, s.sha256, s.duration_ms) for s in two.sources] == [
        ("a.opus", None, None), ("b.opus", None, None),
    ]  # fmt: skip
    assert (one.layout, one.tracks) == (Layout.MIXED, ())
    assert {m.schema for m in read.values()} == {SCHEMA}


@pytest.mark.parametrize(
    "audio", [None, 3, [], {}, {"sources": 3}, {"sources": [3], "names": 4}, {"sources": ["a"]}]
)
def test_a_step_leaves_what_it_does_not_know(audio: object) -> None:
    migrated = migrations.migrate({"audio": audio, "x": 1}, 1, migrations.MANIFEST)
    assert migrated["x"] == 1
    assert migrated["schema"] == SCHEMA


def test_every_stage_file_counts_its_own_schemas() -> None:
    kinds = ("diarization", "words", "utterances", "labels")
    assert set(migrations.STAGE_FILES) == set(kinds)
    for kind in kinds:
        schema = len(migrations.STAGE_FILES[kind]) + 1
        assert json.loads(records.serialize(kind, ()))["schema"] == schema
        newer = f'{{"schema": {schema + 1}, "kind": "{kind}", "data": []}}'.encode()
        known = rf"a\.json: schema {schema + 1} is newer than this alsvoice knows \({schema}\)"
        with pytest.raises(NewerFormatError, match=known) as caught:
            records.parse(newer, kind, tuple[str, ...], where="a.json")
        assert "upgrade" in caught.value.try_next


def test_an_older_stage_file_is_brought_up_step_by_step() -> None:
    steps: tuple[migrations.Step, ...] = (
        lambda value: {**value, "data": [*value["data"], "2"]},
        lambda value: {**value, "data": [*value["data"], "3"]},
    )
    for schema, found in ((1, ("a", "2", "3")), (2, ("a", "3")), (3, ("a",))):
        data = json.dumps({"schema": schema, "kind": "x", "data": ["a"]}).encode()
        assert records.parse(data, "x", tuple[str, ...], where="x", steps=steps) == found
    with pytest.raises(NewerFormatError):
        records.parse(data.replace(b"3", b"4"), "x", tuple[str, ...], where="x", steps=steps)
