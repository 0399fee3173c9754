"""How pieces of work share the threads that a run may use, and go on at once in them."""

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import AbstractContextManager
from types import TracebackType
from typing import Any, Self, TypeVar

from alsvoice.audio.interrupts import held_back

__all__ = ["Crew", "shares"]

A = TypeVar("A")
B = TypeVar("B")


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

    def __init__(self, pieces: int, room: AbstractContextManager[object]) -> None:
        self._room = room
        self._pool = ThreadPoolExecutor(pieces) if pieces > 1 else None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, _kind: type[BaseException] | None, _: BaseException | None, _at: TracebackType | None
    ) -> None:
        if self._pool is not None:
            with held_back():
                self._pool.shutdown(cancel_futures=True)

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
