"""The pages and what they ask for: every address of the local server."""

from collections.abc import Awaitable, Callable, Iterator
from contextlib import ExitStack
from datetime import datetime
from importlib.resources import files
from typing import Any

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response, StreamingResponse
from starlette.routing import Route

from alsvoice.audio import wav
from alsvoice.errors import (
    AlsvoiceError,
    ConflictError,
    InputError,
    NotFoundError,
    UsageError,
)
from alsvoice.pipeline import sounding
from alsvoice.pipeline.agreeing import agreement
from alsvoice.pipeline.redaction import redact
from alsvoice.web import asked, pages, practice
from alsvoice.web.answers import body, json
from alsvoice.web.desk import Desk, told
from alsvoice.web.ranges import wanted

__all__ = ["make_app"]

_STATUS: dict[type[AlsvoiceError], int] = {
    ConflictError: 409,
    NotFoundError: 404,
    UsageError: 400,
    InputError: 400,
}
_STATIC = {".js": "text/javascript", ".css": "text/css", ".svg": "image/svg+xml"}

Answer = Callable[[Request], Awaitable[Response]]


def make_app(desk: Desk) -> Starlette:
    """Return the application; it lies behind the guard."""
    routes = _Routes(desk)
    app = Starlette(
        routes=[
            Route("/", _plain(pages.sessions, routes.desk)),
            Route("/practice", _plain(pages.practice, routes.desk)),
            Route("/review/{session}", routes.page),
            Route("/static/{name}", static),
            Route("/api/agreement", routes.agreement),
            Route("/api/{session}/state", routes.state),
            Route("/api/{session}/numbers", routes.numbers),
            Route("/api/{session}/peaks", routes.peaks),
            Route("/api/{session}/sound", routes.sound),
            Route("/api/{session}/change", routes.change, methods=["POST"]),
            Route("/api/{session}/strike", routes.strike, methods=["POST"]),
            *practice.routes(routes.desk),
        ],
        exception_handlers={AlsvoiceError: _failed, Exception: _unforeseen},
    )
    app.router.redirect_slashes = False  # a redirect would name an address that the guard refuses
    return app


def _plain(render: Callable[[Desk], str], desk: Desk) -> Answer:
    async def page(_: Request) -> Response:
        return Response(await run_in_threadpool(render, desk), media_type="text/html")

    return page


async def _failed(_: Request, problem: Exception) -> Response:
    if not isinstance(problem, AlsvoiceError):
        return await _unforeseen(_, problem)
    status = next((_STATUS[kind] for kind in type(problem).__mro__ if kind in _STATUS), 503)
    return json(told(problem), status)


async def _unforeseen(_: Request, problem: Exception) -> Response:
    """Tell a failure by its kind alone: a message may hold words."""
    sentence = f"Something unforeseen failed ({type(problem).__name__})."
    return json({"sentence": sentence, "try_next": "load the page again"}, 500)


async def static(request: Request) -> Response:
    """Return a script or a style sheet of ours."""
    folder = files("alsvoice.web") / "page"
    name = request.path_params["name"]
    known = {each.name for each in folder.iterdir()}
    suffix = "." + name.rpartition(".")[2]
    if name not in known or suffix not in _STATIC:
        return PlainTextResponse("Not here.\n", 404)
    return Response((folder / name).read_bytes(), media_type=_STATIC[suffix])


class _Routes:
    """What is asked of one session."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk

    async def page(self, request: Request) -> Response:
        """Return the page that reviews a session."""
        name = request.path_params["session"]
        text = await run_in_threadpool(lambda: pages.review(self.desk.session(name)))
        return Response(text, media_type="text/html")

    async def state(self, request: Request) -> Response:
        """Return everything of a session; nothing where the page shows it already."""
        name, shown = request.path_params["session"], request.query_params.get("view")

        def look() -> Response:
            if shown is not None and self.desk.state(name) == shown:
                return Response(status_code=204)
            return json(self.desk.look(name).since(None))

        return await run_in_threadpool(look)

    async def numbers(self, request: Request) -> Response:
        """Return what stands beside the transcript."""
        name = request.path_params["session"]
        return json(await run_in_threadpool(self.desk.numbers, name))

    async def change(self, request: Request) -> Response:
        """Carry out wishes; answer with what changed."""
        name = request.path_params["session"]
        wanted_: asked.Change = asked.parse(await body(request), asked.Change)
        wishes = [asked.wish_of(each) for each in wanted_.wishes]
        changed = await run_in_threadpool(
            lambda: self.desk.change(name, wishes, seen=wanted_.seen, who=wanted_.who or None)
        )
        return json(changed)

    async def strike(self, request: Request) -> Response:
        """Take a passage out for good, as the command line does."""
        name = request.path_params["session"]
        strike: asked.Strike = asked.parse(await body(request), asked.Strike)
        if strike.sure != "strike":
            raise InputError("Nothing was taken out.", try_next="type the word strike to be sure")

        def work() -> Any:
            def out(session: Any) -> None:
                passage = (strike.from_ms, strike.to_ms)
                redact(
                    session,
                    passage,
                    now=datetime.now().astimezone(),
                    reason=strike.reason or None,
                )

            self.desk.alone(name, strike.seen, out)
            return self.desk.look(name).since(None)

        return json(await run_in_threadpool(work))

    async def peaks(self, request: Request) -> Response:
        """Return the waveform: a byte for each 50 ms."""
        session = self.desk.session(request.path_params["session"])
        found = await run_in_threadpool(sounding.waveform, session)
        return Response(found, media_type="application/octet-stream")

    async def sound(self, request: Request) -> Response:
        """Return a range of the session's mix."""
        session = self.desk.session(request.path_params["session"])
        stack = ExitStack()
        try:
            mix = await run_in_threadpool(stack.enter_context, sounding.opened(session))
        except BaseException:
            stack.close()
            raise
        size = wav.size(mix.samples)
        span = wanted(request.headers.get("range"), size)
        if span is None:
            stack.close()
            return Response(status_code=416, headers={"Content-Range": f"bytes */{size}"})
        start, end = span

        def pieces() -> Iterator[bytes]:
            with stack:
                yield from wav.pieces(mix, start, end)

        headers = {"Accept-Ranges": "bytes", "Content-Length": str(end - start)}
        partial = "range" in request.headers
        if partial:
            headers["Content-Range"] = f"bytes {start}-{end - 1}/{size}"
        if request.method == "HEAD":
            stack.close()
            return Response(status_code=200, headers=headers, media_type="audio/wav")
        status = 206 if partial else 200
        return StreamingResponse(pieces(), status, headers=headers, media_type="audio/wav")

    async def agreement(self, _: Request) -> Response:
        """Return how far people agree with the machine over all sessions."""
        found = await run_in_threadpool(lambda: agreement(self.desk.library))
        return json(found)
