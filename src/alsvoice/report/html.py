"""The report as one HTML file that needs nothing else and can reach nothing else.

Its Content-Security-Policy allows no address at all: one style sheet and one script, each by its
hash, pictures and sound only where the file itself holds them.
"""

from base64 import b64encode
from collections.abc import Mapping
from hashlib import sha256
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from alsvoice.report.view import page_view

if TYPE_CHECKING:
    import jinja2

__all__ = ["render_html", "render_still"]

_TEMPLATE, _STYLE, _SCRIPT = "report.html.j2", "report.css", "report.js"


def render_html(document: Mapping[str, Any], *, audio: Mapping[str, bytes] | None = None) -> str:
    """Return the page; ``audio`` are sound clips (Ogg, FLAC, WAV, MP3) by utterance id."""
    style, script = _read(_STYLE), _read(_SCRIPT)
    return (
        _environment()
        .get_template(_TEMPLATE)
        .render(
            view=page_view(document, audio or {}),
            style=style,
            script=script,
            policy=_policy(style, script),
        )
    )


def render_still(template: str, view: object, *, more_style: str) -> str:
    """Return another page of the same look, without any script; ``more_style`` names its own."""
    style = _read(_STYLE) + _read(more_style)
    drawn = _environment().get_template(template)
    return drawn.render(view=view, style=style, policy=_policy(style, ""))


def _policy(style: str, script: str) -> str:
    return "; ".join(
        [
            "default-src 'none'",
            f"style-src '{_hash(style)}'",
            f"script-src '{_hash(script) if script else 'none'}'",
            "img-src data:",
            "media-src data: blob:",
            "base-uri 'none'",
            "form-action 'none'",
        ]
    )


def _hash(text: str) -> str:
    return "sha256-" + b64encode(sha256(text.encode()).digest()).decode()


def _read(name: str) -> str:
    """Return a file of the page; browsers hash what they see, so line ends must be bare."""
    return files("alsvoice.report").joinpath("page", name).read_text("utf-8").replace("\r\n", "\n")


def _environment() -> "jinja2.Environment":
    import jinja2

    return jinja2.Environment(
        loader=jinja2.FunctionLoader(_read),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
