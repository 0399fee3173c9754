"""Measure how far a reader of the codebook gets with AnnoMI's experts.

    python scripts/measure_reader.py --data FOLDER/labels [--classifier questions]

``second/therapists.tsv`` in the corpus has what readers who were given the codebook alone, and
the rows shuffled with the utterance before, made of the 4,078 turns (id, label; the turns are not
the project's to pass on); ``second/therapists_mi.tsv`` what readers made of them who were given,
instead of the codebook, the conventions that these experts go by: the main act decides, a
reflection is none with a question mark either, and information, plans made together and
appointments are no advice. Printed, for the development fifth and the other four: both readings and
the classifier against experts, and the classifier against the codebook's readers, with the 95 %
interval of macro-F1 over dialogues drawn with replacement. Nothing is trained on the readings or
chosen by them: they tell how much of what is missing is the codebook's other idea of advice and of
a question, and how much one reader and one expert differ anyway.
"""

import argparse
import gzip
import json
import math
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from alsvoice.backends import registry
from alsvoice.backends.protocols import Classifier
from alsvoice.evaluate.coding import score
from alsvoice.evaluate.labels import Pair
from alsvoice.labels import LABELS, Label, UtteranceText
from question_rows import CORPUS, in_development_fifth


def turns(path: Path) -> list[dict[str, Any]]:
    """Return every row."""
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


def read(path: Path) -> dict[str, Label]:
    """Return the reader's label of each id."""
    lines = path.read_text(encoding="utf-8").splitlines()
    return {own: Label(label) for own, label in (line.split("\t") for line in lines)}


def compare(name: str, true: Sequence[Label], found: Sequence[Label], groups: list[str]) -> None:
    scored = score([Pair(reference=a, coded=b, group=g)
                    for a, b, g in zip(true, found, groups, strict=True)])  # fmt: skip
    counts, (low, high) = scored.counts, scored.intervals.get("macro_f1", (math.nan, math.nan))
    f1 = "  ".join(f"{x.value.partition('_')[0]} {counts.of_class(x).f1:.2f}" for x in LABELS)
    print(f"{name:28} macro {counts.macro_f1:.3f} ({low:.2f} to {high:.2f})  {f1}  "
          f"kappa {counts.kappa:.2f}  "
          f"advice {found.count(Label.ADVICE)} of {true.count(Label.ADVICE)}")  # fmt: skip


def comparisons(
    classifier: Classifier,
    rows: list[dict[str, Any]],
    by_reader: Mapping[str, Label],
    by_conventions: Mapping[str, Label],
) -> None:
    """Print who agrees how far with whom on some rows."""
    groups = [row["group"] for row in rows]
    experts = [Label(row["label"]) for row in rows]
    reader = [by_reader[row["id"]] for row in rows]
    given = [
        UtteranceText(id=row["id"], text=row["text"], prev_text=row["prev_text"] or None)
        for row in rows
    ]
    coded = [c.label for c in classifier.classify(given)]
    compare("reader against experts", experts, reader, groups)
    told = [by_conventions[row["id"]] for row in rows]
    compare("the experts' conventions", experts, told, groups)
    compare("classifier against experts", experts, coded, groups)
    compare("classifier against reader", reader, coded, groups)


def main() -> None:
    parser = argparse.ArgumentParser(description="Measure a reader of the codebook.")
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--classifier", default="questions")
    args = parser.parse_args()
    rows = turns(args.data / "annomi.measure.jsonl.gz")
    readings = [read(CORPUS / "second" / f"therapists{x}.tsv") for x in ("", "_mi")]
    classifier = registry.classifier(args.classifier)
    for name, chosen in (("development fifth", True), ("four fifths", False)):
        print(name)
        some = [r for r in rows if in_development_fifth(r["group"]) is chosen]
        comparisons(classifier, some, *readings)


if __name__ == "__main__":
    main()
