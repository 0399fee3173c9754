"""A whole session is deleted, and what of it remains elsewhere is said."""

from alsvoice.store import Library, SessionFolder

__all__ = ["REMAINS", "delete_session"]

REMAINS = (
    "reports and exports written elsewhere with -o",
    "backups and copies of the library",
    "voice profiles taken from it, with consent: alsvoice voices forget NAME",
    "the recording it was imported from, wherever that is kept: its place is not known here",
)


def delete_session(library: Library, session: SessionFolder) -> None:
    """Remove a session's folder; LibraryError says who is working in it."""
    library.delete(session)
    library.sweep()
