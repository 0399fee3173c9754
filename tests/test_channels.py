"""One file with a channel a person: who spoke is known, overlap and silence are worked out."""

import os
from pathlib import Path

import numpy as np
import pytest

from alsvoice.formats import stage_files
from alsvoice.intervals import intersect, total_ms
from cli_runner import alsvoice, refused
from people_apart import alone, true_speech, write_wav
from scripted_demo import Scene, Script, silent_wav, write_words


@pytest.fixture(scope="module")
def call(tmp_path_factory: pytest.TempPathFactory) -> Scene:
    """A call on two lines: each hears the other's echo 150 ms late; they once speak together."""
    folder = tmp_path_factory.mktemp("call")
    helen, marcus = alone("Helen"), alone("Marcus")
    marcus = marcus + np.roll(marcus, -16 * 12_000)  # says it again where Helen speaks
    echo = [0.05 * np.roll(line, 16 * 150) for line in (marcus, helen)]
    sound = np.stack([helen + echo[0], marcus + echo[1]], axis=1)
    sound += np.random.default_rng(1).normal(0, 0.0005, sound.shape)
    wav = write_wav(folder / "call.wav", np.clip(sound, -1, 1).astype(np.float32))
    library = folder / "library"
    answer = alsvoice(
        "--library", library, "import", wav, "--channels", "Helen:facilitator,Marcus", "--json"
    )
    session = answer.good().json()["session"]
    scene = Scene(library=library, session=session, script=Script.of_the_demo(folder / "s"))
    scene.process(f"--asr=scripted:{write_words(folder / 'words.json', ())}")
    return scene


def test_each_channel_is_a_track_in_its_place(call: Scene) -> None:
    audio = call.manifest()["audio"]
    assert audio["layout"] == "channels"
    assert [(t["channel"], t["offset_sure"]) for t in audio["tracks"]] == [(0, None), (1, None)]
    assert len(audio["sources"]) == 1 and audio["sources"][0]["start_ms"] == 0
    assert audio["duration_ms"] == 50_000


def test_echo_is_nobodys_speech_and_overlap_is_both(call: Scene) -> None:
    heard = stage_files.parse_diarization((call.folder / "diarization.json").read_bytes())
    found = {v: [t.span for t in heard.turns if t.speaker == v] for v in heard.speakers}
    helen, marcus = true_speech("Helen"), true_speech("Marcus")
    again = tuple((start - 12_000, end - 12_000) for start, end in marcus)
    true = {"SPEAKER_00": helen, "SPEAKER_01": (*again, *marcus)}
    for voice, spans in true.items():
        right = total_ms(intersect(found[voice], spans))
        assert right > 0.85 * total_ms(spans)
        assert total_ms(found[voice]) - right < 0.1 * total_ms(spans)
    both = intersect(helen, again)
    assert total_ms(both) > 2000
    together = intersect(found["SPEAKER_00"], found["SPEAKER_01"])
    assert total_ms(intersect(together, both)) > 0.7 * total_ms(both)
    assert not intersect(*([t.span for t in heard.exclusive if t.speaker == v] for v in true))


def test_the_names_are_known(call: Scene) -> None:
    people = call.report()["participants"]
    assert {(p["name"], p["role"]) for p in people} == {
        ("Helen", "facilitator"), ("Marcus", "member"),
    }  # fmt: skip


def wav_of(path: Path, channels: int) -> Path:
    return write_wav(path, np.zeros((8000, channels), dtype=np.float32), 8000)


@pytest.mark.parametrize(("channels", "names"), [(1, "Ann,Ben"), (2, "Ann"), (6, "Ann,Ben")])
def test_names_must_be_as_many_as_channels(channels: int, names: str, tmp_path: Path) -> None:
    wav = wav_of(tmp_path / "a.wav", channels)
    sentence = refused("import", wav, "--channels", names, status=2)
    assert f"has {channels} channel" in sentence
    sessions = Path(os.environ["ALSVOICE_LIBRARY"]) / "sessions"
    assert not sessions.exists() or list(sessions.iterdir()) == []


@pytest.mark.parametrize(
    ("names", "sentence"),
    [("Ann,", "names nobody"), ("", "names nobody"), ("Ann,Ann", "given twice")],
)
def test_names_of_channels_that_make_no_sense(names: str, sentence: str, tmp_path: Path) -> None:
    wav = wav_of(tmp_path / "a.wav", 2)
    assert sentence in refused("import", wav, "--channels", names, status=2)


def test_channels_are_of_one_file(tmp_path: Path) -> None:
    parts = [silent_wav(tmp_path / f"{n}.wav", 1) for n in "ab"]
    assert "for one file" in refused("import", *parts, "--channels", "A,B", status=2)


def test_eight_people_on_eight_channels(tmp_path: Path) -> None:
    wav = wav_of(tmp_path / "a.wav", 8)
    done = alsvoice("import", wav, "--channels", "A,B,C,D,E,F,G,H", "--json").good().json()
    assert [t["channel"] for t in done["tracks"]] == list(range(8))


def test_without_names_channels_are_averaged(tmp_path: Path) -> None:
    done = alsvoice("import", wav_of(tmp_path / "a.wav", 2), "--json").good().json()
    assert (done["layout"], done["tracks"]) == ("mixed", [])
