"""Where another language was heard, nothing that rests on labels is told to anybody."""

import json
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from alsvoice.pipeline.sight import document, see
from alsvoice.report import render_csv, render_html, render_json, render_markdown, render_pdf
from alsvoice.report.anonymous import anonymous
from alsvoice.report.audience import Audience, Reader
from alsvoice.report.document import Reading
from alsvoice.report.schema import json_schema
from alsvoice.report.trends.document import build_trends
from alsvoice.report.trends.measures import OF_A_SET, Meeting
from alsvoice.store.folder import SessionFolder
from alsvoice.web.rows import numbers, rows
from scripted_demo import Scene

LABELLED = (
    "q_share",
    "open_share",
    "advice_share",
    "disguised_share",
    "stacked_share",
    "think_time",
)
GERMAN = '"language":"de"'


@pytest.fixture
def scene(quiet: Scene, tmp_path: Path) -> Scene:
    return quiet.copy(tmp_path)


@pytest.fixture
def german(scene: Scene) -> Scene:
    """A session in which German was heard, though its words would be coded in English."""
    words = scene.script.folder / "words.json"
    words.write_text(words.read_text("utf-8").replace('"language":"en"', GERMAN), "utf-8")
    scene.process("--from", "transcribe")
    return scene


def seen(scene: Scene) -> Any:
    return see(SessionFolder(scene.folder))


def test_it_had_questions_before_the_language_was_known(scene: Scene) -> None:
    found = scene.report()
    assert found["coded"]
    assert found["questions"]["open"] > 5
    assert found["acts"]


def test_no_number_rests_on_labels(german: Scene) -> None:
    found = german.report()
    assert not found["coded"]
    assert set(found["questions"].values()) == {None}
    assert {found["balance"][key] for key in ("open", "closed", "advice", "q_share")} == {None}
    assert not (found["acts"] or found["exchanges"] or found["facilitation"]["interventions"])
    assert {row["label"] for row in found["utterances"]} == {None}
    assert not any(row["unsure"] for row in found["utterances"])
    assert {row["open_questions"] for row in found["participants"]} == {None}
    assert {row["open"] for row in found["phases"]} == {None}
    # Time and voices are told as ever.
    assert found["timing"]["speech_s"] > 300
    assert sum(row["talk_s"] for row in found["participants"]) > 300
    warnings = " ".join(found["quality"]["warnings"])
    assert "'de'" in warnings
    assert not re.search("too few|unsure|balance", warnings)


@pytest.mark.parametrize("reader", [*Reader])
@pytest.mark.parametrize("nameless", [False, True])
def test_every_reader_gets_a_report_that_keeps_the_contract(
    german: Scene, reader: Reader, nameless: bool
) -> None:
    sight = seen(german)
    who = sight.conversation.people[0].id if reader is Reader.PERSON else None
    found = document(sight, Reading(audience=Audience(reader=reader, person=who)))
    found = anonymous(found) if nameless else found
    jsonschema.Draft202012Validator(json_schema()).validate(json.loads(render_json(found)))
    assert render_csv(found)
    assert render_pdf(found).startswith(b"%PDF")
    for text in (render_markdown(found), render_html(found)):
        assert "told apart in English only" in text
        assert "None were heard" not in text
        assert not re.search(r"\b0 (open|closed) questions?|Open questions: <b>0", text)


def test_what_a_person_says_of_a_line_stays(german: Scene) -> None:
    first = german.report()["utterances"][3]
    german.run("correct", first["id"], "--label", "open_question").good()
    row = next(r for r in german.report()["utterances"] if r["id"] == first["id"])
    assert (row["label"], row["source"]) == ("open_question", "person")


def test_the_review_marks_nothing_as_unsure_and_counts_nothing(german: Scene) -> None:
    sight = seen(german)
    assert not any(row["unsure"] or row["odds"] for row in rows(sight).values())
    assert set(numbers(sight)["questions"].values()) == {None}


def test_a_trend_leaves_it_out(german: Scene) -> None:
    sight = seen(german)
    english = document(replace(sight, words=replace(sight.words, language="en")))
    one = Meeting(document=document(sight), coder="a")
    for measure in OF_A_SET:
        value = measure.read(one).value
        rests_on_labels = measure.key in {*LABELLED}
        assert value is None or not rests_on_labels
    assert build_trends([Meeting(document=english, coder="a"), one])
