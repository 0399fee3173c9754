"""The ring between the microphone's callback and the writer: one puts, one takes, no lock.

The callback copies bytes and stamps them; whatever is slow (encoding, the disk) happens on the
other side. Where the writer is so late that the ring is full, what does not fit is counted.
"""

from collections import deque
from dataclasses import dataclass

__all__ = ["Block", "Ring"]


@dataclass(frozen=True, slots=True)
class Block:
    """Sound as it came: 16-bit mono, when it was all there (s), what was lost before it.

    ``overflowed`` says that the system lost an unknown part before it; ``dropped`` counts frames
    that did not fit into the ring.
    """

    sound: bytes
    at_s: float
    overflowed: bool = False
    dropped: int = 0

    @property
    def frames(self) -> int:
        """Samples in it."""
        return len(self.sound) // 2


@dataclass(slots=True)
class _Stamp:
    size: int
    at_s: float
    overflowed: bool
    dropped: int


class Ring:
    """Bytes of bounded size; ``put`` never waits and never fails."""

    def __init__(self, size: int) -> None:
        self._bytes = bytearray(size)
        self._view = memoryview(self._bytes)
        self._stamps: deque[_Stamp] = deque()
        self._put = 0  # bytes ever put; written by the callback alone
        self._taken = 0  # bytes ever taken; written by the writer alone
        self._dropped = 0
        self._overflowed = False

    def put(self, sound: memoryview | bytes, at_s: float, *, overflowed: bool = False) -> None:
        """Copy a block in; one that does not fit is counted and told with the next that does."""
        size = len(sound)
        self._overflowed = self._overflowed or overflowed
        if size > len(self._bytes) - (self._put - self._taken):
            self._dropped += size // 2
            return
        start = self._put % len(self._bytes)
        first = min(size, len(self._bytes) - start)
        self._view[start : start + first] = sound[:first]
        self._view[: size - first] = sound[first:]
        self._put += size
        # The stamp goes last: the writer sees a block only when all of it is there.
        self._stamps.append(_Stamp(size, at_s, self._overflowed, self._dropped))
        self._dropped, self._overflowed = 0, False

    def take(self) -> list[Block]:
        """Return every whole block that is there, in order."""
        blocks: list[Block] = []
        for _ in range(len(self._stamps)):
            stamp = self._stamps.popleft()
            start = self._taken % len(self._bytes)
            first = min(stamp.size, len(self._bytes) - start)
            sound = bytes(self._view[start : start + first]) + bytes(
                self._view[: stamp.size - first]
            )
            self._taken += stamp.size
            blocks.append(Block(sound, stamp.at_s, stamp.overflowed, stamp.dropped))
        return blocks
