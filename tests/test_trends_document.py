"""Trends as data and as a page: three meetings small enough to count on fingers."""

import json
import re
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from alsvoice.report.document import build_document
from alsvoice.report.trends.chart import draw
from alsvoice.report.trends.document import build_trends
from alsvoice.report.trends.measures import OF_A_PERSON, OF_A_SET, Meeting
from alsvoice.report.trends.page import render_trends
from alsvoice.report.wording import text_or
from alsvoice.session import Conversation, Manifest
from strategies import conversations, phase, said, scene
from test_report_html import HOSTILE, Page

ROLES: dict[str, str | None] = {"Fay": "facilitator", "Pia": "presenter", "Max": "member"}


def meeting(
    day: str,
    conversation: Conversation,
    *,
    classifier: str = "rules.v1",
    coder: str = "a",
    diarizer: str = "sparse.v1",
    person: str | None = None,
    **about: Any,
) -> Meeting:
    document = build_document(
        Manifest(id=f"s-{day}", created=f"{day}T09:30:00+00:00", set="Tuesdays", **about),
        conversation,
        provenance={"alsvoice": "0.1.0", "classifier": classifier, "diarizer": diarizer},
    )
    rows = [row for row in document["participants"] if row["name"] == person]
    return Meeting(document=document, coder=coder, person=rows[0] if rows else None)


def talk(*acts: str, over: float = 0, roles: dict[str, str | None] | None = None) -> Conversation:
    """Return a meeting of ten seconds an act: Max asks or advises for 2 s, Pia answers for 4 s.

    A question is followed by a silence of 3 s, advice by one of 1 s.
    """
    texts = {
        "open": ("What would that look like?", "open_question"),
        "closed": ("Is she on your ward?", "closed_question"),
        "advice": ("You should just ring her now.", "advice"),
        "disguised": ("Have you thought about ringing her?", "advice", "advice_in_disguise"),
        "stacked": ("What then, and why there?", "open_question", "stacked"),
    }
    spoken = []
    for n, act in enumerate(acts):
        text, *more = texts[act]
        start = 10 * n
        spoken.append(said("Max", start, start + 2, text, *more))
        wait = 1 if more[0] == "advice" else 3
        spoken.append(said("Pia", start + 2 + wait, start + 6 + wait, "I do not know that yet."))
    end = 10 * len(acts)
    return scene(
        *spoken,
        roles=roles or ROLES,
        phases=[phase("exploring", 0, end, planned=end - over)],
        duration=end,
    )


FIRST = talk("open", "closed", "advice", "advice", over=10)
SECOND = talk("open", "open", "closed", "disguised", over=-5)
THIRD = talk("open", "open", "stacked", "closed", "open", over=0)
THREE = (("2026-01-05", FIRST), ("2026-03-02", SECOND), ("2026-05-04", THIRD))


def of(trends: dict[str, Any], key: str) -> list[dict[str, Any]]:
    return [session["measures"][key] for session in trends["sessions"]]


def values(trends: dict[str, Any], key: str) -> list[float | None]:
    return [number["value"] for number in of(trends, key)]


def changes(trends: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {row["measure"]: row for row in trends["changes"]}


def test_three_meetings_counted_on_fingers() -> None:
    trends = build_trends([meeting(*each) for each in THREE], of_set="Tuesdays")
    assert values(trends, "advice_share") == [0.5, 0.25, 0]
    assert values(trends, "open_share") == [0.5, 0.6667, 0.8]
    assert values(trends, "q_share") == [0.5, 0.75, 1]
    assert values(trends, "disguised_share") == [0, 0.25, 0]
    assert values(trends, "stacked_share") == [0, 0, 0.2]
    assert values(trends, "think_time") == [3, 3, 3]
    assert values(trends, "presenter_talk_share") == [0.6667] * 3
    assert values(trends, "facilitator_talk_share") == [0, 0, 0]
    assert values(trends, "over_run") == [10, -5, 0]
    assert [(n["part"], n["whole"]) for n in of(trends, "advice_share")] == [(2, 4), (1, 4), (0, 5)]
    assert [(n["part"], n["whole"]) for n in of(trends, "over_run")] == [(1, 1), (0, 1), (0, 1)]
    assert [n["interval"] for n in of(trends, "think_time")] == [None, None, [3, 3]]
    assert {n["run"] for session in trends["sessions"] for n in session["measures"].values()} == {0}
    assert [s["started"][:10] for s in trends["sessions"]] == [day for day, _ in THREE]
    assert (trends["breaks"], trends["notes"], trends["person"]) == ([], [], None)


def test_what_changed_since_last_time() -> None:
    """Wilson of 1/4: 0.0579 to 0.6438; of 0/5: 0 to 0.3511; squared, added, rooted."""
    found = changes(build_trends([meeting(*each) for each in THREE]))
    advice = found["advice_share"]
    assert (advice["before"], advice["after"], advice["difference"]) == (0.25, 0, -0.25)
    low = -0.25 - (0.6438 - 0.25)
    high = -0.25 + (0.3511**2 + (0.25 - 0.0579) ** 2) ** 0.5
    assert advice["interval"] == pytest.approx([low, high], abs=2e-4)
    assert advice["clear"] is False
    assert "no clear change" in advice["sentence"]
    assert "25% on 2 March 2026, 0% on 4 May 2026" in advice["sentence"]
    assert found["think_time"]["clear"] is None  # three waits have no range
    assert "Too little was measured" in found["think_time"]["sentence"]


def test_two_meetings_of_one_day_are_told_by_their_time() -> None:
    first, second = meeting("2026-01-05", FIRST), meeting("2026-01-05", SECOND)
    later = {**second.document["session"], "id": "s2", "started": "2026-01-05T14:00:00+00:00"}
    second = Meeting(document={**second.document, "session": later}, coder="a")
    row = changes(build_trends([first, second]))["advice_share"]
    assert "50% on 5 January 2026, 09:30, 25% on 5 January 2026, 14:00" in row["sentence"]


def test_a_clear_change_is_told_cautiously() -> None:
    much, little = talk(*["advice"] * 20), talk(*["open"] * 20)
    row = changes(build_trends([meeting("2026-01-05", much), meeting("2026-03-02", little)]))
    assert row["advice_share"]["clear"] is True
    assert row["advice_share"]["sentence"].startswith("Advice share seems lower than last time: ")
    assert "100 points less (likely" in row["advice_share"]["sentence"]


@pytest.mark.parametrize(
    ("other", "said_of"),
    [
        ({"classifier": "questions.v1", "coder": "b"}, "by questions.v1, before that by rules.v1."),
        ({"coder": "b"}, "by another build of rules.v1, before that by the one before."),
    ],
)
def test_counts_of_two_classifiers_are_never_joined(other: dict[str, Any], said_of: str) -> None:
    meetings = [meeting(*THREE[0]), meeting(*THREE[1]), meeting(*THREE[2], **other)]
    trends = build_trends(meetings)
    [row] = trends["breaks"]
    assert (row["session"], row["since"], row["what"]) == (
        "s-2026-05-04", "s-2026-03-02", "classifier",
    )  # fmt: skip
    assert said_of in row["sentence"] and "neither compared nor joined" in row["sentence"]
    name = other.get("classifier", "rules.v1").partition(".")[0]
    assert row["try_next"] == (f"alsvoice process s-2026-03-02 --from classify --classifier {name}")
    coded = {"q_share", "advice_share", "open_share", "disguised_share", "stacked_share"}
    assert set(row["measures"]) == coded | {"think_time"}
    found = changes(trends)
    for key in row["measures"]:
        assert [n["run"] for n in of(trends, key)] == [0, 0, 1]
        assert (found[key]["difference"], found[key]["interval"]) == (None, None)
        assert "not compared" in found[key]["sentence"]
    assert found["presenter_talk_share"]["difference"] == 0  # no classifier has a part in it
    page = Page(render_trends(trends))
    assert said_of in page.text
    assert sum("broken" in a.get("class", "") for a in page.all("line")) == 1 + len(row["measures"])


def test_voices_told_apart_otherwise_break_talk_and_silences() -> None:
    trends = build_trends([meeting(*THREE[0]), meeting(*THREE[1], diarizer="tracks.v1")])
    [row] = trends["breaks"]
    assert "by tracks.v1, before that by sparse.v1" in row["sentence"]
    assert row["try_next"] is None
    assert set(row["measures"]) == {
        "think_time", "facilitator_talk_share", "presenter_talk_share",
    }  # fmt: skip
    assert changes(trends)["advice_share"]["difference"] == -0.25


def test_a_person_is_compared_in_the_same_role() -> None:
    other = {"Max": "presenter", "Pia": "member", "Fay": "facilitator"}
    days = [
        meeting("2026-01-05", FIRST, person="Max"),
        meeting("2026-03-02", talk("open", roles=dict(other)), person="Max"),
        meeting("2026-05-04", THIRD, person="Max"),
    ]
    trends = build_trends(days, person="Max")
    assert [s["role"] for s in trends["sessions"]] == ["member", "presenter", "member"]
    assert values(trends, "advice_share") == [0.5, 0, 0]
    assert values(trends, "talk_share") == [0.3333] * 3
    assert values(trends, "think_time") == [3, 3, 3]
    assert {row["since"] for row in trends["changes"]} == {"s-2026-01-05"}
    last = build_trends(days[:2], person="Max")["changes"][0]
    assert last["sentence"].endswith(
        "no earlier session as presenter has a number to compare with."
    )
    page = Page(render_trends(trends))
    shapes = [a["href"] for a in page.all("use")]
    assert shapes.count("#t-square") == 1 + len(OF_A_PERSON)
    assert sum("joint" in a.get("class", "") for a in page.all("line")) == 0


def test_what_they_said_they_would_work_on() -> None:
    spoken = scene(
        said("Max", 0, 2, "What will you do?", "open_question"),
        said("Pia", 3, 6, "I'll ring her by Friday.", "other", "action_commitment"),
        said("Max", 7, 9, "I'll think about that one.", "other", "action_commitment"),
        roles=ROLES,
    )
    growth = {"kind": "growth", "person": "Max", "text": "Max might wait.", "utterances": ["u"]}
    found = meeting("2026-03-02", spoken, person="Max")
    shown = {**found.document, "findings": [growth, {**growth, "person": "Pia"}]}
    first = meeting("2026-01-05", spoken, person="Max")
    last = Meeting(document=shown, coder="a", person=found.person)
    working = build_trends([first, last], person="Max")["working_on"]
    assert [(a["number"], a["text"]) for a in working["actions"]] == [
        (2, "I'll think about that one.")
    ]
    assert working["growth"] == [{"text": "Max might wait.", "utterances": ["u"]}]
    assert [a["session"] for a in working["earlier"]] == ["s-2026-01-05"]
    everybody = build_trends([Meeting(document=shown, coder="a")])["working_on"]
    assert ([a["owner"] for a in everybody["actions"]], everybody["growth"]) == (["Pia", "Max"], [])
    without = {key: value for key, value in shown.items() if key != "findings"}
    quiet = build_trends([Meeting(document=without, coder="a", person=found.person)], person="Max")
    assert quiet["working_on"]["growth"] == []


def test_each_phase_against_its_plan() -> None:
    trends = build_trends([meeting(*each) for each in THREE])
    assert [s["phases"][0]["over_run_s"] for s in trends["sessions"]] == [10, -5, 0]
    text = Page(render_trends(trends)).text
    for row in (
        "5 January 2026 0:10 over 0:30",
        "2 March 2026 0:05 under 0:45",
        "4 May 2026 on time (0:50)",
    ):
        assert row in text
    own = build_trends([meeting(*THREE[0], person="Max")], person="Max")
    assert "Phases against their plan" not in Page(render_trends(own)).text


def test_guessed_phases_count_for_nothing() -> None:
    trends = build_trends([meeting("2026-01-05", FIRST)])
    assert values(trends, "over_run") == [10]
    found = meeting("2026-01-05", FIRST)
    phases = [{**row, "guessed": True} for row in found.document["phases"]]
    guessed = Meeting(document={**found.document, "phases": phases}, coder="a")
    assert values(build_trends([guessed]), "over_run") == [None]
    assert build_trends([guessed])["sessions"][0]["phases"] == []


@pytest.mark.parametrize(
    ("meetings", "sentence"),
    [
        ([], "No session has been processed yet, so there is nothing to compare."),
        (
            [meeting(*THREE[0])],
            "Only one session has been processed: trends begin with the second.",
        ),
    ],
)
def test_too_few_sessions_say_so(meetings: list[Meeting], sentence: str) -> None:
    trends = build_trends(meetings)
    assert (trends["notes"], trends["changes"]) == ([sentence], [])
    page = Page(render_trends(trends))
    assert sentence in page.text
    assert page.open == []


def test_nobody_is_known_to_be_a_member() -> None:
    """Then the balance is open, which is not zero."""
    alone = talk("open", "closed", roles={"Max": None, "Pia": None})
    trends = build_trends([meeting("2026-01-05", alone), meeting("2026-03-02", alone)])
    assert values(trends, "q_share") == [None, None]
    assert "nothing to count" in changes(trends)["q_share"]["sentence"]


# Whatever the meetings are.


@settings(max_examples=40, deadline=None)
@given(
    st.lists(st.tuples(conversations(), st.sampled_from(["rules.v1", "questions.v1"])), max_size=4),
    st.booleans(),
)
def test_any_meetings_make_trends_and_a_page(
    drawn: list[tuple[Conversation, str]], own: bool
) -> None:
    meetings = [
        meeting(f"2026-01-{n:02}", conversation, classifier=name, coder=name)
        for n, (conversation, name) in enumerate(drawn, start=1)
    ]
    person = "Ann" if own else None
    if own:
        meetings = [
            Meeting(document=m.document, coder=m.coder, person=m.document["participants"][0])
            for m in meetings
        ]
    trends = build_trends(meetings, person=person)
    assert json.loads(json.dumps(trends, allow_nan=False)) == trends
    for key in (m.key for m in (OF_A_PERSON if own else OF_A_SET)):
        for number, other in zip(of(trends, key), meetings, strict=True):
            value, interval = number["value"], number["interval"]
            assert interval is None or interval[0] <= value <= interval[1]
            assert number["part"] is None or number["part"] <= number["whole"]
            _agrees(key, value, other)
    by_session = {s["id"]: s for s in trends["sessions"]}
    for row in trends["changes"]:
        if row["since"] is not None:
            before, after = by_session[row["since"]], by_session[row["session"]]
            assert (
                before["measures"][row["measure"]]["run"]
                == after["measures"][row["measure"]]["run"]
            )
            assert before["role"] == after["role"]
    page = Page(render_trends(trends))
    assert page.open == []
    ids = page.values("id")
    assert len(ids) == len(set(ids))


def _agrees(key: str, value: float | None, meeting: Meeting) -> None:
    """Check a number against the report's own."""
    if meeting.person is not None:
        reported = {
            "open_share": meeting.person["open_share"],
            "advice_share": meeting.person["advice_share"],
            "talk_share": meeting.person["talk_share"],
            "think_time": meeting.person["median_think_time_s"],
        }
    else:
        questions = meeting.document["questions"]
        reported = {
            "open_share": questions["open_share"],
            "advice_share": questions["advice_share"],
            "think_time": questions["median_think_time_s"],
        }
    if key in reported and not (key == "talk_share" and value is None):
        assert value == (
            None if reported[key] is None else pytest.approx(reported[key], abs=0.0011)
        ), key


# The page.


def test_nothing_can_be_reached_from_the_page() -> None:
    text = render_trends(build_trends([meeting(*each) for each in THREE]))
    page = Page(text)
    assert not re.search(r"https?://|//[a-z]|url\(|@import|srcset|<link|<iframe|<base", text)
    assert "src" not in {key for _, attrs in page.tags for key in attrs}
    assert not page.all("script")
    [policy] = [m["content"] for m in page.all("meta") if "http-equiv" in m]
    assert "default-src 'none'" in policy and "script-src 'none'" in policy
    assert "style" not in {key for _, attrs in page.tags for key in attrs}


def test_every_picture_has_a_name_and_its_numbers_beside_it() -> None:
    page = Page(render_trends(build_trends([meeting(*each) for each in THREE], of_set="Tuesdays")))
    pictures = [a["aria-label"] for a in page.all("svg") if a.get("role") == "img"]
    assert len(pictures) == len(OF_A_SET) == len(page.all("figure"))
    assert "Advice share over 3 sessions: 50% on 5 January 2026, 0% on 4 May 2026." in pictures[1]
    for said_of in ("2 March 2026 25% 6% to 64% 1 of 4", "Tuesdays over time", "3 sessions"):
        assert said_of in page.text


@pytest.mark.parametrize("name", HOSTILE)
def test_names_and_words_stay_text(name: str) -> None:
    spoken = scene(
        said("Pia", 3, 6, f"I'll ring {name} by Friday.", "other", "action_commitment"),
        roles=ROLES,
    )
    about = {"title": name, "template": name}
    trends = build_trends(
        [meeting("2026-01-05", spoken, **about), meeting("2026-03-02", spoken, **about)],
        of_set=name,
        skipped=[{"session": name, "sentence": name, "try_next": name}],
    )
    page = Page(render_trends(trends))
    assert page.open == []
    assert not page.all("img") and not page.all("script")
    assert not any(key.startswith("on") for _, attrs in page.tags for key in attrs)
    assert text_or(name) in page.text
    assert not set(page.text) & set("\u202e\u202a\x00\x1b")
    whose = build_trends([], person=name)
    assert text_or(name) in Page(render_trends(whose)).text


def test_lines_join_neighbours_that_were_counted_alike() -> None:
    numbers: list[dict[str, Any]] = [
        {"value": 0.0, "interval": [0.0, 0.5], "run": 0},
        {"value": 1.0, "interval": None, "run": 0},
        {"value": None, "interval": None, "run": 0},
        {"value": 0.5, "interval": None, "run": 0},
        {"value": 0.5, "interval": None, "run": 1},
    ]
    found = draw(numbers, [None] * 5, is_share=True)
    assert len(found.lines) == 1 and len(found.breaks) == 1 and len(found.marks) == 4
    [line] = found.lines
    assert (line.y1, line.y2) == (found.bottom, found.top)
    assert found.marks[2].x < found.breaks[0] < found.marks[3].x
    assert found.marks[0].low_y == found.bottom and found.marks[1].low_y is None


@given(st.lists(st.none() | st.floats(-1e5, 1e5), max_size=30))
def test_every_mark_lies_in_the_picture(drawn: list[float | None]) -> None:
    numbers = [
        {"value": v, "interval": None if v is None else [v - 1, v + 2], "run": 0} for v in drawn
    ]
    found = draw(numbers, [None] * len(numbers), is_share=False)
    for mark in found.marks:
        assert found.left <= mark.x <= found.right
        for y in (mark.y, mark.low_y, mark.high_y):
            assert y is not None and found.top - 0.1 <= y <= found.bottom + 0.1
    assert 2 <= len(found.ticks) <= 8
    assert any(tick.zero for tick in found.ticks)
    xs = [mark.x for mark in found.marks]
    assert xs == sorted(set(xs))
