"""One session's folder: its manifest, stage files, edits and sound."""

import contextlib
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from alsvoice.digest import digest_bytes
from alsvoice.edits import Edit
from alsvoice.errors import LibraryError
from alsvoice.formats import edit_lines
from alsvoice.formats import manifest as manifest_format
from alsvoice.session import Manifest
from alsvoice.store import atomic, lock

__all__ = ["SessionFolder"]

MIX = "audio/mix.flac"


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
        path = self.path / name
        inside = Path(name)
        steps = (self.path / part for part in (inside, *inside.parents[:-1]))
        if ".." in inside.parts or inside.is_absolute() or any(s.is_symlink() for s in steps):
            raise LibraryError(
                f"{name} in session {self.id} points out of the folder.",
                try_next=f"alsvoice sessions show {self.id}",
            )
        return path

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
        try:
            return self.file(name).read_bytes()
        except OSError as problem:
            raise LibraryError(
                f"{name} of session {self.id} cannot be read: {problem.strerror}.",
                try_next=f"alsvoice process {self.id}",
            ) from problem

    def write(self, name: str, data: bytes) -> str:
        """Replace a file, all or nothing; return the tagged hash of its bytes."""
        path = self.file(name)
        atomic.make_folder(path.parent)
        atomic.write_bytes(path, data)
        return digest_bytes(data)

    @contextmanager
    def reading(self, name: str) -> Iterator[BinaryIO]:
        """Open a file of the session for reading."""
        path = self.file(name)
        try:
            file = path.open("rb")
        except OSError as problem:
            raise LibraryError(
                f"{name} of session {self.id} cannot be read: {problem.strerror}.",
                try_next=f"alsvoice process {self.id} --from ingest",
            ) from problem
        with file:
            yield file

    @contextmanager
    def writing(self, name: str) -> Iterator[BinaryIO]:
        """Open a file that takes its name only when the block ends well."""
        path = self.file(name)
        atomic.make_folder(path.parent)
        with atomic.atomic(path) as file:
            yield file

    @contextmanager
    def recording(self, name: str) -> Iterator[BinaryIO]:
        """Open a file that is there, under its own name, from its first byte on."""
        path = self.file(name)
        atomic.make_folder(path.parent)
        with atomic.growing(path) as file:
            yield file

    @contextmanager
    def held(self, doing: str) -> Iterator[None]:
        """Keep every other process from changing the session; LibraryError says who does so now.

        ``doing`` is the command, such as "process". Not to be nested.
        """
        with lock.held(self.path, doing):
            yield

    def manifest(self) -> Manifest:
        """Return the manifest."""
        return manifest_format.parse(self.read("session.json"), where=f"session.json of {self.id}")

    def write_manifest(self, manifest: Manifest) -> None:
        """Replace the manifest."""
        self.write("session.json", manifest_format.serialize(manifest))

    def edits(self) -> tuple[tuple[Edit, ...], tuple[str, ...]]:
        """Return the corrections, and a sentence for each damaged line."""
        if not self.exists("edits.jsonl"):
            return (), ()
        return edit_lines.parse(self.read("edits.jsonl"))

    def append_edits(self, edits: tuple[Edit, ...]) -> None:
        """Add corrections; a torn last line (a crash while writing) is closed off first."""
        path = self.file("edits.jsonl")
        torn = path.is_file() and path.stat().st_size > 0 and not path.read_bytes().endswith(b"\n")
        with atomic.appending(path) as file:
            file.write((b"\n" if torn else b"") + b"".join(map(edit_lines.serialize, edits)))
