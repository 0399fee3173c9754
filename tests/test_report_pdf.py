"""The PDF: two pages of summary whatever the session, text that stays text, the same bytes."""

import copy
import io
import json
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pypdf import PdfReader

from alsvoice.cli import review_after
from alsvoice.errors import MissingExtraError, UsageError
from alsvoice.formats.fields import one_line
from alsvoice.report import render_pdf
from alsvoice.report.pdf_bidi import is_plain, runs_rightwards, visual_runs
from alsvoice.report.pdf_fonts import SUBSTITUTE, Face, Style, load
from alsvoice.report.pdf_text import Line, Span, wrap
from cli_runner import check_failure
from scripted_demo import Scene, processed, voice_of

EXAMPLE: dict[str, Any] = json.loads(
    (Path(__file__).parent / "data" / "report_example.json").read_text("utf-8")
)
NAMES = [
    "<img src=x onerror=alert(1)>",
    "Αλέξανδρος Παπαδόπουλος",
    "Дмитрий Иванов",
    "שלום כהן (12)",
    "محمد بن عبد الله",
    "漢字",
    "x" * 300,
    "A\x00B\x1b[31m\u202eC",
    "(\\) /Title <FEFF>",
]


def root(reader: PdfReader) -> Any:
    return reader.trailer["/Root"]


def read(data: bytes) -> PdfReader:
    return PdfReader(io.BytesIO(data), strict=True)


def words(reader: PdfReader, page: int | None = None) -> str:
    pages = reader.pages if page is None else [reader.pages[page]]
    return " ".join(" ".join(each.extract_text() for each in pages).split())


def crowd(people: int, *, said: int = 1, names: list[str] = NAMES) -> dict[str, Any]:
    """Return the example with as many people, phases, findings, warnings and actions."""
    document = copy.deepcopy(EXAMPLE)
    template, line = document["participants"][0], document["utterances"][4]
    for key in ("participants", "turns", "utterances", "phases"):
        document[key] = []
    for n in range(people):
        name = f"{names[n % len(names)]} {n}"
        own = {**template, "id": f"p{n}", "name": name, "guessed": n % 2 == 0}
        document["participants"].append({**own, "speakers": [f"SPEAKER_{n:02}"]})
        document["turns"].append({"id": f"p{n}", "start_s": n, "end_s": n + 1.0})
    for n in range(people * said):
        at = {"start_s": n * 1.0, "end_s": n + 0.9, "person": f"p{n % people}"}
        document["utterances"].append({**line, **at, "id": f"u{n}", "text": f"word{n} " * 9})
    for n in range(people):
        at = {"name": f"phase {n}", "start_s": n * 1.0, "end_s": n + 1.0, "talk": []}
        document["phases"].append({**EXAMPLE["phases"][0], **at})
    quoted = {"utterances": [f"u{n}" for n in range(min(people, 12))]}
    document["findings"] = [{**EXAMPLE["findings"][0], **quoted, "text": "Long. " * 90}] * people
    document["actions"] = [{**EXAMPLE["actions"][0], "text": "Ask. " * 90}] * people
    document["quality"]["warnings"] = [f"Warning {n}. " * 30 for n in range(people)]
    document["rounds"] = EXAMPLE["rounds"] * people
    document["unplaced"] = [{"name": f"Gone {n}", "role": "member"} for n in range(people)]
    document["session"]["title"] = "A title without end " * 30
    return document


# What is in it.


def test_what_the_set_marked_is_in_the_pdf() -> None:
    document = copy.deepcopy(EXAMPLE)
    document["utterances"][4]["helpful"] = True
    note = {"at_s": 60.0, "utterance": "gone", "text": "this opened something", "who": "Ann"}
    document["notes"] = [note]
    document["marks"] = [{"at_s": 30.0, "kind": "mark", "text": "the penny dropped"}]
    text = words(read(render_pdf(document)))
    assert f"What helped 1:26 SPEAKER_02 {document['utterances'][4]['text'][:20]}" in text
    assert "Notes 1:00 Ann this opened something" in text
    assert "Noted" in text
    assert "What the set marked" not in words(read(render_pdf(EXAMPLE)))


def test_the_numbers_and_the_words_of_the_document_are_in_the_pdf() -> None:
    reader = read(render_pdf(EXAMPLE))
    first, second = words(reader, 0), words(reader, 1)
    for said in (
        "Handing over the night shift",
        "23 November 2026, 09:30 · 3:05 · 3 voices · Northern set",
        "The group agreed to be recorded, by word of mouth.",
        "The members asked 2 questions and made 3 statements or suggestions:",
        "40% of their helping was asking (likely 13% to 74%).",
        "alsvoice speakers 2026-11-23_0930_k7f2 SPEAKER_02=Name",
        "Ben found something new.",
        "1 suggestion in question form.",
    ):
        assert said in first, said
    for said in ("Ann Lee", "Ben (guess)", "1:24 to 2:51", "0:24 over", "Open question", "2:22"):
        assert said in second, said
    assert "27 November 2026 (“by Friday”): “I'll ask the night team by Friday.”" in second
    everything = words(reader)
    for row in EXAMPLE["utterances"]:
        assert row["text"] in everything
    assert "6.8 s" in everything
    assert "Cleo (member)" in everything


def test_every_page_says_whose_it_is_and_how_it_was_made() -> None:
    reader = read(render_pdf(EXAMPLE))
    for number in range(len(reader.pages)):
        page = words(reader, number)
        assert "Handing over the night shift · 23 November 2026, 09:30 · The group agreed" in page
        assert "alsvoice 0.1.0 · Words written down by whisper-base" in page
        assert f"{number + 1} / {len(reader.pages)}" in page


def test_title_language_outline_and_date_are_those_of_the_session() -> None:
    reader = read(render_pdf(EXAMPLE))
    assert reader.metadata is not None
    assert reader.metadata.title == "Handing over the night shift"
    assert reader.metadata.creation_date_raw == "D:20261123093000+00'00'"
    assert reader.metadata.get("/ModDate") is None
    assert root(reader)["/Lang"] == "en-GB"
    outline: list[Any] = reader.outline
    chapters = [each for each in outline if not isinstance(each, list)]
    titles = [each["/Title"] for each in chapters]
    assert titles[0] == "Summary"
    assert titles[-2:] == ["Transcript", "How this report was made"]
    pages = [reader.get_destination_page_number(each) or 0 for each in chapters]
    assert pages[0] == 0
    assert pages == sorted(pages)
    parts = [one["/Title"] for each in outline if isinstance(each, list) for one in each]
    assert {"Open questions", "Advice", "Who spoke when", "1. Presenting"} <= set(parts)


def test_links_lead_to_the_words_behind_a_number() -> None:
    reader = read(render_pdf(EXAMPLE))
    pages: list[Any] = list(reader.pages)
    goals = [each.get_object()["/Dest"][0] for each in pages[0]["/Annots"].get_object()]
    numbers = {page.indirect_reference.idnum: n for n, page in enumerate(pages)}
    assert len(goals) >= 5
    assert all(numbers[goal.indirect_reference.idnum] >= 2 for goal in goals)


def test_the_same_session_makes_the_same_bytes() -> None:
    made = render_pdf(EXAMPLE)
    assert render_pdf(copy.deepcopy(EXAMPLE)) == made
    other = copy.deepcopy(EXAMPLE)
    other["utterances"][0]["text"] = "Good evening, let's begin."
    assert render_pdf(other) != made


# Whatever the session.


@pytest.mark.parametrize(("people", "said"), [(1, 1), (8, 3), (60, 2)])
def test_the_summary_is_two_pages(people: int, said: int) -> None:
    reader = read(render_pdf(crowd(people, said=said)))
    assert "Asking and telling" in words(reader, 0)
    assert "Who spoke when" in words(reader, 1)
    assert words(reader, 1).count("Actions") == 1
    assert words(reader, 2).startswith("Appendix")
    everything = words(reader)
    assert all(f"word{n} word{n}" in everything for n in range(people * said))
    assert all(f"Gone {n} (member)" in everything for n in range(people))
    if people > 8:
        assert words(reader, 0).count("more, see the appendix") == 2  # notes, findings
        assert words(reader, 1).count("see the appendix") == 4  # lanes, people, phases, actions


def test_nothing_is_drawn_outside_the_page() -> None:
    for page in read(render_pdf(crowd(30))).pages:
        drawn = page.get_contents().get_data().decode("ascii")  # type: ignore[union-attr]
        for x, y in re.findall(r"1 0 0 1 (-?[\d.]+) (-?[\d.]+) Tm", drawn):
            assert 55 <= float(x) < 540
            assert 20 < float(y) < 800


def test_a_recording_without_speech_says_so() -> None:
    nothing = dict.fromkeys(EXAMPLE)
    reader = read(render_pdf(nothing))
    assert "No speech was found" in words(reader, 0)
    assert "None" not in words(reader)
    assert len(reader.pages) == 2
    assert reader.metadata is not None
    assert reader.metadata.get("/CreationDate") is None
    wordless = {**EXAMPLE, "utterances": [], "acts": [], "actions": [], "phases": []}
    assert "No words were written down." in words(read(render_pdf(wordless)))
    assert "Nobody was heard to say what they will do." in words(read(render_pdf(wordless)), 1)


@pytest.mark.parametrize("name", NAMES)
def test_hostile_text_comes_out_as_text(name: str) -> None:
    document = copy.deepcopy(EXAMPLE)
    document["participants"][0]["name"] = document["session"]["title"] = name
    document["utterances"][3]["text"] = name
    reader = read(render_pdf(document))
    shown = re.sub(r"\s", "", words(reader))
    plain = one_line(name)
    if plain == "漢字":
        assert SUBSTITUTE * 2 in shown
    elif is_plain(plain):
        assert plain.replace(" ", "") in shown
    assert reader.metadata is not None
    assert reader.metadata.title == plain
    assert len(reader.pages) < 9


@settings(deadline=None, max_examples=15)
@given(st.text(st.characters(), min_size=1, max_size=40))
def test_any_text_makes_a_pdf(text: str) -> None:
    document = copy.deepcopy(EXAMPLE)
    for row in (*document["participants"], *document["phases"]):
        row["name"] = text
    for row in (*document["utterances"], *document["actions"], *document["findings"]):
        row["text"] = text
    document["session"].update(title=text, consent=text, set=text, started=text)
    document["utterances"][0]["flags"] = [text]
    document["provenance"]["asr"] = {text: text}
    assert "Asking and telling" in words(read(render_pdf(document)), 0)


# Letters and lines.


@pytest.fixture(scope="module")
def faces() -> dict[Style, Face]:
    return load()


@pytest.mark.parametrize("name", NAMES[1:5])
def test_other_scripts_have_their_letters(faces: dict[Style, Face], name: str) -> None:
    for face in faces.values():
        assert face.plain(name) == name
        assert all(glyph.id for glyph in face.shape(name).glyphs)


def test_arabic_letters_join_and_hebrew_stands_from_right_to_left(
    faces: dict[Style, Face],
) -> None:
    face = faces["regular"]
    alone = [face.shape(letter).glyphs[0].id for letter in "مرحبا"]
    joined = [glyph.id for glyph in face.shape("مرحبا").glyphs]
    assert joined != alone[::-1]
    hebrew = [face.shape(letter).glyphs[0].id for letter in "של"]
    assert [glyph.id for glyph in face.shape("של").glyphs] == hebrew[::-1]


@pytest.mark.parametrize(
    ("text", "seen"),
    [
        ("abc", [("abc", False)]),
        ("Mr שלום.", [("Mr ", False), ("שלום", True), (".", False)]),
        (  # N0: the brackets go with the Hebrew before them
            "Mr שלום (12) said",
            [
                *(("Mr ", False), (")", True), ("12", False), ("(", True), (" ", False)),
                *(("שלום", True), (" said", False)),
            ],
        ),
        ("שלום 12%", [("12% ", False), ("שלום", True)]),
        ("مرحبا 12", [("12 ", False), ("مرحبا", True)]),
        ("a (ב) c", [("a (", False), ("ב", True), (") c", False)]),
        (
            "א (b) ג",
            [
                *(("ג", True), (" ", False), (")", True), ("b", False), ("(", True)),
                *((" ", False), ("א", True)),
            ],
        ),
        ("שָׁלוֹם", [("שָׁלוֹם", True)]),  # points stay with their letters
        ("a\u0301בּ", [("a\u0301", False), ("בּ", True)]),
        ("می\u200cخواهم", [("می\u200cخواهم", True)]),
        ("\U000e01ef", []),
        ("", []),
    ],
)
def test_lines_of_both_directions_are_ordered_as_unicode_says(
    text: str, seen: list[tuple[str, bool]]
) -> None:
    assert list(visual_runs(text)) == seen


@given(st.text(st.sampled_from("abאבמع12 .,:+-%()[]"), max_size=20))
def test_no_letter_is_lost_when_a_line_is_ordered(text: str) -> None:
    found = visual_runs(text)
    assert sorted("".join(piece for piece, _ in found)) == sorted(text)
    if is_plain(text):
        assert not any(turned for _, turned in found)
    assert runs_rightwards(text) == (next((c for c in text if c.isalpha()), "a") not in "ab")


def test_what_the_font_lacks_is_seen_to_be_missing(faces: dict[Style, Face]) -> None:
    face = faces["regular"]
    assert face.plain("漢 \U0001f600 a\ufe0fb\tc\ud83d") == f"▯ ▯ ab c{SUBSTITUTE}"
    assert face.plain("co\xadop\u200berate \u200d") == "cooperate \u200d"


def test_a_letter_without_ink_does_not_stand_for_the_space() -> None:
    document = copy.deepcopy(EXAMPLE)
    document["session"]["title"] = "\u200da\xadb"
    assert words(read(render_pdf(document)), 0).startswith("Action learning session ab 23 Nov")


def test_brackets_are_found_as_they_look_whichever_way_they_ran_first() -> None:
    document = copy.deepcopy(EXAMPLE)
    document["session"]["title"] = "שלום (כהן) [א]"
    document["participants"][0]["name"] = "Ann (Lee)"
    found = words(read(render_pdf(document)))
    assert "Ann (Lee)" in found
    assert ")Lee(" not in found


def said(lines: tuple[Line, ...]) -> Iterator[str]:
    for line in lines:
        yield " ".join(piece.span.text for piece in line.pieces)


@settings(deadline=None)
@given(
    st.lists(st.text("abcxyz ,.'", max_size=60), max_size=5),
    st.floats(min_value=20, max_value=400),
    st.none() | st.integers(min_value=1, max_value=3),
)
def test_lines_fit_and_hold_every_word(texts: list[str], width: float, most: int | None) -> None:
    faces = load_once()
    lines = wrap(faces, [Span(text) for text in texts], 9, width, most=most)
    # Letters stand closer or further apart beside a space: a tenth of a letter is no overflow.
    assert all(line.width <= width + 0.9 for line in lines)
    shown = "".join("".join(each.split()) for each in said(lines))
    whole = "".join("".join(texts).split())
    if most is None:
        assert shown == whole
    else:
        assert len(lines) <= most
        cut = re.sub("[,.:;]", "", shown.removesuffix("…"))
        assert re.sub("[,.:;]", "", whole).startswith(cut)


def load_once(kept: dict[Style, Face] = {}) -> dict[Style, Face]:  # noqa: B006 - on purpose
    kept.update({} if kept else load())
    return kept


# The command.


@pytest.fixture(scope="module")
def done(tmp_path_factory: pytest.TempPathFactory) -> Scene:
    return processed(tmp_path_factory.mktemp("pdf"))


def test_the_command_writes_it_twice_alike(done: Scene, tmp_path: Path) -> None:
    first, second = tmp_path / "a.pdf", tmp_path / "b.pdf"
    done.run("report", "--format", "pdf", "-o", first).good()
    done.run("report", "--format", "pdf", "-o", second).good()
    assert first.read_bytes() == second.read_bytes()
    text = words(read(first.read_bytes()))
    assert "A ward at night" in text
    for row in done.report()["utterances"]:
        assert row["text"] in text


def test_it_shows_its_readers_no_more_than_they_may_see(done: Scene, tmp_path: Path) -> None:
    names = {f"{voice}={name}" for name, voice in voice_of().items()}
    scene = done.copy(tmp_path)
    scene.run("speakers", *sorted(names)).good()

    def shown(*reader: str) -> PdfReader:
        to = tmp_path / "report.pdf"
        scene.run("report", "--format", "pdf", "-o", to, *reader).good()
        return read(to.read_bytes())

    everything, of_set = words(shown()), words(shown("--for", "set"))
    assert "Everybody in numbers" in everything
    assert "Everybody in numbers" not in of_set
    assert "For the set: nobody is singled out" in of_set
    own = shown("--for", "Marcus")
    assert "Marcus beside the average" in words(own, 1)
    assert "Marcus 100%" not in words(own)
    assert len(own.pages) < len(shown().pages)
    nameless = words(shown("--anonymous"))
    assert not [name for name in voice_of() if re.search(rf"\b{name}\b", nameless)]


@pytest.mark.parametrize("package", ["bidi", "pydyf", "pymupdf_fonts", "uharfbuzz"])
def test_a_missing_extra_is_one_sentence(
    done: Scene, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, package: str
) -> None:
    monkeypatch.setitem(sys.modules, package, None)
    with pytest.raises(MissingExtraError):
        render_pdf(EXAMPLE)
    outcome = done.run("report", "--format", "pdf", "-o", tmp_path / "a.pdf")
    assert check_failure(outcome).startswith("The PDF needs the extra [pdf]")
    assert "pip install 'alsvoice[pdf]'" in outcome.err
    assert not (tmp_path / "a.pdf").exists()


def test_a_terminal_is_spared(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True, raising=False)
    with pytest.raises(UsageError, match=r"-o report\.pdf"):
        review_after._write(b"%PDF-1.7", None)
