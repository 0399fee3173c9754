"""No text can break the rules: odd, long, streamed; their phrases, their card, their pace."""

import gzip
import hashlib
import json
import os
import re
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from alsvoice.backends.classify.calibration import CONFUSION, COUNTS, probabilities
from alsvoice.backends.classify.phrases import PhraseBook, compile_phrase, examples
from alsvoice.backends.classify.rules import BOOKS, RulesClassifier
from alsvoice.backends.classify.sentences import cut
from alsvoice.evaluate.labels import LabelCounts
from alsvoice.labels import LABELS, Coding, Flag, Label, Origin, UtteranceText

OPEN, CLOSED, ADVICE, OTHER = LABELS


def code(text: str, *, role: str | None = None, prev: str | None = None) -> Coding:
    row = UtteranceText(id="u1", text=text, prev_text=prev, speaker_role=role)
    (coding,) = RulesClassifier().classify([row])
    return coding


@pytest.mark.parametrize("text", ["", "   ", "...", "?!", "\x00\x01\x7f", "[inaudible]", "\n\t"])
def test_text_without_words_is_other(text: str) -> None:
    coding = code(text)
    assert coding.label is OTHER
    assert coding.flags == ()


@pytest.mark.parametrize(
    "text",
    [
        "你觉得怎么样？",
        "Что ты об этом думаешь?",
        "ماذا تعتقد؟",
        "¿Qué piensas?",
        "👍👍👍",
        "you\x00 should\x07 talk",
        "\u202eyou should\u202c",
        "a" * 100_000,
        "-" * 100_000,
        "'" * 100_000,
        "[" * 100_000,
        "wha-" * 50_000,
        "1." * 50_000,
    ],
)
def test_odd_text_gives_a_coding_quickly(text: str) -> None:
    begun = time.perf_counter()
    assert code(text, prev=text).label in LABELS
    assert time.perf_counter() - begun < 2


@pytest.mark.parametrize(
    "unit",
    ["word ", "you could ", "what do you ", "maybe just ", "i wonder if you ", "when i had we "],
)
def test_five_thousand_words_take_linear_time(unit: str) -> None:
    text = unit * (5000 // len(unit.split()))
    begun = time.perf_counter()
    code(text)
    assert time.perf_counter() - begun < 2


def test_reads_one_row_at_a_time() -> None:
    taken: list[int] = []

    def rows() -> Iterator[UtteranceText]:
        for number in range(3):
            taken.append(number)
            yield UtteranceText(id=str(number), text="How are you?")

    codings = RulesClassifier().classify(rows())
    assert taken == []
    assert next(codings).utterance_id == "0"
    assert taken == [0]


TELLING_WORDS = (
    "what how who have you should could tried she said maybe i wonder if right ? . , -- … 's n't "
    "um is it that time minutes left question advice because - ' [ ] 4 % é 你"
)
words_of_rules = st.sampled_from(TELLING_WORDS.split())


@settings(max_examples=300, deadline=None)
@given(
    text=st.one_of(st.text(), st.lists(words_of_rules, max_size=40).map(" ".join)),
    prev=st.none() | st.text(max_size=50),
    role=st.none() | st.sampled_from(["facilitator", "presenter", "member", "observer", "x"]),
)
def test_any_text_gives_a_valid_coding(text: str, prev: str | None, role: str | None) -> None:
    coding = code(text, prev=prev, role=role)
    assert coding.source is Origin.RULE
    assert coding.confidence == max(coding.probabilities)
    assert list(coding.flags) == [f for f in Flag if f in coding.flags]
    if Flag.ADVICE_IN_DISGUISE in coding.flags:
        assert coding.label is ADVICE


@settings(max_examples=200, deadline=None)
@given(st.text())
def test_cut_keeps_offsets_true(text: str) -> None:
    for sentence in cut(text).sentences:
        for word, offset in zip(sentence.words, sentence.offsets, strict=True):
            assert sentence.text.startswith(f"{word} ", offset)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Wha-wha-what do, um, do you think?", "what do you think"),
        ("I mean, you know, it works", "it works"),
        ("what's he gonna do", "what is he going to do"),
        ("Dr. Shah paid 2.8 million.", "dr shah paid 2.8 million"),
        ("it's sort of a mess", "it is a mess"),
        ("What sort of mess?", "what sort of mess"),
        ("Don’t you?", "don't you"),
        ("d do you do you mind", "do you mind"),
    ],
)
def test_words_are_smoothed(text: str, words: str) -> None:
    assert [" ".join(s.words) for s in cut(text).sentences] == [words]


@pytest.mark.parametrize("book", BOOKS)
def test_every_phrase_matches_its_own_examples(book: PhraseBook) -> None:
    for phrase in book.phrases:
        for example in examples(phrase.source, 20):
            assert phrase.regex.match(example + " "), (phrase.source, example)
            assert example.split(" ")[0] in phrase.first


def test_no_phrase_is_written_twice() -> None:
    written = [(p.family, p.source) for book in BOOKS for p in book.phrases]
    assert len(written) == len(set(written))


@pytest.mark.parametrize("source", ["~3 word", "!a b", "word?", "a? b?"])
def test_phrase_must_begin_with_known_words(source: str) -> None:
    with pytest.raises(ValueError, match="phrase"):
        compile_phrase("family", source)


def test_card_is_whole() -> None:
    card = RulesClassifier.card
    assert card.name == "rules.v1"
    assert card.measured_on
    assert set(CONFUSION) == set(LABELS)
    assert sum(sum(row.values()) for row in CONFUSION.values()) == 804


@pytest.mark.parametrize("bare", [False, True])
@pytest.mark.parametrize("family", sorted({key.removesuffix(" bare") for key in COUNTS}))
def test_a_rule_gives_its_own_label_the_largest_probability(family: str, bare: bool) -> None:
    shares = dict(zip(LABELS, probabilities(family, bare=bare), strict=True))
    assert sum(shares.values()) == pytest.approx(1)
    largest = max(shares, key=lambda label: shares[label])
    assert largest.value.startswith(family.partition(".")[0])


def annomi() -> list[dict[str, str]]:
    shared = os.environ.get("ALSVOICE_SHARED")
    data = Path(shared) if shared else Path(__file__).parents[2] / "shared" / "data"
    file = data / "labels" / "annomi.measure.jsonl.gz"
    if not file.is_file():
        pytest.skip(f"no measuring data: {file.name} is not part of the project")
    with gzip.open(file, "rt", encoding="utf-8") as lines:
        rows = [json.loads(line) for line in lines]
    return [r for r in rows if int(hashlib.sha256(r["group"].encode()).hexdigest(), 16) % 5]


@pytest.mark.shared
def test_macro_f1_on_what_the_rules_were_not_chosen_on() -> None:
    rows = annomi()
    texts = [UtteranceText(id=r["id"], text=r["text"], prev_text=r["prev_text"]) for r in rows]
    codings = RulesClassifier().classify(texts)
    truth = [Label(r["label"]) for r in rows]
    counts = LabelCounts.of(zip(truth, (c.label for c in codings), strict=True))
    assert len(rows) == 3274
    assert counts.macro_f1 >= 0.60


def test_no_phrase_nests_one_repeat_in_another() -> None:
    nested = re.compile(r"\([^()]*[*+][^()]*\)[*+]")
    assert not any(nested.search(p.regex.pattern) for book in BOOKS for p in book.phrases)


@pytest.mark.shared
def test_two_thousand_rows_a_second() -> None:
    rows = [UtteranceText(id=r["id"], text=r["text"], prev_text=r["prev_text"]) for r in annomi()]
    begun = time.process_time()
    assert sum(1 for _ in RulesClassifier().classify(rows)) == len(rows)
    # Coverage's tracing costs a factor of three, and the machine may have other work.
    assert len(rows) / (time.process_time() - begun) > 500
