"""What Python cannot see: connections that a library opens in C, and those of pip's process."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from scripted_demo import silent_wav, write_words

# Stands before every Python program that is started, pip among them.
WATCH = """
import os, sys
def watch(event, args):
    if event in {"socket.connect", "socket.getaddrinfo", "socket.sendto"}:
        host = args[0] if event == "socket.getaddrinfo" else args[1]
        with open(os.environ["WATCHED"], "a") as file:
            print(os.getpid(), event, host, file=file)
        raise OSError("no network here")
sys.addaudithook(watch)
"""


def _traces() -> bool:
    strace = shutil.which("strace")
    return (
        strace is not None
        and not subprocess.run(
            [strace, "-f", "-qq", "-e", "trace=connect", "true"], capture_output=True, check=False
        ).returncode
    )


def _connections(folder: Path, *arguments: str | Path) -> list[str]:
    """Run a command under strace; return the system calls that name an internet address."""
    log = folder / "calls.txt"
    done = subprocess.run(
        ["strace", "-f", "-qq", "-o", log, "-e", "trace=connect,sendto,sendmsg,bind",
         sys.executable, "-m", "alsvoice", *arguments],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return [line for line in log.read_text().splitlines() if "AF_INET" in line]


@pytest.mark.skipif(not _traces(), reason="strace is not here, or may not be used")
def test_no_library_opens_a_connection_of_its_own(tmp_path: Path) -> None:
    """Decoding, the diarisation networks and the report, watched at the system's border."""
    sound = silent_wav(tmp_path / "a.wav", 12, 16_000)
    words = write_words(tmp_path / "none.json", (), None)
    assert _connections(tmp_path, "import", sound) == []
    [session] = (Path(os.environ["ALSVOICE_LIBRARY"]) / "sessions").iterdir()
    assert _connections(tmp_path, "process", session.name, f"--asr=scripted:{words}") == []
    assert _connections(tmp_path, "report", session.name) == []


@pytest.mark.models
@pytest.mark.skipif(not _traces(), reason="strace is not here, or may not be used")
def test_the_recogniser_opens_no_connection_of_its_own(tmp_path: Path) -> None:
    from test_docs import excerpt

    excerpt(tmp_path / "a.opus")
    assert _connections(tmp_path, "import", tmp_path / "a.opus") == []
    [session] = (Path(os.environ["ALSVOICE_LIBRARY"]) / "sessions").iterdir()
    assert _connections(tmp_path, "process", session.name, "--asr", "tiny.en") == []
    heard = json.loads((session / "words.json").read_text("utf-8"))["data"]["words"]
    assert len(heard) > 50


def test_pull_tries_the_hub_and_then_pip(tmp_path: Path) -> None:
    (tmp_path / "sitecustomize.py").write_text(WATCH)
    watched = tmp_path / "watched.txt"
    environ = {k: v for k, v in os.environ.items() if not k.upper().startswith(("PIP_", "HTTP"))}
    environ |= {
        "PYTHONPATH": str(tmp_path), "WATCHED": str(watched),
        "PIP_RETRIES": "0", "PIP_CONFIG_FILE": os.devnull, "NO_PROXY": "*", "no_proxy": "*",
    }  # fmt: skip
    done = subprocess.run(
        [sys.executable, "-m", "alsvoice", "--models", tmp_path / "models", "models", "pull",
         "tiny.en"],
        capture_output=True, text=True, check=False, env=environ,
    )  # fmt: skip
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    lines = [line for line in done.stderr.splitlines() if line.startswith(("alsvoice: ", "Try: "))]
    assert len(lines) == 2
    assert "no source was reached" in lines[0]
    tried = watched.read_text().splitlines()
    assert "huggingface.co" in tried[0]
    assert len({line.split()[0] for line in tried}) == 2, "pip runs in a process of its own"
    assert not list((tmp_path / "models").rglob("*.bin"))
