"""A whole session is deleted, and what of it remains elsewhere is said."""

from collections.abc import Callable

from alsvoice.store import Library, SessionFolder

__all__ = ["REMAINS", "delete_session"]

REMAINS = (
    "reports and exports written elsewhere with -o",
    "backups and copies of the library",
    "the recording it was imported from, wherever that is kept: its place is not known here",
    "profiles of voices that a set keeps",
)

FORGET: tuple[Callable[[Library, str], None], ...] = ()
"""What else knows of a session by its id and is to forget it: an index, caches, voices."""


def delete_session(library: Library, session: SessionFolder) -> None:
    """Remove a session's folder; LibraryError says who is working in it."""
    for forget in FORGET:
        forget(library, session.id)
    library.delete(session)
    library.sweep()
