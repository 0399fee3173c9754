"""``--help`` of every command: there, quick, and without a heavy import."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import pytest
import typer

from alsvoice import __version__
from alsvoice.cli.main import app
from cli_runner import alsvoice

HEAVY = (
    "av", "ctranslate2", "faster_whisper", "huggingface_hub", "jinja2", "kaldi_native_fbank",
    "matplotlib", "numpy", "onnxruntime", "pandas", "pyannote", "pydantic", "rapidfuzz", "requests",
    "rich", "scipy", "sklearn", "sounddevice", "soundfile", "starlette", "tokenizers", "torch",
    "uvicorn",
)  # fmt: skip
CONTRACT = {
    "demo", "record", "import", "process", "speakers", "correct", "edits", "report", "export",
    "classify", "evaluate", "doctor", "models list", "models pull", "models verify",
    "models remove", "sessions list", "sessions show", "sessions delete", "templates list",
    "templates show", "redact", "withdraw", "review", "practice", "phases", "trends",
    "actions list", "voices enrol", "voices list", "voices forget",
    "actions done", "actions carry", "actions reopen",
}  # fmt: skip

# Runs each help in turn and says which heavy modules have come in by then.
_WATCH = """
import contextlib, io, json, sys
from alsvoice.cli import main
seen = {}
for line in json.load(sys.stdin):
    out = io.StringIO()
    with contextlib.redirect_stdout(out):
        status = main([*line, "--help"])
    heavy = sorted({name.partition(".")[0] for name in sys.modules} & set(sys.argv[1:]))
    seen[" ".join(line)] = [status, out.getvalue(), heavy]
print(json.dumps(seen))
"""


def _commands(command: object, path: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    yield path
    for name, inner in getattr(command, "commands", {}).items():
        yield from _commands(inner, (*path, name))


COMMANDS = sorted(_commands(typer.main.get_command(app)))


def test_the_commands_of_the_contract_are_there() -> None:
    assert {" ".join(path) for path in COMMANDS} >= CONTRACT


def test_no_help_imports_anything_heavy() -> None:
    done = subprocess.run(
        [sys.executable, "-c", _WATCH, *HEAVY],
        input=json.dumps(COMMANDS),
        capture_output=True,
        text=True,
        check=True,
        env={**os.environ, "PYTHONIOENCODING": "utf-8"},
    )
    seen = json.loads(done.stdout)
    assert len(seen) == len(COMMANDS)
    for name, (status, text, heavy) in seen.items():
        assert heavy == [], f"alsvoice {name} --help imports {heavy}"
        assert status == 0, name
        assert text.startswith("Usage: alsvoice"), name


@pytest.mark.parametrize("arguments", [["--help"], ["process", "--help"], ["--version"]])
def test_the_module_runs_as_a_program(arguments: list[str]) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "alsvoice", *arguments], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0
    assert done.stderr == ""
    assert done.stdout.startswith(("Usage: alsvoice", f"alsvoice {__version__}"))


@pytest.mark.parametrize("path", COMMANDS, ids=" ".join)
def test_every_command_and_option_says_what_it_does(path: tuple[str, ...]) -> None:
    command: Any = typer.main.get_command(app)
    for name in path:
        command = command.commands[name]
    assert (command.help or "").strip(), f"{path} has no help"


@pytest.mark.parametrize("arguments", [[], ["models"], ["sessions"], ["templates"]])
def test_without_a_command_the_help_is_shown(arguments: list[str]) -> None:
    done = alsvoice(*arguments)
    assert done.status == 2
    assert "Usage: alsvoice" in done.everything
    assert "Traceback" not in done.everything
