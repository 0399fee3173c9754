"""A whole session is deleted, and what of it remains elsewhere is said."""

import contextlib

from alsvoice.errors import AlsvoiceError
from alsvoice.pipeline import sets
from alsvoice.store import Library, SessionFolder

__all__ = ["REMAINS", "REMAINS_IN_SET", "delete_session"]

REMAINS = (
    "reports, exports and sets handed over, written elsewhere with -o",
    "backups and copies of the library",
    "voice profiles taken from it, with consent: alsvoice voices forget NAME",
    "the recording it was imported from, wherever that is kept: its place is not known here",
)
REMAINS_IN_SET = "in its set, when it was and who attended, facilitated and presented"


def delete_session(
    library: Library, session: SessionFolder, *, keep_meeting: bool = False
) -> tuple[str, ...]:
    """Remove a session's folder, and what its set keeps of it; return what remains elsewhere.

    Whose turn it was goes too, unless the meeting is to be kept. LibraryError says who is working
    in the session, or in the sets; then nothing is removed.
    """
    names = {session.id}
    with contextlib.suppress(AlsvoiceError):  # a damaged one is deleted all the same
        names.add(session.manifest().id)
    with sets.changing(library) if sets.all_sets(library) else contextlib.nullcontext():
        library.delete(session)
        kept = [sets.forget(library, name, keep_meeting=keep_meeting) for name in sorted(names)]
    library.sweep()
    return (*REMAINS, REMAINS_IN_SET) if any(kept) else REMAINS
