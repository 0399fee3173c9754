"""``review``: a local page to look at sessions together and correct them."""

from typing import TYPE_CHECKING, Annotated

import typer

from alsvoice.cli import options, output
from alsvoice.errors import LibraryError, MissingExtraError

if TYPE_CHECKING:
    from alsvoice.store import SessionFolder

__all__ = ["add_to", "serve_page"]

NoOpen = Annotated[bool, typer.Option("--no-open", help="Print the address; open no browser.")]
Port = Annotated[int, typer.Option(min=0, max=65535, help="The port; 0 finds a free one.")]


def add_to(app: typer.Typer) -> None:
    """Add the command."""
    app.command("review")(review)


def review(
    session: Annotated[
        str | None,
        typer.Argument(metavar="[SESSION]", help="The session to open; else the list of them."),
    ] = None,
    no_open: NoOpen = False,
    port: Port = 0,
) -> None:
    """Look at a session in the browser of this machine and correct what the machine got wrong.

    Ctrl-C ends it; unused, it ends by itself.
    """
    place = options.place()
    page = f"review/{_seen(place.session(session)).id}" if session else ""
    serve_page(page, open_it=not no_open, port=port)


def _seen(session: "SessionFolder") -> "SessionFolder":
    """Return a session that can be looked at; what is said of one that cannot is said here."""
    from alsvoice.pipeline import recovery
    from alsvoice.pipeline.condition import refuse_pending
    from alsvoice.pipeline.sight import refuse_unprocessed

    if recovery.is_unfinished(session):
        raise LibraryError(
            f"Session {session.id} is a recording that was cut off.",
            try_next=f"alsvoice recover {session.id}",
        )
    refuse_pending(session)
    refuse_unprocessed(session, session.manifest())
    return session


def serve_page(page: str, *, open_it: bool, port: int) -> None:
    """Serve a page until it is not used any more; MissingExtraError where that cannot be."""
    try:
        from alsvoice.web import serve
    except ModuleNotFoundError as problem:
        raise MissingExtraError("A page in the browser", "web") from problem

    def ready(address: str) -> None:
        output.text(address)
        output.say("Open it in a browser of this machine; it works once. Ctrl-C ends it.")
        if open_it:
            import webbrowser

            webbrowser.open(address)

    try:
        serve(options.place().config, port=port, page=page, ready=ready)
    except KeyboardInterrupt:  # how it is meant to end
        output.say("Ended. Every correction is kept.")
