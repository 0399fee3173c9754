"""One session's folder: its manifest, stage files, edits and sound."""

import contextlib
import os
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import BinaryIO

from alsvoice.digest import digest_bytes, digest_file
from alsvoice.edits import Edit
from alsvoice.errors import AlsvoiceError, LibraryError, NewerFormatError
from alsvoice.formats import edit_lines, removals
from alsvoice.formats import manifest as manifest_format
from alsvoice.session import Manifest
from alsvoice.store import atomic, lock

__all__ = [
    "COPY",
    "EDITS",
    "MANIFEST",
    "MIX",
    "PEAKS",
    "RECORD_LOG",
    "REMOVALS",
    "SET_ASIDE",
    "SessionFolder",
]

MANIFEST = "session.json"
COPY = "session.json.bak"
EDITS = "edits.jsonl"
REMOVALS = "removals.json"
MIX = "audio/mix.flac"
PEAKS = "audio/peaks"
SET_ASIDE = "set-aside"
RECORD_LOG = "recording.jsonl"
"""There as long as a session is recorded; see ``formats.record_log``."""


@dataclass(frozen=True, slots=True)
class SessionFolder:
    """Files of one session; names inside it are relative, with forward slashes."""

    path: Path

    @property
    def id(self) -> str:
        """The folder's name."""
        return self.path.name

    def file(self, name: str) -> Path:
        """Return the path of a file inside the folder; nothing outside it, no symbolic link."""
        inside = Path(name)
        self._inside(name, inside, *inside.parents[:-1])
        return self.path / name

    def _inside(self, name: str, *steps: Path) -> None:
        """Raise where a name, or one of these steps on the way to it, leads out of the folder."""
        inside = Path(name)
        links = (self.path / step for step in steps)
        if ".." in inside.parts or inside.is_absolute() or any(s.is_symlink() for s in links):
            raise LibraryError(
                f"{name} in session {self.id} points out of the folder.",
                try_next=f"alsvoice sessions show {self.id}",
            )

    def exists(self, name: str) -> bool:
        """Whether a file is there."""
        return self.file(name).is_file()

    def names(self) -> tuple[str, ...]:
        """Return the names of all files inside, sorted; symbolic links are not followed."""
        return tuple(
            sorted(
                (Path(folder) / name).relative_to(self.path).as_posix()
                for folder, _, files in os.walk(self.path)
                for name in files
            )
        )

    def remove(self, name: str) -> None:
        """Remove a file, and the folders that it leaves empty; nothing where it is not there."""
        path = self.path / name if (self.path / name).is_symlink() else self.file(name)
        with atomic.telling_disk_errors(path):
            path.unlink(missing_ok=True)
            for folder in path.relative_to(self.path).parents[:-1]:
                with contextlib.suppress(OSError):  # not empty, or not there
                    (self.path / folder).rmdir()

    def read(self, name: str) -> bytes:
        """Return a file's bytes; LibraryError where it is not there."""
        with self._opened(name, f"alsvoice process {self.id}") as file:
            return file.read()

    def digest(self, name: str) -> str:
        """Return the tagged hash of a file's bytes."""
        with self.reading(name) as file:
            return digest_file(file)

    def write(self, name: str, data: bytes) -> str:
        """Replace a file, all or nothing; return the tagged hash of its bytes."""
        path = self._placed(name)
        atomic.write_bytes(path, data)
        return digest_bytes(data)

    @contextmanager
    def reading(self, name: str) -> Iterator[BinaryIO]:
        """Open a file of the session for reading."""
        with self._opened(name, f"alsvoice process {self.id} --from ingest") as file:
            yield file

    @contextmanager
    def _opened(self, name: str, try_next: str) -> Iterator[BinaryIO]:
        path = self.file(name)
        try:
            file = atomic.opened(path)
        except OSError as problem:
            raise LibraryError(
                f"{name} of session {self.id} cannot be read: {problem.strerror}.",
                try_next=try_next,
            ) from problem
        with file:
            yield file

    @contextmanager
    def writing(self, name: str) -> Iterator[BinaryIO]:
        """Open a file that takes its name only when the block ends well."""
        path = self._placed(name)
        with atomic.atomic(path) as file:
            yield file

    @contextmanager
    def recording(self, name: str) -> Iterator[BinaryIO]:
        """Open a file that is there, under its own name, from its first byte on."""
        path = self._placed(name)
        with atomic.growing(path) as file:
            yield file

    @contextmanager
    def mending(self, name: str) -> Iterator[BinaryIO]:
        """Open a recording that was cut off, to be read and mended in place."""
        path = self.file(name)
        with atomic.telling_disk_errors(path), path.open("r+b") as file:
            yield file

    @contextmanager
    def journal(self, name: str) -> Iterator[Callable[[bytes], None]]:
        """Give what appends to a new file; what it was given is on the disk when it returns.

        It may be called from any thread.
        """
        path = self._placed(name)
        busy = threading.Lock()
        with atomic.growing(path) as file:

            def append(data: bytes) -> None:
                with busy, atomic.telling_disk_errors(path):
                    file.write(data)
                    atomic.to_disk(file)

            yield append

    def _placed(self, name: str) -> Path:
        """Return a file's path, its folder made; LibraryError where the session was removed."""
        path = self.file(name)
        if not self.path.is_dir():
            raise LibraryError(
                f"Session {self.id} is not there any more.", try_next="alsvoice sessions list"
            )
        atomic.make_folder(path.parent)
        return path

    @contextmanager
    def held(self, doing: str) -> Iterator[None]:
        """Keep every other process from changing the session; LibraryError says who does so now.

        ``doing`` is the command, such as "process". Not to be nested.
        """
        with lock.held(self.path, doing):
            yield

    def holder(self) -> str | None:
        """Return who holds the session now, as a phrase; None where nobody does."""
        return lock.holder(self.path)

    def manifest(self) -> Manifest:
        """Return the manifest; where it is missing or damaged, that of its copy."""
        try:
            return self._manifest(MANIFEST)
        except NewerFormatError:
            raise
        except AlsvoiceError:
            try:
                return self._manifest(COPY)
            except AlsvoiceError:
                pass  # what is wrong with the manifest itself says more
            raise

    def manifest_problem(self) -> AlsvoiceError | None:
        """Return why the manifest itself cannot be read."""
        try:
            self._manifest(MANIFEST)
        except AlsvoiceError as problem:
            return problem
        return None

    def _manifest(self, name: str) -> Manifest:
        where = f"{name} of {self.id}"
        again = f"alsvoice process {self.id}"
        return manifest_format.parse(self.read(name), where=where, try_next=again)

    def write_manifest(self, manifest: Manifest) -> None:
        """Replace the manifest, and then its copy, from which a damaged one is repaired.

        What was removed is kept a third time, for a manifest that is rebuilt without either.
        """
        removed = removals.Removals.of(manifest)
        if removed is not None:
            self.write(REMOVALS, removals.serialize(removed))
        data = manifest_format.serialize(manifest)
        self.write(MANIFEST, data)
        self.write(COPY, data)

    def removals(self) -> removals.Removals | None:
        """Return what was removed from the session; None where nothing was, or nobody can tell."""
        try:
            return removals.parse(self.read(REMOVALS))
        except NewerFormatError:
            raise
        except AlsvoiceError:
            return None

    def edits(self) -> tuple[tuple[Edit, ...], tuple[str, ...]]:
        """Return the corrections, and a sentence for each damaged line."""
        if not self.exists(EDITS):
            return (), ()
        return edit_lines.parse(self.read(EDITS))

    def append_edits(self, edits: tuple[Edit, ...]) -> None:
        """Add corrections; a torn last line (a crash while writing) is closed off first."""
        path = self.file(EDITS)
        torn = path.is_file() and path.stat().st_size > 0 and not path.read_bytes().endswith(b"\n")
        with atomic.appending(path) as file:
            file.write((b"\n" if torn else b"") + b"".join(map(edit_lines.serialize, edits)))

    def set_aside(self, name: str, now: datetime) -> str:
        """Move whatever stands at a name out of the way, unread; return its new name."""
        kept = f"{SET_ASIDE}/{Path(name).name}.{now:%Y%m%d-%H%M%S}"
        while self.file(kept).exists():
            kept += "+"
        self._inside(name, *Path(name).parents[:-1])  # itself, it may be a link
        atomic.make_folder(self.file(kept).parent)
        with atomic.telling_disk_errors(self.path / name):
            atomic.move(self.path / name, self.file(kept))
        return kept

    def sweep(self) -> None:
        """Remove the temporary files of killed runs; to be called by the holder alone."""
        for path in self.files():
            if atomic.is_leftover(path.name) and not path.is_symlink():
                with atomic.telling_disk_errors(path):
                    path.unlink(missing_ok=True)

    def files(self) -> Iterator[Path]:
        """Give the path of everything inside that is no folder, links themselves included."""
        waiting = [self.path]
        while waiting:
            folder = waiting.pop()
            with atomic.telling_disk_errors(folder):
                found = sorted(folder.iterdir())
            for path in found:
                if path.is_dir() and not path.is_symlink():
                    waiting.append(path)
                else:
                    yield path
