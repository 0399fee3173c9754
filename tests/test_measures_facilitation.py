from alsvoice.measures.acts import acts
from alsvoice.measures.facilitation import facilitators, interventions
from strategies import phase, said, scene

ROLES: dict[str, str | None] = {"Fay": "facilitator", "Pia": "presenter", "Max": "member"}

TALK = scene(
    said("Max", 0, 2, "You should simply ask her.", "advice"),
    said("Fay", 3, 5, "Max, stay with questions.", "other", "process_intervention"),
    said("Fay", 5, 7, "No advice for now.", "other", "process_intervention"),
    said("Max", 8, 10, "What does she want?", "open_question"),
    said("Pia", 10, 11, "To be asked."),
    said("Max", 11, 13, "Why not write to her?", "advice", "advice_in_disguise"),
    said("Fay", 14, 16, "That was a suggestion.", "other", "process_intervention"),
    said("Max", 17, 19, "Then just ring her.", "advice"),
    said("Max", 20, 21, "Let us stop here.", "other", "process_intervention"),
    said("Fay", 30, 32, "We are off the track.", "other", "process_intervention"),
    roles=ROLES,
    phases=[phase("exploring", 0, 25), phase("review", 25, 40)],
)


def test_interventions_are_the_facilitators_and_neighbours_are_one() -> None:
    found = interventions(TALK, acts(TALK))
    assert [[c.utterance.id for c in each.utterances] for each in found] == [
        ["Fay@3", "Fay@5"], ["Fay@14"], ["Fay@30"],
    ]  # fmt: skip
    assert facilitators(TALK) == ("Fay",)


def test_whether_advice_stopped() -> None:
    found = interventions(TALK, acts(TALK))
    assert [each.follows_advice for each in found] == [True, True, False]
    assert [each.advice_stopped for each in found] == [True, False, None]
