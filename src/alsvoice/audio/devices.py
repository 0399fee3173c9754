"""Microphones, through PortAudio; only recording needs it."""

import sys
from collections.abc import Callable
from typing import Any, Protocol

from alsvoice.errors import DeviceError

__all__ = ["Heard", "Microphones", "PortAudioMicrophones", "Stream", "default_microphone",
           "portaudio"]  # fmt: skip

Heard = Callable[[Any, bool], None]
"""Called with 16-bit mono sound (a buffer) and whether the system lost some before it."""

_BLOCK_S = 0.05
_INSTALL = {
    "linux": "sudo apt-get install libportaudio2 (or your system's PortAudio), then again",
    "darwin": "pip install --force-reinstall sounddevice, then again",
    "win32": "pip install --force-reinstall sounddevice, then again",
}
_ALLOW = {
    "linux": "another with --device NAME; `alsvoice doctor` names the one that is used",
    "darwin": "allow the terminal to use it (System Settings > Privacy & Security > Microphone), "
    "or another with --device NAME",
    "win32": "allow desktop apps to use it (Settings > Privacy > Microphone), or another with "
    "--device NAME",
}


class Stream(Protocol):
    """An open microphone."""

    rate: int
    name: str

    def is_alive(self) -> bool:
        """Whether it still gives sound."""
        ...

    def close(self) -> None:
        """Let go of it; never raises."""
        ...


class Microphones(Protocol):
    """What can open one."""

    def open(self, device: str | None, rate: int | None, heard: Heard) -> Stream:
        """Open and start a microphone, at its own rate unless one is given; DeviceError."""
        ...

    def names(self) -> tuple[str, ...]:
        """Return the inputs there are now, the default first."""
        ...


def portaudio() -> Any:
    """Return the sounddevice module; DeviceError where PortAudio is not installed."""
    try:
        import sounddevice
    except OSError as problem:
        raise DeviceError(
            "The microphone library PortAudio is not on this system; everything but recording "
            "works without it.",
            try_next=_INSTALL.get(sys.platform, _INSTALL["linux"]),
        ) from problem
    return sounddevice


def default_microphone() -> str:
    """Return the name of the input that would be recorded from."""
    library = portaudio()
    try:
        found = library.query_devices(kind="input")
    except (library.PortAudioError, ValueError) as problem:
        raise _none_found() from problem
    return str(found["name"])


def _none_found() -> DeviceError:
    return DeviceError(
        "No microphone was found.",
        try_next="plug one in, or allow the terminal to use it, then `alsvoice doctor`",
    )


class PortAudioMicrophones:
    """The microphones that PortAudio knows."""

    def __init__(self) -> None:
        self._library = portaudio()
        self._opened = 0

    def open(self, device: str | None, rate: int | None, heard: Heard) -> Stream:
        """Open and start a microphone; DeviceError where it cannot be."""
        library = self._library
        if self._opened:
            self._look_again()
        chosen: Any = int(device) if device is not None and device.isdigit() else device
        stream: Any = None
        try:
            found = library.query_devices(chosen, "input")
            rate = rate or int(found["default_samplerate"])
            stream = library.RawInputStream(
                samplerate=rate,
                blocksize=int(rate * _BLOCK_S),
                device=chosen,
                channels=1,
                dtype="int16",
                latency="high",
                callback=lambda data, _frames, _time, status: heard(
                    data, bool(status.input_overflow)
                ),
            )
            stream.start()  # one that another program uses often opens, and then does not start
        except (library.PortAudioError, ValueError) as problem:
            if stream is not None:
                stream.close()
            raise self._cannot(chosen) from problem
        self._opened += 1
        return _PortAudioStream(stream, rate, str(found["name"]))

    def names(self) -> tuple[str, ...]:
        """Return the inputs there are now, the default first."""
        self._look_again()
        try:
            found = [str(d["name"]) for d in self._library.query_devices()
                     if d["max_input_channels"] > 0]  # fmt: skip
            first = str(self._library.query_devices(kind="input")["name"])
        except (self._library.PortAudioError, ValueError):
            return ()
        return tuple(dict.fromkeys([first, *found]))

    def _cannot(self, chosen: Any) -> DeviceError:
        try:
            self._library.query_devices(kind="input")
        except (self._library.PortAudioError, ValueError):
            return _none_found()
        return DeviceError(
            "The microphone cannot be opened."
            if chosen is None
            else f"The microphone {str(chosen)[:60]!r} cannot be opened.",
            try_next=_ALLOW.get(sys.platform, _ALLOW["linux"]),
        )

    def _look_again(self) -> None:
        """Have PortAudio look for devices anew: it keeps the list of its first look."""
        for step in ("_terminate", "_initialize"):
            getattr(self._library, step, lambda: None)()


class _PortAudioStream:
    """A stream of PortAudio's."""

    def __init__(self, stream: Any, rate: int, name: str) -> None:
        self._stream = stream
        self.rate = rate
        self.name = name

    def is_alive(self) -> bool:
        """Whether PortAudio still calls back."""
        return bool(self._stream.active)

    def close(self) -> None:
        """Let go of it."""
        import contextlib

        with contextlib.suppress(Exception):  # a device that is gone may refuse to be closed
            self._stream.abort()
        with contextlib.suppress(Exception):
            self._stream.close()
