"""Choose how ``questions.v1`` joins the rules, on rows kept out of training for that alone.

    python scripts/choose_questions.py --data FOLDER/labels [--model models/questions-v1]

The rows: a tenth of the corpus's training scenarios, and AnnoMI's development fifth; each as
written and bare. Chosen are the weight of the rules beside the network (macro-F1), the temperature
(likelihood), and for each flag whether network or rules decide it and from which probability on
(F1). Writes ``facts.json`` with the confusion on these rows.
"""

import argparse
import json
import math
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from alsvoice.backends.classify.encoder import QuestionsClassifier
from alsvoice.backends.classify.rules import RulesClassifier
from alsvoice.evaluate.labels import LabelCounts
from alsvoice.labels import LABELS, Flag, Label, UtteranceText
from question_rows import Row, bare, corpus, in_choosing_fifth, in_development_fifth, labelled

FLAGS = tuple(flag.value for flag in Flag)
WEIGHTS = (0.0, 0.1, 0.2, 0.3, 0.45, 0.6, 0.8, 1.0)
TEMPERATURES = (0.8, 1.0, 1.2, 1.4, 1.7, 2.0, 2.5)
THRESHOLDS = tuple(i / 20 for i in range(3, 18))


def texts(rows: Sequence[Row]) -> list[UtteranceText]:
    """Return the rows as a classifier is given them."""
    return [
        UtteranceText(
            id=str(n),
            text=row.text,
            prev_text=row.before or None,
            speaker_role=None if row.role == "unknown" else row.role,
        )
        for n, row in enumerate(rows)
    ]


def rows_to_choose_on(data: Path) -> tuple[list[Row], list[Row]]:
    """Return rows of the corpus and of AnnoMI, each as written and bare."""
    own = [r for r in corpus() if not r.held_out and in_choosing_fifth(r)]
    annomi = [
        r for r in labelled(data / "annomi.measure.jsonl.gz") if in_development_fifth(r.group)
    ]
    return [*own, *map(bare, own)], [*annomi, *map(bare, annomi)]


def joined(logits: Any, rules: Any, weight: float, temperature: float) -> Any:
    """Return probabilities of shape (n, 4)."""
    scores = logits / temperature + weight * np.log(np.maximum(rules, 1e-3))
    e = np.exp(scores - scores.max(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True)


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
    parser.add_argument("--model", type=Path, default=Path("models/questions-v1"))
    args = parser.parse_args()
    blank: dict[str, Any] = {
        "name": "questions.v1", "measured_on": "", "temperature": 1.0, "rules_weight": 0.0,
        "flags": FLAGS, "thresholds": {}, "confusion": {},
    }  # fmt: skip
    (args.model / "facts.json").write_text(json.dumps(blank), encoding="utf-8")
    model, rules = QuestionsClassifier(args.model), RulesClassifier()
    own, annomi = rows_to_choose_on(args.data)
    parts = []
    for rows in (own, annomi):
        given = texts(rows)
        logits, flag_logits = model.read(given)
        by_rule = list(rules.classify(given))
        parts.append(
            (
                np.array([LABELS.index(Label(r.label)) for r in rows]),
                logits, np.array([c.probabilities for c in by_rule]), flag_logits, by_rule,
            )
        )  # fmt: skip
    best = max(
        WEIGHTS,
        key=lambda w: sum(macro_f1(t, joined(a, r, w, 1.0).argmax(1)) for t, a, r, *_ in parts),
    )
    for w in WEIGHTS:
        scores = [macro_f1(t, joined(a, r, w, 1.0).argmax(1)) for t, a, r, *_ in parts]
        print(f"weight {w}: own {scores[0]:.3f}, annomi {scores[1]:.3f}")

    def likelihood(temperature: float) -> float:
        return sum(
            float(np.log(joined(a, r, best / temperature, temperature)[range(len(t)), t]).mean())
            for t, a, r, *_ in parts
        )

    temperature = max(TEMPERATURES, key=likelihood)
    thresholds: dict[str, float] = {}
    _, _, _, flag_logits, by_rule = parts[0]
    sure = 1 / (1 + np.exp(-flag_logits))
    for k, name in enumerate(FLAGS):
        true = np.array([name in (row.flags or ()) for row in own])
        ruled = np.array([name in c.flags for c in by_rule])
        scored = {t: flag_f1(true, sure[:, k] >= t) for t in THRESHOLDS}
        top = max(scored, key=lambda t: scored[t])
        print(f"{name:22} {true.sum():4} rows: network {scored[top]:.2f} at {top}, "
              f"rules {flag_f1(true, ruled):.2f}")  # fmt: skip
        if scored[top] > flag_f1(true, ruled):
            thresholds[name] = top
    counts = LabelCounts()
    for t, a, r, *_ in parts:
        found = joined(a, r, best / temperature, temperature).argmax(1)
        counts += LabelCounts.of((LABELS[x], LABELS[y]) for x, y in zip(t, found, strict=True))
    facts = blank | {
        "measured_on": "a tenth of the corpus's training scenarios and AnnoMI's development fifth",
        "temperature": temperature,
        "rules_weight": round(best / temperature, 4),
        "thresholds": thresholds,
        "confusion": counts.confusion,
    }
    (args.model / "facts.json").write_text(json.dumps(facts, indent=1) + "\n", encoding="utf-8")
    print(f"weight {best}, temperature {temperature}")
    print(f"mean confidence {math.exp(likelihood(temperature) / len(parts)):.3f}")


if __name__ == "__main__":
    main()
