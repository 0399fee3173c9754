"""The real pipeline, real models on real sound, with sockets blocked (see conftest)."""

import json
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from cli_runner import Outcome, alsvoice
from scripted_demo import DEMO, truth

pytestmark = pytest.mark.models


@dataclass(frozen=True)
class Run:
    out: Path
    session: str
    report: dict[str, Any]

    def command(self, *arguments: str) -> Outcome:
        return alsvoice("--library", self.out, *arguments)


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Run:
    out = tmp_path_factory.mktemp("demo")
    done = alsvoice("demo", "--asr", "tiny.en", "--no-open", "--out", out, "--json").good()
    report = json.loads((out / "report.json").read_text("utf-8"))
    assert Path(done.json()["report"]) == out / "report.html"
    return Run(out=out, session=done.json()["session"], report=report)


def test_five_people_with_their_share_of_talk(run: Run) -> None:
    scores = run.command("evaluate", run.session, "--reference", str(DEMO), "--json").json()
    found = scores["diarization"]
    assert found["speakers_found"] == found["speakers_reference"] == 5
    assert found["talk_share_error"] <= 0.02
    assert found["der"] <= 0.1
    assert scores["words"]["wer"] <= 0.12
    assert scores["labels"]["macro_f1"] >= 0.7


def test_who_facilitates_and_presents_is_guessed(run: Run) -> None:
    roles = {p["role"]: p for p in run.report["participants"] if p["role"]}
    assert roles["facilitator"]["name"] == "Helen"
    assert roles["presenter"]["name"] == "David"
    assert roles["facilitator"]["guessed"]
    assert roles["presenter"]["talk_s"] > 150


def test_counts_lie_near_the_truth(run: Run) -> None:
    questions = run.report["questions"]
    labels = [u["label"] for u in truth()["utterances"]]
    assert abs(questions["open"] - labels.count("open_question")) <= 4
    assert abs(questions["closed"] - labels.count("closed_question")) <= 4
    assert questions["advice_in_disguise"] >= 2
    long_waits = [a for a in run.report["acts"] if (a.get("think_time_s") or 0) > 5]
    assert len(long_waits) >= 3


def test_phases_and_actions_are_in_the_report(run: Run) -> None:
    assert [p["name"] for p in run.report["phases"]] == [p["name"] for p in truth()["phases"]]
    assert any("Friday" in action["text"] for action in run.report["actions"])


def test_the_page_holds_every_utterance(run: Run) -> None:
    page = (run.out / "report.html").read_text("utf-8")
    assert all(f"{u['id']}" in page for u in run.report["utterances"])
    assert "Content-Security-Policy" in page


def test_a_second_run_is_quick_and_computes_nothing(run: Run) -> None:
    before = (run.out / "report.html").read_text("utf-8")
    started = time.process_time()
    alsvoice("demo", "--asr", "tiny.en", "--no-open", "--out", run.out).good()
    assert time.process_time() - started < 20
    assert (run.out / "report.html").read_text("utf-8") == before
    assert len(list((run.out / "sessions").iterdir())) == 1


def test_words_are_the_same_when_transcribed_again(run: Run) -> None:
    """A run can be repeated exactly: the recogniser's random fallback is seeded."""
    words = run.out / "sessions" / run.session / "words.json"
    before = words.read_bytes()
    run.command("process", run.session, "--from", "transcribe").good()
    assert words.read_bytes() == before
