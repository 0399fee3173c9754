"""Making a session fit to be processed: leftovers go, the manifest is repaired or rebuilt.

What a person may have changed is put aside, never overwritten; what is lost is said.
"""

import os
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime

from alsvoice.digest import digest_parts
from alsvoice.errors import AlsvoiceError, LibraryError, NewerFormatError
from alsvoice.pipeline.condition import Fault, Problem, sources_of
from alsvoice.pipeline.stages import STAGES
from alsvoice.session import Audio, Manifest, Source
from alsvoice.store import SessionFolder
from alsvoice.store.folder import COPY, MANIFEST, MIX

__all__ = ["clear_away", "make_ready"]

_REBUILT = (
    "The manifest (session.json) and its copy could not be read. It was rebuilt from the sound: "
    "title, people, phases, consent, choices of models and whose track is whose are lost."
)


def make_ready(session: SessionFolder, now: datetime) -> tuple[str, ...]:
    """Sweep and repair the manifest; return a sentence for all that was done. Called by the holder.

    NewerFormatError where a newer version wrote the manifest, LibraryError where there is nothing
    to rebuild it from.
    """
    session.sweep()
    notes = _repair_manifest(session, now)
    manifest = session.manifest()
    hashed = _with_hashes(session, manifest)
    if hashed != manifest or (manifest.has_removals and session.removals() is None):
        session.write_manifest(hashed)  # with the list of what was removed
    return notes


def _repair_manifest(session: SessionFolder, now: datetime) -> tuple[str, ...]:
    problem = session.manifest_problem()
    if problem is None:
        return _renew_copy(session, now)
    if isinstance(problem, NewerFormatError):
        raise problem
    try:
        manifest = session.manifest()
        said = ["The manifest (session.json) was repaired from its copy."]
    except AlsvoiceError:
        manifest = _rebuilt(session)
        said = [_REBUILT]
        said += _set_all_aside(
            session, [COPY, *(stage.output for stage in STAGES if stage.output != MIX)], now
        )
    said += _set_all_aside(session, [MANIFEST], now)
    session.write_manifest(manifest)
    return tuple(said)


def _renew_copy(session: SessionFolder, now: datetime) -> tuple[str, ...]:
    """Let the copy follow a manifest that was edited by hand, or that has none yet."""
    path = session.path / COPY
    if os.path.lexists(path) and (path.is_symlink() or not path.is_file()):
        return tuple(_set_all_aside(session, [COPY], now))
    data = session.read(MANIFEST)
    if not path.is_file() or session.read(COPY) != data:
        session.write(COPY, data)
    return ()


def _set_all_aside(session: SessionFolder, names: Iterable[str], now: datetime) -> list[str]:
    return [
        f"What was {name} is kept as {session.set_aside(name, now)}."
        for name in names
        if os.path.lexists(session.path / name)
    ]


def clear_away(session: SessionFolder, problem: Problem, now: datetime) -> str:
    """Put a broken file of a stage aside; return what is said of it."""
    again = f"{problem.file} is computed again"
    if problem.fault is Fault.MISSING:
        return f"{problem.sentence.removesuffix('.')}; {again}."
    kept = session.set_aside(problem.file, now)
    return f"{problem.sentence.removesuffix('.')}; {again}, and what was there is kept as {kept}."


def _rebuilt(session: SessionFolder) -> Manifest:
    """Return what can be known of a session from its folder's name and its sources."""
    names = sources_of(session)
    if not names:
        raise LibraryError(
            f"Of session {session.id} neither the manifest nor the sound is left.",
            try_next=f"a backup of its folder, or alsvoice sessions delete {session.id}",
        )
    removed = session.removals()
    sources = tuple(Source(file=name, sha256=session.digest(name)) for name in names)
    together = removed.sha256 if removed else digest_parts([s.sha256 or "" for s in sources])
    audio = Audio(file=MIX, sources=sources, sha256=together, duration_ms=0)
    return Manifest(
        id=session.id,
        created=_created(session),
        audio=_as_it_lay(removed.audio, sources) if removed and removed.audio else audio,
        redactions=removed.redactions if removed else (),
        withdrawals=removed.withdrawals if removed else (),
    )


def _as_it_lay(kept: Audio, sources: Sequence[Source]) -> Audio:
    """Return the sound as it lay on the session's time when something was taken out of it."""
    places = {source.file: source for source in kept.sources}
    return replace(
        kept,
        sources=tuple(
            replace(places[source.file], sha256=source.sha256)
            for source in sources
            if source.file in places
        ),
    )


def _created(session: SessionFolder) -> str:
    try:
        made = datetime.strptime(session.id[:15], "%Y-%m-%d_%H%M").astimezone()
    except ValueError:
        made = datetime.fromtimestamp(session.path.stat().st_mtime).astimezone()
    return made.isoformat(timespec="seconds")


def _with_hashes(session: SessionFolder, manifest: Manifest) -> Manifest:
    """Hash sources whose hash nobody took: a recording that was cut off.

    Ids of utterances rest on it, so nothing is hashed once there are some.
    """
    audio = manifest.audio
    if audio is None or audio.sha256 or not audio.sources or "align" in manifest.stages:
        return manifest
    sources = tuple(replace(s, sha256=session.digest(s.file)) for s in audio.sources)
    together = digest_parts([s.sha256 or "" for s in sources])
    return replace(manifest, audio=replace(audio, sources=sources, sha256=together))
