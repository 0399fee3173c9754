"""``questions.v1``: a small encoder reads the utterance, the one before it and the role.

The network (``models/questions-v1``) was trained by ``scripts/train_questions.py`` on the project's
own corpus and codebook. Its answer is joined with that of the rules, as weighted log-probabilities;
weights, temperatures and the thresholds of the flags were chosen with a network that had not seen
the rows they were chosen on (``facts.json`` beside the weights; the card says which).
"""

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import msgspec

from alsvoice.backends.classify.rules import RulesClassifier
from alsvoice.errors import ModelError
from alsvoice.labels import LABELS, ClassifierCard, Coding, Flag, Label, Origin, UtteranceText

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

__all__ = ["Facts", "Join", "QuestionsClassifier", "encode", "how"]

T = TypeVar("T")
BEFORE, LONGEST = 28, 128
"""Tokens of the utterance before (its end), and of the row (both ends of a long one)."""
_ROLES = frozenset(["facilitator", "presenter", "member", "observer"])
_MARKS = frozenset(".?!")
_AHEAD = 64
_LONGEST_TEXT = 20_000
"""Characters; more is no utterance, and its middle would not be read anyway."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Join:
    """How network and rules make one answer: logits / temperature + weight · log(rules) + bias."""

    temperature: float
    rules_weight: float
    bias: tuple[float, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What was measured when the weights were made; ``flags`` are in the order of the output.

    ``joins`` are named "known marked", "unknown bare" and so on: whether the speaker's role is
    known, and whether the row has any mark. ``thresholds`` has the flags that the network decides,
    ``boosts`` what a rule that finds the flag adds to its logit; the other flags are the rules'.
    ``confusion_unknown`` is the confusion where roles are unknown (see ``ClassifierCard``).
    """

    name: str
    measured_on: str
    joins: Mapping[str, Join]
    flags: tuple[str, ...]
    boosts: Mapping[str, float]
    thresholds: Mapping[str, float]
    confusion: Mapping[Label, Mapping[Label, int]]
    confusion_unknown: Mapping[Label, Mapping[Label, int]] = field(default_factory=dict)


class QuestionsClassifier:
    """Codes each row by itself: an answer never depends on its neighbours."""

    def __init__(self, folder: Path, threads: int = 1) -> None:
        from tokenizers import Tokenizer

        from alsvoice.backends.onnx import open_session

        try:
            self._facts = msgspec.json.decode((folder / "facts.json").read_bytes(), type=Facts)
            self.tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        except Exception as problem:  # the tokenizer raises plain Exception
            raise ModelError(
                "The classifier questions.v1 cannot be loaded.",
                try_next="alsvoice models verify, or --classifier rules",
            ) from problem
        self.tokenizer.no_padding()
        self.tokenizer.no_truncation()
        self._session = open_session(folder / "model.onnx", threads)
        self._rules = RulesClassifier()
        self.name = self._facts.name
        self.card = ClassifierCard(
            name=self.name,
            measured_on=self._facts.measured_on,
            confusion=self._facts.confusion,
            confusion_unknown=self._facts.confusion_unknown,
        )

    def classify(self, rows: Iterable[UtteranceText]) -> Iterator[Coding]:
        """Yield one coding a row, in order, reading at most 64 rows ahead."""
        for some in _in_batches(rows, _AHEAD):
            labels, flags = self.read(some)
            ruled = self._rules.classify(some)
            for row, own, own_flags, by_rule in zip(some, labels, flags, ruled, strict=True):
                yield self._joined(row, own, own_flags, by_rule)

    def read(
        self, rows: Sequence[UtteranceText]
    ) -> tuple["NDArray[np.float32]", "NDArray[np.float32]"]:
        """Return logits of shape (n, 4) and (n, flags).

        One row a run: eight-bit numbers are scaled over all of what is run together, so that a row
        would be coded by its neighbours, too; nor is it slower, without padding (185 rows a second
        on one thread, 155 in batches of 16).
        """
        import numpy as np

        coded = encode(self.tokenizer, rows)
        labels = np.zeros((len(rows), len(LABELS)), np.float32)
        flags = np.zeros((len(rows), len(self._facts.flags)), np.float32)
        for i, (ids, first) in enumerate(coded):
            kinds = np.zeros((1, len(ids)), np.int64)
            kinds[0, first:] = 1
            given = {"ids": np.array([ids], np.int64), "kinds": kinds}
            labels[i], flags[i] = (out[0] for out in self._session.run(["labels", "flags"], given))
        return labels, flags

    def _joined(
        self,
        row: UtteranceText,
        own: "NDArray[np.float32]",
        own_flags: "NDArray[np.float32]",
        by_rule: Coding,
    ) -> Coding:
        if not row.text.strip():
            return by_rule
        join = self._facts.joins[how(row)]
        scores = [
            float(logit) / join.temperature + join.rules_weight * math.log(max(p, 1e-3)) + bias
            for logit, p, bias in zip(own, by_rule.probabilities, join.bias, strict=True)
        ]
        a, b, c, d = _softmax(scores)
        label = LABELS[max(range(len(LABELS)), key=lambda i: scores[i])]
        return Coding(
            utterance_id=row.id,
            label=label,
            probabilities=(a, b, c, d),
            flags=self._flags(label, own_flags, by_rule),
            source=Origin.MODEL,
        )

    def _flags(
        self, label: Label, logits: "NDArray[np.float32]", by_rule: Coding
    ) -> tuple[Flag, ...]:
        known = self._facts.thresholds
        found = {Flag(f) for f in by_rule.flags if f.value not in known}
        for name, logit in zip(self._facts.flags, logits, strict=True):
            boost = self._facts.boosts.get(name, 0.0) * (name in by_rule.flags)
            if name in known and 1 / (1 + math.exp(-float(logit) - boost)) >= known[name]:
                found.add(Flag(name))
        return tuple(flag for flag in Flag if flag in found and _may_stand(flag, label))


def _in_batches(items: Iterable[T], size: int) -> Iterator[tuple[T, ...]]:
    waiting = iter(items)
    while batch := tuple(islice(waiting, size)):
        yield batch


_ONLY_WITH: Mapping[Flag, frozenset[Label]] = {
    Flag.ADVICE_IN_DISGUISE: frozenset({Label.ADVICE}),
    Flag.RHETORICAL: frozenset({Label.OTHER}),
    Flag.REPORTED: frozenset({Label.OTHER}),
    Flag.BACKCHANNEL: frozenset({Label.OTHER}),
    Flag.ACTION_COMMITMENT: frozenset({Label.OTHER}),
    Flag.REFLECTION: frozenset({Label.OTHER, Label.CLOSED_QUESTION}),
    Flag.CLARIFYING: frozenset({Label.OPEN_QUESTION, Label.CLOSED_QUESTION}),
    Flag.DECLARATIVE: frozenset({Label.OPEN_QUESTION, Label.CLOSED_QUESTION}),
    Flag.STACKED: frozenset({Label.OPEN_QUESTION, Label.CLOSED_QUESTION, Label.ADVICE}),
    Flag.LEADING: frozenset({Label.OPEN_QUESTION, Label.CLOSED_QUESTION, Label.ADVICE}),
    Flag.INDIRECT: frozenset({Label.OPEN_QUESTION, Label.CLOSED_QUESTION, Label.ADVICE}),
}
"""The codebook's table of flags: which labels each may stand with."""


def _may_stand(flag: Flag, label: Label) -> bool:
    return label in _ONLY_WITH.get(flag, frozenset(LABELS))


def _softmax(scores: Sequence[float]) -> tuple[float, ...]:
    top = max(scores)
    exponents = [math.exp(score - top) for score in scores]
    return tuple(e / sum(exponents) for e in exponents)


def encode(tokenizer: Any, rows: Sequence[UtteranceText]) -> list[tuple[list[int], int]]:
    """Return token ids and where the row's own begin: [CLS] before [SEP] role : text [SEP].

    The end of what was said before counts, and both ends of a long row.
    """
    before = [(row.prev_text or "")[-_LONGEST_TEXT:] for row in rows]
    own = [f"{_role(row)} : {_shortened(row.text)}" for row in rows]
    cls, sep = tokenizer.token_to_id("[CLS]"), tokenizer.token_to_id("[SEP]")
    coded: list[tuple[list[int], int]] = []
    for b, t in zip(
        tokenizer.encode_batch(before, add_special_tokens=False),
        tokenizer.encode_batch(own, add_special_tokens=False),
        strict=True,
    ):
        ids = t.ids
        if len(ids) > LONGEST:
            ids = ids[: LONGEST // 3] + ids[-(LONGEST - LONGEST // 3) :]
        first = [cls, *b.ids[-BEFORE:], sep]
        coded.append(([*first, *ids, sep], len(first)))
    return coded


def how(row: UtteranceText) -> str:
    """Return the name of the join that a row is coded by."""
    role = "unknown" if _role(row) == "unknown" else "known"
    return f"{role} {'marked' if _MARKS & set(row.text) else 'bare'}"


def _role(row: UtteranceText) -> str:
    return row.speaker_role if row.speaker_role in _ROLES else "unknown"


def _shortened(text: str) -> str:
    if len(text) <= _LONGEST_TEXT:
        return text
    return f"{text[: _LONGEST_TEXT // 2]} {text[-_LONGEST_TEXT // 2 :]}"
