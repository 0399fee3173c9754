"""Choose how ``questions.v1`` joins the rules, on rows its network has not seen.

    python scripts/choose_questions.py --model CHOOSING --data FOLDER/labels [--to MODEL]

CHOOSING is a network that has not seen them, made with ``train_questions.py --choosing``.

The rows: a fifth of the corpus's training scenarios, and AnnoMI's development fifth. Chosen are,
for rows whose role is known and for the others, with marks and bare: the weight of the rules beside
the network and what is added to each label (macro-F1; where roles are unknown, of both sources),
and the temperature (likelihood; where roles are unknown, the smallest calibration error in the
worse of the two sources). For each flag: whether network, network and rule, or rule
alone decides it, and from which score on (F1 on the corpus). Writes ``facts.json`` with the
confusion on these rows.
"""

import argparse
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np

from alsvoice.backends.classify.encoder import Join, QuestionsClassifier
from alsvoice.backends.classify.rules import RulesClassifier
from alsvoice.evaluate.calibration import Calibration
from alsvoice.evaluate.labels import LabelCounts
from alsvoice.labels import LABELS, Flag, Label
from question_rows import (
    Row,
    bare,
    corpus,
    in_choosing_fifth,
    in_development_fifth,
    labelled,
    texts,
)

FLAGS = tuple(flag.value for flag in Flag)
WEIGHTS = (0.0, 0.1, 0.2, 0.3, 0.45, 0.6)
"""Not more: the rules were written on AnnoMI's development fifth, which flatters them there."""
BIASES = (-1.2, -0.8, -0.4, 0.0, 0.4)
BOOSTS = (0.0, 0.7, 1.4, 2.5, 4.0)
TEMPERATURES = (0.8, 1.0, 1.2, 1.4, 1.55, 1.7, 1.85, 2.0, 2.25, 2.5)
THRESHOLDS = tuple(i / 20 for i in range(3, 18))


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """Rows of one source in one form: classes (n,), logits (n, 4) and (n, 14), rules (n, 4)."""

    rows: list[Row]
    true: Any
    logits: Any
    flag_logits: Any
    rules: Any
    rule_flags: list[tuple[Flag, ...]]

    @classmethod
    def of(cls, model: QuestionsClassifier, rows: list[Row]) -> "Part":
        """Return the rows as network and rules see them."""
        given = texts(rows)
        logits, flag_logits = model.read(given)
        by_rule = list(RulesClassifier().classify(given))
        return cls(
            rows=rows,
            true=np.array([LABELS.index(Label(r.label)) for r in rows]),
            logits=logits,
            flag_logits=flag_logits,
            rules=np.array([c.probabilities for c in by_rule]),
            rule_flags=[c.flags for c in by_rule],
        )


def parts_to_choose_on(model: QuestionsClassifier, data: Path) -> dict[str, list[Part]]:
    """Return the corpus's rows, and where roles are unknown AnnoMI's, for each way of joining."""
    own = [r for r in corpus() if not r.held_out and in_choosing_fifth(r)]
    annomi = [
        r for r in labelled(data / "annomi.measure.jsonl.gz") if in_development_fifth(r.group)
    ]
    known = [r for r in own if r.role != "unknown"]
    nobody = [replace(r, role="unknown") for r in own]
    found = {
        "known marked": [Part.of(model, known)],
        "known bare": [Part.of(model, [bare(r) for r in known])],
    }
    for rows in (nobody, annomi):
        found.setdefault("unknown marked", []).append(Part.of(model, rows))
        found.setdefault("unknown bare", []).append(Part.of(model, [bare(r) for r in rows]))
    return found


def joined(part: Part, join: Join) -> Any:
    """Return probabilities of shape (n, 4)."""
    scores = part.logits / join.temperature + np.array(join.bias)
    scores = scores + join.rules_weight * np.log(np.maximum(part.rules, 1e-3))
    e = np.exp(scores - scores.max(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True)


def choose_join(parts: Sequence[Part]) -> Join:
    """Return the join that does best; small changes of a label's standing are not worth a point.

    Talk whose roles are unknown may be of any kind: there the doubt has to fit both sources.
    """

    def score(join: Join) -> float:
        cost = 0.01 * sum(map(abs, join.bias))
        return sum(macro_f1(p.true, joined(p, join).argmax(1)) for p in parts) / len(parts) - cost

    def likelihood(join: Join) -> float:
        return sum(float(np.log(joined(p, join)[range(len(p.true)), p.true]).mean()) for p in parts)

    plain = Join(temperature=1.0, rules_weight=0.0, bias=(0.0, 0.0, 0.0, 0.0))
    weighed = max((replace(plain, rules_weight=w) for w in WEIGHTS), key=score)
    moved = max((replace(weighed, bias=(*b, 0.0)) for b in product(BIASES, repeat=3)), key=score)
    cooled = [
        Join(
            temperature=t,
            rules_weight=round(moved.rules_weight / t, 4),
            bias=tuple(round(b / t, 4) for b in moved.bias),
        )
        for t in TEMPERATURES
    ]
    if len(parts) == 1:
        return max(cooled, key=likelihood)
    return min(cooled, key=lambda join: max(calibration_gap(p, join) for p in parts))


def calibration_gap(part: Part, join: Join) -> float:
    """Return the expected calibration error."""
    found = joined(part, join)
    sure, right = found.max(1).tolist(), (found.argmax(1) == part.true).tolist()
    return Calibration.of(zip(sure, right, strict=True)).error or 0.0


def choose_flag(name: str, parts: Sequence[Part]) -> tuple[float, float] | None:
    """Return what the rule adds to the network's logit and the threshold; None for the rule alone.

    A threshold is judged with its two neighbours: a peak between them is luck.
    """
    k = FLAGS.index(name)
    true = np.concatenate([[name in (r.flags or ()) for r in p.rows] for p in parts])
    ruled = np.concatenate([[name in flags for flags in p.rule_flags] for p in parts])
    logits = np.concatenate([p.flag_logits[:, k] for p in parts])
    best, top = None, flag_f1(true, ruled)
    print(f"{name:22} {true.sum():4} rows: rules {top:.2f}", end="")
    for boost in BOOSTS:
        sure = 1 / (1 + np.exp(-(logits + boost * ruled)))
        f1 = [flag_f1(true, sure >= t) for t in THRESHOLDS]
        for i in range(1, len(f1) - 1):
            if sum(f1[i - 1 : i + 2]) / 3 > top + 0.002:
                best, top = (boost, THRESHOLDS[i]), sum(f1[i - 1 : i + 2]) / 3
    print(f", best {top:.2f} with {best}")
    return best


def macro_f1(true: Any, found: Any) -> float:
    """Return macro-F1 of class numbers."""
    pairs = zip(true, found, strict=True)
    return LabelCounts.of((LABELS[a], LABELS[b]) for a, b in pairs).macro_f1


def flag_f1(true: Any, found: Any) -> float:
    """Return F1 of two boolean arrays; 0 where neither has any."""
    both, either = (true & found).sum(), true.sum() + found.sum()
    return float(2 * both / either) if either else 0.0


def main() -> None:
    parser = argparse.ArgumentParser(description="Choose how the network joins the rules.")
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--model", type=Path, required=True)
    parser.add_argument("--to", type=Path, default=None)
    args = parser.parse_args()
    blank: dict[str, Any] = {
        "name": "questions.v1", "measured_on": "", "joins": {}, "flags": FLAGS, "boosts": {},
        "thresholds": {}, "confusion": {},
    }  # fmt: skip
    (args.model / "facts.json").write_text(json.dumps(blank), encoding="utf-8")
    found = parts_to_choose_on(QuestionsClassifier(args.model), args.data)
    joins = {how: choose_join(parts) for how, parts in found.items()}
    counts = LabelCounts()
    for how, parts in found.items():
        plain = Join(temperature=1.0, rules_weight=0.0, bias=(0.0, 0.0, 0.0, 0.0))
        for n, part in enumerate(parts):
            coded = joined(part, joins[how]).argmax(1)
            alone = joined(part, plain).argmax(1)
            print(f"{how}, {('corpus', 'annomi')[n]}: network {macro_f1(part.true, alone):.3f}, "
                  f"joined {macro_f1(part.true, coded):.3f}")  # fmt: skip
            if how.startswith("known") or n:
                # Each row once, every other one bare: the same row twice is no second witness.
                own_half = slice(how.endswith("bare"), None, 2)
                pairs = zip(part.true[own_half], coded[own_half], strict=True)
                counts += LabelCounts.of((LABELS[x], LABELS[y]) for x, y in pairs)
        print(f"  {joins[how]}")
    own = [found[f"{who} {form}"][0] for who in ("known", "unknown") for form in ("marked", "bare")]
    chosen = {name: choice for name in FLAGS if (choice := choose_flag(name, own))}
    facts = blank | {
        "measured_on": "a fifth of the corpus's training scenarios and AnnoMI's development fifth",
        "joins": {how: asdict(join) for how, join in joins.items()},
        "boosts": {name: boost for name, (boost, _) in chosen.items() if boost},
        "thresholds": {name: threshold for name, (_, threshold) in chosen.items()},
        "confusion": counts.confusion,
    }
    written = json.dumps(facts, indent=1) + "\n"
    for folder in filter(None, (args.model, args.to)):
        (folder / "facts.json").write_text(written, encoding="utf-8")


if __name__ == "__main__":
    main()
