"""The console at work: reads keys, does what they ask, draws four times a second."""

import io
import os
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import TYPE_CHECKING, Any

from alsvoice.agenda import Kind
from alsvoice.cli.console.keyboard import keyboard
from alsvoice.cli.console.keys import Act, Do, Mode, State, press
from alsvoice.cli.console.view import ASCII, UNICODE, Scene, draw
from alsvoice.cli.telling import Telling
from alsvoice.formats.fields import clock

if TYPE_CHECKING:
    from rich.console import Console

    from alsvoice.cli.plain import Stopping
    from alsvoice.pipeline.recording import Recording

__all__ = ["is_possible", "run"]

_FRAME_S = 0.2
_MESSAGES = 3
_SHOWN_MS = 120_000
_NOTED = {
    Do.MARK: Kind.MARK,
    Do.WORD: Kind.MARK,
    Do.NOTE: Kind.NOTE,
    Do.ARRIVED: Kind.ARRIVED,
    Do.LEFT: Kind.LEFT,
    Do.VOICE: Kind.VOICE,
}


def is_possible() -> bool:
    """Whether somebody sits at a terminal that can be drawn on."""
    dumb = os.environ.get("TERM", "") in {"dumb", "unknown"} and os.name != "nt"
    return sys.stdin.isatty() and sys.stderr.isatty() and not dumb


def run(
    running: "Recording", stopping: "Stopping", *, large: bool = False, roll_call: bool = False
) -> None:
    """Show the recording and obey its keys until it ends."""
    from rich.live import Live

    console = _Desk(running, large=large, roll_call=roll_call)
    with (
        _own_terminal() as (terminal, glyphs),
        keyboard() as keys,
        Live(console=terminal, screen=True, auto_refresh=False, redirect_stderr=False) as live,
    ):
        while running.goes_on():
            if stopping.must:
                running.stop()
            elif stopping.take():
                console.interrupted()
            for key in keys.read(_FRAME_S):
                console.pressed(key)
            scene = console.scene(glyphs)
            live.update(draw(scene, terminal.width), refresh=True)
        console.settle()


@contextmanager
def _own_terminal() -> Iterator[tuple["Console", Any]]:
    """Give a terminal that nobody else writes on: libraries in C complain on stderr."""
    from rich.console import Console

    encoding = (getattr(sys.stderr, "encoding", None) or "utf-8").lower()
    sys.stderr.flush()
    own = os.dup(2)
    nowhere = os.open(os.devnull, os.O_WRONLY)
    before = signal.signal(signal.SIGTSTP, signal.SIG_IGN) if hasattr(signal, "SIGTSTP") else None
    try:
        os.dup2(nowhere, 2)
        with io.TextIOWrapper(
            os.fdopen(os.dup(own), "wb", buffering=0), encoding, "replace", write_through=True
        ) as file:
            glyphs = UNICODE if encoding.replace("-", "") == "utf8" else ASCII
            yield Console(file=file, highlight=False), glyphs
    finally:
        os.dup2(own, 2)
        os.close(own)
        os.close(nowhere)
        if before is not None:
            signal.signal(signal.SIGTSTP, before)


class _Desk:
    """What the console knows between two pictures."""

    def __init__(self, running: "Recording", *, large: bool, roll_call: bool) -> None:
        self._running = running
        self._large = large
        self._keys = State(people=running.people)
        self._telling = Telling()
        self._messages: list[tuple[int, str]] = []
        self._marks = 0
        if running.plan:
            running.begin_phase(0)
        if roll_call:
            self._keys = self._keys.roll_call(running.position_ms())

    def interrupted(self) -> None:
        """Ask on the first Ctrl-C, stop on the second."""
        if self._keys.mode is Mode.STOP:
            self._running.stop()
        self.settle()
        self._keys = self._keys.asking_to_stop()

    def settle(self) -> None:
        """Keep what is being typed, for nobody will finish it."""
        act = self._keys.unsaid()
        if act is not None:
            self._do(act)

    def pressed(self, key: str) -> None:
        """Do what a key asks."""
        self._keys, act = press(self._keys, key, self._running.position_ms())
        if act is not None:
            self._do(act)

    def _do(self, act: Act) -> None:
        running = self._running
        number = running.now().number
        if act.do in _NOTED:
            self._marks += act.do in {Do.MARK, Do.NOTE}
            running.note(_NOTED[act.do], act.text, at_ms=act.at_ms, end_ms=act.end_ms)
        elif act.do is Do.STOP:
            running.stop()
        elif act.do is Do.PAUSE:
            paused = running.is_paused
            running.resume() if paused else running.pause()
        elif running.plan:
            self._move(number + 1 if act.do is Do.NEXT else number - 1)

    def _move(self, number: int) -> None:
        if 0 <= number <= len(self._running.plan):
            self._running.begin_phase(number)

    def scene(self, glyphs: Any) -> Scene:
        """Return what is to be drawn now."""
        running = self._running
        position = running.position_ms()
        status = running.status
        for sentence in self._telling.sentences(status, position / 1000):
            told = (position, f"{clock(position)} {sentence}")
            self._messages = [*self._messages, told][-_MESSAGES:]
        shown = [m for at_ms, m in self._messages if position - at_ms < _SHOWN_MS]
        return Scene(
            position_ms=position,
            time=datetime.now().astimezone().strftime("%H:%M"),
            now=running.now(),
            plan=running.plan,
            status=status,
            keys=self._keys,
            marks=self._marks,
            messages=tuple(shown),
            has_sound=running.has_sound,
            large=self._large,
            glyphs=glyphs,
        )
