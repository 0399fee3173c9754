"""Roll-calls: whose voice it is, by a sample or by what is said in a passage."""

from dataclasses import replace

import numpy as np
import pytest

from alsvoice import introduced
from alsvoice.backends.diarize.voices import LocalVoice, parted
from alsvoice.errors import UsageError
from alsvoice.noted import VoiceSample
from alsvoice.pipeline.importing import Details
from alsvoice.pipeline.roll_call import parse_span, with_roll_call
from alsvoice.session import Participant
from alsvoice.transcript import Turn, Utterance, Word
from tiny_networks import people_of


def turn(voice: str, start_s: float, end_s: float) -> Turn:
    return Turn(speaker=voice, start_ms=round(1000 * start_s), end_ms=round(1000 * end_s))


def sample(name: str, start_s: float, end_s: float) -> VoiceSample:
    return VoiceSample(name=name, start_ms=round(1000 * start_s), end_ms=round(1000 * end_s))


def said(voice: str, start_s: float, text: str) -> Utterance:
    start = round(1000 * start_s)
    words = tuple(
        Word(text=word, start_ms=start + 100 * n, end_ms=start + 100 * n + 90, confidence=1.0)
        for n, word in enumerate(text.split())
    )
    return Utterance(id=f"u{start}", speaker=voice, words=words)


PEOPLE = tuple(
    Participant(id=f"P{n}", name=name) for n, name in enumerate(("Ann", "Ben Okri", "Cat"), 1)
)
TURNS = (turn("S0", 0, 3), turn("S1", 3.2, 6), turn("S2", 6.5, 9), turn("S0", 20, 40))


def test_a_sample_names_the_voice_in_it() -> None:
    samples = [sample("Ann", 0, 3.1), sample("Ben", 3.1, 6.2)]
    assert introduced.by_samples(samples, TURNS) == {"S0": "Ann", "S1": "Ben"}


def test_a_sample_with_two_voices_or_none_names_nobody() -> None:
    assert introduced.by_samples([sample("Ann", 1.5, 5)], TURNS) == {}
    assert introduced.by_samples([sample("Ann", 9.1, 12)], TURNS) == {}


def test_one_voice_for_two_people_is_neither() -> None:
    assert introduced.by_samples([sample("Ann", 0, 3), sample("Ben", 20, 22)], TURNS) == {}


def test_who_says_their_name_is_known_however_it_is_spelt() -> None:
    heard = (said("S1", 0.5, "Hi, I'm Anne."), said("S0", 3.5, "Cat here, hello."))
    found = introduced.by_roll_call(PEOPLE, (0, 6000), TURNS, heard)
    assert found == {"S1": "Ann", "S0": "Cat"}


def test_those_left_follow_the_list_where_the_number_is_right() -> None:
    heard = (said("S1", 3.5, "My name is Ben."),)
    found = introduced.by_roll_call(PEOPLE, (0, 9000), TURNS, heard)
    assert found == {"S1": "Ben Okri", "S0": "Ann", "S2": "Cat"}
    assert introduced.by_roll_call(PEOPLE[:2], (0, 9000), TURNS, heard) == {"S1": "Ben Okri"}


def test_what_is_said_elsewhere_is_no_introduction() -> None:
    assert introduced.by_roll_call(PEOPLE, (0, 6000), TURNS, (said("S2", 30, "I'm Ann."),)) == {}


@pytest.mark.parametrize(
    ("text", "span"),
    [("0:10-0:45", (10_000, 45_000)), ("10-45.5", (10_000, 45_500)),
     ("1:00:10 - 1:00:20", (3_610_000, 3_620_000))],
)  # fmt: skip
def test_a_passage(text: str, span: tuple[int, int]) -> None:
    assert parse_span(text) == span


@pytest.mark.parametrize("text", ["", "x", "5-3", "0:10", "5-5", "-"])
def test_no_passage(text: str) -> None:
    with pytest.raises(UsageError):
        parse_span(text)


def test_samples_bring_their_people() -> None:
    details = with_roll_call(Details(participants=PEOPLE), ["Ann=0:01-0:04", "Dan:observer=5-8"])
    assert [p.name for p in details.participants] == ["Ann", "Ben Okri", "Cat", "Dan"]
    assert [p.role for p in details.participants][-1] == "observer"
    assert [v.name for v in details.voices] == ["Ann", "Dan"]
    assert with_roll_call(Details(participants=PEOPLE), ["1-9"]).roll_call == (1000, 9000)


@pytest.mark.parametrize("given", [["1-9"], ["1-9", "Ann=2-3"], ["Ann=1-2", "Ann=3-4"], ["=1-2"]])
def test_a_roll_call_that_makes_no_sense_is_told(given: list[str]) -> None:
    with pytest.raises(UsageError):
        with_roll_call(Details(), given)


def unit(*values: float) -> np.ndarray[tuple[int], np.dtype[np.float32]]:
    vector = np.array(values, dtype=np.float32)
    return np.asarray(vector / np.linalg.norm(vector), dtype=np.float32)


def test_two_samples_of_one_voice_part_it() -> None:
    """Two people with like voices were one group; a third had been cut in two."""
    ann, ben, cat = unit(1, 0.3, 0), unit(1, -0.3, 0), unit(0, 0, 1)
    voices = [
        LocalVoice(n, 0, 5.0, vector)
        for n, vector in enumerate([ann, ann, ben, ben, cat, unit(0, 0.1, 1)])
    ]
    merged = people_of(np.stack([unit(1, 0, 0), cat, unit(0, 0.1, 1)]))
    found = parted(merged, voices, [ann, ben, cat]).centroids
    assert len(found) == 3
    nearest = [int((found @ v.vector).argmax()) for v in voices]
    assert nearest[0] == nearest[1] != nearest[2] == nearest[3] != nearest[4] == nearest[5]


def test_samples_that_agree_with_the_groups_change_nothing() -> None:
    people = people_of(np.eye(2), confidence=0.5)
    assert parted(people, [], [unit(1, 0.1), unit(0.1, 1)]) is people
    assert parted(people, [], [unit(1, 0.1)]) is people


def test_a_sample_of_a_voice_like_nobody_is_one_more_person() -> None:
    ann, ben, cat = (np.eye(3, dtype=np.float32)[n] for n in range(3))
    voices = [LocalVoice(0, 0, 50.0, ann), LocalVoice(1, 0, 30.0, ben), LocalVoice(2, 0, 2.0, cat)]
    found = parted(people_of([ann, ben]), voices, [ann, cat]).centroids
    assert len(found) == 3
    assert (found @ cat).max() > 0.99
    assert (found @ ben).max() > 0.99, "who gave no sample stays"


def test_a_stranger_takes_the_place_of_a_voice_that_only_the_number_asked_for() -> None:
    ann, ben, cat, noise = (np.eye(4, dtype=np.float32)[n] for n in range(4))
    voices = [LocalVoice(0, 0, 50.0, ann), LocalVoice(1, 0, 30.0, ben), LocalVoice(2, 0, 2.0, cat)]
    people = replace(people_of([ann, ben, noise]), keeps=np.array([0.99, 0.98, 0.5]))
    found = parted(people, voices, [ann, cat], told=3).centroids
    assert len(found) == 3
    assert (found @ cat).max() > 0.99
    assert (found @ noise).max() < 0.1
