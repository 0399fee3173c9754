"""A recording made here becomes a session; the folder and its manifest are there from the start."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from alsvoice.audio import capture
from alsvoice.audio.devices import portaudio
from alsvoice.errors import DeviceError
from alsvoice.pipeline.importing import Details
from alsvoice.session import Audio, Manifest, Source
from alsvoice.store import Library, SessionFolder

__all__ = ["record_session"]

SOURCE = "audio/source-01.flac"


def record_session(
    library: Library,
    details: Details,
    *,
    device: str | None,
    seconds: float | None,
    now: datetime,
    go_on: Callable[[float, int], bool],
) -> SessionFolder:
    """Record until told to stop; the session can be processed even if this never returns."""
    portaudio()  # fails before a folder is made
    session = library.create(now)
    manifest = Manifest(
        id=session.id,
        title=details.title,
        created=now.isoformat(timespec="seconds"),
        consent=details.consent,
        set=details.set,
        template=details.template,
        participants=details.participants,
        speakers=details.speakers,
        phases=details.phases,
        audio=Audio(
            file="audio/mix.flac", sources=(Source(file=SOURCE),), sha256="", duration_ms=0
        ),
    )
    session.write_manifest(manifest)
    try:
        with session.held("record"):
            _record(session, manifest, device, seconds, go_on)
    except DeviceError:
        if not session.file(SOURCE).stat().st_size:  # not a sound was heard
            library.delete(session)
        raise
    return session


def _record(
    session: SessionFolder,
    manifest: Manifest,
    device: str | None,
    seconds: float | None,
    go_on: Callable[[float, int], bool],
) -> None:
    with session.recording(SOURCE) as file:
        capture.record(file, device=device, seconds=seconds, go_on=go_on)
    digest = session.digest(SOURCE)
    if manifest.audio:
        source = Source(file=SOURCE, sha256=digest)
        audio = replace(manifest.audio, sha256=digest, sources=(source,))
        session.write_manifest(replace(manifest, audio=audio))
