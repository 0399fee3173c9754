"""Transcription that begins while the diariser still tells voices apart, in a thread of its own.

Of the threads that a run may use, the diariser keeps one share from when it knows where there is
speech, and the transcriber has the others; when the diariser has ended, it has all. What comes out
is what would have come out afterwards.
"""

import threading
import time
from collections.abc import Callable
from types import TracebackType
from typing import Self

from alsvoice.audio.interrupts import held_back
from alsvoice.backends.protocols import Hook
from alsvoice.backends.sharing import Room, shares
from alsvoice.errors import Cancelled, lacks_memory
from alsvoice.intervals import Span
from alsvoice.transcript import Transcript

__all__ = ["Ahead", "Work"]

_LOOK_S = 0.2
"""Windows lets no Ctrl-C into a wait that has no end."""


Work = Callable[[Hook, Room], Transcript]
"""Called in the thread, with the hook to call and the room to work in."""


class Ahead:
    """At most one transcription in a thread; as a context, it has ended when the context ends.

    ``wanted`` is given where there is speech and returns what is to be done; None: nothing now.
    ``hook`` is called by one thread at a time. All but the work is for one thread.
    """

    def __init__(
        self, wanted: Callable[[tuple[Span, ...]], Work | None], hook: Hook, threads: int
    ) -> None:
        self._wanted = wanted
        self._hook = hook
        self._pieces, self._each = shares(threads)
        self._one_at_a_time = threading.Lock()
        self._room = Room(self._pieces - 1)
        self._thread: threading.Thread | None = None
        self._spoken: tuple[Span, ...] = ()
        self._words: Transcript | None = None
        self._problem: BaseException | None = None
        self._begun_s = (0.0, 0.0)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, _kind: type[BaseException] | None, _: BaseException | None, _at: TracebackType | None
    ) -> None:
        self.close()

    def speech_found(self, spoken: tuple[Span, ...]) -> int | None:
        """Begin, if that is wanted; return how many threads the diariser has from now on."""
        work = self._wanted(spoken) if self._pieces > 1 and self._thread is None else None
        if work is None:
            return None
        self._spoken = spoken
        self._begun_s = (time.process_time(), time.thread_time())
        thread = threading.Thread(target=self._do, args=(work,), name="transcribe")
        with held_back():
            try:
                thread.start()
            except RuntimeError:  # no memory for one: it is done afterwards
                return None
            self._thread = thread
        return self._each

    def _do(self, work: Work) -> None:
        try:
            self._words = work(self._told, self._room)
        except BaseException as problem:  # noqa: BLE001 - whoever waits for it raises it
            self._problem = problem

    def _told(self, stage: str, done: int, total: int) -> None:
        with self._one_at_a_time:
            self._room.check()
            self._hook(stage, done, total)

    def hook(self, stage: str, done: int, total: int) -> None:
        """Tell progress of the other stages; whoever stopped the transcription stops them, too.

        A transcription that failed does not: what the diariser has done so far is kept.
        """
        problem = self._problem
        if isinstance(problem, Cancelled) or not isinstance(problem, Exception | None):
            raise problem
        with self._one_at_a_time:
            self._hook(stage, done, total)

    def words(self, spoken: tuple[Span, ...]) -> Transcript | None:
        """Wait for the words of this speech; None where they have still to be found.

        To be called when the diariser has ended: its threads are free.
        """
        thread = self._thread
        if thread is None or spoken != self._spoken:
            self.close()
            return None
        self._room.grow()
        while thread.is_alive():
            thread.join(_LOOK_S)
        self._thread = None
        if self._problem is not None and not lacks_memory(self._problem):
            raise self._problem
        return self._words

    def cpu_s(self) -> float:
        """Return the processor's seconds, less those of a transcription nobody has waited for yet.

        So they are that stage's, and those of all stages together are the process's. Where the
        diariser has a share of several threads (four and more in all), only its first is told from
        the transcriber's.
        """
        used = time.process_time()
        if self._thread is None:
            return used
        return self._begun_s[0] + time.thread_time() - self._begun_s[1]

    def close(self) -> None:
        """Stop what was begun, and wait until it has ended: as long as one piece of it takes."""
        with held_back():
            if self._thread is not None:
                self._room.close()
                while self._thread.is_alive():
                    self._thread.join(_LOOK_S)
                self._thread = None
