"""``trends``: sessions side by side, and what changed since last time."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from alsvoice.cli import options, output
from alsvoice.errors import InputError, UsageError
from alsvoice.formats.fields import one_line

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["add_to"]

_FORMATS = ("html", "json")


def add_to(app: typer.Typer) -> None:
    """Add the command."""
    app.command("trends")(trends)


def trends(
    set_: Annotated[str | None, typer.Option("--set", help="Sessions of one set.")] = None,
    person: Annotated[
        str | None, typer.Option("--person", metavar="NAME", help="One person's own numbers.")
    ] = None,
    format_: Annotated[
        str | None, typer.Option("--format", help="html or json; else a few words.")
    ] = None,
    to: Annotated[
        Path | None, typer.Option("-o", "--output", help="File to write; else stdout.")
    ] = None,
    as_json: options.AsJson = False,
) -> None:
    """Put sessions side by side: what changed since last time, and how sure that is."""
    from alsvoice.cli.progress import progress
    from alsvoice.pipeline.trends import trends as follow

    name = _format(format_, to, as_json=as_json)
    with progress(quiet=not sys.stderr.isatty()) as hook:
        found = follow(options.place().library, of_set=set_, person=person, hook=hook)
    for each in found["skipped"]:
        output.say(f"Left out: {one_line(each['sentence'])} Try: {one_line(each['try_next'])}")
    if name == "words":
        output.text("\n".join(_lines(found)))
        output.say("Next: the same with -o trends.html, which has pictures and every number")
    else:
        _write(_rendered(found, name), to)


def _format(given: str | None, to: Path | None, *, as_json: bool) -> str:
    """Return html, json or words: what was asked for, else what the file's name says."""
    if given is not None and given not in _FORMATS:
        raise UsageError(f"There is no format {given[:40]!r}.", try_next="one of: html, json")
    if as_json and given == "html":
        raise UsageError("--json and --format html cannot both be.", try_next="one of the two")
    if given or as_json:
        return given or "json"
    if to is None:
        return "words"
    return "json" if to.suffix.lower() == ".json" else "html"


def _rendered(found: dict[str, Any], name: str) -> str:
    if name == "json":
        from alsvoice.report import render_json

        return render_json(found)
    from alsvoice.report.trends.page import render_trends

    return render_trends(found)


def _write(content: str, to: Path | None) -> None:
    from alsvoice.store import atomic

    if to is None:
        output.text(content)
        return
    if to.exists() and not to.is_file():
        raise InputError(
            f"{to.name[:120]!r} is not a file.", try_next="-o FILE, or leave it out for stdout"
        )
    atomic.write_bytes(to, content.encode())
    output.say(f"Written: {to}")


def _lines(found: dict[str, Any]) -> "Iterator[str]":
    """Yield the trends in words: what changed, what was to be done, and what stands in the way."""
    whose = one_line(found["person"] or found["set"] or "All sessions")
    number = len(found["sessions"])
    yield f"{whose}: {number} session{'' if number == 1 else 's'}"
    yield from found["notes"]
    for each in found["breaks"]:
        yield each["sentence"]
        if each["try_next"]:
            yield f"  To compare them: {one_line(each['try_next'])}"
    changes = sorted(found["changes"], key=lambda each: not each["clear"])
    yield from (f"  {one_line(each['sentence'])}" for each in changes)
    working = found["working_on"] or {"actions": [], "growth": [], "earlier": []}
    yield from (f"  To work on: {one_line(each['text'])}" for each in working["growth"])
    yield from map(_action_line, working["actions"])
    if working["earlier"]:
        yield f"  Still open from before: {len(working['earlier'])} (alsvoice actions list)"


def _action_line(row: dict[str, Any]) -> str:
    who = one_line(row["owner"] or row["person"] or "somebody")
    return f"  {row['session']}  {row['number']}. {who}: {one_line(row['text'])}  [{row['state']}]"
