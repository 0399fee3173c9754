"""The library: a folder of sessions, found by the first letters of their names."""

import secrets
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from alsvoice.errors import NotFoundError
from alsvoice.store import atomic
from alsvoice.store.folder import SessionFolder

__all__ = ["Library"]

_DELETED = ".deleted-"
_LETTERS = "abcdefghijkmnpqrstuvwxyz23456789"  # no l, 1, o, 0: people read these out


@dataclass(frozen=True, slots=True)
class Library:
    """Sessions below ``root``/sessions."""

    root: Path

    @property
    def sessions(self) -> Path:
        """The folder of session folders."""
        return self.root / "sessions"

    def create(self, now: datetime) -> SessionFolder:
        """Make a new, empty session folder named after the local time."""
        atomic.make_folder(self.sessions)
        suffix = "".join(secrets.choice(_LETTERS) for _ in range(4))
        folder = self.sessions / f"{now:%Y-%m-%d_%H%M}_{suffix}"
        atomic.make_folder(folder)
        return SessionFolder(folder)

    def __iter__(self) -> Iterator[SessionFolder]:
        """Give the sessions, oldest name first."""
        if not self.sessions.is_dir():
            return
        for path in sorted(self.sessions.iterdir()):
            if path.is_dir() and not path.is_symlink() and not path.name.startswith("."):
                yield SessionFolder(path)

    def find(self, start: str) -> SessionFolder:
        """Return the session whose name is ``start`` or begins with it, or with it after the date.

        Raises NotFoundError where there is none or more than one.
        """
        folders = list(self)
        matches = [f for f in folders if f.id == start] or [
            f for f in folders if start and (f.id.startswith(start) or f.id.endswith(f"_{start}"))
        ]
        if len(matches) == 1:
            return matches[0]
        if matches:
            names = ", ".join(f.id for f in matches[:3])
            raise NotFoundError(
                f"{len(matches)} sessions begin with {start!r}: {names} …",
                try_next="give more letters of the name",
            )
        raise NotFoundError(
            f"There is no session {start[:80]!r} in this library.",
            try_next="alsvoice sessions list",
        )

    def delete(self, session: SessionFolder) -> None:
        """Remove a session's folder and all that is in it.

        It is hidden first: a crash half way leaves nothing that looks like a session.
        """
        hidden = session.path.with_name(f"{_DELETED}{session.id}.{secrets.token_hex(4)}")
        with atomic.telling_disk_errors(session.path):
            session.path.rename(hidden)
            shutil.rmtree(hidden)

    def sweep(self) -> int:
        """Remove what deletions that were cut short have left; return of how many."""
        left = [p for p in self.sessions.glob(f"{_DELETED}*") if p.is_dir() and not p.is_symlink()]
        for path in left:
            with atomic.telling_disk_errors(path):
                shutil.rmtree(path)
        return len(left)
