"""Keeping the machine awake while it records, by the system's own means.

Linux: ``systemd-inhibit`` holds off sleep and the closing of the lid for as long as a child runs;
macOS: ``caffeinate``; Windows: ``SetThreadExecutionState``. Where none of them is there nothing
happens: should the machine sleep all the same, the gap is marked.
"""

import contextlib
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

__all__ = ["command", "kept_awake"]

_CONTINUOUS, _SYSTEM_REQUIRED = 0x80000000, 0x00000001
_WHY = "A session is being recorded"


def command(platform: str, pid: int) -> list[str] | None:
    """Return the program that keeps a system awake as long as a process runs; None without one."""
    if platform == "darwin":
        return ["caffeinate", "-i", "-s", "-w", str(pid)]
    if platform == "linux":
        # `tail --pid` ends with this process, however that ends.
        return [
            "systemd-inhibit", "--what=sleep:idle:handle-lid-switch", "--who=alsvoice",
            f"--why={_WHY}", "--mode=block", "tail", f"--pid={pid}", "-f", "/dev/null",
        ]  # fmt: skip
    return None


@contextmanager
def kept_awake() -> Iterator[None]:
    """Keep the machine from sleeping while the block runs; nothing where it cannot be."""
    if sys.platform == "win32":
        with _kept_awake_by_windows():
            yield
        return
    words = command(sys.platform, os.getpid())
    holder: subprocess.Popen[bytes] | None = None
    if words and shutil.which(words[0]):
        with contextlib.suppress(OSError):
            holder = subprocess.Popen(
                words, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL, start_new_session=True,
            )  # fmt: skip
    try:
        yield
    finally:
        if holder is not None:
            holder.terminate()
            with contextlib.suppress(subprocess.TimeoutExpired):
                holder.wait(2)


@contextmanager
def _kept_awake_by_windows() -> Iterator[None]:
    import ctypes

    kernel = ctypes.windll.kernel32  # type: ignore[attr-defined,unused-ignore]
    kernel.SetThreadExecutionState(_CONTINUOUS | _SYSTEM_REQUIRED)
    try:
        yield
    finally:
        kernel.SetThreadExecutionState(_CONTINUOUS)
