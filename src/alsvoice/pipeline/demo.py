"""The bundled session: an action learning set on a hospital ward, voiced by speech synthesis."""

import contextlib
import json
from datetime import datetime
from importlib.resources import as_file, files
from pathlib import Path

from alsvoice.backends.protocols import Hook, no_hook
from alsvoice.config import Config
from alsvoice.errors import AlsvoiceError
from alsvoice.intervals import to_ms
from alsvoice.pipeline.importing import Details, import_audio
from alsvoice.pipeline.people import parse_participants
from alsvoice.session import Consent, Phase
from alsvoice.store import Library, SessionFolder

__all__ = ["demo_details", "demo_session"]

_FOLDER = files("alsvoice") / "data" / "demo"


def demo_details() -> Details:
    """Return what a facilitator would have typed: people with roles, phases, consent."""
    truth = json.loads((_FOLDER / "truth.json").read_text(encoding="utf-8"))
    people = ",".join(f"{p['name']}:{p['role']}" for p in truth["participants"])
    return Details(
        title=truth["title"],
        participants=parse_participants(people),
        consent=Consent.WRITTEN,
        template="classic",
        phases=tuple(
            Phase(name=p["name"], start_ms=to_ms(p["start"]), end_ms=to_ms(p["end"]))
            for p in truth["phases"]
        ),
    )


def demo_session(
    root: Path, config: Config, *, now: datetime, hook: Hook = no_hook
) -> SessionFolder:
    """Return the demo's session in a library of its own, imported if it is not there yet."""
    library = Library(root)
    details = demo_details()
    for session in library:
        with contextlib.suppress(AlsvoiceError):  # what cannot be read is not the demo's
            if session.manifest().title == details.title:
                return session
    with as_file(_FOLDER / "session.opus") as sound:
        return import_audio(library, config, [sound], details, now=now, hook=hook)
