"""Microphones, through PortAudio; only recording needs it."""

import sys
from typing import Any

from alsvoice.errors import DeviceError

__all__ = ["default_microphone", "portaudio"]

_INSTALL = {
    "linux": "sudo apt-get install libportaudio2 (or your system's PortAudio), then again",
    "darwin": "pip install --force-reinstall sounddevice, then again",
    "win32": "pip install --force-reinstall sounddevice, then again",
}


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
        raise DeviceError(
            "No microphone was found.",
            try_next="plug one in, or allow the terminal to use it, then `alsvoice doctor`",
        ) from problem
    return str(found["name"])
