"""A run that is stopped or killed anywhere leaves what was finished, and a session to go on."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from alsvoice.audio.interrupts import held_back
from alsvoice.config import Config
from alsvoice.errors import Cancelled
from alsvoice.pipeline import run, stages
from alsvoice.store import Library
from cli_runner import alsvoice, check_failure
from scripted_demo import PEOPLE, Scene, Script, imported, silent_wav, truth

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="named pipes and POSIX signals")


@pytest.fixture(scope="module")
def fresh(tmp_path_factory: pytest.TempPathFactory) -> Scene:
    return imported(tmp_path_factory.mktemp("fresh"), "--participants", PEOPLE)


@pytest.fixture
def scene(fresh: Scene, tmp_path: Path) -> Scene:
    return fresh.copy(tmp_path)


@contextmanager
def waiting_in_transcribe(scene: Scene) -> Iterator["subprocess.Popen[str]"]:
    """Run ``process`` in a process of its own until it waits for words from a pipe."""
    pipe = scene.script.folder / "pipe"
    os.mkfifo(pipe)
    command = ["process", scene.session, scene.script.options[0], f"--asr=scripted:{pipe}"]
    with subprocess.Popen(
        [sys.executable, "-m", "alsvoice", "--library", str(scene.library), *command],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    ) as started:  # fmt: skip
        try:
            _until(lambda: "diarize" in scene.manifest()["stages"])
            time.sleep(0.2)  # from the manifest to the open of the pipe
            yield started
        finally:
            started.kill()


def _until(holds: object) -> None:
    assert callable(holds)
    for _ in range(300):
        if holds():
            return
        time.sleep(0.05)
    pytest.fail("the run never came so far")


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_is_obeyed_and_the_rest_is_done_later(
    scene: Scene, number: signal.Signals
) -> None:
    with waiting_in_transcribe(scene) as started:
        started.send_signal(number)
        out, err = started.communicate(timeout=20)
    assert started.returncode == 1
    assert out == ""
    assert "Stopped. What was finished is kept." in err
    assert "Traceback" not in err
    _finish(scene)


def test_sigterm_means_again_what_it_meant_once_a_command_has_ended() -> None:
    before = signal.getsignal(signal.SIGTERM)
    alsvoice("templates", "list").good()
    assert signal.getsignal(signal.SIGTERM) is before


def test_no_signal_strikes_inside_a_callback_from_c() -> None:
    """libsndfile printed it, and went on with a piece of the sound missing."""
    reached: list[str] = []

    def block() -> None:
        with held_back():
            signal.raise_signal(signal.SIGINT)
            reached.append("the end of the block")
        reached.append("what follows")

    with pytest.raises(KeyboardInterrupt):
        block()
    assert reached == ["the end of the block"]
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler


def test_a_process_that_is_killed_loses_no_finished_stage(scene: Scene) -> None:
    with waiting_in_transcribe(scene) as started:
        started.kill()
        started.wait(timeout=20)
    assert not list(scene.folder.rglob("*.tmp"))
    _finish(scene)


def _finish(scene: Scene) -> None:
    assert "has not been processed" in check_failure(scene.run("report"))
    made = (scene.folder / "diarization.json").stat().st_mtime_ns
    found = scene.process(*scene.script.options)
    assert found["kept"] == ["ingest", "diarize"]
    assert found["computed"] == ["transcribe", "align", "classify"]
    assert (scene.folder / "diarization.json").stat().st_mtime_ns == made
    assert len(scene.report()["utterances"]) > len(truth()["utterances"])


@pytest.mark.parametrize("last", ["transcribe", "align"])
def test_no_report_is_made_of_stages_that_do_not_belong_together(scene: Scene, last: str) -> None:
    """Utterances newer than their labels once gave a report without a single question."""
    scene.process(*scene.script.options)
    before = _questions(scene)
    words = json.loads((scene.script.folder / "words.json").read_text("utf-8"))
    for word in words["data"]["words"]:  # the same words a little earlier: every id changes
        word["start_ms"] -= 5
        word["end_ms"] -= 5
    (scene.script.folder / "words.json").write_text(json.dumps(words), "utf-8")
    _run_until(scene, last)
    for command in ("report", "speakers"):
        assert "has not been processed to the end" in check_failure(scene.run(command))
    listed = alsvoice("--library", scene.library, "sessions", "list", "--json").good().json()
    assert listed["sessions"][0]["state"] == "unprocessed"
    assert scene.process()["computed"][-1] == "classify"
    assert _questions(scene) == before


def _questions(scene: Scene) -> dict[str, Any]:
    """Return the numbers on questions but for one that words five milliseconds earlier move."""
    found = scene.report()["questions"]
    return {key: value for key, value in found.items() if key != "median_pause_before_s"}


def _run_until(scene: Scene, last: str) -> None:
    """Compute transcribe and what follows, up to a stage, as a run does that is killed then."""
    session = Library(scene.library).find(scene.session)
    names = [stage.name for stage in stages.STAGES]
    for stage in stages.STAGES[names.index("transcribe") : names.index(last) + 1]:
        assert run.run_stage(stage, session, Config.resolve(), force=True)


@pytest.mark.parametrize(
    ("at", "problem"),
    [
        ("ingest", KeyboardInterrupt), ("diarize", Cancelled), ("transcribe", KeyboardInterrupt),
        ("align", Cancelled), ("classify", KeyboardInterrupt),
    ],
)  # fmt: skip
def test_a_hook_may_stop_a_run_in_any_stage(
    scene: Scene, at: str, problem: type[BaseException]
) -> None:
    session = Library(scene.library).find(scene.session)
    diarizer, asr, _ = (option.partition("=")[2] for option in scene.script.options)

    def hook(stage: str, _done: int, _total: int) -> None:
        if stage == at:
            raise problem

    with pytest.raises(problem):
        run.process(
            session, Config.resolve(), stages.Choices(diarizer=diarizer, asr=asr),
            start="ingest" if at == "ingest" else "diarize", hook=hook,
        )  # fmt: skip
    assert not list(scene.folder.rglob("*.tmp"))
    scene.process(*scene.script.options)
    scene.run("report").good()


def test_an_import_that_is_stopped_while_decoding_can_go_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stop(*_: object) -> None:
        raise KeyboardInterrupt

    sound = silent_wav(tmp_path / "a.wav", 2)
    with monkeypatch.context() as patch:
        patch.setattr("alsvoice.cli.progress._Lines.__call__", stop)
        assert "Stopped" in check_failure(alsvoice("import", sound))
    [row] = alsvoice("sessions", "list", "--json").good().json()["sessions"]
    assert row["state"] == "unprocessed"
    script = Script.of_the_demo(tmp_path / "script")
    done = alsvoice("process", row["id"], *script.options, "--json").good().json()
    assert done["computed"][0] == "ingest"


def test_a_failed_stage_keeps_its_earlier_answer(scene: Scene) -> None:
    scene.process(*scene.script.options)
    before = {p.name: p.read_bytes() for p in scene.folder.glob("*.json")}
    (scene.script.folder / "words.json").write_text("{")
    check_failure(scene.run("process", "--from", "transcribe"))
    assert {p.name: p.read_bytes() for p in scene.folder.glob("*.json")} == before
    scene.run("report").good()
