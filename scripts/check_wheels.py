"""Check that every default dependency has a wheel for each Python and system we name.

    python3 scripts/check_wheels.py [--linux]

Resolves with pip, builds nothing, installs nothing; the report goes to stdout. `--linux` asks for
Python 3.12 and 3.13 on Linux alone, which is quick.
"""

import subprocess
import sys
import tempfile
import tomllib
from itertools import product

from environment import ROOT

VERSIONS = ("3.11", "3.12", "3.13")
SYSTEMS = {
    "Linux x86_64": ("manylinux_2_28_x86_64", "manylinux_2_27_x86_64", "manylinux_2_17_x86_64",
                     "manylinux2014_x86_64"),
    "macOS arm64": ("macosx_14_0_arm64", "macosx_13_0_arm64", "macosx_12_0_arm64",
                    "macosx_11_0_arm64", "macosx_10_9_universal2"),
    "Windows x86_64": ("win_amd64",),
}  # fmt: skip


def main() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    missing = 0
    quick = "--linux" in sys.argv[1:]
    chosen = product(VERSIONS[1:], list(SYSTEMS.items())[:1]) if quick else None
    for version, (system, tags) in chosen or product(VERSIONS, SYSTEMS.items()):
        platforms = [part for tag in tags for part in ("--platform", tag)]
        with tempfile.TemporaryDirectory() as target:
            done = subprocess.run(
                [
                    sys.executable, "-m", "pip", "install", "--dry-run", "--quiet",
                    "--ignore-installed", "--only-binary", ":all:", "--target", target,
                    "--python-version", version, *platforms, *project["dependencies"],
                ],
                capture_output=True, text=True, check=False,
            )  # fmt: skip
        missing += done.returncode != 0
        errors = [line for line in done.stderr.splitlines() if line.startswith("ERROR")]
        print(f"Python {version}, {system}: {'wheels for all' if not done.returncode else errors}")
    sys.exit(missing > 0)


if __name__ == "__main__":
    main()
