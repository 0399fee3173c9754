"""``record --check``: ten seconds of listening, a sentence on how it sounds, nothing kept."""

import threading
import time
from typing import Any

from alsvoice.cli import output

__all__ = ["listen"]

_LENGTH_S = 10.0
_STEP_S = 0.5


def listen(device: str | None, *, as_json: bool) -> None:
    """Listen, show the level each half second, and say what it means; DeviceError without one."""
    from alsvoice.audio.devices import PortAudioMicrophones
    from alsvoice.audio.levels import FLOOR_DB, LevelWatch, measure

    heard: list[bytes] = []
    lock = threading.Lock()

    def take(sound: Any, _overflowed: bool) -> None:
        with lock:
            heard.append(bytes(sound))

    watch, loudest = LevelWatch(), FLOOR_DB
    stream = PortAudioMicrophones().open(device, None, take)
    output.say(f"Listening to {stream.name} for ten seconds: say a sentence from every chair.")
    try:
        for step in range(round(_LENGTH_S / _STEP_S)):
            time.sleep(_STEP_S)
            with lock:
                sound, heard[:] = b"".join(heard), []
            level = measure(sound)
            watch.add(level, step * _STEP_S)
            loudest = max(loudest, level.rms_db)
            if not as_json:
                bar = "#" * max(0, round(40 * (1 + level.rms_db / 60)))
                output.say(f"{level.rms_db:6.1f} dB  {bar}")
    finally:
        stream.close()
    complaint = watch.complaint()
    if as_json:
        output.data(
            {"device": stream.name, "loudest_db": round(loudest, 1), "complaint": complaint}
        )
        return
    output.text(complaint or f"It sounds good: {loudest:.0f} dB at the loudest.")
