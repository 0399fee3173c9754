"""Templates of the package and of the library: ``<library>/templates/NAME.toml``."""

from collections.abc import Iterator
from pathlib import Path

from alsvoice.errors import AlsvoiceError, FormatError, UsageError
from alsvoice.measures.scope import helping_phases
from alsvoice.session import Manifest, Phase
from alsvoice.store import Library
from alsvoice.store.shelf import Shelf, file_name
from alsvoice.templates import Template, builtin, choose, parse, serialize

__all__ = [
    "all_templates",
    "broken",
    "cautions",
    "check_file",
    "find",
    "make",
    "of_session",
    "shelf",
]


def shelf(library: Library) -> Shelf:
    """Return where a library keeps templates of its own."""
    return Shelf(library.root / "templates", ".toml")


def all_templates(library: Library) -> tuple[Template, ...]:
    """Return the templates of the package and of the library; ``broken`` are not among them.

    A file that is called as one of the package is never read.
    """
    own = [each for each in _of_library(library).values() if isinstance(each, Template)]
    return (*builtin(), *own)


def broken(library: Library) -> dict[str, AlsvoiceError]:
    """Return the names of the library's templates that cannot be used, with what is wrong."""
    return {n: e for n, e in _of_library(library).items() if isinstance(e, AlsvoiceError)}


def _of_library(library: Library) -> dict[str, Template | AlsvoiceError]:
    found: dict[str, Template | AlsvoiceError] = {}
    for name in shelf(library).names():
        if name in {t.name for t in builtin()}:
            continue
        try:
            found[name] = _own(library, name)
        except AlsvoiceError as problem:
            found[name] = problem
    return found


def find(library: Library, name: str) -> Template:
    """Return a template by name; FormatError where it is broken, NotFoundError without it."""
    known = {t.name for t in builtin()}
    if name not in known and name in shelf(library).names():
        return _own(library, name)
    return choose(name, all_templates(library))


def of_session(library: Library, manifest: Manifest) -> Template | None:
    """Return the template a session was planned by; None where it had none, or it is gone."""
    try:
        return find(library, manifest.template) if manifest.template else None
    except AlsvoiceError:
        return None


def _own(library: Library, name: str) -> Template:
    data = shelf(library).read(name) or b""
    return _decoded(data, name)


def _decoded(data: bytes, name: str) -> Template:
    try:
        return parse(data.decode("utf-8-sig"), name)
    except UnicodeDecodeError as problem:
        raise FormatError(
            "it is no UTF-8 text.", where=f"template {name[:80]!r}",
            try_next="save it as UTF-8, then alsvoice templates check",
        ) from problem  # fmt: skip


def make(library: Library, name: str, like: str) -> Path:
    """Make a template of the library's own, a copy of another, to be edited; return its file."""
    stem = file_name(name)
    if stem in {t.name for t in builtin()} or stem in shelf(library).names():
        raise UsageError(
            f"There is a template {stem!r} already.", try_next="alsvoice templates new OTHER-NAME"
        )
    source = find(library, like)
    return shelf(library).write(stem, serialize(source).encode())


def check_file(library: Library, what: str) -> Template:
    """Return the template of a name or a file; FormatError says what is wrong with it."""
    path = Path(what)
    if path.suffix == ".toml" and path.is_file():
        return _decoded(path.read_bytes()[: 1 << 20], path.stem)
    return find(library, what)


def cautions(plan: Template) -> Iterator[str]:
    """Yield what is not wrong and may not be meant."""
    names = [phase.name for phase in plan.phases]
    for name in sorted({name for name in names if names.count(name) > 1}):
        yield f"Two phases are called {name!r}; the report cannot tell them apart."
    for phase in plan.phases:
        counted = bool(helping_phases([Phase(name=phase.name, start_ms=0, end_ms=1)]))
        if phase.helping and not counted:
            yield (
                f"Phase {phase.name!r} is marked as helping, but the balance knows helping phases "
                "by their names: put 'clarifying', 'questions' or 'exploring' into it."
            )
        elif counted and not phase.helping:
            yield f"Phase {phase.name!r} counts for the balance by its name; say helping = true."
        if phase.speaks not in {None, "presenter", "member", "facilitator", "everybody"}:
            yield (f"Phase {phase.name!r}: speaks is presenter, member, facilitator or everybody.")
