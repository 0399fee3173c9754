"""Commands that change a session hold it; the second is told who does, and changes nothing."""

import multiprocessing
import os
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime
from pathlib import Path, PureWindowsPath

import pytest

from alsvoice.config import Config
from alsvoice.digest import digest_bytes
from alsvoice.errors import LibraryError
from alsvoice.pipeline import exporting, sight
from alsvoice.pipeline.corrections import name_voices
from alsvoice.pipeline.redaction import redact
from alsvoice.store import Library, SessionFolder, atomic, lock
from alsvoice.store.library import extended
from cli_runner import alsvoice, check_failure
from scripted_demo import Scene, processed, silent_wav

NOW = datetime.fromisoformat("2026-11-23T09:30:00")


@pytest.fixture(scope="module")
def done(tmp_path_factory: pytest.TempPathFactory) -> Scene:
    return processed(tmp_path_factory.mktemp("done"))


@pytest.fixture
def held(done: Scene) -> Iterator[Scene]:
    with lock.held(done.folder, "process"):
        yield done


def test_the_second_changes_nothing(held: Scene) -> None:
    utterance = held.report()["utterances"][0]["id"]
    before = {p: p.read_bytes() for p in held.folder.rglob("*") if p.is_file()}
    for command in (
        ["process"], ["process", "--speakers", "3"], ["speakers", "SPEAKER_00=Ann"],
        ["correct", utterance, "--label", "other"], ["edits", "--undo", "1"],
    ):  # fmt: skip
        said = check_failure(held.run(*command))
        assert f"is held by `alsvoice process` (process {os.getpid()})" in said
    deleted = alsvoice("--library", held.library, "sessions", "delete", held.session, "--yes")
    assert "is held by" in check_failure(deleted)
    assert {p: p.read_bytes() for p in held.folder.rglob("*") if p.is_file()} == before


def test_reading_needs_no_lock_and_the_list_says_who_has_it(held: Scene) -> None:
    for command in (
        ["report", "--format", "md"],
        ["export", "--format", "txt"],
        ["speakers"],
        ["edits"],
    ):
        held.run(*command).good()
    listed = alsvoice("--library", held.library, "sessions", "list")
    assert "in use by `alsvoice process`" in listed.good().out


def test_a_report_is_kept_in_the_session_by_its_holder_alone(held: Scene) -> None:
    """Else what a removal takes out while a page is being rendered would come back with it."""
    said = held.run("report")
    assert "is held by" in check_failure(said)
    assert "-o report.html" in said.err


def test_a_report_does_not_bring_back_what_was_removed_while_it_was_made(
    done: Scene, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    scene = done.copy(tmp_path)
    session = Library(scene.library).find(scene.session)
    text = scene.report()["utterances"][0]["text"]
    monkeypatch.setattr(exporting, "report", interrupted(exporting.report, lambda: redact(
        session, (0, 60_000), now=NOW.astimezone()
    )))  # fmt: skip
    scene.run("report").good()
    assert text not in (scene.folder / "report/report.html").read_text("utf-8")


def test_a_report_does_not_bring_back_a_session_that_was_deleted(
    done: Scene, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    scene = done.copy(tmp_path)
    library = Library(scene.library)
    session = library.find(scene.session)
    monkeypatch.setattr(
        exporting, "report", interrupted(exporting.report, lambda: library.delete(session))
    )
    check_failure(scene.run("report"))
    assert not scene.folder.exists()
    with pytest.raises(LibraryError, match="not there any more"):
        session.write("report/report.html", b"")
    assert not scene.folder.exists()


def interrupted(
    report: Callable[..., bytes], meanwhile: Callable[[], object]
) -> Callable[..., bytes]:
    """Return a report whose first rendering is overtaken by something else."""
    left = [meanwhile]

    def rendered(*arguments: object, **named: object) -> bytes:
        page = report(*arguments, **named)
        if left:
            left.pop()()
        return page

    return rendered


def test_a_correction_does_not_wait_for_its_own_lock(
    done: Scene, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    scene = done.copy(tmp_path)
    words = scene.folder / "words.json"
    words.write_bytes(words.read_bytes() + b"\n")  # edited by hand: not as it was written
    waited: list[float] = []
    monkeypatch.setattr("alsvoice.pipeline.sight.time.sleep", waited.append)
    session = Library(scene.library).find(scene.session)
    name_voices(session, Config.resolve(), {"SPEAKER_00": "Ann"}, now=NOW)
    assert waited == []


def test_a_reader_waits_for_the_record_of_a_file_that_is_new(
    done: Scene, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Between a stage's file and its record a reader would see new words with old utterances."""
    scene = done.copy(tmp_path)
    session = Library(scene.library).find(scene.session)
    manifest, words = session.manifest(), session.read("words.json")
    session.write("words.json", words + b"\n")

    def other_process(_seconds: float) -> None:
        record = manifest.stages["transcribe"]
        outputs = {"words.json": digest_bytes(words + b"\n")}
        session.write_manifest(manifest.with_stage("transcribe", replace(record, outputs=outputs)))

    with session.held("process"), monkeypatch.context() as patch:
        patch.setattr("alsvoice.pipeline.sight.time.sleep", other_process)
        with pytest.raises(LibraryError, match="has not been processed to the end"):
            sight.see(session)


def test_a_lock_that_is_a_link_or_a_pipe_is_told_in_a_sentence(tmp_path: Path) -> None:
    if sys.platform == "win32":
        pytest.skip("links need rights there")
    (tmp_path / lock.FILE).symlink_to(tmp_path / "elsewhere")
    with pytest.raises(LibraryError, match="no file of ours"), lock.held(tmp_path, "process"):
        pass
    (tmp_path / lock.FILE).unlink()
    os.mkfifo(tmp_path / lock.FILE)
    with pytest.raises(LibraryError, match="no file of ours"), lock.held(tmp_path, "process"):
        pass


def test_asking_who_holds_it_never_makes_a_command_fail(tmp_path: Path) -> None:
    with lock.held(tmp_path, "process"):
        pass
    asking = multiprocessing.get_context("spawn").Process(target=_ask, args=(tmp_path,))
    asking.start()
    try:
        while asking.is_alive():
            with lock.held(tmp_path, "process"):
                pass
    finally:
        asking.join()


def _ask(folder: Path) -> None:
    for _ in range(300):
        lock.holder(folder)


# Imports and removals.


def test_an_import_that_is_killed_while_copying_leaves_no_session(tmp_path: Path) -> None:
    library = Library(tmp_path)
    killed = library.sessions / ".importing-1234"
    atomic.make_folder(killed / "2026-11-23_0930_abcd" / "audio")
    (killed / lock.FILE).touch()
    (library.sessions / ".deleting-2026-11-23_0930_abcd.99").mkdir()
    listed = alsvoice("--library", tmp_path, "sessions", "list", "--json").good()
    assert listed.json() == {"sessions": [], "abandoned": 2}
    checks = alsvoice("--library", tmp_path, "doctor", "--json").json()["checks"]
    assert any("2 imports or removals were cut off" in check["finding"] for check in checks)
    sound = silent_wav(tmp_path / "a.wav", 1)
    session = alsvoice("--library", tmp_path, "import", sound, "--json").good().json()["session"]
    assert [path.name for path in library.sessions.iterdir()] == [session]


def test_an_import_at_work_is_not_swept_by_another(tmp_path: Path) -> None:
    library = Library(tmp_path)
    with library.importing(NOW) as first:
        first.write("session.json", b"{}")
        with library.importing(NOW) as second:
            second.write("session.json", b"{}")
            assert library.abandoned() == ()
            assert list(library) == []
        assert first.exists("session.json")
    assert {session.id for session in library} == {first.id, second.id}
    assert len(list(library.sessions.iterdir())) == 2


def test_an_import_that_fails_leaves_nothing(tmp_path: Path) -> None:
    library = Library(tmp_path)

    def fail() -> None:
        with library.importing(NOW) as session:
            session.write("session.json", b"{}")
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        fail()
    assert list(library.sessions.iterdir()) == []


def test_a_session_that_was_removed_meanwhile_is_not_held(tmp_path: Path) -> None:
    library = Library(tmp_path)
    session = library.create(NOW)
    library.delete(session)
    with pytest.raises(LibraryError), session.held("process"):
        pass
    assert list(library.sessions.iterdir()) == []


# Other systems.


def busy(times: int) -> Callable[[Path, Path], Path]:
    left, rename = [times], Path.replace

    def renamed(self: Path, target: Path) -> Path:
        left[0] -= 1
        if left[0] >= 0:
            raise PermissionError(13, "in use")
        return rename(self, target)

    return renamed


def test_a_file_that_another_program_has_open_is_waited_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    source, target = tmp_path / "new", tmp_path / "old"
    source.write_bytes(b"new")
    target.write_bytes(b"old")
    monkeypatch.setattr(Path, "replace", busy(2))
    atomic.move(source, target, patience=(0.001, 0.001, 0.001))
    assert target.read_bytes() == b"new"
    monkeypatch.setattr(Path, "replace", busy(9))
    source.write_bytes(b"newer")
    with (
        pytest.raises(LibraryError, match="old cannot be used"),
        atomic.telling_disk_errors(target),
    ):
        atomic.move(source, target, patience=(0.001, 0.001))


@pytest.mark.parametrize(
    ("path", "text"),
    [
        (r"C:\short", r"C:\short"),
        ("C:\\" + "a" * 200, "\\\\?\\C:\\" + "a" * 200),
        (r"\\server\share" + "\\" + "a" * 200, r"\\?\UNC\server\share" + "\\" + "a" * 200),
        ("\\\\?\\C:\\" + "a" * 200, "\\\\?\\C:\\" + "a" * 200),
        ("a" * 200, "a" * 200),
    ],
)
def test_long_paths_on_windows_get_their_prefix(path: str, text: str) -> None:
    assert extended(PureWindowsPath(path)) == text


def test_paths_elsewhere_stay_as_they_are(tmp_path: Path) -> None:
    assert extended(tmp_path / ("a" * 300)) == str(tmp_path / ("a" * 300))


def test_names_of_sessions_differ_whatever_the_case_and_are_not_reserved(tmp_path: Path) -> None:
    made = [Library(tmp_path).create(NOW).id for _ in range(20)]
    assert len({name.lower() for name in made}) == 20
    assert all(name == name.lower() and name[0].isdigit() for name in made)
    assert isinstance(Library(tmp_path).session(made[0]), SessionFolder)
