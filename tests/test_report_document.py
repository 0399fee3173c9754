import json
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings

import truth
from alsvoice.labels import LABELS, ClassifierCard
from alsvoice.report.document import SCHEMA, build_document
from alsvoice.session import Audio, Consent, Conversation, Manifest, Participant, Role, Source
from strategies import conversations, phase, said, scene

CREATED = "2026-11-23T09:30:00+00:00"
CARD = ClassifierCard(
    name="rules.v1",
    confusion={t: {c: 80 if t is c else 7 for c in LABELS} for t in LABELS},
)

# The contract, key by key and in order; more keys may follow each row's.
CONTRACT = {
    "session": "id title started duration_s template",
    "participants": (
        "id name role talk_s talk_share turns words longest_turn_s open_questions closed_questions "
        "advice advice_in_disguise stacked interruptions_made interruptions_received"
    ),
    "phases": "name planned_s actual_s start_s end_s round presenter",
    "rounds": "n presenter balance",
    "questions": (
        "open closed advice advice_in_disguise open_share open_share_interval advice_share stacked "
        "leading median_think_time_s"
    ),
    "balance": (
        "scope open closed advice statements question_s telling_s q_share q_share_interval "
        "open_share open_share_interval advice_share advice_share_interval"
    ),
    "timing": "speech_s silence_s overlap_s longest_turn_s turn_changes",
    "utterances": (
        "id speaker participant start_s end_s text label confidence unsure flags source"
    ),
    "actions": "text owner due utterance",
    "provenance": "alsvoice asr diarizer classifier",
}

PARTS = [
    *("schema", "session", "participants", "phases", "rounds", "questions", "balance", "timing"),
    *("utterances", "actions", "findings", "quality", "provenance"),
]

SPOKEN = scene(
    said("Fay", 0, 2, "Pia, what will you bring?", "open_question"),
    said("Pia", 4, 10, "I want to talk about my ward and its mornings."),
    said("Max", 11, 13, "Who is on your ward then?", "closed_question", "clarifying"),
    said("Pia", 13.5, 15, "Six of us, mostly."),
    said("Max", 14.5, 18, "You should just ring your manager.", "advice", confidence=0.5),
    said("Pia", 19, 22, "I'll ring her by Friday.", "other", "action_commitment"),
    roles={"Fay": "facilitator", "Pia": "presenter", "Max": "member"},
    phases=[
        phase("presenting", 0, 10.5, planned=10, round=1, presenter="Pia"),
        phase("exploring", 10.5, 22, round=1, presenter="Pia"),
        phase("exploring", 22, 30, round=2, presenter="Max"),
    ],
    duration=25,
)


def built(conversation: Conversation, **more: Any) -> dict[str, Any]:
    manifest = more.pop("manifest", Manifest(id="s1", created=CREATED))
    return build_document(manifest, conversation, provenance={"alsvoice": "0.1.0"}, **more)


def rows_of(part: Any) -> list[dict[str, Any]]:
    return part if isinstance(part, list) else [part]


@pytest.mark.parametrize("part", CONTRACT)
def test_the_contracts_keys_in_their_order(part: str) -> None:
    rows = rows_of(built(SPOKEN, card=CARD)[part])
    keys = CONTRACT[part].split()
    assert rows
    for row in rows:
        assert list(row)[: len(keys)] == keys


def test_the_contracts_parts_in_their_order() -> None:
    document = built(SPOKEN)
    parts = [part for part in document if part in PARTS]
    assert parts == PARTS
    assert document["schema"] == SCHEMA
    assert list(document["rounds"][0]["balance"]) == list(document["balance"])
    assert set(document["balance"]["scope"]) == {"roles", "phases"}


def test_a_session_counted_on_fingers() -> None:
    document = built(SPOKEN, card=CARD)
    fay, pia, max_ = document["participants"]
    assert (fay["talk_s"], pia["talk_s"], max_["talk_s"]) == (2.0, 10.5, 5.5)
    assert (pia["talk_share"], pia["turns"], pia["words"]) == (0.5833, 3, 19)
    assert (max_["closed_questions"], max_["advice"], max_["interruptions_made"]) == (1, 1, 1)
    assert (pia["interruptions_received"], fay["median_think_time_s"]) == (1, 2.0)
    assert document["timing"] == {
        "speech_s": 17.5,
        "silence_s": 7.5,
        "overlap_s": 0.5,
        "longest_turn_s": 6.0,
        "turn_changes": 5,
        "members_evenness": document["timing"]["members_evenness"],
    }
    assert document["actions"] == [
        {
            "text": "I'll ring her by Friday.",
            "owner": "Pia",
            "due": "2026-11-27",
            "utterance": "Pia@19",
            "due_phrase": "by Friday",
            "person": "Pia",
            "state": "open",
            "carried_to": None,
        }
    ]
    assert [row["n"] for row in document["rounds"]] == [1, 2]
    first, second = (row["balance"] for row in document["rounds"])
    assert (first["closed"], first["advice"], first["q_share"]) == (1, 1, 0.5)
    assert second["q_share"] is None
    assert second["q_share_interval"] is None
    assert document["phases"][0]["over_run_s"] == 0.5
    assert document["phases"][2]["end_s"] == 25.0
    assert document["quality"]["unsure"] == 1
    assert document["utterances"][4]["unsure"] is True


def test_voices_without_names() -> None:
    people = tuple(replace(p, name=None, role=None) for p in SPOKEN.people)
    document = built(
        replace(SPOKEN, people=people, phases=()),
        unplaced=[Participant(id="z", name="Zoe", role=Role.PRESENTER)],
    )
    assert [(p["name"], p["speakers"]) for p in document["participants"]] == [
        (None, ["V-Fay"]),
        (None, ["V-Pia"]),
        (None, ["V-Max"]),
    ]
    assert {u["participant"] for u in document["utterances"]} == {None}
    assert document["utterances"][0]["speaker"] == "V-Fay"
    assert document["actions"][0]["owner"] is None
    assert document["unplaced"] == [{"name": "Zoe", "role": "presenter"}]
    assert document["balance"]["q_share"] is None
    assert any("V-Fay" in sentence for sentence in document["quality"]["warnings"])


def test_silence_has_a_document_too() -> None:
    empty = Conversation(duration_ms=3_000, people=(), turns=(), utterances=())
    document = built(empty, card=CARD)
    assert document["quality"]["warnings"] == ["No speech was found in this recording."]
    assert document["timing"]["silence_s"] == 3.0
    assert document["questions"]["open_share"] is None
    assert document["questions"]["open_share_interval"] is None


def test_the_manifest_is_carried_over() -> None:
    manifest = Manifest(
        id="s2",
        created="some day",
        title="Huddle",
        consent=Consent.VERBAL,
        audio=Audio(
            file="mix.flac",
            sources=(Source(file="a.m4a"),),
            sha256="sha256:0",
            duration_ms=25_000,
            lost_ms=1_500,
            losses=("The last 1.5 seconds could not be read.",),
        ),
    )
    document = built(SPOKEN, manifest=manifest, warnings=["Mind the level.", "Mind the level."])
    assert document["session"]["consent"] == "verbal"
    assert document["actions"][0]["due"] is None  # no date to count from
    assert document["actions"][0]["due_phrase"] == "by Friday"
    assert document["quality"]["lost_s"] == 1.5
    assert document["quality"]["warnings"][:2] == [
        "The last 1.5 seconds could not be read.",
        "Mind the level.",
    ]
    assert document["quality"]["warnings"].count("Mind the level.") == 1
    assert document["provenance"] == {
        "alsvoice": "0.1.0",
        "asr": None,
        "diarizer": None,
        "classifier": None,
    }


@settings(max_examples=12, deadline=None)
@given(conversations())
def test_any_conversation_makes_json_and_the_same_twice(conversation: Conversation) -> None:
    first, again = (json.dumps(built(conversation, card=CARD), allow_nan=False) for _ in range(2))
    assert first == again


def test_the_demo_with_its_truth() -> None:
    document = built(truth.conversation(), card=CARD)
    assert json.loads(json.dumps(document)) == document
    questions = document["questions"]
    assert (questions["open"], questions["closed"], questions["advice"]) == (13, 8, 5)
    # Its codings are a person's: no classifier error, only sampling (Wilson).
    assert questions["open_share_interval"] == [0.4408, 0.7701]
    assert document["quality"]["warnings"] == []
    assert document["turns"][0] == {
        "id": "Helen",
        "participant": "Helen",
        "start_s": 2.72,
        "end_s": 5.57,
    }


def test_nothing_is_counted_of_a_facilitator_where_nobody_facilitates() -> None:
    keys = ("talk_share", "open", "closed", "advice", "time_keeping")
    led = built(SPOKEN)["facilitation"]
    assert [led[key] for key in keys] == [0.1111, 1, 0, 0, 0]  # Fay: 2 s of 18, one question
    people = tuple(replace(p, role=None) for p in SPOKEN.people)
    alone = built(replace(SPOKEN, people=people))["facilitation"]
    assert [alone[key] for key in keys] == [None] * 5
    assert alone["facilitators"] == []


def test_every_marked_phase_has_its_own_balance_shares_and_interruptions() -> None:
    document = built(SPOKEN)
    presenting, exploring, last = document["phases"]
    # Fay, who facilitates, asks one open question while Pia presents: everybody's, no member's.
    assert (presenting["open_share"], presenting["advice_share"]) == (1.0, 0.0)
    assert presenting["balance"]["q_share"] is None
    assert presenting["balance"]["scope"] == {
        "roles": ["member"], "phases": ["presenting"],
    }  # fmt: skip
    # Max asks one closed question and advises once, starting while Pia still talks.
    assert (exploring["open_share"], exploring["advice_share"]) == (0.0, 0.5)
    row = exploring["balance"]
    assert (row["closed"], row["advice"], row["statements"], row["q_share"]) == (1, 1, 0, 0.5)
    low, high = exploring["advice_share_interval"]
    assert low < 0.5 < high
    assert [row["interruptions"] for row in (presenting, exploring, last)] == [0, 1, 0]
    assert (last["open_share"], last["open_share_interval"], last["balance"]["q_share"]) == (
        None, None, None,
    )  # fmt: skip
    assert [row["interruptions"] for row in document["rounds"]] == [1, 0]


def test_members_are_weighed_in_a_phase_that_is_no_helping_one_by_its_name() -> None:
    marked = [phase("part one", 0, 18), phase("exploring", 18, 25)]
    first = built(replace(SPOKEN, phases=tuple(marked)))["phases"][0]
    assert (first["balance"]["closed"], first["balance"]["advice"]) == (1, 1)
    assert first["balance"]["scope"]["phases"] == ["part one"]


def test_guessed_phases_have_no_balance() -> None:
    rows = built(replace(truth.conversation(), phases=()))["phases"]
    keys = ("balance", "open_share", "advice_share_interval", "interruptions")
    assert rows
    assert all(row["guessed"] and row[key] is None for row in rows for key in keys)
