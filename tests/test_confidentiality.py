"""What docs/confidentiality.md says of dependencies and switches is how things are."""

import importlib.metadata
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parents[1]
PAGE = (ROOT / "docs" / "confidentiality.md").read_text(encoding="utf-8")
SWITCH = re.compile(r"^\| `(\w+)=(\w+)` \|", re.MULTILINE)


def required(name: str, extras: frozenset[str], seen: set[str]) -> Iterator[str]:
    """Yield the packages that an install of this one brings, here, whatever they bring in turn."""
    for line in importlib.metadata.requires(name) or []:
        need = Requirement(line)
        wanted = [{"extra": extra} for extra in ("", *sorted(extras))]
        if need.marker and not any(need.marker.evaluate(each) for each in wanted):
            continue
        key = f"{canonicalize_name(need.name)}[{','.join(sorted(need.extras))}]"
        if key not in seen:
            seen.add(key)
            yield canonicalize_name(need.name)
            yield from required(need.name, frozenset(need.extras), seen)


def told() -> set[str]:
    """Return the packages of the page's tables."""
    rows = re.findall(r"^\| ([\w.-]+) \| [\d.]+ \|", PAGE, re.MULTILINE)
    return {canonicalize_name(name) for name in rows}


def test_every_package_that_is_installed_was_looked_at() -> None:
    default = set(required("alsvoice", frozenset(), set()))
    assert {"av", "ctranslate2", "tokenizers", "huggingface-hub", "onnxruntime"} <= default
    extra = set(required("alsvoice", frozenset({"evaluate", "pdf"}), set()))
    assert (default | extra) - told() == set(), "look at them, then add them to the page"


def test_every_switch_is_set_before_anything_is_imported() -> None:
    switches = dict(SWITCH.findall(PAGE))
    assert len(switches) >= 5
    program = (
        "import sys; before = set(sys.modules); import alsvoice, os; "
        "print(sorted(os.environ.items()), sorted(set(sys.modules) - before))"
    )
    environ = {k: v for k, v in os.environ.items() if k not in switches}
    # A value that stands there already must not win.
    environ |= {"ORT_DISABLE_TELEMETRY": "0", "PYTHONPATH": str(ROOT / "src")}
    done = subprocess.run(
        [sys.executable, "-c", program], env=environ, capture_output=True, text=True, check=True
    )
    for name, value in switches.items():
        assert f"('{name}', '{value}')" in done.stdout, name
    assert done.stdout.rstrip().endswith("['alsvoice']"), "nothing else is imported by then"


def test_no_switch_is_untold() -> None:
    source = (ROOT / "src" / "alsvoice" / "__init__.py").read_text(encoding="utf-8")
    assert set(re.findall(r"^    ([A-Z_]+)=", source, re.MULTILINE)) == set(
        dict(SWITCH.findall(PAGE))
    )
