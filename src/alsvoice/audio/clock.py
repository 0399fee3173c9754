"""Time that goes on while the machine sleeps and that nobody can set.

Linux's monotonic clock stops in sleep, and its boot-time clock does not; on macOS and Windows the
monotonic clock goes on. The time of day is never used: it jumps.
"""

import time

__all__ = ["elapsed_s", "slept_s"]

_BOOT = getattr(time, "CLOCK_BOOTTIME", None)


def elapsed_s() -> float:
    """Return seconds since some moment in the past."""
    return time.monotonic() if _BOOT is None else time.clock_gettime(_BOOT)


def slept_s() -> float:
    """Return how long the machine has slept since it was started, as far as Linux can tell."""
    return 0.0 if _BOOT is None else time.clock_gettime(_BOOT) - time.monotonic()
