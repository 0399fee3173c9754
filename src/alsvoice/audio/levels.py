"""How loud the microphone is, and what to say of it.

Speech a metre from a laptop lies between −40 and −20 dBFS; far microphones in meeting rooms come
down to −45 (AMI). Under −55 dBFS at the loudest of ten seconds nobody can be understood.
"""

import math
from collections import deque
from dataclasses import dataclass, field
from typing import ClassVar

__all__ = ["FLOOR_DB", "Level", "LevelWatch", "measure"]

FLOOR_DB = -90.0


@dataclass(frozen=True, slots=True)
class Level:
    """Loudness of a stretch in dBFS; ``clipped`` is the share of samples at full scale."""

    rms_db: float = FLOOR_DB
    peak_db: float = FLOOR_DB
    clipped: float = 0.0
    silent: bool = True  # every sample the same: no microphone hears that


def measure(sound: bytes) -> Level:
    """Return the level of 16-bit samples."""
    import numpy as np

    samples = np.frombuffer(sound, dtype=np.int16).astype(np.float32)
    if not samples.size:
        return Level()
    peak = float(np.abs(samples).max())
    rms = math.sqrt(float(np.mean(samples * samples)))
    return Level(
        rms_db=_db(rms),
        peak_db=_db(peak),
        clipped=float(np.mean(np.abs(samples) >= 32_700)),
        silent=bool(samples.min() == samples.max()),
    )


def _db(value: float) -> float:
    return max(FLOOR_DB, 20 * math.log10(value / 32768)) if value > 0 else FLOOR_DB


@dataclass(slots=True)
class LevelWatch:
    """Levels of the last ten seconds, and the sentence that they call for."""

    _WINDOW_S: ClassVar[float] = 8.0
    _QUIET_DB: ClassVar[float] = -55.0
    _FAINT_DB: ClassVar[float] = -42.0
    _CLIPPED: ClassVar[float] = 0.001
    _seen: deque[tuple[float, Level]] = field(default_factory=deque)

    def add(self, level: Level, at_s: float) -> None:
        """Take in the level of the sound that ends at a moment of the clock."""
        self._seen.append((at_s, level))
        while self._seen[0][0] < at_s - self._WINDOW_S:
            self._seen.popleft()

    def restart(self) -> None:
        """Forget what was heard: a pause, another device."""
        self._seen.clear()

    def complaint(self) -> str | None:
        """Return what to say, None where the level is good or it is too early to tell."""
        if not self._seen or self._seen[-1][0] - self._seen[0][0] < self._WINDOW_S - 0.5:
            return None
        levels = [level for _, level in self._seen]
        if all(level.silent for level in levels):
            return (
                "I hear nothing at all: is the microphone muted, or this program not allowed to "
                "use it?"
            )
        if sum(level.clipped for level in levels) / len(levels) > self._CLIPPED:
            return "The sound is too loud and clips: turn the microphone down or move it away."
        loudest = max(level.rms_db for level in levels)
        if loudest < self._QUIET_DB:
            return "I hear almost nothing: is the microphone muted?"
        if loudest < self._FAINT_DB:
            return "The sound is very quiet: move the microphone nearer, or turn it up."
        return None
