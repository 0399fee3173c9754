"""Measure a classifier against people's codes, with punctuation and without.

    python scripts/measure_labels.py --data FOLDER             the table of figures
    python scripts/measure_labels.py --data FOLDER --calibrate the counts of classify/calibration.py

AnnoMI's development fifth may be looked at while rules are chosen; its other four fifths are for
the number alone, and the rules are asked nothing about them but their answers.
"""

import argparse
import gzip
import hashlib
import json
import os
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from alsvoice.backends import registry
from alsvoice.backends.classify.rules import BOOKS, decide
from alsvoice.backends.protocols import Classifier
from alsvoice.evaluate.labels import LabelCounts, without_punctuation
from alsvoice.labels import LABELS, Label, UtteranceText

FIFTH = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A labelled utterance; ``group`` is its dialogue."""

    group: str
    text: UtteranceText
    label: Label


def read(path: Path) -> Iterator[Row]:
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        for line in lines:
            row = json.loads(line)
            # The corpora's roles are not those of an action learning set: leave them unknown.
            text = UtteranceText(id=row["id"], text=row["text"], prev_text=row["prev_text"] or None)
            yield Row(group=row["group"], text=text, label=Label(row["label"]))


def in_development_fifth(row: Row) -> bool:
    return int(hashlib.sha256(row.group.encode()).hexdigest(), 16) % FIFTH == 0


def bare(row: Row) -> Row:
    prev = row.text.prev_text and without_punctuation(row.text.prev_text)
    text = replace(row.text, text=without_punctuation(row.text.text), prev_text=prev or None)
    return replace(row, text=text)


def measure(
    classifier: Classifier, rows: Sequence[Row], seen: Callable[[Label], Label]
) -> LabelCounts:
    codings = classifier.classify(row.text for row in rows)
    pairs = ((row.label, seen(c.label)) for row, c in zip(rows, codings, strict=True))
    return LabelCounts.of(pairs)


def as_is(label: Label) -> Label:
    return label


def advice_or_not(label: Label) -> Label:
    return Label.ADVICE if label is Label.ADVICE else Label.OTHER


def line(name: str, counts: LabelCounts) -> str:
    scores = [counts.of_class(label) for label in LABELS]
    cells = [
        f"{s.precision:.2f} {s.recall:.2f} {s.f1:.3f}" if s.support else " " * 15 for s in scores
    ]
    return f"{name:34}{counts.total:6}  {counts.macro_f1:.3f}  " + "   ".join(cells)


def table(classifier: Classifier, data: Path) -> Iterator[str]:
    annomi = list(read(data / "annomi.measure.jsonl.gz"))
    sources: list[tuple[str, list[Row], Callable[[Label], Label]]] = [
        ("annomi development fifth", [r for r in annomi if in_development_fifth(r)], as_is),
        ("annomi four fifths", [r for r in annomi if not in_development_fifth(r)], as_is),
        ("mrda.dev", list(read(data / "mrda.dev.jsonl.gz")), as_is),
        ("advicereddit.dev", list(read(data / "advicereddit.dev.jsonl.gz")), advice_or_not),
    ]
    head = "   ".join(f"{label.value:15}" for label in LABELS)
    yield f"{'':34}{'rows':>6}  macro  {head}"
    yield f"{'':34}{'':6}  F1     " + "   ".join(["P    R    F1   "] * len(LABELS))
    for name, rows, seen in sources:
        yield line(name, measure(classifier, rows, seen))
        yield line(f"{name}, bare", measure(classifier, [bare(row) for row in rows], seen))
    yield speed(classifier, annomi)


def speed(classifier: Classifier, rows: Sequence[Row]) -> str:
    begun = time.perf_counter()
    done = sum(1 for _ in classifier.classify(row.text for row in rows))
    return f"{done / (time.perf_counter() - begun):.0f} rows/s"


def calibration(data: Path) -> Iterator[str]:
    annomi = [r for r in read(data / "annomi.measure.jsonl.gz") if in_development_fifth(r)]
    counts = measure(registry.classifier("rules.v1"), annomi, as_is)
    yield "_CONFUSION_ROWS = {"
    for label, coded in zip(LABELS, counts.rows, strict=True):
        yield f"    Label.{label.name}: {coded},"
    yield "}"
    rows = annomi + list(read(data / "mrda.dev.jsonl.gz"))
    right: dict[str, Counter[Label]] = {}
    for row in [*rows, *map(bare, rows)]:
        decision = decide(row.text)
        key = f"{decision.family} bare" if decision.bare else decision.family
        right.setdefault(key, Counter())[row.label] += 1
    yield "COUNTS: Mapping[str, tuple[int, int, int, int]] = {"
    for key in sorted(right):
        yield f'    "{key}": {tuple(right[key][label] for label in LABELS)},'
    yield "}"


def default_data() -> Path:
    shared = os.environ.get("ALSVOICE_SHARED")
    root = Path(shared) if shared else Path(__file__).parents[2] / "shared" / "data"
    return root / "labels"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=default_data(), metavar="DIR")
    parser.add_argument("--classifier", default="rules.v1", metavar="NAME")
    parser.add_argument("--calibrate", action="store_true")
    args = parser.parse_args()
    if args.calibrate:
        lines = calibration(args.data)
    else:
        print(f"{sum(map(len, BOOKS))} phrases in {len(BOOKS)} books")
        lines = table(registry.classifier(args.classifier), args.data)
    for text in lines:
        print(text)


if __name__ == "__main__":
    main()
