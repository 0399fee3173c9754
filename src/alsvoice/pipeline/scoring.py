"""Scores of a session or of files against a reference, each with its protocol."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from alsvoice.errors import InputError, UsageError
from alsvoice.evaluate import normalise, turns, words
from alsvoice.formats import rttm, seglst, stm, uem
from alsvoice.formats.segments import SpokenSegment
from alsvoice.intervals import Span, to_ms, union
from alsvoice.labels import Label
from alsvoice.pipeline.sight import Sight, see
from alsvoice.store import SessionFolder
from alsvoice.transcript import Turn

__all__ = ["score_files", "score_session", "score_sight", "table"]


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as problem:
        raise InputError(
            f"{path.name!r} cannot be read as text.", try_next="alsvoice evaluate --help"
        ) from problem


def score_files(hypothesis: Path, reference: Path | None, scored: Path | None) -> dict[str, Any]:
    """Return DER of two RTTM files, or WER and cpWER of two STM or SegLST files."""
    if reference is None:
        raise UsageError(
            "There is nothing to compare with.",
            try_next="alsvoice evaluate HYP REF, or alsvoice evaluate SESSION --reference DIR",
        )
    spans = uem.parse(_text(scored)) if scored else ()
    if hypothesis.suffix == ".rttm" and reference.suffix == ".rttm":
        return _turn_scores(rttm.parse(_text(reference)), rttm.parse(_text(hypothesis)), spans)
    return _word_scores(_segments(reference), _segments(hypothesis))


def _segments(path: Path) -> tuple[SpokenSegment, ...]:
    known = {".stm": stm.parse, ".json": seglst.parse, ".seglst": seglst.parse}
    if path.suffix not in known:
        raise UsageError(
            f"{path.name!r} is neither RTTM, STM nor SegLST.", try_next="alsvoice evaluate --help"
        )
    return known[path.suffix](_text(path))


def score_session(session: SessionFolder, folder: Path) -> dict[str, Any]:
    """Return every score the folder's references allow: ``*.rttm``, ``*.stm``, ``truth.json``."""
    return score_sight(see(session), folder)


def score_sight(sight: Sight, folder: Path, stem: str = "*") -> dict[str, Any]:
    """Return the scores of what a session holds; ``stem`` chooses among references."""
    scores: dict[str, Any] = {}
    duration = sight.conversation.duration_ms
    for path in sorted(folder.glob(f"{stem}.rttm"))[:1]:
        spans = _scored(path.with_suffix(".uem")) or ((0, duration),)
        scores |= _turn_scores(rttm.parse(_text(path)), sight.heard.turns, spans)
    for path in sorted(folder.glob(f"{stem}.stm"))[:1]:
        said = tuple(
            SpokenSegment(speaker=u.speaker, start_ms=u.start_ms, end_ms=u.end_ms, text=u.text)
            for u in sight.utterances
        )
        scores |= _word_scores(stm.parse(_text(path)), said)
    if (folder / "truth.json").is_file():
        scores |= _label_scores(sight, folder / "truth.json")
    if not scores:
        raise InputError(
            "The folder holds no reference.", try_next="put a *.rttm, *.stm or truth.json there"
        )
    return scores


def _scored(path: Path) -> tuple[Span, ...]:
    return uem.parse(_text(path)) if path.is_file() else ()


def _turn_scores(
    reference: Sequence[Turn], hypothesis: Sequence[Turn], spans: Sequence[Span]
) -> dict[str, Any]:
    ends = [t.end_ms for t in (*reference, *hypothesis)]
    found = turns.turn_errors(reference, hypothesis, spans or ((0, max(ends, default=0)),))
    speech = found.speech_ms or 1
    return {
        "diarization": {
            "der": _rate(found.der),
            "missed": _rate(found.missed_ms / speech),
            "false_alarm": _rate(found.false_alarm_ms / speech),
            "confusion": _rate(found.confusion_ms / speech),
            "talk_share_error": _rate(found.share_error),
            "speakers_reference": found.speakers[0],
            "speakers_found": found.speakers[1],
            "protocol": turns.PROTOCOL,
        }
    }


def _word_scores(
    reference: Sequence[SpokenSegment], hypothesis: Sequence[SpokenSegment]
) -> dict[str, Any]:
    plain = words.word_errors(_joined(reference), _joined(hypothesis))
    by_speaker = words.cp_word_errors(_by_speaker(reference), _by_speaker(hypothesis))
    return {
        "words": {
            "wer": _rate(plain.rate),
            "cpwer": _rate(by_speaker.rate),
            "substitutions": plain.substitutions,
            "deletions": plain.deletions,
            "insertions": plain.insertions,
            "reference_words": plain.words,
            "protocol": normalise.PROTOCOL,
        }
    }


def _joined(segments: Sequence[SpokenSegment]) -> str:
    return " ".join(s.text for s in sorted(segments, key=lambda s: (s.start_ms, s.end_ms)))


def _by_speaker(segments: Sequence[SpokenSegment]) -> dict[str, str]:
    return {
        who: _joined([s for s in segments if s.speaker == who])
        for who in sorted({s.speaker for s in segments})
    }


def _label_scores(sight: Sight, path: Path) -> dict[str, Any]:
    """Return F1 of labels: a reference utterance takes the label of what was said in its span."""
    from alsvoice.evaluate import labels

    try:
        rows = json.loads(_text(path))["utterances"]
        spans = [((to_ms(r["start"]), to_ms(r["end"])), Label(r["label"])) for r in rows]
    except (KeyError, TypeError, ValueError) as problem:
        raise InputError(
            "truth.json does not list utterances with start, end and label.",
            try_next="compare it with the bundled demo's truth.json",
        ) from problem
    pairs = [(true, _label_in(sight, span)) for span, true in spans]
    found = labels.LabelCounts.of(pairs)
    return {
        "labels": {
            "macro_f1": _rate(found.macro_f1),
            "f1": {label.value: _rate(found.of_class(label).f1) for label in Label},
            "protocol": "a reference utterance is coded as the strongest label said in its span",
        }
    }


def _label_in(sight: Sight, span: Span) -> Label:
    """Return advice if any utterance mostly inside the span is, else its last question's label."""
    inside = [
        c
        for c in sight.conversation.utterances
        if 2 * sum(e - s for s, e in union([(max(c.utterance.start_ms, span[0]),
                                             min(c.utterance.end_ms, span[1]))]))
        >= c.utterance.end_ms - c.utterance.start_ms
    ]  # fmt: skip
    labels = [c.coding.label for c in inside]
    if Label.ADVICE in labels:
        return Label.ADVICE
    questions = [label for label in labels if label.is_question]
    return questions[-1] if questions else Label.OTHER


def _rate(value: float | None) -> float | None:
    return None if value is None else round(value, 4)


def table(scores: dict[str, Any]) -> str:
    """Return scores as lines for people, the protocol last in each."""
    lines: list[str] = []
    for name, part in scores.items():
        lines.append(name)
        for key, value in part.items():
            shown = (
                ", ".join(f"{k} {v}" for k, v in value.items())
                if isinstance(value, dict)
                else value
            )
            lines.append(f"  {key}: {shown}")
    return "\n".join(lines)
