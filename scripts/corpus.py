"""Look after the project's own corpus of action-learning talk.

    python scripts/corpus.py check           form, near-duplicates, frames shared with held-out rows
    python scripts/corpus.py sample N        rows to be coded a second time: no labels, no flags
    python scripts/corpus.py kappa           agreement of the two codings, label by label

``sample`` writes ``second/to_code.tsv`` and, apart from it, ``second/first.tsv``. What the second
coder answers stands in ``second/coded.tsv`` (id, label, flags), and in ``second/settled.tsv`` the
answer agreed on where the two differ. ``second/therapists*.tsv`` are ``measure_reader.py``'s.
"""

import argparse
import hashlib
import random
import re
import sys
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from itertools import pairwise
from pathlib import Path

from alsvoice.labels import LABELS, Flag
from alsvoice.measures.agreement import kappa_of
from question_rows import CORPUS, Row, corpus

NEAR, NEAR_SHARE = 0.3, 0.02
FRAME_WORDS = 5
_ROLES = {"facilitator", "presenter", "member", "observer", "unknown"}
_FUNCTION = frozenset(
    "a about all am an and any are as at be because been before being but by can could did do "
    "does doing don't for from get go going got had has have having he her him his how i i'd i'll "
    "i'm i've if in is isn't it it's its just kind know let let's like make me might more my no "
    "not now of off on one or our out own say see she should so some sort still take tell that "
    "that's the their them then there there's they thing think this those through to too try up "
    "us want was we well were what what's when where which while who why will with won't would "
    "you you'd you're you've your".split()
)


def words_of(text: str) -> list[str]:
    """Return the words, lower case, without signs."""
    return re.sub(r"[^\w' ]", " ", text.lower().replace("’", "'")).split()


def distance(a: Sequence[str], b: Sequence[str], most: int) -> int:
    """Return the word edit distance, or more than ``most`` where it is more."""
    before = list(range(len(b) + 1))
    for i, x in enumerate(a, 1):
        now = [i]
        for j, y in enumerate(b, 1):
            now.append(min(before[j] + 1, now[-1] + 1, before[j - 1] + (x != y)))
        if min(now) > most:
            return most + 1
        before = now
    return before[-1]


def near_duplicates(rows: Sequence[Row]) -> Iterator[tuple[int, int]]:
    """Yield a row and an earlier one within a relative word edit distance of 0.3 of it.

    Rows of under five words (everyday formulas) and rows of one minimal pair are let be.
    """
    texts = [words_of(row.text) for row in rows]
    seen: defaultdict[tuple[str, str], list[int]] = defaultdict(list)
    for i, text in enumerate(texts):
        if len(text) < 5:
            continue
        shared = Counter(j for two in set(pairwise(text)) for j in seen[two])
        for j, count in shared.items():
            longest = max(len(text), len(texts[j]))
            one_pair = rows[i].pair and rows[i].pair == rows[j].pair
            if one_pair or count < 0.3 * (longest - 1):
                continue
            if distance(text, texts[j], int(NEAR * longest)) < NEAR * longest:
                yield i, j
                break
        for two in set(pairwise(text)):
            seen[two].append(i)


def frame(text: str) -> str | None:
    """Return the sentence with each run of its own words as a blank, None of a short one."""
    out: list[str] = []
    for word in words_of(text):
        if word in _FUNCTION:
            out.append(word)
        elif not out or out[-1] != "_":
            out.append("_")
    return " ".join(out) if sum(w != "_" for w in out) >= FRAME_WORDS else None


def problems(rows: Sequence[Row]) -> Iterator[str]:
    """Yield what breaks the form or the codebook's table of flags."""
    flags = {flag.value for flag in Flag}
    for row in rows:
        where = f"{row.group}: {row.text[:50]!r}"
        if row.label not in LABELS or row.role not in _ROLES or not row.text.strip():
            yield f"{where} has label {row.label!r}, role {row.role!r}"
        own = set(row.flags or ())
        if own - flags:
            yield f"{where} has unknown flags {sorted(own - flags)}"
        if "advice_in_disguise" in own and row.label != "advice":
            yield f"{where} is disguised and no advice"
        if own & {"backchannel", "reported", "rhetorical"} and row.label != "other":
            yield f"{where} has {sorted(own)} and is {row.label}"


def check() -> bool:
    rows = list(corpus())
    wrong = list(problems(rows))
    for line in wrong:
        print(line)
    near = list(near_duplicates(rows))
    for i, j in near:
        print(f"near: {rows[i].group} {rows[i].text!r} ~ {rows[j].group} {rows[j].text!r}")
    frames = [{f for r in rows if r.held_out is held and (f := frame(r.text))} for held in (0, 1)]
    formulas = CORPUS / "formulas.txt"
    known = set(formulas.read_text("utf-8").split("\n")) if formulas.is_file() else set()
    shared = sorted((frames[0] & frames[1]) - known)
    for each in shared:
        print(f"frame on both sides: {each}")
    train = [r for r in rows if not r.held_out]
    print(f"{len(rows)} rows, {len(train)} to train on, {len(rows) - len(train)} held out")
    for name, part in (("train", train), ("held out", [r for r in rows if r.held_out])):
        labels = Counter(row.label for row in part)
        print(f"  {name}: " + ", ".join(f"{label} {many}" for label, many in labels.items()))
    print(f"near-duplicates {len(near)} ({len(near) / max(len(rows), 1):.2%}), "
          f"frames on both sides {len(shared)}")  # fmt: skip
    return not wrong and len(near) < NEAR_SHARE * len(rows) and not shared


def row_id(row: Row) -> str:
    """Return an id that label and flags do not change."""
    text = "\x1f".join((row.group, row.pair, row.role, row.before, row.text))
    return hashlib.sha256(text.encode()).hexdigest()[:10]


def sample(count: int, folder: Path) -> None:
    rows = [row for row in corpus() if len(words_of(row.text)) >= 2]
    chance = random.Random(11)
    held = [r for r in rows if r.held_out]
    picked = chance.sample(held, min(len(held), count // 2))
    rest = [r for r in rows if not r.held_out]
    picked += chance.sample(rest, count - len(picked))
    chance.shuffle(picked)
    folder.mkdir(exist_ok=True)
    lines = ["\t".join((row_id(r), r.role, r.before, r.text)) for r in picked]
    (folder / "to_code.tsv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    first = ["\t".join((row_id(r), r.label, ",".join(r.flags or ()))) for r in picked]
    (folder / "first.tsv").write_text("\n".join(first) + "\n", encoding="utf-8")


def _answers(path: Path) -> dict[str, tuple[str, frozenset[str]]]:
    found: dict[str, tuple[str, frozenset[str]]] = {}
    for line in path.read_text(encoding="utf-8").split("\n"):
        if line.strip():
            own, label, flags, *_ = [*line.split("\t"), "", ""]
            found[own] = (label, frozenset(filter(None, flags.split(","))))
    return found


def _kappa(pairs: Sequence[tuple[bool, bool]]) -> str:
    """Return Cohen's kappa of two yes/no codings, as text."""
    found = kappa_of([[pairs.count((a, b)) for b in (True, False)] for a in (True, False)])
    return "not known" if found is None else f"{found:.3f}"


def kappa(folder: Path) -> None:
    """Print agreement; the first coding is the one before the two were settled."""
    first = _answers(folder / "first.tsv")
    second = _answers(folder / "coded.tsv")
    both = [(first[i], second[i]) for i in sorted(first.keys() & second.keys())]
    print(f"{len(both)} rows coded twice; the same label in {sum(a[0] == b[0] for a, b in both)}")
    for label in LABELS:
        pairs = [(a[0] == label, b[0] == label) for a, b in both]
        print(f"  {label.value:18} kappa {_kappa(pairs)}, "
              f"{sum(a for a, _ in pairs)} and {sum(b for _, b in pairs)} rows")  # fmt: skip
    for flag in Flag:
        pairs = [(flag in a[1], flag in b[1]) for a, b in both]
        print(f"  {flag.value:22} kappa {_kappa(pairs)}, "
              f"{sum(a for a, _ in pairs)} and {sum(b for _, b in pairs)} rows")  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser(description="Look after the corpus.")
    parser.add_argument("what", choices=["check", "sample", "kappa"])
    parser.add_argument("count", type=int, nargs="?", default=1000)
    args = parser.parse_args()
    folder = CORPUS / "second"
    if args.what == "check":
        sys.exit(not check())
    elif args.what == "sample":
        sample(args.count, folder)
    else:
        kappa(folder)


if __name__ == "__main__":
    main()
