"""The network of ``questions.v1``: an encoder with two heads, what it reads, and its export.

The small one that ships starts from all-MiniLM-L6-v2, its teachers from all-mpnet-base-v2; both
read the ids of the small one's tokenizer. Needs torch and transformers, which the package does not.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch  # noqa: TID253 - a script for whoever trains the weights anew
from tokenizers import Tokenizer

from alsvoice.backends.classify import encoder
from alsvoice.labels import Flag
from question_rows import LABELS, Row, texts

nn: Any = torch.nn
FLAGS = tuple(flag.value for flag in Flag)

Coded = tuple[list[int], int]
"""Token ids of a row, and where its own words begin."""


class Coder(nn.Module):  # type: ignore[misc,name-defined,unused-ignore]
    """An encoder with two heads on the first token and the mean of its own: labels and flags."""

    def __init__(self, start: Path) -> None:
        super().__init__()
        from transformers import AutoModel

        self.encoder = AutoModel.from_pretrained(str(start), add_pooling_layer=False)
        self.relative = self.encoder.config.model_type == "mpnet"
        if self.relative:
            _read_as_bert(self.encoder)
        width = self.encoder.config.hidden_size
        self.drop = nn.Dropout(0.1)
        self.labels = nn.Linear(2 * width, len(LABELS))
        self.flags = nn.Linear(2 * width, len(FLAGS))

    def forward(self, ids: Any, kinds: Any) -> tuple[Any, Any]:
        """Return logits of shape (n, 4) and (n, 14); padding is id 0."""
        mask = (ids != 0).long()
        given = {"input_ids": ids, "attention_mask": mask}
        if self.relative:
            given["position_ids"] = mask.cumsum(1) * mask + 1
        else:
            given["token_type_ids"] = kinds
        last = self.encoder(**given).last_hidden_state
        own = (mask * kinds).unsqueeze(-1).to(last.dtype)
        mean = (last * own).sum(1) / own.sum(1).clamp(min=1)
        seen = self.drop(torch.cat([last[:, 0], mean], 1))
        return self.labels(seen), self.flags(seen)


def _read_as_bert(encoder: Any) -> None:
    """Reorder an MPNet's word vectors: its words are BERT's, four further on, its marks are not."""
    words = encoder.embeddings.word_embeddings
    old = words.weight.data.clone()
    words.weight.data[:-4] = old[4:]
    for bert, own in ((0, 1), (100, 3), (101, 0), (102, 2)):  # padding, unknown, begin, end
        words.weight.data[bert] = old[own]
    words.padding_idx = 0


def opened(start: Path) -> Any:
    """Return the tokenizer of a start folder, which neither cuts nor pads."""
    tokenizer = Tokenizer.from_file(str(start / "tokenizer.json"))
    tokenizer.no_truncation()
    tokenizer.no_padding()
    return tokenizer


def encode(tokenizer: Any, rows: Sequence[Row]) -> list[Coded]:
    """Return token ids and where the row's own begin, as the package's classifier makes them."""
    return encoder.encode(tokenizer, texts(rows))


def batch(coded: Sequence[Coded]) -> tuple[Any, Any]:
    """Return padded ids and kinds, both of shape (rows, tokens)."""
    longest = max(len(ids) for ids, _ in coded)
    ids = np.zeros((len(coded), longest), dtype=np.int64)
    kinds = np.zeros_like(ids)
    for i, (row, first) in enumerate(coded):
        ids[i, : len(row)] = row
        kinds[i, first : len(row)] = 1
    return torch.from_numpy(ids), torch.from_numpy(kinds)


def predict(model: Coder, coded: Sequence[Coded], size: int = 128) -> tuple[Any, Any]:
    """Return the probabilities of labels (n, 4) and flags (n, 14), in the order given."""
    model.eval()
    at = next(model.parameters()).device
    order = sorted(range(len(coded)), key=lambda i: len(coded[i][0]))
    labels, flags = np.zeros((len(coded), len(LABELS))), np.zeros((len(coded), len(FLAGS)))
    with torch.no_grad(), torch.autocast(at.type, dtype=torch.bfloat16, enabled=at.type != "cpu"):
        for begin in range(0, len(order), size):
            picked = order[begin : begin + size]
            ids, kinds = batch([coded[i] for i in picked])
            a, b = model(ids.to(at), kinds.to(at))
            labels[picked] = a.float().softmax(1).cpu().numpy()
            flags[picked] = b.float().sigmoid().cpu().numpy()
    return labels, flags


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
