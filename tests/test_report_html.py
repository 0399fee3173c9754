"""The page: complete, self-contained, closed, and text stays text whatever people are called."""

import copy
import dataclasses
import hashlib
import json
import re
from base64 import b64decode, b64encode
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from alsvoice import report
from alsvoice.formats.fields import one_line
from alsvoice.report.html import render_html
from alsvoice.report.trends.page import TrendsView
from alsvoice.report.view import PageView, page_view

EXAMPLE: dict[str, Any] = json.loads(
    (Path(__file__).parent / "data" / "report_example.json").read_text("utf-8")
)
PAGE = Path(report.__file__).parent / "page"
BLOCKS = {"p", "li", "dt", "dd", "th", "td", "h1", "h2", "h3", "div", "option", "blockquote"}
VOID = {"meta", "input", "br", "hr", "img", "link"}
HOSTILE = [
    "<img src=x onerror=alert(1)>",
    "=cmd|' /C calc'!A0",
    "</script><script>alert(1)</script>",
    "</style>\" onmouseover='x' {{ 7*7 }}",
    "\u202eevil שלום עולם",
    "مرحبا\nbye\x00",
]
OPTIONAL = ["participants", "unplaced", "phases", "rounds", "questions", "balance", "timing"]
OPTIONAL += ["turns", "utterances", "acts", "actions", "findings", "quality", "provenance"]


class Page(HTMLParser):
    """What a browser would see, as far as these tests look."""

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: list[tuple[str, dict[str, str]]] = []
        self.open: list[str] = []
        self.texts: list[str] = []
        self.raw: dict[str, list[str]] = {"style": [], "script": []}
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, {key: value or "" for key, value in attrs}))
        if tag in BLOCKS:
            self.texts.append(" ")
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, {key: value or "" for key, value in attrs}))

    def handle_endtag(self, tag: str) -> None:
        assert self.open, f"</{tag}> closes nothing"
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if self.open and self.open[-1] in self.raw:
            self.raw[self.open[-1]].append(data)
        else:
            self.texts.append(data)

    @property
    def text(self) -> str:
        return " ".join("".join(self.texts).split())

    def all(self, name: str) -> list[dict[str, str]]:
        return [attrs for tag, attrs in self.tags if tag == name]

    def values(self, attribute: str) -> list[str]:
        return [attrs[attribute] for _, attrs in self.tags if attribute in attrs]


def changed(**changes: Any) -> dict[str, Any]:
    return {**copy.deepcopy(EXAMPLE), **changes}


def called(names: list[str]) -> dict[str, Any]:
    """Return the example with people and words that try to be markup."""
    document = changed()
    for index, person in enumerate(document["participants"]):
        person["name"] = names[index % len(names)]
    for index, row in enumerate(document["utterances"]):
        row["participant"] = names[int(row["person"][1]) % len(names)]
        row["text"] = f"{names[index % len(names)]} {row['text']}"
    for key in ("actions", "findings"):
        document[key][0]["text"] = names[0]
    document["session"]["title"] = document["quality"]["warnings"][0] = names[-1]
    document["phases"][0]["name"] = document["unplaced"][0]["name"] = names[0]
    return document


def test_the_page_is_well_formed_and_complete() -> None:
    page = Page(render_html(EXAMPLE))
    assert page.open == []
    for row in EXAMPLE["utterances"]:
        assert row["text"] in page.text
        assert f"u-{row['id']}" in page.values("id")
    ids = page.values("id")
    assert len(ids) == len(set(ids))
    for target in page.values("href"):
        assert target.startswith("#")
        assert target[1:] in ids


def test_the_numbers_of_the_document_are_on_the_page() -> None:
    text = Page(render_html(EXAMPLE)).text
    for said in (
        "The members asked 2 questions and made 3 statements or suggestions:",
        "40% of their helping was asking (likely 13% to 74%).",
        "Counted while the set was helping: Open questions.",
        "Open share 50% of the members’ questions were open; likely 11% to 89%",
        "Advice share 33% of all questions and advice; likely 12% to 65%",
        "Length 3:05",
        "Speech 2:01",
        "Silence 1:05",
        "Longest turn 0:53 Ben",
        "Turn changes 13",
        "1 suggestion in question form.",
        "1 leading question.",
        "1 stacked question.",
        "6.8 s 1:26 SPEAKER_02 What happens",
        "Half of all questions were followed by 3.4 s of silence or more",
        "1. Presenting presented by Ben 0:00 to 1:24 1:00 1:24 0:24 over – – – Ben 82%, Ann Lee",
        "2. Open questions 1:24 to 2:51 1:30 1:28 on time",
        "3. Review 2:51 to 3:05 not known 0:14 no plan",
        "Ben, 27 November 2026 (“by Friday”) 2:22",
        "not known, no date named",
        "Round 1: Ben presents.",
        "the set waited, and Ben found something new. 1:26 SPEAKER_02 1:37 Ben",
        "Ben (guess) presenter",
        "alsvoice speakers 2026-11-23_0930_k7f2 SPEAKER_02=Name",
        "alsvoice speakers 2026-11-23_0930_k7f2 SPEAKER_01=Ben",
        "Expected, but no voice is known to be theirs: Cleo (member).",
        "2 of 14 utterances carry a label that is marked unsure.",
        "The group agreed to be recorded, by word of mouth.",
        "Words written down by whisper-base",
        "Questions and advice told apart by not known",
    ):
        assert said in text


def test_nothing_can_be_reached_from_the_page() -> None:
    text = render_html(EXAMPLE)
    page = Page(text)
    assert not re.search(r"https?://|//[a-z]|url\(|@import|srcset|<link|<iframe|<base", text)
    assert "src" not in {key for _, attrs in page.tags for key in attrs}
    policy = next(m["content"] for m in page.all("meta") if "http-equiv" in m)
    rules = dict(rule.split(" ", 1) for rule in policy.split("; "))
    assert rules["default-src"] == rules["base-uri"] == rules["form-action"] == "'none'"
    assert rules["img-src"] == "data:"
    assert rules["media-src"] == "data: blob:"
    for name in ("style", "script"):
        [content] = page.raw[name]
        digest = b64encode(hashlib.sha256(content.encode()).digest()).decode()
        assert rules[f"{name}-src"] == f"'sha256-{digest}'"
        assert len(page.all(name)) == 1


def test_no_attribute_holds_what_the_policy_would_block() -> None:
    names = {key for _, attrs in Page(render_html(called(HOSTILE))).tags for key in attrs}
    assert "style" not in names
    assert not any(name.startswith("on") for name in names)


@pytest.mark.parametrize("name", HOSTILE)
def test_names_and_words_are_text(name: str) -> None:
    plain, page = Page(render_html(EXAMPLE)), Page(render_html(called([name])))
    assert page.open == []
    assert len(page.all("script")) == len(page.all("style")) == 1
    assert not page.all("img")
    shown = one_line(name)
    assert page.text.count(shown) > len(EXAMPLE["utterances"])
    # Nothing that people are called adds an element of a kind that was not there.
    assert {tag for tag, _ in page.tags} == {tag for tag, _ in plain.tags}


@settings(deadline=None, max_examples=25)
@given(st.lists(st.text(st.characters(), min_size=1, max_size=20), min_size=1, max_size=3))
def test_whatever_people_are_called_is_text(names: list[str]) -> None:
    text = render_html(called(names))
    text.encode()
    page = Page(text)
    assert page.open == []
    assert not any(mark in text for mark in "\u202a\u202b\u202d\u202e\u2066\u2067\u2068\x00")
    for name in names:
        assert " ".join(one_line(name).split()) in page.text


def test_headings_tables_and_landmarks_are_in_order() -> None:
    page = Page(render_html(EXAMPLE))
    levels = [int(tag[1]) for tag, _ in page.tags if re.fullmatch("h[1-6]", tag)]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))
    assert all("scope" in attrs for attrs in page.all("th"))
    assert len(page.all("caption")) == len(page.all("table"))
    assert [len(page.all(tag)) for tag in ("header", "nav", "main", "footer")] == [1, 1, 1, 1]
    ids = page.values("id")
    for reference in page.values("aria-labelledby") + page.values("aria-describedby"):
        assert reference in ids
    assert page.all("html") == [{"lang": "en"}]


def test_the_timeline_can_be_read_without_seeing_it() -> None:
    page = Page(render_html(EXAMPLE))
    marks = [link["aria-label"] for link in page.all("a") if "aria-label" in link]
    assert marks == [
        "Open question, Ann Lee, 0:05: Ben, what would you like us to think about?",
        "Closed question, Ann Lee, 2:11: How would you know, Ben? Would they tell you?",
        "Open question, SPEAKER_02, 1:26: What happens in the first five minutes?",
        "Closed question, SPEAKER_02, 1:49: Don't you think the form is the trouble?",
        "Advice in question form, unsure, SPEAKER_02, 1:59: Have you tried a board instead?",
        "Advice, SPEAKER_02, 2:40: You should ask them standing up.",
    ]
    assert all(shape in page.values("id") for shape in ("m-open", "m-closed", "m-advice"))


def test_labels_and_filters_of_the_transcript() -> None:
    page = Page(render_html(EXAMPLE))
    lines = {attrs["id"]: attrs for attrs in page.all("li") if "data-kinds" in attrs}
    kinds = {anchor[-1]: attrs["data-kinds"] for anchor, attrs in lines.items()}
    assert kinds["5"] == "open question"
    assert kinds["7"] == "closed question leading"
    assert kinds["9"] == "advice advice_in_disguise unsure"
    assert kinds["b"] == "open question stacked"  # stacked by the question after it
    assert {attrs["data-person"] for attrs in lines.values()} == {"p1", "p2", "p3"}
    [form] = page.all("form")
    assert "hidden" in form  # without the script there is nothing that does not work
    assert "unsure, 55%" in page.text
    assert "set by a person" in page.text


def test_what_is_not_known_is_said_so() -> None:
    nothing: dict[str, Any] = dict.fromkeys(OPTIONAL)
    text = Page(render_html({**nothing, "schema": 1, "session": None})).text
    assert "No speech was found" in text
    assert "not known" in text
    bare = changed()
    for key in ("questions", "timing", "balance", "quality", "provenance"):
        bare[key] = dict.fromkeys(bare[key])
    for row in [*bare["participants"], *bare["phases"]]:
        known = ("id", "name", "speakers", "start_s", "end_s")
        row.update({key: None for key in row if key not in known})
    page = Page(render_html(bare))
    assert page.open == []
    for text in (page.text, *page.values("aria-label")):
        assert not re.search(r"\b(None|null|nan|undefined)\b", text)
    assert "is left open until it is known who presents and who facilitates" in page.text
    assert "How long people had to think after a question is not known." in page.text


def test_tools_with_versions_are_told_in_words() -> None:
    tools = {"alsvoice": "0.1.0", "asr": {"name": "base", "beam": 5}, "diarizer": {}, "extra": None}
    text = Page(render_html(changed(provenance=tools))).text
    assert "Words written down by name base, beam 5" in text
    assert "Voices told apart by not known" in text
    assert "Extra not known" in text
    session = {**EXAMPLE["session"], "consent": "by post", "template": None}
    text = Page(render_html(changed(session=session))).text
    assert "Basis of the recording: by post." in text


def test_a_session_in_which_nobody_speaks() -> None:
    empty = changed(participants=[], turns=[], utterances=[], acts=[], actions=[], phases=[])
    empty["quality"]["warnings"] = ["No speech was found in this recording."]
    page = Page(render_html(empty))
    assert page.open == []
    assert page.text.count("No speech was found") == 1
    assert "alsvoice doctor" in page.text
    assert not page.all("table")
    assert not page.all("nav")


def test_turns_without_words_and_words_without_acts() -> None:
    silent = changed(utterances=[], acts=[], actions=[], findings=[], phases=[], rounds=[])
    page = Page(render_html(silent))
    assert "No words were written down." in page.text
    assert "Nobody was heard to say what they will do." in page.text
    assert page.text.count("None were heard.") == 3
    assert "Phases" not in page.text


def test_words_outside_every_phase_stand_where_they_were_said() -> None:
    gap = changed()
    gap["phases"][1]["start_s"] = 110.0
    page = Page(render_html(gap))
    titles = re.findall(
        r"(?:1\. Presenting|Between phases|2\. Open questions) \d:\d\d to", page.text
    )
    assert titles[-3:] == [
        "1. Presenting 0:01 to",
        "Between phases 1:26 to",
        "2. Open questions 1:49 to",
    ]
    assert "Everything that was said" in Page(render_html(changed(phases=[]))).text


@pytest.mark.parametrize(
    ("clip", "kind"),
    [
        (b"OggS..", "audio/ogg"),
        (b"fLaC..", "audio/flac"),
        (b"RIFF..", "audio/wav"),
        (b"\xff\xfb", "audio/mpeg"),
    ],
)
def test_sound_is_held_by_the_page(clip: bytes, kind: str) -> None:
    page = Page(render_html(EXAMPLE, audio={"u000000000005": clip}))
    [sound] = page.all("audio")
    head, _, data = sound["src"].partition(";base64,")
    assert head == f"data:{kind}"
    assert b64decode(data) == clip
    buttons = [attrs["data-play"] for attrs in page.all("button") if "data-play" in attrs]
    assert buttons == ["u-u000000000005"] * 2  # beside the quote, and in the transcript
    assert not Page(render_html(EXAMPLE)).all("audio")


def test_long_questions_are_cut_in_the_timeline_alone() -> None:
    long = changed()
    long["utterances"][4]["text"] = "What " + "about that " * 40
    page = Page(render_html(long))
    assert max(len(link.get("aria-label", "")) for link in page.all("a")) < 250
    assert one_line(long["utterances"][4]["text"]) in page.text


def test_every_field_of_the_context_is_drawn_and_nothing_else_is_asked_for() -> None:
    own = {"trends.html.j2": TrendsView}  # a page of its own
    shared = "".join(p.read_text("utf-8") for p in PAGE.glob("*.j2") if p.name not in own)
    texts = {PageView: shared} | {v: (PAGE / name).read_text("utf-8") for name, v in own.items()}
    for view, text in texts.items():
        asked = set(re.findall(r"\bview\.([a-z_]+)", text))
        assert asked == {field.name for field in dataclasses.fields(view)}


def test_the_context_links_only_to_what_is_there() -> None:
    lost = changed()
    lost["actions"][0]["utterance"] = lost["findings"][0]["utterances"][0] = "gone"
    lost["acts"][0]["utterances"] = ["gone"]
    view = page_view(lost, {})
    assert view.actions[0].link is None
    assert [link.time for link in view.findings[0].links] == ["1:37"]
    assert sum(len(group.quotes) for group in view.groups) == 5


def test_people_are_found_by_name_or_voice_where_a_row_has_no_id() -> None:
    old = changed()
    for row in old["utterances"]:
        del row["person"]
    old["utterances"][0].update(participant="Somebody", speaker="SPEAKER_99")
    lines = [line for section in page_view(old, {}).sections for line in section.lines]
    assert [line.person for line in lines[:5]] == ["", "p1", "p2", "p2", "p3"]
    assert lines[0].link.who == "Somebody"


def test_a_long_session_stays_small() -> None:
    one = EXAMPLE["utterances"]
    said = [
        {**row, "id": f"{row['id']}{n}", "start_s": row["start_s"] + n, "end_s": row["end_s"] + n}
        for n in range(100)
        for row in one
    ]
    assert len(render_html(changed(utterances=said))) < 3_000_000
