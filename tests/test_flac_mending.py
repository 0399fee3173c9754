"""A FLAC file that was cut off anywhere is mended: every whole frame stays, the torn one goes."""

import io
import random
from pathlib import Path

import numpy as np
import pytest

from alsvoice.audio.flac import FlacWriter, mend
from alsvoice.errors import InputError

FRAME = 1152


def written(sound: bytes, *, ended: bool) -> bytes:
    """Return the file as it is on disk, with or without its end."""
    file = io.BytesIO()
    writer = FlacWriter(file, 44_100)
    writer.write(sound)
    data = file.getvalue()
    writer.close()
    return file.getvalue() if ended else data


SOUND = np.random.default_rng(3).normal(0, 3000, 40 * FRAME + 100).astype(np.int16).tobytes()
TORN = written(SOUND, ended=False)


@pytest.mark.parametrize("seed", range(25))
def test_what_is_whole_stays_to_the_bit(seed: int, tmp_path: Path) -> None:
    path = tmp_path / "torn.flac"
    path.write_bytes(TORN[: random.Random(seed).randint(3000, len(TORN))])
    with path.open("r+b") as file:
        samples, rate = mend(file, "it")
        again = mend(file, "it")
    assert again == (samples, rate) == (samples, 44_100)
    assert samples % FRAME == 0
    import soundfile

    sound, _ = soundfile.read(path, dtype="int16")
    assert len(sound) == samples
    assert SOUND.startswith(sound.tobytes())
    whole = len(TORN[: path.stat().st_size])
    assert path.stat().st_size <= whole


def test_not_a_frame_that_is_whole_is_lost(tmp_path: Path) -> None:
    path = tmp_path / "it.flac"
    path.write_bytes(TORN)
    with path.open("r+b") as file:
        assert mend(file, "it")[0] >= 39 * FRAME


def test_a_file_with_its_end_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "it.flac"
    path.write_bytes(written(SOUND, ended=True))
    before = path.read_bytes()
    with path.open("r+b") as file:
        assert mend(file, "it") == (len(SOUND) // 2, 44_100)
    assert path.read_bytes() == before


@pytest.mark.parametrize("size", [0, 3, 30, 86])
def test_nothing_but_a_head_holds_no_sound(size: int, tmp_path: Path) -> None:
    path = tmp_path / "it.flac"
    path.write_bytes(TORN[:size])
    with path.open("r+b") as file:
        assert mend(file, "it")[0] == 0


def test_what_is_no_flac_is_told(tmp_path: Path) -> None:
    path = tmp_path / "it.flac"
    path.write_bytes(b"RIFF" + bytes(100))
    with path.open("r+b") as file, pytest.raises(InputError, match="no FLAC"):
        mend(file, "it")


def test_silence_of_any_length(tmp_path: Path) -> None:
    with (tmp_path / "it.flac").open("w+b") as file:
        writer = FlacWriter(file, 48_000)
        writer.silence(123_456)
        writer.write(b"\x01\x00" * 10)
        writer.close()
    import soundfile

    sound, _ = soundfile.read(tmp_path / "it.flac", dtype="int16")
    assert len(sound) == 123_466
    assert sound.sum() == 10
