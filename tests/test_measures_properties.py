"""What holds for every measure, whatever was said."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from alsvoice.intervals import total_ms
from alsvoice.labels import Flag
from alsvoice.measures.acts import acts
from alsvoice.measures.balance import balance, is_statement
from alsvoice.measures.commitments import commitments
from alsvoice.measures.floor import floor_turns, runs
from alsvoice.measures.interruptions import interruptions
from alsvoice.measures.measured import Measured, measure
from alsvoice.measures.phases import phase_timings
from alsvoice.measures.stretch import stretch
from alsvoice.measures.think_time import think_times
from alsvoice.measures.timing import talk, timing
from alsvoice.session import CodedUtterance, Conversation
from alsvoice.transcript import Turn, Utterance
from strategies import conversations, said, scene, turns

FEW = settings(max_examples=25, deadline=None)


def everything(c: Conversation, *, since_ms: int = 0) -> dict[str, Any]:
    """Return all measures but the intervals, with times counted from ``since_ms``."""
    done, floor = acts(c), floor_turns(c)
    helping = balance(c, done)
    return {
        "timing": timing(c, runs(floor)),
        "talk": talk(c, runs(floor)),
        "acts": [(a.kind, a.person, a.utterance_ids, a.start_ms - since_ms) for a in done],
        "balance": (
            helping.counts,
            len(helping.statements),
            helping.question_ms,
            helping.telling_ms,
        ),
        "thinking": [t.silence_ms for t in think_times(c, done)],
        "interruptions": [(i.by, i.of, i.at_ms - since_ms) for i in interruptions(floor)],
        "phases": [(p.actual_ms, p.over_run_ms, p.talk_ms) for p in phase_timings(c)],
        "commitments": [(k.person, k.text, k.due) for k in commitments(c, None)],
        **newer(measure(c)),
    }


def newer(found: Measured) -> dict[str, Any]:
    """Return the measures that are read off a whole session at once."""
    return {
        "evenness": found.members_evenness,
        "exchanges": [(e.asked, e.answered_by, e.pause_before_ms) for e in found.exchanges],
        "long": [act.utterance_ids for act in found.long],
        "replies": [c.utterance.id for c in found.replies.replies],
        "unasked": [c.utterance.id for c in found.replies.unasked],
        "interventions": [
            ([c.utterance.id for c in i.utterances], i.follows_advice, i.advice_stopped)
            for i in found.interventions
        ],
        "off_track": [(s.length_ms, s.back_by) for s in found.off_track],
        "parts": [
            (part.length_ms, part.speech_ms, part.overlap_ms, part.counts, part.median_think_ms)
            for part in (
                stretch(found.conversation, [p], found.acts, found.thinking)
                for p in found.conversation.phases
            )
        ],
    }


@FEW
@given(conversations())
def test_talk_shares_sum_to_one_when_there_is_speech(c: Conversation) -> None:
    shares = [t.share for t in talk(c, runs(floor_turns(c))).values()]
    if c.turns:
        assert sum(share or 0 for share in shares) == pytest.approx(1)
    else:
        assert shares == [None] * len(c.people)


@FEW
@given(conversations())
def test_speech_and_silence_are_the_session(c: Conversation) -> None:
    whole = timing(c, runs(floor_turns(c)))
    assert whole.speech_ms + whole.silence_ms == c.duration_ms
    assert whole.overlap_ms <= whole.speech_ms
    talked = talk(c, runs(floor_turns(c)))
    assert all(t.longest_turn_ms <= t.talk_ms for t in talked.values())
    assert sum(t.talk_ms for t in talked.values()) >= whole.speech_ms + whole.overlap_ms


@FEW
@given(conversations())
def test_every_question_and_advice_is_in_one_act(c: Conversation) -> None:
    inside = [id_ for act in acts(c) for id_ in act.utterance_ids]
    coded = [u.utterance.id for u in c.utterances if u.coding.label.value != "other"]
    assert sorted(inside) == sorted(coded)


@FEW
@given(conversations())
def test_renaming_people_changes_nothing_else(c: Conversation) -> None:
    renamed = replace(
        c,
        people=tuple(replace(p, name=p.name and f"New {p.name}") for p in c.people),
        phases=tuple(replace(p, presenter=p.presenter and f"New {p.presenter}") for p in c.phases),
    )
    assert everything(renamed) == everything(c)


@FEW
@given(conversations(), st.integers(1, 100_000))
def test_shifting_all_times_changes_no_duration(c: Conversation, by_ms: int) -> None:
    before, after = everything(c), everything(shifted(c, by_ms), since_ms=by_ms)
    silence = before.pop("timing").silence_ms, after.pop("timing").silence_ms
    assert silence[1] - silence[0] == by_ms  # the recording is that much longer
    assert after == before


def shifted(c: Conversation, by: int) -> Conversation:
    def later(coded: CodedUtterance) -> CodedUtterance:
        words = tuple(
            replace(w, start_ms=w.start_ms + by, end_ms=w.end_ms + by)
            for w in coded.utterance.words
        )
        return replace(coded, utterance=replace(coded.utterance, words=words))

    def move(turn: Turn) -> Turn:
        return replace(turn, start_ms=turn.start_ms + by, end_ms=turn.end_ms + by)

    return replace(
        c,
        duration_ms=c.duration_ms + by,
        turns=tuple(map(move, c.turns)),
        utterances=tuple(map(later, c.utterances)),
        phases=tuple(replace(p, start_ms=p.start_ms + by, end_ms=p.end_ms + by) for p in c.phases),
    )


@FEW
@given(conversations(), st.data())
def test_cutting_an_utterance_in_two_changes_no_talk_time(
    c: Conversation, data: st.DataObject
) -> None:
    cut = tuple(half for coded in c.utterances for half in halves(coded, data))
    again = replace(c, utterances=tuple(sorted(cut, key=lambda h: h.utterance.start_ms)))
    before, after = (talk(x, runs(floor_turns(x))) for x in (c, again))
    assert {p: t.talk_ms for p, t in after.items()} == {p: t.talk_ms for p, t in before.items()}
    assert timing(again, ()).speech_ms == timing(c, ()).speech_ms


def halves(coded: CodedUtterance, data: st.DataObject) -> list[CodedUtterance]:
    words = coded.utterance.words
    at = data.draw(st.integers(0, len(words) - 1))
    parts = [part for part in (words[:at], words[at:]) if part]
    return [
        replace(
            coded,
            utterance=Utterance(
                id=f"{coded.utterance.id}.{n}", speaker=coded.utterance.speaker, words=part
            ),
        )
        for n, part in enumerate(parts)
    ]


def test_cutting_a_statement_at_a_pause_changes_no_measure_of_time() -> None:
    whole = scene(
        said("Ann", 0, 4, "we tried it once and then it stopped"),
        said("Ben", 5, 6, "what then?", "open_question"),
    )
    cut = scene(
        said("Ann", 0, 2, "we tried it once"),
        said("Ann", 2.4, 4, "and then it stopped"),
        said("Ben", 5, 6, "what then?", "open_question"),
        turns=[("Ann", 0, 4), ("Ben", 5, 6)],
    )
    one, two = everything(whole), everything(cut)
    assert one["timing"] == two["timing"]
    assert one["talk"] == two["talk"]


@FEW
@given(conversations())
def test_phases_that_cover_the_session_hold_all_its_talk(c: Conversation) -> None:
    timings = phase_timings(c)
    if not timings:
        return
    assert sum(p.actual_ms for p in timings) == c.duration_ms
    assert total_ms(p.phase.span for p in timings) == c.duration_ms
    talked = talk(c, runs(floor_turns(c)))
    for person, its in talked.items():
        assert sum(p.talk_ms.get(person, 0) for p in timings) == its.talk_ms


@FEW
@given(conversations())
def test_think_times_are_silences_within_the_session(c: Conversation) -> None:
    for time in think_times(c, acts(c)):
        assert time.silence_ms is None or 0 <= time.silence_ms <= c.duration_ms


@FEW
@given(turns())
def test_nobody_interrupts_themselves_and_each_start_counts_once(drawn: tuple[Turn, ...]) -> None:
    found = interruptions(sorted(drawn, key=lambda t: (t.start_ms, t.end_ms, t.speaker)))
    assert all(item.by != item.of for item in found)
    assert len({(item.by, item.at_ms) for item in found}) == len(found)


@settings(max_examples=300, deadline=None)
@given(turns(), st.data())
def test_cutting_a_turn_at_a_breath_changes_no_interruption(
    drawn: tuple[Turn, ...], data: st.DataObject
) -> None:
    long = [turn for turn in drawn if turn.duration_ms > 210]
    if not long:
        return
    turn = data.draw(st.sampled_from(long))
    at = data.draw(st.integers(turn.start_ms + 1, turn.end_ms - 201))
    cut = [t for t in drawn if t is not turn]
    cut += [replace(turn, end_ms=at), replace(turn, start_ms=at + 200)]
    assert pairs(cut) == pairs(drawn)


def pairs(floor: Sequence[Turn]) -> list[tuple[str, str]]:
    ordered = sorted(floor, key=lambda t: (t.start_ms, t.end_ms, t.speaker))
    return [(item.by, item.of) for item in interruptions(ordered)]


@FEW
@given(conversations())
def test_everybody_listening_takes_no_floor(c: Conversation) -> None:
    def hushed(coded: CodedUtterance) -> CodedUtterance:
        coding = replace(
            coded.coding, label=type(coded.coding.label).OTHER, flags=(Flag.BACKCHANNEL,)
        )
        return replace(coded, coding=coding)

    listening = replace(c, utterances=tuple(map(hushed, c.utterances)))
    assert floor_turns(listening) == ()
    assert acts(listening) == ()


@FEW
@given(conversations())
def test_each_question_is_answered_by_one_person_who_is_there_or_by_nobody(c: Conversation) -> None:
    people = {person.id for person in c.people}
    found = measure(c).exchanges
    assert len(found) == sum(act.kind.is_question for act in acts(c))
    for each in found:
        assert each.answered_by is None or each.answered_by in people - {each.act.person}
        assert each.pause_before_ms is None or 0 <= each.pause_before_ms <= c.duration_ms


@FEW
@given(conversations())
def test_a_statement_is_a_reply_or_not_and_never_both(c: Conversation) -> None:
    found = measure(c).replies
    told = [u.utterance.id for u in (*found.replies, *found.unasked)]
    assert len(told) == len(set(told))
    expected = {
        u.utterance.id for u in c.utterances if u.coding.label.value == "advice" or is_statement(u)
    }
    assert set(told) == expected


@FEW
@given(conversations())
def test_guessed_phases_are_in_order_and_inside(c: Conversation) -> None:
    at = 0
    for phase in measure(replace(c, phases=())).guessed:
        assert at <= phase.start_ms <= phase.end_ms <= c.duration_ms
        at = phase.end_ms
