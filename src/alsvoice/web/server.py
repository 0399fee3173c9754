"""The local server: bound to this machine alone, in this process, ends when nobody uses it."""

import contextlib
import socket
import threading
import time
from collections.abc import Callable

import uvicorn

from alsvoice.config import Config
from alsvoice.errors import AlsvoiceError, UsageError
from alsvoice.web.app import make_app
from alsvoice.web.desk import Desk
from alsvoice.web.guard import Guard

__all__ = ["IDLE_S", "serve"]

IDLE_S = 30 * 60.0
"""A page that is looked at asks once every few seconds; so long after the last, nobody does."""


def serve(
    config: Config,
    *,
    port: int = 0,
    page: str = "",
    idle_s: float = IDLE_S,
    ready: Callable[[str], None],
) -> None:
    """Serve until Ctrl-C, or until nobody has used it for ``idle_s``.

    ``ready`` is told the address that lets in once, when it already answers. UsageError where the
    port is taken.
    """
    with _bound(port) as listening:
        own_port = listening.getsockname()[1]
        desk = Desk(config)
        guard = Guard(make_app(desk), port=own_port)
        server = uvicorn.Server(
            uvicorn.Config(
                guard,
                log_config=None,  # a log would hold names of sessions
                access_log=False,
                server_header=False,
                proxy_headers=False,
                lifespan="off",
                loop="asyncio",
                http="h11",
                ws="none",
                timeout_graceful_shutdown=1,
            )
        )
        _warm(desk, page)
        ready(guard.address(page))
        _end_when_unused(server, guard, idle_s)
        server.run(sockets=[listening])


def _warm(desk: Desk, page: str) -> None:
    """Read the session that will be asked for while the browser still starts."""

    def read() -> None:
        with contextlib.suppress(AlsvoiceError):  # who asks for it is told
            name = page.partition("review/")[2]
            desk.look(name)
            desk.numbers(name)

    if page.startswith("review/"):
        threading.Thread(target=read, daemon=True).start()


def _bound(port: int) -> socket.socket:
    listening = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    try:
        listening.bind(("127.0.0.1", port))
        listening.listen(64)
    except (OSError, OverflowError) as problem:
        listening.close()
        raise UsageError(
            f"Port {port} of this machine cannot be used.",
            try_next="the same without --port: a free one is found",
        ) from problem
    return listening


def _end_when_unused(server: uvicorn.Server, guard: Guard, idle_s: float) -> None:
    def watch() -> None:
        while not server.should_exit:
            if time.monotonic() - guard.last_used > idle_s:
                server.should_exit = True
            time.sleep(min(1.0, idle_s / 4))

    threading.Thread(target=watch, daemon=True).start()
