"""The library: a folder of sessions, found by the first letters of their names."""

import contextlib
import os
import secrets
import shutil
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path, PurePath, PureWindowsPath

from alsvoice.errors import LibraryError, NotFoundError
from alsvoice.store import atomic, lock
from alsvoice.store.folder import SessionFolder

__all__ = ["Library", "extended"]

_LETTERS = "abcdefghijkmnpqrstuvwxyz23456789"  # no l, 1, o, 0: people read these out
_IMPORTING, _DELETING = ".importing-", ".deleting-"
_LONGEST_BELOW = 120
"""Letters of the longest path from the library's folder to a file in a session, and some."""
_KEEPS_OPEN_FOLDERS = os.name == "nt"
_AN_HOUR_S = 3600


def extended(path: PurePath) -> str:
    r"""Return a path's text, with ``\\?\`` before a Windows path near the 260 letters of old."""
    text = str(path)
    if not isinstance(path, PureWindowsPath) or text.startswith("\\\\?\\"):
        return text
    if len(text) + _LONGEST_BELOW < 260 or not path.is_absolute():
        return text
    return f"\\\\?\\UNC\\{text[2:]}" if text.startswith("\\\\") else f"\\\\?\\{text}"


@dataclass(frozen=True, slots=True)
class Library:
    """Sessions below ``root``/sessions.

    A name in there that begins with a dot is a session being made or removed; none is shown. What
    is left of one when its process was killed is no session: the next import or removal takes it
    away.
    """

    root: Path

    @property
    def sessions(self) -> Path:
        """The folder of session folders."""
        folder = self.root / "sessions"
        return Path(extended(folder.absolute())) if os.name == "nt" else folder

    def create(self, now: datetime) -> SessionFolder:
        """Make a new, empty session folder named after the local time."""
        atomic.make_folder(self.sessions)
        return SessionFolder(_new(self.sessions, now))

    @contextmanager
    def importing(self, now: datetime) -> Iterator[SessionFolder]:
        """Give a new session that is in the library when the block ended well, and nowhere else.

        Killed at any moment, it leaves a session that is complete so far or one that nobody sees.
        """
        atomic.make_folder(self.sessions)
        self.sweep()
        with ExitStack() as stack:
            hidden = self._hidden(stack)
            session = SessionFolder(_new(hidden, now))
            yield session
            place = self.sessions / session.id
            with atomic.telling_disk_errors(place):
                atomic.move(session.path, place)

    def _hidden(self, stack: ExitStack) -> Path:
        """Make a folder nobody sees and hold it; another import may sweep it before it is held."""
        for _ in range(20):
            hidden = self.sessions / f"{_IMPORTING}{secrets.token_hex(4)}"
            atomic.make_folder(hidden)
            stack.callback(shutil.rmtree, hidden, ignore_errors=True)
            try:
                stack.enter_context(lock.held(hidden, "import"))
            except LibraryError:
                continue
            return hidden
        raise LibraryError(
            "No folder could be made for the new session.", try_next="alsvoice doctor"
        )

    @contextmanager
    def recording(self) -> Iterator[None]:
        """Be the only one who records into this library; LibraryError says who does already."""
        atomic.make_folder(self.root)
        with ExitStack() as stack:
            try:
                stack.enter_context(lock.held(self.root, "record"))
            except LibraryError as problem:
                who = lock.holder(self.root)
                if who is None:
                    raise
                raise LibraryError(
                    f"A session is being recorded already, by {who}.",
                    try_next="stop that one first: Ctrl-C, or q in its window",
                ) from problem
            yield

    def free_bytes(self) -> int | None:
        """Return how much space is left for sessions; None where the system does not tell."""
        try:
            return shutil.disk_usage(self.root).free
        except OSError:
            return None

    def __iter__(self) -> Iterator[SessionFolder]:
        """Give the sessions, oldest name first."""
        for path in self._folders():
            if not path.name.startswith("."):
                yield SessionFolder(path)

    def session(self, name: str) -> SessionFolder:
        """Return the session of this very name, whether it is there or not."""
        return SessionFolder(self.sessions / name)

    def _folders(self) -> Iterator[Path]:
        if not self.sessions.is_dir():
            return
        with atomic.telling_disk_errors(self.sessions):
            found = sorted(self.sessions.iterdir())
        yield from (path for path in found if path.is_dir() and not path.is_symlink())

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
        """Remove a session's folder and all that is in it; LibraryError where it is held.

        It is out of sight at once: a removal that is cut off leaves no half session.
        """
        gone = self.sessions / f"{_DELETING}{session.id}.{secrets.token_hex(4)}"
        with session.held("delete"):
            if not _KEEPS_OPEN_FOLDERS:
                _remove(session.path, gone)
                return
        _remove(session.path, gone)

    def abandoned(self) -> tuple[Path, ...]:
        """Return what killed imports and removals left; nothing of it is a session."""
        return tuple(
            path
            for path in self._folders()
            if path.name.startswith((_IMPORTING, _DELETING)) and lock.holder(path) is None
        )

    def sweep(self) -> None:
        """Remove what killed imports, removals and writes left; what is in use stays."""
        for path in self.abandoned():
            try:
                with lock.held(path, "import"):
                    _empty(path)
            except LibraryError:
                continue
            shutil.rmtree(path, ignore_errors=True)
        for folder in (self.root, self.sessions):
            for path in folder.glob("*.tmp"):
                if atomic.is_leftover(path.name):
                    _remove_if_old(path)


def _new(folder: Path, now: datetime) -> Path:
    """Make a folder with a name of its own; two sessions of one minute differ in their letters."""
    while True:
        suffix = "".join(secrets.choice(_LETTERS) for _ in range(4))
        path = folder / f"{now:%Y-%m-%d_%H%M}_{suffix}"
        if not path.exists():
            return atomic.make_folder(path)


def _remove(folder: Path, hidden: Path) -> None:
    with atomic.telling_disk_errors(folder):
        atomic.move(folder, hidden)
        shutil.rmtree(hidden)


def _empty(folder: Path) -> None:
    """Remove all but the lock, which its holder keeps open."""
    for path in folder.iterdir():
        if path.name == lock.FILE:
            continue
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path, ignore_errors=True)
        else:
            path.unlink(missing_ok=True)


def _remove_if_old(path: Path) -> None:
    """Remove a temporary file that nobody can be writing any more."""
    with contextlib.suppress(OSError):
        if time.time() - path.stat().st_mtime > _AN_HOUR_S:
            path.unlink()
