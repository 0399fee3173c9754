import pytest

from alsvoice.measures.evenness import evenness
from alsvoice.measures.floor import floor_turns, runs
from alsvoice.measures.timing import overlaps, talk, timing
from alsvoice.session import Conversation
from strategies import said, scene

# 0    2    4    6    8    10   12   14 s
# Ann  ██████                ███
# Ben            ████████            (from 5: one second of overlap)
THREE = scene(
    said("Ann", 0, 6, "so what is it that worries you"),
    said("Ben", 5, 10, "it is the early mornings really"),
    said("Ann", 11, 13, "and what else?"),
    roles={"Ann": "member", "Ben": "presenter", "Cat": "member"},
    duration=15,
)


def test_talk_counts_overlap_for_both() -> None:
    found = talk(THREE, runs(floor_turns(THREE)))
    assert [(p, t.talk_ms, t.turns, t.longest_turn_ms) for p, t in found.items()] == [
        ("Ann", 8_000, 2, 6_000),
        ("Ben", 5_000, 1, 5_000),
        ("Cat", 0, 0, 0),
    ]
    assert found["Ann"].share == pytest.approx(8 / 13)
    assert found["Cat"].share == 0


def test_speech_silence_and_overlap() -> None:
    found = timing(THREE, runs(floor_turns(THREE)))
    assert (found.speech_ms, found.silence_ms, found.overlap_ms) == (12_000, 3_000, 1_000)
    assert (found.longest_turn_ms, found.turn_changes) == (6_000, 2)


def test_three_at_once_overlap_only_once() -> None:
    spoken = scene(turns=[("A", 0, 4), ("B", 1, 3), ("C", 2, 5)])
    assert overlaps(spoken.turns) == ((1_000, 4_000),)
    assert timing(spoken, ()).overlap_ms == 3_000


def test_a_persons_own_turns_that_overlap_count_once() -> None:
    spoken = scene(turns=[("A", 0, 4), ("A", 3, 5)])
    assert talk(spoken, ())["A"].talk_ms == 5_000
    assert timing(spoken, ()).overlap_ms == 0


def test_silence_alone_has_no_shares() -> None:
    silent = scene(roles={"Ann": None}, duration=3)
    assert talk(silent, ())["Ann"].share is None
    assert timing(silent, ()).silence_ms == 3_000
    assert (
        timing(Conversation(duration_ms=0, people=(), turns=(), utterances=()), ()).speech_ms == 0
    )


def test_evenness() -> None:
    assert evenness([5_000, 5_000, 5_000]) == pytest.approx(1)
    assert evenness([5_000, 0]) == 0
    assert evenness([3_000, 1_000]) == pytest.approx(0.8113, abs=1e-4)
    assert evenness([5_000]) is None
    assert evenness([0, 0]) is None
