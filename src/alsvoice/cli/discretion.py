"""What a process says and leaves when something breaks: kinds and places, never a message.

A message may hold what was said ("cannot parse 'I have told nobody…'"), and so may the values in a
traceback, a library's warning, its log, and the memory of a process that crashed.
"""

import contextlib
import os
import sys
import traceback
import warnings
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, NoReturn

from alsvoice.cli import output

if TYPE_CHECKING:
    import threading

__all__ = ["end_at_once", "keep_words_in", "kind_and_place", "places"]


def keep_words_in() -> None:
    """Make this process discreet to its end: stray failures, warnings, logs, cores."""
    import logging
    import threading

    sys.excepthook = _uncaught
    threading.excepthook = _in_thread
    sys.unraisablehook = _unraisable
    warnings.showwarning = _warning  # type: ignore[assignment]  # called by place alone
    logging.disable(logging.CRITICAL)  # alsvoice logs nothing; libraries quote what they were given
    os.environ["CT2_VERBOSE"] = "-1"  # CTranslate2: errors only
    _leave_no_core()


def _leave_no_core() -> None:
    """Ask the system not to save the memory of a crashed process: it holds the words.

    One byte and not none: Linux hands a core to a crash reporter whatever the limit is, but for 1.
    """
    try:
        import resource
    except ImportError:  # Windows; docs/confidentiality.md says what to switch off there
        return
    allowed = resource.getrlimit(resource.RLIMIT_CORE)[1]
    wanted = 1 if sys.platform == "linux" and allowed != 0 else 0
    resource.setrlimit(resource.RLIMIT_CORE, (wanted, wanted))


def end_at_once(status: int) -> NoReturn:
    """End the process with this exit status after it was stopped.

    Returning is not enough: where Ctrl-C fell into the ``exec`` of a text, as while a module makes
    its dataclasses, CPython ends with the status of a signal that nobody caught.
    """
    for stream in (sys.stdout, sys.stderr):
        with contextlib.suppress(OSError, ValueError, AttributeError):
            stream.flush()
    os._exit(status)


def kind_and_place(problem: BaseException) -> str:
    """Return ``ValueError in stages.py, line 12``."""
    return _kind_and_place(type(problem), problem.__traceback__)


def _kind_and_place(kind: type[BaseException], trace: TracebackType | None) -> str:
    frames = traceback.extract_tb(trace)
    if not frames:
        return kind.__name__
    return f"{kind.__name__} in {Path(frames[-1].filename).name}, line {frames[-1].lineno}"


def places(problem: BaseException) -> Iterator[str]:
    """Yield the traceback of a failure and of those behind it: code and kinds, no messages."""
    seen: set[int] = set()
    chain: BaseException | None = problem
    while chain is not None and id(chain) not in seen:
        seen.add(id(chain))
        yield f"{type(chain).__name__}, reached through"
        for frame in traceback.extract_tb(chain.__traceback__):
            yield f"  {frame.filename}, line {frame.lineno}, in {frame.name}"
        chain = chain.__cause__ or chain.__context__


def _debugging() -> bool:
    return bool(os.environ.get("ALSVOICE_DEBUG"))


def _tell(line: str) -> None:
    # A hook that fails itself makes Python show everything; stderr may be closed or None by now.
    with contextlib.suppress(OSError, ValueError, AttributeError):
        output.say(line)


def _uncaught(kind: type[BaseException], _: BaseException, trace: TracebackType | None) -> None:
    _tell(f"alsvoice: Something unforeseen failed ({_kind_and_place(kind, trace)}).")
    _tell("Try: alsvoice doctor, and report this line; nothing that was finished is lost")


def _in_thread(args: "threading.ExceptHookArgs") -> None:
    if args.exc_type is not SystemExit:
        where = _kind_and_place(args.exc_type, args.exc_traceback)
        _tell(f"Something failed beside the main work ({where}).")


def _unraisable(args: Any) -> None:
    """Tell of a failure that nobody can catch, without the object: its repr may hold words."""
    where = _kind_and_place(args.exc_type, args.exc_traceback)
    _tell(f"Something failed while tidying up ({where}).")


def _warning(
    _: Warning | str, category: type[Warning], filename: str, lineno: int, *__: Any
) -> None:
    if _debugging():
        _tell(f"{category.__name__} in {Path(filename).name}, line {lineno}")
