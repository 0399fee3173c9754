"""``--help`` of every command loads nothing heavy: it must answer at once."""

import json
import subprocess
import sys
from typing import Any

import pytest
import typer

from alsvoice.cli.main import app

HEAVY = (
    "av ctranslate2 faster_whisper huggingface_hub jinja2 kaldi_native_fbank matplotlib msgspec "
    "numpy onnxruntime pandas pyannote pydantic rapidfuzz rich scipy sklearn sounddevice soundfile "
    "torch"
).split()
CHECK = """
import json, sys
from alsvoice.cli import main
status = main(sys.argv[1:])
print(json.dumps([status, sorted({name.partition(".")[0] for name in sys.modules})]))
"""


def commands() -> list[list[str]]:
    found: list[list[str]] = [[]]

    def walk(command: Any, path: list[str]) -> None:
        for name, inner in getattr(command, "commands", {}).items():
            found.append([*path, name])
            walk(inner, [*path, name])

    walk(typer.main.get_command(app), [])
    return found


def test_the_contract_s_commands_are_there() -> None:
    names = {path[0] for path in commands() if path}
    contract = "demo record import process speakers correct edits report export classify evaluate"
    assert set(contract.split()) | {"models", "sessions", "doctor", "templates"} <= names


@pytest.mark.parametrize("path", commands(), ids=" ".join)
def test_help_imports_nothing_heavy(path: list[str]) -> None:
    done = subprocess.run(
        [sys.executable, "-c", CHECK, *path, "--help"], capture_output=True, text=True, check=True
    )
    *shown, last = done.stdout.splitlines()
    status, loaded = json.loads(last)
    assert status == 0
    assert any("Usage: alsvoice" in line for line in shown)
    assert not set(HEAVY) & set(loaded)
