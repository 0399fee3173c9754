"""What came along with a set from another laptop: ``<library>/sets/NAME.handed-over``."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from alsvoice.errors import AlsvoiceError, FormatError, NotFoundError
from alsvoice.formats import set_file
from alsvoice.formats.set_file import HandOver, Said
from alsvoice.removal.names import is_named
from alsvoice.sets import LearningSet
from alsvoice.store import Library
from alsvoice.store.shelf import Shelf

__all__ = ["forget_words", "keep", "leave", "place_of", "rename", "words"]


def _shelf(library: Library) -> Shelf:
    return Shelf(library.root / "sets", ".handed-over")


def place_of(library: Library, set_name: str) -> Path:
    """Return the file."""
    return _shelf(library).path(set_name)


def _given(library: Library, set_name: str) -> HandOver | None:
    """Return what lies beside a set; FormatError where it is damaged."""
    data = _shelf(library).read(set_name)
    where = f"sets/{_shelf(library).path(set_name).name}"
    return None if data is None else set_file.parse_hand_over(data, where=where)


def keep(library: Library, set_name: str, given: HandOver) -> None:
    """Keep the words and voices beside their set, joined with those that came before."""
    try:
        before = _given(library, set_name)
    except AlsvoiceError:  # damaged: nobody can read it
        before = None
    _write(
        library,
        HandOver(
            set=LearningSet(name=set_name),
            words={**(before.words if before else {}), **given.words},
            voices={**(before.voices if before else {}), **given.voices},
            consents={**(before.consents if before else {}), **given.consents},
        ),
    )


def _write(library: Library, left: HandOver) -> None:
    """Keep what is left of it; where that is nothing the file goes."""
    if left.words or left.voices or left.profiles:
        _shelf(library).write(left.set.name, set_file.serialize_hand_over(left))
    else:
        _shelf(library).remove(left.set.name)


def words(
    library: Library, set_name: str, *, session: str | None = None, person: str | None = None
) -> Iterator[tuple[str, Said]]:
    """Yield the words that were handed over, with their session; of one session or person."""
    given = _given(library, set_name)
    for each, rows in sorted(given.words.items()) if given else ():
        for row in rows:
            if _is_meant(each, row, session, person):
                yield each, row


def forget_words(
    library: Library, set_name: str, *, session: str | None = None, person: str | None = None
) -> int:
    """Remove words, all or those of a session or a person; return how many utterances went.

    NotFoundError where there are none; a file that cannot be read goes whole when all is to go.
    """
    try:
        given = _given(library, set_name)
    except FormatError:
        if session is None and person is None:
            _shelf(library).remove(set_name)
            return 0
        raise
    said = given.words if given else {}
    left = {
        each: tuple(row for row in rows if not _is_meant(each, row, session, person))
        for each, rows in said.items()
    }
    gone = sum(map(len, said.values())) - sum(map(len, left.values()))
    if given is None or not gone:
        raise NotFoundError(
            "No such words were handed over.", try_next=f'alsvoice sets words "{set_name}"'
        )
    kept = {each: rows for each, rows in left.items() if rows}
    _write(library, replace(given, set=LearningSet(name=set_name), words=kept))
    return gone


def _is_meant(session: str, row: Said, of: str | None, person: str | None) -> bool:
    return (of is None or session.startswith(of)) and (person is None or _is_of(row, [person]))


def _is_of(row: Said, people: Sequence[str]) -> bool:
    return row.participant is not None and is_named(row.participant, people)


def leave(library: Library, set_name: str, gone: Sequence[str], *, words: bool = False) -> None:
    """Take somebody's voice out of what was handed over, and their words; a damaged file goes."""
    try:
        given = _given(library, set_name)
    except AlsvoiceError:
        _shelf(library).remove(set_name)
        return
    if given is None:
        return
    left = replace(
        given,
        voices={n: clip for n, clip in given.voices.items() if not is_named(n, gone)},
        consents={n: basis for n, basis in given.consents.items() if not is_named(n, gone)},
        profiles=tuple(p for p in given.profiles if not is_named(p.name, gone)),
        words=_without(given, gone) if words else given.words,
    )
    if left != given:
        _write(library, replace(left, set=LearningSet(name=set_name)))


def _without(given: HandOver, gone: Sequence[str]) -> dict[str, tuple[Said, ...]]:
    left = {
        session: tuple(row for row in rows if not _is_of(row, gone))
        for session, rows in given.words.items()
    }
    return {session: rows for session, rows in left.items() if rows}


def rename(library: Library, before: str, after: str) -> None:
    """Move it to a set's other name."""
    data = _shelf(library).read(before)
    if data is not None:
        _shelf(library).write(after, data)
        _shelf(library).remove(before)
