import pytest

from alsvoice.measures.evenness import evenness, helping_talk_ms
from alsvoice.measures.floor import floor_turns, runs
from alsvoice.measures.measured import measure
from alsvoice.measures.timing import overlaps, talk, timing
from alsvoice.session import Conversation
from strategies import phase, said, scene

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


ROUNDS = [
    phase("presenting", 0, 10, round=1, presenter="Pia"),
    phase("exploring", 10, 30, round=1),
    phase("exploring", 30, 50, round=2, presenter="ben"),
]
IN_ROUNDS = (
    said("Pia", 0, 10, "it is about my ward"),
    said("Ben", 10, 14, "what then?"),
    said("Cat", 14, 16, "and now?"),
    said("Pia", 31, 37, "who else?"),  # she helps Ben: 6 s count, her own 10 s do not
    said("Ben", 40, 48, "all of us"),
    said("Cat", 52, 54, "see you soon"),  # after the phases
)


def test_members_evenness_counts_them_where_they_help() -> None:
    roles: dict[str, str | None] = {"Pia": "presenter", "Ben": "member", "Cat": "member"}
    rounds = scene(*IN_ROUNDS, roles=roles, phases=ROUNDS)
    assert helping_talk_ms(rounds) == (6_000, 4_000, 4_000)


def test_who_presents_all_along_is_no_part_of_the_members_evenness() -> None:
    roles: dict[str, str | None] = {"Pia": "presenter", "Ben": "member", "Cat": "member"}
    one = [phase("exploring", 0, 50, presenter="Pia ")]
    assert helping_talk_ms(scene(*IN_ROUNDS, roles=roles, phases=one)) == (12_000, 4_000)
    assert helping_talk_ms(scene(*IN_ROUNDS, roles=roles)) == (12_000, 4_000)
    named: dict[str, str | None] = {**roles, "Pia": "member"}
    assert helping_talk_ms(scene(*IN_ROUNDS, roles=named, phases=one)) == (12_000, 4_000)
    even = measure(scene(*IN_ROUNDS, roles=roles, phases=one)).members_evenness
    assert even == pytest.approx(0.8113, abs=1e-4)  # a quarter against three
