from alsvoice.measures.acts import acts
from alsvoice.measures.questioning import Questioning, count
from strategies import said, scene

SPOKEN = scene(
    said("Ann", 0, 1, "what is it?", "open_question"),
    said("Ben", 1, 2, "Well."),
    said("Ann", 2, 3, "is it far, or near?", "closed_question", "stacked"),
    said("Ben", 3, 4, "Near."),
    said("Cat", 4, 5, "don't you think it's late?", "closed_question", "leading"),
    said("Ben", 5, 6, "No."),
    said("Cat", 6, 7, "have you tried running?", "advice", "advice_in_disguise"),
)


def test_counts_and_shares() -> None:
    everybody = count(acts(SPOKEN))
    assert everybody == Questioning(
        open=1, closed=2, advice=1, advice_in_disguise=1, stacked=1, leading=1
    )
    assert (everybody.open_share, everybody.advice_share) == (1 / 3, 1 / 4)


def test_counts_of_one_person() -> None:
    anns = count(act for act in acts(SPOKEN) if act.person == "Ann")
    assert (anns.open, anns.closed, anns.advice, anns.stacked) == (1, 1, 0, 1)
    assert (anns.open_share, anns.advice_share) == (0.5, 0)


def test_shares_over_nothing_are_none() -> None:
    assert count(()).open_share is None
    assert count(()).advice_share is None
