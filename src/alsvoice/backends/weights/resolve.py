"""Find a model on this machine, say in what state it is, check it, remove it. No network here."""

import shutil
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from alsvoice.backends.weights.manifest import Edition, Model, ModelFile, find_model
from alsvoice.config import Config, bundled_models
from alsvoice.digest import digest_file
from alsvoice.errors import InputError, ModelError, ModelHashError, ModelMissingError

__all__ = ["PARTIAL", "ModelFiles", "Status", "find", "folder_of", "remove", "status", "verify"]

PARTIAL = ".partial"  # beside the models, so that moving into place is a rename
_WEIGHTS = ("model.bin", "model.onnx")


class Status(StrEnum):
    """Where a model stands on this machine."""

    BUNDLED = "bundled"
    PRESENT = "present"
    MISSING = "missing"
    DAMAGED = "damaged"


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelFiles:
    """A model that is here; ``edition`` is None for a folder that the user named."""

    name: str
    folder: Path
    edition: Edition | None = None

    def path(self, file: str) -> Path:
        """Return the path of one file."""
        return self.folder / file


def find(
    name: str | Path,
    config: Config,
    manifest: tuple[Model, ...],
    bundled: Path | None = None,
) -> ModelFiles:
    """Return the files of a model named by name, alias or folder; sizes are checked, not hashes.

    Raises ``ModelMissingError`` when it has not been pulled, ``ModelHashError`` when files are
    missing or have the wrong size, ``InputError`` for a folder without a model, ``NotFoundError``
    for a name that nobody knows.
    """
    if _is_folder(name, manifest):
        return _given(Path(name).expanduser())
    model = find_model(str(name), manifest)
    folder = folder_of(model, config, bundled)
    if not folder.is_dir():
        raise _missing(model)
    edition = _edition_here(model, folder)
    if edition is None:
        raise _damaged(model, _first_wrong(model, folder))
    return ModelFiles(name=model.name, folder=folder, edition=edition)


def status(model: Model, config: Config, bundled: Path | None = None) -> Status:
    """Return how the model stands; only names and sizes are looked at."""
    folder = folder_of(model, config, bundled)
    if not folder.is_dir():
        return Status.MISSING
    if _edition_here(model, folder) is None:
        return Status.DAMAGED
    return Status.BUNDLED if model.bundled else Status.PRESENT


def verify(model: Model, config: Config, bundled: Path | None = None) -> ModelFiles:
    """Hash every file of the model and return them, or raise ``ModelHashError`` naming the file."""
    files = find(model.name, config, (model,), bundled)
    for file in files.edition.files if files.edition else ():
        with files.path(file.name).open("rb") as opened:
            if digest_file(opened) != f"sha256:{file.sha256}":
                raise _damaged(model, file)
    return files


def remove(model: Model, config: Config) -> int:
    """Remove a pulled model and what an unfinished pull of it left; return the bytes freed."""
    if model.bundled:
        raise ModelError(
            f"{model.name} comes with alsvoice and is read-only.", try_next="alsvoice models list"
        )
    here = [
        folder
        for folder in (config.models / model.name, config.models / PARTIAL / model.name)
        if folder.is_symlink() or folder.is_dir()
    ]
    if not here:
        raise _missing(model)
    return sum(_remove_folder(folder) for folder in here)


def folder_of(model: Model, config: Config, bundled: Path | None = None) -> Path:
    """Return the folder where the model is or will be."""
    root = (bundled or bundled_models()) if model.bundled else config.models
    return root / model.name


def _is_folder(name: str | Path, manifest: tuple[Model, ...]) -> bool:
    """Tell a folder from a name; a name of the manifest wins over a folder that happens to be."""
    if isinstance(name, Path):
        return True
    if any(name in model.names for model in manifest):
        return False
    return "/" in name or "\\" in name or name.startswith("~") or Path(name).is_dir()


def _given(folder: Path) -> ModelFiles:
    if not any((folder / file).is_file() for file in _WEIGHTS):
        raise InputError(
            f"{folder} is no folder with a model in it ({' or '.join(_WEIGHTS)}).",
            try_next="alsvoice models list",
        )
    return ModelFiles(name=folder.resolve().name, folder=folder)


def _edition_here(model: Model, folder: Path) -> Edition | None:
    return next((e for e in model.editions if not _wrong(e, folder)), None)


def _wrong(edition: Edition, folder: Path) -> list[ModelFile]:
    return [file for file in edition.files if _size(folder / file.name) != file.size]


def _first_wrong(model: Model, folder: Path) -> ModelFile:
    return min((_wrong(edition, folder) for edition in model.editions), key=len)[0]


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:
        return -1


def _remove_folder(folder: Path) -> int:
    if folder.is_symlink():  # what it points to is not ours
        folder.unlink()
        return 0
    freed = sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
    shutil.rmtree(folder)
    return freed


def _missing(model: Model) -> ModelMissingError:
    if model.bundled:
        return ModelMissingError(
            f"{model.name}, which comes with alsvoice, is not where it should be.",
            try_next="pip install --force-reinstall alsvoice",
        )
    return ModelMissingError(
        f"The model {model.name} is not on this machine yet.",
        try_next=f"alsvoice models pull {model.name}",
    )


def _damaged(model: Model, file: ModelFile) -> ModelHashError:
    again = f"alsvoice models pull {model.name}"
    return ModelHashError(
        f"{file.name} of the model {model.name} is not the file that was published.",
        try_next="pip install --force-reinstall alsvoice" if model.bundled else again,
    )
