"""The application: its commands, and the one place where failures become sentences."""

import errno
import os
import signal
import sys
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any, cast

import typer

from alsvoice import __version__
from alsvoice.cli import (
    actions,
    discretion,
    edit,
    inspect,
    models,
    options,
    output,
    practice,
    process,
    recording,
    remove,
    review,
    review_after,
    sets,
    templates,
    trends,
    voices,
)
from alsvoice.errors import AlsvoiceError, Cancelled, UsageError, lacks_memory
from alsvoice.formats.fields import one_line

__all__ = ["app", "main"]

# typer carries its own copy of click in some releases: its classes are reached through typer alone.
_UsageProblem = cast("type[Exception]", typer.BadParameter.__bases__[0])
_INTERRUPTED = 130  # what typer makes of Ctrl-C

app = typer.Typer(
    name="alsvoice",
    help="Who spoke, what was asked, where advice crept in: all on your own machine.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)


def _version(wanted: bool) -> None:
    if wanted:
        output.text(f"alsvoice {__version__}")
        raise typer.Exit


@app.callback()
def _root(
    library: Annotated[
        Path | None, typer.Option(help="Folder of the sessions (or ALSVOICE_LIBRARY).")
    ] = None,
    models: Annotated[
        Path | None, typer.Option(help="Folder of pulled models (or ALSVOICE_MODELS).")
    ] = None,
    _show_version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Show the version.")
    ] = False,
) -> None:
    options.choose(library, models)


process.add_to(app)
recording.add_to(app)
edit.add_to(app)
remove.add_to(app)
review.add_to(app)
practice.add_to(app)
review_after.add_to(app)
inspect.add_to(app)
sets.add_to(app)
templates.add_to(app)
models.add_to(app)
actions.add_to(app)
trends.add_to(app)
voices.add_to(app)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; return its exit status: 0 done, 1 failed, 2 wrong usage.

    Without ``arguments`` the process is all ours: what it says outside commands is discreet, too.
    """
    if arguments is not None:
        status = _run(list(arguments))
        return _stopped() if status is None else status
    discretion.keep_words_in()
    try:
        status = _run(sys.argv[1:])
    except KeyboardInterrupt:  # between two lines of what catches it
        status = None
    return discretion.end_at_once(_stopped()) if status is None else status


def _run(given: list[str]) -> int | None:
    """Run one command; return its exit status, None where it was stopped."""
    command = typer.main.get_command(app)
    came: list[int] = []
    try:
        with _terminable(came):
            status = command.main(
                _folders_first(given), prog_name="alsvoice", standalone_mode=False
            )
    except (typer.Abort, Cancelled, KeyboardInterrupt):
        return None
    except Exception as problem:  # noqa: BLE001 - the last line of defence: a sentence, no words
        # Where a stop falls into the import of C code, an ImportError is all that is left of it.
        return None if came else _failed(problem)
    if status == _INTERRUPTED:
        return None
    return status if isinstance(status, int) else 0


@contextmanager
def _terminable(came: list[int]) -> Iterator[None]:
    """Let SIGTERM end a command as Ctrl-C does, and note in ``came`` that one of them did.

    What they meant before is restored; a Ctrl-C that somebody else handles or ignores is left so.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    def interrupt(number: int, _frame: object) -> None:
        came.append(number)
        raise KeyboardInterrupt

    before = {signal.SIGTERM: signal.signal(signal.SIGTERM, interrupt)}
    try:
        if signal.getsignal(signal.SIGINT) is signal.default_int_handler:
            before[signal.SIGINT] = signal.signal(signal.SIGINT, interrupt)
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, signal.SIG_DFL if handler is None else handler)


def _failed(problem: Exception) -> int:
    if isinstance(problem, typer.Exit | _UsageProblem):
        return _ended(problem)
    return _tell(problem) if isinstance(problem, AlsvoiceError) else _unexpected(problem)


def _ended(problem: Any) -> int:
    if isinstance(problem, typer.Exit):
        return problem.exit_code
    if type(problem).__name__ == "NoArgsIsHelpError":  # its message is the help
        output.text(problem.format_message())
        return 2
    message = one_line(problem.format_message())
    output.say(f"alsvoice: {message}{'' if message.endswith('.') else '.'}")
    output.say(f"Try: {problem.ctx.command_path if problem.ctx else 'alsvoice'} --help")
    return 2


def _stopped() -> int:
    output.say("alsvoice: Stopped. What was finished is kept.")
    output.say("Try: the same command again; it goes on from there")
    return 1


def _folders_first(arguments: list[str]) -> list[str]:
    """Move ``--library`` and ``--models`` to the front: they are taken anywhere in a call."""
    front: list[str] = []
    rest: list[str] = []
    waiting = False
    for index, argument in enumerate(arguments):
        if waiting:
            front.append(argument)
            waiting = False
        elif argument == "--":
            return [*front, *rest, *arguments[index:]]
        elif argument in {"--library", "--models"}:
            front.append(argument)
            waiting = True
        elif argument.startswith(("--library=", "--models=")):
            front.append(argument)
        else:
            rest.append(argument)
    if waiting:
        raise UsageError(f"{front[-1]} names no folder.", try_next=f"{front[-1]} DIR")
    return front + rest


def _tell(problem: AlsvoiceError) -> int:
    # A file's name may hold line breaks, and signs that a terminal obeys.
    output.say(f"alsvoice: {one_line(problem.sentence)}")
    output.say(f"Try: {one_line(problem.try_next)}")
    return problem.exit_status


def _unexpected(problem: Exception) -> int:
    """Tell a failure nobody foresaw by its kind and place alone: a message may hold words."""
    if isinstance(problem, BrokenPipeError):
        sys.stderr.close()
        return 1
    if os.environ.get("ALSVOICE_DEBUG"):
        for line in discretion.places(problem):
            output.say(line)
    if lacks_memory(problem):
        output.say("alsvoice: The machine ran out of memory; what was finished is kept.")
        output.say("Try: close other programs, then the same command, perhaps with --asr tiny.en")
        return 1
    if isinstance(problem, OSError) and problem.errno == errno.ENOSPC:
        output.say("alsvoice: The disk is full; what was finished is kept.")
        output.say("Try: free some space, then the same command")
        return 1
    if isinstance(problem, OSError) and problem.errno == errno.ENAMETOOLONG:
        output.say("alsvoice: A name that was given is longer than this system allows.")
        output.say("Try: the same command with a shorter name")
        return 1
    where = discretion.kind_and_place(problem)
    output.say(f"alsvoice: Something unforeseen failed ({where}).")
    output.say("Try: alsvoice doctor, and report this line; nothing that was finished is lost")
    return 1
