"""A file that FFmpeg reads through, in which a damaged file can ask for no impossible place.

A broken length makes FFmpeg seek before the beginning. The error of the file would be printed by
PyAV with its traceback; answered with -1, FFmpeg takes it for a damaged file and says so itself.
"""

import io
from typing import BinaryIO

__all__ = ["Readable"]


class Readable:
    """Reads and seeks in a binary file; a place that there is not is answered with -1."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file

    def read(self, size: int = -1) -> bytes:
        """Return up to ``size`` bytes."""
        return self._file.read(size)

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        """Move, and return the place, or -1."""
        try:
            return self._file.seek(offset, whence)
        except (OSError, OverflowError, ValueError):
            return -1

    def tell(self) -> int:
        """Return the place."""
        return self._file.tell()
