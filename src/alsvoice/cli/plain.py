"""Recording without a terminal: plain lines, and signals that end it cleanly."""

import signal
import threading
import time
from types import FrameType
from typing import TYPE_CHECKING, Any, Self

from alsvoice.cli import output
from alsvoice.cli.telling import Telling

if TYPE_CHECKING:
    from alsvoice.pipeline.recording import Recording

__all__ = ["Stopping", "run"]

# Windows knows Ctrl-Break, too, and ends a process by it where others use SIGTERM.
_SIGNALS = (
    signal.SIGINT,
    signal.SIGTERM,
    *(getattr(signal, name) for name in ("SIGBREAK", "SIGHUP") if hasattr(signal, name)),
)
_LOOK_S = 0.1


class Stopping:
    """Within the block Ctrl-C and SIGTERM are asked about, not obeyed; afterwards as before."""

    def __init__(self) -> None:
        self._asked = threading.Event()
        self._times = 0
        self._must = False
        self._before: dict[int, Any] = {}

    def __enter__(self) -> Self:
        for number in _SIGNALS:
            self._before[number] = signal.signal(number, self._ask)
        return self

    def _ask(self, number: int, _frame: FrameType | None) -> None:
        self._times += number == signal.SIGINT
        self._must = self._must or number != signal.SIGINT
        self._asked.set()

    def __exit__(self, *_: object) -> None:
        for number, handler in self._before.items():
            signal.signal(number, handler)

    @property
    def asked(self) -> bool:
        """Whether somebody wants it to end."""
        return self._asked.is_set()

    @property
    def must(self) -> bool:
        """Whether it is to end at once: the system said so, or the terminal is gone."""
        return self._must

    def take(self) -> bool:
        """Whether Ctrl-C was pressed since the last time this was asked."""
        self._times, times = 0, self._times
        return times > 0

    def wait(self, time_s: float) -> bool:
        """Wait for a moment, or until somebody wants it to end; return whether they do."""
        return self._asked.wait(time_s)


def run(running: "Recording", stopping: Stopping) -> None:
    """Let it run to its end; say the time each minute and whatever goes wrong."""
    output.say(
        "Recording. Ctrl-C ends it." if running.has_sound else "Keeping time. Ctrl-C ends it."
    )
    telling, minute = Telling(), 0
    if running.plan:
        running.begin_phase(0)
    while running.goes_on() and not stopping.wait(_LOOK_S):
        at_s = running.position_ms() / 1000
        for sentence in telling.sentences(running.status, at_s):
            output.say(sentence)
        if at_s // 60 > minute:
            minute = int(at_s // 60)
            output.say(time.strftime("%H:%M:%S recorded", time.gmtime(at_s)))
    for sentence in telling.sentences(running.status, running.position_ms() / 1000):
        output.say(sentence)
