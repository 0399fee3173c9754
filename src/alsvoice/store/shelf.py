"""Small files of a library that belong to no session: templates and sets, a file a name."""

import contextlib
import re
import unicodedata
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from alsvoice.errors import LibraryError, NotFoundError
from alsvoice.store import atomic, lock

__all__ = ["Shelf", "file_name"]

_LONGEST = 60
_TRIES = 15
"""Each looks for the lock for a fifth of a second."""


def file_name(name: str) -> str:
    """Return a name as part of a file's: letters, digits and hyphens; NotFoundError without any."""
    plain = unicodedata.normalize("NFKC", name).casefold()
    kept = re.sub(r"[^\w]+", "-", plain).strip("-_")[:_LONGEST]
    if not kept:
        raise NotFoundError(f"{name[:40]!r} has no letter in it.", try_next="a name with letters")
    return kept


@dataclass(frozen=True, slots=True)
class Shelf:
    """One folder of a library, such as ``sets``, and the ending of its files."""

    folder: Path
    suffix: str

    def path(self, name: str) -> Path:
        """Return where the file of a name is, or would be."""
        return self.folder / f"{file_name(name)}{self.suffix}"

    def names(self) -> tuple[str, ...]:
        """Return the names of the files, sorted."""
        if not self.folder.is_dir():
            return ()
        with atomic.telling_disk_errors(self.folder):
            found = sorted(self.folder.glob(f"*{self.suffix}"))
        return tuple(p.name.removesuffix(self.suffix) for p in found if not p.name.startswith("."))

    def read(self, name: str) -> bytes | None:
        """Return a file's bytes; None where there is none."""
        path = self.path(name)
        try:
            with contextlib.closing(atomic.opened(path)) as file:
                return file.read()
        except FileNotFoundError:
            return None
        except OSError as problem:
            raise LibraryError(
                f"{path.name} cannot be read: {problem.strerror}.", try_next="alsvoice doctor"
            ) from problem

    def write(self, name: str, data: bytes) -> Path:
        """Replace a file, all or nothing; return where it is."""
        atomic.make_folder(self.folder)
        path = self.path(name)
        atomic.write_bytes(path, data)
        return path

    def remove(self, name: str) -> None:
        """Remove the file of a name, if there is one."""
        path = self.path(name)
        with atomic.telling_disk_errors(path):
            path.unlink(missing_ok=True)

    @contextmanager
    def changing(self, doing: str) -> Iterator[None]:
        """Keep every other process from changing the shelf's folder while the block runs.

        Nobody has it for long, so this waits a little before LibraryError. Not to be nested.
        """
        atomic.make_folder(self.folder)
        with ExitStack() as stack:
            for left in reversed(range(_TRIES)):
                try:
                    stack.enter_context(lock.held(self.folder, doing))
                    break
                except LibraryError as problem:
                    if not left:
                        raise self._busy(lock.holder(self.folder)) from problem
            yield

    def _busy(self, who: str | None) -> LibraryError:
        if who is None:
            return LibraryError(
                f"Nothing can be written in the library's folder {self.folder.name}.",
                try_next="make the library writable, or give --library DIR",
            )
        return LibraryError(
            f"The {self.folder.name} of this library are being changed by {who}.",
            try_next="the same command in a moment",
        )
