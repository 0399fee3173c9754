"""Ctrl-C waits while C code calls back into Python.

libsndfile and FFmpeg read and write through callbacks, from which no exception can pass: one raised
there by a signal is printed and forgotten, and a stage would go on with a piece of sound missing.
"""

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

__all__ = ["held_back"]

_SIGNALS = (signal.SIGINT, signal.SIGTERM)


@contextmanager
def held_back() -> Iterator[None]:
    """Keep the signals that stop a run until the block ends, then let them come.

    Only the main thread is ever interrupted; elsewhere nothing is done.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    came: list[int] = []
    before: dict[signal.Signals, Any] = {}
    try:
        for number in _SIGNALS:
            handler = signal.getsignal(number)
            if callable(handler):  # the system's own handling ends the process, at any place
                before[number] = handler
                signal.signal(number, lambda n, _frame: came.append(n))
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
        for late in came:
            signal.raise_signal(late)
