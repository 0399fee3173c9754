"""Markdown, CSV and JSON: the same numbers, and text that stays text in whatever opens it."""

import copy
import csv
import io
import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt

import truth
from alsvoice import report
from alsvoice.formats.fields import one_line
from alsvoice.report import render_csv, render_json, render_markdown
from alsvoice.report.csv_tables import TABLES
from alsvoice.report.document import build_document
from alsvoice.report.html import render_html
from alsvoice.report.markdown import escape, escape_start
from alsvoice.session import Manifest

EXAMPLE: dict[str, Any] = json.loads(
    (Path(__file__).parent / "data" / "report_example.json").read_text("utf-8")
)
HOSTILE = [
    "<img src=x onerror=alert(1)>",
    "</script><script>alert(1)</script>",
    "[x](http://evil.example) ![y](z)",
    "# heading",
    "1. item",
    "- item",
    "**bold** _it_ `code` ~~gone~~",
    "a | b | c",
    "www.evil.example and mailto:a@evil.example",
    "\u202eשלום",
    "line\n# heading\n\n---",
    "&lt; &amp; \\* $x$",
]


def shown(markdown: str) -> str:
    """Return what a reader of the rendered Markdown sees."""
    tokens = MarkdownIt("commonmark").enable(["table", "strikethrough"]).parse(markdown)
    kinds = {token.type for token in tokens}
    kinds |= {child.type for token in tokens for child in token.children or ()}
    allowed = {
        "inline",
        "text",
        "text_special",
        "strong_open",
        "strong_close",
        "em_open",
        "em_close",
    }
    assert kinds <= allowed | {"paragraph_open", "paragraph_close"}
    return "".join(child.content for token in tokens for child in token.children or ())


def renamed(name: str) -> dict[str, Any]:
    document = copy.deepcopy(EXAMPLE)
    for person in document["participants"]:
        person["name"] = name
    for row in document["utterances"]:
        row.update(participant=name, text=name)
    document["session"]["title"] = document["quality"]["warnings"][0] = name
    return document


def rows(document: dict[str, Any], table: str = "utterances") -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(render_csv(document, table), newline="")))


@pytest.mark.parametrize("text", HOSTILE)
def test_markdown_shows_hostile_text_as_it_is(text: str) -> None:
    assert shown(escape_start(one_line(text))).replace("\u200b", "") == one_line(text)
    assert shown("x " + escape(one_line(text))).replace("\u200b", "") == "x " + one_line(text)


@settings(deadline=None)
@given(st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=30))
def test_markdown_shows_any_text_as_it_is(text: str) -> None:
    plain = one_line(text)
    if plain:
        assert shown(escape_start(plain)).replace("\u200b", "") == plain.replace("\u200b", "")


@pytest.mark.parametrize("name", HOSTILE)
def test_markdown_gains_no_structure_from_what_was_said(name: str) -> None:
    parser = MarkdownIt("commonmark").enable(["table", "strikethrough"])

    def structure(document: dict[str, Any]) -> list[str]:
        tokens = parser.parse(render_markdown(document))
        return [token.type for token in tokens if token.type != "inline"]

    named = renamed("Name")
    assert structure(renamed(name)) == structure(named)
    html = parser.render(render_markdown(renamed(name)))
    assert not re.search(r"<(img|script|a|del)\b", html)


def test_the_numbers_of_the_document_are_in_the_markdown() -> None:
    text = render_markdown(EXAMPLE)
    for said in (
        "# Handing over the night shift\n\n23 November 2026, 09:30 · 3:05 · 3 voices · Northern",
        "**The members asked 2 questions and made 3 statements or suggestions:",
        "40% of their helping was asking (likely 13% to 74%).**",
        "(open questions 1, closed questions 1, advice 2, statements 1)",
        "- Open questions: **2** (likely 1 to 4)",
        "- 1 suggestion in question form (1:59 SPEAKER\\_02)",
        "- 6.8 s after 1:26 SPEAKER\\_02: “What happens in the first five minutes?”",
        "Median silence after a question: 3.4 s.",
        "| Ben (guess) | presenter | 1:20 | 65% | 5 | 0:53 | 240 | not known | 0 | 0 | 0 |",
        "| 1. Presenting (Ben presents) | 0:00 to 1:24 | 1:00 | 1:24 | 0:24 over |",
        "- **Ben**, 27 November 2026 (“by Friday”): “I'll ask the night team by Friday.” (2:22)",
        "- **not known**, no date named: “Somebody writes it up.”",
        "`alsvoice speakers 2026-11-23_0930_k7f2 SPEAKER_02=Name`",
        "Ben found something new. (1:26 SPEAKER\\_02, 1:37 Ben)",
        "- 1:59 **SPEAKER\\_02** Have you tried a board instead? *[Advice]* *[in question form]*",
    ):
        assert said in text
    for row in EXAMPLE["utterances"]:
        assert escape(row["text"]) in text


def test_what_the_set_marked_is_in_the_markdown() -> None:
    document = copy.deepcopy(EXAMPLE)
    document["utterances"][4]["helpful"] = True
    document["notes"] = [
        {"at_s": 60.0, "utterance": "gone", "text": "# this *opened* something", "who": "Ann Lee"}
    ]
    rows_ = [
        {"label": None, "coded": 9, "judged": 4, "agreed": 3, "share": 0.8, "interval": [0.5, 0.9]}
    ]
    document["agreement"] = {"classifier": "x", "sessions": 1, "labels": rows_}
    text = render_markdown(document).split("## What the set marked", 1)[1]
    assert escape(document["utterances"][4]["text"]) in text.split("### Notes")[0]
    assert r"- 1:00 **Ann Lee** \# this \*opened\* something" in text
    assert "People looked at 4 labels and kept 3 (80 % of all by the sample, 50 to 90)" in text
    assert "What the set marked" not in render_markdown(EXAMPLE)


def test_markdown_of_nothing() -> None:
    nothing = dict.fromkeys(EXAMPLE)
    text = render_markdown(nothing)
    assert "No speech was found in this recording." in text
    assert "None" not in text
    words_gone = {**EXAMPLE, "utterances": [], "acts": [], "actions": [], "phases": []}
    assert "None were heard." in render_markdown(words_gone)


def test_where_nobody_spoke_the_phases_are_still_there() -> None:
    silent = {**EXAMPLE, "utterances": [], "acts": [], "actions": [], "turns": []}
    text = render_markdown(silent)
    assert "No speech was found" in text
    assert "| 2. Open questions | 1:24 to 2:51 | 1:30 | 1:28 |" in text
    assert "Advice" not in text
    page = render_html(silent)
    assert "This is how long each phase took." in page and "Open questions" in page


def test_a_command_with_backticks_is_one_piece_of_code() -> None:
    document = renamed("Ann `x` ``y``")
    document["participants"][0]["guessed"] = True
    assert "``` alsvoice speakers" in render_markdown(document)


def test_csv_has_a_row_an_utterance() -> None:
    found = rows(EXAMPLE)
    assert list(found[0]) == [
        *("id", "start_s", "end_s", "participant", "role", "speaker", "text"),
        *("label", "confidence", "unsure", "flags", "source"),
    ]
    assert [row["text"] for row in found] == [row["text"] for row in EXAMPLE["utterances"]]
    assert found[8] == {
        "id": "u000000000009",
        "start_s": "119.0",
        "end_s": "123.0",
        "participant": "",
        "role": "",
        "speaker": "SPEAKER_02",
        "text": "Have you tried a board instead?",
        "label": "advice",
        "confidence": "0.55",
        "unsure": "true",
        "flags": "advice_in_disguise",
        "source": "rule",
    }
    assert found[1]["participant"] == "Ann Lee"
    assert found[1]["role"] == "facilitator"
    assert found[11]["confidence"] == ""


def test_csv_lines_end_as_the_standard_says() -> None:
    text = render_csv(EXAMPLE)
    assert text.count("\r\n") == text.count("\n") == len(EXAMPLE["utterances"]) + 1
    assert render_csv({"utterances": None}).count("\r\n") == 1


def test_csv_has_a_row_a_person() -> None:
    found = rows(EXAMPLE, "people")
    assert [row["id"] for row in found] == ["p1", "p2", "p3"]
    known = {
        "id": "p2",
        "name": "Ben",
        "role": "presenter",
        "guessed": "true",
        "speakers": "SPEAKER_01",
        "talk_s": "80.2",
        "talk_share": "0.6528",
        "turns": "5",
        "words": "240",
        "longest_turn_s": "52.7",
        "open_questions": "0",
        "closed_questions": "0",
        "advice": "0",
        "advice_in_disguise": "0",
        "stacked": "0",
        "leading": "0",
        "median_think_time_s": "",
        "interruptions_made": "0",
        "interruptions_received": "1",
    }
    assert list(found[1])[: len(known)] == list(known)
    assert known.items() <= found[1].items()
    assert found[2]["name"] == ""
    assert found[2]["median_think_time_s"] == "4.6"


def test_csv_has_a_row_a_phase() -> None:
    found = rows(EXAMPLE, "phases")
    known = {
        "name": "presenting",
        "round": "1",
        "presenter": "Ben",
        "start_s": "0.0",
        "end_s": "84.0",
        "planned_s": "60.0",
        "actual_s": "84.0",
        "over_run_s": "24.0",
    }
    assert list(found[0])[: len(known)] == list(known)
    assert known.items() <= found[0].items()
    assert found[2]["planned_s"] == found[2]["round"] == ""
    assert len(found) == 3


def test_csv_columns_are_those_of_the_document() -> None:
    manifest = Manifest(id="s1", created="2026-11-23T09:30:00+00:00", title="The huddle")
    document = build_document(manifest, truth.conversation(), provenance={})
    for table, key in (("people", "participants"), ("phases", "phases")):
        columns = set(rows(document, table)[0])
        assert columns <= set(document[key][0])
        plain = {
            k
            for k, v in document[key][0].items()
            if not isinstance(v, list | dict) and not k.endswith("_interval")
        }
        assert plain <= columns


@pytest.mark.parametrize("table", TABLES)
def test_csv_tables_are_empty_but_for_their_head_where_nothing_is_known(table: str) -> None:
    assert render_csv({}, table).count("\r\n") == 1


def test_csv_has_no_other_tables() -> None:
    with pytest.raises(ValueError, match="no table 'turns'"):
        render_csv(EXAMPLE, "turns")


@pytest.mark.parametrize("table", ["people", "phases"])
def test_csv_of_people_and_phases_runs_no_formula(table: str) -> None:
    document = renamed("=cmd|' /C calc'!A0")
    document["phases"][0]["name"] = "+phase"
    cells = [cell for row in rows(document, table) for cell in row.values()]
    assert not [cell for cell in cells if re.match("[=+@]|-[^0-9]", cell)]
    assert "'=cmd|' /C calc'!A0" in cells or "'+phase" in cells


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t=", "\r=", " =", "＝", "\u202e="])
def test_csv_runs_no_formula(start: str) -> None:
    [cell] = {row["text"] for row in rows(renamed(f"{start}cmd|' /C calc'!A0"))}
    assert cell.startswith("'")


@settings(deadline=None)
@given(st.text(st.characters(), min_size=1))
def test_csv_cells_come_back_as_they_were(name: str) -> None:
    render_csv(renamed(name)).encode()
    for row in rows(renamed(name)):
        assert row["text"].removeprefix("'") == one_line(name).removeprefix("'")
        assert not row["text"].startswith(("=", "+", "-", "@"))


def test_json_is_the_document() -> None:
    assert json.loads(render_json(EXAMPLE)) == EXAMPLE
    assert list(json.loads(render_json(EXAMPLE))) == list(EXAMPLE)
    odd = {"text": "half \ud83d of a pair, “quotes” and שלום"}
    render_json(odd).encode()
    assert json.loads(render_json(odd)) == odd
    assert "שלום" in render_json(odd)
    with pytest.raises(ValueError, match="JSON compliant"):
        render_json({"share": float("nan")})


def test_renderers_are_found_by_name_and_load_late() -> None:
    assert sorted(report.__all__) == report.__all__
    assert all(callable(getattr(report, name)) for name in report.__all__)
    with pytest.raises(AttributeError, match="render_docx"):
        report.__getattr__("render_docx")
    code = (
        "import sys, alsvoice.report.html, alsvoice.report.markdown, alsvoice.report.pdf; "
        "print({'bidi', 'jinja2', 'pydyf', 'pymupdf_fonts', 'uharfbuzz'} & set(sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"
