"""Words that the recogniser was unsure of are marked, where the text is as it was heard."""

import json
from pathlib import Path

import pytest

from alsvoice.transcript import Word
from scripted_demo import Scene, imported


@pytest.fixture(scope="module")
def scene(tmp_path_factory: pytest.TempPathFactory) -> Scene:
    """Give the demo session with its second word and its last doubtful."""
    made = imported(tmp_path_factory.mktemp("doubt"))
    path = made.script.folder / "words.json"
    told = json.loads(path.read_text("utf-8"))
    told["data"]["words"][1]["confidence"] = 0.31
    told["data"]["words"][2]["confidence"] = 0.5
    path.write_text(json.dumps(told), "utf-8")
    made.process(*made.script.options)
    return made


@pytest.mark.parametrize(
    ("confidence", "doubtful"), [(None, False), (0.499, True), (0.5, False), (0.0, True)]
)
def test_less_than_even_odds_are_doubtful(confidence: float | None, doubtful: bool) -> None:
    word = Word(text="so", start_ms=0, end_ms=1, confidence=confidence)
    assert word.is_doubtful is doubtful


def test_the_report_marks_the_word_by_its_place(scene: Scene) -> None:
    rows = scene.report()["utterances"]
    assert [row["doubtful"] for row in rows if row["doubtful"]] == [[1]]
    word = rows[0]["text"].split(" ")[1]
    page = Path(scene.run("report", "--format", "html").good().out.strip()).read_text("utf-8")
    marked = f'<span class="doubted" title="The recogniser was unsure of this.">{word}</span>'
    assert page.count(marked) == 1


def test_a_corrected_wording_is_not_doubtful(scene: Scene, tmp_path: Path) -> None:
    own = scene.copy(tmp_path)
    first = own.report()["utterances"][0]["id"]
    own.run("correct", first, "--text", "Shall we begin?").good()
    assert own.report()["utterances"][0]["doubtful"] == []


def test_hidden_names_move_words_so_nothing_is_marked_then(scene: Scene) -> None:
    told = scene.run("report", "--anonymous", "--format", "json").good().json()
    assert not any(row["doubtful"] for row in told["utterances"])
