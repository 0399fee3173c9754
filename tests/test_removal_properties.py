"""What removal promises of every transcript: nothing left, nothing else changed, twice is once."""

from collections.abc import Sequence
from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from alsvoice.edits import Edit, Op, active
from alsvoice.intervals import Span, overlap_ms, subtract, total_ms, union
from alsvoice.removal.corrections import cut_edits, leave_edits
from alsvoice.removal.names import NamePattern, is_named, leave_manifest
from alsvoice.removal.passages import cut_diarization, cut_transcript, cut_utterances, touches
from alsvoice.removal.people import leave_diarization, leave_transcript, leave_utterances
from alsvoice.removal.plan import Departure
from alsvoice.session import Audio, Manifest, Source, Withdrawal
from alsvoice.transcript import Diarization, Transcript, Turn, Utterance, is_withdrawn
from strategies import turns, utterances

V = ("SPEAKER_00", "SPEAKER_01", "SPEAKER_02")
NAME = "Zoë Quist"
passages = st.tuples(st.integers(0, 20_000), st.integers(1, 8_000)).map(lambda p: (p[0], sum(p)))


@st.composite
def talks(draw: st.DrawFn) -> tuple[Utterance, ...]:
    at, out = 0, []
    for _ in range(draw(st.integers(0, 6))):
        out.append(draw(utterances(at, draw(st.sampled_from(V)))))
        at = out[-1].end_ms + draw(st.integers(0, 900))
    return tuple(out)


@st.composite
def edits(draw: st.DrawFn, said: Sequence[Utterance]) -> tuple[Edit, ...]:
    out: list[Edit] = []
    for number in range(draw(st.integers(0, 8)) if said else 0):
        op = draw(st.sampled_from(list(Op)))
        chosen = draw(st.sampled_from(said))
        target = draw(st.sampled_from([e.id for e in out])) if op is Op.UNDO and out else chosen.id
        fixed = {
            Op.LABEL: "advice", Op.ACTION: "done", Op.UNDO: None, Op.CUT: None,
            Op.HELPFUL: "yes", Op.PHASE: "1000",
            Op.JOIN: draw(st.sampled_from(said)).id,
        }  # fmt: skip
        after = fixed.get(op, draw(st.sampled_from([NAME, "Ben"])))
        target = "1" if op is Op.PHASE else target
        middle = sum(chosen.span) // 2
        spans = {
            Op.UNDO: (), Op.PHASE: (), Op.JOIN: (chosen.span, chosen.span),
            Op.CUT: ((chosen.start_ms, middle), (middle, chosen.end_ms)),
        }.get(op, (chosen.span,))  # fmt: skip
        out.append(Edit(id=f"e{number}", time="t", op=op, target=target, spans=spans, after=after))
    return tuple(out)


def transcript(said: Sequence[Utterance], *, voices: bool) -> Transcript:
    return Transcript(
        words=tuple(word for u in said for word in u.words),
        speakers=tuple(u.speaker for u in said for _ in u.words) if voices else (),
    )


@given(talks(), passages, st.booleans())
def test_no_word_is_left_in_a_passage(
    said: tuple[Utterance, ...], gone: Span, voices: bool
) -> None:
    words = transcript(said, voices=voices)
    cut, rest = cut_transcript(words, [gone]), cut_utterances(said, [gone])
    assert not any(touches(word.span, [gone]) for word in cut.words)
    assert cut.words == tuple(word for u in rest for word in u.words)
    assert len(cut.speakers) == (len(cut.words) if voices else 0)
    assert [w for w in words.words if not touches(w.span, [gone])] == list(cut.words)
    assert cut_transcript(cut, [gone]) == cut
    assert cut_utterances(rest, [gone]) == rest
    assert {u.id for u in rest} <= {u.id for u in said}


@given(turns(V), passages)
def test_turns_leave_a_gap_of_the_same_length(heard: tuple[Turn, ...], gone: Span) -> None:
    cut = cut_diarization(Diarization(turns=heard, exclusive=heard), [gone])
    for voice in V:
        before = [t.span for t in heard if t.speaker == voice]
        after = [t.span for t in cut.turns if t.speaker == voice]
        assert union(after) == subtract(before, [gone])
    assert not any(overlap_ms(turn.span, gone) for turn in cut.exclusive)


@given(st.data(), talks(), passages)
def test_corrections_after_a_passage(
    data: st.DataObject, said: tuple[Utterance, ...], gone: Span
) -> None:
    made, rest = data.draw(edits(said)), cut_utterances(said, [gone])
    kept = cut_edits(made, [gone], said, rest)
    there, ids = {u.id for u in rest}, {e.id for e in kept}
    for edit in kept:
        if edit.op is Op.TEXT:
            assert not any(touches(span, [gone]) for span in edit.spans)
        assert not any(overlap_ms(span, gone) for span in edit.spans)
        if edit.op not in {Op.UNDO, Op.NAME, Op.PHASE}:
            assert edit.target in there
    lost = {e.id for e in made} - ids
    assert not any(e.op is Op.UNDO and e.target in lost for e in kept)
    untouched = [
        e for e in made
        if e.op is not Op.UNDO and not any(touches(s, [gone]) for s in e.spans)
        and not (e.op is Op.JOIN and e.after not in there)
    ]  # fmt: skip
    assert all(e in kept for e in untouched)
    counted = {e.id for e in active(made)}
    assert {e.id for e in active(kept)} == counted & ids
    assert cut_edits(kept, [gone], rest, rest) == kept


def leaver(said: Sequence[Utterance], heard: Sequence[Turn]) -> Departure:
    spans = union(t.span for t in heard if t.speaker == V[0])
    return Departure(
        number=1,
        names=(NAME,),
        voices=(V[0],),
        utterances=tuple(u.id for u in said if u.speaker == V[0]),
        moved=(),
        withdrawal=Withdrawal(time="t", spans=spans, listening=spans[::2]),
    )


@given(talks(), turns(V), st.booleans())
def test_who_leaves_takes_words_and_leaves_time(
    said: tuple[Utterance, ...], heard: tuple[Turn, ...], voices: bool
) -> None:
    leaving = leaver(said, heard)
    words = leave_transcript(transcript(said, voices=voices), said, leaving)
    rest = leave_utterances(said, leaving)
    assert words == transcript([u for u in said if u.speaker != V[0]], voices=voices)
    assert rest == tuple(u for u in said if u.speaker != V[0])
    left = leave_diarization(Diarization(turns=heard, exclusive=heard), leaving)
    assert V[0] not in left.speakers
    time = [t.span for t in left.turns if is_withdrawn(t.speaker)]
    assert union(time) == leaving.withdrawal.spans
    assert sum(e - s for s, e in time) == total_ms(time)
    for voice in V[1:]:
        assert union(t.span for t in left.turns if t.speaker == voice) == union(
            t.span for t in heard if t.speaker == voice
        )
    assert leave_diarization(left, leaving) == left
    assert leave_utterances(rest, leaving) == rest
    assert leave_transcript(words, rest, leaving) == words


@given(st.data(), talks(), turns(V))
def test_no_correction_names_who_left(
    data: st.DataObject, said: tuple[Utterance, ...], heard: tuple[Turn, ...]
) -> None:
    leaving = leaver(said, heard)
    made = tuple(
        replace(e, before=data.draw(st.sampled_from([None, NAME, "Ben"])), who=NAME.upper())
        for e in data.draw(edits(said))
    )
    kept = leave_edits(made, said, leaving, NamePattern((NAME,)))
    for edit in kept:
        assert edit.before != NAME and edit.who is None
        assert edit.after != NAME or edit.op is Op.TEXT  # what others said
        held = edit.op not in {Op.NAME, Op.UNDO}
        assert not held or edit.target not in leaving.utterances
    assert leave_edits(kept, said, leaving, NamePattern((NAME,))) == kept


def test_names_are_found_as_whole_words_in_any_case() -> None:
    name = NamePattern((NAME,))
    for text in ("zoë", "So, ZOË!", "Zoë's", "with Zoë  Quist.", "Mrs Quist"):
        assert name.found_in(text), text
    for text in ("Zoëtrope", "mosquist", "Zo", ""):
        assert not name.found_in(text), text
    assert name.blank("A ward with Zoë Quist and Ben") == "A ward with … and Ben"
    assert not NamePattern(()).found_in("anybody")
    assert is_named(" zoë quist", (NAME,)) and not is_named("Zoë", (NAME,))


def test_sentences_about_files_call_them_by_other_names() -> None:
    """A note of an import once kept the name of the file of somebody who had left."""
    audio = Audio(
        file="audio/mix.flac",
        sources=(
            Source(file="audio/source-01.m4a", name="ben.m4a"),
            Source(file="audio/source-02.m4a", name="zuleika_2.m4a"),
        ),
        sha256="",
        duration_ms=9,
        losses=("zuleika_2.m4a is cut off.",),
        notes=("Where ben.m4a and zuleika_2.m4a start could not be found.",),
    )
    leaving = Departure(
        names=("Zuleika Quist",), voices=(), utterances=(), moved=(), number=1,
        withdrawal=Withdrawal(time="now", spans=()),
    )  # fmt: skip
    left = leave_manifest(Manifest(id="s", created="t", audio=audio), leaving).audio
    assert left is not None
    assert "zuleika" not in " ".join((*left.losses, *left.notes)).lower()
    assert left.notes == ("Where ben.m4a and audio/source-02.m4a start could not be found.",)
