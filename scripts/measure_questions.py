"""Measure a classifier on the corpus's held-out scenarios and on AnnoMI's four fifths.

    python scripts/measure_questions.py --data FOLDER/labels [--classifier questions]

As written and bare: macro-F1 with its 95 % interval over drawn groups, each label's F1, Cohen's
kappa, the flags, minimal-pair groups all right, expected calibration error (ten bins), rows a
second; the held-out rows by kind; and what the row before and the role are worth: the same without.
"""

import argparse
import math
import time
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from alsvoice.backends import registry
from alsvoice.backends.protocols import Classifier
from alsvoice.evaluate.coding import CodingScores, score
from alsvoice.evaluate.labels import Pair
from alsvoice.labels import LABELS, Coding, Flag, Label
from question_rows import Row, bare, corpus, in_development_fifth, labelled, texts

KINDS = ("set", "pairs", "helping")


def measure(
    classifier: Classifier, name: str, rows: Sequence[Row]
) -> tuple[list[Coding], CodingScores]:
    """Code the rows and print how well; return the codings and their scores."""
    codings = list(classifier.classify(texts(rows)))
    return codings, tell(name, rows, codings)


def tell(name: str, rows: Sequence[Row], codings: Sequence[Coding]) -> CodingScores:
    """Print one line of scores and return them all."""
    found = score(
        [
            Pair(
                reference=Label(row.label),
                coded=coding.label,
                confidence=coding.confidence,
                group=row.group,
                reference_flags=None if row.flags is None else tuple(map(Flag, row.flags)),
                coded_flags=coding.flags,
            )
            for row, coding in zip(rows, codings, strict=True)
        ]
    )
    low, high = found.intervals.get("macro_f1", (math.nan, math.nan))
    f1 = "  ".join(f"{x.value.partition('_')[0]} {found.counts.of_class(x).f1:.3f}" for x in LABELS)
    print(f"{name:28}{len(rows):5}  macro {found.counts.macro_f1:.3f} ({low:.3f} to {high:.3f})  "
          f"{f1}  kappa {found.counts.kappa:.3f}  ECE {found.calibration.error:.3f}")  # fmt: skip
    return found


def tell_kinds(rows: Sequence[Row], codings: Sequence[Coding], form: str = "") -> None:
    """Print a line for each kind of talk."""
    for kind in KINDS:
        some = [(r, c) for r, c in zip(rows, codings, strict=True) if r.kind == kind]
        tell(f"  of these, {kind}{form}", [r for r, _ in some], [c for _, c in some])


def pairs_right(rows: Sequence[Row], codings: Sequence[Coding]) -> str:
    groups: defaultdict[str, list[bool]] = defaultdict(list)
    for row, coding in zip(rows, codings, strict=True):
        if row.pair:
            groups[row.pair].append(coding.label == row.label)
    return f"{sum(map(all, groups.values()))} of {len(groups)} minimal-pair groups all right"


def main() -> None:
    parser = argparse.ArgumentParser(description="Measure a classifier of utterances.")
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--classifier", default="questions")
    args = parser.parse_args()
    classifier = registry.classifier(args.classifier)
    held = [r for r in corpus() if r.held_out]
    annomi = [
        r for r in labelled(args.data / "annomi.measure.jsonl.gz")
        if not in_development_fifth(r.group)
    ]  # fmt: skip
    codings, found = measure(classifier, "held-out scenarios", held)
    tell_kinds(held, codings)
    for flag, counts in found.flags.items():
        print(f"  {flag.value:22} {counts.support:4} rows, F1 {counts.f1:.2f}, "
              f"recall {counts.recall:.2f}")  # fmt: skip
    disguised = [c.label for r, c in zip(held, codings, strict=True)
                 if Flag.ADVICE_IN_DISGUISE in (r.flags or ())]  # fmt: skip
    print(f"  advice in disguise coded advice: {disguised.count(Label.ADVICE)} of {len(disguised)}")
    print(f"  {pairs_right(held, codings)}")
    naked = [bare(r) for r in held]
    codings, _ = measure(classifier, "held-out scenarios, bare", naked)
    tell_kinds(held, codings, ", bare")
    measure(classifier, "  without the row before", [replace(r, before="") for r in held])
    measure(classifier, "  without the role", [replace(r, role="unknown") for r in held])
    begun = time.perf_counter()
    measure(classifier, "annomi, four fifths", annomi)
    print(f"  {len(annomi) / (time.perf_counter() - begun):.0f} rows a second, one thread")
    measure(classifier, "annomi, four fifths, bare", [bare(r) for r in annomi])


if __name__ == "__main__":
    main()
