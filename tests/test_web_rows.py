"""What a page is given: the report's own numbers, and after a change no more than what changed."""

import sys
from pathlib import Path

import pytest

from alsvoice.config import Config
from alsvoice.errors import ConflictError, LibraryError, NotFoundError
from alsvoice.labels import LABELS
from alsvoice.measures.trust import Judged, check_order, trust
from alsvoice.pipeline import undoing, wishes
from alsvoice.pipeline.sight import document, see
from alsvoice.store import SessionFolder
from alsvoice.web.desk import Desk
from alsvoice.web.ranges import wanted
from scripted_demo import Scene

OPEN, CLOSED, ADVICE, OTHER = LABELS


@pytest.fixture
def scene(quiet: Scene, tmp_path: Path) -> Scene:
    return quiet.copy(tmp_path / "own")


@pytest.fixture
def desk(scene: Scene) -> Desk:
    return Desk(Config(library=scene.library, models=scene.library))


def test_the_numbers_are_those_of_the_report(scene: Scene, desk: Desk) -> None:
    found = desk.numbers(scene.session)["numbers"]
    report = document(see(SessionFolder(scene.folder)))
    assert found["balance"] == report["balance"]
    assert found["findings"] == report["findings"]
    assert found["questions"].items() <= report["questions"].items()
    for mine, own in zip(found["participants"], report["participants"], strict=True):
        assert mine.items() <= own.items()


def test_after_a_change_only_what_changed_is_sent(scene: Scene, desk: Desk) -> None:
    seen = desk.look(scene.session)
    first, second = list(seen.rows)[:2]
    changed = desk.change(
        scene.session, [wishes.labelled(first, "advice")], seen=seen.revision, who="Ann"
    )
    assert [row["id"] for row in changed["rows"]] == [first]
    assert changed["order"] is None and changed["undo"] == "a label"
    assert changed["numbers"] != seen.numbers()
    again = desk.change(
        scene.session, [wishes.helpful(second, yes=True)], seen=changed["revision"], who=None
    )
    assert [row["id"] for row in again["rows"]] == [second]
    with pytest.raises(ConflictError):
        desk.change(scene.session, [undoing.undo], seen=changed["revision"], who=None)
    [one, two] = SessionFolder(scene.folder).edits()[0][-2:]
    assert (one.who, two.who) == ("Ann", None)


def test_the_words_of_others_are_seen_when_they_change(scene: Scene, desk: Desk) -> None:
    view = desk.state(scene.session)
    first = next(iter(desk.look(scene.session).rows))
    scene.run("correct", first, "--label", "advice").good()
    assert desk.state(scene.session) != view
    assert desk.look(scene.session).rows[first]["label"] == "advice"


def test_a_command_that_holds_the_session_is_waited_for_and_then_told(
    scene: Scene, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys.modules[Desk.__module__], "_PATIENCE_S", 0.3)
    seen = desk.look(scene.session)
    first = next(iter(seen.rows))
    with (
        SessionFolder(scene.folder).held("process"),
        pytest.raises(LibraryError, match="held by `alsvoice process`"),
    ):
        desk.change(scene.session, [wishes.labelled(first, "advice")], seen=seen.revision, who=None)
    with pytest.raises(NotFoundError):
        desk.look(scene.session[:-1])


@pytest.mark.parametrize(
    ("header", "span"),
    [
        (None, (0, 100)), ("bytes=0-", (0, 100)), ("bytes=10-19", (10, 20)),
        ("bytes=90-500", (90, 100)), ("bytes=-30", (70, 100)), ("bytes=-500", (0, 100)),
        ("bytes=100-", None), ("bytes=0-1,5-6", (0, 100)), ("bytes=", None), ("pages=1-2", None),
    ],
)  # fmt: skip
def test_ranges(header: str | None, span: tuple[int, int] | None) -> None:
    assert wanted(header, 100) == span


def judged(id_: str, machine: object, unsure: bool, person: object) -> Judged:
    return Judged(id=id_, machine=machine, unsure=unsure, person=person)  # type: ignore[arg-type]


def test_agreement_weights_both_strata_and_takes_the_check_in_its_order() -> None:
    """Two unsure ones, one kept; eight sure ones, the first two in order kept: (1 + 8) / 10."""
    session = [
        judged("a", OPEN, True, OPEN), judged("b", OPEN, True, CLOSED),
        judged("c", OPEN, False, OPEN), judged("d", OPEN, False, OPEN),
        judged("e", OPEN, False, None),
        judged("f", OPEN, False, ADVICE),  # noticed, not checked: it does not count
        *[judged(f"g{n}", OPEN, False, None) for n in range(4)],
    ]  # fmt: skip
    overall, on_open, *others = trust([session])
    assert (overall.coded, overall.judged, overall.agreed) == (10, 4, 3)
    assert overall.share == pytest.approx((2 * 1 / 2 + 8 * 2 / 2) / 10)
    low, high = overall.interval or (0, 0)
    assert low < 0.9 == high, "one of the two unsure ones was wrong for sure"
    assert on_open.share == overall.share
    assert all(each.share is None and each.coded == 0 for each in others)
    assert [each.id for each in check_order(session)][:3] == ["c", "d", "e"]


def test_no_figure_where_a_stratum_was_never_looked_at() -> None:
    session = [judged("a", OPEN, True, OPEN), judged("b", OPEN, False, None)]
    assert trust([session])[0].share is None
    assert trust([[judged("a", OPEN, False, None)]])[0].coded == 0
    everything = [judged("a", OPEN, True, OPEN), judged("b", ADVICE, False, ADVICE)]
    found = trust([everything])[0]
    assert found.share == 1 and found.interval == (1, 1), "all was looked at, nothing is unknown"
