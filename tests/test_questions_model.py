"""``questions.v1``: real weights on real sentences; what holds for any text whatever."""

import json
from collections.abc import Sequence
from pathlib import Path

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from alsvoice.backends import registry
from alsvoice.backends.classify.encoder import LONGEST, Facts, QuestionsClassifier, encode, how
from alsvoice.config import bundled_models
from alsvoice.errors import ModelError
from alsvoice.labels import Coding, Flag, Label, Origin, UtteranceText
from cli_runner import alsvoice

FOLDER = bundled_models() / "questions-v1"
SAID = [
    (None, "What have you tried?", Label.OPEN_QUESTION),
    (None, "Have you talked to her?", Label.CLOSED_QUESTION),
    ("I never know what to say to the inspector.", "Have you tried asking her out for a coffee?",
     Label.ADVICE),
    (None, "If I were you I'd put it in writing.", Label.ADVICE),
    ("We lost two volunteers in a month.", "Tell us a bit more about that.", Label.OPEN_QUESTION),
    ("What happened then?", "I just nodded and walked out of the room.", Label.OTHER),
    (None, "how long have you been running the food bank", Label.CLOSED_QUESTION),
    (None, "Mm hm.", Label.OTHER),
]  # fmt: skip


def code(rows: Sequence[UtteranceText]) -> list[Coding]:
    return list(registry.classifier("questions").classify(rows))


def row(text: str, before: str | None = None, number: int = 0) -> UtteranceText:
    return UtteranceText(id=str(number), text=text, prev_text=before)


@pytest.mark.parametrize(("before", "text", "label"), SAID)
def test_plain_cases(before: str | None, text: str, label: Label) -> None:
    [coding] = code([row(text, before)])
    assert coding.label is label
    assert coding.source is Origin.MODEL


def test_advice_in_question_form_is_called_so() -> None:
    [coding] = code([row("Why don't you ask your deputy to chair it?", "The meetings drag on.")])
    assert Flag.ADVICE_IN_DISGUISE in coding.flags


def test_an_answer_does_not_depend_on_its_neighbours() -> None:
    rows = [row(text, before, n) for n, (before, text, _) in enumerate(SAID)]
    together = code(rows)
    assert together == [coding for each in rows for coding in code([each])]
    assert [c.utterance_id for c in together] == [r.id for r in rows]


@settings(max_examples=30, deadline=None)
@given(st.text(max_size=300), st.none() | st.text(max_size=300))
def test_any_text_is_coded(text: str, before: str | None) -> None:
    [coding] = code([row(text, before)])
    assert abs(sum(coding.probabilities) - 1) < 1e-6


@pytest.mark.parametrize(
    "text", ["", " \n", "\0\x1b[31m", "你怎么看?", "؟", "why " * 5000, "x" * 100_000, "\ud7ff" * 9]
)
def test_texts_nobody_hoped_for(text: str) -> None:
    [coding] = code([row(text)])
    assert coding.label in Label


def test_a_long_row_keeps_both_ends() -> None:
    classifier = registry.classifier("questions")
    assert isinstance(classifier, QuestionsClassifier)
    [(ids, first)] = encode(classifier.tokenizer, [row("start " + "and so on " * 500 + "finish")])
    assert len(ids) - first == LONGEST + 1
    words = [classifier.tokenizer.id_to_token(i) for i in ids]
    assert "start" in words
    assert words[-2] == "finish"


@pytest.mark.parametrize(
    ("text", "role", "join"),
    [
        ("What did you try?", "member", "known marked"),
        ("what did you try", "presenter", "known bare"),
        ("What did you try?", None, "unknown marked"),
        ("what did you try", "therapist", "unknown bare"),
    ],
)
def test_a_row_is_joined_by_what_is_known_of_it(text: str, role: str | None, join: str) -> None:
    assert how(UtteranceText(id="1", text=text, speaker_role=role)) == join
    facts = msgspec.json.decode((FOLDER / "facts.json").read_bytes(), type=Facts)
    assert len(facts.joins[join].bias) == len(Label)


def test_it_is_the_default_and_rules_can_be_chosen(tmp_path: Path) -> None:
    (tmp_path / "rows.jsonl").write_text('{"id": 1, "text": "What did you try?"}\n')
    for more in ((), ("--classifier", "rules"), ("--classifier", "questions.v1")):
        answer = alsvoice("classify", tmp_path / "rows.jsonl", *more).good()
        assert json.loads(answer.out)["label"] == "open_question"
    assert registry.default_classifier() == "questions"


def test_weights_that_are_not_whole_are_told(tmp_path: Path) -> None:
    for name in ("facts.json", "tokenizer.json"):
        (tmp_path / name).write_bytes((FOLDER / name).read_bytes())
    (tmp_path / "model.onnx").write_bytes(b"half")
    with pytest.raises(ModelError):
        QuestionsClassifier(tmp_path)
    (tmp_path / "facts.json").write_text("{")
    with pytest.raises(ModelError, match="cannot be loaded") as caught:
        QuestionsClassifier(tmp_path)
    assert "--classifier rules" in caught.value.try_next
