"""Nothing but ``models pull`` opens a network connection."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from cli_runner import alsvoice
from scripted_demo import DEMO, Scene, processed
from traced import strace_works

WATCH = """
import json, sys
tried = []
def watch(event, args):
    if event in {"socket.connect", "socket.getaddrinfo", "socket.sendto", "socket.bind"}:
        tried.append(event)
    if event == "subprocess.Popen":
        tried.append(f"subprocess {args[1][:5]}")
sys.addaudithook(watch)
from alsvoice.cli import main
status = main(sys.argv[1:])
print(json.dumps([status, tried]), file=sys.stderr)
"""


def watched(*arguments: str | Path) -> tuple[int, list[str]]:
    done = subprocess.run(
        [sys.executable, "-c", WATCH, *map(str, arguments)],
        capture_output=True, text=True, check=True, timeout=120, stdin=subprocess.DEVNULL,
    )  # fmt: skip
    status, tried = json.loads(done.stderr.splitlines()[-1])
    return status, tried


def test_every_other_command_opens_no_connection(tmp_path: Path) -> None:
    scene: Scene = processed(tmp_path)
    library = ("--library", scene.library)
    chosen = scene.report()["utterances"][0]["id"]
    out = tmp_path / "out"
    calls: list[list[Any]] = [
        ["import", tmp_path / "meeting.wav"],
        ["process", scene.session, "--from", "ingest", *scene.script.options],
        ["speakers", scene.session],
        ["speakers", scene.session, "SPEAKER_00=Helen"],
        ["correct", scene.session, chosen, "--label", "other"],
        ["edits", scene.session, "--undo", "1"],
        *(
            ["report", scene.session, "--format", f, "-o", out]
            for f in ("html", "json", "md", "csv", "pdf")
        ),
        *(["export", scene.session, "--format", f] for f in ("rttm", "stm", "srt", "vtt", "txt")),
        ["evaluate", scene.session, "--reference", DEMO],
        ["classify"],
        ["sessions", "list"],
        ["templates", "list"],
        ["models", "list"],
        ["doctor"],
        ["sessions", "delete", scene.session, "--yes"],
    ]
    for call in calls:
        status, tried = watched(*library, *call)
        # looking for PortAudio asks the system's linker where libraries are
        allowed = call[0] == "doctor" and all(t.startswith("subprocess") for t in tried)
        assert not tried or allowed, (call, tried)
        assert status == 0 or call[0] == "doctor", call


def test_pull_is_the_command_that_tries(tmp_path: Path, attempts: list[str]) -> None:
    """In this process every socket is refused; pull says so, and names what to do."""
    outcome = alsvoice("models", "pull", "small", "--models", tmp_path / "models")
    assert attempts, "pull made no attempt at all"
    assert outcome.status == 1
    assert "Try: " in outcome.err
    assert "Traceback" not in outcome.err


@pytest.mark.models
@pytest.mark.skipif(
    strace_works(), reason="test_closed_machine.py sees more, and does the same job"
)
def test_the_recogniser_and_its_tokenizer_open_none(tmp_path: Path) -> None:
    from test_docs import excerpt

    excerpt(tmp_path / "a.opus")
    session = alsvoice("import", tmp_path / "a.opus", "--json").good().json()["session"]
    status, tried = watched("process", session, "--asr", "tiny.en")
    assert (status, tried) == (0, [])
