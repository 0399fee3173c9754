"""Cuts, joins, phase borders, notes and marks; undo and redo; and what removal makes of them."""

import itertools
from collections.abc import Sequence
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from alsvoice.edits import (
    Edit,
    Op,
    active,
    apply,
    history,
    room_of,
    settle,
    shape,
    with_borders,
)
from alsvoice.labels import Label, Origin
from alsvoice.transcript import Diarization, Turn, Utterance
from strategies import coding_of, phase
from test_edits import V0, V1, edit, heard, manifest, t, u

AUDIO = "sha256:00"
TALK = (
    u("u0", V0, 0, 8000, "That sounds hard. What did you do?"),
    u("u1", V1, 8500, 10_000, "I cried."),
    u("u2", V0, 10_500, 12_000, "And then?"),
    u("u3", V0, 12_500, 14_000, "What next?"),
)
TURNS = heard(t(V0, 0, 8000), t(V1, 8500, 10_000), t(V0, 10_500, 14_000))


def cut(one: Utterance, words: int) -> Edit:
    at = one.words[words].start_ms
    return edit("cut", one.id, at=((one.start_ms, at), (at, one.end_ms)))


def join(one: Utterance, other: Utterance) -> Edit:
    return edit("join", one.id, other.id, at=(one.span, other.span))


def now(*edits: Edit, said: Sequence[Utterance] = TALK) -> list[Utterance]:
    return list(shape(said, active(edits), AUDIO).utterances)


def see(
    edits: Sequence[Edit], said: Sequence[Utterance] = TALK, turns: Diarization = TURNS
) -> tuple[list[tuple[str, str, Label, Origin]], tuple[Edit, ...]]:
    codings = [coding_of(each.id, "closed_question") for each in said]
    found = apply(
        manifest=manifest(), diarization=turns, utterances=said, codings=codings, edits=edits
    )
    rows = [
        (c.utterance.text, c.person, c.coding.label, c.coding.source)
        for c in found.conversation.utterances
    ]
    return rows, found.orphaned


# Cut and join.


def test_a_cut_makes_two_that_can_be_given_apart() -> None:
    first = cut(TALK[0], 3)
    left, right = now(first)[:2]
    assert (left.text, right.text) == ("That sounds hard.", "What did you do?")
    assert len({"u0", left.id, right.id}) == 3
    label = edit("label", right.id, "open_question", at=right.span)
    to_other = edit("speaker", left.id, "Ann", at=left.span)
    rows, lost = see([first, label, to_other])
    assert lost == ()
    assert rows[0][:2] == ("That sounds hard.", "name:Ann")
    assert rows[1][1:] == (V0, Label.OPEN_QUESTION, Origin.PERSON)


def test_a_cut_ends_the_label_and_undoing_it_brings_it_back() -> None:
    label, first = edit("label", "u0", "advice", at=TALK[0].span), cut(TALK[0], 3)
    rows, lost = see([label, first])
    assert [row[3] for row in rows[:2]] == [Origin.RULE, Origin.RULE] and lost == ()
    rows, _ = see([label, first, edit("undo", first.id)])
    assert rows[0][2:] == (Label.ADVICE, Origin.PERSON)


def test_parts_have_the_same_ids_whatever_words_are_put_in_them() -> None:
    text = edit("text", "u0", "That is quite hard, I think. What did you do?", at=TALK[0].span)
    first = cut(TALK[0], 3)
    plain, worded = now(first), now(text, first)
    assert [each.id for each in plain] == [each.id for each in worded]
    assert " ".join(each.text for each in worded[:2]) == text.after
    assert [each.span for each in plain] == [each.span for each in worded]


def test_a_join_is_one_utterance_with_the_first_label_that_was_given() -> None:
    label = edit("label", "u3", "open_question", at=TALK[3].span)
    rows, lost = see([label, join(TALK[2], TALK[3])])
    assert rows[2] == ("And then? What next?", V0, Label.OPEN_QUESTION, Origin.PERSON)
    assert len(rows) == 3 and lost == ()


def test_what_was_cut_can_be_joined_again() -> None:
    first = cut(TALK[0], 3)
    left, right = now(first)[:2]
    again = now(first, join(left, right))
    assert [each.text for each in again] == [each.text for each in TALK]


def test_after_a_rerun_a_cut_finds_its_place_or_finds_it_done() -> None:
    other = (u("n0", V0, 40, 7960, "That sounds hard. What did you do?"), *TALK[1:])
    assert [x.text for x in now(cut(TALK[0], 3), said=other)][:2] == [
        "That sounds hard.", "What did you do?",
    ]  # fmt: skip
    apart = (u("n0", V0, 0, 3400, "That sounds hard."), u("n1", V0, 3450, 8000, "What did you do?"))
    done = shape(apart, [cut(TALK[0], 3)], AUDIO)
    assert done.utterances == apart and done.lost == ()
    gone = shape(TALK[1:], [cut(TALK[0], 3)], AUDIO)
    assert [e.op for e in gone.lost] == [Op.CUT]
    whole = (u("n9", V0, 10_500, 14_000, "And then? What next?"),)
    joined = shape(whole, [join(TALK[2], TALK[3])], AUDIO)
    assert joined.utterances == whole and joined.lost == ()


def test_cutting_changes_no_talk_time() -> None:
    def turns(edits: Sequence[Edit]) -> tuple[Turn, ...]:
        found = apply(
            manifest=manifest(), diarization=TURNS, utterances=TALK, codings=(), edits=edits
        )
        return found.conversation.turns

    assert turns([cut(TALK[0], 3)]) == turns([]) == turns([join(TALK[2], TALK[3])])


# Everything people may do, in any order: what a removal takes for heard is the same session.


@st.composite
def sessions(draw: st.DrawFn) -> list[Edit]:
    made: list[Edit] = []
    for _ in range(draw(st.integers(0, 7))):
        there = now(*made)
        one = draw(st.sampled_from(there))
        op = draw(st.sampled_from(["cut", "join", "label", "speaker", "text", "undo"]))
        if op == "cut" and len(one.words) > 1:
            made.append(cut(one, draw(st.integers(1, len(one.words) - 1))))
        elif op == "join" and one is not there[-1]:
            made.append(join(one, there[there.index(one) + 1]))
        elif op == "label":
            made.append(edit("label", one.id, draw(st.sampled_from(list(Label))), at=one.span))
        elif op == "speaker":
            made.append(edit("speaker", one.id, draw(st.sampled_from(["Ann", V1])), at=one.span))
        elif op == "text":
            made.append(edit("text", one.id, draw(st.sampled_from(["So?", "a b c"])), at=one.span))
        elif made:
            made.append(edit("undo", draw(st.sampled_from(made)).id))
    return made


def test_a_correction_that_a_join_taken_back_left_behind_moves_nowhere() -> None:
    parted = cut(TALK[0], 1)
    right = now(parted)[1]
    joined = join(right, TALK[1])
    moved = now(parted, joined)[1]
    ann = edit("speaker", moved.id, "Ann", at=moved.span)
    undone = edit("undo", joined.id)
    left, right = now(parted, joined, ann, undone)[:2]
    check_settled([parted, joined, ann, undone, join(left, right)])


@settings(deadline=None)  # each draw replays the session
@given(sessions())
def test_settling_makes_the_same_session(edits: list[Edit]) -> None:
    check_settled(edits)


def check_settled(edits: list[Edit]) -> None:
    heard_now, rest = settle(TALK, edits, AUDIO)
    shaped = shape(TALK, active(edits), AUDIO)
    codings = [coding_of(each.id) for each in shaped.utterances]

    def seen(said: Sequence[Utterance], made: Sequence[Edit]) -> list[object]:
        found = apply(
            manifest=manifest(), diarization=TURNS, utterances=said, codings=codings, edits=made
        )
        return [
            (c.utterance.id, c.utterance.text, c.person, c.coding.label, c.coding.source)
            for c in found.conversation.utterances
        ]

    assert seen(heard_now, rest) == seen(TALK, edits)
    assert not any(e.op in {Op.CUT, Op.JOIN} for e in active(rest))
    words = sorted((w.start_ms, w.text) for each in TALK for w in each.words)
    assert sorted((w.start_ms, w.text) for each in heard_now for w in each.words) == words
    assert settle(heard_now, rest, AUDIO) == (heard_now, rest)


@settings(deadline=None)  # each draw replays the session
@given(sessions())
def test_ids_are_never_shared_and_words_never_lost(edits: list[Edit]) -> None:
    shaped = shape(TALK, active(edits), AUDIO)
    ids = [each.id for each in shaped.utterances]
    assert len(ids) == len(set(ids))
    heard_words = sorted(w.start_ms for piece in shaped.pieces for w in piece.heard)
    assert heard_words == sorted(w.start_ms for each in TALK for w in each.words)
    starts = [each.start_ms for each in shaped.utterances]
    assert starts == sorted(starts)


# Phases.

PHASES = (phase("check in", 0, 10), phase("exploring", 10, 40), phase("review", 45, 60))


def borders(*moves: tuple[int, int]) -> list[tuple[int, int]]:
    edits = [edit("phase", str(number), str(ms)) for number, ms in moves]
    return [each.span for each in with_borders(PHASES, edits)[0]]


def test_a_border_moves_both_phases_that_touch() -> None:
    assert borders((2, 12_000)) == [(0, 12_000), (12_000, 40_000), (45_000, 60_000)]
    assert borders((3, 42_000)) == [(0, 10_000), (10_000, 40_000), (42_000, 60_000)]
    assert borders((4, 50_000)) == [(0, 10_000), (10_000, 40_000), (45_000, 50_000)]


def test_no_phase_is_moved_over_another() -> None:
    assert borders((2, 90_000)) == [(0, 40_000), (40_000, 40_000), (45_000, 60_000)]
    assert borders((3, 1000)) == [(0, 10_000), (10_000, 40_000), (40_000, 60_000)]
    assert room_of(PHASES, 2, 60_000) == (0, 40_000)
    assert room_of(PHASES, 4, 70_000) == (45_000, 70_000)
    moved, lost = with_borders(PHASES[:1], [edit("phase", "7", "1000")])
    assert moved == PHASES[:1] and len(lost) == 1


# Notes and marks.


def test_notes_and_marks_hold_on_to_their_moments() -> None:
    note = edit("note", "u1", "This opened something for me.", at=TALK[1].span)
    marks = [edit("helpful", "u0", "yes", at=TALK[0].span), edit("helpful", "u2", "yes")]
    off = edit("helpful", "u2", "no")
    found = apply(
        manifest=manifest(), diarization=TURNS, utterances=TALK, codings=(),
        edits=[note, *marks, off],
    )  # fmt: skip
    assert found.feedback.helpful == {"u0"}
    assert [(n.utterance, n.text) for n in found.feedback.notes] == [("u1", note.after)]
    other = (u("n1", V1, 8600, 9900, "I cried."),)
    again = apply(
        manifest=manifest(), diarization=TURNS, utterances=other, codings=(), edits=[note]
    )
    assert again.feedback.notes[0].utterance == "n1"


@pytest.mark.parametrize(
    ("op", "target", "after", "at"),
    [
        ("cut", "u0", None, (0, 10)), ("join", "u0", None, ((0, 1), (1, 2))),
        ("phase", "1", "soon", ()), ("phase", "one", "10", ()), ("note", "u0", " ", (0, 1)),
        ("helpful", "u0", "maybe", (0, 1)),
    ],
)  # fmt: skip
def test_what_says_nothing_is_refused(
    op: str, target: str, after: str | None, at: tuple[int, int]
) -> None:
    with pytest.raises(ValueError, match=r"."):
        edit(op, target, after, at=at)


# Undo and redo, as in any editor, seen from outside: a list and a place in it.


@given(st.lists(st.sampled_from(["do", "two", "undo", "redo"]), max_size=25))
def test_undo_and_redo_are_those_of_any_editor(steps: list[str]) -> None:
    lines: list[Edit] = []
    done: list[frozenset[str]] = []
    undone: list[frozenset[str]] = []
    numbers = itertools.count()
    for step in steps:
        found = history(lines)
        if step in {"do", "two"}:
            first = edit("label", "u0", "advice", id=f"e{next(numbers)}")
            group = [first]
            if step == "two":
                second = edit("label", "u1", "advice", id=f"e{next(numbers)}")
                group = [replace(each, together=first.id) for each in (first, second)]
            lines += group
            done.append(frozenset(each.id for each in group))
            undone.clear()
        elif step == "undo" and done:
            lines += [edit("undo", each) for each in found.undo]
            undone.append(done.pop())
        elif step == "redo" and undone:
            lines += [edit("undo", each) for each in found.redo]
            done.append(undone.pop())
        now_ = history(lines)
        assert [frozenset(e.id for e in group) for group in now_.done] == done
        assert [frozenset(e.id for e in group) for group in now_.undone] == undone
        assert {e.id for e in active(lines)} == set().union(*done)
        assert bool(now_.undo) == bool(done) and bool(now_.redo) == bool(undone)


def test_lines_of_older_versions_read_as_they_were() -> None:
    from alsvoice.formats import edit_lines

    line = (
        b'{"id":"a1","time":"2026-11-23T10:00:00","op":"label","target":"u0","spans":[[0,8000]],'
        b'"before":"other","after":"advice","who":null}\n'
    )
    [found], damaged = edit_lines.parse(line)
    assert not damaged and found.together is None and found.after == "advice"
