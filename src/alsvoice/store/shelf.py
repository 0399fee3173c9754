"""Small files of a library that belong to no session: templates and sets, a file a name."""

import contextlib
import re
import unicodedata
from dataclasses import dataclass
from pathlib import Path

from alsvoice.errors import LibraryError, NotFoundError
from alsvoice.store import atomic

__all__ = ["Shelf", "file_name"]

_LONGEST = 60


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
