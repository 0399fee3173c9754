"""What corrections teach: how often people agree with the machine, over sessions."""

from collections.abc import Iterable, Sequence
from typing import Any

from alsvoice.errors import AlsvoiceError
from alsvoice.labels import Origin
from alsvoice.measures.trust import Judged, Trust, trust
from alsvoice.pipeline.sight import Sight, see
from alsvoice.store import SessionFolder

__all__ = ["agreement", "judged", "trust_rows"]


def judged(sight: Sight) -> tuple[Judged, ...]:
    """Return each utterance as the machine coded it, with what a person gave it."""
    machine = {coding.utterance_id: coding for coding in sight.codings}
    return tuple(
        Judged(
            id=each.utterance.id,
            machine=machine[each.utterance.id].label,
            unsure=machine[each.utterance.id].unsure,
            person=each.coding.label if each.coding.source is Origin.PERSON else None,
        )
        for each in sight.conversation.utterances
        if each.utterance.id in machine
    )


def agreement(sessions: Iterable[SessionFolder], classifier: str | None = None) -> dict[str, Any]:
    """Return the agreement over the sessions that people looked at.

    Sessions coded by different classifiers are never joined: ``classifier`` chooses, None is the
    one of the latest session that anybody looked at.
    """
    looked: list[tuple[str, Sequence[Judged]]] = []
    for session in sessions:
        try:
            sight = see(session)
        except AlsvoiceError:  # not processed, damaged, or being changed: no figure from it
            continue
        found = judged(sight)
        if any(each.person is not None for each in found):
            looked.append((sight.card.name, found))
    chosen = classifier or (looked[-1][0] if looked else None)
    counted = [found for name, found in looked if name == chosen]
    return {
        "classifier": chosen,
        "sessions": len(counted),
        "other_classifiers": sorted({name for name, _ in looked if name != chosen}),
        "labels": trust_rows(trust(counted)),
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
