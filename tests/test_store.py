"""Sessions on disk: nothing torn, nothing open to others, nothing outside the folder."""

import contextlib
import errno
import os
import stat
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alsvoice.digest import digest_bytes
from alsvoice.edits import Edit, Op
from alsvoice.errors import FormatError, LibraryError, NoSpaceError, NotFoundError
from alsvoice.formats import edit_lines
from alsvoice.session import Manifest
from alsvoice.store import Library, SessionFolder, atomic

NOW = datetime.fromisoformat("2026-11-23T09:30:00")
posix = pytest.mark.skipif(os.name == "nt", reason="modes of files are POSIX's")
unprivileged = pytest.mark.skipif(
    not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may do everything"
)


@pytest.fixture
def session(tmp_path: Path) -> SessionFolder:
    return Library(tmp_path / "library").create(NOW)


@pytest.fixture
def open_umask() -> Iterator[None]:
    before = os.umask(0)
    yield
    os.umask(before)


@contextlib.contextmanager
def full_disk(bytes_: int) -> Iterator[None]:
    """Let the system refuse files over a size: writes really fail, half-way."""
    import resource  # POSIX alone

    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (bytes_, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def names(folder: Path) -> list[str]:
    return sorted(p.name for p in folder.iterdir())


def an_edit(number: int = 1) -> Edit:
    return Edit(id=f"e{number}", time="t", op=Op.LABEL, target="u1", after="advice")


# Writing.


def test_what_is_written_is_read_and_its_digest_told(session: SessionFolder) -> None:
    assert session.write("report/a.json", b"one") == digest_bytes(b"one")
    assert session.write("report/a.json", b"two") == digest_bytes(b"two")
    assert session.read("report/a.json") == b"two"
    assert names(session.path / "report") == ["a.json"]


def test_a_write_that_fails_half_way_leaves_the_old_file_and_nothing_else(
    session: SessionFolder,
) -> None:
    session.write("words.json", b"old")
    with full_disk(100_000), pytest.raises(LibraryError, match="too large"):
        session.write("words.json", b"x" * 300_000)
    with full_disk(100_000), pytest.raises(LibraryError, match="too large"):
        session.write("new.json", b"x" * 300_000)
    assert session.read("words.json") == b"old"
    assert names(session.path) == ["words.json"]


@pytest.mark.parametrize("problem", [KeyboardInterrupt(), ValueError("no")])
def test_a_block_that_ends_badly_leaves_the_old_file(
    session: SessionFolder, problem: BaseException
) -> None:
    session.write("mix.flac", b"old")

    def half() -> None:
        with session.writing("mix.flac") as file:
            file.write(b"half")
            raise problem

    with pytest.raises(type(problem)):
        half()
    assert session.read("mix.flac") == b"old"
    assert names(session.path) == ["mix.flac"]


def test_the_new_file_is_not_there_before_the_block_ends(session: SessionFolder) -> None:
    with session.writing("mix.flac") as file:
        file.write(b"all")
        file.flush()
        assert not session.exists("mix.flac")
        [temporary] = names(session.path)
        assert temporary.startswith("mix.flac.")
        assert temporary.endswith(".tmp")
        file.seek(0)
        assert file.read() == b"all", "a writer of sound files reads what it wrote"
    assert session.read("mix.flac") == b"all"


def test_data_is_on_the_disk_before_its_name_is(
    session: SessionFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A power cut between the two may leave a new name with no content."""
    calls: list[str] = []
    sync, rename = os.fsync, Path.replace

    def fsync(handle: int) -> None:
        calls.append("folder" if stat.S_ISDIR(os.fstat(handle).st_mode) else "file")
        sync(handle)

    def replace(self: Path, target: Path) -> Path:
        calls.append("rename")
        return rename(self, target)

    monkeypatch.setattr(os, "fsync", fsync)
    monkeypatch.setattr(Path, "replace", replace)
    session.write("words.json", b"x")
    assert calls == ["file", "rename", *([] if os.name == "nt" else ["folder"])]
    calls.clear()
    session.append_edits((an_edit(),))
    assert calls == ["file", *([] if os.name == "nt" else ["folder"])]


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EDQUOT])
def test_a_full_disk_is_told_in_a_sentence(session: SessionFolder, number: int) -> None:
    def fill() -> None:
        with session.writing("words.json"):
            raise OSError(number, os.strerror(number))

    with pytest.raises(NoSpaceError, match="disk is full") as caught:
        fill()
    assert "free some space" in caught.value.try_next
    assert names(session.path) == []


@pytest.mark.parametrize(
    "number", [errno.EROFS, errno.EACCES, errno.ENOENT, errno.EISDIR, errno.ENOTDIR, errno.EFBIG]
)
def test_a_path_that_cannot_be_used_is_told_in_a_sentence(number: int) -> None:
    with (
        pytest.raises(LibraryError, match=r"words\.json cannot be used: "),
        atomic.telling_disk_errors(Path("words.json")),
    ):
        raise OSError(number, os.strerror(number))


@pytest.mark.parametrize("number", [errno.EMFILE, errno.ENFILE])
def test_too_many_open_files_are_told_in_a_sentence(number: int) -> None:
    with (
        pytest.raises(LibraryError, match="Too many files"),
        atomic.telling_disk_errors(Path("words.json")),
    ):
        raise OSError(number, os.strerror(number))


def test_what_is_no_matter_of_the_disk_stays_what_it_is() -> None:
    with pytest.raises(OSError, match="pipe"), atomic.telling_disk_errors(Path("words.json")):
        raise OSError(errno.EPIPE, "pipe")


def test_a_folder_in_the_way(session: SessionFolder) -> None:
    (session.path / "words.json").mkdir()
    with pytest.raises(LibraryError, match=r"words\.json"):
        session.write("words.json", b"x")
    assert names(session.path) == ["words.json"]
    with pytest.raises(LibraryError, match="cannot be read"):
        session.read("words.json")
    assert not session.exists("words.json")


@unprivileged
def test_a_folder_that_is_read_only(session: SessionFolder) -> None:
    session.path.chmod(0o500)
    try:
        with pytest.raises(LibraryError, match="cannot be used"):
            session.write("words.json", b"x")
    finally:
        session.path.chmod(0o700)


# A recording.


def test_a_recording_counts_from_its_first_byte_and_takes_no_others_name(
    session: SessionFolder,
) -> None:
    def cut_off() -> None:
        with session.recording("audio/source.wav") as file:
            file.write(b"first")
            file.flush()
            assert session.read("audio/source.wav") == b"first"
            file.write(b" second")
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        cut_off()
    assert session.read("audio/source.wav") == b"first second"
    with pytest.raises(LibraryError, match="exists"), session.recording("audio/source.wav"):
        pass
    assert session.read("audio/source.wav") == b"first second"


# Modes.


@posix
@pytest.mark.usefixtures("open_umask")
def test_files_are_for_their_owner_alone_whatever_the_umask(tmp_path: Path) -> None:
    library = Library(tmp_path / "a" / "b")
    session = library.create(NOW)
    session.write("report/report.json", b"x")
    session.append_edits((an_edit(),))
    session.write_manifest(Manifest(id=session.id, created="t"))
    with session.writing("audio/mix.flac") as file:
        [temporary] = [p for p in (session.path / "audio").iterdir() if p.suffix == ".tmp"]
        assert mode(temporary) == 0o600
        file.write(b"x")
    with session.recording("audio/source.wav"):
        assert mode(session.path / "audio/source.wav") == 0o600
    for path in (tmp_path / "a").rglob("*"):
        assert mode(path) == (0o700 if path.is_dir() else 0o600), path
    assert mode(tmp_path / "a") == 0o700


@posix
def test_folders_that_were_there_keep_their_mode(tmp_path: Path) -> None:
    (tmp_path / "shared").mkdir(mode=0o755)
    (tmp_path / "shared").chmod(0o755)
    Library(tmp_path / "shared").create(NOW)
    assert mode(tmp_path / "shared") == 0o755


def test_a_file_where_a_folder_should_be(tmp_path: Path) -> None:
    (tmp_path / "library").write_bytes(b"")
    with pytest.raises(LibraryError, match="cannot be used"):
        Library(tmp_path / "library").create(NOW)


# Nothing outside the folder.


@pytest.mark.parametrize(
    "name", ["../x", "audio/../../x", "/etc/passwd", "..", "audio/..", "../../sessions"]
)
def test_names_that_lead_out_are_refused(session: SessionFolder, name: str) -> None:
    for use in (session.exists, session.read, lambda n: session.write(n, b"x")):
        with pytest.raises(LibraryError, match="points out of the folder"):
            use(name)


@posix
def test_symbolic_links_are_refused_wherever_they_stand(
    session: SessionFolder, tmp_path: Path
) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "mix.flac").write_bytes(b"theirs")
    (session.path / "audio").symlink_to(outside)
    (session.path / "words.json").symlink_to(outside / "mix.flac")
    (session.path / "edits.jsonl").symlink_to(outside / "edits.jsonl")
    for name in ("audio/mix.flac", "audio", "words.json", "audio/new.flac"):
        with pytest.raises(LibraryError, match="points out of the folder"):
            session.read(name)
        with pytest.raises(LibraryError, match="points out of the folder"):
            session.write(name, b"ours")
        with pytest.raises(LibraryError), session.reading(name):
            pass
        with pytest.raises(LibraryError), session.writing(name):
            pass
        with pytest.raises(LibraryError), session.recording(name):
            pass
    with pytest.raises(LibraryError):
        session.append_edits((an_edit(),))
    with pytest.raises(LibraryError):
        session.edits()
    assert names(outside) == ["mix.flac"]
    assert (outside / "mix.flac").read_bytes() == b"theirs"


# Reading.


def test_what_is_not_there_says_the_next_command(session: SessionFolder) -> None:
    with pytest.raises(LibraryError, match=r"words\.json of session .* cannot be read") as caught:
        session.read("words.json")
    assert caught.value.try_next == f"alsvoice process {session.id}"
    with (
        pytest.raises(LibraryError, match=r"audio/mix\.flac of session") as caught,
        session.reading("audio/mix.flac"),
    ):
        pass
    assert caught.value.try_next == f"alsvoice process {session.id} --from ingest"


def test_reading_gives_an_open_file_and_closes_it(session: SessionFolder) -> None:
    session.write("a", b"bytes")
    with session.reading("a") as file:
        assert file.read(2) == b"by"
    assert file.closed


def test_the_manifest_round_trip_and_a_damaged_one(session: SessionFolder) -> None:
    manifest = Manifest(id=session.id, created="2026-11-23T09:30:00", title="Ärger “am” Band")
    session.write_manifest(manifest)
    assert session.manifest() == manifest
    session.write("session.json", session.read("session.json")[:-9])
    assert session.manifest() == manifest, "the copy stands in for it"
    session.write("session.json.bak", b"{")
    with pytest.raises(FormatError, match=f"session.json of {session.id}"):
        session.manifest()


# Corrections.


def test_without_corrections_there_are_none(session: SessionFolder) -> None:
    assert session.edits() == ((), ())


@given(st.lists(st.integers(1, 3), min_size=1, max_size=4), st.data())
def test_a_crash_while_appending_loses_the_torn_line_and_no_other(
    tmp_path_factory: pytest.TempPathFactory, batches: list[int], data: st.DataObject
) -> None:
    session = SessionFolder(tmp_path_factory.mktemp("session"))
    number = 0
    whole: list[Edit] = []
    for size in batches:
        made = tuple(an_edit(number + n) for n in range(size))
        number += size
        session.append_edits(made)
        content = session.read("edits.jsonl")
        last = edit_lines.serialize(made[-1])
        kept = data.draw(st.integers(0, len(last)))
        session.write("edits.jsonl", content[: len(content) - len(last) + kept])
        whole += made if kept >= len(last) - 1 else made[:-1]
    found, damaged = session.edits()
    assert list(found) == whole
    assert len(damaged) <= number - len(whole)
    session.append_edits((an_edit(999),))
    assert session.edits()[0] == (*found, an_edit(999))
    assert len(session.edits()[1]) == len(damaged)


def test_an_append_that_fails_half_way_keeps_what_was_there(session: SessionFolder) -> None:
    session.append_edits((an_edit(1),))
    size = len(session.read("edits.jsonl"))
    with full_disk(size + 20), pytest.raises(LibraryError, match="too large"):
        session.append_edits((an_edit(2),))
    found, damaged = session.edits()
    assert found == (an_edit(1),)
    assert len(damaged) == 1
    assert "line 2" in damaged[0]
    session.append_edits((an_edit(3),))
    assert session.edits()[0] == (an_edit(1), an_edit(3))


def test_appending_where_the_session_is_gone(session: SessionFolder) -> None:
    session.path.rmdir()
    with pytest.raises(LibraryError, match=r"edits\.jsonl cannot be used"):
        session.append_edits((an_edit(),))


# The library.


def test_a_session_is_named_after_its_time(tmp_path: Path) -> None:
    first, second = (Library(tmp_path).create(NOW) for _ in range(2))
    assert first.id.startswith("2026-11-23_0930_")
    assert len(first.id) == 20
    assert not set(first.id[-4:]) & set("l1o0")
    assert first.id != second.id
    assert [s.id for s in Library(tmp_path)] == sorted([first.id, second.id])


@pytest.fixture
def library(tmp_path: Path) -> Library:
    made = Library(tmp_path)
    for name in ("2026-11-23_0930_k7f2", "2026-11-23_1400_abcd", "2026-12-01_0930_k7f2", "2026"):
        atomic.make_folder(made.sessions / name)
    return made


@pytest.mark.parametrize(
    ("start", "found"),
    [
        ("2026-11-23_0930_k7f2", "2026-11-23_0930_k7f2"),
        ("2026-12", "2026-12-01_0930_k7f2"),
        ("abcd", "2026-11-23_1400_abcd"),
        ("2026", "2026"),
    ],
    ids=["whole", "beginning", "end", "a whole name that others begin with"],
)
def test_find_by_the_first_letters(library: Library, start: str, found: str) -> None:
    assert library.find(start).id == found


@pytest.mark.parametrize("start", ["2026-11", "k7f2", "2"])
def test_several_that_fit_are_named(library: Library, start: str) -> None:
    with pytest.raises(NotFoundError, match="sessions begin with") as caught:
        library.find(start)
    assert "more letters" in caught.value.try_next


@pytest.mark.parametrize("start", ["", "zzz", "../x", "7f2", "."])
def test_none_that_fits(library: Library, start: str) -> None:
    with pytest.raises(NotFoundError, match="no session") as caught:
        library.find(start)
    assert caught.value.try_next == "alsvoice sessions list"


def test_only_folders_are_sessions(library: Library, tmp_path: Path) -> None:
    (library.sessions / "notes.txt").write_bytes(b"")
    (library.sessions / ".hidden").mkdir()
    (library.sessions / "linked").symlink_to(tmp_path)
    assert len(list(library)) == 4
    assert list(Library(tmp_path / "none")) == []


def test_delete_takes_the_session_and_nothing_else(library: Library) -> None:
    session = library.find("abcd")
    session.write("audio/mix.flac", b"x")
    library.delete(session)
    assert not session.path.exists()
    assert len(list(library)) == 3
    with pytest.raises(LibraryError, match="cannot be used"):
        library.delete(session)
