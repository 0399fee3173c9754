"""``session``, ``redactions``, ``quality``: what the report is about, and what it cannot carry."""

from collections.abc import Sequence
from typing import Any

from alsvoice.intervals import seconds
from alsvoice.measures import quality as quality_
from alsvoice.measures.measured import Measured
from alsvoice.session import Conversation, Manifest, Participant

__all__ = ["quality", "redactions", "session"]


def session(manifest: Manifest, conversation: Conversation) -> dict[str, Any]:
    """Return what the session is called, when it was and on what basis it was recorded."""
    return {
        "id": manifest.id,
        "title": manifest.title,
        "started": manifest.created,
        "duration_s": seconds(conversation.duration_ms),
        "template": manifest.template,
        "set": manifest.set,
        "consent": manifest.consent.value if manifest.consent else None,
    }


def redactions(manifest: Manifest) -> list[dict[str, Any]]:
    """Return what was taken out."""
    return [
        {
            "start_s": seconds(each.start_ms),
            "end_s": seconds(each.end_ms),
            "time": each.time,
            "reason": each.reason,
        }
        for each in sorted(manifest.redactions, key=lambda each: (each.span, each.time))
    ]


def quality(
    manifest: Manifest,
    found: Measured,
    warnings: Sequence[str],
    unplaced: Sequence[Participant],
    *,
    coded: bool = True,
) -> dict[str, Any]:
    """Return how well the session is known."""
    known = quality_.quality(found.conversation, found.acts)
    losses = manifest.audio.losses if manifest.audio else ()
    sentences = (*losses, *warnings, *quality_.cautions(known, unplaced, coded=coded))
    return {
        "utterances": known.utterances,
        "unsure": known.unsure if coded else 0,
        "unnamed_voices": len(known.unnamed),
        "guessed_voices": len(known.guessed),
        "lost_s": seconds(manifest.audio.lost_ms) if manifest.audio else None,
        "warnings": list(dict.fromkeys(sentences)),
    }
