"""A local page: review and practice in the browser of this machine, and nowhere else.

Everything in here needs the extra [web]; nothing of it is imported before it is served.
"""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from alsvoice.web.server import serve

__all__ = ["serve"]


def __getattr__(name: str) -> Any:
    """Return what serves, importing the server at that moment."""
    if name != "serve":
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from alsvoice.web.server import serve

    return serve
