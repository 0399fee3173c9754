"""The report as a PDF: two pages of summary, then everything behind them, to print and to keep.

Letters come with the extra ``[pdf]``; the file itself is written here. The same document makes the
same bytes.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from alsvoice.report.lines import part
from alsvoice.report.pdf_appendix import appendix
from alsvoice.report.pdf_blocks import RULE, SOFT
from alsvoice.report.pdf_canvas import BOTTOM, HEIGHT, LEFT, RIGHT, WIDTH, Canvas
from alsvoice.report.pdf_file import About, write
from alsvoice.report.pdf_fonts import load
from alsvoice.report.pdf_summary import summary
from alsvoice.report.pdf_text import Span
from alsvoice.report.view import PageView, page_view
from alsvoice.report.wording import text_or

__all__ = ["render_pdf"]

_LANGUAGE = "en-GB"  # of the report's own sentences
_FIRST_FACTS = 3  # the session's own; tools and models follow


def render_pdf(document: Mapping[str, Any]) -> bytes:
    """Return the file; MissingExtraError where the extra ``[pdf]`` is not installed."""
    canvas = Canvas(load())
    view = page_view(document, {})
    summary(canvas, view)
    appendix(canvas, view)
    _feet(canvas, view)
    return write(
        canvas.pages,
        (WIDTH, HEIGHT),
        canvas.fonts,
        about=_about(document, view),
        outline=canvas.outline,
        places=canvas.places,
    )


def _about(document: Mapping[str, Any], view: PageView) -> About:
    version = text_or(part(document, "provenance").get("alsvoice"), "")
    return About(
        title=view.title,
        language=_LANGUAGE,
        producer=f"alsvoice {version}".strip(),
        created=_began(part(document, "session").get("started")),
    )


def _began(started: object) -> datetime | None:
    try:
        return datetime.fromisoformat(str(started))
    except ValueError:
        return None


def _feet(canvas: Canvas, view: PageView) -> None:
    """Write at the foot of every page whose it is, how it was made, and which page it is."""
    made = " · ".join(f"{fact.name} {fact.value}" for fact in view.facts[_FIRST_FACTS:])
    dated = " · ".join([view.title, *view.about[:1], view.consent])
    wide = RIGHT - LEFT - 60
    for number in range(len(canvas.pages)):
        canvas.go_to(number)
        canvas.rule((LEFT, BOTTOM + 20), (RIGHT, BOTTOM + 20), RULE)
        canvas.words(dated, LEFT, BOTTOM + 32, 7, colour=SOFT, width=wide)
        for row, line in enumerate(canvas.wrap([Span(made, colour=SOFT)], 7, RIGHT - LEFT, 2)):
            canvas.line(line, LEFT, BOTTOM + 42 + 9 * row, 7)
        at = f"{number + 1} / {len(canvas.pages)}"
        canvas.words(at, RIGHT, BOTTOM + 32, 8, colour=SOFT, align="right")
