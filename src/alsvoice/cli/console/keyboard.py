"""Keys as they are pressed, without waiting for Enter; the terminal is put back as it was."""

import codecs
import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

from alsvoice.cli.console.keys import BACKSPACE, ENTER, ESCAPE, LEFT, RIGHT

__all__ = ["Keyboard", "keyboard"]

_SPECIAL = {"\r": ENTER, "\n": ENTER, "\x7f": BACKSPACE, "\b": BACKSPACE}
_ARROWS = {"C": RIGHT, "D": LEFT, "A": "", "B": ""}


class Keyboard:
    """Turns what a terminal sends into keys."""

    def __init__(self, encoding: str = "utf-8") -> None:
        self._decoder = codecs.getincrementaldecoder(encoding)(errors="replace")

    def keys(self, data: bytes) -> list[str]:
        """Return the keys in what was read; a sequence nobody knows is passed over."""
        text = self._decoder.decode(data)
        found: list[str] = []
        at = 0
        while at < len(text):
            if text[at] == "\x1b" and text[at + 1 : at + 2] in {"[", "O"}:
                end = at + 2
                while end < len(text) and not text[end].isalpha() and text[end] != "~":
                    end += 1
                found.append(_ARROWS.get(text[end : end + 1], ""))
                at = end + 1
                continue
            char = text[at]
            found.append(ESCAPE if char == "\x1b" else _SPECIAL.get(char, char))
            at += 1
        return [key for key in found if key]

    def read(self, wait_s: float) -> list[str]:
        """Return the keys pressed within a moment."""
        if os.name == "nt":
            return self._read_windows(wait_s)
        import select

        try:
            ready, _, _ = select.select([sys.stdin], [], [], wait_s)
            data = os.read(sys.stdin.fileno(), 1024) if ready else b""
        except (OSError, ValueError):
            time.sleep(wait_s)
            return []
        if ready and not data:  # the terminal is gone
            time.sleep(wait_s)
        return self.keys(data)

    def _read_windows(self, wait_s: float) -> list[str]:
        import msvcrt

        until = time.monotonic() + wait_s
        found: list[str] = []
        while time.monotonic() < until:
            while msvcrt.kbhit():  # type: ignore[attr-defined,unused-ignore]
                char = msvcrt.getwch()  # type: ignore[attr-defined,unused-ignore]
                if char in {"\x00", "\xe0"}:
                    code = msvcrt.getwch()  # type: ignore[attr-defined,unused-ignore]
                    found += {"M": [RIGHT], "K": [LEFT]}.get(code, [])
                else:
                    found += self.keys(char.encode())
            if found:
                break
            time.sleep(0.02)
        return found


@contextmanager
def keyboard() -> Iterator[Keyboard]:
    """Give the keys of the terminal on stdin while the block runs."""
    encoding = getattr(sys.stdin, "encoding", None) or "utf-8"
    if os.name == "nt":
        yield Keyboard()
        return
    import termios
    import tty

    handle = sys.stdin.fileno()
    before = termios.tcgetattr(handle)
    try:
        tty.setcbreak(handle)
        yield Keyboard(encoding)
    finally:
        termios.tcsetattr(handle, termios.TCSADRAIN, before)
