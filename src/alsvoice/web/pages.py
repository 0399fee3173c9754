"""The pages as text: what a template is given is a frozen value."""

from dataclasses import dataclass
from importlib.resources import files

import jinja2

from alsvoice.errors import AlsvoiceError
from alsvoice.formats.fields import clock, one_line
from alsvoice.pipeline.run import is_processed
from alsvoice.store import SessionFolder
from alsvoice.web.desk import Desk

__all__ = ["SessionRow", "practice", "review", "sessions"]


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionRow:
    """A session in the list; ``open`` says whether it can be looked at, ``why`` why not."""

    id: str
    title: str
    when: str
    length: str
    open: bool
    why: str = ""


def sessions(desk: Desk) -> str:
    """Return the list of sessions, the newest first."""
    rows = [_row(session) for session in desk.library]
    return _render("sessions.html.j2", rows=tuple(reversed(rows)))


def _row(session: SessionFolder) -> SessionRow:
    try:
        manifest = session.manifest()
        length = clock(manifest.duration_ms) if manifest.duration_ms else ""
        ready = manifest.is_timed_only or is_processed(session, manifest)
    except AlsvoiceError as problem:
        return SessionRow(
            id=session.id, title=session.id, when="", length="", open=False, why=problem.sentence
        )
    return SessionRow(
        id=session.id,
        title=one_line(manifest.title or session.id),
        when=manifest.created[:16].replace("T", " "),
        length=length,
        open=ready,
        why="" if ready else f"Not processed to the end: alsvoice process {session.id}",
    )


def review(session: SessionFolder) -> str:
    """Return the page that reviews a session; what it shows it asks for itself."""
    manifest = session.manifest()
    return _render(
        "review.html.j2", session=session.id, title=one_line(manifest.title or session.id)
    )


def practice(_: Desk) -> str:
    """Return the page to practise on."""
    return _render("practice.html.j2")


def _render(name: str, **context: object) -> str:
    return _environment().get_template(name).render(**context)


def _environment() -> jinja2.Environment:
    return jinja2.Environment(
        loader=jinja2.FunctionLoader(_read),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def _read(name: str) -> str:
    return files("alsvoice.web").joinpath("page", name).read_text("utf-8")
