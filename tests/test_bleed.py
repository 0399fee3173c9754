"""Whose speech a track holds, from levels alone: frames of 17 ms, decibels."""

import numpy as np
import pytest
from numpy.typing import NDArray

from alsvoice.backends.diarize.bleed import gains, loudest, own_speech

Levels = NDArray[np.float32]
Mask = NDArray[np.bool_]
FLOOR_DB = -75


def scene(
    talk: dict[int, list[tuple[int, int]]],
    tracks: int,
    bleed_db: float,
    gain_db: tuple[float, ...] = (0, 0, 0),
) -> tuple[Levels, Mask, Mask]:
    """Return levels, where anybody is heard, and who really speaks; shapes (4000, tracks)."""
    random = np.random.default_rng(3)
    power = np.full((4000, tracks), 10 ** (FLOOR_DB / 10))
    true = np.zeros((4000, tracks), dtype=np.bool_)
    for who, spans in talk.items():
        for start, end in spans:
            voice = 10 ** (random.normal(-25, 4, end - start) / 10)
            for track in range(tracks):
                loss = 0 if track == who else bleed_db - 2 * ((who + track) % 2)
                power[start:end, track] += voice * 10 ** (loss / 10)
            true[start:end, who] = True
    heard = 10 * np.log10(power) > FLOOR_DB + 6
    levels = 10 * np.log10(power) + np.array(gain_db[:tracks]) + random.normal(0, 0.5, power.shape)
    return levels.astype(np.float32), heard, true


TURNS = {0: [(100, 900), (2000, 2600)], 1: [(1000, 1900)], 2: [(2700, 3600)]}


@pytest.mark.parametrize("bleed_db", [-12, -18, -25, -60])
@pytest.mark.parametrize("gain_db", [(0, 0, 0), (-12, 6, 0)])
def test_speech_is_the_owners_alone(bleed_db: float, gain_db: tuple[float, ...]) -> None:
    levels, heard, true = scene(TURNS, 3, bleed_db, gain_db)
    assert (own_speech(levels, heard) != true).mean() < 0.01


@pytest.mark.parametrize("bleed_db", [-12, -18, -25])
def test_people_who_speak_at_once_are_both_kept(bleed_db: float) -> None:
    levels, heard, true = scene({**TURNS, 1: [(1000, 1900), (2200, 2500)]}, 3, bleed_db)
    own = own_speech(levels, heard)
    both = true[:, 0] & true[:, 1]
    assert both.sum() == 300
    assert own[both][:, :2].mean() > 0.9
    assert not own[both][:, 2].any()


@pytest.mark.parametrize("bleed_db", [-12, -18])
def test_the_track_of_a_listener_stays_empty(bleed_db: float) -> None:
    talk = {0: TURNS[0], 1: TURNS[1]}
    levels, heard, _ = scene(talk, 3, bleed_db)
    assert heard[:, 2].any(), "the others are heard in it"
    assert own_speech(levels, heard)[:, 2].mean() < 0.005


def test_gains_are_told_by_what_arrives_from_others() -> None:
    levels, heard, _ = scene(TURNS, 3, -15, (-12, 6, 0))
    found = gains(levels, heard)
    assert found - found.mean() == pytest.approx([-10, 8, 2], abs=2)


def test_one_track_alone_keeps_its_speech() -> None:
    levels, heard, _ = scene({0: TURNS[0]}, 1, 0)
    assert (own_speech(levels, heard) == heard).all()


def test_tracks_without_a_sound_hold_nobody() -> None:
    nothing = np.full((500, 2), -100, dtype=np.float32)
    assert not own_speech(nothing, np.zeros((500, 2), np.bool_)).any()
    assert (loudest(np.zeros((500, 2), np.bool_), nothing) == -1).all()


def test_in_overlap_the_louder_against_their_own_level_is_exclusive() -> None:
    levels = np.array([[-20, -40]] * 9 + [[-30, -35]], dtype=np.float32)
    own = np.ones((10, 2), dtype=np.bool_)
    assert loudest(own, levels)[-1] == 1
