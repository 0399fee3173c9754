"""The first guess at who is who: right where the evidence is clear, silent where it is not."""

import re
from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import strategies
import truth
from alsvoice.casting import guess
from alsvoice.session import Conversation, Participant, Role
from alsvoice.transcript import Turn, Utterance
from strategies import phase, spread

V0, V1, V2, V3 = (f"SPEAKER_{n:02}" for n in range(4))


def people(text: str) -> tuple[Participant, ...]:
    """Return participants from ``Ann:facilitator,Ben``."""
    rows = [part.partition(":") for part in text.split(",")]
    return tuple(
        Participant(id=name, name=name, role=Role(role or "member")) for name, _, role in rows
    )


def talk(*rows: tuple[str, float, float, str]) -> tuple[tuple[Turn, ...], tuple[Utterance, ...]]:
    """Return turns and utterances of ``(voice, start_s, end_s, text)``."""
    turns, utterances = [], []
    for voice, start_s, end_s, text in rows:
        start, end = round(start_s * 1000), round(end_s * 1000)
        turns.append(Turn(speaker=voice, start_ms=start, end_ms=end))
        utterances.append(
            Utterance(id=f"u{start}", speaker=voice, words=spread(text.split(), start, end))
        )
    return tuple(turns), tuple(utterances)


def test_who_is_thanked_spoke_before_and_who_is_asked_speaks_next() -> None:
    turns, utterances = talk(
        (V0, 0, 2, "Thank you, Ben."),
        (V1, 3, 9, "I have been stuck for weeks."),
        (V0, 10, 12, "Thanks, Ben, and Cat, over to you."),
        (V2, 13, 15, "What have you seen?"),
        (V0, 16, 17, "And Cat?"),
        (V2, 18, 19, "What else?"),
    )
    found = guess(people("Ann,Ben,Cat"), turns, utterances)
    assert found == {V0: "Ann", V1: "Ben", V2: "Cat"}, "the name that is left is hers"


def test_a_name_that_is_only_mentioned_is_nobody_near() -> None:
    turns, utterances = talk(
        (V0, 0, 2, "I asked Ben about it last week"), (V1, 3, 5, "What came of it?")
    )
    assert guess(people("Ann,Ben"), turns, utterances) == {}


def test_an_answer_ten_seconds_later_is_no_answer() -> None:
    near = talk((V0, 0, 2, "What do you see, Ben?"), (V1, 9, 12, "A queue."))
    far = talk((V0, 0, 2, "What do you see, Ben?"), (V1, 12, 15, "A queue."))
    assert guess(people("Ben,Zoe"), *near) == {V0: "Zoe", V1: "Ben"}
    assert guess(people("Ben,Zoe"), *far) == {}


def test_who_is_asked_speaks_after_the_asker_has_gone_on() -> None:
    turns, utterances = talk(
        (V1, 0, 2, "It is hard."),
        (V0, 3, 5, "What do you see, Cat?"),
        (V0, 5.5, 7, "Take your time."),
        (V2, 8, 12, "A queue."),
        (V0, 13, 15, "And what else, Cat?"),
        (V2, 16, 18, "More of it."),
    )
    assert guess(people("Cat,Yan,Zoe"), turns, utterances) == {V2: "Cat"}


def test_the_first_name_is_enough_and_no_part_of_a_word() -> None:
    turns, utterances = talk((V0, 0, 2, "Over to you, Ann."), (V1, 3, 5, "I made an annual plan."))
    assert guess(people("Ann Lee,Bo"), turns, utterances) == {V0: "Bo", V1: "Ann Lee"}
    turns, utterances = talk((V0, 0, 2, "So, annual leave."), (V1, 3, 5, "I made a plan."))
    assert guess(people("Ann Lee,Bo"), turns, utterances) == {}


@pytest.mark.parametrize("name", ["A.", "(Ann", "Ann*", "[", "\\d", "C++"])
def test_a_name_is_text_and_no_pattern(name: str) -> None:
    turns, utterances = talk((V0, 0, 2, "Over to you, Bob."), (V1, 3, 5, "Fine."))
    assert guess(people(f"{name},Zed"), turns, utterances) == {}


ROLES = people("Ann:facilitator,Ben:presenter,Cat,Dan")
MEETING = (
    (V0, 0, 4, "Welcome everybody. We have sixty minutes."),
    (V1, 5, 60, "My ward is always full."),
    (V2, 61, 64, "What have you tried?"),
    (V1, 65, 80, "Everything there is."),
    (V3, 81, 84, "Who decides?"),
    (V0, 85, 88, "Time to move on. Thank you."),
)


def test_roles_are_told_by_what_they_do() -> None:
    turns, utterances = talk(*MEETING)
    assert guess(ROLES, turns, utterances) == {V0: "Ann", V1: "Ben"}


def test_who_speaks_longest_while_presenting_presents() -> None:
    turns, utterances = talk(*MEETING, (V2, 100, 300, "Let me tell you about us."))
    phases = (phase("check_in", 0, 5), phase("Presenting", 5, 61), phase("exploring", 61, 300))
    assert guess(ROLES, turns, utterances, phases)[V1] == "Ben"
    assert guess(ROLES, turns, utterances)[V2] == "Ben", "without phases all speech counts"


def test_nobody_presents_where_nobody_spoke_while_presenting() -> None:
    turns, utterances = talk(*MEETING)
    assert "Ben" not in guess(ROLES, turns, utterances, [phase("presenting", 90, 99)]).values()


def test_two_who_speak_alike_are_not_told_apart() -> None:
    turns, utterances = talk((V0, 0, 9, "I say a lot."), (V1, 10, 19, "So do I."))
    assert guess(people("Ann:presenter,Ben:facilitator"), turns, utterances) == {}


def test_a_role_that_two_people_hold_names_neither() -> None:
    turns, utterances = talk(*MEETING)
    both = people("Ann:facilitator,Ben:presenter,Cat:presenter,Dan")
    assert guess(both, turns, utterances) == {V0: "Ann"}


def test_no_facilitator_is_guessed_where_two_keep_time_alike() -> None:
    turns, utterances = talk(
        (V0, 0, 4, "Welcome."), (V1, 5, 60, "My ward is full."), (V2, 61, 64, "Thank you.")
    )
    found = guess(people("Ann:facilitator,Ben:presenter,Cat"), turns, utterances)
    assert found == {V1: "Ben"}


@pytest.mark.parametrize("names", ["", "Ann:facilitator,Ben:presenter"])
def test_without_people_or_without_speech_nothing_is_guessed(names: str) -> None:
    turns, utterances = talk(*MEETING)
    assert guess(people(names) if names else (), () if names else turns, utterances) == {}


def test_turns_without_words_still_tell_who_presents() -> None:
    turns, _ = talk(*MEETING)
    assert guess(ROLES, turns, ()) == {V1: "Ben"}


def test_the_demo_is_cast_without_a_mistake() -> None:
    scene = truth.conversation()
    voice = {person.id: person.speakers[0] for person in scene.people}
    found = guess(
        [Participant(id=p.id, name=p.id, role=p.role or Role.MEMBER) for p in scene.people],
        [Turn(speaker=voice[t.speaker], start_ms=t.start_ms, end_ms=t.end_ms) for t in scene.turns],
        [
            Utterance(id=c.utterance.id, speaker=voice[c.person], words=c.utterance.words)
            for c in scene.utterances
        ],
        scene.phases,
    )
    right = {v: name for name, v in voice.items()}
    assert {v: right[v] for v in found} == found
    assert {"Helen", "David"} <= set(found.values())


@settings(max_examples=40, deadline=None)  # the first call imports scipy
@given(strategies.conversations(), st.lists(st.sampled_from(Role), min_size=1, max_size=4))
def test_a_guess_is_one_to_one_whatever_was_said(
    meeting: Conversation, roles: Sequence[Role]
) -> None:
    named = [
        Participant(id=name, name=name, role=role)
        for name, role in zip(strategies.NAMES, roles, strict=False)
    ]
    found = guess(named, meeting.turns, [c.utterance for c in meeting.utterances], meeting.phases)
    assert len(set(found.values())) == len(found)
    assert set(found) <= {t.speaker for t in meeting.turns}
    assert set(found.values()) <= {p.name for p in named}
    assert all(re.fullmatch(r"p\d", voice) for voice in found)
