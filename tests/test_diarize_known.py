"""Voices that are known beforehand, and voices heard at once: who is there, and who is two."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from alsvoice.backends import registry
from alsvoice.backends.diarize.crowd import Crowd
from alsvoice.backends.diarize.grouping import cluster
from alsvoice.backends.diarize.known import before, by_known, whose
from alsvoice.backends.diarize.prints import LENGTH, VoicePrints
from alsvoice.backends.diarize.sparse import SparseDiarizer, decide
from alsvoice.backends.diarize.stretches import Stretch, at_once
from alsvoice.backends.diarize.voices import LocalVoice, parted, reliability
from alsvoice.backends.protocols import no_hook
from alsvoice.config import Config
from alsvoice.pipeline.listening import network_model
from alsvoice.recognition import Heard, Known, matched
from tiny_networks import RATE, Array, Sound, people_of, unit, voice
from voices_scene import demo_sound

AXES = np.eye(LENGTH, dtype=np.float32)


def saying(axis: Array, count: int, clean_s: float, seed: int = 0) -> list[LocalVoice]:
    """Return stretches of a person, as far from them as their length makes real ones."""
    draw = np.random.default_rng(seed)
    keeps = float(reliability(np.array(clean_s)))
    found = []
    for number in range(count):
        noise = draw.normal(size=LENGTH)
        noise -= (noise @ axis) * axis
        noise *= np.sqrt(1 - keeps**2) / np.linalg.norm(noise)
        found.append(voice(number, 0, unit(*(keeps * axis + noise)), clean_s))
    return found


def meeting(*people: tuple[int, int, float]) -> list[LocalVoice]:
    """Return so many stretches of so many seconds of each person."""
    return [
        each
        for seed, (who, count, clean_s) in enumerate(people)
        for each in saying(AXES[who], count, clean_s, seed)
    ]


HOUR = ((0, 200, 5.0), (1, 200, 5.0), (2, 150, 5.0))
LITTLE = (9, 4, 1.25)


def has_own(found_by: list[LocalVoice], others: list[LocalVoice], known: list[Array]) -> bool:
    people = cluster([*others, *found_by], None, known)
    own = {int(people.scores(v.vector[None]).argmax()) for v in found_by}
    theirs = {int(people.scores(v.vector[None]).argmax()) for v in others}
    return len(own) == 1 and own.isdisjoint(theirs)


def test_five_seconds_in_an_hour_are_a_person_whose_voice_is_known() -> None:
    others, little = meeting(*HOUR), saying(AXES[9], 4, 1.25, 7)
    assert not has_own(little, others, [])
    assert has_own(little, others, [AXES[9]])
    assert has_own(little, others, [*AXES[:12]])


def test_who_is_known_and_absent_makes_nobody() -> None:
    voices = meeting(*HOUR)
    plain, told = cluster(voices, None), cluster(voices, None, [*AXES[20:40]])
    assert len(told) == 3
    assert told.known == 0
    assert np.array_equal(plain.centroids, told.centroids)
    assert plain.confidence == told.confidence


def test_a_stranger_stays_a_stranger() -> None:
    """Two people are as like as 0.5 at most: somebody of little speech is not the known one."""
    stranger = unit(*(0.5 * AXES[9] + np.sqrt(0.75) * AXES[10]))
    voices = meeting(*HOUR) + saying(stranger, 4, 1.25, 7)
    assert len(cluster(voices, None, [AXES[9]])) == 3


def test_a_single_second_is_no_known_voice() -> None:
    assert len(cluster(meeting(*HOUR, (9, 1, 1.5)), None, [AXES[9]])) == 3
    assert len(cluster(meeting(*HOUR, (9, 1, 2.5)), None, [AXES[9]])) == 4


def test_known_voices_that_were_grouped_as_one_are_parted() -> None:
    """Half of the way between them their likeness is 0.7: one group."""
    a, b = AXES[0], unit(*(0.7 * AXES[0] + np.sqrt(0.51) * AXES[1]))
    voices = [*saying(a, 30, 6.0, 1), *saying(b, 30, 6.0, 2), *saying(AXES[5], 30, 6.0, 3)]
    assert len(cluster(voices, None)) == 2
    found = cluster(voices, None, [a, b])
    assert len(found) == 3
    whose = [int(found.scores(v.vector[None]).argmax()) for v in voices]
    assert [len(set(whose[n : n + 30])) for n in (0, 30, 60)] == [1, 1, 1]
    assert len(cluster(voices, None, [a])) == 2, "one known voice alone parts nobody in two"


def test_two_known_voices_that_are_alike_name_nobody() -> None:
    """Whose group it is nobody can tell, so it stays as it is."""
    twin = unit(*(0.95 * AXES[9] + np.sqrt(1 - 0.95**2) * AXES[10]))
    voices = meeting(*HOUR) + saying(AXES[9], 4, 1.25, 7)
    assert len(cluster(voices, None, [AXES[9], twin])) == 3


def test_the_number_given_is_kept_and_a_known_voice_goes_before_a_noise() -> None:
    """Somebody who says more than the known person is nobody's: a number of four is for these."""
    noise = saying(AXES[12], 5, 2.0, 5)
    voices = meeting(*HOUR) + noise + saying(AXES[9], 4, 1.25, 7)
    little = voices[-4:]
    for known, wanted in (([], noise), ([AXES[9]], little)):
        found = cluster(voices, 4, known)
        assert len(found) == 4
        theirs = {int(found.scores(v.vector[None]).argmax()) for v in voices[:550]}
        own = {int(found.scores(v.vector[None]).argmax()) for v in wanted}
        assert own.isdisjoint(theirs), "has a voice of their own"
    people = cluster(voices, 3, [AXES[9]])
    assert len(people) == 3
    assert people.known == 0
    big = [int(people.scores(v.vector[None]).argmax()) for v in voices[:550]]
    assert len(set(big)) == 3, "five seconds join no two people of minutes"


def test_more_known_voices_than_the_number_says_are_as_many_as_it_says() -> None:
    voices = meeting((0, 20, 5.0), (1, 20, 5.0), (2, 20, 5.0))
    assert len(cluster(voices, 2, [*AXES[:3]])) == 2


@given(
    shares=st.lists(st.integers(0, 6), min_size=3, max_size=3),
    clean_s=st.floats(1.0, 6.0),
    blend=st.floats(0, 0.9),
    seed=st.integers(0, 1000),
)
def test_whose_a_group_is_is_told_as_recognition_tells_it(
    shares: list[int], clean_s: float, blend: float, seed: int
) -> None:
    """The same answer from ``recognition.matched``, for groups of one or of several people."""
    known = [AXES[0], unit(*(blend * AXES[0] + np.sqrt(1 - blend**2) * AXES[1])), AXES[2]]
    spoken = [
        each
        for number, (who, count) in enumerate(zip((*known[:2], AXES[7]), shares, strict=True))
        for each in saying(who, count, clean_s, seed + number)
    ]
    if sum(v.clean_s for v in spoken) < 2:
        return
    crowd = Crowd.of(spoken, ())
    heard = Heard(
        speaker="S",
        vectors=tuple(tuple(map(float, v.vector)) for v in spoken),
        seconds=tuple(v.clean_s for v in spoken),
    )
    people = [Known(name=str(n), vector=tuple(map(float, v))) for n, v in enumerate(known)]
    expected = [int(each.name) for each in matched([heard], people)]
    found = whose(crowd, np.arange(len(spoken)), np.stack(known))
    assert ([] if found is None else [found]) == expected


def test_groups_are_parted_not_lost() -> None:
    voices = meeting(*HOUR, LITTLE)
    crowd = Crowd.of(voices, ())
    groups = [np.arange(0, 300), np.arange(300, len(voices))]
    found = by_known(crowd, groups, AXES[[0, 9, 30]], 3.0)
    assert len(found.known) == 2
    again = np.sort(np.concatenate([*found.known, *found.others]))
    assert np.array_equal(again, np.arange(len(voices)))
    nobody = by_known(crowd, groups, np.zeros((0, LENGTH), np.float32), 3.0)
    assert nobody.known == []
    assert len(nobody.others) == 2


def test_whose_sample_is_in_the_recording_is_known_by_that_alone() -> None:
    profile = tuple(map(float, unit(*(0.9 * AXES[0] + 0.4 * AXES[1]))))
    other = tuple(map(float, AXES[5]))
    found = before([AXES[0]], [profile, other])
    assert [v.tolist() for v in found] == [AXES[0].tolist(), AXES[5].tolist()]
    assert before([], []) == []


def test_a_sample_takes_the_place_of_chance_before_that_of_a_person() -> None:
    """Three people and a stretch that only the number four asks for; the sample is the fourth's."""
    voices = [*meeting((0, 9, 5.0), (1, 9, 5.0), (2, 5, 5.0)), *saying(AXES[9], 1, 0.5)]
    people = replace(people_of(AXES[[0, 1, 2, 9]]), filled=1)
    found = parted(replace(people, keeps=np.array([0.99, 0.98, 0.9, 1.0])), voices, [AXES[20]], 4)
    assert len(found) == 4
    assert [float((found.centroids @ AXES[n]).max()) > 0.8 for n in (0, 1, 2, 20)] == [True] * 4


# Voices heard at once.


def test_whoever_sets_in_over_somebody_is_somebody_else() -> None:
    def stretch(first: int, last: int, *tracks: int) -> Stretch:
        return Stretch(first=first, last=last, tracks=tracks)

    assert at_once([stretch(0, 9, 0), stretch(9, 12, 0, 1), stretch(12, 20, 1)]) == [(0, 1)]
    goes_on = [stretch(0, 9, 0), stretch(9, 12, 0, 2), stretch(12, 20, 0)]
    assert at_once(goes_on) == [], "the same voice goes on"
    assert at_once([stretch(0, 9, 0), stretch(10, 20, 1)]) == [], "one after the other"
    both = [stretch(0, 5, 1), stretch(5, 7, 0, 1), stretch(7, 9, 0), stretch(9, 11, 0, 2)]
    assert at_once([*both, stretch(11, 15, 2)]) == [(0, 1), (1, 2)]


def test_two_heard_at_once_are_not_grouped_together() -> None:
    """Three stretches that could be one voice; two of them were heard at once."""
    alike = [unit(1, 0.3, 0), unit(1, -0.3, 0), unit(1, 0.3, 0.1)]
    voices = [voice(n, 0, vector, 6.0) for n, vector in enumerate(alike)]
    assert len(cluster(voices, None)) == 1
    assert len(cluster(voices, None, (), [(0, 1)])) == 2
    assert len(cluster(voices, None, (), [(1, 0)])) == 2


def test_one_mistaken_pair_does_not_cut_a_person_in_two() -> None:
    voices = meeting((0, 30, 5.0), (1, 30, 5.0))
    assert len(cluster(voices, None, (), [(3, 4)])) == 2


# With the real networks, on sound composed of the bundled session's.


def part(start_s: float, end_s: float) -> Array:
    """Return a passage of the bundled session."""
    cut: Array = demo_sound()[round(start_s * RATE) : round(end_s * RATE)]
    return cut


def profile(*spans: tuple[float, float]) -> tuple[float, ...]:
    """Return the vector of passages in which one person speaks alone."""
    samples = np.concatenate([part(*span) for span in spans])
    [vector] = VoicePrints(network_model(Config.resolve())).of(
        Sound(samples), [(0, len(samples) * 1000 // RATE)]
    )
    assert vector is not None
    return tuple(map(float, vector))


def test_a_known_voice_of_one_sentence_is_a_person_and_an_absent_one_is_none() -> None:
    """A minute of David and Helen, in which Joanne says 2.8 s."""
    pause = np.zeros(RATE // 2, np.float32)
    sound = np.concatenate([part(45.3, 100.3), pause, part(24.1, 27.4), pause, part(33.5, 44.2)])
    little_s = (55.7, 58.5)
    diarizer = registry.diarizer("sparse", Config.resolve())
    assert isinstance(diarizer, SparseDiarizer)
    heard = diarizer.listen(Sound(sound), (), 1, no_hook)
    joanne, marcus = profile((209.9, 214.7), (170.1, 173.5)), profile((15.1, 21.5))
    assert len(decide(heard, None).speakers) == 2
    assert decide(heard, None, [marcus]) == decide(heard, None)
    found = decide(heard, None, [joanne, marcus])
    assert len(found.speakers) == 3
    middle = 1000 * sum(little_s) / 2
    [own] = [t.speaker for t in found.exclusive if t.start_ms <= middle < t.end_ms]
    theirs = [t for t in found.exclusive if t.speaker == own]
    assert sum(t.duration_ms for t in theirs) == pytest.approx(2800, abs=400)
