"""What a reader has to know of how a session was recorded."""

from collections.abc import Iterator

from alsvoice.session import Manifest

__all__ = ["sentences"]

_CAUSES = {
    "paused": "off the record",
    "overflow": "lost, since the machine was too busy",
    "device": "lost, since the microphone was gone",
    "slept": "lost, since the machine slept",
    "stalled": "lost, since the recorder was held up",
}


def sentences(manifest: Manifest) -> Iterator[str]:
    """Yield what a reader has to know of how it was recorded."""
    if manifest.is_timed_only:
        yield "Only time was kept: there was no consent to a recording."
    for cause, words in _CAUSES.items():
        spans = [gap.span for gap in manifest.gaps if gap.cause == cause]
        if spans:
            total = sum(end - start for start, end in spans) / 1000
            passages = "one passage" if len(spans) == 1 else f"{len(spans)} passages"
            yield f"{total:.1f} s in {passages} were not recorded: {words}."
