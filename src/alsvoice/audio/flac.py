"""FLAC that is written while people speak, and mended where its end is missing.

Frames are 1,152 samples long (compression level 2), so that at 48 kHz no more than 24 ms wait in
the encoder. A file without its end plays in any player: its header names no length. Mending cuts
the torn last frame off and writes the length in. Source: RFC 9639, sections 8.2 and 9.
"""

import io
import os
import sys
from typing import BinaryIO

from alsvoice.audio.interrupts import held_back
from alsvoice.audio.readable import Readable
from alsvoice.audio.sink import Sink
from alsvoice.errors import InputError

__all__ = ["HEAD_BYTES", "FlacWriter", "mend", "warm_up"]

HEAD_BYTES = 86
"""What stands before the first frame: nothing is lost with a file that holds no more."""

_LEVEL = 2 / 8
_SILENCE = bytes(96_000)
_STREAMINFO = 8
_TOTAL_AT = _STREAMINFO + 13  # the last four bits here, and the four bytes after it
_POLYNOMIAL = 0x8005


class FlacWriter:
    """One channel of 16 bits, in frames as short as an eighth of a second at any rate."""

    def __init__(self, file: BinaryIO, rate: int) -> None:
        import soundfile

        self.rate = rate
        self.frames = 0
        self._file = file
        self._sink = Sink(file)
        self._flac = soundfile.SoundFile(
            self._sink, "w", rate, 1, subtype="PCM_16", format="FLAC", compression_level=_LEVEL
        )

    def close(self) -> None:
        """Write the end: the length, and the check sum of all sound."""
        try:
            self._flac.close()
        finally:
            self._sink.check()

    def write(self, sound: bytes) -> None:
        """Write samples; OSError where the disk refuses them."""
        self._flac.buffer_write(sound, dtype="int16")
        self._sink.check()
        self.frames += len(sound) // 2

    def silence(self, frames: int) -> None:
        """Write silence; an hour of it takes two seconds and no space."""
        for start in range(0, frames, len(_SILENCE) // 2):
            self.write(_SILENCE[: 2 * (frames - start)])

    def sync(self) -> None:
        """Put all whole frames on the disk."""
        self._file.flush()
        if sys.platform == "darwin":  # its fsync leaves the data in the drive's cache
            import fcntl

            try:
                fcntl.fcntl(self._file.fileno(), fcntl.F_FULLFSYNC)
            except OSError:  # a disk that knows no such order, such as a share
                os.fsync(self._file.fileno())
            return
        os.fsync(self._file.fileno())


def warm_up() -> None:
    """Load what writing needs and write once: that takes up to a second on a busy machine."""
    import numpy  # noqa: F401 - levels are measured with it

    writer = FlacWriter(io.BytesIO(), 8000)
    writer.silence(8000)
    writer.close()


def mend(file: BinaryIO, name: str) -> tuple[int, int]:
    """Cut the torn end off and write the length in; return samples and rate, both 0 without any.

    Every whole frame stays as it is. What has its length already is left alone. ``name`` is only
    for sentences; InputError where the file is no FLAC.
    """
    file.seek(0)
    head = file.read(_STREAMINFO + 34)
    if not head:
        return 0, 0
    if head[:4] != b"fLaC" or len(head) < _STREAMINFO + 34:
        if len(head) < _STREAMINFO + 34:
            return 0, 0
        raise InputError(f"{name} is no FLAC file.", try_next="alsvoice sessions show SESSION")
    rate = int.from_bytes(head[_STREAMINFO + 10 : _STREAMINFO + 13], "big") >> 4
    told = ((head[_TOTAL_AT] & 0x0F) << 32) | int.from_bytes(head[_TOTAL_AT + 1 : _TOTAL_AT + 5])
    if told:
        return told, rate
    samples, end = _whole_frames(file)
    if end is None:
        return 0, rate
    file.truncate(end)
    file.seek(_TOTAL_AT)
    file.write(bytes([(head[_TOTAL_AT] & 0xF0) | (samples >> 32)]))
    file.write((samples & 0xFFFFFFFF).to_bytes(4, "big"))
    file.flush()
    os.fsync(file.fileno())
    return samples, rate


def _whole_frames(file: BinaryIO) -> tuple[int, int | None]:
    """Return the samples of all whole frames and where the last one ends; None without one."""
    import av

    file.seek(0)
    samples, end = 0, None
    last: tuple[int, int, int] | None = None
    try:
        with held_back(), av.open(Readable(file), mode="r", format="flac") as container:
            for packet in container.demux(container.streams.audio[0]):
                if not packet.size:
                    continue
                if last is not None:
                    samples, end = samples + last[2], last[0] + last[1]
                last = (packet.pos or 0, packet.size, packet.duration or 0)
    except (av.error.FFmpegError, OSError):
        pass
    if last is not None and _is_whole(file, last[0], last[1]):
        samples, end = samples + last[2], last[0] + last[1]
    return samples, end


def _is_whole(file: BinaryIO, at: int, size: int) -> bool:
    """Whether a frame ends with the check sum of all before it (RFC 9639, 9.3)."""
    file.seek(at)
    crc = 0
    for byte in file.read(size):
        crc ^= byte << 8
        for _ in range(8):
            crc = ((crc << 1) ^ _POLYNOMIAL if crc & 0x8000 else crc << 1) & 0xFFFF
    return crc == 0
