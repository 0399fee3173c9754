"""Measure a classifier on whole dialogues: AnnoMI's four fifths, and the bundled demo as heard.

    python scripts/measure_dialogues.py annomi --data FOLDER/labels [--classifier questions]
    python scripts/measure_dialogues.py demo [--asr base]
    python scripts/measure_dialogues.py scale

``annomi``: does what the report leads with tell good practice from poor (area under the curve, from
our labels and from the experts'); how many dialogues have the experts' count inside our 90 %
interval, and how wide that is beside one that takes every label for true. ``demo``: the sound is
transcribed, and each utterance of the truth coded from the words heard inside its span. ``scale``:
loading, and the memory that 2,000 and 50,000 streamed rows take (``--rows``).
"""

import argparse
import gzip
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.resources import as_file, files
from pathlib import Path
from typing import Any

from alsvoice.backends import registry
from alsvoice.evaluate.labels import LabelCounts
from alsvoice.labels import LABELS, ClassifierCard, Coding, Flag, Label, UtteranceText
from alsvoice.measures.uncertainty import believe, wilson
from question_rows import in_development_fifth

ASKED = (Label.OPEN_QUESTION, Label.CLOSED_QUESTION, Label.ADVICE)
STATEMENT_WORDS = 5
NO_STATEMENT = frozenset(
    {
        Flag.BACKCHANNEL,
        Flag.REFLECTION,
        Flag.TIME_KEEPING,
        Flag.PROCESS_INTERVENTION,
        Flag.OFF_TOPIC,
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """A therapist's turn; ``statement`` is whether the experts' codes make it one."""

    text: UtteranceText
    label: Label
    statement: bool
    good: bool


def dialogues(path: Path) -> dict[str, list[Turn]]:
    """Return the turns of each dialogue that nothing was chosen on."""
    found: defaultdict[str, list[Turn]] = defaultdict(list)
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        for line in lines:
            row = json.loads(line)
            if in_development_fifth(row["group"]):
                continue
            long = len(row["text"].split()) >= STATEMENT_WORDS
            found[row["group"]].append(
                Turn(
                    text=UtteranceText(
                        id=row["id"], text=row["text"], prev_text=row["prev_text"] or None
                    ),
                    label=Label(row["label"]),
                    statement=long and "main=reflection" not in row["orig_label"],
                    good=row["quality_mi"] == "high",
                )
            )
    return found


def shares(labels: Sequence[Label], statements: Sequence[bool]) -> tuple[float, float]:
    """Return q_share and advice_share; half where there is nothing to share."""
    questions = sum(label.is_question for label in labels)
    advice = sum(label is Label.ADVICE for label in labels)
    told = sum(s and x is Label.OTHER for s, x in zip(statements, labels, strict=True))
    whole, asked = questions + advice + told, questions + advice
    return (questions / whole if whole else 0.5, advice / asked if asked else 0.5)


def area(values: Sequence[float], good: Sequence[bool]) -> float:
    """Return how often a good dialogue's value is above a poor one's; ties count half."""
    high = [v for v, g in zip(values, good, strict=True) if g]
    low = [v for v, g in zip(values, good, strict=True) if not g]
    wins = sum((h > x) + 0.5 * (h == x) for h in high for x in low)
    return wins / (len(high) * len(low))


def is_statement(text: str, coding: Coding) -> bool:
    return len(text.split()) >= STATEMENT_WORDS and not NO_STATEMENT & set(coding.flags)


def annomi(data: Path, name: str) -> None:
    classifier = registry.classifier(name)
    found = dialogues(data / "annomi.measure.jsonl.gz")
    coded = {group: list(classifier.classify(t.text for t in turns))
             for group, turns in found.items()}  # fmt: skip
    good = [turns[0].good for turns in found.values()]
    ours = [
        shares([c.label for c in coded[g]],
               [is_statement(t.text.text, c) for t, c in zip(turns, coded[g], strict=True)])
        for g, turns in found.items()
    ]  # fmt: skip
    theirs = [shares([t.label for t in x], [t.statement for t in x]) for x in found.values()]
    print(f"{len(found)} dialogues, {sum(good)} of them good practice")
    for who, values in (("ours", ours), ("the experts'", theirs)):
        q, a = (area([v[k] for v in values], good) for k in (0, 1))
        print(f"  area under the curve, {who}: q_share {q:.2f}, advice_share {1 - a:.2f}")
    for label in ASKED:
        print("  " + coverage(label, found, coded, classifier.card))


def coverage(
    label: Label,
    found: dict[str, list[Turn]],
    coded: dict[str, list[Coding]],
    card: ClassifierCard,
) -> str:
    inside, ours, naive = 0, [], []
    for group, turns in found.items():
        true = sum(t.label is label for t in turns)
        interval = believe(coded[group], card.where_roles_are_unknown()).total(label)
        if interval is None:
            raise SystemExit("The classifier says nothing of its errors: there is no interval.")
        inside += interval[0] <= true <= interval[1]
        ours.append(interval[1] - interval[0])
        low, high = wilson(sum(c.label is label for c in coded[group]), len(turns))
        naive.append((high - low) * len(turns))
    wide = statistics.median(ours), statistics.median(naive)
    return (
        f"{label.value}: the experts' count inside {inside / len(found):.0%} of intervals, "
        f"median width {wide[0]:.1f}, naive {wide[1]:.1f} ({wide[0] / wide[1]:.2f})"
    )


def heard(demo: Path, asr: str) -> list[Any]:
    """Return the words of the demo's sound."""
    from alsvoice.config import Config
    from alsvoice.pipeline.importing import Details, import_audio
    from alsvoice.pipeline.run import process
    from alsvoice.pipeline.sight import see
    from alsvoice.pipeline.stages import Choices
    from alsvoice.store import Library

    with tempfile.TemporaryDirectory() as root:
        config = Config.resolve()
        sound = [demo / "session.opus"]
        details = Details(speakers=5)
        session = import_audio(Library(Path(root)), config, sound, details, now=datetime.now(UTC))
        process(session, config, Choices(asr=asr))
        return list(see(session).words.words)


def demo(name: str, asr: str) -> None:
    with as_file(files("alsvoice") / "data" / "demo") as folder:
        truth = json.loads((folder / "truth.json").read_text("utf-8"))["utterances"]
        words = heard(folder, asr)
    rows, before = [], None
    for each in truth:
        text = " ".join(
            w.text for w in words
            if each["start"] * 1000 <= (w.start_ms + w.end_ms) / 2 < each["end"] * 1000
        )  # fmt: skip
        role = each["role"]
        rows.append(UtteranceText(id=each["id"], text=text, prev_text=before, speaker_role=role))
        before = text or before
    written = [
        UtteranceText(
            id=each["id"],
            text=each["text"],
            prev_text=truth[n - 1]["text"] if n else None,
            speaker_role=each["role"],
        )
        for n, each in enumerate(truth)
    ]
    classifier = registry.classifier(name)
    for what, given in (("as heard", rows), ("as written", written)):
        codings = list(classifier.classify(given))
        print(f"demo {what}: " + in_short([Label(each["label"]) for each in truth], codings))


def in_short(true: Iterable[Label], codings: Sequence[Coding]) -> str:
    counts = LabelCounts.of(zip(true, (c.label for c in codings), strict=True))
    each = "  ".join(f"{x.value.partition('_')[0]} {counts.of_class(x).f1:.2f}" for x in LABELS)
    return f"{counts.total} rows, macro-F1 {counts.macro_f1:.3f}  {each}"


_ROWS = "When did she last come to you, and what did you make of what she said that time?"


def scale(name: str, sizes: Sequence[int]) -> None:
    begun = time.perf_counter()
    registry.classifier(name)
    print(f"loaded in {time.perf_counter() - begun:.2f} s")
    for many in sizes:
        with tempfile.TemporaryDirectory() as folder:
            rows = Path(folder) / "rows.jsonl"
            with rows.open("w", encoding="utf-8") as out:
                for n in range(many):
                    out.write(json.dumps({"id": n, "text": f"{n} {_ROWS}", "prev_text": _ROWS}))
                    out.write("\n")
            begun = time.perf_counter()
            child = subprocess.Popen(
                [sys.executable, "-m", "alsvoice", "classify", str(rows), "-o", f"{rows}.out"]
            )
            _, status, used = os.wait4(child.pid, 0)
            wall = time.perf_counter() - begun
        print(f"{many} rows: status {status}, {wall:.0f} s, {many / wall:.0f} rows a second, "
              f"peak {used.ru_maxrss / 1024:.0f} MB")  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser(description="Measure a classifier on whole dialogues.")
    parser.add_argument("what", choices=["annomi", "demo", "scale"])
    parser.add_argument("--data", type=Path)
    parser.add_argument("--classifier", default="questions")
    parser.add_argument("--asr", default="base")
    parser.add_argument("--rows", default="2000,50000")
    args = parser.parse_args()
    if args.what == "annomi":
        if args.data is None:
            parser.error("annomi needs --data FOLDER/labels")
        annomi(args.data, args.classifier)
    elif args.what == "demo":
        demo(args.classifier, args.asr)
    else:
        scale(args.classifier, [int(many) for many in args.rows.split(",")])


if __name__ == "__main__":
    main()
