"""Recording: a callback that only copies, and a thread that writes, watches and forces to disk.

The thread alone knows the timeline. Whoever steers (a console, a signal) gives orders and reads
what is known; both are safe from any thread.
"""

import contextlib
import queue
import threading
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from enum import StrEnum

from alsvoice.audio import clock
from alsvoice.audio.devices import Microphones, Stream
from alsvoice.audio.flac import warm_up
from alsvoice.audio.levels import Level, LevelWatch, measure
from alsvoice.audio.ring import Block, Ring
from alsvoice.audio.tape import PAUSED, Event, Files, Tape
from alsvoice.audio.timeline import Timeline
from alsvoice.errors import AlsvoiceError, DeviceError

__all__ = ["Order", "Recorder", "State", "Status", "Terms"]

_POLL_S = 0.05
_SYNC_S = 0.25
"""Twice as often as promised: a disk that takes its time stays within half a second."""
_RING_BYTES = 60 * 48_000 * 2
_DEAF_S = 2.0
_RETRY_S = 0.5
_DISK_S = 2.0
_STOPPED_S = 0.5
_DEVICE, _STALLED, _SLEPT = "device", "stalled", "slept"


class State(StrEnum):
    """What the recorder is doing."""

    RECORDING = "recording"
    PAUSED = "paused"
    WAITING = "waiting"  # for a microphone
    ENDED = "ended"


class Order(StrEnum):
    """What it can be asked for."""

    PAUSE = "pause"
    RESUME = "resume"
    STOP = "stop"


@dataclass(frozen=True, slots=True, kw_only=True)
class Status:
    """What can be seen while it runs; ``complaint`` is a sentence about the sound's level."""

    state: State = State.RECORDING
    device: str = ""
    level: Level = field(default_factory=Level)
    complaint: str | None = None
    overflows: int = 0
    gaps: int = 0
    lost_ms: int = 0
    written_ms: int = 0
    free_bytes: int | None = None
    bytes_an_hour: int = 0
    disk_full: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """How to record: ``grace_s`` is how long a lost device is waited for before the next is tried.

    ``least_free`` are the bytes of disk at which it stops, everything saved.
    """

    device: str | None = None
    seconds: float | None = None
    grace_s: float = 10.0
    least_free: int = 200_000_000


class Recorder:
    """One recording; a device of another rate begins a new file.

    ``told`` is called by the thread for each event, in order, and may write it down.
    """

    def __init__(
        self,
        microphones: Microphones,
        files: Files,
        terms: Terms,
        *,
        told: Callable[[Event], None],
        free_bytes: Callable[[], int | None] = lambda: None,
    ) -> None:
        self._microphones, self._terms = microphones, terms
        self._told, self._free_bytes = told, free_bytes
        self._ring = Ring(_RING_BYTES)
        self._orders: queue.SimpleQueue[Order] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._run, name="recorder", daemon=True)
        self._watch = LevelWatch()
        self._stream: Stream | None = None
        self._stack = ExitStack()
        self._tape = Tape(files, self._stack, self._tell)
        self._timeline = Timeline(1)
        self._cause = _DEVICE  # of the gap that is open
        self._lost_at = self._heard_at = self._tried_at = 0.0
        self._slept = clock.slept_s()
        self._problem: BaseException | None = None
        self.status = Status()

    def start(self) -> None:
        """Open the microphone and begin; DeviceError, and nothing written, where that fails."""
        warm_up()  # what is slow to load is loaded before the first sound comes
        self._stream = self._microphones.open(self._terms.device, None, self._heard)
        self._timeline = Timeline(self._stream.rate)
        self._heard_at = clock.elapsed_s()
        self._know(device=self._stream.name)
        self._thread.start()

    def order(self, what: Order) -> None:
        """Ask for something; it is done within a twentieth of a second."""
        self._orders.put(what)

    def position_ms(self) -> int:
        """Return how far the session's time has come; it goes on through pauses."""
        return round(1000 * self._timeline.position_s(clock.elapsed_s()))

    @property
    def is_running(self) -> bool:
        """Whether the thread still writes."""
        return self._thread.is_alive()

    def join(self, timeout_s: float | None = None) -> None:
        """Wait for the end; raise what ended it where that was a failure."""
        self._thread.join(timeout_s)
        if not self._thread.is_alive() and self._problem is not None:
            raise self._problem

    def _heard(self, sound: memoryview, overflowed: bool) -> None:
        """Copy sound into the ring: the callback, in a thread of PortAudio's."""
        self._ring.put(sound, clock.elapsed_s(), overflowed=overflowed)

    def _run(self) -> None:
        try:
            with self._stack:
                try:
                    self._tape.begin(self._timeline.rate)
                    self._loop()
                finally:
                    self._let_go()
                self._finish()
        except BaseException as problem:  # noqa: BLE001 - raised by join, in the thread that waits
            self._problem = problem
        self._know(state=State.ENDED)

    def _loop(self) -> None:
        synced = looked = -_DISK_S
        last = clock.elapsed_s()
        tick = threading.Event()
        while not self._is_over():
            self._take()
            now = clock.elapsed_s()
            if now - last > _STOPPED_S:
                self._heard_at = now  # it was this program that stood still, not the microphone
            last = now
            if now - synced >= _SYNC_S:
                self._tape.sync()
                self._know(written_ms=self._tape.written_ms)
                synced = now
            if now - looked >= _DISK_S:
                looked = now
                if self._disk_is_full():
                    return
            self._look_after_device(now)
            tick.wait(_POLL_S)

    def _is_over(self) -> bool:
        while not self._orders.empty():
            match self._orders.get():
                case Order.STOP:
                    return True
                case Order.PAUSE:
                    self._pause()
                case Order.RESUME:
                    self._resume()
        if self._terms.seconds is None:
            return False
        recording = self.status.state is State.RECORDING
        now_s = self._timeline.given_s if recording else self.position_ms() / 1000
        return now_s >= self._terms.seconds

    def _take(self) -> None:
        blocks = self._ring.take()
        if not blocks:
            self._tape.write(self._timeline.settled(clock.elapsed_s()))
            return
        slept = clock.slept_s()
        stall = _SLEPT if slept - self._slept > 1 else _STALLED
        self._slept, self._heard_at = slept, clock.elapsed_s()
        level = measure(b"".join(block.sound for block in blocks))
        self._watch.add(level, self._heard_at)
        self._know(level=level, complaint=self._watch.complaint())
        self._write(blocks, stall)

    def _write(self, blocks: list[Block], stall: str = _STALLED) -> None:
        self._tape.write(self._timeline.push(self._wanted(blocks), stall=stall))
        self._know(
            overflows=self._timeline.overflows, gaps=self._tape.gaps, lost_ms=self._tape.lost_ms
        )

    def _wanted(self, blocks: list[Block]) -> list[Block]:
        """Return the blocks, cut where the recording is to be no longer."""
        if self._terms.seconds is None:
            return blocks
        left = round((self._terms.seconds - self._timeline.taken_s) * self._timeline.rate)
        kept: list[Block] = []
        for block in blocks:
            if left > 0:
                kept.append(replace(block, sound=block.sound[: 2 * left]))
            left -= block.frames
        return kept

    def _pause(self) -> None:
        """Close the microphone: what is off the record is not even heard."""
        if self.status.state is not State.RECORDING:
            self._cause = PAUSED
            self._know(state=State.PAUSED)
            return
        self._leave(State.PAUSED, PAUSED)

    def _leave(self, state: State, cause: str) -> None:
        self._let_go()
        self._take()
        self._tape.write(self._timeline.flush())
        self._watch.restart()
        self._cause, self._lost_at = cause, clock.elapsed_s()
        self._know(state=state, level=Level(), complaint=None)

    def _resume(self) -> None:
        if self.status.state is State.PAUSED:
            self._lost_at = clock.elapsed_s()
            self._reopen()

    def _look_after_device(self, now: float) -> None:
        if self.status.state is State.RECORDING and self._stream is not None:
            if not self._stream.is_alive() or now - self._heard_at >= _DEAF_S:
                self._leave(State.WAITING, _DEVICE)
                self._tell(Event(kind="device", at_ms=self.position_ms()))
        elif self.status.state is State.WAITING and now - self._tried_at >= _RETRY_S:
            self._reopen()

    def _reopen(self) -> None:
        """Open the device again, the next one after the grace time; WAITING where none opens."""
        self._know(state=State.WAITING)
        for chosen in self._candidates():
            for rate in (self._timeline.rate, None):
                self._timeline.suspect(self._cause)
                with contextlib.suppress(DeviceError):
                    self._opened(self._microphones.open(chosen, rate, self._heard))
                    return
        self._tried_at = clock.elapsed_s()

    def _candidates(self) -> list[str | None]:
        known = [self._terms.device]
        if clock.elapsed_s() - self._lost_at >= self._terms.grace_s:
            known += [name for name in self._microphones.names() if name not in known]
        return known

    def _opened(self, stream: Stream) -> None:
        self._stream, self._heard_at = stream, clock.elapsed_s()
        if stream.rate != self._timeline.rate:
            self._tape.write(self._timeline.new_rate(stream.rate))
            self._timeline.suspect(self._cause)
            self._tape.begin(stream.rate)
        if self._cause == _DEVICE:
            self._tell(Event(kind="device", at_ms=self.position_ms(), text=stream.name))
        self._know(state=State.RECORDING, device=stream.name)

    def _let_go(self) -> None:
        if self._stream is not None:
            self._stream.close()
            self._stream = None

    def _finish(self) -> None:
        """Write what is left, and the gap that was open."""
        self._write(self._ring.take())
        recording = self.status.state is State.RECORDING
        self._tape.write(
            self._timeline.close(clock.elapsed_s(), None if recording else self._cause)
        )
        self._tape.end()
        self._know(written_ms=self._tape.written_ms, gaps=self._tape.gaps)
        self._tell(Event(kind="end", at_ms=self._tape.written_ms))

    def _disk_is_full(self) -> bool:
        """Whether so little is left that it is time to stop."""
        free = self._free_bytes()
        rate = self._tape.bytes_an_hour() or self._timeline.rate * 2 * 3600
        full = free is not None and free <= self._terms.least_free
        self._know(free_bytes=free, bytes_an_hour=rate, disk_full=full)
        if full:
            self._tell(Event(kind="disk", at_ms=self._tape.written_ms))
        return full

    def _know(self, **known: object) -> None:
        self.status = replace(self.status, **known)  # type: ignore[arg-type]

    def _tell(self, event: Event) -> None:
        with contextlib.suppress(AlsvoiceError):  # a log that cannot be written loses no sound
            self._told(event)
