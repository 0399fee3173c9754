"""What a recording has to say of itself, each thing once: for plain lines and for the console."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from alsvoice.audio.capture import State, Status

__all__ = ["Telling"]

_AGAIN_S = 300.0
"""A complaint about the level is made again after five minutes, not every second."""


@dataclass(slots=True)
class Telling:
    """Turns what the recorder knows into sentences as things change."""

    least_free: int = 200_000_000
    _overflows: int = 0
    _gaps: int = 0
    _lost_ms: int = 0
    _state: State = State.RECORDING
    _device: str = ""
    _disk_told: bool = False
    _complained: dict[str, float] = field(default_factory=dict)

    def sentences(self, status: Status, at_s: float) -> Iterator[str]:
        """Yield what is new; ``at_s`` is the session's time."""
        yield from self._of_device(status)
        if status.gaps > self._gaps:
            lost = (status.lost_ms - self._lost_ms) / 1000
            self._gaps, self._lost_ms = status.gaps, status.lost_ms
            yield f"{lost:.1f} s are missing; they are marked as a gap."
        elif status.overflows > self._overflows:
            yield "Some sound was lost: the machine was too busy for a moment."
        self._overflows = status.overflows
        if status.complaint and at_s - self._complained.get(status.complaint, -1e9) >= _AGAIN_S:
            self._complained[status.complaint] = at_s
            yield status.complaint
        yield from self._of_disk(status)

    def _of_device(self, status: Status) -> Iterator[str]:
        if status.state is not self._state:
            before, self._state = self._state, status.state
            if status.state is State.WAITING and before is not State.PAUSED:
                yield "The microphone is gone. I wait for it, and take another if it stays away."
            elif status.state is State.RECORDING and before is State.WAITING:
                yield f"Recording again, from {status.device}."
        elif self._device and status.device != self._device:
            yield f"Recording from {status.device} now."
        self._device = status.device

    def _of_disk(self, status: Status) -> Iterator[str]:
        if status.disk_full:
            yield "The disk is nearly full: I stopped, and everything is saved."
        if self._disk_told or status.free_bytes is None or not status.bytes_an_hour:
            return
        hours = (status.free_bytes - self.least_free) / status.bytes_an_hour
        if hours < 1:
            self._disk_told = True
            yield f"The disk has room for {max(0, int(60 * hours))} more minutes: free some space."
