"""What this machine has and lacks, with the next command for each lack."""

import importlib.metadata
import os
import platform
import re
import shlex
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from alsvoice.audio.devices import default_microphone
from alsvoice.backends import weights
from alsvoice.config import Config
from alsvoice.errors import AlsvoiceError, DeviceError
from alsvoice.store import Library

__all__ = ["Check", "examine"]

# Folders of services that copy what lies in them to other machines.
_SYNCHRONISED = re.compile(
    r"OneDrive|Dropbox|Google ?Drive|Nextcloud|ownCloud|iCloud|Mobile Documents|CloudStorage|"
    r"Syncthing|pCloud|MEGA$|Box$|Box Sync",
    re.IGNORECASE,
)
_ENOUGH_DISK_GB, _ENOUGH_MEMORY_GB = 2.0, 3.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """One thing looked at; ``needed`` says whether the main job fails without it."""

    name: str
    ok: bool
    finding: str
    try_next: str | None = None
    needed: bool = True


def examine(config: Config) -> tuple[Check, ...]:
    """Look at Python, models, disk, library, memory and microphone; nothing is changed."""
    return (
        _python(),
        *_models(config),
        _disk(config.library),
        *_abandoned(Library(config.library)),
        _privacy(config.library),
        _memory(),
        _microphone(),
    )


def _python() -> Check:
    version = importlib.metadata.version("faster-whisper")
    return Check(
        name="python",
        ok=True,
        finding=f"Python {platform.python_version()}, faster-whisper {version}",
    )


def _models(config: Config) -> Iterator[Check]:
    for model in weights.load_manifest():
        if not model.default:
            continue
        state = weights.status(model, config)
        ok = state in {weights.Status.BUNDLED, weights.Status.PRESENT}
        yield Check(
            name=f"model {model.name}",
            ok=ok,
            finding=state.value,
            try_next=None if ok else "alsvoice models pull",
        )


def _disk(folder: Path) -> Check:
    place = next(p for p in (folder, *folder.absolute().parents) if p.exists())
    free = shutil.disk_usage(place).free / 1e9
    return Check(
        name="disk",
        ok=free >= _ENOUGH_DISK_GB,
        finding=f"{free:.1f} GB free for the library; an hour of sound takes about 0.3 GB",
        try_next=None if free >= _ENOUGH_DISK_GB else "free some space, or choose --library DIR",
    )


def _abandoned(library: Library) -> Iterator[Check]:
    try:
        found = len(library.abandoned())
    except AlsvoiceError as problem:
        yield Check(
            name="leftovers", ok=False, finding=problem.sentence, try_next="choose --library DIR"
        )
        return
    if found:
        yield Check(
            name="leftovers",
            ok=False,
            finding=f"{found} imports or removals were cut off; no session is affected",
            try_next="the next alsvoice import or alsvoice sessions delete takes the rest away",
            needed=False,
        )


def _privacy(library: Path) -> Check:
    """Note a library that other machines or other people get to see."""
    place = library.expanduser().resolve()
    copied = next((part for part in place.parts if _SYNCHRONISED.match(part)), None)
    # Windows keeps rights elsewhere; its mode says nothing.
    shared = os.name != "nt" and place.is_dir() and place.stat().st_mode & 0o077
    finding, try_next = f"{place}: on this machine, for you alone", None
    if copied:
        finding = f"{place}: {copied} may copy it to other machines"
        try_next = "choose another folder with --library DIR or ALSVOICE_LIBRARY"
    elif shared:
        finding = f"{place}: others on this machine may look into it"
        try_next = f"chmod 700 {shlex.quote(str(place))}"
    return Check(
        name="library", ok=try_next is None, finding=finding, try_next=try_next, needed=False
    )


def _memory() -> Check:
    try:
        total = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 1e9
    except (AttributeError, ValueError, OSError):  # Windows has no sysconf
        return Check(name="memory", ok=True, finding="not known on this system", needed=False)
    return Check(
        name="memory",
        ok=total >= _ENOUGH_MEMORY_GB,
        finding=f"{total:.1f} GB; `base` needs about 1 GB",
        try_next=None if total >= _ENOUGH_MEMORY_GB else "alsvoice process SESSION --asr tiny.en",
    )


def _microphone() -> Check:
    try:
        name = default_microphone()
    except DeviceError as problem:
        return Check(
            name="microphone",
            ok=False,
            finding=problem.sentence,
            try_next=problem.try_next,
            needed=False,
        )
    except AlsvoiceError as problem:  # pragma: no cover - a system we have not met
        return Check(name="microphone", ok=False, finding=problem.sentence, needed=False)
    return Check(name="microphone", ok=True, finding=name, needed=False)
