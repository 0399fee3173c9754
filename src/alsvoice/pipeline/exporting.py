"""A session in the formats that other programs read."""

from collections.abc import Callable, Mapping
from typing import TypeVar

from alsvoice.errors import UsageError
from alsvoice.formats import rttm, seglst, srt, stm, txt, vtt
from alsvoice.formats.segments import SpokenSegment
from alsvoice.pipeline.sight import Sight, document
from alsvoice.report import render_csv, render_html, render_json, render_markdown, render_pdf
from alsvoice.report.csv_tables import TABLES
from alsvoice.transcript import Turn, is_withdrawn

__all__ = ["EXPORTS", "REPORTS", "export", "report"]

_Renderer = TypeVar("_Renderer", Callable[[Sight], str], Callable[[Sight], str | bytes])


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

REPORTS: dict[str, Callable[[Sight], str | bytes]] = {
    "html": lambda sight: render_html(document(sight)),
    "json": lambda sight: render_json(document(sight)),
    "md": lambda sight: render_markdown(document(sight)),
    "csv": lambda sight: render_csv(document(sight)),
    "pdf": lambda sight: render_pdf(document(sight)),
}


def export(sight: Sight, name: str) -> str:
    """Return the session as RTTM, STM, SegLST, SRT, VTT, text or JSON."""
    return _choose(EXPORTS, name)(sight)


def report(sight: Sight, name: str, *, table: str | None = None) -> bytes:
    """Return the report as HTML, JSON, Markdown, CSV (one table of it) or PDF."""
    render = _choose(REPORTS, name)
    if table is not None:
        if name != "csv" or table not in TABLES:
            raise UsageError(
                "A table is one of those of the CSV.",
                try_next=f"--format csv --table {'|'.join(TABLES)}",
            )
        return render_csv(document(sight), table).encode()
    content = render(sight)
    return content if isinstance(content, bytes) else content.encode()


def _choose(known: Mapping[str, _Renderer], name: str) -> _Renderer:
    if name not in known:
        raise UsageError(
            f"There is no format {name[:40]!r}.", try_next=f"one of: {', '.join(known)}"
        )
    return known[name]
