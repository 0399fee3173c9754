"""The demo with its true turns, words and labels: every measure equals its truth file."""

from datetime import date

import pytest

import truth
from alsvoice.intervals import to_ms
from alsvoice.labels import Flag
from alsvoice.measures.acts import acts
from alsvoice.measures.balance import balance
from alsvoice.measures.commitments import commitments
from alsvoice.measures.floor import floor_turns, runs
from alsvoice.measures.phases import phase_timings
from alsvoice.measures.questioning import count
from alsvoice.measures.think_time import think_times
from alsvoice.measures.timing import overlaps, talk
from alsvoice.session import Conversation


@pytest.fixture(scope="module")
def demo() -> Conversation:
    return truth.conversation()


def test_talk_seconds(demo: Conversation) -> None:
    found = talk(demo, runs(floor_turns(demo)))
    expected = {p["name"]: to_ms(p["talk_seconds"]) for p in truth.truth()["participants"]}
    assert {person: its.talk_ms for person, its in found.items()} == expected


def test_91_utterances_make_13_open_8_closed_and_5_advice_acts(demo: Conversation) -> None:
    counts = count(acts(demo))
    assert len(demo.utterances) == 91
    assert sum(c.coding.label.value == "advice" for c in demo.utterances) == 6
    assert (counts.open, counts.closed, counts.advice) == (13, 8, 5)
    assert (counts.advice_in_disguise, counts.stacked, counts.leading) == (3, 2, 1)


def test_the_first_advice_act_joins_two_utterances(demo: Conversation) -> None:
    advice = [act.utterance_ids for act in acts(demo) if act.kind.value == "advice"]
    assert advice == [("u051", "u052"), ("u054",), ("u065",), ("u067",), ("u068",)]


def test_the_four_long_think_times(demo: Conversation) -> None:
    found = {
        time.act.utterance_ids[-1]: (time.silence_ms, time.next_person)
        for time in think_times(demo, acts(demo))
        if time.silence_ms is not None and time.silence_ms > 6_000
    }
    expected = truth.truth()["silences"]
    assert set(found) == {row["after"] for row in expected}
    for row in expected:
        silence_ms, next_person = found[row["after"]]
        assert silence_ms == pytest.approx(row["seconds"] * 1000, abs=20)
        assert next_person == row["next_speaker"]


def test_actions_with_their_dates(demo: Conversation) -> None:
    session_date = date.fromisoformat(truth.truth()["session_date"])
    found = [
        (
            c.person,
            c.due.day.isoformat() if c.due and c.due.day else None,
            c.utterances[0].utterance.id,
        )
        for c in commitments(demo, session_date)
    ]
    assert found == [(a["owner"], a["due_date"], a["utterance"]) for a in truth.truth()["actions"]]


def test_overlaps(demo: Conversation) -> None:
    expected = [(to_ms(row["start"]), to_ms(row["end"])) for row in truth.truth()["overlaps"]]
    found = overlaps(demo.turns)
    assert len(found) == len(expected)
    for one, other in zip(found, expected, strict=True):
        assert one == pytest.approx(other, abs=15)


def test_phases(demo: Conversation) -> None:
    found = [(p.phase.name, p.phase.start_ms, p.end_ms) for p in phase_timings(demo)]
    assert found == [
        (p["name"], to_ms(p["start"]), to_ms(p["end"])) for p in truth.truth()["phases"]
    ]


def test_the_members_helping(demo: Conversation) -> None:
    found = balance(demo, acts(demo))
    counts = found.counts
    assert [p.name for p in found.phases] == ["clarifying", "exploring"]
    assert (counts.open, counts.closed, counts.advice) == (4, 6, 5)
    # "Right. Yeah. Sorry, um, okay.": five words, and no flag excuses it.
    assert [c.utterance.id for c in found.statements] == ["u057"]
    assert found.q_share == 10 / 16


def test_facilitating_is_no_advice(demo: Conversation) -> None:
    helens = count(act for act in acts(demo) if act.person == "Helen")
    assert (helens.open, helens.closed, helens.advice) == (9, 2, 0)
    interventions = [c for c in demo.utterances if Flag.PROCESS_INTERVENTION in c.coding.flags]
    assert {c.person for c in interventions} == {"Helen"}
