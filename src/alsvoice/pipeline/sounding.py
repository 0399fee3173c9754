"""A session's sound for whoever looks at it: its waveform, and ranges of it."""

from collections.abc import Iterator
from contextlib import contextmanager

from alsvoice.audio.mix import MixFile, open_mix
from alsvoice.audio.peaks import peaks
from alsvoice.errors import AlsvoiceError
from alsvoice.store import SessionFolder
from alsvoice.store.folder import MIX, PEAKS

__all__ = ["opened", "waveform"]

_MAGIC = b"alsvoice peaks 1 "


@contextmanager
def opened(session: SessionFolder) -> Iterator[MixFile]:
    """Give the session's mix."""
    with session.reading(MIX) as file, open_mix(file) as mix:
        yield mix


def waveform(session: SessionFolder) -> bytes:
    """Return a byte for each 50 ms of the mix (see ``audio.peaks``); kept for the next time.

    What is kept belongs to one mix: when that changes, it is made anew.
    """
    made = session.manifest().stages.get("ingest")
    head = _MAGIC + (made.outputs.get(MIX, "") if made else "").encode() + b"\n"
    if session.exists(PEAKS):
        kept = session.read(PEAKS)
        if kept.startswith(head):
            return kept[len(head) :]
    with opened(session) as mix:
        found = peaks(mix)
    try:
        with session.held("review"):
            session.write(PEAKS, head + found)
    except AlsvoiceError:  # held by others, or nothing can be written: it is drawn all the same
        pass
    return found
