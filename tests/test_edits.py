"""What a person corrected holds: through re-runs, other labels, merges and second thoughts."""

import itertools
from collections.abc import Mapping, Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alsvoice.edits import Applied, Edit, Op, active, apply, named_voices, with_texts
from alsvoice.intervals import Span, overlap_ms, total_ms, union
from alsvoice.labels import Coding, Flag, Label, Origin
from alsvoice.session import Audio, Conversation, Manifest, Participant, Phase, Role
from alsvoice.transcript import Diarization, Turn, Utterance
from strategies import coding_of, phase, spread

V0, V1, V2, V3 = VOICES = tuple(f"SPEAKER_{n:02}" for n in range(4))
_numbers = itertools.count()


def edit(
    op: str,
    target: str,
    after: str | None = None,
    *,
    at: Span | Sequence[Span] = (),
    id: str | None = None,  # noqa: A002 - the value's own word
) -> Edit:
    spans = (at,) if at and isinstance(at[0], int) else at
    return Edit(
        id=id or f"e{next(_numbers)}",
        time="2026-11-23T10:00:00",
        op=Op(op),
        target=target,
        spans=tuple(spans),  # type: ignore[arg-type]
        after=after,
    )


def u(id_: str, speaker: str, start: int, end: int, text: str = "we did that") -> Utterance:
    return Utterance(id=id_, speaker=speaker, words=spread(text.split(), start, end))


def t(speaker: str, start: int, end: int) -> Turn:
    return Turn(speaker=speaker, start_ms=start, end_ms=end)


def heard(*turns: Turn, exclusive: Sequence[Turn] | None = None) -> Diarization:
    return Diarization(turns=turns, exclusive=tuple(turns if exclusive is None else exclusive))


def manifest(people: str = "", phases: Sequence[Phase] = (), duration_ms: int = 60_000) -> Manifest:
    rows = [part.partition(":") for part in people.split(",") if part]
    return Manifest(
        id="s",
        created="2026-11-23T10:00:00",
        participants=tuple(
            Participant(id=f"p-{name}", name=name, role=Role(role or "member"))
            for name, _, role in rows
        ),
        phases=tuple(phases),
        audio=Audio(file="mix.flac", sources=(), sha256="sha256:00", duration_ms=duration_ms),
    )


def see(
    diarization: Diarization,
    utterances: Sequence[Utterance] = (),
    edits: Sequence[Edit] = (),
    *,
    people: str = "",
    codings: Sequence[Coding] = (),
    guesses: Mapping[str, str] | None = None,
) -> Applied:
    return apply(
        manifest=manifest(people),
        diarization=diarization,
        utterances=utterances,
        codings=codings,
        edits=edits,
        guesses=guesses,
    )


def talk(conversation: Conversation) -> dict[str, int]:
    """Return talk time by what each person is called."""
    return {
        person.display: total_ms(x.span for x in conversation.turns if x.speaker == person.id)
        for person in conversation.people
    }


def sayers(conversation: Conversation) -> dict[str, str]:
    """Return utterance id → what its speaker is called."""
    return {c.utterance.id: conversation.person(c.person).display for c in conversation.utterances}


TWO = heard(t(V0, 0, 4000), t(V1, 5000, 9000))
SAID = (u("u0", V0, 100, 3900), u("u1", V1, 5100, 8900))


# Values.


@pytest.mark.parametrize(
    ("op", "after"),
    [("label", "shouting"), ("label", None), ("name", None), ("speaker", " "), ("text", "\n")],
)
def test_an_edit_that_says_nothing_is_refused(op: str, after: str | None) -> None:
    with pytest.raises(ValueError, match=r"."):
        edit(op, "u0", after)


# Undo and redo.


def obvious_active(edits: Sequence[Edit]) -> list[Edit]:
    """Return what counts, by asking each edit whether a counting undo names it."""

    def counts(one: Edit) -> bool:
        return not any(
            e.op is Op.UNDO and e.target == one.id and counts(e)
            for e in edits[edits.index(one) + 1 :]
        )

    return [e for e in edits if e.op is not Op.UNDO and counts(e)]


@st.composite
def histories(draw: st.DrawFn) -> list[Edit]:
    made: list[Edit] = []
    for n in range(draw(st.integers(0, 8))):
        undoes = draw(st.booleans())
        if undoes and made:
            made.append(edit("undo", draw(st.sampled_from(made)).id, id=f"h{n}"))
        else:
            made.append(edit("label", "u0", "advice", id=f"h{n}"))
    return made


@given(histories())
def test_an_undone_undo_counts_again(history: list[Edit]) -> None:
    assert list(active(history)) == obvious_active(history)


def test_undo_brings_the_earlier_correction_back() -> None:
    first, second = edit("label", "u0", "advice"), edit("label", "u0", "open_question")
    undo = edit("undo", second.id)
    redo = edit("undo", undo.id)
    for history, label in [
        ((first, second), "open_question"),
        ((first, second, undo), "advice"),
        ((first, second, undo, redo), "open_question"),
        ((first, edit("undo", first.id)), "other"),
        ((first, edit("undo", "nothing such")), "advice"),
    ]:
        found = see(TWO, SAID, history, codings=[coding_of("u0"), coding_of("u1")])
        assert found.conversation.utterances[0].coding.label == label


# Labels.


def test_a_persons_label_is_certain_and_its_own() -> None:
    codings = [
        coding_of("u0", "closed_question", Flag.LEADING, confidence=0.5),
        coding_of("u1", "closed_question", Flag.LEADING, confidence=0.5),
    ]
    edits = [edit("label", "u0", "advice"), edit("label", "u1", "closed_question")]
    one, two = (c.coding for c in see(TWO, SAID, edits, codings=codings).conversation.utterances)
    assert (one.label, one.confidence, one.source) == (Label.ADVICE, 1.0, Origin.PERSON)
    assert one.flags == (), "leading belonged to the question that it no longer is"
    assert (two.label, two.flags, two.confidence) == (
        Label.CLOSED_QUESTION,
        (Flag.LEADING,),
        1.0,
    )
    assert not one.unsure


def test_what_nobody_coded_is_other_and_unsure() -> None:
    [one, _] = see(TWO, SAID).conversation.utterances
    assert one.coding.label is Label.OTHER
    assert one.coding.unsure


# After a re-run.


def test_a_correction_finds_its_utterance_by_id_wherever_it_is_now() -> None:
    found = see(TWO, SAID, [edit("label", "u1", "advice", at=(0, 4000))])
    assert [c.coding.label for c in found.conversation.utterances] == ["other", "advice"]


def test_else_the_one_that_overlaps_its_span_most() -> None:
    again = (u("n0", V0, 0, 2000), u("n1", V0, 2100, 3900), u("n2", V1, 5100, 8900))
    found = see(TWO, again, [edit("label", "u0", "advice", at=(1500, 3900))])
    assert [c.coding.label for c in found.conversation.utterances] == ["other", "advice", "other"]
    assert found.orphaned == ()


@pytest.mark.parametrize("op", ["label", "speaker", "text"])
@pytest.mark.parametrize("at", [(20_000, 22_000), (4000, 5000), ()])
def test_else_it_is_orphaned_and_listed(op: str, at: Span) -> None:
    lost = edit(op, "gone", "advice", at=at)
    found = see(TWO, SAID, [lost])
    assert found.orphaned == (lost,)
    assert found.conversation == see(TWO, SAID).conversation


def test_what_was_undone_is_not_orphaned() -> None:
    lost = edit("label", "gone", "advice")
    assert see(TWO, SAID, [lost, edit("undo", lost.id)]).orphaned == ()


def test_labels_of_two_utterances_that_became_one() -> None:
    one = (u("n0", V0, 0, 3900),)
    first = edit("label", "u0", "advice", at=(0, 1800))
    second = edit("label", "u1", "open_question", at=(1900, 3900))
    found = see(TWO, one, [first, second])
    assert found.conversation.utterances[0].coding.label == "open_question"
    assert found.orphaned == (first,), "only one can hold; the other is not lost silently"


def test_a_label_made_on_this_utterance_goes_before_one_that_drifted_here() -> None:
    own = edit("label", "u0", "advice", at=(100, 3900))
    drifted = edit("label", "gone", "open_question", at=(3000, 4500))
    found = see(TWO, SAID, [own, drifted])
    assert found.conversation.utterances[0].coding.label == "advice"
    assert found.orphaned == (drifted,)


def test_correcting_anew_after_a_rerun_answers_the_old_correction() -> None:
    old = edit("label", "gone", "open_question", at=(200, 3800))
    new = edit("label", "u0", "advice", at=(100, 3900))
    found = see(TWO, SAID, [old, new])
    assert found.conversation.utterances[0].coding.label == "advice"
    assert found.orphaned == ()
    edge = edit("label", "gone", "open_question", at=(3800, 4500))
    assert see(TWO, SAID, [edge, new]).orphaned == (edge,), "it was about something else"


def test_a_later_correction_of_the_same_utterance_is_no_loss() -> None:
    edits = [edit("label", "gone", label, at=(200, 3800)) for label in ("advice", "other")]
    assert see(TWO, SAID, edits).orphaned == ()


starts = st.lists(st.integers(0, 40), min_size=1, max_size=6, unique=True).map(sorted)


@given(
    starts,
    starts,
    st.lists(st.tuples(st.integers(0, 5), st.sampled_from(list(Label))), max_size=6),
)
def test_nothing_a_person_did_is_silently_lost(
    before: list[int], after: list[int], labelled: list[tuple[int, Label]]
) -> None:
    """Each label still counts, or gave way to a later one of the same utterance, or is listed."""
    old = [u(f"u{s}", V0, s * 100, s * 100 + 90) for s in before]
    new = [
        u(f"u{s}" if s % 3 else f"n{s}", V0, s * 100 - 20 * (s > 0), s * 100 + 95) for s in after
    ]
    edits = [
        edit("label", old[i % len(old)].id, label, at=old[i % len(old)].span)
        for i, label in labelled
    ]
    found = see(heard(t(V0, 0, 5000)), new, edits)
    put = [c for c in found.conversation.utterances if c.coding.source is Origin.PERSON]
    for position, one in enumerate(edits):
        again = any(e.target == one.target for e in edits[position + 1 :])
        holds = any(
            c.coding.label == one.after and overlap_ms(c.utterance.span, one.spans[0]) for c in put
        )
        assert again or holds or one in found.orphaned


# Words.


@given(
    st.lists(st.text("abc?é“", min_size=1, max_size=12), min_size=1, max_size=12),
    st.integers(0, 5000),
    st.integers(0, 9000),
)
def test_corrected_words_keep_the_span(texts: list[str], start: int, length: int) -> None:
    one = u("u0", V0, start, start + length)
    [after] = with_texts([one], [edit("text", "u0", "  ".join(texts))])
    assert after.text == " ".join(texts)
    assert after.span == one.span
    assert after.id == one.id
    assert all(a.end_ms == b.start_ms for a, b in itertools.pairwise(after.words))


def test_long_words_take_longer() -> None:
    [after] = with_texts([u("u0", V0, 0, 1000)], [edit("text", "u0", "I understand")])
    assert [w.end_ms - w.start_ms for w in after.words] == [90, 910]


def test_corrected_words_take_only_their_own_part_of_a_longer_utterance() -> None:
    """A re-run joined two sentences; the one that nobody corrected keeps its words."""
    joined = u("n0", V0, 0, 8000, "who said it we all did that then")
    first = edit("text", "u0", "Who paid?", at=(0, 3000))
    second = edit("text", "u1", "We did.", at=(3000, 5000))
    [after] = with_texts([joined], [first, second])
    assert after.text == "Who paid? We did. did that then"
    assert after.span == joined.span
    assert see(TWO, [joined], [first, second]).orphaned == ()
    assert with_texts([joined], [second, first]) == (after,)


def test_corrected_words_with_no_word_in_their_place_replace_the_nearest() -> None:
    thin = u("n0", V0, 0, 8000, "one two")
    [after] = with_texts([thin], [edit("text", "u0", "three four", at=(4100, 4200))])
    assert after.text == "one three four"


def test_words_corrected_here_go_before_words_that_drifted_here() -> None:
    own, drifted = edit("text", "u0", "Mine."), edit("text", "gone", "Other.", at=(3000, 4500))
    found = see(TWO, SAID, [own, drifted])
    assert found.conversation.utterances[0].utterance.text == "Mine."
    assert found.orphaned == (drifted,)


# Names.


def named(diarization: Diarization, edits: Sequence[Edit]) -> dict[str, str]:
    return named_voices(diarization, edits)


def relabelled(diarization: Diarization, labels: Mapping[str, str]) -> Diarization:
    def other(turns: Sequence[Turn]) -> tuple[Turn, ...]:
        return tuple(t(labels[x.speaker], x.start_ms, x.end_ms) for x in turns)

    return Diarization(turns=other(diarization.turns), exclusive=other(diarization.exclusive))


FOUR = heard(*(t(VOICES[n % 4], n * 1000, n * 1000 + 900) for n in range(12)))


def spans_of(diarization: Diarization, *voices: str) -> tuple[Span, ...]:
    return union(x.span for x in diarization.exclusive if x.speaker in voices)


@given(st.permutations(VOICES), st.integers(0, 400))
def test_names_survive_other_labels_and_slightly_other_turns(
    labels: Sequence[str], shift_ms: int
) -> None:
    edits = [
        edit("name", voice, name, at=spans_of(FOUR, voice))
        for voice, name in zip(VOICES[:3], ("Ann", "Ben", "Cat"), strict=True)
    ]
    other = dict(zip(VOICES, labels, strict=True))
    again = relabelled(FOUR, other)
    moved = Diarization(
        turns=again.turns,
        exclusive=tuple(t(x.speaker, x.start_ms + shift_ms, x.end_ms) for x in again.exclusive),
    )
    expected = {other[V0]: "Ann", other[V1]: "Ben", other[V2]: "Cat"}
    assert named(moved, edits) == expected
    found = see(moved, [u("u", other[V1], 1100, 1800)], edits)
    assert found.orphaned == ()
    assert sayers(found.conversation) == {"u": "Ben"}
    assert set(talk(found.conversation)) == {"Ann", "Ben", "Cat", other[V3]}


def test_swapping_two_names() -> None:
    a, b = spans_of(FOUR, V0), spans_of(FOUR, V1)
    edits = [
        edit("name", V0, "Ann", at=a),
        edit("name", V1, "Ben", at=b),
        edit("name", "Ann", "Ben", at=a),
        edit("name", "Ben", "Ann", at=b),
    ]
    assert named(FOUR, edits) == {V0: "Ben", V1: "Ann"}
    assert see(FOUR, (), edits).orphaned == ()


def test_the_same_name_for_two_voices_makes_them_one_person() -> None:
    edits = [edit("name", v, "Ben", at=spans_of(FOUR, v)) for v in (V1, V3)]
    people = see(FOUR, (), edits, people="Ann,Ben:presenter").conversation.people
    assert [(p.name, p.role, p.speakers) for p in people] == [
        (None, None, (V0,)),
        ("Ben", Role.PRESENTER, (V1, V3)),
        (None, None, (V2,)),
    ]


@given(st.permutations(VOICES))
def test_voices_merged_under_a_label_stay_those_two_whatever_they_are_called(
    labels: Sequence[str],
) -> None:
    merge = edit("name", V1, V0, at=spans_of(FOUR, V0, V1))
    other = dict(zip(VOICES, labels, strict=True))
    found = see(relabelled(FOUR, other), (), [merge]).conversation
    groups = {frozenset(p.speakers) for p in found.people}
    assert groups == {
        frozenset({other[V0], other[V1]}),
        frozenset({other[V2]}),
        frozenset({other[V3]}),
    }
    assert all(p.name is None for p in found.people)
    assert len({p.id for p in found.people}) == 3


def test_a_tenth_of_the_speech_is_enough_for_a_name_and_less_is_not() -> None:
    assert named(heard(t(V0, 0, 1000)), [edit("name", V0, "Ann", at=(0, 100))]) == {V0: "Ann"}
    assert named(heard(t(V0, 0, 1000)), [edit("name", V0, "Ann", at=(0, 99))]) == {}


def test_a_name_that_no_voice_bears_any_more_is_orphaned() -> None:
    """A new diarisation took two people for one."""
    ann, ben = edit("name", V0, "Ann", at=(0, 4000)), edit("name", V1, "Ben", at=(5000, 8000))
    found = see(heard(t(V0, 0, 9000)), (), [ann, ben])
    assert [p.name for p in found.conversation.people] == ["Ann"]
    assert found.orphaned == (ben,)


def test_a_name_that_was_taken_back_by_another_is_not_orphaned() -> None:
    edits = [edit("name", V0, "Ann", at=(0, 4000)), edit("name", V0, "Anna", at=(100, 4000))]
    found = see(TWO, SAID, edits)
    assert found.orphaned == ()
    assert sayers(found.conversation)["u0"] == "Anna"


def test_only_people_who_are_known_have_a_role_and_the_rest_wait() -> None:
    edits = [edit("name", V0, "Ann", at=(0, 4000)), edit("name", V1, "Guest", at=(5000, 9000))]
    found = see(TWO, SAID, edits, people="Ann:facilitator,Ben")
    assert [(p.id, p.name, p.role) for p in found.conversation.people] == [
        ("p-Ann", "Ann", Role.FACILITATOR),
        ("name:Guest", "Guest", None),
    ]
    assert [p.name for p in found.unplaced] == ["Ben"]


def test_a_guess_gives_way_to_what_a_person_said() -> None:
    guesses = {V0: "Ann", V1: "Ben"}
    found = see(TWO, SAID, people="Ann,Ben", guesses=guesses).conversation
    assert [(p.name, p.guessed) for p in found.people] == [("Ann", True), ("Ben", True)]
    edits = [edit("name", V1, "Ann", at=(5000, 9000))]
    found = see(TWO, SAID, edits, people="Ann,Ben", guesses=guesses).conversation
    assert {p.display: p.guessed for p in found.people} == {"Ann": False, V0: False}


# Who said it.


def test_talk_time_moves_with_a_corrected_speaker_and_pauses_do_not() -> None:
    diarization = heard(t(V0, 0, 1500), t(V0, 2500, 4000), t(V1, 5000, 9000))
    found = see(diarization, SAID, [edit("speaker", "u0", V1)]).conversation
    assert talk(found) == {V0: 200, V1: 4000 + 1400 + 1400}
    assert sayers(found) == {"u0": V1, "u1": V1}


@pytest.mark.parametrize(
    ("name", "person"), [("Ann", "p-Ann"), ("Cat", "p-Cat"), ("Guest", "name:Guest")]
)
def test_it_can_be_somebody_with_or_without_a_voice(name: str, person: str) -> None:
    edits = [edit("name", V1, "Ann", at=(5000, 9000)), edit("speaker", "u0", name)]
    found = see(TWO, SAID, edits, people="Ann,Cat:observer").conversation
    assert found.utterances[0].person == person
    assert len({p.id for p in found.people}) == len(found.people)
    assert talk(found)[name] == 3800 + (4000 if name == "Ann" else 0)
    assert talk(found)[V0] == 200


def test_two_utterances_of_a_newcomer_are_one_person() -> None:
    edits = [edit("speaker", "u0", "Guest"), edit("speaker", "u1", "Guest")]
    found = see(TWO, SAID, edits).conversation
    assert [p.name for p in found.people].count("Guest") == 1
    assert talk(found) == {V0: 200, V1: 200, "Guest": 7600}


def test_words_where_no_turn_was_give_the_speaker_time_unless_they_speak_anyway() -> None:
    diarization = heard(t(V0, 0, 1000), t(V1, 5000, 9000))
    said = (u("u0", V0, 2000, 3000), u("u1", V0, 6000, 7000))
    found = see(diarization, said, [edit("speaker", "u0", V1), edit("speaker", "u1", V1)])
    assert talk(found.conversation) == {V0: 1000, V1: 4000 + 1000}


@st.composite
def meetings(draw: st.DrawFn) -> tuple[Diarization, tuple[Utterance, ...]]:
    """Turns that do not overlap, each with an utterance somewhere inside."""
    turns, said, at = [], [], 0
    for n in range(draw(st.integers(1, 6))):
        at += draw(st.integers(1, 500))
        length = draw(st.integers(60, 2000))
        cut = draw(st.integers(0, 20))
        voice = draw(st.sampled_from(VOICES))
        turns.append(t(voice, at, at + length))
        said.append(u(f"u{n}", voice, at + cut, at + length - cut))
        at += length
    return heard(*turns), tuple(said)


@given(meetings(), st.lists(st.tuples(st.integers(0, 5), st.sampled_from([*VOICES, "Guest"]))))
def test_moving_speech_about_makes_and_loses_none(
    meeting: tuple[Diarization, tuple[Utterance, ...]], moves: list[tuple[int, str]]
) -> None:
    diarization, said = meeting
    edits = [edit("speaker", said[i % len(said)].id, who) for i, who in moves]
    found = see(diarization, said, edits).conversation
    assert sum(talk(found).values()) == total_ms(x.span for x in diarization.turns)
    last = {e.target: e.after for e in edits}
    assert all(sayers(found)[id_] == who for id_, who in last.items())
    by_person: dict[str, list[Span]] = {}
    for turn in found.turns:
        by_person.setdefault(turn.speaker, []).append(turn.span)
    assert all(len(union(spans)) == len(spans) for spans in by_person.values())
    assert list(found.turns) == sorted(found.turns, key=lambda x: (x.start_ms, x.end_ms, x.speaker))


def test_a_voice_that_has_words_and_no_turn_is_still_a_person() -> None:
    found = see(heard(t(V0, 0, 4000)), SAID).conversation
    assert sayers(found) == {"u0": V0, "u1": V1}
    assert talk(found)[V1] == 0


# Phases.


def test_phases_end_with_the_recording() -> None:
    phases = [phase("presenting", 0, 40), phase("exploring", 40, 99), phase("review", 70, 99)]
    found = apply(
        manifest=manifest(phases=phases),
        diarization=TWO,
        utterances=SAID,
        codings=(),
        edits=(),
    ).conversation
    assert [(p.name, p.end_ms) for p in found.phases] == [
        ("presenting", 40_000),
        ("exploring", 60_000),
    ]
    assert found.duration_ms == 60_000


def test_a_session_without_sound_has_no_length() -> None:
    empty = Manifest(id="s", created="2026-11-23T10:00:00")
    found = apply(manifest=empty, diarization=heard(), utterances=(), codings=(), edits=())
    assert found.conversation == Conversation(duration_ms=0, people=(), turns=(), utterances=())
