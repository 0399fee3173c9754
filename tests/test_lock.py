"""One process at a time changes a session, and the second is told who holds it."""

import errno
import os
import subprocess
import sys
from pathlib import Path

import pytest

from alsvoice.errors import LibraryError
from alsvoice.store import SessionFolder, lock

HOLD = """
import sys
from pathlib import Path
from alsvoice.store import lock
with lock.held(Path(sys.argv[1]), "process"):
    print("held", flush=True)
    sys.stdin.read()
"""


def test_the_second_process_is_told_who_holds_it(tmp_path: Path) -> None:
    session = SessionFolder(tmp_path)
    with subprocess.Popen(
        [sys.executable, "-c", HOLD, str(tmp_path)],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    ) as other:  # fmt: skip
        assert other.stdout is not None
        assert other.stdout.readline() == "held\n"
        said = f"`alsvoice process` (process {other.pid}) since "
        with pytest.raises(LibraryError, match="is held by") as caught, session.held("redact"):
            pytest.fail("two hold it")
        assert said in caught.value.sentence
        assert (lock.holder(tmp_path) or "").startswith(said)
        other.kill()
        other.wait()
        assert lock.holder(tmp_path) is None
        with session.held("redact"):
            assert f"(process {os.getpid()})" in (lock.holder(tmp_path) or "")


def test_a_lock_is_free_again_however_the_block_ends(tmp_path: Path) -> None:
    with pytest.raises(RuntimeError, match="within"), lock.held(tmp_path, "process"):
        raise RuntimeError("within")
    with lock.held(tmp_path, "process"):
        pass
    assert lock.holder(tmp_path) is None
    assert (tmp_path / lock.FILE).stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize("note", [b"", b"{", b'{"pid": "x"}', b"[" * 9000, b'{"since": 1e99}'])
def test_a_damaged_note_says_another_process(tmp_path: Path, note: bytes) -> None:
    with lock.held(tmp_path, "process"):
        (tmp_path / lock.FILE).write_bytes(note)
        assert lock.holder(tmp_path) == "another process"


@pytest.mark.skipif(os.name == "nt", reason="links need rights there")
def test_a_link_in_place_of_the_lock_is_not_followed(tmp_path: Path) -> None:
    (tmp_path / "elsewhere").write_text("kept")
    (tmp_path / lock.FILE).symlink_to(tmp_path / "elsewhere")
    with pytest.raises((LibraryError, OSError)), lock.held(tmp_path, "process"):
        pass
    assert (tmp_path / "elsewhere").read_text() == "kept"
    assert lock.holder(tmp_path) is None


@pytest.mark.skipif(os.name == "nt", reason="POSIX locks")
@pytest.mark.parametrize("number", [errno.ENOLCK, errno.EOPNOTSUPP])
def test_a_disk_without_locks_stops_nobody(
    number: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import fcntl

    def flock(_handle: int, _how: int) -> None:
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(fcntl, "flock", flock)
    with lock.held(tmp_path, "process"):
        assert lock.holder(tmp_path) is None
    assert lock.holder(tmp_path) is None
