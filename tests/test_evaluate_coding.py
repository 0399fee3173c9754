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


def test_intervals_need_ten_groups() -> None:
    assert intervals([[1.0, 2.0]] * 9, lambda _: {"x": 1.0}) == {}
    assert intervals([[1.0, 2.0]] * 10, lambda _: {"x": 1.0}) == {"x": (1.0, 1.0)}
    assert score([Pair(reference=OPEN, coded=OPEN, group="a")] * 30).intervals == {}


def test_an_interval_is_that_of_the_groups_drawn() -> None:
    """The mean of 40 groups, half of them 0 and half 1: half a point less 1.96 errors and so on."""
    found = intervals([[float(k % 2), 1.0] for k in range(40)], lambda s: {"mean": s[0] / s[1]})
    low, high = found["mean"]
    error = (0.25 / 40) ** 0.5
    assert low == pytest.approx(0.5 - 1.96 * error, abs=0.03)
    assert high == pytest.approx(0.5 + 1.96 * error, abs=0.03)


def test_a_figure_that_is_not_always_defined() -> None:
    """Of ten groups one has it: three draws in eight lack it; the one that none has is left out."""
    tallies = [[0.0, 1.0]] * 9 + [[1.0, 1.0]]
    found = intervals(
        tallies, lambda s: {"x": s[0] or None, "never": None, "mostly": None if s[0] else 1.0}
    )
    assert found.keys() == {"x"}
    assert found["x"][0] >= 1


def test_a_reflected_interval_lies_on_the_other_side() -> None:
    """Twenty gaps of either sign that cancel out: their absolute mean only grows when drawn."""
    tallies = [[float(2 * (k % 2) - 1), 1.0] for k in range(20)]
    plain = intervals(tallies, lambda s: {"gap": abs(s[0]) / s[1]})["gap"]
    turned = intervals(tallies, lambda s: {"gap": abs(s[0]) / s[1]}, {"gap"})["gap"]
    assert plain[1] > 0.3
    assert turned == (0.0, 0.0)


def test_a_class_that_a_draw_lacks_gives_it_no_macro_f1() -> None:
    """Advice stands in one group of ten, never found: no draw without it may raise the mean."""
    made = [Pair(reference=OPEN, coded=OPEN, group=str(k)) for k in range(10) for _ in range(5)]
    made.append(Pair(reference=ADVICE, coded=OPEN, group="0"))
    assert score(made).intervals["macro_f1"][1] < 0.51


def test_groups_that_are_alike_inside_make_intervals_wider() -> None:
    """Ten groups of ten, right or wrong as a whole, beside the same rows one by one."""
    rows = [(k // 10, (k // 10) % 2 == 0) for k in range(100)]
    made = [Pair(reference=OPEN, coded=OPEN if ok else CLOSED, group=str(g)) for g, ok in rows]
    alone = [Pair(reference=p.reference, coded=p.coded) for p in made]
    low, high = score(made).intervals["accuracy"]
    narrow_low, narrow_high = score(alone).intervals["accuracy"]
    assert high - low > 2 * (narrow_high - narrow_low)
    assert (score(made).groups, score(made).singles) == (10, 0)
    assert (score(alone).groups, score(alone).singles) == (0, 100)


@settings(max_examples=15)
@given(pairs)
def test_groups_lose_nothing(made: list[Pair]) -> None:
    found = score(made)
    assert found.counts.total == len(made)
    assert found.calibration.total == sum(p.confidence is not None for p in made)
    assert found.unsure[0] + found.sure[0] == found.calibration.total
    assert found.groups + found.singles == len({p.group for p in made if p.group}) + sum(
        p.group is None for p in made
    )
    assert score(made).intervals == found.intervals


def test_each_interval_is_that_of_its_figure() -> None:
    """Ten groups that are the same: drawn or not, every figure is what it is over all."""
    one = [(OPEN, OPEN, 0.9), (OPEN, CLOSED, 0.6), (CLOSED, CLOSED, 0.8), (OTHER, OTHER, 0.7)]
    made = [
        Pair(reference=true, coded=coded, confidence=p, group=str(k))
        for k in range(10)
        for true, coded, p in one
    ]
    found = score(made)
    counts, calibration = found.counts, found.calibration
    assert calibration.error == pytest.approx((0.1 + 0.6 + 0.2 + 0.3) / 4)
    expected = {
        "macro_f1": counts.macro_f1,
        "accuracy": 0.75,
        "kappa": counts.kappa,
        "calibration_error": calibration.error,
        "f1.open_question": 2 / 3,
        "f1.closed_question": 2 / 3,
        "f1.other": 1.0,
        "recall.open_question": 0.5,
        "recall.closed_question": 1.0,
        "recall.other": 1.0,
        "precision.open_question": 1.0,
        "precision.closed_question": 0.5,
        "precision.other": 1.0,
    }
    assert found.intervals.keys() == expected.keys()
    for name, value in expected.items():
        assert found.intervals[name] == pytest.approx((value, value)), name


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
    found = match(true, [CodedRow(id=i, label=ADVICE, confidence=0.8, group="h") for i in "cbxy"])
    assert [p.labels for p in found.pairs] == [(OPEN, ADVICE)] * 2
    assert {p.group for p in found.pairs} == {"g"}
    assert (found.reference_alone, found.coded_alone) == (1, 2)
    unnamed = match([CodedRow(id="a", label=OPEN)], [CodedRow(id="a", label=OPEN, group="h")])
    assert unnamed.pairs[0].group == "h"


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
    assert part["intervals"] == {}
    assert (part["flags_told"], part["flags"]["advice_in_disguise"]["support"]) == (6, 2)
    calibration = part["calibration"]
    assert calibration["utterances"] == sum(each["utterances"] for each in calibration["bins"]) == 6
    assert calibration["unsure"]["utterances"] + calibration["sure"]["utterances"] == 6
    assert "no intervals: 3 groups are fewer than 10" in part["protocol"]
    printed = alsvoice("evaluate", coded, rows).good().out
    for said in ("kappa", "calibration error", "unsure", "advice_in_disguise", part["protocol"]):
        assert said in printed


def test_two_people_who_coded_the_same_rows(tmp_path: Path) -> None:
    second = written(tmp_path, change={"label": "open_question"}).rename(tmp_path / "two.jsonl")
    with second.open("a") as more:
        more.write('{"id": "more", "label": "other"}\n')
    first = written(tmp_path)
    part = alsvoice("evaluate", second, first, "--json").good().json()["labels"]
    assert part["calibration"]["error"] is None
    assert part["kappa"] == pytest.approx((5 / 6 - 11 / 36) / (1 - 11 / 36), abs=1e-4)
    assert (part["only_in_reference"], part["only_coded"]) == (0, 1)
    printed = alsvoice("evaluate", second, first).good().out
    assert "calibration error" not in printed
    lines = [" ".join(line.split()) for line in printed.splitlines()]
    assert "each label support precision recall kappa f1" in lines
    assert "open_question 2 0.667 1.000 0.667 0.800" in lines
    assert "closed_question 1 0.000 0.000 0.000 0.000" in lines


def test_a_person_gives_no_probability(tmp_path: Path) -> None:
    every = {"open_question": 0.1, "closed_question": 0.7, "advice": 0.1, "other": 0.1}
    change = {"probabilities": every, "source": "model"}
    by_model = written(tmp_path, change=change).rename(tmp_path / "model.jsonl")
    by_person = written(tmp_path, change=change | {"source": "person"})
    for path, count in ((by_model, 1), (by_person, 0)):
        part = alsvoice("evaluate", path, by_model, "--json").good().json()["labels"]
        assert part["calibration"]["utterances"] == count


def test_a_byte_order_mark_is_passed_over(tmp_path: Path) -> None:
    rows = written(tmp_path)
    marked = tmp_path / "marked.jsonl"
    marked.write_bytes(b"\xef\xbb\xbf" + rows.read_bytes())
    assert alsvoice("evaluate", marked, rows, "--json").good().json()["labels"]["accuracy"] == 1


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"id": "r0"}, "line 2: has an id that a line before has"),
        ({"label": "question"}, "line 2: "),
        ({"label": None}, "line 2: "),
        ({"flags": ["loud"]}, "line 2: "),
        ({"probabilities": {"closed_question": 1.5}}, "line 2: has probabilities that do not sum"),
        ({"probabilities": {"closed_question": 0.9, "other": 5.0}}, "line 2: has probabilities"),
        ({"probabilities": {}}, "line 2: has probabilities that do not sum to one"),
        ({"probabilities": {"other": 1.0}}, "line 2: has no probability of its own label"),
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
    assert (before["groups"], before["single_utterances"]) == (0, before["utterances"])
    assert "too narrow for other sessions" in before["protocol"]
    assert before["calibration"]["utterances"] > 80
    low, high = before["intervals"]["macro_f1"]
    assert low <= before["macro_f1"] <= high
    lines = scene.run("report", "--format", "json").good().json()["utterances"]
    asked = next(line for line in lines if line["label"] == "open_question")
    scene.run("correct", asked["id"], "--label", "closed_question").good()
    after = scene.run("evaluate", "--reference", DEMO, "--json").good().json()["labels"]
    assert after["calibration"]["utterances"] == before["calibration"]["utterances"] - 1
