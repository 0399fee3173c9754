"""Draw the pictures of the recording console for the README, from what the console itself draws.

    .venv/bin/python scripts/console_pictures.py

Writes docs/console.svg (80 columns) and docs/console-large.svg (--large, 60 columns).
"""

import io
import re
import sys
from dataclasses import replace
from pathlib import Path

from alsvoice.agenda import Now
from alsvoice.audio.capture import Status
from alsvoice.audio.levels import Level
from alsvoice.cli.console.keys import State
from alsvoice.cli.console.view import Scene, draw
from alsvoice.templates import template

DOCS = Path(__file__).resolve().parents[1] / "docs"
PLAN = template("classic").phases


def main() -> int:
    usual = Scene(
        position_ms=31 * 60_000 + 12_000,
        time="10:31",
        now=Now(number=3, phase=PLAN[3], spent_ms=11 * 60_000 + 40_000, next_phase=PLAN[4]),
        plan=PLAN,
        status=Status(level=Level(rms_db=-27, peak_db=-11, silent=False)),
        keys=State(),
        marks=2,
    )
    last = replace(
        usual,
        large=True,
        now=Now(number=3, phase=PLAN[3], spent_ms=24 * 60_000 + 18_000, next_phase=PLAN[4]),
        position_ms=43 * 60_000 + 50_000,
        time="10:43",
    )
    picture(usual, 80, DOCS / "console.svg")
    picture(last, 60, DOCS / "console-large.svg")
    return 0


def picture(scene: Scene, width: int, to: Path) -> None:
    from rich.console import Console

    console = Console(file=io.StringIO(), record=True, width=width, force_terminal=True)
    console.print(draw(scene, width))
    # The pictures are the project's own: no font is fetched from elsewhere when they are looked at.
    svg = console.export_svg(title="alsvoice record", unique_id="console")
    svg = re.sub(r"\s*@font-face \{.*?\}", "", svg, flags=re.DOTALL)
    svg = re.sub(r"\s*<!--.*?-->", "", svg, flags=re.DOTALL)
    to.write_text(svg + "\n", encoding="utf-8")
    print(to)


if __name__ == "__main__":
    sys.exit(main())
