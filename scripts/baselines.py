"""Measure what needs no network: the commonest label, and n-grams with logistic regression.

Needs what ``train_questions.py`` needs, and scikit-learn. Trained on the same rows, each as written
and bare, with the utterance before and the role as features of their own:

    python scripts/baselines.py --data DIR/labels
"""

import argparse
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from alsvoice.evaluate.labels import LabelCounts
from alsvoice.labels import LABELS, Label
from question_rows import Row, bare, corpus, in_development_fifth, labelled
from train_questions import gather


def sources(data: Path) -> Iterator[tuple[str, list[Row]]]:
    """Yield what is measured on, as written and bare."""
    rows = {
        "held-out scenarios": [r for r in corpus() if r.held_out],
        "annomi, four fifths": [
            r for r in labelled(data / "annomi.measure.jsonl.gz")
            if not in_development_fifth(r.group)
        ],
        "mrda.dev": list(labelled(data / "mrda.dev.jsonl.gz")),
    }  # fmt: skip
    for name, given in rows.items():
        yield name, given
        yield f"{name}, bare", [bare(r) for r in given]


def ngrams() -> Any:
    """Return a model over three columns: the row, the one before, the role."""
    from sklearn.compose import ColumnTransformer
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import OneHotEncoder

    words = {"sublinear_tf": True, "token_pattern": r"[\w']+|[?!.]"}
    seen = ColumnTransformer(
        [
            ("words", TfidfVectorizer(ngram_range=(1, 3), min_df=2, **words), 0),
            ("letters", TfidfVectorizer(analyzer="char_wb", ngram_range=(2, 5), min_df=3), 0),
            ("before", TfidfVectorizer(ngram_range=(1, 2), min_df=3, **words), 1),
            ("role", OneHotEncoder(handle_unknown="ignore"), [2]),
        ]
    )
    return make_pipeline(seen, LogisticRegression(C=10, max_iter=300, class_weight="balanced"))


def columns(rows: Sequence[Row]) -> Any:
    import numpy as np

    return np.array([(r.text, r.before, r.role) for r in rows], dtype=object)


def main() -> None:
    parser = argparse.ArgumentParser(description="Measure majority and n-grams.")
    parser.add_argument("--data", type=Path, required=True)
    args = parser.parse_args()
    rows = gather(args.data, choosing=False)
    rows = [r for r in rows if len(r.sure) == 1]
    rows += [bare(r) for r in rows]
    model = ngrams().fit(columns(rows), [r.label for r in rows])
    for name, given in sources(args.data):
        most = Counter(r.label for r in given).most_common(1)[0][0]
        for what, found in (
            ("majority", [most] * len(given)),
            ("n-grams", model.predict(columns(given))),
        ):
            pairs = zip(given, found, strict=True)
            counts = LabelCounts.of((Label(r.label), Label(x)) for r, x in pairs)
            each = "  ".join(f"{x.value[:6]} {counts.of_class(x).f1:.2f}" for x in LABELS)
            print(f"{name:28}{what:10}{counts.macro_f1:.3f}  {each}", flush=True)


if __name__ == "__main__":
    main()
