"""What transcript formats carry: a stretch of speech with its words, of one speaker."""

from dataclasses import dataclass

from alsvoice.intervals import Span

__all__ = ["SpokenSegment"]


@dataclass(frozen=True, slots=True, kw_only=True)
class SpokenSegment:
    """One speaker's words between two times; ``text`` may be empty, the speaker may not."""

    speaker: str
    start_ms: int
    end_ms: int
    text: str

    def __post_init__(self) -> None:
        if not 0 <= self.start_ms <= self.end_ms:
            raise ValueError(f"a segment runs from {self.start_ms} to {self.end_ms} ms")
        if not self.speaker:
            raise ValueError("a segment has no speaker")

    @property
    def span(self) -> Span:
        """Start and end."""
        return (self.start_ms, self.end_ms)
