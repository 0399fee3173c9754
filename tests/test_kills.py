"""Twenty runs of real models are struck at moments drawn by chance, and nothing is lost.

``scripts/kill_trials.py`` does the same as often as one likes.
"""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from kill_scene import STAGES, Bench, Result, plan

pytestmark = [
    pytest.mark.models,
    pytest.mark.skipif(sys.platform != "linux", reason="limits of a running process, tmpfs"),
]
TRIALS, SEED = 20, 5
STRUCK: list[Result] = []


@pytest.fixture(scope="module")
def bench(tmp_path_factory: pytest.TempPathFactory) -> Bench:
    return Bench(tmp_path_factory.mktemp("bench"))


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """Give a folder that is a disk of 16 MB where mounting is allowed, else an ordinary one."""
    place = tmp_path / "small"
    place.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=16m,mode=700", "tmpfs", str(place)],
        capture_output=True, check=False,
    ).returncode == 0  # fmt: skip
    yield place
    if mounted:
        subprocess.run(["umount", str(place)], check=True)


@pytest.mark.parametrize(("stage", "blow", "share"), list(plan(TRIALS, SEED)))
def test_a_run_that_is_struck_is_finished_as_if_nothing_had_been(
    bench: Bench, stage: str, blow: str, share: float, tmp_path: Path, small_disk: Path
) -> None:
    """Stages of milliseconds are sometimes over before the blow falls: then it is tried again."""
    for attempt in range(5):
        roomy = blow != "disk" or stage in {"align", "classify"}
        place = tmp_path / f"{attempt}" if roomy else small_disk
        place.mkdir(exist_ok=True)
        for path in place.iterdir():
            subprocess.run(["rm", "-r", str(path)], check=True)
        STRUCK.append(bench.trial(stage, blow, share / (attempt + 1), place))
        if STRUCK[-1].struck == stage:
            break


def test_every_stage_was_struck() -> None:
    if len(STRUCK) < TRIALS:
        pytest.skip("not all trials were run")
    assert {result.struck for result in STRUCK} >= set(STAGES)
