"""One process at a time changes a session: an advisory lock that dies with its holder.

The system drops the lock when the process ends, however it ends, so no lock is ever stale. The
file beside it only says who holds it; the lock lies far behind that text, since a locked range
cannot be read on Windows. Where the disk knows no locks (some network shares), nobody is ever told
to wait.
"""

import contextlib
import errno
import json
import os
import stat
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
_LOOKS = (0.02, 0.05, 0.1, 0.0)
"""Seconds. Whoever asks who holds a session has its lock for an instant: no reason to give up."""


@contextmanager
def held(folder: Path, doing: str) -> Iterator[None]:
    """Hold a session's folder while the block runs; LibraryError says who holds it already.

    ``doing`` is what the other process is told, such as "process". The folder may be renamed or
    removed within the block, but on Windows, which keeps a folder with an open file where it is.
    """
    path = folder / FILE
    handle = _open(folder, path)
    try:
        if not _take_soon(handle):
            raise _in_use(folder, path)
        if not _still_there(handle, path):
            raise LibraryError(
                f"Session {folder.name} was removed just now.", try_next="alsvoice sessions list"
            )
        _write(handle, doing)
        try:
            yield
        finally:
            with contextlib.suppress(OSError):
                os.ftruncate(handle, 0)
            _drop(handle)
    finally:
        os.close(handle)


def holder(folder: Path) -> str | None:
    """Return who holds a session's folder, as a phrase; None where nobody does."""
    path = folder / FILE
    if not path.is_file() or path.is_symlink():
        return None
    try:
        handle = os.open(path, os.O_RDONLY | _BINARY)  # asking must work where nothing is written
    except OSError:
        return None
    try:
        if _take(handle):
            _drop(handle)
            return None
    finally:
        os.close(handle)
    return _who(path)


def _open(folder: Path, path: Path) -> int:
    """Return a handle of the lock's file, which is made; LibraryError where it cannot be."""
    if not folder.is_symlink() and not path.is_symlink():  # Windows has no O_NOFOLLOW
        with _telling_read_only(folder), telling_disk_errors(path):
            handle = os.open(path, os.O_RDWR | os.O_CREAT | _SAFE | _BINARY, FILE_MODE)
        if stat.S_ISREG(os.fstat(handle).st_mode):
            return handle
        os.close(handle)
    raise LibraryError(
        f"{FILE} in session {folder.name} is no file of ours, so it is not used.",
        try_next=f"remove {FILE} from the session's folder",
    )


@contextmanager
def _telling_read_only(folder: Path) -> Iterator[None]:
    try:
        yield
    except LibraryError as problem:
        cause = problem.__cause__
        if isinstance(cause, OSError) and cause.errno in {errno.EROFS, errno.EACCES, errno.EPERM}:
            raise LibraryError(
                f"Session {folder.name} cannot be changed: nothing can be written in its folder.",
                try_next="make the library writable, or copy it and give --library DIR",
            ) from problem
        raise


def _in_use(folder: Path, path: Path) -> LibraryError:
    return LibraryError(
        f"Session {folder.name} is held by {_who(path)}.",
        try_next="the same command when that is done, or stop it with Ctrl-C where it runs",
    )


def _take_soon(handle: int) -> bool:
    for wait in _LOOKS:
        if _take(handle):
            return True
        time.sleep(wait)
    return False


def _still_there(handle: int, path: Path) -> bool:
    """Whether the locked file is the one that stands there: a folder may go while one waits."""
    try:
        return os.path.samestat(os.fstat(handle), path.lstat())
    except OSError:
        return False


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
    with contextlib.suppress(OSError):  # on a full disk the lock holds without its note
        os.ftruncate(handle, 0)
        os.lseek(handle, 0, os.SEEK_SET)
        os.write(handle, note)


_BINARY = getattr(os, "O_BINARY", 0)
_BY_ANOTHER = {errno.EWOULDBLOCK, errno.EAGAIN, errno.EACCES, errno.EINTR}
_SAFE = getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)

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
        except OSError as problem:
            return problem.errno not in _BY_ANOTHER
        return True

    def _drop(handle: int) -> None:
        with contextlib.suppress(OSError):  # where there are no locks
            fcntl.flock(handle, fcntl.LOCK_UN)
