"""``report``, ``export``, ``classify``, ``evaluate``: what comes out of a session."""

import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from pathlib import Path
from typing import IO, TYPE_CHECKING, Annotated

import typer

from alsvoice.cli import options, output
from alsvoice.errors import InputError, LibraryError, UsageError

if TYPE_CHECKING:
    from alsvoice.pipeline.readers import Wish
    from alsvoice.pipeline.sight import Sight
    from alsvoice.store import SessionFolder

__all__ = ["add_to"]

_To = Annotated[Path | None, typer.Option("-o", "--output", help="File to write; else stdout.")]


def add_to(app: typer.Typer) -> None:
    """Add the commands."""
    app.command("report")(report)
    app.command("export")(export)
    app.command("classify")(classify)
    app.command("evaluate")(evaluate)


def report(
    session: options.SessionName,
    format_: Annotated[
        str | None, typer.Option("--format", help="html, json, md, csv or pdf.")
    ] = None,
    table: Annotated[
        str | None, typer.Option(help="Of the CSV: utterances, people or phases.")
    ] = None,
    to: _To = None,
    reader: Annotated[
        str, typer.Option("--for", help="Who reads it: facilitator, set, or a person's name.")
    ] = "facilitator",
    anonymous: Annotated[
        bool, typer.Option("--anonymous", help="Nobody is named, and there is no sound.")
    ] = False,
    audio: Annotated[
        str | None, typer.Option("--audio", help="Sound inside the page: none, quotes or full.")
    ] = None,
    school: Annotated[
        str | None, typer.Option(help="Which findings are raised: revans, wial or critical.")
    ] = None,
    as_json: options.AsJson = False,
) -> None:
    """Write the report: timing and questioning balance with the words behind every number."""
    from alsvoice.findings import School
    from alsvoice.pipeline.agreeing import agreement
    from alsvoice.pipeline.exporting import report as render
    from alsvoice.pipeline.plans import of_session
    from alsvoice.pipeline.readers import Sound, Wish
    from alsvoice.pipeline.sets import school_of
    from alsvoice.pipeline.sight import see

    folder = options.place().session(session)
    name = format_ or ("json" if as_json else "html")
    wish = Wish(
        reader=reader,
        anonymous=anonymous,
        sound=options.one_of(Sound, audio, "--audio"),
        school=options.one_of(School, school, "--school"),
    )
    sight = see(folder)
    library = options.place().library
    wish = replace(
        wish,
        agreement=agreement(library, sight.classifier),
        school=wish.school or school_of(library, sight.manifest),
        plan=of_session(library, sight.manifest),
    )
    content = render(sight, name, wish, folder, table=table)
    if to is None and name == "html":
        output.text(str(_keep(folder, sight, content, wish)))
    else:
        _write(content, to)
    if anonymous:
        _warn_of_what_identifies(sight, wish)


def _warn_of_what_identifies(sight: "Sight", wish: "Wish") -> None:
    from alsvoice.pipeline.readers import shown
    from alsvoice.report.anonymous import identifying

    output.say("Look through it before you pass it on. This may still identify somebody:")
    for each in identifying(shown(sight, wish)):
        output.say(f"- {each}")


def _keep(folder: "SessionFolder", seen: "Sight", content: bytes, wish: "Wish") -> Path:
    """Write the page into the session, which is held: what was removed meanwhile is not in it."""
    from alsvoice.pipeline.exporting import report as render
    from alsvoice.pipeline.readers import file_name
    from alsvoice.pipeline.sight import see_held

    with ExitStack() as stack:
        with _offering_a_file(folder):
            stack.enter_context(folder.held("report"))
        sight = see_held(folder)
        page = content if sight == seen else render(sight, "html", wish, folder)
        name = f"report/{file_name(sight, wish)}"
        with _offering_a_file(folder):
            folder.write(name, page)
    return folder.path / name


@contextmanager
def _offering_a_file(folder: "SessionFolder") -> Iterator[None]:
    """Name a way to the report where the session is held by others or can only be read."""
    try:
        yield
    except LibraryError as problem:
        raise LibraryError(
            problem.sentence, try_next=f"alsvoice report {folder.id} -o report.html"
        ) from problem


def export(
    session: options.SessionName,
    format_: Annotated[
        str, typer.Option("--format", help="rttm, stm, seglst, srt, vtt, txt, json, labels.")
    ],
    to: _To = None,
) -> None:
    """Write turns or words in a format that other programs read."""
    from alsvoice.pipeline.exporting import export as render
    from alsvoice.pipeline.sight import see

    _write(render(see(options.place().session(session)), format_).encode("utf-8", "replace"), to)
    if format_ == "labels":
        output.say("Names were taken out as far as they were found: look through it first.")


def _write(content: bytes, to: Path | None) -> None:
    from alsvoice.store import atomic

    if to is not None:
        atomic.write_bytes(_replaceable(to), content)
        output.say(f"Written: {to}")
    elif not content.startswith(b"%PDF"):
        output.text(content.decode())
    elif sys.stdout.isatty():
        raise UsageError("A PDF cannot be shown in a terminal.", try_next="-o report.pdf")
    else:
        sys.stdout.buffer.write(content)
        sys.stdout.flush()


def _replaceable(to: Path) -> Path:
    """Return the path; InputError where a folder or a device, such as /dev/null, would be lost."""
    if to.exists() and not to.is_file():
        raise InputError(
            f"{to.name[:120]!r} is not a file.", try_next="-o FILE, or leave it out for stdout"
        )
    return to


def classify(
    rows: Annotated[
        Path | None, typer.Argument(metavar="[IN.jsonl]", help="Rows to code; else stdin.")
    ] = None,
    to: _To = None,
    classifier: Annotated[str | None, typer.Option(help="questions, rules.")] = None,
) -> None:
    """Code utterances: {id, text, prev_text?, speaker_role?} a line, in and out."""
    from alsvoice.pipeline.classifying import code_lines

    with _reading(rows) as source:
        coded = code_lines(source, classifier, where=rows.name if rows else "stdin")
        if to is None:
            for line in coded:
                sys.stdout.write(line)
            sys.stdout.flush()
        else:
            from alsvoice.store import atomic

            with atomic.atomic(_replaceable(to)) as file:
                file.writelines(line.encode() for line in coded)


@contextmanager
def _reading(path: Path | None) -> Iterator[IO[bytes]]:
    if path is None:
        yield sys.stdin.buffer
        return
    try:
        if path.exists() and not path.is_file():  # a named pipe would wait for a writer
            raise InputError(
                f"{path.name!r} is not a file.", try_next="alsvoice classify, fed on stdin"
            )
        file = path.open("rb")
    except OSError as problem:
        raise InputError(
            f"{path.name!r} cannot be opened: {problem.strerror}.",
            try_next="alsvoice classify --help",
        ) from problem
    with file:
        yield file


def evaluate(
    hypothesis: Annotated[
        str, typer.Argument(metavar="HYP|SESSION", help="A file, or a session with --reference.")
    ],
    reference_file: Annotated[
        Path | None,
        typer.Argument(
            metavar="[REF]", help="RTTM, STM, SegLST, SRT, VTT, a report in JSON, or coded lines."
        ),
    ] = None,
    reference: Annotated[
        Path | None, typer.Option(help="Folder with a reference: *.rttm, *.stm, truth.json.")
    ] = None,
    uem: Annotated[Path | None, typer.Option(help="UEM file: which parts are scored.")] = None,
    collar: Annotated[
        float,
        typer.Option(
            min=0, max=5, help="Seconds not scored on each side of a turn's start and end."
        ),
    ] = 0.0,
    skip_overlap: Annotated[
        bool, typer.Option("--skip-overlap", help="Leave out where people speak at once.")
    ] = False,
    as_json: options.AsJson = False,
) -> None:
    """Say how far a result is from a reference, with the protocol stated."""
    from alsvoice.evaluate.told import table
    from alsvoice.evaluate.turns import Rules
    from alsvoice.intervals import to_ms
    from alsvoice.pipeline import scoring

    if not collar >= 0:  # no number at all
        raise UsageError("The collar is no number of seconds.", try_next="--collar 0.25")
    rules = Rules(collar_ms=to_ms(collar), skip_overlap=skip_overlap)
    scored = scoring.Scored.of(uem, rules)
    if reference is not None:
        scores = scoring.score_session(options.place().session(hypothesis), reference, scored)
    else:
        scores = scoring.score_files(Path(hypothesis), reference_file, scored)
    if as_json:
        output.data(scores)
    else:
        output.text(table(scores))
