"""More that people and disks get wrong: one line for the failure, one for what to try."""

import os
import subprocess
import sys
from datetime import datetime
from pathlib import Path

import pytest

from alsvoice.config import Config
from alsvoice.pipeline.demo import demo_session
from alsvoice.store import Library
from alsvoice.transcript import Word
from cli_runner import alsvoice, check_failure, refused
from scripted_demo import DEMO, PEOPLE, Scene, imported, processed, silent_wav, write_words

SMALL_FILES = """
import resource, signal, sys
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
limit = int(sys.argv.pop(1))
resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
from alsvoice.cli import main
sys.exit(main(sys.argv[1:]))
"""


@pytest.fixture(scope="module")
def done(tmp_path_factory: pytest.TempPathFactory) -> Scene:
    return processed(tmp_path_factory.mktemp("done"))


@pytest.fixture
def sound(tmp_path: Path) -> Path:
    return silent_wav(tmp_path / "a.wav", 1)


def noise(path: Path, length_s: int) -> Path:
    import numpy as np
    import soundfile

    soundfile.write(path, np.random.default_rng(1).standard_normal(16_000 * length_s) / 9, 16_000)
    return path


@pytest.mark.parametrize("name", ["two\nlines", "\x1b[31mred", "left\u202eright", "tab\tbed"])
def test_a_name_never_breaks_the_line_it_is_told_in(name: str, tmp_path: Path, done: Scene) -> None:
    """``check_failure`` refuses any second line and any control character in what is printed."""
    (tmp_path / name).mkdir()
    (tmp_path / f"{name}.wav").touch()
    assert "is not a file" in refused("import", tmp_path / name)
    assert "\u202e" not in refused("import", tmp_path / f"{name}.wav")
    check_failure(done.run("process", "--asr", f"{name}/folder"))
    refused("sessions", "show", name)
    refused("templates", "show", name)
    refused("models", "verify", name)
    refused(name, status=2)


@pytest.mark.skipif(sys.platform == "win32", reason="named pipes of POSIX")
def test_a_named_pipe_is_refused_and_waits_for_nobody(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe.rttm"
    os.mkfifo(pipe)
    for command in (["classify", pipe], ["evaluate", pipe, DEMO / "session.rttm"]):
        done = subprocess.run(
            [sys.executable, "-m", "alsvoice", *map(str, command)],
            capture_output=True, text=True, check=False, timeout=20,
        )  # fmt: skip
        assert done.returncode == 1, done.stderr
        assert "no file" in done.stderr or "not a file" in done.stderr


def test_a_home_that_nobody_has_is_wrong_usage() -> None:
    refused("import", "--track", "Ann=~nosuchuser/a.wav", status=2)


def test_a_damaged_session_beside_the_demos_stops_no_demo(tmp_path: Path) -> None:
    now = datetime.now().astimezone()
    Library(tmp_path).create(now).write("session.json", b"{")
    first = demo_session(tmp_path, Config.resolve(), now=now)
    assert demo_session(tmp_path, Config.resolve(), now=now) == first


@pytest.mark.skipif(sys.platform == "win32", reason="POSIX signals")
def test_an_import_that_was_stopped_names_its_session(
    tmp_path: Path, sound: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stopped(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("alsvoice.pipeline.run.run_stage", stopped)
    said = alsvoice("import", sound)
    assert "Stopped" in check_failure(said)
    [session] = Library(tmp_path / "library")
    assert f"Try: alsvoice process {session.id}" in said.err
    monkeypatch.setattr("alsvoice.pipeline.importing.shutil.copyfileobj", stopped)
    assert "the same command again" in alsvoice("import", sound).err


def test_an_option_without_its_folder_is_named(done: Scene) -> None:
    assert refused("sessions", "list", "--library", status=2) == "--library names no folder."
    assert refused("doctor", "--models", status=2) == "--models names no folder."
    listed = alsvoice("sessions", "--library", done.library, "list", "--json").good().json()
    assert len(listed["sessions"]) == 1, "folders may stand anywhere in a call"


def test_a_library_that_is_a_file(sound: Path) -> None:
    refused("--library", sound, "import", sound)
    refused("demo", "--out", sound, "--no-open")


@pytest.mark.parametrize("people", [",", " ", "", "SPEAKER_00,Ben", "A" * 121])
def test_names_that_nobody_could_be_given_later(people: str, sound: Path) -> None:
    refused("import", sound, "--participants", people, status=2)
    assert alsvoice("sessions", "list", "--json").good().json() == {"sessions": []}


def test_the_longest_name_can_be_given_to_a_voice(tmp_path: Path) -> None:
    scene = processed(tmp_path, "--participants", f"{'A' * 120},Ben")
    scene.run("speakers", f"SPEAKER_00={'a' * 120}").good()
    assert scene.report()["participants"][0]["name"] == "A" * 120


def test_an_empty_file_of_phases_is_not_taken_for_a_recording(tmp_path: Path, sound: Path) -> None:
    (tmp_path / "phases.json").touch()
    found = alsvoice("import", sound, "--phases", tmp_path / "phases.json")
    assert "phases.json is empty" in check_failure(found)
    assert "recorder" not in found.err


def test_a_voice_there_is_not_cannot_be_merged_with(done: Scene) -> None:
    chosen = done.report()["utterances"][0]["id"]
    for command, *rest in (
        ("speakers", "SPEAKER_00=SPEAKER_77"),
        ("correct", chosen, "--speaker", "SPEAKER_77"),
    ):
        assert "There is no voice 'SPEAKER_77'" in check_failure(done.run(command, *rest))
    assert done.run("edits", "--json").good().json()["edits"] == []


def test_a_backend_there_is_not_is_told_before_anything_long_begins(tmp_path: Path) -> None:
    scene = imported(tmp_path, "--participants", PEOPLE)
    diarizer, asr, _ = scene.script.options
    check_failure(scene.run("process", diarizer, "--asr", "nosuch"))
    check_failure(scene.run("process", diarizer, asr, "--classifier", "nosuch"), status=2)
    missing = scene.run("process", diarizer, "--asr", "turbo", "--models", tmp_path / "none")
    assert "alsvoice models pull faster-whisper-large-v3-turbo" in missing.err
    check_failure(missing)
    assert list(scene.manifest()["stages"]) == ["ingest"]


@pytest.mark.parametrize("keep", [0, 40, 0.5])
def test_damaged_sound_of_a_session_is_told_and_made_anew(keep: float, tmp_path: Path) -> None:
    sound = silent_wav(tmp_path / "a.wav", 20)
    scene = imported(tmp_path, "--participants", PEOPLE, sound=sound)
    mix = scene.folder / "audio" / "mix.flac"
    data = mix.read_bytes()
    mix.write_bytes(data[: int(keep if keep > 1 else len(data) * keep)])
    words = write_words(tmp_path / "none.json", (), None)
    forced = ("--from", "diarize", "--diarizer", "sparse")
    outcome = scene.run("process", *forced, f"--asr=scripted:{words}").good()
    assert "audio/mix.flac is not as `process` wrote it" in outcome.err
    assert mix.read_bytes() == data


@pytest.mark.skipif(sys.platform == "win32", reason="file size limits are POSIX")
@pytest.mark.parametrize("limit", [50_000, 200_000], ids=["the source", "the mix"])
def test_an_import_that_finds_no_room_leaves_nothing_behind(limit: int, tmp_path: Path) -> None:
    """The second limit strikes inside libsndfile, whose callbacks cannot raise."""
    source = noise(tmp_path / "a.ogg", 20)  # small, and four times that as FLAC
    assert 50_000 < source.stat().st_size < 200_000
    done = subprocess.run(
        [sys.executable, "-c", SMALL_FILES, str(limit), "import", str(source)],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    assert "unforeseen" not in done.stderr
    assert [line[:4] for line in done.stderr.splitlines()[-2:]] == ["alsv", "Try:"]
    assert list((Path(os.environ["ALSVOICE_LIBRARY"]) / "sessions").iterdir()) == []


@pytest.mark.skipif(sys.platform == "win32", reason="pipes are closed otherwise on Windows")
def test_a_reader_that_has_seen_enough_is_no_failure_to_tell(done: Scene) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    with os.fdopen(writing, "wb") as pipe:
        ended = subprocess.run(
            [sys.executable, "-m", "alsvoice", "--library", str(done.library), "export",
             done.session, "--format", "stm"],
            stdout=pipe, stderr=subprocess.PIPE, text=True, check=False,
        )  # fmt: skip
    assert "Traceback" not in ended.stderr
    assert "unforeseen" not in ended.stderr


@pytest.mark.parametrize("cut", [0.3, 0.6, 0.95])
@pytest.mark.parametrize("name", ["words.json", "utterances.json", "labels.json"])
def test_damage_prints_no_word_of_the_session(
    name: str, cut: float, done: Scene, tmp_path: Path
) -> None:
    scene = done.copy(tmp_path)
    marker = "zebrafinch"
    words = tuple(
        Word(text=f"{marker}{n}.", start_ms=3000 + 400 * n, end_ms=3300 + 400 * n)
        for n in range(30)
    )
    write_words(scene.script.folder / "words.json", words)
    scene.process("--from", "transcribe", *scene.script.options)
    data = (scene.folder / name).read_bytes()
    (scene.folder / name).write_bytes(data[: int(len(data) * cut)])
    stage = {"words.json": "align", "utterances.json": "classify", "labels.json": "classify"}[name]
    runs = [scene.run("report"), scene.run("speakers"), scene.run("export", "--format", "txt")]
    for outcome in runs:
        check_failure(outcome)
        assert marker not in outcome.everything
    mended = scene.run("process", "--from", stage).good()
    assert name in mended.err
    assert marker not in mended.everything
    assert (scene.folder / name).read_bytes() == data


@pytest.mark.parametrize(
    "call",
    [
        ("report", "-o"), ("evaluate", "--reference"), ("process", "--asr"),
        ("process", "--diarizer"), ("export", "--format=txt", "-o"),
    ],
)  # fmt: skip
def test_a_name_longer_than_the_system_allows(call: tuple[str, ...], done: Scene) -> None:
    outcome = done.run(*call, "n" * 5000)
    assert "unforeseen" not in check_failure(outcome, 2 if outcome.status == 2 else 1)
