"""What a program asks of the system, subprocesses and C libraries included: strace, read.

A ``Trace`` keeps what a closed machine may not do: sockets of any family but the listed local ones,
internet addresses, what a name lookup opens, and every path that was made, written or moved.
"""

import ast
import re
import shutil
import subprocess
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path, PurePosixPath

__all__ = ["Trace", "forbidden", "namespaces_work", "offline", "strace_works", "traced"]

_NETWORK = "socket socketpair connect sendto sendmsg sendmmsg bind listen accept accept4"
_FILES = (
    "open openat openat2 creat mkdir mkdirat mknod mknodat rename renameat renameat2 link linkat "
    "symlink symlinkat truncate"
)
# Rings carry out calls that no tracer sees: none may be made.
_UNSEEN = "io_uring_setup"
_LOOKUP_FILES = re.compile(
    r"/etc/(resolv\.conf|hosts|nsswitch\.conf|gai\.conf|host\.conf)|.*/nscd/socket|"
    r"/run/systemd/resolve/.*|.*/libnss_\w+\.so.*|.*/libresolv\.so.*"
)
_CALL = re.compile(r"(\w+)\((.*)\)\s+= (-?\d+|\?)(?:<([^>]*)>)?.*", re.DOTALL)
_TEXT = re.compile(r'(?:\w+<([^>]*)>, )?("(?:[^"\\]|\\.)*")')
_MAKES = {"creat", "mkdir", "mkdirat", "mknod", "mknodat", "truncate"}
_WRITES = re.compile(r"O_(WRONLY|RDWR|CREAT|TRUNC|APPEND|TMPFILE)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Trace:
    """Calls that reach out, as strace wrote them, and real paths that were written."""

    network: tuple[str, ...]
    lookups: tuple[str, ...]
    written: tuple[PurePosixPath, ...]

    @classmethod
    def of(cls, lines: Iterable[str], cwd: Path) -> "Trace":
        """Read the lines of all threads; relative names are those of ``cwd``."""
        calls = [found.groups() for found in map(_CALL.match, lines) if found]
        return cls(
            network=tuple(
                f"{name}({args})" for name, args, _, _ in calls if _reaches_out(name, args)
            ),
            lookups=tuple(
                str(path) for name, args, *_ in calls for path in _looked_up(name, args, cwd)
            ),
            written=tuple(
                path
                for name, args, result, opened in calls
                if not result.startswith("-")
                for path in _written(name, args, opened, cwd)
            ),
        )


def _reaches_out(name: str, args: str) -> bool:
    """Whether a call leaves this program: local sockets do where they name a path."""
    if name == _UNSEEN:
        return True
    if name in {"socket", "socketpair"}:
        return not args.startswith(("AF_UNIX", "AF_LOCAL"))
    if name in {"connect", "bind"}:
        return True
    local = "<UNIX" in args.partition(",")[0]
    return name in _NETWORK.split() and (not local or "sun_path" in args)


def _looked_up(name: str, args: str, cwd: Path) -> Iterator[PurePosixPath]:
    if name in {"open", "openat", "openat2"}:
        yield from (p for p in _paths(args, cwd) if _LOOKUP_FILES.fullmatch(str(p)))
    if name == "connect" and (found := re.search(r'sun_path=@?("[^"]*")', args)):
        path = PurePosixPath(ast.literal_eval(found[1]))
        if _LOOKUP_FILES.fullmatch(str(path)):
            yield path


def _written(name: str, args: str, opened: str | None, cwd: Path) -> Iterator[PurePosixPath]:
    if name in {"open", "openat", "openat2"}:
        if _WRITES.search(_TEXT.sub("", args)):
            yield PurePosixPath(opened) if opened else _paths(args, cwd)[0]
    elif name.startswith(("rename", "link")):
        yield from _paths(args, cwd)
    elif name.startswith("symlink"):
        yield _paths(args, cwd)[-1]
    elif name in _MAKES:
        yield _paths(args, cwd)[0]


def _paths(args: str, cwd: Path) -> list[PurePosixPath]:
    """Return the paths of a call; ``AT_FDCWD</here>, "name"`` says what a name is relative to."""
    return [
        PurePosixPath(base or cwd, ast.literal_eval("b" + text).decode("utf-8", "replace"))
        for base, text in _TEXT.findall(args)
    ]


def traced(command: Sequence[str], environ: Mapping[str, str], logs: Path, cwd: Path) -> Trace:
    """Run a program under strace; fail where it fails. Each thread has a log of its own."""
    logs.mkdir()
    cwd.mkdir(exist_ok=True)
    watched = ",".join(f"?{name}" for name in f"{_NETWORK} {_FILES} {_UNSEEN}".split())
    strace = ["strace", "-ff", "-qq", "-y", "-s", "4096", "-o", str(logs / "of"), "-e"]
    done = subprocess.run(
        [*strace, f"trace={watched}", *command],
        env=dict(environ), cwd=cwd, capture_output=True, text=True, check=False,
        stdin=subprocess.DEVNULL,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert list(logs.iterdir()), "strace wrote nothing"
    return Trace.of(
        (line for log in logs.iterdir() for line in log.read_text().splitlines()), cwd.resolve()
    )


def forbidden(trace: Trace, local: Iterable[str], folders: Iterable[Path], files: str) -> list[str]:
    """Return what a closed machine may not do, one line each.

    ``local`` are the socket paths that may be connected to; ``folders`` are where files may be
    made; ``files`` is a pattern of the others.
    """
    known = [f'sun_path="{path}"' for path in local]
    roots = [PurePosixPath(folder.resolve()) for folder in folders]
    return [
        *(call for call in trace.network if not any(path in call for path in known)),
        *(f"lookup: {path}" for path in trace.lookups),
        *sorted(
            {
                f"written: {path}"
                for path in trace.written
                if not any(path.is_relative_to(root) for root in roots)
                and not re.fullmatch(files, str(path))
            }
        ),
    ]


@cache
def strace_works() -> bool:
    """Whether strace is here and the system lets it trace."""
    return shutil.which("strace") is not None and _succeeds("strace", "-f", "-qq", "true")


@cache
def offline() -> tuple[str, ...] | None:
    """Return what stands before a command to run it without any network interface, or None."""
    for flags in ("-rn", "-n"):
        if shutil.which("unshare") and _succeeds("unshare", flags, "true"):
            return ("unshare", flags)
    return None


def namespaces_work() -> bool:
    """Whether a program can be run without any network interface here."""
    return offline() is not None


def _succeeds(*command: str) -> bool:
    return not subprocess.run(command, capture_output=True, check=False).returncode
