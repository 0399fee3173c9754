import pytest

from alsvoice.labels import Flag, Origin
from alsvoice.measures.acts import Act, acts
from strategies import phase, said, scene

Q_OPEN, Q_CLOSED, ADVICE = "open_question", "closed_question", "advice"


def kinds(*row: tuple[str, str]) -> list[tuple[str, int]]:
    """Return (kind, utterances) of each act of what one person says, a second each."""
    spoken = [said("Ann", n, n + 1, text, label) for n, (text, label) in enumerate(row)]
    return [(act.kind.value, len(act.utterances)) for act in acts(scene(*spoken))]


LONG = ("that is five words long", "other")
SHORT = ("four words it is", "other")
OPEN, CLOSED, ADVISE = ("what?", Q_OPEN), ("is it?", Q_CLOSED), ("do it", ADVICE)


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        ([], []),
        ([LONG, SHORT], []),
        ([OPEN], [(Q_OPEN, 1)]),
        ([OPEN, CLOSED], [(Q_CLOSED, 2)]),
        ([CLOSED, SHORT, OPEN], [(Q_OPEN, 2)]),
        ([OPEN, LONG, CLOSED], [(Q_OPEN, 1), (Q_CLOSED, 1)]),
        ([ADVISE, LONG, ADVISE], [(ADVICE, 2)]),
        ([OPEN, ADVISE], [(ADVICE, 2)]),
        ([ADVISE, SHORT, OPEN], [(ADVICE, 2)]),
        ([ADVISE, LONG, OPEN], [(ADVICE, 1), (Q_OPEN, 1)]),
        ([OPEN, LONG, ADVISE, CLOSED, LONG, OPEN], [(Q_OPEN, 1), (ADVICE, 2), (Q_OPEN, 1)]),
        ([ADVISE, LONG, OPEN, LONG, ADVISE], [(ADVICE, 2), (Q_OPEN, 1)]),
    ],
)
def test_joining_within_one_turn(
    row: list[tuple[str, str]], expected: list[tuple[str, int]]
) -> None:
    assert kinds(*row) == expected


def test_neighbouring_questions_are_stacked_and_keep_their_flags() -> None:
    (act,) = acts(
        scene(
            said("Ann", 0, 1, "isn't it hard?", Q_CLOSED, "leading", source=Origin.PERSON),
            said("Ann", 1, 2, "what helps?", Q_OPEN),
        )
    )
    assert act.flags == (Flag.LEADING, Flag.STACKED)
    assert (act.source, act.span) == (Origin.MODEL, (0, 2_000))
    assert act.utterance_ids == ("Ann@0", "Ann@1")


def test_advice_that_takes_in_a_question_is_not_stacked() -> None:
    (act,) = acts(
        scene(said("Ann", 0, 1, "you should ring", ADVICE), said("Ann", 1, 2, "no?", Q_CLOSED))
    )
    assert act.flags == ()


def two_with_between(text: str, *flags: str) -> tuple[Act, ...]:
    return acts(
        scene(
            said("Ann", 0, 1, "what?", Q_OPEN),
            said("Ben", 1, 2, text, "other", *flags),
            said("Ann", 2, 3, "and who?", Q_CLOSED),
        )
    )


def test_anothers_back_channel_does_not_break_the_turn() -> None:
    assert len(two_with_between("Mm.", "backchannel")) == 1


def test_anothers_word_breaks_the_turn() -> None:
    assert len(two_with_between("Well.")) == 2


def test_the_phase_is_the_one_in_the_middle_of_the_governing_utterance() -> None:
    clarifying = phase("clarifying", 10, 20)
    (early, late) = acts(
        scene(
            said("Ann", 9.9, 12, "who chairs it?", Q_CLOSED),
            said("Ben", 12, 14, "I do, always me."),
            said("Ann", 19.9, 24, "what helps you most?", Q_OPEN),
            phases=[clarifying],
        )
    )
    assert early.phase == clarifying
    assert late.phase is None
