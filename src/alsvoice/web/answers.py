"""What every address answers with, and what it takes."""

from typing import Any

import msgspec
from starlette.requests import Request
from starlette.responses import Response

from alsvoice.errors import InputError

__all__ = ["body", "json"]

_LARGEST = 64 * 1024


def json(value: Any, status: int = 200) -> Response:
    """Return a value as JSON."""
    return Response(msgspec.json.encode(value), status, media_type="application/json")


async def body(request: Request) -> bytes:
    """Return what was sent; InputError where it is longer than anything we ask for."""
    data = b""
    async for piece in request.stream():
        data += piece
        if len(data) > _LARGEST:
            raise InputError("That is too long.", try_next="something shorter")
    return data
