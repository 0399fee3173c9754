"""Where sound stands on the session's time: what was lost becomes a gap of its true length.

A block of sound carries the moment at which all of it was there. The *lag* is that moment less the
sound so far: as long as nothing is lost it stays the same but for jitter, which only ever makes it
larger. After something suspicious (an overflow, a stall, a device that came back) blocks are held
back for a third of a second; by how much the least lag has grown then is what was lost. Late sound
that a system had kept in its own buffers makes no gap, since the lag returns to what it was. A busy
machine is late for longer than that: of less than a quarter of a second it is not sure whether it
is loss, and it becomes a gap only if the lag has not come back five seconds later.
"""

from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from alsvoice.audio.ring import Block

__all__ = ["Lost", "Sound", "Timeline"]

_UNSURE = {"overflow", "stalled", "slept"}
"""Causes after which it is not known whether, or where, something is missing."""

_SETTLE_S = 0.3
_STALL_S = 0.5
"""From here on a silence between two blocks is suspicious; systems deliver every tenth second."""
_JITTER_S = 0.04
_SURE_S = 0.25
_DOUBT_S = 5.0
_REMEMBERED_S = 10.0
"""The least lag of the last ten seconds: clocks that drift by 200 ppm move it by 2 ms."""


@dataclass(frozen=True, slots=True)
class Sound:
    """Sound to be written next."""

    data: bytes


@dataclass(frozen=True, slots=True)
class Lost:
    """Silence to be written next, in place of what was lost: samples, and why."""

    frames: int
    cause: str


@dataclass(slots=True)
class Timeline:
    """Turns blocks into sound and gaps; ``position_s`` is how far the session's time has come."""

    rate: int
    base_lag_s: float | None = None
    overflows: int = 0
    _frames: int = 0  # of this stream's rate, gaps included
    _before_s: float = 0.0  # of streams with other rates before it
    _lags: deque[tuple[float, float]] = field(default_factory=deque)
    _held: list[Block] = field(default_factory=list)
    _suspect: str | None = None
    _last_s: float | None = None
    _doubt: tuple[float, float, str] | None = None  # since when, the lag before, the cause

    @property
    def given_s(self) -> float:
        """Length of all that was given out, in seconds."""
        return self._before_s + self._frames / self.rate

    @property
    def taken_s(self) -> float:
        """Length of all that was taken in, with what is held back."""
        return self.given_s + sum(block.frames for block in self._held) / self.rate

    def position_s(self, now_s: float) -> float:
        """Return the session's time at a moment of the clock; it goes on through every gap."""
        return 0.0 if self.base_lag_s is None else max(0.0, now_s - self.base_lag_s)

    def suspect(self, cause: str) -> None:
        """Take it that something is missing before the next block, and why."""
        self._suspect = cause

    def new_rate(self, rate: int) -> list[Sound | Lost]:
        """Go on with a stream of another rate; return what had been held back."""
        kept = list(self.flush())
        self._before_s, self._frames, self.rate = self.given_s, 0, rate
        return kept

    def push(self, blocks: Sequence[Block], *, stall: str = "stalled") -> list[Sound | Lost]:
        """Take blocks in; return what can be written. ``stall`` is why a silence would be."""
        out: list[Sound | Lost] = []
        for block in blocks:
            out += self._push(block, stall)
        return out

    def _push(self, block: Block, stall: str) -> Iterator[Sound | Lost]:
        self.overflows += block.overflowed or block.dropped > 0
        if self.base_lag_s is None:
            self.base_lag_s = block.at_s - block.frames / self.rate
            self._suspect = None
        elif not self._held:
            self._look_at(block, stall)
        self._last_s = block.at_s
        if self._held or self._suspect:
            self._held.append(block)
            if block.at_s - self._held[0].at_s >= _SETTLE_S:
                yield from self.flush()
            return
        yield from self._give(block)

    def _look_at(self, block: Block, stall: str) -> None:
        if self._suspect is None and block.overflowed:
            self._suspect = "overflow"
        if self._suspect is None and self._last_s is not None:
            late = block.at_s - self._last_s - block.frames / self.rate
            self._suspect = stall if late > _STALL_S else None

    def settled(self, now_s: float) -> list[Sound | Lost]:
        """Return what was held back long enough though nothing came after it."""
        waited = self._held and now_s - self._held[0].at_s > 2 * _SETTLE_S
        return list(self.flush()) if waited else []

    def flush(self) -> Iterator[Sound | Lost]:
        """Give out what is held back, with the gap that it turned out to have."""
        held, cause = self._held, self._suspect or "overflow"
        self._held, self._suspect = [], None
        if not held:
            return
        lags = self._lags_of(held)
        before_s = self._doubt[1] if self._doubt else self._least_lag()
        lost_s = min(lags) - before_s
        flagged = next((n for n, b in enumerate(held) if b.overflowed), None)
        known = cause not in _UNSURE
        if lost_s < (_JITTER_S if known else _SURE_S):
            self._doubt = None if known else (held[0].at_s, before_s, cause)
            lost_s = 0.0
        else:
            self._doubt = None
        at = self._where(lags, flagged, cause)
        self._lags.clear()
        for number, block in enumerate(held):
            if number == at and lost_s:
                yield from self._lose(round(lost_s * self.rate), cause)
            yield from self._give(block)

    def close(self, now_s: float, cause: str | None) -> list[Sound | Lost]:
        """Return what is left at the end; with a cause, also the gap that lasts until now."""
        out = list(self.flush())
        missing_s = self.position_s(now_s) - self.given_s
        if cause is not None and missing_s > _JITTER_S:
            out += self._lose(round(missing_s * self.rate), cause)
        return out

    def _lags_of(self, held: Sequence[Block]) -> list[float]:
        at, lags = self.given_s, []
        for block in held:
            at += (block.frames + block.dropped) / self.rate
            lags.append(block.at_s - at)
        return lags

    def _where(self, lags: Sequence[float], flagged: int | None, cause: str) -> int:
        """Return before which block the gap lies.

        Where a system kept old sound and dropped the new, it lies after the burst of old sound:
        where the lag has come down to its least. After a pause nothing old is left.
        """
        if flagged is not None:
            return flagged
        if cause not in _UNSURE:
            return 0
        least = min(lags)
        return next(n for n, lag in enumerate(lags) if lag <= least + _JITTER_S)

    def _least_lag(self) -> float:
        assert self.base_lag_s is not None  # noqa: S101 - blocks are held only after a first one
        return min((lag for _, lag in self._lags), default=self.base_lag_s)

    def _decide(self, doubt: tuple[float, float, str]) -> Iterator[Lost]:
        """Call it a loss where the lag has not come back to what it was."""
        _, before_s, cause = doubt
        self._doubt = None
        lost_s = self._least_lag() - before_s
        if lost_s >= _JITTER_S:
            self._lags.clear()
            yield from self._lose(round(lost_s * self.rate), cause)

    def _lose(self, frames: int, cause: str) -> Iterator[Lost]:
        self._frames += frames
        yield Lost(frames, cause)

    def _give(self, block: Block) -> Iterator[Sound | Lost]:
        if block.dropped:  # the writer was late; how much is known to the sample
            yield from self._lose(block.dropped, "overflow")
        if self._doubt is not None and block.at_s - self._doubt[0] >= _DOUBT_S:
            yield from self._decide(self._doubt)
        self._frames += block.frames
        lag = block.at_s - self.given_s
        while self._lags and (
            self._lags[-1][1] >= lag or self._lags[0][0] < block.at_s - _REMEMBERED_S
        ):
            if self._lags[-1][1] >= lag:
                self._lags.pop()
            else:
                self._lags.popleft()
        self._lags.append((block.at_s, lag))
        self.base_lag_s = self._lags[0][1]
        yield Sound(block.sound)
