"""Writing that a crash cannot tear: a temporary file beside the target, fsync, then rename.

Without the fsync before the rename, a power cut may leave the new name with old or empty content;
without the fsync of the folder, the rename itself may be forgotten.
"""

import contextlib
import errno
import os
import re
import secrets
import stat
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from alsvoice.errors import LibraryError, NoSpaceError

__all__ = [
    "appending",
    "atomic",
    "growing",
    "is_leftover",
    "make_folder",
    "move",
    "opened",
    "sync_folder",
    "telling_disk_errors",
    "to_disk",
    "write_bytes",
]

FILE_MODE = 0o600
FOLDER_MODE = 0o700
_LEFTOVER = re.compile(r".+\.[0-9a-f]{8}\.tmp")
_PATIENCE = (0.05, 0.1, 0.2, 0.4, 0.8) if os.name == "nt" else ()
"""Windows refuses to replace a file that another program, often a virus scanner, has open."""
_NO_SPACE = {errno.ENOSPC, getattr(errno, "EDQUOT", errno.ENOSPC)}
_TOO_MANY = {errno.EMFILE, errno.ENFILE}
_UNUSABLE = (
    FileExistsError,
    FileNotFoundError,
    IsADirectoryError,
    NotADirectoryError,
    PermissionError,
)
_UNUSABLE_NUMBERS = {
    errno.EFBIG,
    errno.ELOOP,  # a symbolic link where none is followed
    errno.ENXIO,  # a named pipe that nobody reads
    errno.EROFS,
}


@contextmanager
def telling_disk_errors(path: Path) -> Iterator[None]:
    """Turn the system's complaints about a path into sentences."""
    try:
        yield
    except OSError as problem:
        if problem.errno in _NO_SPACE:
            raise NoSpaceError(
                "The disk is full; everything finished before is kept.",
                try_next="free some space, then run the same command again",
            ) from problem
        if isinstance(problem, _UNUSABLE) or problem.errno in _UNUSABLE_NUMBERS:
            raise LibraryError(
                f"{path.name} cannot be used: {problem.strerror}.",
                try_next="alsvoice doctor",
            ) from problem
        if problem.errno in _TOO_MANY:
            raise LibraryError(
                "Too many files are open at once.",
                try_next="close other programs, then the same command (`ulimit -n` is the limit)",
            ) from problem
        raise


def make_folder(path: Path) -> Path:
    """Create a folder that only its owner can enter, whatever the umask; parents too."""
    with telling_disk_errors(path):
        missing = [p for p in (path, *path.parents) if not p.exists()]
        for folder in reversed(missing):
            folder.mkdir(mode=FOLDER_MODE, exist_ok=True)
            folder.chmod(FOLDER_MODE)
    return path


@contextmanager
def atomic(path: Path) -> Iterator[BinaryIO]:
    """Give a binary file (readable too) that takes the place of ``path`` when all went well."""
    temporary = path.with_name(f"{path.name}.{secrets.token_hex(4)}.tmp")
    with telling_disk_errors(path):
        handle = os.open(temporary, os.O_RDWR | os.O_CREAT | os.O_EXCL | _BINARY, FILE_MODE)
        try:
            with os.fdopen(handle, "w+b") as file:
                yield file
                to_disk(file)
            move(temporary, path)
        except BaseException:
            with contextlib.suppress(OSError):
                temporary.unlink()
            raise


def move(source: Path, target: Path, patience: Sequence[float] = _PATIENCE) -> None:
    """Rename within a disk, in place of what is there; ``patience`` is how long to wait (s)."""
    for wait in patience:
        try:
            source.replace(target)
            break
        except PermissionError:
            time.sleep(wait)
    else:
        source.replace(target)
    for folder in {target.parent, source.parent}:
        sync_folder(folder)


def is_leftover(name: str) -> bool:
    """Whether a file's name is that of a temporary file, as a killed run leaves it."""
    return _LEFTOVER.fullmatch(name) is not None


def opened(path: Path) -> BinaryIO:
    """Open a file for reading; OSError where it is a link, a pipe, a device or a folder.

    A named pipe would wait for a writer, and a device may have no end.
    """
    handle = os.open(path, os.O_RDONLY | _NO_WAIT | _NO_LINK | _BINARY)
    if not stat.S_ISREG(os.fstat(handle).st_mode):
        os.close(handle)
        raise OSError(errno.EINVAL, "It is not a regular file")
    return os.fdopen(handle, "rb")


def write_bytes(path: Path, data: bytes) -> None:
    """Put ``data`` in place of the file, all or nothing."""
    with atomic(path) as file:
        file.write(data)


@contextmanager
def appending(path: Path) -> Iterator[BinaryIO]:
    """Give a file to append to; what was written is on the disk when the block ends."""
    with telling_disk_errors(path):
        how = os.O_WRONLY | os.O_CREAT | os.O_APPEND
        handle = os.open(path, how | _NO_WAIT | _NO_LINK | _BINARY, FILE_MODE)
        with os.fdopen(handle, "ab") as file:
            yield file
            to_disk(file)
        sync_folder(path.parent)  # the first append makes the file


@contextmanager
def growing(path: Path) -> Iterator[BinaryIO]:
    """Give a new file whose content counts from the first byte: a recording while it runs."""
    with telling_disk_errors(path):
        handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL | _BINARY, FILE_MODE)
        with os.fdopen(handle, "w+b") as file:
            sync_folder(path.parent)
            yield file
            to_disk(file)


_BINARY = getattr(os, "O_BINARY", 0)
_NO_LINK = getattr(os, "O_NOFOLLOW", 0)  # absent on Windows, where making links needs rights
_NO_WAIT = getattr(os, "O_NONBLOCK", 0)


def to_disk(file: BinaryIO) -> None:
    """Put all that was written on the disk itself."""
    file.flush()
    if sys.platform == "darwin":  # its fsync leaves the data in the drive's cache
        import fcntl

        with contextlib.suppress(OSError):  # a disk that knows no such order, such as a share
            fcntl.fcntl(file.fileno(), fcntl.F_FULLFSYNC)
            return
    os.fsync(file.fileno())


def sync_folder(folder: Path) -> None:
    """Put the names in a folder on the disk."""
    if os.name == "nt":  # Windows has no fsync of folders; NTFS journals the rename itself
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
