import pytest

from alsvoice.measures.floor import floor_turns
from alsvoice.measures.interruptions import interruptions
from strategies import said, scene


def found(*turns: tuple[str, float, float]) -> list[tuple[str, str]]:
    spoken = [said(p, a, b, "some words here") for p, a, b in turns]
    floor = floor_turns(scene(*spoken))
    return [(item.by, item.of) for item in interruptions(floor)]


@pytest.mark.parametrize(
    ("turns", "expected"),
    [
        ([("A", 0, 5), ("B", 6, 9)], []),  # one after the other
        ([("A", 0, 5), ("B", 4, 9)], [("B", "A")]),  # B takes the floor
        ([("A", 0, 5), ("B", 2, 3)], []),  # B gives up, A speaks on
        ([("A", 0, 5), ("B", 4.9, 9)], []),  # too short for anybody to hear
        ([("A", 0, 5), ("B", 4, 9), ("A", 8, 12)], [("A", "B")]),  # A comes back: B did not get it
        ([("A", 0, 5), ("B", 4, 9), ("A", 9.5, 12)], [("B", "A")]),
        # A breathes for 0.2 s just before B starts, or after: as if A had not
        ([("A", 0, 3.7), ("A", 3.9, 5), ("B", 4, 9)], [("B", "A")]),
        ([("A", 0, 4.2), ("A", 4.4, 5), ("B", 4, 9)], [("B", "A")]),
        ([("A", 0, 5), ("B", 4, 6), ("B", 6.2, 9), ("A", 8, 12)], [("A", "B")]),
        ([("A", 0, 5), ("B", 4, 5.5), ("A", 5.2, 9)], []),  # A was not done
        ([("A", 0, 5), ("B", 4, 5.5), ("A", 5.3, 9)], [("A", "B")]),  # A was, and takes it back
        # a second of silence is a breath, too: B holds the floor until 9
        ([("A", 0, 5), ("B", 4, 6), ("B", 7, 9), ("A", 8, 12)], [("A", "B")]),
        ([("A", 0, 5), ("B", 4, 6), ("B", 7.1, 9), ("A", 8, 12)], [("B", "A"), ("A", "B")]),
        ([("A", 0, 5), ("B", 0, 9)], []),  # both start at once
        ([("A", 0, 5), ("B", 3, 6), ("C", 4, 9)], [("B", "A"), ("C", "A")]),
    ],
)
def test_who_takes_the_floor(
    turns: list[tuple[str, float, float]], expected: list[tuple[str, str]]
) -> None:
    assert found(*turns) == expected


def test_listening_is_no_interruption() -> None:
    spoken = scene(
        said("A", 0, 5, "and then it drifted"),
        said("B", 4.5, 5.2, "Mm.", "other", "backchannel"),
    )
    assert interruptions(floor_turns(spoken)) == ()
