"""A microphone that gives soft noise at the pace of the clock, in PortAudio's place.

Written as ``sounddevice.py`` into a folder that a program finds first; the file ``gone`` beside it
takes the microphone away.
"""

from pathlib import Path

__all__ = ["place"]

_CODE = """
import random, threading, time
from pathlib import Path
from types import SimpleNamespace

GONE = Path(__file__).with_name("gone")
LOUD = 2000

class PortAudioError(Exception):
    pass

def _initialize():
    pass

_terminate = _initialize

def query_devices(device=None, kind=None):
    if GONE.exists():
        raise PortAudioError("no device")
    found = {"name": "Table microphone", "default_samplerate": 8000.0, "max_input_channels": 1}
    return [found] if device is None and kind is None else found

class RawInputStream:
    def __init__(self, *, samplerate, blocksize, device, channels, dtype, latency, callback):
        self._size, self._rate, self._callback = blocksize, samplerate, callback
        self._open = threading.Event()

    def start(self):
        self._open.set()
        threading.Thread(target=self._run, daemon=True).start()

    def _run(self):
        draw = random.Random(1)
        began, number = time.monotonic(), 0
        while self._open.is_set() and not GONE.exists():
            number += 1
            time.sleep(max(0, began + number * self._size / self._rate - time.monotonic()))
            sound = b"".join(
                draw.randint(-LOUD, LOUD).to_bytes(2, "little", signed=True)
                for _ in range(self._size)
            )
            status = SimpleNamespace(input_overflow=False)
            if self._open.is_set() and not GONE.exists():
                self._callback(sound, self._size, None, status)

    @property
    def active(self):
        return self._open.is_set() and not GONE.exists()

    def abort(self):
        self._open.clear()

    close = abort
"""


def place(folder: Path, *, loud: int = 2000) -> Path:
    """Write it into a folder, which goes into ``PYTHONPATH``; return the folder."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "sounddevice.py").write_text(_CODE.replace("LOUD = 2000", f"LOUD = {loud}"))
    return folder
