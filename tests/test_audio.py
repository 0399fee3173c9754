"""Any sound becomes 16 kHz mono; what is damaged gives what it holds; what is no sound is refused.

The sounds are made here: tones, as files of every kind that people bring.
"""

import ctypes
import ctypes.util
import io
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from alsvoice.audio.decode import SAMPLE_RATE, Decoding, decode
from alsvoice.audio.mix import open_mix, write_mix
from alsvoice.errors import InputError, LibraryError

Samples = NDArray[np.float32]


def tone(rate: int, seconds: float, hz: float = 440) -> Samples:
    return (0.5 * np.sin(2 * np.pi * hz * np.arange(round(rate * seconds)) / rate)).astype(
        np.float32
    )


def file_of(samples: Samples, rate: int, format_: str = "WAV", subtype: str = "PCM_16") -> bytes:
    import soundfile

    buffer = io.BytesIO()
    channels = 1 if samples.ndim == 1 else samples.shape[1]
    with soundfile.SoundFile(buffer, "w", rate, channels, format=format_, subtype=subtype) as sound:
        for start in range(0, len(samples), rate):
            sound.write(samples[start : start + rate])
    return buffer.getvalue()


def encoded(
    format_: str, codec: str, rate: int, samples: Samples, layout: str = "mono", kind: str = "fltp"
) -> bytes:
    import av

    buffer = io.BytesIO()
    channels = {"mono": 1, "stereo": 2}[layout]
    with av.open(buffer, "w", format=format_) as container:
        stream: Any = container.add_stream(codec, rate=rate)
        stream.layout = layout
        for start in range(0, len(samples), 1024):
            block = np.repeat(samples[None, start : start + 1024], channels, axis=0)
            packed = block if kind.endswith("p") else block.T.reshape(1, -1)
            frame = av.AudioFrame.from_ndarray(
                np.ascontiguousarray(packed), format=kind, layout=layout
            )
            frame.sample_rate = rate
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    return buffer.getvalue()


def video_of(seconds: int, sound: Samples | None = None) -> bytes:
    import av

    buffer = io.BytesIO()
    with av.open(buffer, "w", format="mp4") as container:
        stream = container.add_stream("mpeg4", rate=5)
        stream.width = stream.height = 32
        stream.pix_fmt = "yuv420p"
        audio = container.add_stream("aac", rate=44_100) if sound is not None else None
        for _ in range(5 * seconds):
            picture = np.zeros((32, 32, 3), np.uint8)
            container.mux(stream.encode(av.VideoFrame.from_ndarray(picture)))
        container.mux(stream.encode(None))
        if audio is not None and sound is not None:
            frame = av.AudioFrame.from_ndarray(
                np.repeat(sound[None], 2, axis=0), format="fltp", layout="stereo"
            )
            frame.sample_rate = 44_100
            container.mux(audio.encode(frame))
            container.mux(audio.encode(None))
    return buffer.getvalue()


@cache
def sample(kind: str, seconds: float = 4) -> bytes:
    """Return a tone of 440 Hz as a file of some kind."""
    made = tone(44_100, seconds)
    if kind == "mp3":
        return encoded("mp3", "libmp3lame", 44_100, made)
    if kind == "m4a":
        return encoded("mp4", "aac", 44_100, made)
    if kind in {"opus", "webm"}:
        format_ = {"opus": "ogg", "webm": "webm"}[kind]
        return encoded(format_, "libopus", 48_000, tone(48_000, seconds), kind="flt")
    if kind == "ogg":
        return file_of(made, 44_100, "OGG", "VORBIS")
    return file_of(made, 44_100, kind.upper())


def decoded(data: bytes, name: str = "meeting.wav") -> tuple[Samples, Decoding]:
    found = Decoding()
    blocks = list(decode(io.BytesIO(data), name, found))
    samples = np.concatenate([np.zeros(0, np.float32), *blocks])
    assert all(block.dtype == np.float32 and block.ndim == 1 for block in blocks)
    assert found.samples == len(samples)
    assert np.isfinite(samples).all()
    assert np.abs(samples).max(initial=0) <= 1
    return samples, found


def pitch_hz(samples: Samples) -> float:
    """Return the loudest frequency."""
    spectrum = np.abs(np.fft.rfft(samples * np.hanning(len(samples))))
    return float(spectrum.argmax() * SAMPLE_RATE / len(samples))


# What people bring.


@pytest.mark.parametrize("rate", [8000, 11_025, 44_100, 48_000, 96_000])
def test_any_rate_becomes_sixteen_kilohertz(rate: int) -> None:
    samples, found = decoded(file_of(tone(rate, 2), rate))
    assert len(samples) == pytest.approx(2 * SAMPLE_RATE, abs=32)
    assert pitch_hz(samples) == pytest.approx(440, abs=1)
    assert np.abs(samples).max() == pytest.approx(0.5, abs=0.01)
    assert (found.channels, found.expected_ms, found.lost_ms) == (1, 2000, 0)
    assert not found.ended_early


@pytest.mark.parametrize("kind", ["flac", "mp3", "m4a", "opus", "webm", "ogg", "aiff"])
def test_any_kind_of_file(kind: str) -> None:
    samples, found = decoded(sample(kind))
    assert found.duration_ms == pytest.approx(4000, abs=60)
    assert pitch_hz(samples) == pytest.approx(440, abs=1)
    assert found.lost_ms == found.bad_packets == 0
    assert not found.ended_early


def test_the_sound_of_a_video() -> None:
    samples, found = decoded(video_of(2, sound=tone(44_100, 2)), "call.mp4")
    assert found.duration_ms == pytest.approx(2000, abs=60)
    assert pitch_hz(samples) == pytest.approx(440, abs=1)


@pytest.mark.parametrize(
    ("format_", "channels"), [("WAV", 2), ("WAV", 8), ("WAVEX", 8), ("FLAC", 6), ("FLAC", 8)]
)
def test_channels_are_averaged_and_what_all_hold_is_never_clipped(
    format_: str, channels: int
) -> None:
    loud = 1.9 * np.repeat(tone(16_000, 1)[:, None], channels, axis=1)
    samples, found = decoded(file_of(loud, 16_000, format_))
    assert found.channels == channels
    assert np.allclose(samples, loud[:, 0], atol=0.002)


def test_one_of_two_channels_comes_at_half() -> None:
    one_side = np.stack([tone(16_000, 1), np.zeros(16_000, np.float32)], axis=1)
    samples, _ = decoded(file_of(one_side, 16_000))
    assert np.allclose(samples, tone(16_000, 1) / 2, atol=0.002)


def test_a_file_that_changes_its_rate_and_channels_on_the_way() -> None:
    """Parts of a recorder glued together."""
    parts = [
        encoded("mp3", "libmp3lame", 44_100, tone(44_100, 2), "stereo"),
        encoded("mp3", "libmp3lame", 22_050, tone(22_050, 2)),
        encoded("mp3", "libmp3lame", 44_100, tone(44_100, 2), "stereo"),
    ]
    samples, _ = decoded(b"".join(parts))
    assert len(samples) == pytest.approx(6 * SAMPLE_RATE, rel=0.03)
    middle = samples[int(2.5 * SAMPLE_RATE) : int(3.5 * SAMPLE_RATE)]
    assert pitch_hz(middle) == pytest.approx(440, abs=1)


@pytest.mark.parametrize("rate", [16_000, 44_100])
def test_numbers_that_are_none_become_silence_and_huge_ones_full_scale(rate: int) -> None:
    broken = np.stack([tone(rate, 2)] * 2, axis=1)
    broken[100:200] = np.nan
    broken[300], broken[301], broken[302] = np.inf, -np.inf, 1e30
    broken[400:, 1] = np.nan
    samples, found = decoded(file_of(broken, rate, subtype="FLOAT"))
    assert found.duration_ms == 2000
    late = samples[SAMPLE_RATE:]
    assert np.abs(late).max() == pytest.approx(0.25, abs=0.01), "the other channel still sounds"
    assert pitch_hz(late) == pytest.approx(440, abs=1)


def test_the_mean_of_nothing_is_nothing() -> None:
    samples, found = decoded(file_of(tone(16_000, 0), 16_000))
    assert len(samples) == found.duration_ms == found.lost_ms == 0
    samples, found = decoded(file_of(tone(16_000, 0.2), 16_000))
    assert found.duration_ms == 200


# Damage.


@pytest.mark.parametrize("kind", ["wav", "flac", "mp3", "webm"])
@pytest.mark.parametrize("share", [0.3, 0.6])
def test_a_cut_off_file_gives_what_it_holds_and_says_what_is_lost(kind: str, share: float) -> None:
    whole = sample(kind, 8)
    samples, found = decoded(whole[: int(len(whole) * share)])
    assert found.expected_ms == pytest.approx(8000, abs=30)
    assert found.duration_ms + found.lost_ms == found.expected_ms
    assert found.lost_ms > 8000 * (1 - share) - 1500, "a packet or cluster at most is lost more"
    assert found.duration_ms > 8000 * share - 1500
    assert pitch_hz(samples) == pytest.approx(440, abs=1)


@pytest.mark.parametrize("kind", ["ogg", "opus"])
@pytest.mark.parametrize("share", [0.6, 0.95])
def test_a_cut_off_ogg_names_no_length_and_ends_early(kind: str, share: float) -> None:
    whole = sample(kind, 8)
    samples, found = decoded(whole[: int(len(whole) * share)])
    assert found.ended_early
    assert 1000 < len(samples) / SAMPLE_RATE * 1000 < 8000 * share + 700


def test_an_ogg_with_something_after_its_end_is_whole() -> None:
    _, found = decoded(sample("ogg") + b"TAG" + bytes(125))
    assert not found.ended_early
    assert found.duration_ms == pytest.approx(4000, abs=30)


def test_under_a_second_is_no_loss() -> None:
    whole = sample("wav")
    _, found = decoded(whole[: int(len(whole) * 0.8)])
    assert found.duration_ms == pytest.approx(3200, abs=5)
    assert found.lost_ms == 0
    _, found = decoded(whole[: int(len(whole) * 0.7)])
    assert found.lost_ms == pytest.approx(1200, abs=5)


def test_a_hole_in_the_middle_costs_the_hole() -> None:
    whole = bytearray(sample("mp3", 8))
    whole[len(whole) // 2 : len(whole) // 2 + 3000] = bytes(3000)
    samples, found = decoded(bytes(whole))
    assert found.bad_packets > 0
    assert 6500 < found.duration_ms < 8000
    assert pitch_hz(samples[-SAMPLE_RATE:]) == pytest.approx(440, abs=1)


def test_a_wav_whose_recorder_never_learnt_its_length() -> None:
    whole = bytearray(file_of(tone(16_000, 3), 16_000))
    whole[40:44] = b"\xff\xff\xff\xff"
    _, found = decoded(bytes(whole))
    assert (found.duration_ms, found.lost_ms) == (3000, 0)


@pytest.mark.parametrize("end", [b".", b"!?"])
def test_a_wav_with_a_remark_about_data(end: bytes) -> None:
    """The words of a remark are not the names of chunks; one of odd length is padded."""
    whole = file_of(tone(16_000, 3), 16_000)
    text = b"INFOICMT\x14\x00\x00\x00data \x7f\x00\x00 protection" + end
    remark = b"LIST" + len(text).to_bytes(4, "little") + text + bytes(len(text) % 2)
    _, found = decoded(whole[:36] + remark + whole[36:])
    assert (found.expected_ms, found.duration_ms, found.lost_ms) == (3000, 3000, 0)


@given(
    kind=st.sampled_from(["wav", "flac", "mp3", "m4a", "opus", "ogg", "webm"]),
    cut=st.floats(0, 1),
    hits=st.lists(st.tuples(st.floats(0, 1, exclude_max=True), st.integers(0, 255)), max_size=30),
)
@settings(max_examples=60, deadline=None)
def test_no_damage_raises_anything_but_a_refusal(
    kind: str, cut: float, hits: list[tuple[float, int]]
) -> None:
    data = bytearray(sample(kind, 0.5))
    for place, value in hits:
        data[int(place * len(data))] = value
    try:
        decoded(bytes(data[: round(cut * len(data))]))
    except InputError as refusal:
        problem = refusal
    else:
        return
    assert str(problem).startswith("meeting.wav ")


def test_too_much_that_does_not_decode_ends_a_file(monkeypatch: pytest.MonkeyPatch) -> None:
    from alsvoice.audio import decode as module

    monkeypatch.setattr(module, "_TOO_MANY_BAD", 3)
    whole = bytearray(sample("m4a", 8))
    media = whole.index(b"mdat") + 1000
    whole[media : media + 40_000] = b"\xff" * 40_000
    _, found = decoded(bytes(whole))
    assert found.ended_early
    assert found.bad_packets == 3
    assert found.duration_ms < 2000
    assert found.lost_ms > 6000


def test_a_disk_that_fails_while_reading_ends_a_file() -> None:
    class Stick(io.BytesIO):
        pulled = False

        def read(self, size: int | None = -1, /) -> bytes:
            if self.pulled:
                raise OSError(5, "Input/output error")
            return super().read(size)

    stick, found = Stick(file_of(tone(48_000, 60), 48_000)), Decoding()
    for _ in decode(stick, "meeting.wav", found):
        stick.pulled = True
    assert found.ended_early
    assert 0 < found.duration_ms < 60_000
    assert found.lost_ms == 60_000 - found.duration_ms


# What is no sound.


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"Minutes of the meeting, as agreed.\n" * 50,
        bytes(5000),
        b"\xff\xd8\xff\xe0\x00\x10JFIF" + bytes(5000),
        b"PK\x03\x04" + bytes(500),
        b"%PDF-1.7\n" * 100,
        b"RIFF",
        b"OggS",
        b"OggS" + bytes(100),
        b"fLaC",
    ],
)
def test_what_is_no_sound_is_refused_in_a_sentence(data: bytes) -> None:
    with pytest.raises(InputError, match=r"notes\.txt is not a sound file") as caught:
        decoded(data, "notes.txt")
    assert "media player" in caught.value.try_next


def test_a_video_without_sound_says_so() -> None:
    with pytest.raises(InputError, match=r"film\.mp4 holds no sound: there is no audio stream"):
        decoded(video_of(1), "film.mp4")


def test_sound_that_nothing_decodes_says_so() -> None:
    whole = sample("webm", 0.5)
    assert whole.count(b"A_OPUS") == 1
    with pytest.raises(InputError, match="of a kind that cannot be decoded"):
        decoded(whole.replace(b"A_OPUS", b"A_ZZZZ"))


# Files that name other files.


@contextmanager
def opened(path: Path) -> Iterator[list[int]]:
    """Give a list that holds an entry for each time the file was opened, by C code too."""
    libc = ctypes.CDLL(ctypes.util.find_library("c"), use_errno=True)
    watch = libc.inotify_init1(os.O_NONBLOCK)
    assert libc.inotify_add_watch(watch, str(path).encode(), 0x20) >= 0
    events: list[int] = []
    try:
        yield events
        with suppress(BlockingIOError):
            events += [1] * (len(os.read(watch, 65_536)) // 16)
    finally:
        os.close(watch)


def scripts(path: Path) -> dict[str, bytes]:
    return {
        "m3u": f"#EXTM3U\n#EXTINF:4,\n{path}\n".encode(),
        "hls": (
            "#EXTM3U\n#EXT-X-TARGETDURATION:4\n#EXT-X-MEDIA-SEQUENCE:0\n"
            f"#EXTINF:4,\n{path}\n#EXT-X-ENDLIST\n"
        ).encode(),
        "hls url": (
            f"#EXTM3U\n#EXT-X-TARGETDURATION:4\n#EXTINF:4,\nfile://{path}\n#EXT-X-ENDLIST\n"
        ).encode(),
        "concat": f"ffconcat version 1.0\nfile '{path}'\n".encode(),
        "sdp": b"v=0\no=- 0 0 IN IP4 127.0.0.1\ns=x\nc=IN IP4 127.0.0.1\nt=0 0\n"
        b"m=audio 5004 RTP/AVP 0\n",
        "dash": (
            '<?xml version="1.0"?><MPD xmlns="urn:mpeg:dash:schema:mpd:2011" type="static">'
            f"<Period><AdaptationSet><Representation><BaseURL>{path}</BaseURL>"
            "</Representation></AdaptationSet></Period></MPD>"
        ).encode(),
    }


@pytest.mark.skipif(sys.platform != "linux", reason="inotify is Linux's")
@pytest.mark.parametrize("kind", ["m3u", "hls", "hls url", "concat", "sdp", "dash"])
def test_a_file_that_names_other_files_is_refused_and_opens_none(kind: str, tmp_path: Path) -> None:
    secret = tmp_path / "secret.wav"
    secret.write_bytes(sample("wav"))
    with opened(secret) as events, pytest.raises(InputError, match="is not a sound file"):
        decoded(scripts(secret)[kind])
    assert events == []


@pytest.mark.skipif(sys.platform != "linux", reason="inotify is Linux's")
def test_without_the_allow_list_such_a_file_would_be_opened(tmp_path: Path) -> None:
    """What the test above watches for does happen where nothing forbids it."""
    import av

    secret = tmp_path / "secret.wav"
    secret.write_bytes(sample("wav"))
    script = tmp_path / "list.ffconcat"
    script.write_bytes(b"ffconcat version 1.0\nfile 'secret.wav'\n")
    with opened(secret) as events, av.open(str(script)) as container:
        assert container.streams.audio
    assert events


# The mix.


def mixed(*blocks: Samples) -> io.BytesIO:
    file = io.BytesIO()
    assert write_mix(file, blocks) == sum(map(len, blocks))
    file.seek(0)
    return file


def test_a_mix_is_read_piece_by_piece() -> None:
    whole = tone(SAMPLE_RATE, 3)
    with open_mix(mixed(whole[:7000], whole[7000:7001], whole[7001:])) as sound:
        assert sound.duration_ms == 3000
        assert sound.sample_rate == SAMPLE_RATE
        for start_ms, end_ms in [(0, 3000), (1000, 1001), (2500, 9000), (500, 700), (0, 10)]:
            piece = sound.read(start_ms, end_ms)
            expected = whole[start_ms * 16 : end_ms * 16]
            assert piece.dtype == np.float32
            assert piece.shape == expected.shape
            assert np.allclose(piece, expected, atol=1e-4)


@pytest.mark.parametrize(("start_ms", "end_ms"), [(9000, 9999), (500, 500), (800, 200), (-90, 0)])
def test_where_there_is_nothing_nothing_is_read(start_ms: int, end_ms: int) -> None:
    with open_mix(mixed(tone(SAMPLE_RATE, 1))) as sound:
        assert sound.read(start_ms, end_ms).shape == (0,)


def test_a_start_before_the_beginning_is_the_beginning() -> None:
    with open_mix(mixed(tone(SAMPLE_RATE, 1))) as sound:
        assert sound.read(-500, 20).shape == (320,)


def noise() -> Samples:
    return np.random.default_rng(5).uniform(-0.5, 0.5, 5 * SAMPLE_RATE).astype(np.float32)


@pytest.mark.parametrize("damage", ["head", "text", "empty"])
def test_a_damaged_mix_says_the_next_command(damage: str) -> None:
    data = bytearray(mixed(noise()).getvalue())
    data = {"head": bytearray(4) + data[4:], "text": bytearray(b"text"), "empty": bytearray()}[
        damage
    ]
    with (
        pytest.raises(LibraryError, match=r"mix\.flac\) is damaged") as caught,
        open_mix(io.BytesIO(data)),
    ):
        pass
    assert caught.value.try_next == "alsvoice process SESSION --from ingest"


def test_a_mix_damaged_in_the_middle_raises_nothing_else() -> None:
    data = mixed(noise()).getvalue()
    for place in (0.3, 0.5, 0.9):
        at = int(place * len(data))
        for hurt in (data[:at] + b"\xa5" * 5000 + data[at + 5000 :], data[:at]):
            with open_mix(io.BytesIO(hurt)) as sound:
                try:
                    piece: Any = sound.read(0, 5000)
                except LibraryError as problem:
                    piece = problem
            assert isinstance(piece, LibraryError) or len(piece) <= 5 * SAMPLE_RATE


def test_a_disk_that_fills_while_mixing_is_not_hidden_by_the_codec() -> None:
    class Full(io.BytesIO):
        def write(self, data: Any, /) -> int:
            if self.tell() > 20_000:
                raise OSError(28, "No space left on device")
            return super().write(data)

    with pytest.raises(OSError, match="No space left"):
        write_mix(Full(), [noise()] * 3)
