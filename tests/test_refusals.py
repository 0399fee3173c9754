"""Bad input: one sentence, the next command, the right status, no traceback, nothing lost."""

import errno
import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from alsvoice.transcript import Word
from cli_runner import alsvoice, check_failure, refused
from scripted_demo import Scene, processed, silent_wav, write_words


@pytest.fixture(scope="module")
def done(tmp_path_factory: pytest.TempPathFactory) -> Scene:
    return processed(tmp_path_factory.mktemp("done"))


@pytest.fixture
def scene(done: Scene, tmp_path: Path) -> Scene:
    return done.copy(tmp_path)


@pytest.fixture
def sound(tmp_path: Path) -> Path:
    return silent_wav(tmp_path / "a.wav", 1)


def video_without_sound(path: Path) -> Path:
    import av

    with av.open(str(path), "w") as container:
        stream = container.add_stream("mpeg4", rate=5)
        stream.width = stream.height = 32
        for _ in range(3):
            picture = av.VideoFrame.from_ndarray(np.zeros((32, 32, 3), np.uint8), format="rgb24")
            container.mux(stream.encode(picture))
        container.mux(stream.encode(None))
    return path


def test_a_roll_call_that_cannot_be(sound: Path) -> None:
    assert "after the end" in refused("import", sound, "--roll-call", "Zed=9:01-9:10")
    for given in ("Ann=0:01-0:01.001", "Ann=0-1 "):
        outcome = alsvoice("import", sound, "--roll-call", given)
        assert outcome.status == (2 if "001" in given else 0), outcome.err
    twice = alsvoice("import", sound, "--roll-call", "Ann=0-1", "--roll-call", "ann=0-1")
    assert twice.status == 2 and "two samples" in twice.err


@pytest.mark.parametrize("given", ["", " ", "0", "9" * 400 + "h", "1h30"])
def test_lengths_that_are_none(given: str) -> None:
    outcome = alsvoice("record", "--consent", "none", "--for", given)
    assert outcome.status == 2 and "--for 90m" in outcome.err


def test_who_agreed_without_what_to_is_refused() -> None:
    outcome = alsvoice("record", "--consent-by", "Ann", "--for", "1s")
    assert outcome.status == 2 and "on what basis" in outcome.err


def test_what_cannot_be_reviewed_is_told_before_a_page_opens(sound: Path) -> None:
    session = alsvoice("import", sound, "--json").good().json()["session"]
    assert "not been processed" in refused("review", session, "--no-open")


def test_files_that_are_no_recording(tmp_path: Path) -> None:
    (tmp_path / "text.wav").write_text("Dear diary")
    (tmp_path / "empty.wav").touch()
    (tmp_path / "noise.mp3").write_bytes(bytes(range(7, 250)) * 50)
    (tmp_path / "list.m3u8").write_text("#EXTM3U\n#EXTINF:1,\nhttp://127.0.0.1:9/a.ts\n")
    (tmp_path / "list.ffconcat").write_text("ffconcat version 1.0\nfile '/etc/hostname'\n")
    video_without_sound(tmp_path / "film.mp4")
    assert "empty" in refused("import", tmp_path / "empty.wav")
    assert "not a file" in refused("import", tmp_path)
    assert "No such file" in refused("import", tmp_path / "missing.wav")
    assert "no audio stream" in refused("import", tmp_path / "film.mp4")
    for name in ("text.wav", "noise.mp3", "list.m3u8", "list.ffconcat"):
        assert f"{name} is not a sound file" in refused("import", tmp_path / name)
    assert alsvoice("sessions", "list", "--json").good().json() == {"sessions": []}


@pytest.mark.parametrize(
    "name", ["a\nb.wav", "\u202eevil.wav", "😀.wav", "n" * 300 + ".wav", "a;b$(c).wav"]
)
def test_hostile_file_names(name: str, tmp_path: Path, sound: Path) -> None:
    refused("import", tmp_path / name)
    target = tmp_path / name
    try:
        target.write_bytes(sound.read_bytes())
    except OSError:
        return  # this system has no such names
    session = alsvoice("import", target, "--json").good().json()["session"]
    library = Path(os.environ["ALSVOICE_LIBRARY"]) / "sessions" / session
    assert [p.name for p in (library / "audio").iterdir() if "source" in p.name] == [
        "source-01.wav"
    ]


@pytest.mark.parametrize(
    "people", ["Ann:king", ":member", "Ann,Ann", "Ann\nBen", ",".join(f"P{n}" for n in range(51))]
)
def test_participants_that_cannot_be(people: str, sound: Path) -> None:
    refused("import", sound, "--participants", people, status=2)
    assert alsvoice("sessions", "list", "--json").json() == {"sessions": []}


@pytest.mark.parametrize("name", ["Ann/../Ben", "O'Neill", "<b>Zoë</b>", "=cmd|x", "😀", "نور"])
def test_names_of_every_kind_are_taken(name: str, sound: Path) -> None:
    session = alsvoice("import", sound, "--participants", name, "--json").good().json()["session"]
    shown = alsvoice("sessions", "show", session, "--json").good().json()
    assert shown["participants"][0]["name"] == name


@pytest.mark.parametrize(
    "content",
    [
        "", "{", "[]x", '{"name": "a"}', '[{"name": "a"}]', '[{"name": "", "start_s": 0}]',
        '[{"name": "a", "start_s": -1}]', '[{"name": "a", "start_s": 1e300}]',
        '[{"name": "a", "start_s": NaN}]', '[{"name": "a", "start_s": 9, "end_s": 3}]',
        '[{"name": "a", "start_s": 0, "end_s": 9}, {"name": "b", "start_s": 5}]', "[" * 5000,
    ],
)  # fmt: skip
def test_phase_files_that_cannot_be(content: str, tmp_path: Path, sound: Path) -> None:
    (tmp_path / "phases.json").write_text(content)
    assert "phases.json" in refused("import", sound, "--phases", tmp_path / "phases.json")


def test_other_words_that_mean_nothing(sound: Path, done: Scene) -> None:
    refused("import", sound, "--template", "nosuch")
    refused("import", sound, "--consent", "perhaps", status=2)
    refused("import", sound, "--speakers", "0", status=2)
    refused("import", status=2)
    refused("nosuch", status=2)
    refused("record", "--for", "soon", status=2)
    for command, *rest in (
        ("report", "--format", "doc"),
        ("report", "--table", "people"),
        ("report", "--format", "csv", "--table", "turns"),
        ("export", "--format", "doc"),
        ("process", "--from", "nowhere"),
        ("process", "--diarizer", "nosuch"),
        ("process", "--classifier", "nosuch"),
        ("speakers", "SPEAKER_00"),
        ("speakers", "=Ann"),
        ("speakers", "SPEAKER_00=A", "SPEAKER_00=B"),
        ("correct", "u0"),
    ):
        check_failure(done.run(command, *rest), status=2)
    for command, *rest in (
        ("process", "--asr", "nosuch"),
        ("speakers", "SPEAKER_77=Ann"),
        ("correct", "u", "--label", "advice"),
        ("correct", "zz", "--label", "advice"),
        ("edits", "--undo", "9"),
        ("evaluate", "--reference", "nowhere"),
    ):
        check_failure(done.run(command, *rest), status=1)
    chosen = done.report()["utterances"][0]["id"]
    check_failure(done.run("correct", chosen, "--label", "poetry"), status=2)
    check_failure(done.run("correct", chosen, "--speaker", "x" * 200), status=2)


def test_sessions_that_are_not_there(tmp_path: Path, sound: Path) -> None:
    assert "no session" in refused("process", "2026")
    assert "no session" in refused("report", "../../etc")
    for _ in range(2):
        alsvoice("import", sound).good()
    assert "2 sessions begin" in refused("process", "2")
    session = alsvoice("sessions", "list", "--json").json()["sessions"][0]["id"]
    assert "not been processed" in refused("report", session)
    assert "not been processed" in refused("speakers", session)


def test_a_model_that_was_not_pulled(sound: Path, tmp_path: Path) -> None:
    session = alsvoice("import", sound, "--json").json()["session"]
    said = alsvoice("process", session, "--asr", "base", "--models", tmp_path / "none")
    # silence needs no recogniser to find it is silent, but the model is looked for first
    assert "alsvoice models pull" in said.err
    assert said.status == 1


@pytest.mark.parametrize(
    "name", ["diarization.json", "words.json", "utterances.json", "labels.json"]
)
@pytest.mark.parametrize("content", [b"", b"{", b'{"schema":1,"kind":"x","data":{}}', b"\xff\xfe"])
def test_a_damaged_stage_file_is_named_and_can_be_mended(
    scene: Scene, name: str, content: bytes
) -> None:
    before = scene.report()["questions"]
    (scene.folder / name).write_bytes(content)
    outcome = scene.run("report")
    assert name in check_failure(outcome)
    assert outcome.err.endswith(f"Try: alsvoice process {scene.session}\n")
    done = scene.process()
    assert any(name in repair for repair in done["repairs"])
    assert next((scene.folder / "set-aside").iterdir()).read_bytes() == content
    assert scene.report()["questions"] == before


def test_files_from_a_newer_version_are_left_alone(scene: Scene) -> None:
    for name in ("session.json", "words.json"):
        path = scene.folder / name
        before = path.read_bytes()
        value = json.loads(before)
        value["schema"] = 99
        path.write_text(json.dumps(value))
        outcome = scene.run("report")
        assert "newer" in check_failure(outcome)
        assert "upgrade" in outcome.err
        path.write_bytes(before)
    scene.run("report").good()


def test_a_damaged_manifest_is_listed_not_hidden(scene: Scene) -> None:
    for name in ("session.json", "session.json.bak", "audio/source-01.wav"):
        (scene.folder / name).write_text("{}")
    (scene.folder / "audio/source-01.wav").unlink()
    listed = alsvoice("--library", scene.library, "sessions", "list", "--json").good().json()
    assert listed["sessions"][0]["state"] == "damaged"
    check_failure(scene.run("process"))


def test_a_link_inside_a_session_is_not_followed(scene: Scene, tmp_path: Path) -> None:
    secret = tmp_path / "secret.json"
    (scene.folder / "words.json").rename(secret)
    (scene.folder / "words.json").symlink_to(secret)
    assert "points out of the folder" in check_failure(scene.run("report"))


@pytest.mark.parametrize("kind", ["flac", "wav", "ogg"])
def test_a_truncated_recording_gives_what_it_holds(kind: str, tmp_path: Path) -> None:
    import soundfile

    rng = np.random.default_rng(1)
    samples = (rng.standard_normal(16_000 * 20) * 0.05).astype(np.float32)
    whole, cut = tmp_path / f"whole.{kind}", tmp_path / f"cut.{kind}"
    with soundfile.SoundFile(whole, "w", 16_000, 1) as file:
        for start in range(0, len(samples), 16_000):  # long ogg writes at once crash libsndfile
            file.write(samples[start : start + 16_000])
    data = whole.read_bytes()
    cut.write_bytes(data[: len(data) * 2 // 5])
    imported = alsvoice("import", cut, "--json").good()
    answer = imported.json()
    shown = alsvoice("sessions", "show", answer["session"], "--json").json()
    assert 6000 < shown["audio"]["duration_ms"] < 9500
    alsvoice("process", answer["session"], "--asr", f"scripted:{empty_words(tmp_path)}").good()
    report = alsvoice("report", answer["session"], "--json").good().json()
    if kind != "ogg":  # an Ogg stream does not say beforehand how long it is
        assert answer["losses"]
        assert any("could not be read" in w for w in report["quality"]["warnings"])


def empty_words(folder: Path) -> Path:
    return write_words(folder / "nothing.json", (), None)


@pytest.mark.parametrize("length_s", [0.2, 10])
def test_silence_is_reported_as_silence(length_s: float, tmp_path: Path) -> None:
    sound = silent_wav(tmp_path / "quiet.wav", length_s, 16_000)
    session = alsvoice("import", sound, "--json").good().json()["session"]
    words = empty_words(tmp_path)
    found = alsvoice("process", session, "--asr", f"scripted:{words}", "--json").good().json()
    assert found["speakers"] == found["utterances"] == 0
    assert "No speech was found in this recording." in found["warnings"]
    for name in ("html", "md", "json"):
        content = alsvoice("report", session, "--format", name, "-o", tmp_path / name).good()
        assert content.status == 0
        assert "o speech" in (tmp_path / name).read_text("utf-8")


FULL_DISK = """
import resource, signal, sys
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (20000, 20000))
from alsvoice.cli import main
sys.exit(main(sys.argv[1:]))
"""


@pytest.mark.skipif(sys.platform == "win32", reason="file size limits are POSIX")
def test_a_disk_that_takes_no_more_loses_nothing(scene: Scene) -> None:
    before = {p: p.read_bytes() for p in scene.folder.rglob("*") if p.is_file()}
    done = subprocess.run(
        [sys.executable, "-c", FULL_DISK, "--library", str(scene.library), "process",
         scene.session, "--from", "transcribe", *scene.script.options],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 1, done.stderr
    assert "Traceback" not in done.stderr
    assert "Try: " in done.stderr
    assert {p: p.read_bytes() for p in scene.folder.rglob("*") if p.is_file()} == before
    scene.process()


def test_a_full_disk_is_called_by_its_name(monkeypatch: pytest.MonkeyPatch, sound: Path) -> None:
    def full(_handle: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    assert "disk is full" in refused("import", sound)


NO_PORTAUDIO = """
import sys
sys.path.insert(0, sys.argv.pop(1))
from alsvoice.cli import main
sys.exit(main(sys.argv[1:]))
"""


@pytest.mark.parametrize("command", [["record", "--for", "1s"], ["doctor"]])
def test_without_portaudio_only_recording_fails(command: list[str], tmp_path: Path) -> None:
    (tmp_path / "sounddevice.py").write_text("raise OSError('PortAudio library not found')\n")
    done = subprocess.run(
        [sys.executable, "-c", NO_PORTAUDIO, str(tmp_path), *command],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert "PortAudio" in done.stdout + done.stderr
    assert "Traceback" not in done.stderr
    if command[0] == "record":
        assert done.returncode == 1
        assert not (Path(os.environ["ALSVOICE_LIBRARY"]) / "sessions").exists()


INTERRUPT = """
import signal, sys
from alsvoice.backends import scripted
def slow(*_args, **_kwargs):
    signal.raise_signal(signal.SIGINT)
scripted.ScriptedTranscriber.transcribe = slow
from alsvoice.cli import main
sys.exit(main(sys.argv[1:]))
"""


def test_ctrl_c_leaves_a_session_that_process_finishes(scene: Scene) -> None:
    for name in ("words.json", "utterances.json", "labels.json"):
        (scene.folder / name).unlink()
    done = subprocess.run(
        [sys.executable, "-c", INTERRUPT, "--library", str(scene.library), "process",
         scene.session, "--from", "diarize", *scene.script.options],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 1
    assert "Stopped" in done.stderr
    assert "Traceback" not in done.stderr
    assert scene.process()["computed"] == ["transcribe", "align", "classify"]
    scene.run("report").good()


def test_a_failure_nobody_foresaw_prints_no_word_of_the_session(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    marker = "zebrafinch"
    words = (Word(text=marker, start_ms=3000, end_ms=3400),)
    write_words(scene.script.folder / "words.json", words)

    def broken(*_args: object, **_kwargs: object) -> None:
        raise RuntimeError(f"could not handle {marker}")

    monkeypatch.setattr("alsvoice.pipeline.stages.cut_utterances", broken)
    outcome = scene.run("process", "--from", "transcribe")
    assert outcome.status == 1
    assert marker not in outcome.everything
    assert "RuntimeError" in outcome.err


@pytest.mark.parametrize(
    "line", ["", "{", "[1]", '{"id": 1}', '{"text": "a"}', '{"id": 1, "text": 5}', '{"id": 1, "t']
)
def test_bad_rows_are_named_by_their_line(line: str) -> None:
    good = b'{"id": "a", "text": "What helped?"}\n'
    outcome = alsvoice("classify", stdin=good + line.encode())
    if line:
        assert outcome.status == 1
        assert "line 2" in outcome.err
    else:
        outcome.good()


def test_classify_answers_row_by_row(tmp_path: Path) -> None:
    rows = [
        {"id": "a", "text": "What have you tried so far?"},
        {"id": 7, "text": "You should ring her.", "prev_text": "She left.", "speaker_role": "x"},
        {"id": "c", "text": ""},
    ]
    (tmp_path / "in.jsonl").write_text("\n".join(map(json.dumps, rows)))
    alsvoice("classify", tmp_path / "in.jsonl", "-o", tmp_path / "out.jsonl").good()
    coded = [json.loads(line) for line in (tmp_path / "out.jsonl").read_text().splitlines()]
    assert [c["id"] for c in coded] == ["a", "7", "c"]
    assert [c["label"] for c in coded] == ["open_question", "advice", "other"]
    assert all(sum(c["probabilities"].values()) == pytest.approx(1, abs=0.001) for c in coded)
    refused("classify", tmp_path / "nowhere.jsonl")
