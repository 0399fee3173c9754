"""A session in the formats that other programs read."""

from collections.abc import Callable
from typing import Any, TypeVar

from alsvoice.errors import InputError, LibraryError, UsageError
from alsvoice.formats import rttm, seglst, srt, stm, txt, vtt
from alsvoice.formats.segments import SpokenSegment
from alsvoice.pipeline.readers import Wish, shown, sounds
from alsvoice.pipeline.sight import Sight, document
from alsvoice.report import render_csv, render_html, render_json, render_markdown, render_pdf
from alsvoice.report.csv_tables import TABLES
from alsvoice.store import SessionFolder
from alsvoice.transcript import Turn, is_withdrawn

__all__ = ["EXPORTS", "REPORTS", "export", "report"]

Rendering = TypeVar("Rendering")


def _names(sight: Sight) -> dict[str, str]:
    return {person.id: person.display for person in sight.conversation.people}


def _turns(sight: Sight) -> tuple[Turn, ...]:
    names = _names(sight)
    return tuple(
        Turn(speaker=names.get(t.speaker, t.speaker), start_ms=t.start_ms, end_ms=t.end_ms)
        for t in sight.conversation.turns
        if not is_withdrawn(t.speaker)
    )


def _segments(sight: Sight) -> tuple[SpokenSegment, ...]:
    names = _names(sight)
    return tuple(
        SpokenSegment(
            speaker=names.get(coded.person, coded.person),
            start_ms=coded.utterance.start_ms,
            end_ms=coded.utterance.end_ms,
            text=coded.utterance.text,
        )
        for coded in sight.conversation.utterances
    )


EXPORTS: dict[str, Callable[[Sight], str]] = {
    "rttm": lambda sight: rttm.serialize(_turns(sight), recording=sight.manifest.id),
    "stm": lambda sight: stm.serialize(_segments(sight), recording=sight.manifest.id),
    "seglst": lambda sight: seglst.serialize(_segments(sight), recording=sight.manifest.id),
    "srt": lambda sight: srt.serialize(_segments(sight)),
    "vtt": lambda sight: vtt.serialize(_segments(sight)),
    "txt": lambda sight: txt.serialize(_segments(sight), title=sight.manifest.title),
    "json": lambda sight: render_json(document(sight)),
}

REPORTS = ("html", "json", "md", "csv", "pdf")


def export(sight: Sight, name: str) -> str:
    """Return the session as RTTM, STM, SegLST, SRT, VTT, text or JSON."""
    return _choose(EXPORTS, name)(sight)


def report(
    sight: Sight, name: str, wish: Wish, session: SessionFolder, *, table: str | None = None
) -> bytes:
    """Return the report as HTML, JSON, Markdown, CSV (one table of it) or PDF, for its readers."""
    if table is not None and (name != "csv" or table not in TABLES):
        raise UsageError(
            "A table is one of those of the CSV.",
            try_next=f"--format csv --table {'|'.join(TABLES)}",
        )
    found = shown(sight, wish)
    renderers: dict[str, Callable[[], str | bytes]] = {
        "html": lambda: _page(found, wish, session),
        "json": lambda: render_json(found),
        "md": lambda: render_markdown(found),
        "csv": lambda: render_csv(found, table or TABLES[0]),
        "pdf": lambda: render_pdf(found),
    }
    content = _choose(renderers, name)()
    return content if isinstance(content, bytes) else content.encode()


def _page(found: dict[str, Any], wish: Wish, session: SessionFolder) -> str:
    """Return the page; one whose sound is damaged is better than none."""
    try:
        return render_html(found, audio=sounds(session, found, wish.quoted))
    except (InputError, LibraryError):
        silent = (
            "The sound of this session cannot be read, so nothing can be played here; "
            f"`alsvoice process {session.id}` makes it again."
        )
        known = {**found["quality"], "warnings": [*found["quality"]["warnings"], silent]}
        return render_html({**found, "quality": known})


def _choose(known: dict[str, Rendering], name: str) -> Rendering:
    if name not in known:
        raise UsageError(
            f"There is no format {name[:40]!r}.", try_next=f"one of: {', '.join(known)}"
        )
    return known[name]
