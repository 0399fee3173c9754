"""What the practice page asks for."""

from starlette.routing import Route

from alsvoice.web.desk import Desk

__all__ = ["routes"]


def routes(_: Desk) -> list[Route]:
    """Return the addresses of the practice."""
    return []
