"""One session's labels as the machine gave them and as people judged them."""

from collections.abc import Iterable, Sequence
from typing import Any

from alsvoice.labels import Coding, Origin
from alsvoice.measures.trust import Judged, Trust, trust
from alsvoice.session import Conversation

__all__ = ["judged_labels", "own_agreement", "trust_rows"]


def judged_labels(conversation: Conversation, codings: Iterable[Coding]) -> tuple[Judged, ...]:
    """Return each utterance as the machine coded it, with what a person gave it."""
    machine = {coding.utterance_id: coding for coding in codings}
    return tuple(
        Judged(
            id=each.utterance.id,
            machine=machine[each.utterance.id].label,
            unsure=machine[each.utterance.id].unsure,
            person=each.coding.label if each.coding.source is Origin.PERSON else None,
        )
        for each in conversation.utterances
        if each.utterance.id in machine
    )


def own_agreement(classifier: str, judged: Sequence[Judged]) -> dict[str, Any] | None:
    """Return the agreement in one session; None where nobody judged a label."""
    if not any(each.person is not None for each in judged):
        return None
    return {
        "classifier": classifier,
        "sessions": 1,
        "other_classifiers": [],
        "labels": trust_rows(trust([judged])),
    }


def trust_rows(found: Iterable[Trust]) -> list[dict[str, Any]]:
    """Return a row a label, the first for all of them; shares have four decimals."""
    return [
        {
            "label": each.label.value if each.label else None,
            "coded": each.coded,
            "judged": each.judged,
            "agreed": each.agreed,
            "share": None if each.share is None else round(each.share, 4),
            "interval": None if each.interval is None else [round(b, 4) for b in each.interval],
        }
        for each in found
    ]
