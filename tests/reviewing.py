"""``alsvoice review`` as a process of its own, and a page that is open on it."""

import contextlib
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from playwright.sync_api import Page

__all__ = ["Served", "opened", "press", "served"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Served:
    """A running server and the address it printed."""

    process: "subprocess.Popen[str]"
    address: str

    @property
    def port(self) -> int:
        """Where it listens."""
        port = urlsplit(self.address).port
        assert port is not None
        return port

    @property
    def origin(self) -> str:
        """Scheme, host and port."""
        return f"http://127.0.0.1:{self.port}"


@contextlib.contextmanager
def served(library: Path, *arguments: str, command: str = "review") -> Iterator[Served]:
    """Start it without a browser of its own; it is ended at the end."""
    process = subprocess.Popen(
        [sys.executable, "-m", "alsvoice", "--library", str(library), command, *arguments,
         "--no-open"],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert process.stdout is not None
    try:
        address = process.stdout.readline().strip()
        assert address.startswith("http://127.0.0.1:"), process.communicate(timeout=10)
        yield Served(process=process, address=address)
    finally:
        process.terminate()
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(timeout=10)
        process.kill()
        process.communicate()


def opened(page: "Page", server: Served) -> "Page":
    """Open the printed address and wait until the session is shown."""
    from playwright.sync_api import TimeoutError as Waited

    page.goto(server.address)
    try:
        page.wait_for_selector("body[data-ready]", timeout=60_000)  # machines may be busy
    except Waited as problem:
        raise AssertionError(f"never ready: {page.inner_text('body')[:500]}") from problem
    return page


def press(page: "Page", *keys: str) -> None:
    """Press keys, one after the other."""
    for key in keys:
        page.keyboard.press(key)
