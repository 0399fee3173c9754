"""Who may see what: the set singles nobody out, one sees their own, and nobody is named."""

import json
import re
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import truth
from alsvoice.report import render_csv, render_html, render_markdown
from alsvoice.report.anonymous import NAMELESS, anonymous, hide_names, identifying
from alsvoice.report.audience import FACILITATOR, Audience, Reader
from alsvoice.report.common_words import common_words
from alsvoice.report.document import Reading, build_document
from alsvoice.report.people_named import KnownNames
from alsvoice.report.spoken_names import doubtful, names_in, spoken_pattern
from alsvoice.session import Conversation, Manifest, Participant, Redaction
from strategies import conversations, phase, said, scene
from written_sessions import WRITTEN

SET = Audience(reader=Reader.SET)
MANIFEST = Manifest(
    id="s1", created="2026-11-23T09:30:00+00:00", title="How Ian works", set="Ada's"
)


def built(
    conversation: Conversation, audience: Audience = FACILITATOR, manifest: Manifest = MANIFEST
) -> dict[str, Any]:
    return build_document(
        manifest,
        with_plain_ids(conversation),
        provenance={"alsvoice": "0.1.0"},
        reading=Reading(audience=audience),
        unplaced=[Participant(id="x", name="Zoe")],
    )


def alone(person: str) -> Audience:
    return Audience(reader=Reader.PERSON, person=person)


@pytest.mark.parametrize("name", WRITTEN)
def test_for_the_set_nobody_is_singled_out(name: str) -> None:
    whole, shared = built(WRITTEN[name]), built(WRITTEN[name], SET)
    for row in shared["participants"]:
        numbers = {key: value for key, value in row.items() if isinstance(value, int | float)}
        assert set(numbers) == {"guessed"}
    for part in ("utterances", "acts"):
        assert {row["person"] for row in shared[part]} == {None}
        assert {row["participant"] for row in shared[part]} == {None}
    assert {row["id"] for row in shared["turns"]} == {None}
    assert all(not row["talk"] for row in shared["phases"])
    assert shared["exchanges"] == []
    assert shared["facilitation"]["talk_share"] is None
    assert not [row for row in shared["findings"] if row["person"] or row["severity"] == "growth"]
    words = [row["text"] for part in ("utterances", "findings") for row in shared[part]]
    names = [row["name"] for row in whole["participants"]]
    assert not [name for name in names for text in words if name in text]
    # What it is for is all there.
    for part in ("balance", "questions", "timing"):
        assert shared[part] == whole[part]


def test_for_the_set_the_pages_name_only_who_will_do_something() -> None:
    shared = built(WRITTEN["advising"], SET, replace(MANIFEST, title=None, set=None))
    for page in (render_html(shared), render_markdown(shared), render_csv(shared)):
        assert not re.findall(r"\b(Ian|Ada|Lin|Ruth|Zoe)\b", page)
    assert "Tom" in render_html(shared)  # who said what he will do


def test_for_one_person_their_own_beside_the_average() -> None:
    whole, own = built(WRITTEN["advising"]), built(WRITTEN["advising"], alone("Ada"))
    assert own["audience"] == {"for": "person", "name": "Ada"}
    ada = next(row for row in whole["participants"] if row["name"] == "Ada")
    assert own["participants"] == [ada]
    assert own["average"]["of"] == "member"
    assert own["average"]["people"] == 3
    members = [row for row in whole["participants"] if row["role"] == "member"]
    assert own["average"]["advice"] == pytest.approx(
        sum(r["advice"] for r in members) / 3, abs=1e-4
    )
    for part in ("utterances", "acts"):
        assert {row["person"] for row in own[part]} == {"Ada"}
    assert [row["person"] for row in own["findings"] if row["severity"] == "growth"] == ["Ada"]
    assert {row["id"] for row in own["turns"]} == {"Ada", None}
    assert own["balance"] == whole["balance"]


def test_what_others_are_told_is_not_on_a_persons_page() -> None:
    page = render_html(built(WRITTEN["advising"], alone("Lin")))
    growth = [row for row in built(WRITTEN["advising"])["findings"] if row["severity"] == "growth"]
    others = [row["text"] for row in growth if row["person"] != "Lin"]
    assert len(others) == 2
    assert not [text for text in others if text.partition(":")[0] in page]
    for name in ("Ian", "Ada", "Zoe"):
        told = render_markdown(built(WRITTEN["advising"], alone("Lin"), replace(
            MANIFEST, title=None, set=None)))  # fmt: skip
        assert name not in told


def test_a_facilitator_sees_their_own_steering() -> None:
    own = built(WRITTEN["advising"], alone("Ruth"))
    assert own["facilitation"]["talk_share"] is not None
    assert built(WRITTEN["advising"], alone("Ada"))["facilitation"]["talk_share"] is None
    assert own["average"]["of"] is None  # the only facilitator stands beside everybody


def with_plain_ids(conversation: Conversation) -> Conversation:
    """Return it with ids such as the real ones, which tell nothing."""
    plain = [
        replace(coded, utterance=replace(coded.utterance, id=f"u{n:03}"))
        for n, coded in enumerate(conversation.utterances)
    ]
    return replace(conversation, utterances=tuple(plain))


NAMED = scene(
    said("Ian", 0, 4, "Ian here, and Mary-Ann said Doctor Okafor left Leeds."),
    said("Ada", 5, 8, "Okafor again? What did Ian's boss say, Ian?", "open_question"),
    said("Will", 9, 12, "I will ask him on Tuesday at the NHS, ward seven.", "other",
         "action_commitment"),
    said("Ada", 13, 15, "Will Will do it?", "closed_question"),
    phases=[phase("Exploring with Ian", 0, 20, presenter="Ian")],
)  # fmt: skip


def test_without_names_nobody_is_named_anywhere() -> None:
    manifest = replace(
        MANIFEST, redactions=(Redaction(start_ms=0, end_ms=1, time="2026", reason="Ian asked"),)
    )
    hidden = anonymous(built(NAMED, manifest=manifest))
    text = json.dumps(hidden, ensure_ascii=False)
    for name in ("Ian", "Ada", "Mary", "Okafor", "Leeds", "Zoe"):
        assert name not in text
    said_ = [row["text"] for row in hidden["utterances"]]
    assert said_[0] == f"Person A here, and {NAMELESS} said Doctor {NAMELESS} left {NAMELESS}."
    assert said_[1] == f"{NAMELESS} again? What did Person A's boss say, Person A?"
    assert said_[2] == "I will ask him on Tuesday at the NHS, ward seven."  # the verb, not Will
    assert said_[3] == "Person C Person C do it?"  # too much, rather than too little
    assert "Will" not in text
    assert hidden["session"]["title"] == "Action learning session"
    assert hidden["phases"][0]["name"] == "Exploring with Person A"
    assert hidden["phases"][0]["presenter"] == "Person A"
    assert {row["name"] for row in hidden["participants"]} == {"Person A", "Person B", "Person C"}


def test_what_recognisers_write_small_is_no_common_word() -> None:
    assert {"the", "question", "boss", "again", "don't"} <= common_words()
    assert (
        not {"leeds", "denver", "marisol", "friday", "paul", "don", "ken", "reg"} & common_words()
    )


@pytest.mark.parametrize(
    "name", "Paul Don Vincent Ken Reg Penny Kip Will Charity Bob May June Max Ash".split()
)
def test_a_name_that_is_a_word_is_a_name_with_a_capital(name: str) -> None:
    assert names_in([f"Then I asked {name} about it.", f"She took {name}'s side."]) == {name}


@pytest.mark.parametrize(
    "text",
    ["We meet in May and June, or on 5 August.", "May I ask?", "Until last April it was."],
)
def test_a_month_is_no_name(text: str) -> None:
    assert not names_in([text])


def test_a_title_makes_a_name_of_a_word_but_not_across_a_full_stop() -> None:
    assert names_in(["I saw Rev. Green and Judge Price."]) == {"Green", "Price"}
    assert not names_in(["I'm ringing my brother. Not tonight."])


def test_don_is_not_in_dont() -> None:
    said_ = "I asked Don. I don't know, and I shan't. Don’t ask Shan."
    put = KnownNames(called={"Don Hill": "Person A", "Shan": "Person B"}, shared="x").replacer()
    assert put(said_) == "I asked Person A. I don't know, and I shan't. Don’t ask Person B."
    pattern = spoken_pattern(["Don", "Shan"])
    assert (
        pattern and pattern.sub("N", said_) == "I asked N. I don't know, and I shan't. Don’t ask N."
    )


def test_a_surname_that_is_a_word_goes_with_the_name_before_it() -> None:
    pattern = spoken_pattern(["Sarah", "Mary"])
    assert pattern
    for said_, told in (
        ("I asked Sarah Walker about it.", "I asked N about it."),
        ("Mary-Ann Hill left.", "N left."),
        ("I told Sarah Monday.", "I told N Monday."),
        ("For Sarah I'll do it.", "For N I'll do it."),
        ("Thanks Sarah What would you do?", "Thanks N What would you do?"),
    ):
        assert pattern.sub("N", said_) == told


def test_a_surname_goes_with_the_name_of_somebody_who_took_part() -> None:
    hide = hide_names({"Sarah": "Person A"}, ["So"])
    assert hide("I'm Sarah Walker. Sarah said so.") == f"I'm Person A {NAMELESS}. Person A said so."
    assert hide("Thanks Sarah. Walker is a word.") == "Thanks Person A. Walker is a word."
    assert hide("And Sarah What is it?") == "And Person A What is it?"


def test_who_is_called_like_a_month_is_listed() -> None:
    assert doubtful(["May, what is it?"]) == {"May"}
    assert not doubtful(["May I ask? In June, yes."])


@pytest.mark.parametrize("word", ["Don't", "Boss's", "We've", "Question", "Doctor", "Friday"])
def test_a_word_with_a_capital_in_a_sentence_is_no_name(word: str) -> None:
    assert not names_in([f"She said to me, {word} and all that.", f"{word}, she said."])


@pytest.mark.parametrize("opener", ["Honestly", "Unfortunately", "Hopefully", "Well", "Goodness"])
def test_who_is_not_called_at_the_start_of_a_sentence(opener: str) -> None:
    assert not names_in([f"{opener}, we never did."])
    assert names_in(["Anjali, what did you do?"]) == {"Anjali"}


def test_what_may_still_identify_somebody_is_listed() -> None:
    listed = " | ".join(identifying(anonymous(built(NAMED))))
    assert "“nhs” at 0:09" in listed
    assert "“ward seven” at 0:09" in listed
    assert "the problem itself" in listed


def test_codes_stay_whatever_people_are_called() -> None:
    people = ("advice", "member", "Open_question", "SPEAKER_00", "None")
    named = tuple(
        replace(p, name=name) for p, name in zip(WRITTEN["good"].people, people, strict=True)
    )
    hidden = anonymous(built(replace(WRITTEN["good"], people=named)))
    assert {row["label"] for row in hidden["utterances"]} <= {
        "open_question", "closed_question", "advice", "other",
    }  # fmt: skip
    assert {row["role"] for row in hidden["participants"]} == {"facilitator", "presenter", "member"}


def test_an_id_that_holds_a_name_does_not_tell_it() -> None:
    people = tuple(replace(p, id=f"name:{p.name}") for p in NAMED.people)
    conversation = replace(
        NAMED,
        people=people,
        turns=tuple(replace(t, speaker=f"name:{t.speaker}") for t in NAMED.turns),
        utterances=tuple(replace(u, person=f"name:{u.person}") for u in NAMED.utterances),
    )
    text = json.dumps(anonymous(built(conversation)))
    assert "name:" not in text


def test_the_demo_without_names() -> None:
    hidden = anonymous(built(truth.conversation(), manifest=replace(MANIFEST, set=None)))
    pages = [render_html(hidden), render_markdown(hidden), render_csv(hidden)]
    for name in ("Helen", "David", "Marcus", "Joanne", "Anjali", "Okafor"):
        assert not [page for page in pages if name in page]


@settings(max_examples=30, deadline=None)
@given(conversations(), st.data())
def test_every_reader_gets_a_page_of_any_session(c: Conversation, data: st.DataObject) -> None:
    readers = [FACILITATOR, SET, *(alone(p.id) for p in c.people)]
    document = built(c, data.draw(st.sampled_from(readers)))
    if data.draw(st.booleans()):
        document = anonymous(document)
    assert json.loads(json.dumps(document, allow_nan=False)) == document
    render_html(document)
    render_markdown(document)
    render_csv(document)


# Found by a reader who tried to get at names.


def spoken(*texts: str, people: tuple[str, ...] = ("Ann", "Ben", "Cat")) -> Conversation:
    """Return a meeting in which these sentences are said in turn."""
    told = [said(people[n % len(people)], 5 * n, 5 * n + 4, t) for n, t in enumerate(texts)]
    return scene(*told, roles=dict.fromkeys(people, "member"), duration=5 * len(texts) + 5)


def hidden_texts(conversation: Conversation) -> list[str]:
    return [row["text"] for row in anonymous(built(conversation))["utterances"]]


@pytest.mark.parametrize(
    ("text", "hidden"),
    [
        ("I told Dr. Okafor and Mrs. Hale.", "I told Dr. [name] and Mrs. [name]."),
        ("What did Mr Quist say?", "What did Mr [name] say?"),
        ("I'll speak to Doctor S on Friday.", "I'll speak to Doctor [name] on Friday."),
        ("Siobhan, what would Jane say?", "[name], what would [name] say?"),
        ("So, what would you say?", "So, what would you say?"),
        ("It ended in A in a good way, Ann.", "It ended in A in a good way, Person A."),
        ("Then We tried it. We did.", "Then We tried it. We did."),
        ("anns and Ann's and ANN", "Person As and Person A's and Person A"),
    ],
)
def test_names_however_they_are_said(text: str, hidden: str) -> None:
    assert hidden_texts(spoken(text)) == [hidden]


def test_every_part_of_a_persons_name_is_theirs() -> None:
    people = ("Mary Jane Watson", "Wei Li", "Jo-Ann van Dyke")
    talk = spoken(
        "I asked Jane and then Li, and Mr Li too.", "Dyke knows, van Dyke.", people=people
    )
    assert hidden_texts(talk) == [
        "I asked Person A and then Person B, and Mr Person B too.",
        "Person C knows, van Person C.",
    ]


def test_a_name_that_two_share_and_names_of_a_letter() -> None:
    shared = anonymous(built(spoken("Ann and Ann Bell.", people=("Ann Lee", "Ann Bell"))))
    assert [row["name"] for row in shared["participants"]] == ["Person A", "Person B"]
    assert shared["utterances"][0]["text"] == f"{NAMELESS} and Person B."
    short = anonymous(built(spoken("a man and A plan", people=("B", "A"))))
    assert [row["name"] for row in short["participants"]] == ["Person A", "Person B"]
    assert short["utterances"][0]["text"] == "a man and A plan"


def test_what_begins_a_sentence_and_may_be_a_name_is_listed() -> None:
    listed = " | ".join(identifying(anonymous(built(spoken("Siobhan left.", "Lovely, thanks.")))))
    assert "“siobhan” at 0:00" in listed
    assert "lovely" not in listed
    bare = identifying(anonymous(built(spoken("david smith told me at barclays in leeds"))))
    assert "hardly a word has a capital" in bare[0]


@pytest.mark.parametrize("name", WRITTEN)
def test_one_persons_page_without_names_has_nobodys_name(name: str) -> None:
    whole = built(with_plain_ids(WRITTEN[name]), manifest=replace(MANIFEST, title=None, set=None))
    for person in ("Ada", "Ruth", "Tom"):
        own = built(WRITTEN[name], alone(person), replace(MANIFEST, title=None, set=None))
        text = json.dumps(anonymous(own, whole))
        assert not re.findall(r"\b(Ian|Ada|Lin|Ruth|Tom|Zoe)\b", text)


def test_why_something_was_taken_out_is_the_facilitators_to_know() -> None:
    cut = Redaction(start_ms=0, end_ms=1000, time="2026-11-23", reason="Wei cried")
    manifest = replace(MANIFEST, redactions=(cut,))
    for audience in (SET, alone("Ada")):
        assert "cried" not in json.dumps(built(WRITTEN["good"], audience, manifest))
    assert "cried" in json.dumps(built(WRITTEN["good"], manifest=manifest))


def test_a_persons_page_has_nobody_elses_words() -> None:
    for name, conversation in WRITTEN.items():
        for person in ("Ada", "Ian", "Lin", "Ruth"):
            page = render_html(built(conversation, alone(person)))
            others = [u.utterance.text for u in conversation.utterances if u.person != person]
            assert not [text for text in others if len(text) > 25 and text in page], (name, person)


def test_no_average_of_two() -> None:
    two = spoken("We did that then.", "I would not.", people=("Ann", "Ben"))
    assert built(two, alone("Ann"))["average"] is None
    assert "beside the average" not in render_html(built(two, alone("Ann")))
    three = spoken("We did that then.", "I would not.", "Nor would I.")
    assert built(three, alone("Ann"))["average"]["people"] == 3


def test_file_names_in_warnings_are_names_too() -> None:
    warnings = [
        "wei_li_2.m4a is cut short.",
        "Ben's part is missing.",
        "Five voices were told apart.",
    ]
    talk = spoken("We did that.", people=("Wei Li", "Ben", "Cat"))
    for audience in (SET, alone("Cat")):
        document = build_document(
            MANIFEST, talk, provenance={}, warnings=warnings, reading=Reading(audience=audience)
        )
        kept = document["quality"]["warnings"]
        assert "Five voices were told apart." in kept
        assert not [each for each in kept if "wei" in each or "Ben" in each]
    whole = build_document(MANIFEST, talk, provenance={}, warnings=warnings)
    assert not [e for e in anonymous(whole)["quality"]["warnings"] if "wei" in e or "Ben" in e]


def test_words_stay_where_a_member_is_called_like_one() -> None:
    talk = spoken("What will you do with that mark of shame, Will?", people=("Will", "Mark", "Cat"))
    asked = replace(talk, utterances=(said("Cat", 0, 4, talk.utterances[0].utterance.text,
                                           "open_question"),))  # fmt: skip
    [row] = built(asked, SET)["utterances"]
    assert row["text"] == "What will you do with that mark of shame, …?"


def test_others_get_no_commands() -> None:
    guessed = replace(
        WRITTEN["good"], people=tuple(replace(p, guessed=True) for p in WRITTEN["good"].people)
    )
    assert "alsvoice speakers" in render_markdown(built(guessed))
    for document in (built(guessed, SET), built(guessed, alone("Ada")), anonymous(built(guessed))):
        page = render_html(document)
        assert "alsvoice speakers" not in page
        assert "alsvoice correct" not in page
