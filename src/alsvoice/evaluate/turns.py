"""DER and JER (pyannote.metrics), talk-share error and the error of the speaker count.

DER: (missed + false alarm + confusion) / reference speech, speakers matched one to one at their
best. JER (DIHARD II, Ryant et al. 2019): for each person of the reference, the time that only one
side gives them, over the time that either does; the mean of those. By default collar 0, overlap
scored; inside the UEM.
"""

import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from alsvoice.errors import MissingExtraError
from alsvoice.intervals import Span, intersect, to_ms, total_ms
from alsvoice.transcript import Turn

__all__ = ["PROTOCOL", "Rules", "TurnErrors", "turn_errors"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """What is not scored: ``collar_ms`` on each side of a reference boundary; where people overlap.

    md-eval's collar is this one; pyannote.metrics counts both sides together.
    """

    collar_ms: int = 0
    skip_overlap: bool = False

    def __post_init__(self) -> None:
        if self.collar_ms < 0:
            raise ValueError(f"a collar of {self.collar_ms} ms")

    def __str__(self) -> str:
        overlap = "not scored" if self.skip_overlap else "scored"
        if not self.collar_ms:
            return f"collar 0, overlap {overlap}"
        return f"collar {self.collar_ms / 1000:g} s on each side, overlap {overlap}"


PROTOCOL = str(Rules())


@dataclass(frozen=True, slots=True, kw_only=True)
class TurnErrors:
    """Milliseconds of error over milliseconds of reference speech; add up before the rate.

    ``jaccard`` sums the errors of ``jaccard_speakers`` people of the reference. ``share_errors``
    are how far each of them is from their share of all speech, in [-1, 1], too much positive.
    ``speakers`` are the numbers of voices: reference, hypothesis.
    """

    missed_ms: int = 0
    false_alarm_ms: int = 0
    confusion_ms: int = 0
    speech_ms: int = 0
    jaccard: float = 0.0
    jaccard_speakers: int = 0
    share_errors: tuple[tuple[str, float], ...] = ()
    speakers: tuple[int, int] = (0, 0)

    def __add__(self, other: "TurnErrors") -> "TurnErrors":
        return TurnErrors(
            missed_ms=self.missed_ms + other.missed_ms,
            false_alarm_ms=self.false_alarm_ms + other.false_alarm_ms,
            confusion_ms=self.confusion_ms + other.confusion_ms,
            speech_ms=self.speech_ms + other.speech_ms,
            jaccard=self.jaccard + other.jaccard,
            jaccard_speakers=self.jaccard_speakers + other.jaccard_speakers,
            share_errors=self.share_errors + other.share_errors,
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

    @property
    def jer(self) -> float | None:
        """Jaccard error rate; None without reference speech."""
        return self.jaccard / self.jaccard_speakers if self.jaccard_speakers else None

    @property
    def share_error(self) -> float:
        """The largest error of a person's share."""
        return max((abs(error) for _, error in self.share_errors), default=0.0)

    @property
    def mean_share_error(self) -> float:
        """The mean error of a person's share."""
        errors = [abs(error) for _, error in self.share_errors]
        return sum(errors) / len(errors) if errors else 0.0


def turn_errors(
    reference: Sequence[Turn],
    hypothesis: Sequence[Turn],
    uem: Sequence[Span],
    rules: Rules | None = None,
) -> TurnErrors:
    """Return the errors inside ``uem`` (milliseconds); a speaker's own overlaps count once.

    ``rules`` concern DER and JER alone: shares and the number of people are those of all turns.
    """
    reference, hypothesis = _inside(reference, uem), _inside(hypothesis, uem)
    parts, jaccard, partner = _rates(reference, hypothesis, uem, rules or Rules())
    return TurnErrors(
        missed_ms=to_ms(parts["missed detection"]),
        false_alarm_ms=to_ms(parts["false alarm"]),
        confusion_ms=to_ms(parts["confusion"]),
        speech_ms=to_ms(parts["total"]),
        jaccard=float(jaccard["speaker error"]),
        jaccard_speakers=int(jaccard["speaker count"]),
        share_errors=_share_errors(reference, hypothesis, partner),
        speakers=(len({t.speaker for t in reference}), len({t.speaker for t in hypothesis})),
    )


def _rates(
    reference: Sequence[Turn], hypothesis: Sequence[Turn], uem: Sequence[Span], rules: Rules
) -> tuple[dict[str, float], dict[str, float], dict[str, str]]:
    """Return the parts of DER, those of JER, and hypothesis speaker → reference speaker."""
    try:
        with warnings.catch_warnings():  # third parties' deprecations are not the user's business
            warnings.simplefilter("ignore")
            from pyannote.core import Segment, Timeline
            from pyannote.metrics.diarization import DiarizationErrorRate, JaccardErrorRate
    except ImportError as problem:
        raise MissingExtraError("The diarisation error rate", "evaluate") from problem
    given: dict[str, Any] = {
        "collar": 2 * rules.collar_ms / 1000,
        "skip_overlap": rules.skip_overlap,
    }
    ref, hyp = _annotation(reference), _annotation(hypothesis)
    scored = Timeline([Segment(start / 1000, end / 1000) for start, end in uem])
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        metric = DiarizationErrorRate(**given)
        parts = metric(ref, hyp, uem=scored, detailed=True)
        jaccard_metric: Any = JaccardErrorRate
        jaccard = jaccard_metric(**given)(ref, hyp, uem=scored, detailed=True)
        partner = metric.optimal_mapping(ref, hyp, uem=scored)
    return parts, jaccard, partner


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


def _share_errors(
    reference: Sequence[Turn], hypothesis: Sequence[Turn], partner: dict[str, str]
) -> tuple[tuple[str, float], ...]:
    """Return each reference speaker's error; a hypothesis speaker without a partner is nobody."""
    true, found = _shares(reference), _shares(hypothesis)
    found_as = {partner[voice]: share for voice, share in found.items() if voice in partner}
    return tuple((who, found_as.get(who, 0.0) - true[who]) for who in sorted(true))


def _shares(turns: Sequence[Turn]) -> dict[str, float]:
    talk = {
        who: total_ms([t.span for t in turns if t.speaker == who])
        for who in {t.speaker for t in turns}
    }
    speech = sum(talk.values())
    return {who: ms / speech for who, ms in talk.items()} if speech else {}
