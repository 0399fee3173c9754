"""Diarisation error rate (pyannote.metrics), talk-share error and the error of the speaker count.

DER: (missed + false alarm + confusion) / reference speech, speakers matched one to one at their
best. Protocol here: collar 0, overlap scored, inside the UEM where one is given.
"""

import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from alsvoice.errors import MissingExtraError
from alsvoice.intervals import Span, intersect, to_ms, total_ms
from alsvoice.transcript import Turn

__all__ = ["PROTOCOL", "TurnErrors", "turn_errors"]

PROTOCOL = "collar 0, overlap scored"


@dataclass(frozen=True, slots=True, kw_only=True)
class TurnErrors:
    """Milliseconds of error over milliseconds of reference speech; add up before the rate.

    ``share_error`` is the largest error of a person's share of all speech, in [0, 1]; adding keeps
    the worse of the two. ``speakers`` are the numbers of voices: reference, hypothesis.
    """

    missed_ms: int = 0
    false_alarm_ms: int = 0
    confusion_ms: int = 0
    speech_ms: int = 0
    share_error: float = 0.0
    speakers: tuple[int, int] = (0, 0)

    def __add__(self, other: "TurnErrors") -> "TurnErrors":
        return TurnErrors(
            missed_ms=self.missed_ms + other.missed_ms,
            false_alarm_ms=self.false_alarm_ms + other.false_alarm_ms,
            confusion_ms=self.confusion_ms + other.confusion_ms,
            speech_ms=self.speech_ms + other.speech_ms,
            share_error=max(self.share_error, other.share_error),
            speakers=(
                self.speakers[0] + other.speakers[0],
                self.speakers[1] + other.speakers[1],
            ),
        )

    @property
    def der(self) -> float | None:
        """Diarisation error rate; None without reference speech."""
        wrong = self.missed_ms + self.false_alarm_ms + self.confusion_ms
        return wrong / self.speech_ms if self.speech_ms else None


def turn_errors(
    reference: Sequence[Turn], hypothesis: Sequence[Turn], uem: Sequence[Span]
) -> TurnErrors:
    """Return the errors inside ``uem`` (milliseconds); a speaker's own overlaps count once."""
    try:
        with warnings.catch_warnings():  # third parties' deprecations are not the user's business
            warnings.simplefilter("ignore")
            from pyannote.core import Segment, Timeline
            from pyannote.metrics.diarization import DiarizationErrorRate
    except ImportError as problem:
        raise MissingExtraError("The diarisation error rate", "evaluate") from problem
    reference, hypothesis = _inside(reference, uem), _inside(hypothesis, uem)
    metric = DiarizationErrorRate(collar=0.0, skip_overlap=False)
    ref, hyp = _annotation(reference), _annotation(hypothesis)
    scored = Timeline([Segment(start / 1000, end / 1000) for start, end in uem])
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        parts = metric(ref, hyp, uem=scored, detailed=True)
        partner = metric.optimal_mapping(ref, hyp, uem=scored)
    return TurnErrors(
        missed_ms=to_ms(parts["missed detection"]),
        false_alarm_ms=to_ms(parts["false alarm"]),
        confusion_ms=to_ms(parts["confusion"]),
        speech_ms=to_ms(parts["total"]),
        share_error=_share_error(reference, hypothesis, partner),
        speakers=(len({t.speaker for t in reference}), len({t.speaker for t in hypothesis})),
    )


def _inside(turns: Sequence[Turn], uem: Sequence[Span]) -> tuple[Turn, ...]:
    return tuple(
        Turn(speaker=who, start_ms=start, end_ms=end)
        for who in sorted({t.speaker for t in turns})
        for start, end in intersect([t.span for t in turns if t.speaker == who], uem)
    )


def _annotation(turns: Sequence[Turn]) -> Any:
    from pyannote.core import Annotation, Segment

    annotation = Annotation()
    for index, turn in enumerate(turns):
        annotation[Segment(turn.start_ms / 1000, turn.end_ms / 1000), index] = turn.speaker
    return annotation


def _share_error(
    reference: Sequence[Turn], hypothesis: Sequence[Turn], partner: dict[str, str]
) -> float:
    """Return the largest error of a reference speaker's share, hypothesis speakers matched."""
    true, found = _shares(reference), _shares(hypothesis)
    found_as = {partner[voice]: share for voice, share in found.items() if voice in partner}
    return max((abs(share - found_as.get(who, 0.0)) for who, share in true.items()), default=0.0)


def _shares(turns: Sequence[Turn]) -> dict[str, float]:
    talk = {
        who: total_ms([t.span for t in turns if t.speaker == who])
        for who in {t.speaker for t in turns}
    }
    speech = sum(talk.values())
    return {who: ms / speech for who, ms in talk.items()} if speech else {}
