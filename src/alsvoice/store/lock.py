"""One process at a time changes a session: an advisory lock that dies with its holder.

The system drops the lock when the process ends, however it ends, so no lock is ever stale. The
file beside it only says who holds it; the lock lies far behind that text, since a locked range
cannot be read on Windows.
"""

import json
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from alsvoice.errors import LibraryError
from alsvoice.store.atomic import FILE_MODE, telling_disk_errors

__all__ = ["FILE", "held", "holder"]

FILE = ".lock"
_AT = 1 << 30
_LONGEST = 4096


@contextmanager
def held(folder: Path, doing: str) -> Iterator[None]:
    """Hold a session's folder while the block runs; LibraryError says who holds it already.

    ``doing`` is what the other process is told, such as "process".
    """
    path = folder / FILE
    with telling_disk_errors(path):
        handle = os.open(path, os.O_RDWR | os.O_CREAT | _NO_LINK | _BINARY, FILE_MODE)
    try:
        if not _take(handle):
            raise _in_use(folder, path)
        _write(handle, doing)
        try:
            yield
        finally:
            os.ftruncate(handle, 0)
            _drop(handle)
    finally:
        os.close(handle)


def holder(folder: Path) -> str | None:
    """Return who holds a session's folder, as a phrase; None where nobody does."""
    path = folder / FILE
    if not path.is_file() or path.is_symlink():
        return None
    handle = os.open(path, os.O_RDWR | _BINARY)
    try:
        if _take(handle):
            _drop(handle)
            return None
    finally:
        os.close(handle)
    return _who(path)


def _in_use(folder: Path, path: Path) -> LibraryError:
    return LibraryError(
        f"Session {folder.name} is held by {_who(path)}.",
        try_next="the same command when that is done, or stop it with Ctrl-C where it runs",
    )


def _who(path: Path) -> str:
    """Return "`alsvoice process` (process 4711) since 10:32"; the file may be written just now."""
    for _ in range(5):
        try:
            note = json.loads(path.read_bytes()[:_LONGEST])
            since = datetime.fromtimestamp(float(note["since"])).astimezone()
            doing = "".join(c for c in str(note["doing"]) if c.isalpha())[:20]
            return f"`alsvoice {doing}` (process {int(note['pid'])}) since {since:%H:%M}"
        except (OSError, ValueError, KeyError, TypeError, OverflowError, RecursionError):
            time.sleep(0.02)
    return "another process"


def _write(handle: int, doing: str) -> None:
    note = json.dumps({"pid": os.getpid(), "doing": doing, "since": time.time()}).encode()
    os.ftruncate(handle, 0)
    os.lseek(handle, 0, os.SEEK_SET)
    os.write(handle, note)


_BINARY = getattr(os, "O_BINARY", 0)
_NO_LINK = getattr(os, "O_NOFOLLOW", 0)

if os.name == "nt":
    import msvcrt

    def _take(handle: int) -> bool:
        os.lseek(handle, _AT, os.SEEK_SET)
        try:
            msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)  # type: ignore[attr-defined,unused-ignore]
        except OSError:
            return False
        return True

    def _drop(handle: int) -> None:
        os.lseek(handle, _AT, os.SEEK_SET)
        msvcrt.locking(handle, msvcrt.LK_UNLCK, 1)  # type: ignore[attr-defined,unused-ignore]

else:
    import fcntl

    def _take(handle: int) -> bool:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            return False
        return True

    def _drop(handle: int) -> None:
        fcntl.flock(handle, fcntl.LOCK_UN)
