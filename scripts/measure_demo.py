"""Compare the report of the bundled session, from sound alone, with what was really said.

    .venv/bin/python scripts/measure_demo.py [REPORT.json]

The report is the one that ``start.py`` wrote unless another is named. Voices are matched to people
by the turns they share. Printed: talk shares, totals against their intervals, the long think times,
and the stacked and disguised acts that were found.
"""

import json
import sys
from collections import Counter
from pathlib import Path
from typing import Any

from environment import ROOT

DEMO = ROOT / "src" / "alsvoice" / "data" / "demo"


def main() -> None:
    file = Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "alsvoice-demo" / "report.json"
    report = json.loads(file.read_text("utf-8"))
    truth = json.loads((DEMO / "truth.json").read_text("utf-8"))
    spoken = turns()
    names = matched(report, spoken)
    print_shares(report, truth, names)
    print_totals(report)
    print_waits(report, truth)
    print_habits(report, truth)


def turns() -> list[tuple[str, float, float]]:
    rows = [line.split() for line in (DEMO / "session.rttm").read_text("utf-8").splitlines()]
    return [(row[7], float(row[3]), float(row[3]) + float(row[4])) for row in rows]


def matched(report: dict[str, Any], spoken: list[tuple[str, float, float]]) -> dict[str, str]:
    """Return person id → true name, by the time both speak."""
    shared: Counter[tuple[str, str]] = Counter()
    for row in report["turns"]:
        for name, start, end in spoken:
            both = min(end, row["end_s"]) - max(start, row["start_s"])
            shared[row["id"], name] += max(0, both)
    found: dict[str, str] = {}
    for (person, name), _ in shared.most_common():
        if person not in found and name not in found.values():
            found[person] = name
    return found


def print_shares(report: dict[str, Any], truth: dict[str, Any], names: dict[str, str]) -> None:
    whole = sum(row["talk_seconds"] for row in truth["participants"])
    true = {row["name"]: row["talk_seconds"] / whole for row in truth["participants"]}
    print("Talk share, points off:")
    for row in report["participants"]:
        name = names.get(row["id"], "?")
        off = 100 * (row["talk_share"] - true.get(name, 0))
        print(f"  {name:8} {100 * row['talk_share']:5.1f} ({off:+.1f}), called {row['name']}")


def print_totals(report: dict[str, Any]) -> None:
    print("Acts (true, coded, 90 % interval):")
    for key, true in (("open", 13), ("closed", 8), ("advice", 5)):
        low, high = report["questions"][f"{key}_interval"]
        inside = "inside" if low <= true <= high else "OUTSIDE"
        coded = report["questions"][key]
        print(f"  {key:7} {true:3} {coded:3}  [{low:.0f}, {high:.0f}] {inside}")


def print_waits(report: dict[str, Any], truth: dict[str, Any]) -> None:
    print("Long think times (true, found):")
    for row in truth["silences"]:
        near = min(
            (act for act in report["acts"] if act["think_time_s"] is not None),
            key=lambda act: abs(act["end_s"] - row["start"]),
            default=None,
        )
        found = near["think_time_s"] if near and abs(near["end_s"] - row["start"]) < 3 else None
        close = found is not None and abs(found - row["seconds"]) <= 0.5
        print(f"  {row['seconds']:4.1f} {found} {'ok' if close else 'OFF'}")


def print_habits(report: dict[str, Any], truth: dict[str, Any]) -> None:
    print("Stacked and disguised acts:")
    wanted = {"stacked", "advice_in_disguise"}
    for row in truth["utterances"]:
        for flag in wanted & set(row["flags"]):
            hit = any(
                flag in act["flags"] and act["start_s"] < row["end"] and row["start"] < act["end_s"]
                for act in report["acts"]
            )
            print(f"  {row['start']:6.1f} {flag:18} {'found' if hit else 'MISSED'}")
    found = Counter(flag for act in report["acts"] for flag in act["flags"] if flag in wanted)
    print(f"  in all: {dict(found)}")


if __name__ == "__main__":
    main()
