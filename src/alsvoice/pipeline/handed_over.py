"""What came along with a set from another laptop: ``<library>/sets/NAME.handed-over``."""

from collections.abc import Sequence
from dataclasses import replace

from alsvoice.errors import AlsvoiceError
from alsvoice.formats import set_file
from alsvoice.removal.names import is_named
from alsvoice.store import Library
from alsvoice.store.shelf import Shelf

__all__ = ["keep", "leave"]


def _shelf(library: Library) -> Shelf:
    return Shelf(library.root / "sets", ".handed-over")


def keep(library: Library, set_name: str, data: bytes) -> None:
    """Keep the file beside its set."""
    _shelf(library).write(set_name, data)


def leave(library: Library, set_name: str, gone: Sequence[str]) -> None:
    """Take somebody's voice out of what was handed over; a damaged file goes whole."""
    shelf = _shelf(library)
    data = shelf.read(set_name)
    if data is None:
        return
    try:
        given = set_file.parse_hand_over(data, where="handed-over")
    except AlsvoiceError:
        shelf.remove(set_name)
        return
    left = replace(
        given,
        voices={n: clip for n, clip in given.voices.items() if not is_named(n, gone)},
        consents={n: basis for n, basis in given.consents.items() if not is_named(n, gone)},
        profiles=tuple(p for p in given.profiles if not is_named(p.name, gone)),
    )
    if left != given:
        shelf.write(set_name, set_file.serialize_hand_over(left))
