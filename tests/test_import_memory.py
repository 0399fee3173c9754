"""An import takes the same memory however long the recording is."""

import importlib.util
import sys
from pathlib import Path
from typing import Any

import pytest

SCRIPT = Path(__file__).resolve().parents[1] / "scripts" / "measure_import.py"


def script() -> Any:
    spec = importlib.util.spec_from_file_location("measure_import", SCRIPT)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.skipif(sys.platform == "win32", reason="no getrusage there")
@pytest.mark.parametrize("way", ["mixed", "tracks", "channels"])
def test_ten_times_as_long_takes_no_more_memory(way: str, tmp_path: Path) -> None:
    peaks = []
    for minutes in (1, 12):
        folder = tmp_path / str(minutes)
        folder.mkdir()
        peaks.append(script().peak_of(way, minutes, folder)[0])
    # Eleven minutes more are 40 MiB as float32 at 16 kHz.
    assert peaks[1] - peaks[0] < 20, peaks
