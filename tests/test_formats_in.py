"""Every way in: kinds, rates and channels of files; parts of one recording; what is refused."""

import io
import json
import os
import struct
import sys
import tarfile
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from alsvoice.audio.mix import open_mix
from cli_runner import alsvoice, refused
from test_audio import Samples, file_of, opened, pitch_hz, sample, tone

RATES = (8000, 22_050, 44_100, 48_000, 96_000)
LAYOUTS = {1: "mono", 2: "stereo", 6: "5.1", 8: "7.1"}
OPUS_RATES = (8000, 48_000)
# container, encoder, kind of sample, rates and channels that the encoder takes
KINDS: dict[str, tuple[str, str, str, tuple[int, ...], tuple[int, ...]]] = {
    "wav": ("wav", "pcm_s16le", "s16", RATES, (1, 2, 6, 8)),
    "flac": ("flac", "flac", "s16", RATES, (1, 2, 6, 8)),
    "mp3": ("mp3", "libmp3lame", "fltp", RATES[:4], (1, 2)),
    "m4a": ("mp4", "aac", "fltp", RATES, (1, 2, 6)),
    "opus": ("ogg", "libopus", "flt", OPUS_RATES, (1, 2, 6, 8)),
    "ogg": ("ogg", "vorbis by libsndfile", "flt", RATES, (1, 2, 6, 8)),
    "webm": ("webm", "libopus", "flt", OPUS_RATES, (1, 2, 6, 8)),
    "mkv": ("matroska", "pcm_s16le", "s16", RATES, (1, 2, 6, 8)),
}
CASES = [
    (kind, rate, channels)
    for kind, (*_, rates, counts) in KINDS.items()
    for rate, channels in [*((r, counts[0]) for r in rates), *((rates[-1], c) for c in counts[1:])]
]


def recorded(kind: str, rate: int, channels: int, seconds: float = 1.5) -> bytes:
    """Return a tone as a file; skips, and says so, where this FFmpeg has no such encoder."""
    import av

    container_name, codec, format_, _, _ = KINDS[kind]
    layout = LAYOUTS[channels]
    buffer = io.BytesIO()
    samples = np.repeat(tone(rate, seconds)[None], channels, axis=0)
    if kind == "ogg":
        return file_of(samples.T, rate, "OGG", "VORBIS")
    if format_ == "s16":
        samples = (samples * 32767).astype(np.int16)
    try:
        with av.open(buffer, "w", format=container_name) as container:
            stream: Any = container.add_stream(codec, rate=rate)
            stream.layout = layout
            size = 960
            for start in range(0, samples.shape[1], size):
                block = samples[:, start : start + size]
                packed = block if format_.endswith("p") else block.T.reshape(1, -1)
                frame = av.AudioFrame.from_ndarray(
                    np.ascontiguousarray(packed), format=format_, layout=layout
                )
                frame.sample_rate = rate
                container.mux(stream.encode(frame))
            container.mux(stream.encode(None))
    except (av.error.FFmpegError, ValueError) as problem:
        pytest.skip(f"this FFmpeg does not encode {codec} at {rate} Hz in {layout}: {problem}")
    return buffer.getvalue()


def mix_of(session: str) -> Samples:
    folder = Path(os.environ["ALSVOICE_LIBRARY"]) / "sessions" / session
    with (folder / "audio/mix.flac").open("rb") as file, open_mix(file) as sound:
        return sound.read(0, 3_600_000)


def imported(*files: Path) -> tuple[dict[str, Any], Samples]:
    answer = alsvoice("import", *files, "--json").good().json()
    return answer, mix_of(answer["session"])


def nothing_left() -> bool:
    sessions = Path(os.environ["ALSVOICE_LIBRARY"]) / "sessions"
    return not sessions.exists() or list(sessions.iterdir()) == []


@pytest.mark.parametrize(("kind", "rate", "channels"), CASES)
def test_kinds_rates_and_channels(kind: str, rate: int, channels: int, tmp_path: Path) -> None:
    path = tmp_path / f"meeting.{kind}"
    path.write_bytes(recorded(kind, rate, channels))
    answer, sound = imported(path)
    assert answer["losses"] == []
    assert len(sound) / 16_000 == pytest.approx(1.5, abs=0.06 + 1024 / rate)
    assert pitch_hz(sound) == pytest.approx(440, abs=2)
    assert np.abs(sound).max() > 0.1


def test_the_sound_of_a_film(tmp_path: Path) -> None:
    from test_audio import video_of

    (tmp_path / "call.mp4").write_bytes(video_of(2, sound=tone(44_100, 2)))
    _, sound = imported(tmp_path / "call.mp4")
    assert pitch_hz(sound) == pytest.approx(440, abs=2)


# Parts of one recording.


def test_parts_of_different_kinds_follow_each_other_as_given(tmp_path: Path) -> None:
    parts = {
        "b.wav": file_of(tone(8000, 1, hz=300), 8000),
        "a.flac": file_of(np.stack([tone(48_000, 1, hz=600)] * 2, axis=1), 48_000, "FLAC"),
        "c.ogg": file_of(tone(44_100, 1, hz=900), 44_100, "OGG", "VORBIS"),
    }
    for name, data in parts.items():
        (tmp_path / name).write_bytes(data)
    answer, sound = imported(*(tmp_path / name for name in parts))
    assert len(sound) / 16_000 == pytest.approx(3, abs=0.01)
    found = [pitch_hz(sound[start : start + 12_000]) for start in (2000, 18_000, 34_000)]
    assert found == pytest.approx([300, 600, 900], abs=3)
    folder = Path(os.environ["ALSVOICE_LIBRARY"]) / "sessions" / answer["session"]
    sources = json.loads((folder / "session.json").read_text())["audio"]["sources"]
    assert [s["name"] for s in sources] == list(parts)
    assert [s["start_ms"] for s in sources] == pytest.approx([0, 1000, 2000], abs=5)


@pytest.mark.parametrize("kind", ["wav", "flac"])
def test_a_recorder_that_begins_a_new_file_at_a_size(kind: str, tmp_path: Path) -> None:
    """Every part is a whole file, cut between any two samples: nothing is lost at the seams."""
    whole = tone(16_000, 3)
    for number, at in enumerate((0, 16_001, 32_337)):
        end = (16_001, 32_337, 48_000)[number]
        (tmp_path / f"{number}.{kind}").write_bytes(file_of(whole[at:end], 16_000, kind.upper()))
    _, sound = imported(*(tmp_path / f"{n}.{kind}" for n in range(3)))
    assert sound == pytest.approx(whole, abs=1e-4)


def test_an_mp3_cut_anywhere_goes_on_in_the_next_file(tmp_path: Path) -> None:
    data = sample("mp3")
    for number, part in enumerate((data[:9001], data[9001:20_003], data[20_003:])):
        (tmp_path / f"{number}.mp3").write_bytes(part)
    _, sound = imported(*(tmp_path / f"{n}.mp3" for n in range(3)))
    assert len(sound) / 16_000 == pytest.approx(4, abs=0.25)
    assert pitch_hz(sound) == pytest.approx(440, abs=2)


def test_a_damaged_part_gives_what_it_has(tmp_path: Path) -> None:
    for name, share in (("a", 1.0), ("b", 0.5), ("c", 1.0)):
        data = sample("flac")
        (tmp_path / f"{name}.flac").write_bytes(data[: int(len(data) * share)])
    answer, sound = imported(*(tmp_path / f"{n}.flac" for n in "abc"))
    [loss] = answer["losses"]
    assert loss.startswith("b.flac is cut off")
    assert 8.5 < len(sound) / 16_000 < 11.5


# What is refused, and what is not followed.

LISTS = {
    "m3u": "#EXTM3U\n#EXTINF:4,\n{there}\n",
    "m3u8": "#EXTM3U\n#EXT-X-TARGETDURATION:4\n#EXTINF:4,\n{there}\n#EXT-X-ENDLIST\n",
    "pls": "[playlist]\nFile1={there}\nNumberOfEntries=1\nVersion=2\n",
    "asx": '<asx version="3.0"><entry><ref href="{there}"/></entry></asx>',
    "xspf": '<?xml version="1.0"?><playlist xmlns="http://xspf.org/ns/0/" version="1">'
    "<trackList><track><location>{there}</location></track></trackList></playlist>",
    "mpd": '<?xml version="1.0"?><MPD xmlns="urn:mpeg:dash:schema:mpd:2011" type="static"><Period>'
    "<AdaptationSet><Representation><BaseURL>{there}</BaseURL></Representation></AdaptationSet>"
    "</Period></MPD>",
    "ffconcat": "ffconcat version 1.0\nfile '{there}'\n",
    "txt": "concat:{there}|{there}",
}


@pytest.mark.skipif(sys.platform != "linux", reason="inotify is Linux's")
@pytest.mark.parametrize("kind", LISTS)
@pytest.mark.parametrize("named", ["itself", "wav"])
def test_lists_are_refused_and_what_they_name_is_not_opened(
    kind: str, named: str, tmp_path: Path
) -> None:
    there = tmp_path / "secret.wav"
    there.write_bytes(sample("wav"))
    path = tmp_path / f"list.{kind if named == 'itself' else 'wav'}"
    path.write_text(LISTS[kind].format(there=there))
    with opened(there) as events:
        assert "is not a sound file" in refused("import", path)
        assert "is not a sound file" in refused("import", f"--track=Ann={path}")
    assert events == []
    assert nothing_left()


@pytest.mark.parametrize(
    "address",
    [
        "http://127.0.0.1:9/a.wav", "https://127.0.0.1:9/a.wav", "rtsp://127.0.0.1:9/a",
        "ftp://127.0.0.1/a.wav", "concat:a.wav|b.wav", "file:///etc/hostname", "pipe:0",
        "data:audio/wav;base64,UklGRg==", "subfile,,start,0,end,9,,:a.wav", "tcp://127.0.0.1:9",
    ],
)  # fmt: skip
def test_addresses_are_no_files(address: str) -> None:
    assert "file" in refused("import", address) or "cannot be opened" in refused("import", address)
    refused("import", f"--track=Ann={address}")
    assert nothing_left()


def test_standard_input_is_no_file() -> None:
    assert "none is opened" in refused("import", "-", stdin=sample("wav"))


def archives(sound: bytes) -> Iterator[tuple[str, bytes]]:
    import gzip

    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("a.wav", sound)
    yield "a.zip", packed.getvalue()
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w") as tar:
        entry = tarfile.TarInfo("a.wav")
        entry.size = len(sound)
        tar.addfile(entry, io.BytesIO(sound))
    yield "a.tar", packed.getvalue()
    yield "a.wav.gz", gzip.compress(sound)


@pytest.mark.parametrize("index", range(3))
@pytest.mark.parametrize("suffix", ["", ".wav"])
def test_archives_are_not_unpacked(index: int, suffix: str, tmp_path: Path) -> None:
    name, data = list(archives(sample("wav")))[index]
    (tmp_path / f"{name}{suffix}").write_bytes(data)
    assert "is not a sound file" in refused("import", tmp_path / f"{name}{suffix}")
    assert nothing_left()


def atom(kind: bytes, *content: bytes) -> bytes:
    body = b"".join(content)
    return struct.pack(">I4s", 8 + len(body), kind) + body


def film_elsewhere(there: Path) -> bytes:
    """Return a QuickTime file whose samples are those of another file, named in its ``dref``."""
    full = b"\0\0\0\0"
    u32 = struct.Struct(">I").pack
    matrix = struct.pack(">9I", 0x10000, 0, 0, 0, 0x10000, 0, 0, 0, 0x40000000)
    mvhd = atom(b"mvhd", full, bytes(8), u32(1000), u32(1000), u32(0x10000), bytes(12), matrix,
                bytes(24), u32(2))  # fmt: skip
    tkhd = atom(b"tkhd", b"\0\0\0\7", bytes(8), u32(1), bytes(4), u32(1000), bytes(16), matrix,
                bytes(8))  # fmt: skip
    mdhd = atom(b"mdhd", full, bytes(8), u32(8000), u32(8000), bytes(4))
    hdlr = atom(b"hdlr", full, b"mhlr", b"soun", bytes(13))
    dref = atom(b"dref", full, u32(1), atom(b"url ", full, f"file://{there}\0".encode()))
    sound = struct.pack(">6xHHHIHHHHI", 1, 0, 0, 0, 1, 16, 0, 0, 8000 << 16)
    stbl = atom(
        b"stbl",
        atom(b"stsd", full, u32(1), atom(b"sowt", sound)),
        atom(b"stts", full, u32(1), u32(8000), u32(1)),
        atom(b"stsc", full, u32(1), u32(1), u32(8000), u32(1)),
        atom(b"stsz", full, u32(2), u32(8000)),
        atom(b"stco", full, u32(1), u32(44)),
    )
    minf = atom(b"minf", atom(b"smhd", full, bytes(4)), atom(b"dinf", dref), stbl)
    trak = atom(b"trak", tkhd, atom(b"mdia", mdhd, hdlr, minf))
    return atom(b"ftyp", b"qt  ", bytes(4), b"qt  ") + atom(b"moov", mvhd, trak)


@pytest.mark.skipif(sys.platform != "linux", reason="inotify is Linux's")
def test_a_film_whose_sound_lies_elsewhere_is_not_followed(tmp_path: Path) -> None:
    there = tmp_path / "secret.wav"
    there.write_bytes(file_of(tone(8000, 1), 8000))
    (tmp_path / "film.mov").write_bytes(film_elsewhere(there))
    with opened(there) as events:
        done = alsvoice("import", tmp_path / "film.mov", "--json")
    assert events == []
    if done.status == 0:  # what was taken in is at most the film's own bytes
        assert len(mix_of(done.json()["session"])) < 1600


def test_attachments_of_a_matroska_are_not_taken_for_sound(tmp_path: Path) -> None:
    import av

    path = tmp_path / "a.mkv"
    try:
        with av.open(str(path), "w") as container:
            stream: Any = container.add_stream("pcm_s16le", rate=8000, layout="mono")
            container.add_attachment("list.m3u8", "text/plain", b"#EXTM3U\n/etc/hostname\n")
            samples = (tone(8000, 1) * 32767).astype(np.int16)
            frame = av.AudioFrame.from_ndarray(samples[None], format="s16", layout="mono")
            frame.sample_rate = 8000
            container.mux(stream.encode(frame))
            container.mux(stream.encode(None))
    except AttributeError:
        pytest.skip("this PyAV writes no attachments")
    _, sound = imported(path)
    assert pitch_hz(sound) == pytest.approx(440, abs=2)
    folder = next((Path(os.environ["ALSVOICE_LIBRARY"]) / "sessions").iterdir())
    assert {p.name for p in folder.rglob("*") if p.is_file()} == {
        "session.json", "mix.flac", "source-01.mkv",
    }  # fmt: skip


@pytest.mark.skipif(sys.platform == "win32", reason="has neither")
def test_pipes_devices_and_folders_are_refused_at_once(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.wav")
    (tmp_path / "folder.wav").mkdir()
    (tmp_path / "link.wav").symlink_to("/dev/zero")
    for path in (
        tmp_path / "pipe.wav",
        "/dev/zero",
        tmp_path / "folder.wav",
        tmp_path / "link.wav",
    ):
        assert "is not a file" in refused("import", path)
        assert "is not a file" in refused("import", f"--track=Ann={path}")
    assert nothing_left()


@pytest.mark.skipif(sys.platform == "win32", reason="links need rights there")
def test_a_link_the_user_names_is_read_and_copied(tmp_path: Path) -> None:
    (tmp_path / "a.wav").write_bytes(sample("wav"))
    (tmp_path / "link.wav").symlink_to(tmp_path / "a.wav")
    answer, sound = imported(tmp_path / "link.wav")
    assert len(sound) / 16_000 == pytest.approx(4, abs=0.01)
    folder = Path(os.environ["ALSVOICE_LIBRARY"]) / "sessions" / answer["session"]
    assert not (folder / "audio/source-01.wav").is_symlink()
