"""Whose voice it is, on vectors made up for it: one to one, and a stranger stays a stranger."""

import math
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from alsvoice.errors import FormatError
from alsvoice.formats import voice_file
from alsvoice.intervals import intersect, subtract, total_ms, union
from alsvoice.recognition import Fault, Heard, Known, clean_passages, matched, one_voice
from alsvoice.session import Consent
from alsvoice.voices import Vector, VoiceProfile, VoiceSource, centre, cosine

SIZE = 192


def person(number: int) -> Vector:
    """Return the voice of a person: people are as unlike as random directions are."""
    made = np.random.default_rng(number).normal(size=SIZE)
    return tuple((made / np.linalg.norm(made)).tolist())


def saying(who: Vector, number: int = 0, spread: float = 0.6) -> Vector:
    """Return one passage of a person: about 0.85 alike its centre, as real ones are."""
    noise = np.random.default_rng(1000 + number).normal(size=SIZE) / math.sqrt(SIZE)
    made = np.array(who) + spread * noise
    return tuple((made / np.linalg.norm(made)).tolist())


def voice(speaker: str, *parts: tuple[Vector, int], seconds: float = 4.0) -> Heard:
    """Return a voice that says so many passages of each person."""
    vectors = [
        saying(who, 10 * n + i) for n, (who, count) in enumerate(parts) for i in range(count)
    ]
    return Heard(speaker=speaker, vectors=tuple(vectors), seconds=(seconds,) * len(vectors))


ANN, BEN, CAT, EVE = map(person, range(4))
KNOWN = (Known(name="Ann", vector=ANN), Known(name="Ben", vector=BEN))


def test_each_is_known_and_a_stranger_stays_a_stranger() -> None:
    heard = [voice("S0", (BEN, 5)), voice("S1", (EVE, 5)), voice("S2", (ANN, 1))]
    found = {each.speaker: each.name for each in matched(heard, KNOWN)}
    assert found == {"S0": "Ben", "S2": "Ann"}
    assert all(0.6 <= each.likeness <= 1 for each in matched(heard, KNOWN))


def test_nobody_is_two_voices() -> None:
    heard = [voice("S0", (ANN, 3)), voice("S1", (ANN, 6))]
    assert len(matched(heard, KNOWN)) == 1


def test_two_people_who_sound_alike_are_not_told_apart() -> None:
    twin = saying(ANN, 5, spread=0.2)
    assert cosine(ANN, twin) > 0.9
    found = matched([voice("S0", (ANN, 5))], (*KNOWN, Known(name="Twin", vector=twin)))
    assert found == ()


@pytest.mark.parametrize(("own", "other", "named"), [(5, 5, False), (6, 4, False), (8, 2, True)])
def test_a_voice_that_is_two_people_is_nobodys(own: int, other: int, named: bool) -> None:
    assert bool(matched([voice("S0", (ANN, own), (EVE, other))], KNOWN)) is named


def test_the_place_that_fits_best_counts() -> None:
    known = (*KNOWN, Known(name="Ann", vector=EVE, source="sample"))
    [found] = matched([voice("S0", (EVE, 4))], known)
    assert (found.name, found.source) == ("Ann", "sample")
    assert matched([], KNOWN) == matched([voice("S0", (ANN, 2))], ()) == ()


def test_a_voice_is_taken_when_it_is_long_and_one() -> None:
    taken = one_voice(voice("S0", (ANN, 6)), {"Ben": BEN})
    assert taken.fault is None and taken.vector is not None
    assert cosine(taken.vector, ANN) > 0.9
    assert (taken.seconds, taken.passages) == (24.0, 6)


@pytest.mark.parametrize(
    ("heard", "others", "fault"),
    [
        (voice("S0", (ANN, 2)), {}, Fault.SHORT),
        (voice("S0", (ANN, 4), seconds=2.0), {}, Fault.SHORT),
        (voice("S0", (ANN, 5), (BEN, 5)), {}, Fault.MIXED),
        (voice("S0", (ANN, 7), (BEN, 3)), {}, Fault.MIXED),
        (voice("S0", (ANN, 6)), {"Ben": BEN, "Cat": saying(ANN, 3)}, Fault.ALIKE),
    ],
)
def test_what_is_not_fit_is_refused(heard: Heard, others: dict[str, Vector], fault: Fault) -> None:
    taken = one_voice(heard, others)
    assert (taken.fault, taken.vector) == (fault, None)
    assert taken.like == ("Cat" if fault is Fault.ALIKE else None)


def test_a_stray_passage_is_left_out() -> None:
    taken = one_voice(voice("S0", (ANN, 9), (BEN, 1)), {})
    assert taken.vector is not None and taken.passages == 9
    assert abs(cosine(taken.vector, BEN)) < 0.3


spans = st.lists(
    st.tuples(st.integers(0, 60_000), st.integers(1, 20_000)).map(lambda p: (p[0], p[0] + p[1])),
    max_size=8,
)


@given(own=spans, others=spans, most=st.integers(1, 12))
def test_clean_passages_are_ones_own_and_nobody_elses(
    own: list[tuple[int, int]], others: list[tuple[int, int]], most: int
) -> None:
    found = clean_passages(own, others, least_ms=1500, most=most)
    assert len(found) <= most
    assert list(found) == sorted(found)
    assert all(1500 <= end - start <= 6000 for start, end in found)
    assert total_ms(union(found)) == sum(end - start for start, end in found)
    assert subtract(found, union(own)) == ()
    assert intersect(found, union(others)) == ()


def source(session: str, vector: Vector = ANN, seconds: float = 20.0) -> VoiceSource:
    return VoiceSource(
        session=session, taken=f"2026-11-0{len(session)}T10:00:00+00:00", seconds=seconds,
        passages=5, vector=vector,
    )  # fmt: skip


def profile(*sources: VoiceSource) -> VoiceProfile:
    return VoiceProfile(
        name="Ann", network="sha256:0", consent=Consent.WRITTEN,
        consented="2026-11-01T10:00:00+00:00", sources=sources,
    )  # fmt: skip


def test_a_meeting_counts_once_and_a_sample_until_there_is_more() -> None:
    sample = replace(source("s", BEN, 4.0), sample=True)
    grown = profile(sample).with_source(source("ss")).with_source(source("ss", seconds=30.0))
    assert [(s.session, s.seconds) for s in grown.sources] == [("ss", 30.0)]
    both = grown.joined(profile(source("sss", saying(ANN, 1)), source("ss", BEN)))
    assert [s.session for s in both.sources] == ["ss", "sss"]
    assert cosine(both.vector, ANN) > 0.9
    assert both.seconds == 50.0


def test_a_profile_without_consent_cannot_be() -> None:
    with pytest.raises(ValueError, match="without consent"):
        replace(profile(source("s")), consent=Consent.NONE)
    with pytest.raises(ValueError, match="no unit vector"):
        source("s", (1.0, 1.0))
    with pytest.raises(ValueError, match="no vectors"):
        profile()


def test_a_voice_reads_as_it_was_written_and_a_damaged_one_is_told() -> None:
    value = profile(source("s"), source("ss", BEN))
    assert voice_file.parse(voice_file.serialize(value), where="it") == value
    for data in (b"{", voice_file.serialize(value).replace(b'"written"', b'"none"')):
        with pytest.raises(FormatError):
            voice_file.parse(data, where="it")


def test_a_centre_is_a_unit_vector() -> None:
    middle = centre((ANN, BEN), (1.0, 3.0))
    assert math.isclose(cosine(middle, middle), 1, abs_tol=1e-6)
    assert cosine(middle, BEN) > cosine(middle, ANN)
