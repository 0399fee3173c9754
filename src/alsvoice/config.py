"""Where things live on this machine: the library of sessions and the models."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

__all__ = ["Config", "bundled_models"]


def bundled_models() -> Path:
    """Return the read-only folder of models that come with the package (wheel or checkout)."""
    package = Path(__file__).resolve().parent
    in_wheel = package / "_models"
    return in_wheel if in_wheel.is_dir() else package.parents[1] / "models"


@dataclass(frozen=True, slots=True, kw_only=True)
class Config:
    """Folders that commands work in."""

    library: Path
    models: Path

    @classmethod
    def resolve(
        cls,
        library: Path | None = None,
        models: Path | None = None,
        environ: Mapping[str, str] | None = None,
    ) -> "Config":
        """Return the folders: an option first, the environment second, the system's habit third."""
        import platformdirs

        env = os.environ if environ is None else environ
        return cls(
            library=library
            or _from_env(env, "ALSVOICE_LIBRARY")
            or Path(platformdirs.user_data_dir("alsvoice", appauthor=False)),
            models=models
            or _from_env(env, "ALSVOICE_MODELS")
            or Path(platformdirs.user_cache_dir("alsvoice", appauthor=False)) / "models",
        )


def _from_env(environ: Mapping[str, str], name: str) -> Path | None:
    value = environ.get(name, "").strip()
    return Path(value).expanduser() if value else None
