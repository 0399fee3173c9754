from dataclasses import replace

from alsvoice.measures.acts import acts
from alsvoice.measures.quality import cautions, quality
from alsvoice.session import Conversation, Participant
from strategies import said, scene


def sentences(conversation: Conversation, *unplaced: Participant) -> list[str]:
    return list(cautions(quality(conversation, acts(conversation)), unplaced))


def asked(times: int, confidence: float = 1.0) -> Conversation:
    rows = [
        row
        for n in range(times)
        for row in (
            said("Ann", 4 * n, 4 * n + 1, "what?", "open_question", confidence=confidence),
            said("Ben", 4 * n + 2, 4 * n + 3, "that"),
        )
    ]
    return scene(*rows, roles={"Ann": "member", "Ben": "presenter"})


def test_nothing_to_say_of_a_rich_session() -> None:
    assert sentences(asked(8)) == []


def test_silence() -> None:
    assert sentences(scene(roles={"Ann": None})) == ["No speech was found in this recording."]


def test_thin_data() -> None:
    assert sentences(asked(7))[0].startswith("Only 7 questions were found")
    assert sentences(asked(1))[0].startswith("Only one question was found")
    none = scene(said("Ann", 0, 1, "hello there"))
    assert sentences(none)[0].startswith("No questions were found")


def test_many_unsure() -> None:
    (sentence,) = sentences(asked(8, confidence=0.5))
    assert sentence.startswith("The classifier was unsure of 8 of 16 utterances")


def test_voices_and_people_that_do_not_meet() -> None:
    session = asked(8)
    ann, ben = session.people
    people = (replace(ann, name=None, role=None), replace(ben, guessed=True))
    found = sentences(replace(session, people=people), Participant(id="x", name="Zoe"))
    assert found == [
        "It is not known yet whose voice this is: V-Ann.",
        "Names put to voices by reasoning, to be confirmed: Ben.",
        "No voice has been found for Zoe.",
    ]


def test_no_roles_no_balance() -> None:
    session = asked(8)
    people = tuple(replace(person, role=None) for person in session.people)
    assert sentences(replace(session, people=people))[0].startswith("The balance of questions")
