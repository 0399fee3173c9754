"""A file of any kind is silent where it should be, and elsewhere as it was."""

import io
from typing import Any

import pytest

from alsvoice.audio.silence import kind_of, write_silenced

FILES = [
    ("WAV", "PCM_U8", 1, 1000, "FLAC", 0), ("WAV", "PCM_16", 2, 44100, "FLAC", 0),
    ("WAV", "PCM_24", 8, 96000, "FLAC", 0), ("FLAC", "PCM_24", 1, 48000, "FLAC", 0),
    ("WAV", "FLOAT", 2, 8000, "FLAC", 2**-23), ("WAV", "DOUBLE", 1, 8000, "FLAC", 2**-23),
    ("W64", "PCM_16", 12, 48000, "W64", 0), ("WAV", "PCM_16", 1, 700_000, "W64", 0),
    ("MP3", "MPEG_LAYER_III", 2, 44100, "FLAC", 2**-15),
    ("AIFF", "PCM_32", 3, 8000, "FLAC", 2**-22),
]  # fmt: skip


def sound(format_: str, subtype: str, channels: int, rate: int) -> io.BytesIO:
    import numpy as np
    import soundfile

    rng = np.random.default_rng(3)
    file = io.BytesIO()
    block = rng.uniform(-0.5, 0.5, (rate, channels))
    soundfile.write(file, block, rate, format=format_, subtype=subtype)
    file.seek(0)
    return file


def heard(file: io.BytesIO) -> Any:
    """Return what FFmpeg decodes; two decoders of MP3 differ by more than rounding."""
    import av
    import numpy as np

    file.seek(0)
    packed = av.AudioResampler(format="dbl")
    with av.open(file, mode="r") as container:
        stream = container.streams.audio[0]
        frames = [each for frame in container.decode(stream) for each in packed.resample(frame)]
        blocks = [f.to_ndarray().reshape(f.samples, -1) for f in frames]
    return np.concatenate(blocks)


@pytest.mark.parametrize(
    ("format_", "subtype", "channels", "rate", "becomes", "apart"), FILES, ids=str
)
def test_silence(
    format_: str, subtype: str, channels: int, rate: int, becomes: str, apart: float
) -> None:
    import numpy as np

    file, target = sound(format_, subtype, channels, rate), io.BytesIO()
    kind = kind_of(file, "a file")
    assert kind is not None and kind.format == becomes
    before = np.clip(heard(file), -1, 1)  # lossy sound may rise above what a sample can hold
    file.seek(0)
    quiet = [channels - 1] if channels > 2 else []
    written = write_silenced(file, target, name="a file", spans=[(200, 401)], channels=quiet)
    after = heard(target)
    assert written == len(after) == len(before)
    start, end = 200 * rate // 1000, -(-401 * rate // 1000)
    assert not after[start:end].any()
    before[start:end] = 0
    before[:, quiet] = 0
    assert np.abs(after - before).max() <= apart


def test_what_is_no_sound_is_of_no_kind() -> None:
    assert kind_of(io.BytesIO(b"no sound at all" * 99), "a file") is None


def test_a_float_file_with_impossible_samples_stays_in_range() -> None:
    import numpy as np
    import soundfile

    file, target = io.BytesIO(), io.BytesIO()
    block = np.array([[np.nan], [np.inf], [-np.inf], [7.0], [0.25]] * 200, dtype="float32")
    soundfile.write(file, block, 8000, format="WAV", subtype="FLOAT")
    file.seek(0)
    write_silenced(file, target, name="a file", spans=[])
    assert np.allclose(heard(target)[:5, 0], [0, 1, -1, 1, 0.25], atol=2**-22)
