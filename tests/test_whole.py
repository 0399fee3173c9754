"""The real pipeline, real models on real sound, with sockets blocked (see conftest)."""

import json
import shutil
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from browser import chromium, watched
from cli_runner import Outcome, alsvoice
from reviewing import opened, press, served
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


@pytest.mark.localhost
def test_it_is_reviewed_by_keyboard_alone(run: Run, tmp_path: Path) -> None:
    """What the machine made of real sound is looked through in a real browser, and corrected."""
    library = tmp_path / "library"
    shutil.copytree(run.out, library)

    def report() -> dict[str, Any]:
        done = alsvoice("--library", library, "report", run.session, "--format", "json")
        found: dict[str, Any] = json.loads(done.good().out)
        return found

    def told(words: str) -> None:
        from playwright.sync_api import expect

        expect(page.locator("#status")).to_contain_text(words, timeout=15_000)
        page.locator("#status").evaluate("(each) => { each.textContent = ''; }")

    before = report()
    doubtful = [u for u in before["utterances"] if u["unsure"]]
    asked = next(
        n
        for n, u in enumerate(before["utterances"])
        if u["label"] == "closed_question" and not u["unsure"]
    )
    changed = before["utterances"][asked]["id"]
    with (
        served(library, run.session) as server,
        chromium() as browser,
        watched(browser, viewport={"width": 1280, "height": 900}) as seen,
    ):
        page = opened(seen.page, server)
        assert page.locator("#unsure").inner_text() == f"Review {len(doubtful)} unsure utterances"
        press(page, "Home", *["ArrowDown"] * asked, "1")
        told("Now open question")
        press(page, "s")
        page.locator("#dialog input").fill("Zora")
        press(page, "Enter")
        told("Said by Zora")
        press(page, "h")
        told("Marked as helpful")
        now = report()
        row = next(u for u in now["utterances"] if u["id"] == changed)
        assert (row["label"], row["participant"], row["helpful"]) == ("open_question", "Zora", True)
        assert now["questions"]["open"] == before["questions"]["open"] + 1
        assert (
            f"Everybody: {now['questions']['open']} open" in page.locator("#balance").inner_text()
        )
        if doubtful:
            press(page, "u")
            told(f"{len(doubtful)} to go")
            press(page, "y")
            told(f"{len(doubtful) - 1} to go" if len(doubtful) > 1 else "That was the last of")
        for _ in range(4 if doubtful else 3):
            press(page, "z")
            told("Taken back")
    assert report()["utterances"] == before["utterances"]
    assert report()["questions"] == before["questions"]
