"""A person taken out of words, utterances and turns: their turns stay, as time that is taken."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace

from alsvoice.intervals import Span, intersect, subtract, total_ms, union
from alsvoice.removal.passages import cut_diarization, cut_transcript
from alsvoice.removal.plan import Departure
from alsvoice.session import Redaction, Withdrawal
from alsvoice.transcript import Diarization, Transcript, Turn, Utterance, withdrawn_label

__all__ = [
    "hear_without",
    "leave_diarization",
    "leave_transcript",
    "leave_utterances",
    "write_without",
]


def leave_transcript(
    transcript: Transcript, utterances: Sequence[Utterance], leaving: Departure
) -> Transcript:
    """Return the words without theirs; ``utterances`` are those from before they left."""
    theirs = Counter(
        (word.text, *word.span, utterance.speaker if transcript.speakers else None)
        for utterance in utterances
        if utterance.id in leaving.utterances
        for word in utterance.words
    )
    kept: list[int] = []
    for n, word in enumerate(transcript.words):
        key = (word.text, *word.span, transcript.speakers[n] if transcript.speakers else None)
        if theirs[key]:
            theirs[key] -= 1
        else:
            kept.append(n)
    return replace(
        transcript,
        words=tuple(transcript.words[n] for n in kept),
        speakers=tuple(_relabelled(transcript.speakers[n], leaving) for n in kept)
        if transcript.speakers
        else (),
    )


def leave_utterances(utterances: Sequence[Utterance], leaving: Departure) -> tuple[Utterance, ...]:
    """Return the others' utterances; one that was only taken for theirs keeps no voice of them."""
    return tuple(
        replace(utterance, speaker=_relabelled(utterance.speaker, leaving))
        for utterance in utterances
        if utterance.id not in leaving.utterances
    )


def _relabelled(speaker: str, leaving: Departure) -> str:
    return withdrawn_label(leaving.number) if speaker in leaving.voices else speaker


def leave_diarization(heard: Diarization, leaving: Departure) -> Diarization:
    """Return the turns with theirs under a label that is nobody's; they alone tell from now on."""
    return replace(
        heard,
        turns=_leave_turns(heard.turns, leaving, leaving.withdrawal.spans),
        exclusive=_leave_turns(heard.exclusive, leaving, ()),
        spoken=None,
    )


def _leave_turns(
    turns: Sequence[Turn], leaving: Departure, spans: Sequence[Span]
) -> tuple[Turn, ...]:
    labels = {withdrawn_label(leaving.number, listening=each) for each in (False, True)}
    theirs = [*spans, *(t.span for t in turns if t.speaker in labels | set(leaving.voices))]
    others: list[Turn] = []
    for turn in turns:
        if turn.speaker in labels or turn.speaker in leaving.voices:
            continue
        moved = [span for voice, span in leaving.moved if voice == turn.speaker]
        others += _pieces(turn.speaker, subtract([turn.span], moved))
        theirs += intersect([turn.span], moved)
    return _in_order([*others, *_labelled(theirs, leaving.withdrawal, leaving.number)])


def _labelled(spans: Iterable[Span], withdrawal: Withdrawal, number: int) -> list[Turn]:
    everything = union(spans)
    return [
        *_pieces(withdrawn_label(number), subtract(everything, withdrawal.listening)),
        *_pieces(
            withdrawn_label(number, listening=True), intersect(everything, withdrawal.listening)
        ),
    ]


def _pieces(speaker: str, spans: Iterable[Span]) -> list[Turn]:
    return [Turn(speaker=speaker, start_ms=start, end_ms=end) for start, end in spans]


def _in_order(turns: Iterable[Turn]) -> tuple[Turn, ...]:
    return tuple(sorted(turns, key=lambda turn: (turn.start_ms, turn.end_ms, turn.speaker)))


def hear_without(
    heard: Diarization, redactions: Sequence[Redaction], withdrawals: Sequence[Withdrawal]
) -> Diarization:
    """Return new turns with what was removed before: gaps, and the time of those who withdrew.

    Where they spoke over others some of them can still be heard: a voice that is heard hardly ever
    but in their time is theirs, and is left out. What was spoken before anybody knew by whom tells
    nothing of that, so it goes: the turns that are left say what there is to hear.
    """
    if not redactions and not withdrawals:
        return heard
    gaps = [redaction.span for redaction in redactions]
    silent = [span for withdrawal in withdrawals for span in withdrawal.silenced]
    audible = cut_diarization(heard, [*gaps, *silent])
    theirs = {v for v in audible.speakers for w in withdrawals if _is_theirs(v, audible, w)}
    audible = replace(
        audible,
        turns=tuple(turn for turn in audible.turns if turn.speaker not in theirs),
        exclusive=tuple(turn for turn in audible.exclusive if turn.speaker not in theirs),
    )
    taken = [
        turn
        for number, withdrawal in enumerate(withdrawals, start=1)
        for turn in _labelled(subtract(withdrawal.spans, gaps), withdrawal, number)
    ]
    return replace(audible, turns=_in_order([*audible.turns, *taken]))


def _is_theirs(voice: str, heard: Diarization, withdrawal: Withdrawal) -> bool:
    spans = [turn.span for turn in heard.turns if turn.speaker == voice]
    return 10 * total_ms(intersect(spans, withdrawal.spans)) >= 9 * total_ms(spans)


def write_without(
    transcript: Transcript, redactions: Sequence[Redaction], withdrawals: Sequence[Withdrawal]
) -> Transcript:
    """Return new words without any where the sound was taken out: those would be imagined."""
    gaps = [redaction.span for redaction in redactions]
    silent = [span for withdrawal in withdrawals for span in withdrawal.silenced]
    inside = [
        word.span
        for word in transcript.words
        if any(start <= word.middle_ms < end for start, end in silent)
    ]
    return cut_transcript(transcript, [*gaps, *inside]) if gaps or inside else transcript
