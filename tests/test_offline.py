"""What Python cannot see: what a library does in C, and what pip does in a process of its own.

From 1.29 on onnxruntime reports to its maker unless it is told not to before its import; it spares
machines that call themselves CI. So these commands run with hardly any environment. Where system
calls can be traced, ``test_closed_machine.py`` sees more.
"""

import os
import subprocess
import sys
from pathlib import Path

from alsvoice.config import Config
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


def _run(folder: Path, *arguments: str | Path) -> None:
    """Run a command in an environment that says nothing of telemetry, in an empty home."""
    (folder / "home").mkdir(exist_ok=True)
    kept = ("PATH", "LANG", "SYSTEMROOT", "ALSVOICE_LIBRARY")
    models = Config.resolve().models
    done = subprocess.run(
        [sys.executable, "-m", "alsvoice", "--models", models, *arguments],
        env={name: os.environ[name] for name in kept if name in os.environ}
        | {"HOME": str(folder / "home"), "USERPROFILE": str(folder / "home")},
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr


def test_no_library_leaves_a_mark_of_its_own(tmp_path: Path) -> None:
    """A device id in the home folder was how onnxruntime's reports were first seen."""
    sound = silent_wav(tmp_path / "a.wav", 12, 16_000)
    words = write_words(tmp_path / "none.json", (), None)
    _run(tmp_path, "import", sound)
    [session] = (Path(os.environ["ALSVOICE_LIBRARY"]) / "sessions").iterdir()
    _run(tmp_path, "process", session.name, f"--asr=scripted:{words}")
    _run(tmp_path, "report", session.name)
    assert list((tmp_path / "home").rglob("*")) == []


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
