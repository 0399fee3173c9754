from dataclasses import replace

from alsvoice.measures.replies import replies
from strategies import said, scene

ROLES: dict[str, str | None] = {
    "Fay": "facilitator",
    "Pia": "presenter",
    "Max": "member",
    "Mo": "member",
}

TALK = scene(
    said("Fay", 0, 2, "Welcome to our set this morning."),
    said("Fay", 2, 4, "How is everybody arriving today?", "open_question"),
    said("Max", 5, 7, "I am fine, thank you all."),
    said("Mo", 8, 10, "A bit tired but glad, too."),
    said("Fay", 11, 13, "Thank you both, let us begin."),
    said("Max", 14, 16, "What brings you here, Pia?", "open_question"),
    said("Pia", 17, 20, "My ward is always far too full."),
    said("Mo", 21, 23, "Ours was like that last year."),
    said("Mo", 23, 25, "You should ring the bed manager.", "advice"),
    said("Pia", 26, 28, "I did that twice this week."),
    said("Max", 29, 31, "Have you thought about moving rooms?", "advice", "advice_in_disguise"),
    said("Mo", 32, 34, "Or the corridor by the lift.", "advice"),
    said("Pia", 35, 37, "The rooms are all full, too."),
    said("Pia", 38, 40, "What would you do, all of you?", "open_question"),
    said("Max", 41, 43, "I would talk to the matron.", "advice"),
    roles=ROLES,
)


def texts(found: tuple[object, ...]) -> list[str]:
    return [each.utterance.id for each in found]  # type: ignore[attr-defined]


def test_by_hand() -> None:
    found = replies(TALK)
    assert texts(found.replies) == ["Max@5", "Mo@8", "Pia@17", "Pia@26", "Pia@35", "Max@41"]
    assert texts(found.unasked) == ["Fay@0", "Fay@11", "Mo@21", "Mo@23", "Max@29", "Mo@32"]
    assert texts(found.unasked_statements) == ["Fay@0", "Fay@11", "Mo@21"]
    assert texts(found.advice_asked_for) == ["Max@41"]


def test_without_a_presenter_a_question_is_everybodys() -> None:
    nobody = replace(TALK, people=tuple(replace(p, role=None) for p in TALK.people))
    assert "Mo@21" in texts(replies(nobody).replies)


def test_after_a_passage_taken_out_nothing_is_held_against_anyone() -> None:
    cut = replace(TALK, gaps=((20_200, 20_800),))
    found = replies(cut)
    assert "Mo@21" not in texts((*found.replies, *found.unasked))
    assert "Max@29" not in texts(found.replies)  # advice in question form: a question is asked
