"""Records as ``alsvoice record`` does, and writes down what the callback was given, as it comes.

    python tests/listener.py LIBRARY TAP [SECONDS]

A word on stdin ends it, or the seconds.
"""

import os
import struct
import sys
import threading
from datetime import datetime
from pathlib import Path
from typing import Any

from alsvoice.audio import clock
from alsvoice.audio.capture import Terms
from alsvoice.audio.devices import Heard, PortAudioMicrophones, Stream
from alsvoice.pipeline.importing import Details
from alsvoice.pipeline.recording import record
from alsvoice.session import Consent
from alsvoice.store import Library


class Tapped(PortAudioMicrophones):
    """PortAudio's microphones, each block written to a file before the recorder has it."""

    def __init__(self, tap: Path) -> None:
        super().__init__()
        self._tap = os.open(tap, os.O_WRONLY | os.O_CREAT | os.O_APPEND)

    def open(self, device: str | None, rate: int | None, heard: Heard) -> Stream:
        def also(sound: Any, overflowed: bool) -> None:
            data = bytes(sound)
            os.write(self._tap, struct.pack("<dI", clock.elapsed_s(), len(data)) + data)
            heard(sound, overflowed)

        return super().open(device, rate, also)


def wait_for_a_word(stop: threading.Event) -> None:
    if sys.stdin.readline():
        stop.set()


def main() -> None:
    library, tap, *rest = sys.argv[1:]
    terms = Terms(
        seconds=float(rest[0]) if rest else None,
        least_free=int(os.environ.get("LEAST_FREE", "200000000")),
    )
    stop = threading.Event()
    with record(
        Library(Path(library)), Details(consent=Consent.VERBAL), terms,
        microphones=Tapped(Path(tap)), now=datetime.now().astimezone(),
    ) as running:  # fmt: skip
        print("listening", flush=True)
        threading.Thread(target=wait_for_a_word, args=(stop,), daemon=True).start()
        while running.goes_on() and not stop.wait(0.05):
            pass


main()
