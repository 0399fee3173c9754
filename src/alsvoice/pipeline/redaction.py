"""A passage is taken out of a session for good."""

from datetime import datetime

from alsvoice.errors import InputError
from alsvoice.formats.fields import clock
from alsvoice.intervals import Span
from alsvoice.pipeline import removing
from alsvoice.pipeline.condition import REPORT
from alsvoice.pipeline.run import fresh_stages
from alsvoice.pipeline.sounds import MARGIN_MS, sound_steps
from alsvoice.removal.plan import Plan
from alsvoice.session import Redaction
from alsvoice.store import SessionFolder

__all__ = ["check_passage", "redact"]

_LONGEST_REASON = 300


def check_passage(session: SessionFolder, passage: Span) -> None:
    """Raise InputError where the passage is none of a session that was made fit (``make_fit``)."""
    audio = session.manifest().audio
    length = audio.duration_ms if audio else 0
    start, end = passage
    if start >= end:
        raise InputError(
            "The passage ends before it begins.", try_next="--from with the earlier time"
        )
    if end > length:
        raise InputError(
            f"Session {session.id} ends at {clock(length)} ({length / 1000:.3f} s).",
            try_next=f"--to {length / 1000:.3f} at most",
        )


def redact(
    session: SessionFolder, passage: Span, *, now: datetime, reason: str | None = None
) -> removing.Removed:
    """Take the passage out of sound, words, codings, corrections and the report."""
    if reason is not None and (len(reason) > _LONGEST_REASON or not reason.strip()):
        raise InputError(
            f"A reason has 1 to {_LONGEST_REASON} characters.", try_next="--reason TEXT, or none"
        )
    with session.held("redact"):
        removing.prepared(session, now=now)
        check_passage(session, passage)
        removing.settled(session)
        manifest = session.manifest()
        start, end = passage
        made = Redaction(
            start_ms=start,
            end_ms=end,
            time=now.isoformat(timespec="seconds"),
            reason=" ".join(reason.split()) if reason else None,
        )
        around = (max(0, start - MARGIN_MS), end + MARGIN_MS)
        steps = sound_steps(session, manifest.audio, [around]) if manifest.audio else ()
        plan = Plan(
            redaction=made,
            sounds=tuple(step for step in steps if step.spans),
            fresh=fresh_stages(session, manifest),
            report=session.exists(REPORT),
        )
        return removing.carry_out(session, plan)
