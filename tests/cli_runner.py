"""The command line in this process: what it printed, where, and how it ended."""

import contextlib
import io
import json
import re
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from alsvoice.cli import main

__all__ = ["Outcome", "alsvoice", "check_failure", "refused"]

_PROGRESS = re.compile(r"[\w .-]+: \d+ %(, about \d+ (s|min) left)?|Recording\..*")


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """A finished run of the command."""

    status: int
    out: str
    err: str

    @property
    def everything(self) -> str:
        """All that a person sees."""
        return self.out + self.err

    def json(self) -> Any:
        """Return the answer, which stands alone on stdout."""
        return json.loads(self.out)

    def good(self) -> "Outcome":
        """Return the run if it went well."""
        assert self.status == 0, self.everything
        assert "Traceback" not in self.everything
        return self


def alsvoice(*arguments: str | Path, stdin: bytes = b"") -> Outcome:
    """Run ``alsvoice ARGUMENTS``; the streams are UTF-8, as on any system of today."""
    out, err = (io.TextIOWrapper(io.BytesIO(), encoding="utf-8") for _ in range(2))
    before = sys.stdin
    sys.stdin = io.TextIOWrapper(io.BytesIO(stdin), encoding="utf-8")
    try:
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
            status = main([str(argument) for argument in arguments])
    finally:
        sys.stdin = before
    return Outcome(status=status, out=_text(out), err=_text(err))


def _text(stream: io.TextIOWrapper) -> str:
    stream.flush()
    buffer = stream.buffer
    assert isinstance(buffer, io.BytesIO)
    return buffer.getvalue().decode()


def refused(*arguments: str | Path, status: int = 1, stdin: bytes = b"") -> str:
    """Run what must fail; return its one sentence, the promises of every failure checked."""
    return check_failure(alsvoice(*arguments, stdin=stdin), status)


def check_failure(outcome: Outcome, status: int = 1) -> str:
    """Return the one sentence of a failure: a sentence, the next command, and nothing else."""
    assert outcome.status == status, outcome.everything
    assert outcome.out == ""
    lines = [line for line in outcome.err.split("\n") if line and not _PROGRESS.fullmatch(line)]
    assert len(lines) == 2, outcome.err
    assert lines[0].startswith("alsvoice: "), outcome.err
    assert lines[0].endswith((".", "…", "?")), outcome.err
    assert len(lines[1]) > len("Try: ") and lines[1].startswith("Try: "), outcome.err
    assert "Traceback" not in outcome.err
    assert not any(ord(char) < 32 for line in lines for char in line), outcome.err
    return lines[0].removeprefix("alsvoice: ")
