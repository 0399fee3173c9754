"""Progress with time left: a bar on a terminal, plain lines elsewhere; always on stderr."""

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from alsvoice.backends.protocols import Hook
from alsvoice.cli import output

__all__ = ["progress"]


@contextmanager
def progress(*, quiet: bool = False) -> Iterator[Hook]:
    """Give a hook that shows how far each stage is."""
    if quiet:
        yield lambda _stage, _done, _total: None
    elif sys.stderr.isatty():
        with _bars() as hook:
            yield hook
    else:
        yield _Lines()


@contextmanager
def _bars() -> Iterator[Hook]:
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn
    from rich.progress import TimeRemainingColumn as Left

    columns: list[Any] = [
        TextColumn("{task.description:<34}"),
        BarColumn(),
        TextColumn("{task.percentage:>3.0f} %"),
        Left(),
        TimeElapsedColumn(),
    ]
    tasks: dict[str, Any] = {}
    with Progress(*columns, console=Console(stderr=True)) as bars:

        def hook(stage: str, done: int, total: int) -> None:
            if stage not in tasks:
                tasks[stage] = bars.add_task(stage, total=total)
            bars.update(tasks[stage], completed=done, total=total)

        yield hook


class _Lines:
    """A line when a stage starts, each further fifth of it, and its end; stages may overlap."""

    def __init__(self) -> None:
        self._started: dict[str, float] = {}
        self._fifths: dict[str, int] = {}

    def __call__(self, stage: str, done: int, total: int) -> None:
        started = self._started.setdefault(stage, time.monotonic())
        fifth = 5 * done // total if total else 5
        if fifth <= self._fifths.get(stage, -1):
            return
        self._fifths[stage] = fifth
        spent = time.monotonic() - started
        left = f", about {_words(spent * (total - done) / done)} left" if 0 < done < total else ""
        output.say(f"{stage}: {100 * done // max(total, 1)} %{left}")


def _words(time_s: float) -> str:
    return f"{time_s:.0f} s" if time_s < 90 else f"{time_s / 60:.0f} min"
