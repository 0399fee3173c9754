"""Choose the confusion of talk whose roles are unknown, on dialogues the network has not seen.

    python scripts/choose_confusion.py --model CHOOSING --data FOLDER/labels            the table
    python scripts/choose_confusion.py --model CHOOSING --data FOLDER/labels --rows 16 [--to MODEL]

The dialogues: AnnoMI's development fifth, and sets and helping conversations of the fifth of the
corpus's training scenarios that is chosen on, their roles taken away; as written and bare. How a
label errs is the mean of what it does in both sources, and counts as that of ``--rows`` rows: talk
differs from talk, so that many rows of other talk are few witnesses of this one's. Printed for
several such numbers: in how many dialogues the 90 % interval of a count holds the true one, each
dialogue left out of the confusion it is judged by, and how wide the median interval is beside a
naive one. ``--rows`` puts the choice into ``facts.json`` of both, which
``choose_questions.py`` has written. CHOOSING is a network made with ``train_questions.py
--choosing``: one that ships has seen half of these dialogues.
"""

import argparse
import json
import statistics
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from alsvoice.backends.classify.encoder import QuestionsClassifier
from alsvoice.evaluate.labels import LabelCounts
from alsvoice.labels import LABELS, ClassifierCard, Coding, Label
from alsvoice.measures.uncertainty import believe, wilson
from question_rows import (
    Row,
    bare,
    corpus,
    in_choosing_fifth,
    in_development_fifth,
    labelled,
    texts,
)

ROWS = (200, 100, 50, 30, 20, 16, 14, 12, 8)
ASKED = (Label.OPEN_QUESTION, Label.CLOSED_QUESTION, Label.ADVICE)
Confusion = dict[Label, dict[Label, int]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Talk:
    """A dialogue in one form; ``name`` is the same in every form."""

    name: str
    source: str
    true: list[Label]
    codings: list[Coding]

    @property
    def counts(self) -> LabelCounts:
        """Which label was coded as which."""
        return LabelCounts.of(zip(self.true, (c.label for c in self.codings), strict=True))


def talks(model: QuestionsClassifier, data: Path) -> list[Talk]:
    """Return every dialogue, as written and bare."""
    own = [
        replace(r, role="unknown") for r in corpus()
        if not r.held_out and in_choosing_fifth(r) and r.kind in {"set", "helping"}
    ]  # fmt: skip
    annomi = [
        r for r in labelled(data / "annomi.measure.jsonl.gz") if in_development_fifth(r.group)
    ]
    found: list[Talk] = []
    for source, rows in (("annomi", annomi), ("corpus", own)):
        groups: defaultdict[str, list[Row]] = defaultdict(list)
        for row in rows:
            groups[row.group].append(row)
        for name, said in groups.items():
            for given in (said, [bare(row) for row in said]):
                codings = list(model.classify(texts(given)))
                true = [Label(row.label) for row in said]
                found.append(Talk(name=name, source=source, true=true, codings=codings))
    return found


def confusion(some: Sequence[Talk], rows: int) -> Confusion:
    """Return how each label is coded, both sources alike, as if ``rows`` rows of it were seen."""
    by_source = [
        sum((t.counts for t in some if t.source == source), LabelCounts())
        for source in ("annomi", "corpus")
    ]
    return {
        true: {
            coded: round(
                rows * statistics.mean(_share(c.confusion[true], coded) for c in by_source)
            )
            for coded in LABELS
        }
        for true in LABELS
    }


def _share(row: Mapping[Label, int], coded: Label) -> float:
    return row[coded] / max(1, sum(row.values()))


def coverage(some: Sequence[Talk], card: Mapping[str, ClassifierCard]) -> str:
    """Return, label by label, how many hold the true count, and the width beside the naive one."""
    cells = []
    for label in ASKED:
        inside, ours, naive = 0, [], []
        for talk in some:
            low, high = believe(talk.codings, card[talk.name]).total(label) or (0.0, 0.0)
            inside += low <= talk.true.count(label) <= high
            ours.append(high - low)
            coded = sum(c.label is label for c in talk.codings)
            a, b = wilson(coded, len(talk.codings))
            naive.append((b - a) * len(talk.codings))
        width = statistics.median(ours) / statistics.median(naive)
        cells.append(f"{label.value.partition('_')[0]:>7} {inside / len(some):4.0%} {width:.2f}")
    return f"{len(some):4} " + "".join(cells)


def main() -> None:
    parser = argparse.ArgumentParser(description="Choose the confusion where roles are unknown.")
    parser.add_argument("--model", type=Path, required=True)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--rows", type=int, default=None)
    parser.add_argument("--to", type=Path, default=None)
    args = parser.parse_args()
    model = QuestionsClassifier(args.model)
    found = talks(model, args.data)
    names = {talk.name for talk in found}
    cards = {"as it is": dict.fromkeys(names, model.card.where_roles_are_unknown())}
    for rows in ROWS:
        cards[f"{rows} rows"] = {
            name: ClassifierCard(
                name="",
                confusion=confusion([t for t in found if t.name != name], rows),
                doubt_holds=False,
            )
            for name in names
        }
    for how, card in cards.items():
        for source in ("annomi", "corpus"):
            some = [talk for talk in found if talk.source == source]
            print(f"{how:10} {source:7}", coverage(some, card), flush=True)
    if args.rows is not None:
        for folder in filter(None, (args.model, args.to)):
            path = folder / "facts.json"
            facts = json.loads(path.read_text(encoding="utf-8"))
            facts["confusion_unknown"] = confusion(found, args.rows)
            path.write_text(json.dumps(facts, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
