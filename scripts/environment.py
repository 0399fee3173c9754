"""The project's own virtual environment: made once, brought up to date when pyproject.toml changes.

Needs nothing but Python 3.11 or later with pip.
"""

import hashlib
import os
import subprocess
import sys
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / ".venv"


def python() -> Path:
    """Return the environment's interpreter."""
    return FOLDER / ("Scripts/python.exe" if os.name == "nt" else "bin/python")


def ensure(extra: str | None = None) -> Path:
    """Make the environment if need be, install the project into it, return its interpreter."""
    if sys.version_info < (3, 11):  # noqa: UP036 - a person may start it with any Python
        sys.exit(f"alsvoice needs Python 3.11 or later; this is {sys.version.split()[0]}.")
    if not _works():
        print("Making a virtual environment in .venv …", flush=True)
        venv.create(FOLDER, with_pip=True, clear=True)
    stamp = FOLDER / f"installed-{extra or 'default'}"
    wanted = hashlib.sha256((ROOT / "pyproject.toml").read_bytes() + str(ROOT).encode()).hexdigest()
    if not stamp.is_file() or stamp.read_text() != wanted:
        print("Installing alsvoice and what it needs …", flush=True)
        target = f"{ROOT}[{extra}]" if extra else str(ROOT)
        run(
            python(), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "-e", target
        )
        stamp.write_text(wanted)
    return python()


def _works() -> bool:
    """Whether the environment is there and its Python still runs (a removed one leaves links)."""
    if not python().exists():
        return False
    probe = [str(python()), "-c", "import sys; sys.exit(sys.version_info < (3, 11))"]
    return subprocess.run(probe, check=False).returncode == 0


def run(*command: str | Path, **environ: str) -> None:
    """Run a command in the project's root; end with its status where it fails."""
    done = subprocess.run(
        [str(part) for part in command], cwd=ROOT, env={**os.environ, **environ}, check=False
    )
    if done.returncode:
        sys.exit(done.returncode)
