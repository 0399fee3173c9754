"""The benchmark's own arithmetic, and that a system that is absent or fails is told so."""

import json
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[1]


@pytest.fixture(autouse=True)
def scripts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(str(ROOT / "scripts"))


def case(**changes: Any) -> Any:
    from alsvoice.transcript import Turn
    from bench_cases import Case

    def turn(who: str, start: int, end: int) -> Turn:
        return Turn(speaker=who, start_ms=start, end_ms=end)

    given = Case(
        name="one",
        audio=Path("one.flac"),
        seconds=10,
        people=2,
        turns=(turn("Ann", 0, 4000), turn("Ben", 4000, 5500), turn("Ann", 6000, 10_000)),
        scored=((0, 10_000),),
        short=(turn("Ben", 4000, 5500),),
        texts={"Ann": "one two three four", "Ben": "five six"},
        spoken="one two five six three four",
    )
    return replace(given, **changes)


def found(*turns: list[Any], **more: Any) -> dict[str, Any]:
    cost = {"cpu_s": 2.0, "wall_s": 4.0, "start_wall_s": 0.5, "start_cpu_s": 0.4, "peak_mb": 100.0}
    return {"turns": list(turns), **cost, **more}


RIGHT = (["x", 0, 4], ["y", 4, 5.5], ["x", 6, 10])


def test_a_right_answer_has_no_error_and_its_cost() -> None:
    from bench_tables import TURNS, turn_row

    row = dict(zip(TURNS, turn_row("us", case(), found(*RIGHT)), strict=True))
    assert row["DER %"] == "0.0"
    assert row["people"] == "2 of 2"
    assert row["short turns right"] == "1 of 1"
    assert (row["CPU-s/s"], row["wall/s"], row["start-up s"], row["peak MB"]) == (
        "0.200",
        "0.400",
        "0.5",
        "100",
    )


def test_a_short_turn_counts_where_most_of_it_is_the_right_persons() -> None:
    from bench_tables import short_turns

    assert short_turns(case(), found(["x", 0, 4.7], ["y", 4.7, 5.5], ["x", 6, 10])) == "1 of 1"
    assert short_turns(case(), found(["x", 0, 4.8], ["y", 4.8, 5.5], ["x", 6, 10])) == "0 of 1"
    heard = found(["x", 0, 10], exclusive=[["x", 0, 4], ["y", 4, 5], ["x", 6, 10]])
    assert short_turns(case(), heard) == "1 of 1", "exclusive turns where there are some"


def test_excerpts_are_pooled_by_time_and_counts_by_recording() -> None:
    from bench_tables import TURNS, pooled_row

    one = found(["x", 0, 10])
    row = dict(
        zip(
            TURNS,
            pooled_row("us", [(case(), found(*RIGHT)), (case(), one)], given=True),
            strict=True,
        )
    )
    assert row["confusion"] == f"{100 * 1500 / 19_000:.1f}"
    assert row["people"] == "exact 1, within one 2"


def test_words_go_to_the_turn_they_overlap_most() -> None:
    from bench_tables import WORDS, recipe, word_row

    words = [["one", 0, 1], ["two", 1, 2], ["five", 3.9, 4.9], ["six", 5, 5.4]]
    words += [["three", 7, 8], ["four", 8, 9]]
    both = recipe(found(words=words), found(*RIGHT))
    assert [word[3] for word in both["words"]] == ["x", "x", "y", "y", "x", "x"]
    assert both["cpu_s"] == 4
    row = dict(zip(WORDS, word_row("recipe", case(), both), strict=True))
    assert (row["WER %"], row["cpWER %"]) == ("0.0", "0.0")


def test_who_failed_is_told() -> None:
    from bench_tables import length_row, turn_row, word_row

    for row in (turn_row, word_row, length_row):
        assert "failed" in row("them", case(), {"failed": True})


def test_a_section_takes_the_place_of_its_like_alone(tmp_path: Path) -> None:
    from bench_tables import write

    page = tmp_path / "page.md"
    write(page, "B", "old\n\n| b |")
    write(page, "A", "| a |")
    write(page, "B", "new")
    text = page.read_text()
    assert text.startswith("# Benchmarks")
    assert text.index("## A\n\n| a |") < text.index("## B\n\nnew")
    assert "old" not in text


def test_rivals_that_are_absent_are_named(tmp_path: Path) -> None:
    import argparse

    import bench

    options = argparse.Namespace(rivals=Path(sys.executable), checkpoint=None)
    there, absent = bench.rivals(options, tmp_path)
    assert there == []
    assert [note.split()[0] for note in absent] == ["pyannote.audio", "sherpa-onnx"]


def test_ours_runs_in_a_process_of_its_own(tmp_path: Path) -> None:
    """One second of silence, through the very command that the benchmark runs."""
    import numpy as np
    import soundfile

    import bench

    audio = tmp_path / "silence.flac"
    soundfile.write(audio, np.zeros(16_000, np.float32), 16_000)
    got = bench.run(bench.OURS, case(audio=audio, seconds=1.0), 1, 2)
    assert got["turns"] == got["exclusive"] == []
    assert got["peak_mb"] > 20
    assert json.dumps(got)
