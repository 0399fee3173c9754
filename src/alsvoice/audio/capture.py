"""Recording: the callback only copies; the caller's thread writes FLAC and forces it to disk."""

import os
import queue
import time
from collections.abc import Callable
from contextlib import ExitStack
from typing import Any, BinaryIO

from alsvoice.audio.devices import portaudio
from alsvoice.audio.sink import sink_for
from alsvoice.errors import DeviceError

__all__ = ["record"]

_BLOCK_S = 0.1
_SYNC_S = 0.5


def record(
    file: BinaryIO,
    *,
    device: str | None,
    seconds: float | None,
    go_on: Callable[[float, int], bool],
) -> float:
    """Record one channel at the device's own rate until ``go_on(elapsed_s, overflows)`` is false.

    Returns the seconds recorded. Twice a second all that was heard is on the disk; a FLAC stream
    that ends without its end still plays to its last block. DeviceError, and nothing written, where
    the microphone cannot be opened or does not start.
    """
    library = portaudio()
    chosen: Any = int(device) if device is not None and device.isdigit() else device
    blocks: queue.SimpleQueue[bytes] = queue.SimpleQueue()
    overflows = 0

    def heard(data: Any, _frames: int, _time: Any, status: Any) -> None:
        nonlocal overflows
        overflows += bool(status.input_overflow)
        blocks.put(bytes(data))

    with ExitStack() as stack:
        try:
            rate = int(library.query_devices(chosen, "input")["default_samplerate"])
            stream = library.RawInputStream(
                samplerate=rate,
                blocksize=int(rate * _BLOCK_S),
                device=chosen,
                channels=1,
                dtype="int16",
                callback=heard,
            )
            stack.callback(stream.close)
            stream.start()  # one that another program uses often opens, and then does not start
        except (library.PortAudioError, ValueError) as problem:
            raise DeviceError(
                "The microphone cannot be opened.",
                try_next="alsvoice doctor, or choose another with --device NAME",
            ) from problem
        return _written(file, rate, blocks, seconds, lambda heard_s: go_on(heard_s, overflows))


def _written(
    file: BinaryIO,
    rate: int,
    blocks: "queue.SimpleQueue[bytes]",
    seconds: float | None,
    go_on: Callable[[float], bool],
) -> float:
    """Write what is heard until told to stop; return the seconds written."""
    import soundfile

    frames, synced = 0, time.monotonic()
    with (
        sink_for(file) as sink,
        soundfile.SoundFile(sink, "w", rate, 1, subtype="PCM_16", format="FLAC") as flac,
    ):
        while go_on(frames / rate) and (seconds is None or frames < seconds * rate):
            try:
                block = blocks.get(timeout=_SYNC_S)
            except queue.Empty:
                continue
            flac.buffer_write(block, dtype="int16")
            sink.check()
            frames += len(block) // 2
            if time.monotonic() - synced >= _SYNC_S:
                flac.flush()
                file.flush()
                os.fsync(file.fileno())
                synced = time.monotonic()
    return frames / rate
