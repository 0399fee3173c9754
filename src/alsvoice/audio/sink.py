"""A file that libsndfile writes to, from which errors come out again.

libsndfile calls back from C, where no error can pass: Python would print it with its traceback and
go on with a file that lacks a piece.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import BinaryIO

__all__ = ["Sink", "sink_for"]


class Sink:
    """Keeps the first error of a file; everything after it is dropped."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self._problem: OSError | None = None

    def write(self, data: bytes) -> int:
        """Write, and say that all was written."""
        self._kept(lambda: self._file.write(data))
        return len(data)

    def seek(self, offset: int, whence: int = 0) -> int:
        """Move to a place; what was buffered is written first, so this can fail as well."""
        return self._kept(lambda: self._file.seek(offset, whence))

    def tell(self) -> int:
        """Return the place."""
        return self._kept(self._file.tell)

    def check(self) -> None:
        """Raise the error that was kept."""
        if self._problem is not None:
            raise self._problem

    def _kept(self, step: Callable[[], int]) -> int:
        if self._problem is None:
            try:
                return step()
            except OSError as problem:
                self._problem = problem
        return 0


@contextmanager
def sink_for(file: BinaryIO) -> Iterator[Sink]:
    """Give a sink; the file's own error is raised rather than what libsndfile makes of it."""
    sink = Sink(file)
    try:
        yield sink
    except Exception:
        sink.check()
        raise
    sink.check()
