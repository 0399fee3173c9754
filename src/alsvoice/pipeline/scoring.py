"""Scores of a session or of files against a reference, each with its protocol."""

import importlib.metadata
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from alsvoice.errors import InputError, UsageError
from alsvoice.evaluate import bootstrap, coding, labels, normalise, turns, words
from alsvoice.evaluate.coding import CodingScores
from alsvoice.evaluate.given import Given, read_coded, read_given, read_text
from alsvoice.evaluate.labels import Coded, Pair
from alsvoice.evaluate.turns import Rules
from alsvoice.formats import uem
from alsvoice.formats.segments import SpokenSegment
from alsvoice.intervals import Span
from alsvoice.labels import Label, Origin
from alsvoice.pipeline.sight import Sight, see
from alsvoice.store import SessionFolder

__all__ = ["Scored", "score_files", "score_session", "score_sight"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Scored:
    """What is scored of turns: the parts of the recording, who chose them, and the rules.

    ``spans`` None is all of it.
    """

    spans: tuple[Span, ...] | None = None
    said: str = "all, up to the last turn"
    rules: Rules = field(default_factory=Rules)

    @classmethod
    def of(cls, path: Path | None, rules: Rules) -> "Scored":
        """Read a UEM file, where there is one."""
        return cls(rules=rules) if path is None else cls(rules=rules).within(path)

    def within(self, path: Path) -> "Scored":
        """Return the same with the parts that a UEM file lists."""
        spans = uem.parse(read_text(path))
        if not any(end > start for start, end in spans):
            raise InputError(
                f"{path.name[:120]} names no part of a recording.",
                try_next="a line such as: session 1 0.000 60.000",
            )
        return replace(self, spans=spans, said=f"the parts in {path.name[:120]}")


def score_files(hypothesis: Path, reference: Path | None, scored: Scored) -> dict[str, Any]:
    """Return every score that both files carry something for."""
    if reference is None:
        raise UsageError(
            "There is nothing to compare with.",
            try_next="alsvoice evaluate HYP REF, or alsvoice evaluate SESSION --reference DIR",
        )
    return _compare(read_given(reference), read_given(hypothesis), scored)


def score_session(
    session: SessionFolder, folder: Path, scored: Scored | None = None
) -> dict[str, Any]:
    """Return every score the folder's references allow: ``*.rttm``, ``*.stm``, ``truth.json``."""
    return score_sight(see(session), folder, scored=scored)


def score_sight(
    sight: Sight, folder: Path, stem: str = "*", scored: Scored | None = None
) -> dict[str, Any]:
    """Return the scores of what a session holds; ``stem`` chooses among references."""
    scores: dict[str, Any] = {}
    rules = scored or Scored()
    found = _of_session(sight)
    for path in sorted(folder.glob(f"{stem}.rttm"))[:1]:
        chosen = rules
        if chosen.spans is None:
            beside = path.with_suffix(".uem")
            length = ((0, sight.conversation.duration_ms),)
            whole = replace(rules, spans=length, said="the whole recording")
            chosen = rules.within(beside) if beside.is_file() else whole
        scores |= _compare(read_given(path), replace(found, segments=None, coded=None), chosen)
    for path in sorted(folder.glob(f"{stem}.stm"))[:1]:
        scores |= _word_scores(_with_speech(read_given(path)).segments or (), found.segments or ())
    if (folder / "truth.json").is_file():
        scores |= _span_scores(read_coded(folder / "truth.json"), found.coded or ())
    if not scores:
        raise InputError(
            "The folder holds no reference.", try_next="put a *.rttm, *.stm or truth.json there"
        )
    return scores


def _of_session(sight: Sight) -> Given:
    """Return turns and words as they were computed, labels as people left them."""
    return Given(
        name=sight.manifest.id,
        note="turns and words as computed, labels with people's corrections",
        turns=sight.heard.turns,
        segments=tuple(
            SpokenSegment(speaker=u.speaker, start_ms=u.start_ms, end_ms=u.end_ms, text=u.text)
            for u in sight.utterances
        ),
        coded=tuple(
            Coded(
                start_ms=c.utterance.start_ms,
                end_ms=c.utterance.end_ms,
                label=c.coding.label,
                confidence=None if c.coding.source is Origin.PERSON else c.coding.confidence,
            )
            for c in sight.conversation.utterances
        ),
    )


def _with_speech(reference: Given) -> Given:
    if not reference.has_speech:
        raise InputError(
            f"The reference {reference.name[:120]!r} holds no speech and no coded lines.",
            try_next="check that it is the right file: HYP comes first, REF second",
        )
    return reference


def _compare(reference: Given, hypothesis: Given, scored: Scored) -> dict[str, Any]:
    scores: dict[str, Any] = {}
    _with_speech(reference)
    if reference.turns is not None and hypothesis.turns is not None:
        scores |= _turn_scores(reference, hypothesis, scored)
    if reference.segments is not None and hypothesis.segments is not None:
        scores |= _word_scores(reference.segments, hypothesis.segments)
    if reference.coded is not None and hypothesis.coded is not None:
        scores |= _span_scores(reference.coded, hypothesis.coded)
    if reference.rows is not None and hypothesis.rows is not None:
        scores |= _row_scores(reference, hypothesis)
    if not scores:
        raise InputError(
            f"{hypothesis.name[:120]!r} and {reference.name[:120]!r} have nothing in common that "
            "could be compared.",
            try_next="two files of one kind, such as RTTM with RTTM",
        )
    return scores


def _turn_scores(reference: Given, hypothesis: Given, scored: Scored) -> dict[str, Any]:
    true, heard = reference.turns or (), hypothesis.turns or ()
    last = max((turn.end_ms for turn in (*true, *heard)), default=0)
    spans = scored.spans if scored.spans is not None else ((0, last),)
    found = turns.turn_errors(true, heard, spans, scored.rules)
    if not found.speech_ms:
        raise InputError(
            "No speech of the reference is left in what is scored.",
            try_next="a smaller --collar, or another --uem",
        )
    return {
        "diarization": {
            "der": _rate(found.der),
            "missed": _rate(found.missed_ms / found.speech_ms),
            "false_alarm": _rate(found.false_alarm_ms / found.speech_ms),
            "confusion": _rate(found.confusion_ms / found.speech_ms),
            "jer": _rate(found.jer),
            "talk_share_error": _rate(found.share_error),
            "talk_share_error_mean": _rate(found.mean_share_error),
            "talk_share_errors": {who: _rate(error) for who, error in found.share_errors},
            "speakers_reference": found.speakers[0],
            "speakers_found": found.speakers[1],
            "speaker_count_error": found.speakers[1] - found.speakers[0],
            "reference_speech_s": found.speech_ms / 1000,
            "collar_s": scored.rules.collar_ms / 1000,
            "overlap_scored": not scored.rules.skip_overlap,
            "protocol": "; ".join(_turn_protocol(reference, hypothesis, scored)),
        }
    }


def _turn_protocol(reference: Given, hypothesis: Given, scored: Scored) -> list[str]:
    notes = dict.fromkeys(given.note for given in (reference, hypothesis) if given.note)
    return [
        str(scored.rules),
        f"scored: {scored.said}",
        "speakers matched one to one for the most common time, names not compared",
        "shares of all turns there, without collar, a voice matched with nobody left out",
        *notes,
        _versions("pyannote.metrics"),
    ]


def _word_scores(
    reference: Sequence[SpokenSegment], hypothesis: Sequence[SpokenSegment]
) -> dict[str, Any]:
    plain = words.word_errors(_joined(reference), _joined(hypothesis))
    if not plain.words:
        raise InputError(
            "The reference holds no words to compare with.",
            try_next="check that it is the right file: HYP comes first, REF second",
        )
    true, heard = _by_speaker(reference), _by_speaker(hypothesis)
    by_speaker = words.cp_word_errors(true, heard)
    return {
        "words": {
            "wer": _rate(plain.rate),
            "cpwer": _rate(by_speaker.rate),
            "substitutions": plain.substitutions,
            "deletions": plain.deletions,
            "insertions": plain.insertions,
            "reference_words": plain.words,
            "cp_substitutions": by_speaker.substitutions,
            "cp_deletions": by_speaker.deletions,
            "cp_insertions": by_speaker.insertions,
            "speakers_reference": len(true),
            "speakers_found": len(heard),
            "normaliser": normalise.PROTOCOL,
            "protocol": "; ".join(
                (
                    normalise.PROTOCOL,
                    "WER over all words in order of time, also where people overlap, no UEM",
                    "cpWER: each speaker's words joined, speakers matched for the fewest errors",
                    _versions("rapidfuzz"),
                )
            ),
        }
    }


def _joined(segments: Sequence[SpokenSegment]) -> str:
    return " ".join(s.text for s in sorted(segments, key=lambda s: (s.start_ms, s.end_ms)))


def _by_speaker(segments: Sequence[SpokenSegment]) -> dict[str, str]:
    return {
        who: _joined([s for s in segments if s.speaker == who])
        for who in sorted({s.speaker for s in segments})
    }


def _span_scores(reference: Sequence[Coded], hypothesis: Sequence[Coded]) -> dict[str, Any]:
    return {"labels": _label_scores(labels.paired(reference, hypothesis), labels.PROTOCOL)}


def _row_scores(reference: Given, hypothesis: Given) -> dict[str, Any]:
    matched = coding.match(reference.rows or (), hypothesis.rows or ())
    if not matched.pairs:
        raise InputError(
            f"No row of {hypothesis.name[:120]!r} has an id that {reference.name[:120]!r} has.",
            try_next="alsvoice classify rows.jsonl -o coded.jsonl, and compare that",
        )
    scores = _label_scores(matched.pairs, "rows of one id; macro-F1 over the classes that occur")
    alone = {"only_in_reference": matched.reference_alone, "only_coded": matched.coded_alone}
    return {"labels": alone | scores}


def _label_scores(pairs: Sequence[Pair], protocol: str) -> dict[str, Any]:
    found = coding.score(pairs)
    counts, bins = found.counts, found.calibration.bins
    classes = {label: counts.of_class(label) for label in Label}
    return {
        "macro_f1": _rate(counts.macro_f1),
        "accuracy": _rate(counts.accuracy),
        "kappa": _rate(counts.kappa),
        "f1": {label.value: _rate(c.f1) for label, c in classes.items()},
        "precision": {label.value: _rate(c.precision) for label, c in classes.items()},
        "recall": {label.value: _rate(c.recall) for label, c in classes.items()},
        "support": {label.value: c.support for label, c in classes.items()},
        "kappa_by_label": {label.value: _rate(counts.kappa_on(label)) for label in Label},
        "confusion": {
            true.value: {coded.value: count for coded, count in row.items()}
            for true, row in counts.confusion.items()
        },
        "utterances": counts.total,
        "calibration": {
            "error": _rate(found.calibration.error),
            "utterances": found.calibration.total,
            "bins": [
                {
                    "from": k / len(bins),
                    "utterances": each.count,
                    "confidence": _rate(each.confidence / each.count),
                    "right": _rate(each.right / each.count),
                }
                for k, each in enumerate(bins)
                if each.count
            ],
            "unsure": _part(*found.unsure),
            "sure": _part(*found.sure),
        },
        "flags_told": found.flagged,
        "flags": {
            flag.value: {
                "f1": _rate(c.f1),
                "precision": _rate(c.precision),
                "recall": _rate(c.recall),
                "support": c.support,
            }
            for flag, c in found.flags.items()
        },
        "intervals": {
            name: [_rate(low), _rate(high)] for name, (low, high) in found.intervals.items()
        },
        "groups": found.groups,
        "single_utterances": found.singles,
        "protocol": "; ".join((protocol, *_label_protocol(found))),
    }


def _label_protocol(found: CodingScores) -> list[str]:
    notes = ["kappa: Cohen's, of the four labels, and of each against the rest"]
    if found.calibration.total:
        notes.append(
            "calibration: expected error, ten bins of the probability of the label given; where a "
            "person gave it, or nothing was coded, none counts; unsure: below two in three"
        )
    groups, singles = found.groups, found.singles
    drawn = " and ".join(
        f"{count} {what}" for count, what in ((groups, "groups"), (singles, "utterances")) if count
    )
    if not found.intervals:
        return [*notes, f"no intervals: {drawn} are fewer than {bootstrap.FEWEST}"]
    notes.append(
        f"intervals: {bootstrap.LEVEL:.0%} of {bootstrap.DRAWS} draws of {drawn}, with replacement"
    )
    if singles:
        notes.append(
            "utterances of one session are alike, so drawn one by one they make intervals that are "
            "too narrow for other sessions"
        )
    return notes


def _part(count: int, right: int) -> dict[str, Any]:
    return {"utterances": count, "right": _rate(right / count) if count else None}


def _versions(package: str) -> str:
    return f"{package} {importlib.metadata.version(package)}"


def _rate(value: float | None) -> float | None:
    return None if value is None else round(value, 4)
