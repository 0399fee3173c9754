"""Label counts: figures by hand, sums of counts, and the shape of a classifier's card."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alsvoice.evaluate.labels import ClassCounts, LabelCounts, without_punctuation
from alsvoice.labels import LABELS, ClassifierCard, Label

OPEN, CLOSED, ADVICE, OTHER = LABELS

labels = st.sampled_from(LABELS)
pairs = st.lists(st.tuples(labels, labels), max_size=60)


def test_figures_by_hand() -> None:
    counts = LabelCounts.of(
        [
            (OPEN, OPEN),
            (OPEN, OPEN),
            (OPEN, CLOSED),
            (CLOSED, CLOSED),
            (OTHER, OPEN),
            (OTHER, OTHER),
        ]
    )
    of_open = counts.of_class(OPEN)
    assert of_open == ClassCounts(true_positives=2, false_positives=1, false_negatives=1)
    assert of_open.support == 3
    assert of_open.precision == pytest.approx(2 / 3)
    assert of_open.recall == pytest.approx(2 / 3)
    assert counts.of_class(CLOSED).f1 == pytest.approx(2 / 3)
    assert counts.of_class(OTHER).f1 == pytest.approx(2 / 3)
    assert counts.macro_f1 == pytest.approx(2 / 3)
    assert counts.accuracy == pytest.approx(4 / 6)


def test_macro_f1_leaves_out_classes_that_do_not_occur() -> None:
    assert LabelCounts.of([(ADVICE, ADVICE), (OTHER, OTHER)]).macro_f1 == 1
    assert LabelCounts.of([(ADVICE, ADVICE), (OTHER, OPEN)]).macro_f1 == pytest.approx(1 / 3)


def test_nothing_counted_gives_zero() -> None:
    empty = LabelCounts()
    assert empty.total == 0
    assert empty.macro_f1 == 0
    assert empty.accuracy == 0
    assert empty.of_class(OPEN).precision == 0
    assert empty.of_class(OPEN).recall == 0
    assert empty.of_class(OPEN).f1 == 0


@given(pairs, pairs)
def test_counts_of_parts_add_up(a: list[tuple[Label, Label]], b: list[tuple[Label, Label]]) -> None:
    assert LabelCounts.of(a) + LabelCounts.of(b) == LabelCounts.of(a + b)
    assert LabelCounts.of(a) + LabelCounts() == LabelCounts.of(a)


@given(pairs)
def test_figures_agree_with_a_plain_recount(counted: list[tuple[Label, Label]]) -> None:
    counts = LabelCounts.of(counted)
    assert counts.total == len(counted)
    for label in LABELS:
        one = counts.of_class(label)
        assert one.true_positives == sum(t is label and c is label for t, c in counted)
        assert one.false_positives == sum(t is not label and c is label for t, c in counted)
        assert one.false_negatives == sum(t is label and c is not label for t, c in counted)
        if one.precision + one.recall:
            mean = 2 * one.precision * one.recall / (one.precision + one.recall)
            assert one.f1 == pytest.approx(mean)
    assert 0 <= counts.macro_f1 <= 1


def test_confusion_is_what_a_card_holds() -> None:
    confusion = LabelCounts.of([(OPEN, CLOSED), (OPEN, CLOSED), (ADVICE, OTHER)]).confusion
    assert confusion[OPEN][CLOSED] == 2
    assert confusion[ADVICE][OTHER] == 1
    assert confusion[CLOSED] == dict.fromkeys(LABELS, 0)
    assert ClassifierCard(name="x", confusion=confusion).confusion[OPEN][OPEN] == 0


@pytest.mark.parametrize(
    "rows",
    [(), ((0, 0), (0, 0)), ((0,) * 4,) * 3, ((0, 0, 0, -1), *((0,) * 4,) * 3)],
)
def test_other_shapes_are_refused(rows: tuple[tuple[int, ...], ...]) -> None:
    with pytest.raises(ValueError, match="confusion matrix"):
        LabelCounts(rows=rows)


def test_negative_counts_are_refused() -> None:
    with pytest.raises(ValueError, match="negative"):
        ClassCounts(true_positives=0, false_positives=-1, false_negatives=0)


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("So, what's next?", "so what's next"),
        ("  Mm-hmm.  ", "mm hmm"),
        ("You (really) said £3?!", "you really said 3"),
        ("", ""),
    ],
)
def test_without_punctuation(text: str, plain: str) -> None:
    assert without_punctuation(text) == plain
