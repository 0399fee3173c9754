"""The door of the local page: who may come in, and what every answer says to the browser.

What a page of somebody else in the same browser can try, and what stands against it:

- ask for our address by another name (DNS rebinding): the Host must be ours to the letter;
- let the browser send a form or a request: Origin and Sec-Fetch-Site must be ours, the cookie is
  same-site, and only POST changes anything, with JSON, which no form can send;
- show or load ours inside of it: frames, and loading from elsewhere, are forbidden by header;
- know an address: all of them lie below a folder whose name is drawn anew each time, and the cookie
  is sent to that folder alone, so that another server on this machine never gets it.

The token in the printed address works once; what it gives is a cookie that no script can read.
"""

import hmac
import secrets
import time
from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qs

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import cookie_parser
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

__all__ = ["HEADERS", "Guard"]

COOKIE = "alsvoice"
HEADERS: Mapping[str, str] = {
    "Content-Security-Policy": "; ".join(
        [
            "default-src 'none'",
            "script-src 'self'",
            "style-src 'self'",
            "img-src 'self'",
            "media-src 'self'",
            "connect-src 'self'",
            "base-uri 'none'",
            "form-action 'none'",
            "frame-ancestors 'none'",
        ]
    ),
    "Cache-Control": "no-store",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}
_USED_UP = (
    "This address was used already, or it is of another run.\n"
    "Go back to the page that is open, or start `alsvoice review` again for a new address.\n"
)


class Guard:
    """An ASGI application around the real one; it knows when it was last used."""

    def __init__(self, app: ASGIApp, *, port: int) -> None:
        self._app = app
        self._host = f"127.0.0.1:{port}"
        self._origin = f"http://127.0.0.1:{port}"
        self._token: str | None = secrets.token_urlsafe(24)
        self._cookie = secrets.token_urlsafe(32)
        self.folder = f"/{secrets.token_urlsafe(12)}"
        self.last_used = time.monotonic()

    def address(self, where: str = "") -> str:
        """Return the address that lets in once; ``where`` is a page below the folder."""
        return f"{self._origin}/open?token={self._token}{f'&page={where}' if where else ''}"

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let in, or refuse with a plain sentence that tells nothing."""
        if scope["type"] != "http":
            return
        headers = Headers(scope=scope)

        async def dressed(message: Message) -> None:
            if message["type"] == "http.response.start":
                own = MutableHeaders(scope=message)
                for name, value in HEADERS.items():
                    own[name] = value
            await send(message)

        refusal = self._refusal(scope, headers)
        if refusal is not None:
            await refusal(scope, receive, dressed)
            return
        self.last_used = time.monotonic()
        path = scope["path"].removeprefix(self.folder)
        await self._app({**scope, "path": path, "raw_path": path.encode()}, receive, dressed)

    def _refusal(self, scope: Scope, headers: Headers) -> Response | None:
        method = scope["method"]
        if headers.getlist("host") != [self._host]:
            return PlainTextResponse("Not here.\n", 421)
        if method not in {"GET", "HEAD", "POST"}:
            return PlainTextResponse("Not so.\n", 405)
        if scope["path"] == "/open" and method == "GET":
            return self._opened(scope, headers)
        if self._is_foreign(headers, changes=method == "POST"):
            return PlainTextResponse("Not from there.\n", 403)
        if not self._knows(headers) or not scope["path"].startswith(f"{self.folder}/"):
            return PlainTextResponse(_USED_UP, 403)
        return None

    def _is_foreign(self, headers: Headers, *, changes: bool) -> bool:
        """Whether another page sent it, or a form; what changes something must say where from."""
        if headers.get("sec-fetch-site", "same-origin") not in {"same-origin", "none"}:
            return True
        origin = headers.get("origin", None if changes else self._origin)
        kind = headers.get("content-type", "").partition(";")[0].strip()
        return origin != self._origin or (changes and kind != "application/json")

    def _opened(self, scope: Scope, headers: Headers) -> Response:
        query: dict[str, Any] = parse_qs(scope["query_string"].decode("latin-1"))
        page = query.get("page", [""])[0]
        page = page if all(c.isalnum() or c in "-_/" for c in page) else ""
        if self._knows(headers):
            return RedirectResponse(f"{self.folder}/{page}", 303)
        given = query.get("token", [""])[0]
        if self._token is None or not _same(given, self._token):
            return PlainTextResponse(_USED_UP, 403)
        self._token = None
        self.last_used = time.monotonic()
        answer = RedirectResponse(f"{self.folder}/{page}", 303)
        answer.set_cookie(COOKIE, self._cookie, path=self.folder, httponly=True, samesite="strict")
        return answer

    def _knows(self, headers: Headers) -> bool:
        given = cookie_parser(headers.get("cookie", "")).get(COOKIE, "")
        return _same(given, self._cookie)


def _same(one: str, other: str) -> bool:
    return hmac.compare_digest(one.encode(), other.encode())
