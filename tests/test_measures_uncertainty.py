from collections.abc import Sequence
from dataclasses import replace
from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from alsvoice.labels import LABELS, ClassifierCard, Coding, Label, Origin
from alsvoice.measures.measured import measure
from alsvoice.measures.uncertainty import Belief, believe, wilson
from strategies import coding_of, said, scene

OPEN, CLOSED, ADVICE, OTHER = LABELS
QUESTIONS = {OPEN, CLOSED}


def card(*rows: Sequence[int]) -> ClassifierCard:
    confusion = {
        t: dict(zip(LABELS, row, strict=True)) for t, row in zip(LABELS, rows, strict=True)
    }
    return ClassifierCard(name="test.v1", confusion=confusion)


FAULTLESS = card((9999, 0, 0, 0), (0, 9999, 0, 0), (0, 0, 9999, 0), (0, 0, 0, 9999))
SLOPPY = card((60, 30, 0, 10), (30, 60, 0, 10), (10, 10, 40, 40), (5, 5, 5, 85))


def codings(*counts: int, source: Origin = Origin.MODEL, confidence: float = 1.0) -> list[Coding]:
    return [
        coding_of(f"{label}{n}", label, source=source, confidence=confidence)
        for label, count in zip(LABELS, counts, strict=True)
        for n in range(count)
    ]


def width(belief: Belief) -> float:
    interval = belief.share({OPEN}, QUESTIONS)
    assert interval is not None
    return interval[1] - interval[0]


def test_wilson_by_hand() -> None:
    assert wilson(5, 10) == pytest.approx((0.2693, 0.7307), abs=1e-4)
    assert wilson(0, 4) == pytest.approx((0, 0.4035), abs=1e-4)


def test_without_a_card_only_sampling_is_left() -> None:
    belief = believe(codings(5, 5, 0, 9), None)
    assert belief.share({OPEN}, QUESTIONS) == wilson(5, 10)
    assert belief.total(OPEN) is None


def test_a_share_over_nothing_has_no_interval() -> None:
    assert believe(codings(0, 0, 2, 3), None).share({OPEN}, QUESTIONS) is None
    assert believe(codings(0, 0, 2, 3), SLOPPY).share({OPEN}, QUESTIONS) is None


def test_a_person_is_right() -> None:
    belief = believe(codings(5, 5, 0, 9, source=Origin.PERSON), SLOPPY)
    assert belief.share({OPEN}, QUESTIONS) == wilson(5, 10)


def test_a_faultless_classifier_leaves_sampling_alone() -> None:
    low, high = believe(codings(8, 8, 0, 20), FAULTLESS).share({OPEN}, QUESTIONS) or (0, 0)
    assert (low, high) == pytest.approx(wilson(8, 16), abs=0.02)
    assert believe(codings(8, 8, 0, 20), FAULTLESS).total(OPEN) == pytest.approx((8, 8), abs=1)


def test_a_worse_classifier_widens_and_corrections_narrow() -> None:
    by_machine = believe(codings(12, 8, 3, 40), SLOPPY)
    corrected = believe(
        [*codings(12, 8, 3, 0, source=Origin.PERSON), *codings(0, 0, 0, 40)], SLOPPY
    )
    assert width(believe(codings(12, 8, 3, 40), FAULTLESS)) < width(by_machine)
    assert width(corrected) < width(by_machine)
    total = by_machine.total(OPEN)
    assert total is not None
    assert total[0] < 12 < total[1]


def test_unsure_codings_widen() -> None:
    sure = codings(12, 8, 3, 40)
    unsure = [*codings(12, 8, 3, 0, confidence=0.4), *codings(0, 0, 0, 40)]
    assert width(believe(sure, FAULTLESS)) < width(believe(unsure, FAULTLESS))


def test_same_session_same_interval() -> None:
    first, again = (believe(codings(4, 3, 2, 9), SLOPPY) for _ in range(2))
    assert first.share({OPEN}, QUESTIONS) == again.share({OPEN}, QUESTIONS)


def test_a_card_that_never_saw_a_label_still_answers() -> None:
    empty_row = ClassifierCard(name="x", confusion={OPEN: {OPEN: 5}})
    interval = believe(codings(3, 2, 1, 4), empty_row).share({OPEN}, QUESTIONS)
    assert interval is not None
    assert interval[0] <= 0.6 <= interval[1]


@settings(max_examples=15, deadline=None)
@given(
    counts=st.lists(st.integers(0, 20), min_size=4, max_size=4),
    confidence=st.sampled_from([0.4, 0.9]),
    known=st.sampled_from([None, FAULTLESS, SLOPPY]),
)
def test_an_interval_holds_its_share_and_stays_in_bounds(
    counts: list[int], confidence: float, known: ClassifierCard | None
) -> None:
    belief = believe(codings(*counts, confidence=confidence), known)
    for part, whole in product([{OPEN}, QUESTIONS], [QUESTIONS, set(Label)]):
        of = sum(belief.coded[label] for label in whole)
        interval = belief.share(part & whole, whole)
        assert (interval is None) == (of == 0)
        if interval is not None:
            share = sum(belief.coded[label] for label in part & whole) / of
            assert 0 <= interval[0] <= share <= interval[1] <= 1


def test_intervals_hold_the_truth_as_often_as_they_say() -> None:
    rng = np.random.default_rng(7)
    errors = [
        [0.75, 0.15, 0.02, 0.08],
        [0.10, 0.65, 0.05, 0.20],
        [0.05, 0.10, 0.50, 0.35],
        [0.03, 0.05, 0.04, 0.88],
    ]
    sizes = (300, 300, 200, 2000)
    known = card(*(rng.multinomial(n, row).tolist() for n, row in zip(sizes, errors, strict=True)))
    held = 0
    for _ in range(40):
        truly = rng.multinomial(100, [0.15, 0.1, 0.05, 0.7])
        coded = sum(rng.multinomial(n, row) for n, row in zip(truly, errors, strict=True))
        belief = believe(codings(*map(int, np.asarray(coded))), known)
        for part, whole, share in (
            ({OPEN}, QUESTIONS, 0.6),
            ({ADVICE}, {*QUESTIONS, ADVICE}, 0.05 / 0.3),
            (QUESTIONS, set(Label), 0.25),
        ):
            low, high = belief.share(part, whole) or (0, 1)
            held += low <= share <= high
    assert held / 120 == pytest.approx(0.9, abs=0.06)


@pytest.mark.parametrize(("role", "known"), [("member", True), (None, False)])
def test_talk_of_people_whose_roles_are_unknown_has_a_confusion_of_its_own(
    role: str | None, known: bool
) -> None:
    two = replace(FAULTLESS, confusion_unknown=SLOPPY.confusion)
    talk = scene(
        *(said("Max", 5 * n, 5 * n + 2, "What then?", "open_question") for n in range(12)),
        said("Max", 70, 72, "Is it?", "closed_question"),
        roles={"Max": role},
    )
    counted = measure(talk, two)
    assert counted.card is not None
    assert counted.card.confusion == (FAULTLESS if known else SLOPPY).confusion
    wide, narrow = (measure(talk, c).belief().total(OPEN) for c in (SLOPPY, FAULTLESS))
    assert counted.belief().total(OPEN) == (narrow if known else wide)


def test_a_card_with_one_confusion_has_it_everywhere() -> None:
    assert SLOPPY.where_roles_are_unknown() == SLOPPY


def test_doubt_does_not_count_where_the_counts_speak_for_every_coding() -> None:
    sure, unsure = codings(5, 5, 1, 9), codings(5, 5, 1, 9, confidence=0.4)
    counts_alone = replace(FAULTLESS, doubt_holds=False)
    assert believe(sure, counts_alone).total(OPEN) == believe(unsure, counts_alone).total(OPEN)
    assert width(believe(unsure, counts_alone)) < width(believe(unsure, FAULTLESS))
