"""A recording that has ended, well or not, becomes a session: its log is folded into the manifest.

The end of every recording goes this way, so that recovering is no second way that nobody walks.
Done twice it gives the same: the log goes last.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from alsvoice import agenda
from alsvoice.agenda import Entry, Kind
from alsvoice.audio.flac import HEAD_BYTES, mend
from alsvoice.digest import digest_parts
from alsvoice.errors import AlsvoiceError, LibraryError
from alsvoice.formats import record_log
from alsvoice.noted import ConsentGiven
from alsvoice.pipeline.condition import sources_of
from alsvoice.session import Audio, Manifest, Participant, Source
from alsvoice.store import Library, SessionFolder
from alsvoice.store.folder import MIX, RECORD_LOG

__all__ = ["Recovered", "fold", "is_unfinished", "recover", "recover_all", "unfinished"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Recovered:
    """A recording that was cut off and is whole again; nothing was heard where it is 0 ms."""

    session: str
    duration_ms: int
    phases: int
    marks: int


def is_unfinished(session: SessionFolder) -> bool:
    """Whether a recording was cut off and waits to be recovered; one that runs is not."""
    return session.exists(RECORD_LOG) and session.holder() is None


def unfinished(library: Library) -> tuple[SessionFolder, ...]:
    """Return the sessions whose recording was cut off."""
    return tuple(session for session in library if is_unfinished(session))


def recover(session: SessionFolder) -> Recovered:
    """Make a whole session of a recording that was cut off; LibraryError where there is none."""
    if not session.exists(RECORD_LOG):
        raise LibraryError(
            f"Session {session.id} is no recording that was cut off.",
            try_next=f"alsvoice sessions show {session.id}",
        )
    with session.held("recover"):
        return fold(session)


def recover_all(library: Library) -> tuple[Recovered, ...]:
    """Recover what can be; a session that cannot be read is left for ``sessions show``."""
    done: list[Recovered] = []
    for session in unfinished(library):
        try:
            done.append(recover(session))
        except AlsvoiceError:
            continue
    return tuple(done)


def fold(session: SessionFolder) -> Recovered:
    """Mend the sound, put the log into the manifest and take it away. Called by the holder."""
    if not session.exists(RECORD_LOG):
        manifest = session.manifest()  # somebody was quicker
        return _told(session, manifest, manifest.audio.duration_ms if manifest.audio else 0)
    plan, entries = record_log.parse(session.read(RECORD_LOG))
    manifest = session.manifest()
    sources, end_ms = _mended(session, entries)
    timed_ms = manifest.timed_ms
    if timed_ms is not None:
        timed_ms = end_ms = max((e.end_ms or e.at_ms for e in entries), default=0)
    people = _with_voices(manifest.participants, entries)
    manifest = replace(
        manifest,
        participants=people,
        consent_given=_with_names(manifest, people),
        phases=agenda.phases(plan, entries, end_ms) or manifest.phases,
        marks=agenda.marks(entries),
        gaps=agenda.gaps(entries),
        voices=agenda.voices(entries),
        attendance=agenda.attendance(entries),
        audio=_audio(sources, end_ms) if sources else None,
        timed_ms=timed_ms,
    )
    session.write_manifest(manifest)
    session.remove(RECORD_LOG)
    return _told(session, manifest, end_ms)


def _with_voices(
    known: tuple[Participant, ...], entries: Sequence[Entry]
) -> tuple[Participant, ...]:
    """Return the participants, and who said their name and was not expected."""
    names = {person.name for person in known}
    new = [voice.name for voice in agenda.voices(entries) if voice.name not in names]
    first = len(known) + 1
    return (*known, *(Participant(id=f"P{n}", name=name) for n, name in enumerate(new, first)))


def _with_names(manifest: Manifest, people: Sequence[Participant]) -> ConsentGiven | None:
    """Return the consent with the names of those, too, who were there and not expected."""
    given = manifest.consent_given
    if given is None:
        return None
    late = tuple(p.name for p in people if p not in manifest.participants)
    return replace(given, names=(*given.names, *late))


def _told(session: SessionFolder, manifest: Manifest, end_ms: int) -> Recovered:
    return Recovered(
        session=session.id,
        duration_ms=end_ms,
        phases=len(manifest.phases),
        marks=len(manifest.marks),
    )


def _mended(session: SessionFolder, entries: Sequence[Entry]) -> tuple[tuple[Source, ...], int]:
    """Return the files that hold sound, and how long they are together."""
    told = [e.text for e in entries if e.kind is Kind.SOURCE and e.text]
    names = dict.fromkeys([*told, *sources_of(session)])  # the log itself may be cut off
    sources: list[Source] = []
    length_s = 0.0
    for name in names:
        if not session.exists(name):
            continue
        with session.mending(name) as file:
            samples, rate = mend(file, name)
            size = file.seek(0, 2)
        if not samples:
            if size <= HEAD_BYTES:  # what holds more is left, should anybody make sense of it
                session.remove(name)
            continue
        sources.append(Source(file=name, sha256=session.digest(name)))
        length_s += samples / rate
    return tuple(sources), round(1000 * length_s)


def _audio(sources: Sequence[Source], length_ms: int) -> Audio:
    return Audio(
        file=MIX,
        sources=tuple(sources),
        sha256=digest_parts([source.sha256 or "" for source in sources]),
        duration_ms=length_ms,
    )
