"""The voices that a set keeps: ``<library>/sets/NAME.voices/PERSON.json``, a file a person."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Self

from alsvoice.backends.diarize.prints import LENGTH
from alsvoice.digest import digest_bytes, digest_value
from alsvoice.errors import FormatError, NotFoundError, UsageError
from alsvoice.formats import voice_file
from alsvoice.pipeline import handed_over
from alsvoice.removal.names import is_named
from alsvoice.store import Library, SessionFolder
from alsvoice.store.shelf import Shelf, file_name
from alsvoice.voices import VoiceProfile

__all__ = [
    "Kept",
    "forget",
    "is_kept",
    "keep",
    "kept",
    "leave",
    "library_of",
    "profile_of",
    "rename",
    "state",
    "take_in",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """The voices of a set; ``damaged`` are names of files that cannot be read, or of people."""

    profiles: tuple[VoiceProfile, ...] = ()
    damaged: tuple[str, ...] = ()

    def checked(self, network: str) -> Self:
        """Return them with those damaged that say they are a network's and have another length."""
        odd = tuple(p.name for p in self.profiles if not _fits(p, network))
        fit = tuple(p for p in self.profiles if _fits(p, network))
        return replace(self, profiles=fit, damaged=(*self.damaged, *odd))

    def of_network(self, network: str) -> Self:
        """Return those whose vectors a network made: no others may be compared with its own."""
        checked = self.checked(network)
        same = tuple(p for p in checked.profiles if p.network == network)
        return replace(checked, profiles=same)


def _fits(profile: VoiceProfile, network: str) -> bool:
    return profile.network != network or len(profile.vector) == LENGTH


def library_of(session: SessionFolder) -> Library:
    """Return the library that a session lies in."""
    return Library(session.path.parent.parent)


def _shelf(library: Library, set_name: str) -> Shelf:
    return Shelf(library.root / "sets" / f"{file_name(set_name)}.voices", ".json")


def kept(library: Library, set_name: str) -> Kept:
    """Return the voices of a set, by name."""
    shelf = _shelf(library, set_name)
    found: list[VoiceProfile] = []
    damaged: list[str] = []
    for name in shelf.names():
        try:
            found.append(_parsed(shelf, name))
        except FormatError:
            damaged.append(name)
    found.sort(key=lambda profile: profile.name.casefold())
    return Kept(profiles=tuple(found), damaged=tuple(damaged))


def _parsed(shelf: Shelf, name: str) -> VoiceProfile:
    return voice_file.parse(shelf.read(name) or b"", where=f"{name}.json")


def profile_of(library: Library, set_name: str, name: str) -> VoiceProfile | None:
    """Return a person's voice; None where none is kept, FormatError where it is damaged."""
    shelf = _shelf(library, set_name)
    if file_name(name) not in shelf.names():
        return None
    found = _parsed(shelf, name)
    if found.name.casefold() != name.casefold():
        raise UsageError(
            f"{name[:80]!r} and another person's name are too alike to tell their files apart.",
            try_next="alsvoice speakers SESSION SPEAKER_01=Name, with a name of their own",
        )
    return found


def keep(library: Library, set_name: str, profile: VoiceProfile) -> None:
    """Keep a person's voice under a set, in place of what was kept of it."""
    _shelf(library, set_name).write(profile.name, voice_file.serialize(profile))


def is_kept(library: Library, set_name: str, name: str) -> bool:
    """Whether a set keeps a person's voice, damaged or not."""
    return file_name(name) in _shelf(library, set_name).names()


def forget(library: Library, set_name: str, name: str) -> bool:
    """Remove a person's voice, damaged or not, also from what was handed over; return if it was."""
    shelf = _shelf(library, set_name)
    there = is_kept(library, set_name, name)
    shelf.remove(name)
    handed_over.leave(library, set_name, [name])
    _remove_empty(shelf)
    return there


def leave(session: SessionFolder, names: Sequence[str]) -> None:
    """Forget what the session's set keeps of the voice of somebody who goes by these names.

    What cannot be read may be theirs: it goes, too.
    """
    set_name = session.manifest().set
    if set_name is None or not names:
        return
    library = library_of(session)
    try:
        held = kept(library, set_name)
    except NotFoundError:  # a name without a letter is no set's
        return
    handed_over.leave(library, set_name, names, words=True)
    theirs = [profile.name for profile in held.profiles if is_named(profile.name, names)]
    for name in (*theirs, *held.damaged):
        forget(library, set_name, name)


def take_in(library: Library, set_name: str, profile: VoiceProfile) -> None:
    """Keep a voice that was handed over, joined with what is kept of it here.

    Of another network's, the one that was taken last is kept; so where ours is damaged.
    """
    try:
        mine = profile_of(library, set_name, profile.name)
    except FormatError:
        mine = None
    if mine is None:
        keep(library, set_name, profile)
    elif mine.network == profile.network and len(mine.vector) == len(profile.vector):
        keep(library, set_name, mine.joined(profile))
    elif profile.consented > mine.consented:
        keep(library, set_name, profile)


def rename(library: Library, before: str, after: str) -> None:
    """Move the voices of a set that goes by another name now."""
    source, target = _shelf(library, before), _shelf(library, after)
    for name in source.names():
        data = source.read(name)
        if data is not None:
            target.write(name, data)
        source.remove(name)
    _remove_empty(source)


def _remove_empty(shelf: Shelf) -> None:
    if shelf.folder.is_dir() and not any(shelf.folder.iterdir()):
        shelf.folder.rmdir()


def state(library: Library, set_name: str) -> str | None:
    """Return a tagged hash of all that a set keeps of voices; None where it keeps none."""
    try:
        shelf = _shelf(library, set_name)
    except NotFoundError:  # a name without a letter is no set's
        return None
    held = [[name, digest_bytes(shelf.read(name) or b"")] for name in shelf.names()]
    return digest_value(held) if held else None
