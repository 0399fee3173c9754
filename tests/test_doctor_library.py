"""``doctor`` notes a library that others get to see."""

import os
from pathlib import Path
from typing import Any

import pytest

from cli_runner import alsvoice


def note(library: Path) -> dict[str, Any]:
    checks = alsvoice("--library", library, "doctor", "--json").json()["checks"]
    [found] = [check for check in checks if check["name"] == "library"]
    assert not found["needed"], "a note: everything works"
    return dict(found)


def test_a_library_of_ones_own_is_fine(tmp_path: Path) -> None:
    assert note(tmp_path / "not there yet")["ok"]
    (tmp_path / "boxes").mkdir(mode=0o700)
    assert note(tmp_path / "boxes")["ok"]


@pytest.mark.parametrize("name", ["OneDrive - Council", "Dropbox", "Mobile Documents", "Box"])
def test_a_synchronised_folder_is_noted(name: str, tmp_path: Path) -> None:
    found = note(tmp_path / name / "sessions")
    assert not found["ok"]
    assert f"{name} may copy it" in found["finding"]
    assert "--library" in found["try_next"]


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such modes")
def test_a_folder_open_to_others_is_noted(tmp_path: Path) -> None:
    (tmp_path / "open").mkdir()
    (tmp_path / "open").chmod(0o755)
    found = note(tmp_path / "open")
    assert not found["ok"]
    assert found["try_next"].startswith("chmod 700 ")
