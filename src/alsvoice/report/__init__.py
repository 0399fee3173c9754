"""The report of a session: its document, and the renderers that turn it into pages and tables.

Names are looked up when they are first used: Jinja2 and what else a renderer needs are loaded by
the call that renders.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from alsvoice.report.csv_tables import render_csv
    from alsvoice.report.html import render_html
    from alsvoice.report.json_text import render_json
    from alsvoice.report.markdown import render_markdown
    from alsvoice.report.pdf import render_pdf

__all__ = ["render_csv", "render_html", "render_json", "render_markdown", "render_pdf"]

_HOMES = {
    "render_csv": "csv_tables",
    "render_html": "html",
    "render_json": "json_text",
    "render_markdown": "markdown",
    "render_pdf": "pdf",
}


def __getattr__(name: str) -> Any:
    """Return a renderer, importing its module at that moment."""
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
