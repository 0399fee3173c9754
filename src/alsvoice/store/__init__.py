"""Sessions on disk: the only place that opens a session's files."""

from alsvoice.store.folder import SessionFolder
from alsvoice.store.library import Library

__all__ = ["Library", "SessionFolder"]
