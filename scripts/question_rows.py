"""Labelled utterances for training and measuring: the project's own corpus, and other sources.

The corpus lies in ``src/alsvoice/data/corpus``: ``scenarios/*.tsv`` (role, label, flags, text; the
utterance before is the row above) and ``pairs/*.tsv`` (group, role, label, flags, text before,
text). The first lines of a file, ``# key: value``, say its setting and whether it trains or is
held out.
"""

import gzip
import hashlib
import json
import random
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from alsvoice.evaluate.labels import without_punctuation
from alsvoice.labels import UtteranceText

ROOT = Path(__file__).resolve().parents[1]
CORPUS = ROOT / "src" / "alsvoice" / "data" / "corpus"
LABELS = ("open_question", "closed_question", "advice", "other")
FIFTH = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One labelled utterance; ``group`` is its dialogue, ``pair`` its minimal-pair group.

    ``flags`` is None where the source has none; ``sure`` lists the labels its own may stand for:
    a source that only tells advice from the rest has three labels there.
    """

    group: str
    text: str
    before: str
    role: str
    sure: tuple[str, ...]
    flags: tuple[str, ...] | None = None
    pair: str = ""
    held_out: bool = False
    kind: str = ""

    @property
    def label(self) -> str:
        """The label; the last of several."""
        return self.sure[-1]


def corpus(folder: Path = CORPUS) -> Iterator[Row]:
    """Yield every row of the project's own corpus."""
    for path in sorted((*folder.glob("scenarios/*.tsv"), *folder.glob("pairs/*.tsv"))):
        head: dict[str, str] = {}
        before = ""
        for line in path.read_text(encoding="utf-8").split("\n"):
            if line.startswith("# "):
                key, _, value = line[2:].partition(": ")
                head[key] = value
                continue
            cells = line.split("\t")
            if len(cells) == 6:
                pair, role, label, flags, before, text = cells
            elif len(cells) == 4:
                pair, (role, label, flags, text) = "", cells
            else:
                continue
            yield Row(
                group=path.stem,
                text=text,
                before=before,
                role=role,
                sure=(label,),
                flags=tuple(filter(None, flags.split(","))),
                pair=f"{path.stem}/{pair}" if pair else "",
                held_out=head.get("split") == "held_out",
                kind=head.get("kind", ""),
            )
            before = text


def labelled(path: Path) -> Iterator[Row]:
    """Yield the rows of a gzipped file of JSON lines; its roles are not ours and stay unknown."""
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        for line in lines:
            row = json.loads(line)
            label = row["label"]
            binary = row["source"] == "advicereddit" and label == "other"
            yield Row(
                group=row["group"],
                text=row["text"],
                before=row["prev_text"] or "",
                role="unknown",
                sure=tuple(x for x in LABELS if x != "advice") if binary else (label,),
                kind=row["source"],
            )


def in_development_fifth(group: str) -> bool:
    """Whether a dialogue of AnnoMI may be looked at while something is chosen."""
    return int(hashlib.sha256(group.encode()).hexdigest(), 16) % FIFTH == 0


def in_choosing_fifth(row: Row) -> bool:
    """Whether a training scenario is one that weights and thresholds are chosen on.

    They are chosen with a network that has not seen these.
    """
    return int(hashlib.sha256(f"fold {row.group}".encode()).hexdigest(), 16) % FIFTH == 0


def bare(row: Row) -> Row:
    """Return the row as a recogniser gives it that writes neither punctuation nor capitals."""
    return replace(row, text=without_punctuation(row.text), before=without_punctuation(row.before))


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


_HESITATIONS = ("um", "uh", "er", "you know", "I mean", "like", "so", "well", "okay so", "and")
_SMALL = frozenset("the a an to of and is are it that in for on do did so i".split())


def noisy(row: Row, chance: random.Random) -> Row:
    """Return a form of the row that a recogniser or a speaker might have given.

    Four in ten stay as they are; others lose punctuation and case, their question mark, small
    words, or gain hesitations; the utterance before and the role are sometimes unknown.
    """
    draw = chance.random()
    if draw < 0.56:
        row = _unmarked(row)
    if draw < 0.34:
        row = bare(row)
    elif draw < 0.48:
        row = replace(row, text=row.text.replace("?", "."), before=row.before.replace("?", "."))
    elif draw < 0.56:
        row = replace(row, text=_flat(row.text), before=_flat(row.before))
    if chance.random() < 0.22:
        row = replace(row, text=_misheard(row.text, chance))
    if chance.random() < 0.12:
        row = replace(row, before="")
    if chance.random() < 0.35:
        row = replace(row, role="unknown")
    return row


_OWN = frozenset({"set", "helping", "pairs"})

_HELD = frozenset({"clarifying", "leading", "reflection", "stacked"})


def _unmarked(row: Row) -> Row:
    """Return the row as it may be coded once its mark is gone.

    Without one, a feeling or meaning put up to be confirmed is a reflection (codebook 5.4), and
    which declaratives are such is not written down: both labels may hold.
    """
    flags = set(row.flags or ())
    if row.label != "closed_question" or "declarative" not in flags or flags & _HELD:
        return row
    return replace(row, sure=("other", "closed_question"))


def swapped(rows: Sequence[Row], chance: random.Random) -> list[Row]:
    """Return helpers' rows after something else that was said, coded by nobody.

    Half of a minimal pair's rows, a fifth of the others: after what another row of the group or
    scenario follows, or after something from anywhere where that is the same. Whose idea a step is
    may change with it.
    """
    near: dict[str, list[str]] = {}
    for row in rows:
        if row.kind in _OWN:
            near.setdefault(row.pair or row.group, []).append(row.before)
    out: list[Row] = []
    for row in rows:
        if row.kind not in _OWN or row.role == "presenter":
            continue
        if chance.random() < (0.5 if row.pair else 0.2):
            befores = near[row.pair or row.group]
            other = chance.choice(befores)
            if other == row.before:
                other = chance.choice(near[chance.choice(list(near))])
            out.append(replace(row, before=other, sure=LABELS, flags=None, pair=""))
    return out


def _flat(text: str) -> str:
    """Return the text with commas for all that ends a sentence inside it."""
    return re.sub(r"[.?!](?=\s)", ",", text).rstrip(".?!")


def _misheard(text: str, chance: random.Random) -> str:
    words = text.split()
    out: list[str] = []
    for word in words:
        if len(words) > 4 and word.lower() in _SMALL and chance.random() < 0.06:
            continue
        if chance.random() < 0.03:
            out.append(chance.choice(_HESITATIONS))
        out.append(word)
        if chance.random() < 0.02:
            out.append(word)
    if chance.random() < 0.3:
        out.insert(0, chance.choice(_HESITATIONS))
    return " ".join(out)
