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
from alsvoice.report.anonymous import NAMELESS, anonymous, identifying
from alsvoice.report.audience import FACILITATOR, Audience, Reader
from alsvoice.report.document import Reading, build_document
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
    assert "Will" not in text
    assert hidden["session"]["title"] == "Action learning session"
    assert hidden["phases"][0]["name"] == "Exploring with Person A"
    assert hidden["phases"][0]["presenter"] == "Person A"
    assert {row["name"] for row in hidden["participants"]} == {"Person A", "Person B", "Person C"}


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


@pytest.mark.shared
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
