"""How pieces of work share the threads that a run may use, and go on at once in them."""

import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from types import TracebackType
from typing import Any, Self, TypeVar

from alsvoice.audio.interrupts import held_back
from alsvoice.errors import Cancelled

__all__ = ["ALL_ROOM", "Crew", "Room", "shares"]

_MANY = 1 << 20

A = TypeVar("A")
B = TypeVar("B")


class Room:
    """What is entered around each piece of work: it waits until one of so many may go on.

    Cancelled is raised where the work is not wanted any more; None: as many as there are.
    """

    def __init__(self, pieces: int | None = None) -> None:
        self._free = threading.Semaphore(_MANY if pieces is None else pieces)
        self._closed = threading.Event()

    def grow(self) -> None:
        """Let one piece more go on at once."""
        self._free.release()

    def close(self) -> None:
        """Let no piece begin from now on."""
        self._closed.set()
        self._free.release()

    def check(self) -> None:
        """Raise Cancelled where it is closed."""
        if self._closed.is_set():
            raise Cancelled

    def __enter__(self) -> None:
        self._free.acquire()
        try:
            self.check()
        except Cancelled:
            self._free.release()
            raise

    def __exit__(self, *_: object) -> None:
        self._free.release()


ALL_ROOM = Room()
"""All threads are there for whoever asks; it is never closed."""


def shares(threads: int) -> tuple[int, int]:
    """Return how many pieces of work go on at once, and how many threads each has.

    Two, with half of the threads each; three where there are three.
    """
    each = max(1, threads // 2)
    return max(1, threads // each), each


class Crew:
    """Does pieces of work at once, so many; ``room`` is entered around each.

    When its context ends, however, pieces that have begun have ended, and no other begins.
    """

    def __init__(self, pieces: int, room: Room) -> None:
        self._room = room
        self._ended = threading.Event()
        self._pool = ThreadPoolExecutor(pieces) if pieces > 1 else None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, _kind: type[BaseException] | None, _: BaseException | None, _at: TracebackType | None
    ) -> None:
        if self._pool is not None:
            with held_back():
                self._ended.set()
                self._pool.shutdown(cancel_futures=True)

    def check(self) -> None:
        """Raise Cancelled inside a piece of work that nobody waits for any more."""
        self._room.check()
        if self._ended.is_set():
            raise Cancelled

    def each(self, work: Callable[[A], B], given: Sequence[A]) -> Iterator[B]:
        """Yield what comes of each, in order; what one raises is raised in its place."""

        def done(one: A) -> B:
            with self._room:
                return work(one)

        if self._pool is None or len(given) < 2:
            yield from map(done, given)
            return
        coming: list[Future[Any]] = [self._pool.submit(done, one) for one in given]
        for future in coming:
            yield future.result()
