"""Leaving the machine to whoever sits at it: long work runs below everything else."""

import os
import sys

__all__ = ["step_back"]

_NICENESS = 10
_BELOW_NORMAL = 0x00004000


def step_back() -> None:
    """Lower this process's priority, once; nothing happens where the system refuses.

    POSIX: niceness of at least 10. Windows: BELOW_NORMAL_PRIORITY_CLASS.
    """
    try:
        if sys.platform == "win32":
            import ctypes

            kernel = ctypes.windll.kernel32
            kernel.SetPriorityClass(kernel.GetCurrentProcess(), _BELOW_NORMAL)
        else:
            os.nice(max(0, _NICENESS - os.nice(0)))
    except OSError:  # a sandbox may forbid it: then it runs as it is
        return
