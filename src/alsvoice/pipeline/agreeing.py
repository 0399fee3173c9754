"""What corrections teach: how often people agree with the machine, over sessions."""

from collections.abc import Iterable, Sequence
from typing import Any

from alsvoice.errors import AlsvoiceError
from alsvoice.measures.trust import Judged, trust
from alsvoice.pipeline.judging import judged_labels, trust_rows
from alsvoice.pipeline.sight import see
from alsvoice.store import SessionFolder
from alsvoice.store.folder import EDITS

__all__ = ["agreement"]


def agreement(
    sessions: Iterable[SessionFolder], classifier: str | None = None
) -> dict[str, Any] | None:
    """Return the agreement over the sessions that people looked at; None where nobody did.

    Sessions coded by different classifiers are never joined: ``classifier`` chooses, None is the
    one of the latest session that anybody looked at.
    """
    looked: list[tuple[str, Sequence[Judged]]] = []
    for session in sessions:
        try:
            if not session.exists(EDITS):
                continue
            sight = see(session)
        except AlsvoiceError:  # not processed, damaged, or being changed: no figure from it
            continue
        found = judged_labels(sight.conversation, sight.codings)
        if any(each.person is not None for each in found):
            looked.append((sight.classifier, found))
    if not looked:
        return None
    chosen = classifier or looked[-1][0]
    counted = [found for name, found in looked if name == chosen]
    return {
        "classifier": chosen,
        "sessions": len(counted),
        "other_classifiers": sorted({name for name, _ in looked if name != chosen}),
        "labels": trust_rows(trust(counted)),
    }
