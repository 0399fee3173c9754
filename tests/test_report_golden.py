"""Golden reports: the demo's truth and three written sessions, in every text format.

No classifier's errors are in their intervals: random draws may differ between numpy's versions.

After a change that is meant, write them anew and read the difference:

    ALSVOICE_WRITE_GOLDEN=1 .venv/bin/python -m pytest tests/test_report_golden.py
"""

import json
import os
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import jsonschema
import pytest

import truth
from alsvoice.report import render_csv, render_html, render_json, render_markdown
from alsvoice.report.anonymous import anonymous
from alsvoice.report.audience import Audience, Reader
from alsvoice.report.document import Reading, build_document
from alsvoice.report.schema import json_schema
from alsvoice.session import Consent, Conversation, Manifest
from alsvoice.templates import template
from written_sessions import WRITTEN

GOLDEN = Path(__file__).parent / "data" / "golden"
SCHEMA_FILE = Path(__file__).resolve().parents[1] / "docs" / "report.schema.json"
_BULK = re.compile(r"(?s)(<(style|script)>).*?(</\2>)|sha256-[A-Za-z0-9+/=]+")


def conversation(name: str) -> Conversation:
    return truth.conversation() if name == "demo" else WRITTEN[name]


def document(name: str, reading: Reading | None = None) -> dict[str, Any]:
    manifest = Manifest(
        id=f"2026-11-23_0930_{name[:4]}",
        created="2026-11-23T09:30:00+00:00",
        title=f"The {name} session",
        consent=Consent.WRITTEN,
        set="Tuesdays",
        template="classic",
    )
    return build_document(
        manifest,
        conversation(name),
        provenance={"alsvoice": "0", "asr": "a.v1", "diarizer": "d.v1", "classifier": "c.v1"},
        reading=reading or Reading(plan=template("classic")),
    )


def page(found: Mapping[str, Any]) -> str:
    """Return the page without its style and script, which have tests of their own."""
    return _BULK.sub(lambda m: f"{m[1]}…{m[3]}" if m[1] else "sha256-…", render_html(found))


RENDERERS = {"json": render_json, "md": render_markdown, "csv": render_csv, "html": page}
NAMES = ["demo", *WRITTEN]


@pytest.mark.parametrize("format_", RENDERERS)
@pytest.mark.parametrize("name", NAMES)
def test_reports_are_as_they_were(name: str, format_: str) -> None:
    made = RENDERERS[format_](document(name))
    kept = GOLDEN / f"{name}.{format_}"
    if os.environ.get("ALSVOICE_WRITE_GOLDEN"):
        kept.parent.mkdir(exist_ok=True)
        kept.write_bytes(made.encode())
    assert made.encode() == kept.read_bytes()


def test_the_published_schema_is_the_one_in_the_code() -> None:
    assert json.loads(SCHEMA_FILE.read_text("utf-8")) == json.loads(json.dumps(json_schema()))


READERS = {
    "facilitator": Reading(),
    "set": Reading(audience=Audience(reader=Reader.SET)),
    "person": Reading(audience=Audience(reader=Reader.PERSON, person="Ada")),
}


@pytest.mark.parametrize("nameless", [False, True])
@pytest.mark.parametrize("reader", READERS)
@pytest.mark.parametrize("name", WRITTEN)
def test_every_document_keeps_the_schema(name: str, reader: str, nameless: bool) -> None:
    found = document(name, READERS[reader])
    if nameless:
        found = anonymous(found)
    schema = json.loads(SCHEMA_FILE.read_text("utf-8"))
    jsonschema.Draft202012Validator.check_schema(schema)
    jsonschema.Draft202012Validator(schema).validate(json.loads(render_json(found)))


def test_the_schema_names_every_key_and_refuses_what_is_none() -> None:
    """A schema that lets anything through would be no contract."""
    schema = json_schema()
    found = json.loads(render_json(document("good")))
    assert set(found) == set(schema["properties"])
    for key in ("participants", "phases", "utterances", "acts", "findings"):
        properties = schema["properties"][key]["items"]["properties"]
        assert {k for row in found[key] for k in row} == set(properties)
    validator = jsonschema.Draft202012Validator(schema)
    wrongs: list[dict[str, Any]] = [
        {"schema": 2}, {"utterances": [{}]}, {"timing": None}, {"anonymous": 1},
    ]  # fmt: skip
    for wrong in wrongs:
        assert list(validator.iter_errors({**found, **wrong}))
