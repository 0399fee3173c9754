"""``alsvoice models`` on a folder of its own; fetching itself is tested with the weights."""

from pathlib import Path
from typing import Any

import pytest

from alsvoice.backends import weights
from cli_runner import alsvoice, check_failure, refused

NAME = "faster-whisper-tiny.en"


@pytest.fixture(autouse=True)
def models(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "models"
    if not request.node.get_closest_marker("models"):
        monkeypatch.setenv("ALSVOICE_MODELS", str(folder))
    return folder


def hollow(folder: Path) -> None:
    """Make files of the right size and the wrong content, which take no room."""
    model = weights.find_model(NAME, weights.load_manifest())
    (folder / NAME).mkdir(parents=True)
    for file in model.editions[0].files:
        with (folder / NAME / file.name).open("wb") as opened:
            opened.truncate(file.size)


def rows() -> dict[str, dict[str, Any]]:
    return {
        row["name"]: row for row in alsvoice("models", "list", "--json").good().json()["models"]
    }


def test_the_list_says_what_is_here_and_what_it_costs(models: Path) -> None:
    found = rows()
    assert found[NAME]["status"] == "missing"
    assert found["pyannote-segmentation-3.0"]["status"] == "bundled"
    roles = {"segmentation", "embedding", "diarize", "transcribe", "classify"}
    assert {row["role"] for row in found.values()} == roles
    assert all(row["bytes"] > 1_000_000 and row["licence"] for row in found.values())
    assert [row["name"] for row in found.values() if row["default"] and row["status"] == "missing"]
    listed = alsvoice("models", "list").good().out
    assert all(name in listed for name in found)
    assert not models.exists(), "looking makes no folder"


def test_size_alone_is_not_taken_for_the_model(models: Path) -> None:
    hollow(models)
    assert rows()[NAME]["status"] == "present"
    outcome = alsvoice("models", "verify")
    assert "not the file that was published" in check_failure(outcome)
    assert f"alsvoice models pull {NAME}" in outcome.err
    (models / NAME / "config.json").unlink()
    assert rows()[NAME]["status"] == "damaged"
    assert "config.json" in refused("models", "verify", "tiny.en")


def test_the_bundled_ones_are_good_and_stay(models: Path) -> None:
    verified = alsvoice("models", "verify", "--json").good().json()["verified"]
    assert verified == ["pyannote-segmentation-3.0", "3dspeaker-campplus", "questions-v1"]
    assert "read-only" in refused("models", "remove", "segmentation")
    pulled = alsvoice("models", "pull", "segmentation", "--json").good().json()
    assert pulled["models"] == ["pyannote-segmentation-3.0"]


def test_removing_frees_the_room(models: Path) -> None:
    hollow(models)
    removed = alsvoice("models", "remove", "tiny.en", "--json").good().json()
    assert removed == {"removed": NAME, "freed_bytes": pytest.approx(78_090_638, abs=100_000)}
    assert list(models.iterdir()) == []
    outcome = alsvoice("models", "remove", "tiny.en")
    assert "is not on this machine" in check_failure(outcome)


@pytest.mark.parametrize("command", ["pull", "verify", "remove"])
def test_a_model_nobody_knows(command: str) -> None:
    assert "No model is called 'nosuch'" in refused("models", command, "nosuch")


def test_doctor_says_the_next_command_for_what_is_missing(models: Path) -> None:
    checks = alsvoice("doctor", "--json")
    found = {check["name"]: check for check in checks.json()["checks"]}
    assert checks.status == 1
    assert found["model faster-whisper-base"]["try_next"] == "alsvoice models pull"
    assert found["model 3dspeaker-campplus"]["ok"]
    assert "LACK  model faster-whisper-base" in alsvoice("doctor").out


@pytest.mark.models
def test_one_that_is_here_is_verified_and_not_fetched_again() -> None:
    good = alsvoice("models", "verify", "tiny.en", "--json").good().json()
    assert good["verified"] == [NAME]
    assert alsvoice("models", "pull", "tiny.en", "--json").good().json()["models"] == [NAME]
