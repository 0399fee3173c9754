"""Time what a report of a long session costs: measures, page, first paint, scrolling.

    .venv/bin/python scripts/measure_report.py [--minutes 90] [--utterances 3000]

A made session of six people; the browser's part needs Chromium and is left out without it.
Figures are of this machine; compare in one run.
"""

import argparse
import json
import random
import sys
import tempfile
import time
from pathlib import Path

from environment import ROOT

sys.path.insert(0, str(ROOT / "tests"))

from alsvoice.labels import LABELS, ClassifierCard
from alsvoice.measures.measured import measure
from alsvoice.report import render_html
from alsvoice.report.document import build_document
from alsvoice.session import Conversation, Manifest
from strategies import phase, said, scene

NAMES = ("Ann", "Ben", "Cat", "Dan", "Eve", "Fay")
ROLES = ("facilitator", "presenter", "member", "member", "member", "member")
WORDS = "what we tried then was a list beside the first one on the wall of the ward".split()
CARD = ClassifierCard(
    name="made", confusion={t: {c: 90 if t is c else 3 for c in LABELS} for t in LABELS}
)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--minutes", type=int, default=90)
    parser.add_argument("--utterances", type=int, default=3000)
    chosen = parser.parse_args()
    session = made(chosen.minutes * 60, chosen.utterances)
    started = time.process_time()
    measure(session, CARD)
    measured = time.process_time()
    document = build_document(
        Manifest(id="made", created="2026-11-23T09:30:00+00:00"), session, provenance={}, card=CARD
    )
    documented = time.process_time()
    page = render_html(document)
    rendered = time.process_time()
    print(f"{chosen.minutes} min, {chosen.utterances} utterances; CPU seconds:")
    print(f"  all measures                 {measured - started:.2f}")
    print(f"  document (measures included) {documented - measured:.2f}")
    print(f"  page                         {rendered - documented:.2f}")
    print(f"  the page without sound: {len(page.encode()) / 1e6:.2f} MB")
    look(page)


def made(length_s: int, number: int) -> Conversation:
    """Return a session with overlaps, pauses, every label, and phases."""
    rng = random.Random(1)
    step = length_s / number
    labels = ["other"] * 6 + ["open_question", "closed_question", "advice"]
    coded = [
        said(
            NAMES[rng.choice((0, 1, 1, 1, 2, 3, 4, 5))],
            n * step,
            n * step + step * rng.uniform(0.4, 1.1),
            " ".join(rng.choices(WORDS, k=rng.randint(2, 22))),
            rng.choice(labels),
            confidence=rng.choice((0.5, 0.9)),
        )
        for n in range(number)
    ]
    thirds = [length_s * n / 3 for n in range(4)]
    names = ("presenting", "exploring", "process_review")
    return scene(
        *coded,
        roles=dict(zip(NAMES, ROLES, strict=True)),
        phases=[phase(name, thirds[n], thirds[n + 1]) for n, name in enumerate(names)],
        duration=length_s + 5,
    )


def look(page: str) -> None:
    """Open the page in Chromium: first paint, and how evenly frames come while it scrolls."""
    from browser import chromium

    with tempfile.TemporaryDirectory() as folder, chromium() as browser:
        file = Path(folder) / "page.html"
        file.write_text(page, "utf-8")
        opened = browser.new_page(viewport={"width": 1160, "height": 900})
        opened.goto(file.as_uri())
        paints = json.loads(opened.evaluate(
            "JSON.stringify(performance.getEntriesByType('paint').map(e => [e.name, e.startTime]))"
        ))  # fmt: skip
        frames = opened.evaluate(
            """() => new Promise((done) => {
              const at = []; let last = performance.now();
              const step = (now) => {
                at.push(now - last); last = now; window.scrollBy(0, 300);
                if (at.length < 200) requestAnimationFrame(step); else done(at);
              };
              requestAnimationFrame(step);
            })"""
        )
        for name, at in paints:
            print(f"  {name}: {at:.0f} ms")
        frames.sort()
        print(f"  200 frames of scrolling: median {frames[100]:.0f} ms, 95 % {frames[190]:.0f} ms")


if __name__ == "__main__":
    main()
