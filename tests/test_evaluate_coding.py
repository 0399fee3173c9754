"""A coding beside a reference: kappa, calibration, intervals over groups, and coded lines."""

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from alsvoice.evaluate.bootstrap import intervals
from alsvoice.evaluate.calibration import Calibration
from alsvoice.evaluate.coding import match, score
from alsvoice.evaluate.labels import Coded, LabelCounts, Pair, paired
from alsvoice.formats.rows import CodedRow
from alsvoice.labels import LABELS, Label
from alsvoice.measures.agreement import Agreement, kappa_of
from cli_runner import alsvoice, refused
from scripted_demo import DEMO, processed

OPEN, CLOSED, ADVICE, OTHER = LABELS

labels = st.sampled_from(LABELS)
pairs = st.lists(
    st.builds(
        Pair,
        reference=labels,
        coded=labels,
        confidence=st.one_of(st.none(), st.floats(0, 1)),
        group=st.one_of(st.none(), st.sampled_from("abc")),
    ),
    max_size=40,
)


# Kappa.


def test_kappa_by_hand() -> None:
    assert kappa_of([[20, 5], [10, 15]]) == pytest.approx(0.4)  # Cohen's own kind of example
    assert kappa_of([[3, 0], [0, 3]]) == 1
    assert kappa_of([[0, 3], [3, 0]]) == -1
    assert kappa_of([[4, 0], [0, 0]]) is None
    assert kappa_of([[0, 0], [0, 0]]) is None


@given(st.lists(st.tuples(labels, labels), max_size=40))
def test_kappa_is_that_of_a_practice_round(counted: list[tuple[Label, Label]]) -> None:
    assert LabelCounts.of(counted).kappa == Agreement.of(counted).kappa


def test_kappa_on_one_label() -> None:
    counts = LabelCounts.of([(OPEN, OPEN), (OPEN, CLOSED), (CLOSED, CLOSED), (OTHER, OTHER)])
    assert counts.kappa_on(OTHER) == 1
    assert counts.kappa_on(OPEN) == pytest.approx(0.5)
    assert counts.kappa_on(ADVICE) is None


# Calibration.


def test_calibration_by_hand() -> None:
    found = Calibration.of([(0.95, True), (0.95, True), (0.55, False), (0.55, True), (1.0, False)])
    assert [each.count for each in found.bins] == [0, 0, 0, 0, 0, 2, 0, 0, 0, 3]
    assert found.error == pytest.approx((abs(1.1 - 1) + abs(2.9 - 2)) / 5)
    assert Calibration.of([]).error is None


@given(st.lists(st.tuples(st.floats(0, 1), st.booleans()), min_size=1, max_size=40))
def test_calibration_error_is_a_share(told: list[tuple[float, bool]]) -> None:
    found = Calibration.of(told)
    assert found.total == len(told)
    assert found.error is not None
    assert -1e-9 <= found.error <= 1 + 1e-9


def test_unsure_codings_are_counted_apart() -> None:
    told = [(0.5, True), (0.6, False), (0.7, True), (0.9, True), (None, False)]
    found = score([Pair(reference=OPEN, coded=OPEN if ok else ADVICE, confidence=p)
                   for p, ok in told])  # fmt: skip
    assert (found.unsure, found.sure) == ((2, 1), (2, 2))
    assert found.calibration.total == 4


# Intervals over groups.


def test_intervals_need_two_groups() -> None:
    assert intervals([[1.0, 2.0]], lambda _: {"x": 1.0}) == {}
    assert score([Pair(reference=OPEN, coded=OPEN, group="a")] * 9).intervals == {}


def test_an_interval_is_that_of_the_groups_drawn() -> None:
    """The mean of 40 groups, half of them 0 and half 1: half a point less 1.96 errors and so on."""
    found = intervals([[float(k % 2), 1.0] for k in range(40)], lambda s: {"mean": s[0] / s[1]})
    low, high = found["mean"]
    error = (0.25 / 40) ** 0.5
    assert low == pytest.approx(0.5 - 1.96 * error, abs=0.03)
    assert high == pytest.approx(0.5 + 1.96 * error, abs=0.03)


def test_a_figure_that_is_not_always_defined() -> None:
    found = intervals([[0.0], [1.0]], lambda s: {"x": s[0] or None, "never": None})
    assert found.keys() == {"x"}
    assert found["x"][0] >= 1


def test_groups_that_are_alike_inside_make_intervals_wider() -> None:
    """Ten groups of ten, right or wrong as a whole, beside the same rows one by one."""
    rows = [(k // 10, (k // 10) % 2 == 0) for k in range(100)]
    made = [Pair(reference=OPEN, coded=OPEN if ok else CLOSED, group=str(g)) for g, ok in rows]
    alone = [Pair(reference=p.reference, coded=p.coded) for p in made]
    low, high = score(made).intervals["accuracy"]
    narrow_low, narrow_high = score(alone).intervals["accuracy"]
    assert high - low > 2 * (narrow_high - narrow_low)
    assert (score(made).groups, score(made).grouped) == (10, True)
    assert (score(alone).groups, score(alone).grouped) == (100, False)


@settings(max_examples=15)
@given(pairs)
def test_groups_lose_nothing(made: list[Pair]) -> None:
    found = score(made)
    assert found.counts.total == len(made)
    assert found.calibration.total == sum(p.confidence is not None for p in made)
    assert found.unsure[0] + found.sure[0] == found.calibration.total
    for low, high in found.intervals.values():
        assert low <= high
    again = score(made)
    assert again.intervals == found.intervals


# What is matched.


def test_what_governs_a_span_brings_its_probability() -> None:
    def coded(start: int, label: Label, confidence: float | None) -> Coded:
        return Coded(start_ms=start, end_ms=start + 10, label=label, confidence=confidence)

    heard = [
        coded(0, ADVICE, 0.6), coded(10, ADVICE, 0.9), coded(20, OPEN, 0.8),
        coded(100, OPEN, 0.7), coded(110, CLOSED, None), coded(120, OTHER, 0.99),
        coded(200, OTHER, 0.4), coded(210, OTHER, 0.5),
    ]  # fmt: skip
    spans = [(0, 30), (100, 130), (200, 220), (300, 310)]
    true = [Coded(start_ms=a, end_ms=b, label=OPEN) for a, b in spans]
    found = [(p.coded, p.confidence) for p in paired(true, heard)]
    assert found == [(ADVICE, 0.9), (CLOSED, None), (OTHER, 0.5), (OTHER, None)]


def test_rows_are_matched_by_id() -> None:
    true = [CodedRow(id=i, label=OPEN, group="g") for i in "abc"]
    found = match(true, [CodedRow(id=i, label=ADVICE, confidence=0.8) for i in "cbxy"])
    assert [p.labels for p in found.pairs] == [(OPEN, ADVICE)] * 2
    assert {p.group for p in found.pairs} == {"g"}
    assert (found.reference_alone, found.coded_alone) == (1, 2)


# The command.

SAID: tuple[tuple[str, str, str, list[str]], ...] = (
    ("a", "What did you make of that?", "open_question", []),
    ("a", "Did you tell her?", "closed_question", []),
    ("a", "Why don't you just ring her?", "advice", ["advice_in_disguise"]),
    ("b", "I went home after that.", "other", []),
    ("b", "Have you tried talking to him?", "advice", ["advice_in_disguise"]),
    ("c", "How did it feel when he said no?", "open_question", []),
)


def written(folder: Path, *, change: dict[str, Any] | None = None, line: int = 1) -> Path:
    rows: list[dict[str, Any]] = [
        {"id": f"r{n}", "text": text, "label": label, "flags": flags, "group": group}
        for n, (group, text, label, flags) in enumerate(SAID)
    ]
    rows[line] |= change or {}
    path = folder / "rows.jsonl"
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return path


@pytest.mark.parametrize("classifier", ["rules", "questions"])
def test_coded_lines_against_a_reference(tmp_path: Path, classifier: str) -> None:
    """What ``classify`` wrote, beside the labels that came with its rows."""
    rows, coded = written(tmp_path), tmp_path / "coded.jsonl"
    alsvoice("classify", rows, "--classifier", classifier, "-o", coded).good()
    found = alsvoice("evaluate", coded, rows, "--json").good().json()
    assert found.keys() == {"labels"}
    part = found["labels"]
    assert (part["utterances"], part["groups"]) == (6, 3)
    assert (part["only_in_reference"], part["only_coded"]) == (0, 0)
    assert part["macro_f1"] > 0.7
    assert part["intervals"]["macro_f1"][0] <= part["macro_f1"]
    assert part["flags"]["advice_in_disguise"]["support"] == 2
    calibration = part["calibration"]
    assert calibration["utterances"] == sum(each["utterances"] for each in calibration["bins"]) == 6
    assert calibration["unsure"]["utterances"] + calibration["sure"]["utterances"] == 6
    assert "3 groups" in part["protocol"]
    printed = alsvoice("evaluate", coded, rows).good().out
    for said in ("kappa", "calibration error", "unsure", "advice_in_disguise", part["protocol"]):
        assert said in printed


def test_two_people_who_coded_the_same_rows(tmp_path: Path) -> None:
    first = written(tmp_path)
    second = written(tmp_path, change={"label": "open_question"}).rename(tmp_path / "two.jsonl")
    first = written(tmp_path)
    part = alsvoice("evaluate", second, first, "--json").good().json()["labels"]
    assert part["calibration"]["error"] is None
    assert 0 < part["kappa"] < 1
    assert "calibration error" not in alsvoice("evaluate", second, first).good().out


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"id": "r0"}, "line 2: has an id that a line before has"),
        ({"label": "question"}, "line 2: "),
        ({"label": None}, "line 2: "),
        ({"flags": ["loud"]}, "line 2: "),
        ({"probabilities": {"closed_question": 1.5}}, "line 2: has a probability that is none"),
    ],
)
def test_lines_that_cannot_be_scored(tmp_path: Path, change: dict[str, Any], said: str) -> None:
    bad = written(tmp_path, change=change).rename(tmp_path / "bad.jsonl")
    assert said in refused("evaluate", bad, written(tmp_path))
    assert said in refused("evaluate", written(tmp_path), bad)


def test_files_of_lines_that_have_nothing_in_common(tmp_path: Path) -> None:
    empty = tmp_path / "empty.jsonl"
    empty.write_text("\n")
    rows = written(tmp_path)
    assert "has an id" in refused("evaluate", empty, rows)
    assert "no speech" in refused("evaluate", rows, empty)
    other = tmp_path / "other.jsonl"
    other.write_text('{"id": "z", "label": "other"}\n')
    assert "has an id" in refused("evaluate", other, rows)
    assert "nothing in common" in refused("evaluate", rows, DEMO / "truth.json")
    (tmp_path / "folder.jsonl").mkdir()
    assert "it is no file" in refused("evaluate", rows, tmp_path / "folder.jsonl")
    assert "no file" in refused("evaluate", rows, tmp_path / "missing.jsonl")
    (tmp_path / "binary.jsonl").write_bytes(b"\xff\xfe\x00{")
    assert "line 1" in refused("evaluate", tmp_path / "binary.jsonl", rows)


def test_a_session_says_how_sure_it_is(tmp_path: Path) -> None:
    """Labels a person gave are no machine's probabilities."""
    scene = processed(tmp_path)
    before = scene.run("evaluate", "--reference", DEMO, "--json").good().json()["labels"]
    assert before["groups"] is None
    assert "single utterances" in before["protocol"]
    assert before["calibration"]["utterances"] > 80
    low, high = before["intervals"]["macro_f1"]
    assert low <= before["macro_f1"] <= high
    lines = scene.run("report", "--format", "json").good().json()["utterances"]
    asked = next(line for line in lines if line["label"] == "open_question")
    scene.run("correct", asked["id"], "--label", "closed_question").good()
    after = scene.run("evaluate", "--reference", DEMO, "--json").good().json()["labels"]
    assert after["calibration"]["utterances"] == before["calibration"]["utterances"] - 1
