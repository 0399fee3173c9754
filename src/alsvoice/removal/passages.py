"""A passage taken out of words, utterances and turns; what is left keeps its times and its ids."""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from alsvoice.intervals import Span, subtract
from alsvoice.labels import Coding
from alsvoice.transcript import Diarization, Transcript, Turn, Utterance

__all__ = ["cut_codings", "cut_diarization", "cut_transcript", "cut_utterances", "touches"]


def touches(span: Span, gone: Iterable[Span]) -> bool:
    """Whether any part of a span lies in a passage; one without length counts at the edges too."""
    start, end = span
    return any((start < b and a < end) or (start == end and a <= start <= b) for a, b in gone)


def cut_transcript(transcript: Transcript, gone: Sequence[Span]) -> Transcript:
    """Return the words that touch no passage, their voices in step."""
    kept = [n for n, word in enumerate(transcript.words) if not touches(word.span, gone)]
    return replace(
        transcript,
        words=tuple(transcript.words[n] for n in kept),
        speakers=tuple(transcript.speakers[n] for n in kept) if transcript.speakers else (),
    )


def cut_utterances(utterances: Sequence[Utterance], gone: Sequence[Span]) -> tuple[Utterance, ...]:
    """Return the utterances without their words in a passage; those left without any go."""
    out: list[Utterance] = []
    for utterance in utterances:
        words = tuple(word for word in utterance.words if not touches(word.span, gone))
        if words:
            out.append(replace(utterance, words=words))
    return tuple(out)


def cut_codings(codings: Sequence[Coding], utterances: Sequence[Utterance]) -> tuple[Coding, ...]:
    """Return the codings of utterances that are there."""
    there = {utterance.id for utterance in utterances}
    return tuple(coding for coding in codings if coding.utterance_id in there)


def cut_diarization(heard: Diarization, gone: Sequence[Span]) -> Diarization:
    """Return the turns with a gap where a passage was; they alone tell from now on."""
    return replace(
        heard,
        turns=_cut_turns(heard.turns, gone),
        exclusive=_cut_turns(heard.exclusive, gone),
        spoken=None,
    )


def _cut_turns(turns: Sequence[Turn], gone: Sequence[Span]) -> tuple[Turn, ...]:
    return tuple(
        replace(turn, start_ms=start, end_ms=end)
        for turn in turns
        for start, end in subtract([turn.span], gone)
    )
