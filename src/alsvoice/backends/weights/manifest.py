"""The manifest of models as frozen values: what each consists of, and where it can be had.

``models/manifest.toml`` is the one place that names files, sizes, hashes, licences and sources. A
model may exist in several editions (the same network, packed differently): their files and hashes
differ, their use does not.
"""

import re
import tomllib
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Literal

from alsvoice.config import bundled_models
from alsvoice.errors import FormatError, NotFoundError

__all__ = ["Edition", "Hub", "Model", "ModelFile", "WheelPart", "find_model", "load_manifest"]

SCHEMA = 1

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")
_SHA256 = re.compile(r"[0-9a-f]{64}")
_FILE = re.compile(rf"({_NAME.pattern}/)?{_NAME.pattern}")
_REPOSITORY = re.compile(rf"{_NAME.pattern}/{_NAME.pattern}")
# Handed to pip as one argument: it must never be taken for an option or an address.
_WHEEL = re.compile(r"[a-z0-9][a-z0-9-]*==[0-9][0-9A-Za-z.]*")


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelFile:
    """One file of a model, perhaps in a folder; the hash is 64 lower-case hexadecimal digits."""

    name: str
    size: int
    sha256: str

    def __post_init__(self) -> None:
        _need(_FILE.fullmatch(self.name) is not None, f"{self.name!r} is no plain file name")
        _need(self.size > 0, f"{self.name} has no size")
        _need(_SHA256.fullmatch(self.sha256) is not None, f"{self.name} has no sha256")


@dataclass(frozen=True, slots=True, kw_only=True)
class Hub:
    """A repository on the model hub, at a revision that never changes.

    A ``gated`` one is given to who accepted its terms there, by a token.
    """

    repo: str
    revision: str
    gated: bool = False

    def __post_init__(self) -> None:
        _need(_REPOSITORY.fullmatch(self.repo) is not None, f"{self.repo!r} is no owner/name")
        _need(_NAME.fullmatch(self.revision) is not None, f"{self.revision!r} is no revision")


@dataclass(frozen=True, slots=True, kw_only=True)
class WheelPart:
    """A member of a published wheel: a file of the model, or the next part of it."""

    wheel: str
    member: str
    file: str

    def __post_init__(self) -> None:
        _need(_WHEEL.fullmatch(self.wheel) is not None, f"{self.wheel!r} is no name==version")
        path = PurePosixPath(self.member)
        _need(
            not path.is_absolute() and ".." not in path.parts, f"{self.member!r} leaves the wheel"
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Edition:
    """One packing of a model, with its sources in order: the hub first, then wheels.

    ``checked`` says how sizes and hashes are known: the files were downloaded and hashed, or their
    hashes are those that several independent projects publish for that revision.
    """

    checked: Literal["downloaded", "published"]
    files: tuple[ModelFile, ...]
    hub: Hub | None = None
    wheels: tuple[WheelPart, ...] = ()

    def __post_init__(self) -> None:
        names = [file.name for file in self.files]
        _need(bool(names), "an edition has no files")
        _need(len(set(names)) == len(names), "an edition names a file twice")
        if self.wheels:
            parts = {part.file for part in self.wheels}
            _need(parts == set(names), "the wheels do not hold the edition's files, all and only")

    @property
    def size(self) -> int:
        """Bytes of all files."""
        return sum(file.size for file in self.files)


@dataclass(frozen=True, slots=True, kw_only=True)
class Model:
    """One model; ``default`` ones are needed for `process` without further options."""

    name: str
    role: Literal["segmentation", "embedding", "diarize", "transcribe", "classify"]
    title: str
    aliases: tuple[str, ...]
    bundled: bool
    default: bool
    licence: str
    card: str
    editions: tuple[Edition, ...]

    def __post_init__(self) -> None:
        for name in (self.name, *self.aliases):
            _need(_NAME.fullmatch(name) is not None, f"{name!r} is no model name")
        _need(bool(self.editions), f"{self.name} has no edition")
        if self.bundled:
            _need(len(self.editions) == 1, f"{self.name} is bundled in more than one edition")
        else:
            sources = all(edition.hub or edition.wheels for edition in self.editions)
            _need(sources, f"{self.name} is not bundled and has no source")

    @property
    def size(self) -> int:
        """Bytes of the largest edition."""
        return max(edition.size for edition in self.editions)

    @property
    def names(self) -> tuple[str, ...]:
        """The name and every alias."""
        return (self.name, *self.aliases)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Document:
    schema: int
    models: tuple[Model, ...]

    def __post_init__(self) -> None:
        _need(self.schema == SCHEMA, f"schema is {self.schema}, this version reads {SCHEMA}")
        names = [name for model in self.models for name in model.names]
        twice = sorted({name for name in names if names.count(name) > 1})
        _need(not twice, f"two models are called {', '.join(twice)}")
        roles = [model.role for model in self.models if model.default]
        _need(len(set(roles)) == len(roles), "a role has two default models")


def _need(holds: bool, otherwise: str) -> None:
    if not holds:
        raise ValueError(otherwise)


def load_manifest(path: Path | None = None) -> tuple[Model, ...]:
    """Read a manifest, by default the one that comes with the package.

    Raises ``FormatError`` with the place: line and column of broken TOML, else the path inside it.
    """
    import msgspec

    path = path or bundled_models() / "manifest.toml"
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8"))
        return msgspec.convert(data, _Document).models
    except OSError as error:
        raise FormatError(
            f"the list of models cannot be read ({error.strerror}).",
            where=path.name,
            try_next="pip install --force-reinstall alsvoice",
        ) from error
    except UnicodeDecodeError as error:
        raise FormatError("it is not UTF-8 text.", where=path.name) from error
    except tomllib.TOMLDecodeError as error:
        raise FormatError(f"{error}.", where=path.name) from error
    except msgspec.ValidationError as error:
        what, _, place = str(error).partition(" - at ")
        where = f"{path.name} {place.strip('`')}".strip()
        raise FormatError(f"{what}.", where=where) from error


def find_model(name: str, manifest: tuple[Model, ...]) -> Model:
    """Return the model of that name or alias, or raise ``NotFoundError`` with those there are."""
    for model in manifest:
        if name in model.names:
            return model
    known = ", ".join(model.name for model in manifest)
    raise NotFoundError(
        f"No model is called {name!r}; there are {known}.", try_next="alsvoice models list"
    )
