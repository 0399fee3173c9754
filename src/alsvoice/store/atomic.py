"""Writing that a crash cannot tear: a temporary file beside the target, fsync, then rename.

Without the fsync before the rename, a power cut may leave the new name with old or empty content;
without the fsync of the folder, the rename itself may be forgotten.
"""

import contextlib
import errno
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from alsvoice.errors import LibraryError, NoSpaceError

__all__ = ["appending", "atomic", "growing", "make_folder", "telling_disk_errors", "write_bytes"]

FILE_MODE = 0o600
FOLDER_MODE = 0o700
_NO_SPACE = {errno.ENOSPC, getattr(errno, "EDQUOT", errno.ENOSPC)}
_UNUSABLE = (
    FileExistsError,
    FileNotFoundError,
    IsADirectoryError,
    NotADirectoryError,
    PermissionError,
)


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
        if isinstance(problem, _UNUSABLE) or problem.errno in {errno.EROFS, errno.EFBIG}:
            raise LibraryError(
                f"{path.name} cannot be used: {problem.strerror}.",
                try_next="alsvoice doctor",
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
                file.flush()
                os.fsync(file.fileno())
            temporary.replace(path)
            _sync_folder(path.parent)
        except BaseException:
            with contextlib.suppress(OSError):
                temporary.unlink()
            raise


def write_bytes(path: Path, data: bytes) -> None:
    """Put ``data`` in place of the file, all or nothing."""
    with atomic(path) as file:
        file.write(data)


@contextmanager
def appending(path: Path) -> Iterator[BinaryIO]:
    """Give a file to append to; what was written is on the disk when the block ends."""
    with telling_disk_errors(path):
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND | _BINARY, FILE_MODE)
        with os.fdopen(handle, "ab") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        _sync_folder(path.parent)  # the first append makes the file


@contextmanager
def growing(path: Path) -> Iterator[BinaryIO]:
    """Give a new file whose content counts from the first byte: a recording while it runs."""
    with telling_disk_errors(path):
        handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL | _BINARY, FILE_MODE)
        with os.fdopen(handle, "w+b") as file:
            _sync_folder(path.parent)
            yield file
            file.flush()
            os.fsync(file.fileno())


_BINARY = getattr(os, "O_BINARY", 0)


def _sync_folder(folder: Path) -> None:
    if os.name == "nt":  # Windows has no fsync of folders; NTFS journals the rename itself
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
