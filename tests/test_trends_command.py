"""``alsvoice trends`` over a library: whose sessions, in which order, and what is left out."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from alsvoice.session import Manifest
from cli_runner import alsvoice, refused
from meetings_scene import Shelf, called, coded_by
from scripted_demo import Scene, processed, silent_wav, voice_of


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Scene:
    scene = processed(tmp_path_factory.mktemp("made"))
    scene.run("speakers", *(f"{voice}={name}" for name, voice in voice_of().items())).good()
    return scene


@pytest.fixture
def shelf(made: Scene, tmp_path: Path) -> Shelf:
    return Shelf(library=tmp_path / "shelf", first=made)


def trends(shelf: Shelf, *arguments: str) -> dict[str, Any]:
    found: dict[str, Any] = shelf.run("trends", *arguments, "--json").good().json()
    return found


def days(found: dict[str, Any]) -> list[str]:
    return [session["started"][:10] for session in found["sessions"]]


def test_sessions_of_a_set_in_order_of_time(shelf: Shelf) -> None:
    shelf.add("2026-05-04")
    shelf.add("2026-03-02", change=lambda m: replace(m, created="2026-06-01T09:00:00+00:00"))
    shelf.add("2026-04-01", of_set="Fridays")
    assert days(trends(shelf, "--set", "tuesdays")) == ["2026-05-04", "2026-06-01"]
    everything = trends(shelf)
    assert days(everything) == ["2026-04-01", "2026-05-04", "2026-06-01"]
    assert "Sessions of several sets" in everything["notes"][0]
    assert trends(shelf, "--set", " TUESDAYS")["set"] == "Tuesdays"
    library = ("--library", shelf.library, "trends")
    assert "'Mondays'" in refused(*library, "--set", "Mondays")
    assert "'Zoë'" in refused(*library, "--person", "Zoë")


def test_numbers_are_the_reports_own_and_corrections_count(shelf: Shelf) -> None:
    shelf.add("2026-03-02")
    scene = shelf.add("2026-05-04")
    before = trends(shelf, "--set", "Tuesdays")["sessions"]
    question = next(u for u in scene.report()["utterances"] if u["label"] == "open_question")
    scene.run("correct", question["id"], "--label", "advice").good()
    after = trends(shelf, "--set", "Tuesdays")["sessions"]
    assert after[0] == before[0]
    for session in (after[1], before[0]):
        whose = Scene(library=shelf.library, session=session["id"], script=scene.script)
        report, numbers = whose.report(), session["measures"]
        for key, part in (("q_share", "balance"), ("advice_share", "questions")):
            assert numbers[key]["value"] == report[part][key]
            assert numbers[key]["interval"] == report[part][f"{key}_interval"]
        presenter = next(p for p in report["participants"] if p["role"] == "presenter")
        assert numbers["presenter_talk_share"]["value"] == presenter["talk_share"]
    assert after[1]["measures"]["advice_share"] != before[1]["measures"]["advice_share"]


def test_a_person_by_name_whatever_its_case(shelf: Shelf) -> None:
    shelf.add("2026-03-02")
    loud = shelf.add("2026-05-04", change=called("Marcus", "MARCUS"))
    for name in ("Milo", "MARCUS"):  # a name in another case alone is the name it was
        loud.run("speakers", f"{voice_of()['Marcus']}={name}").good()
    shelf.add("2026-06-01").run("speakers", "Marcus=Milo").good()
    found = trends(shelf, "--person", "marcus")
    assert days(found) == ["2026-03-02", "2026-05-04"]
    assert found["person"] == "MARCUS"  # as it is spelt last
    assert [s["role"] for s in found["sessions"]] == ["member", "member"]
    assert {row["difference"] for row in found["changes"]} == {0}
    assert days(trends(shelf, "--person", "Milo", "--set", "Tuesdays")) == ["2026-06-01"]


def test_two_classifiers_are_told_and_never_joined(shelf: Shelf) -> None:
    shelf.add("2026-03-02")
    coded_by(shelf.add("2026-05-04"), "questions.v1")
    found = trends(shelf, "--set", "Tuesdays")
    assert [s["classifier"] for s in found["sessions"]] == ["rules.v1", "questions.v1"]
    [told] = found["breaks"]
    assert "by questions.v1, before that by rules.v1" in told["sentence"]
    compared = {row["measure"] for row in found["changes"] if row["since"]}
    assert compared == {"facilitator_talk_share", "presenter_talk_share", "over_run"}
    assert told["sentence"] in shelf.run("trends").good().out


def test_what_cannot_be_read_is_named_and_skipped(shelf: Shelf, made: Scene) -> None:
    shelf.add("2026-03-02")
    broken = {
        "labels.json": b"{",
        "utterances.json": b"\xff\xfe",
        "diarization.json": b"",
    }
    names = []
    for n, (name, data) in enumerate(broken.items(), start=1):
        scene = shelf.add(f"2026-05-0{n}")
        (scene.folder / name).write_bytes(data)
        names.append(scene.session)
    scene = shelf.add("2026-05-04")
    for path in scene.folder.glob("session.json*"):
        path.write_text("{}")
    names.append(scene.session)
    wav = silent_wav(shelf.library / "new.wav", 2)
    new = shelf.run("import", wav, "--set", "Tuesdays", "--json").good().json()["session"]
    done = shelf.run("trends", "--set", "Tuesdays", "--json").good()
    found = done.json()
    assert days(found) == ["2026-03-02"]
    assert sorted(each["session"] for each in found["skipped"]) == sorted([*names, new])
    assert all(each["sentence"] and each["try_next"] for each in found["skipped"])
    assert f"Left out: Session {new} has not been processed to the end." in done.err
    page = shelf.run("trends", "--format", "html").good().out
    assert all(name in page for name in [*names, new])
    assert "Only one session has been processed" in page


def test_who_withdrew_is_in_no_trend(shelf: Shelf) -> None:
    scene = shelf.add("2026-03-02")
    shelf.add("2026-05-04")
    scene.run("withdraw", "Marcus", "--yes").good()
    assert days(trends(shelf, "--person", "Marcus")) == ["2026-05-04"]
    text = json.dumps(trends(shelf), ensure_ascii=False)
    assert len(trends(shelf)["sessions"]) == 2
    assert "Marcus" not in text


def test_a_voice_that_nobody_named_is_said(tmp_path: Path) -> None:
    scene = processed(tmp_path)
    shelf = Shelf(library=scene.library, first=scene)
    found = trends(shelf, "--person", "anjali")
    assert (found["sessions"], [s["session"] for s in found["skipped"]]) == ([], [scene.session])
    assert found["skipped"][0]["try_next"] == f"alsvoice speakers {scene.session}"
    guess = trends(shelf, "--person", "marcus")
    assert any("it is a guess whose voice this is" in note for note in guess["notes"])


def test_an_empty_library(shelf: Shelf) -> None:
    said = "No session has been processed yet, so there is nothing to compare."
    assert trends(shelf)["notes"] == [said]
    assert said in shelf.run("trends", "--set", "Tuesdays").good().out
    assert said in shelf.run("trends", "--format", "html").good().out


def test_where_it_is_written(shelf: Shelf, tmp_path: Path) -> None:
    shelf.add("2026-03-02")
    shelf.add("2026-05-04")
    as_data = shelf.run("trends", "--json").good().out
    shelf.run("trends", "-o", tmp_path / "a.json").good()
    assert (tmp_path / "a.json").read_text("utf-8") == as_data
    assert shelf.run("trends", "--format", "json").good().out == as_data
    shelf.run("trends", "-o", tmp_path / "a.html").good()
    page = (tmp_path / "a.html").read_text("utf-8")
    assert page.startswith("<!doctype html>")
    assert shelf.run("trends", "--format", "html").good().out == page + "\n"
    words = shelf.run("trends").good().out
    assert words.startswith("All sessions: 2 sessions\n")
    assert "Advice share: no clear change." in words
    library = ("--library", shelf.library, "trends")
    assert "pdf" in refused(*library, "--format", "pdf", status=2)
    assert "cannot both" in refused(*library, "--format", "html", "--json", status=2)
    assert "is not a file" in refused(*library, "-o", tmp_path)


HOSTILE = "<img src=x onerror=alert(1)>=cmd|' /C calc'!A0 \u202eevil\x1b[31m"


def test_hostile_names_stay_text(shelf: Shelf) -> None:
    def spoilt(manifest: Manifest) -> Manifest:
        return replace(manifest, set=HOSTILE, title=HOSTILE)

    shelf.add("2026-03-02", change=spoilt)
    shelf.add("2026-05-04", change=spoilt)
    for arguments in (("--set", HOSTILE), ()):
        words = shelf.run("trends", *arguments).good().everything
        assert not set(words) & {"\u202e", "\x1b"}
        page = shelf.run("trends", *arguments, "--format", "html").good().out
        assert "<img" not in page and not set(page) & {"\u202e", "\x1b"}
    said = refused("--library", shelf.library, "trends", "--person", HOSTILE)
    assert "\u202e" not in said


def test_nothing_is_written_into_the_library(shelf: Shelf) -> None:
    shelf.add("2026-03-02")
    before = sorted(str(p) for p in shelf.library.rglob("*"))
    shelf.run("trends").good()
    assert sorted(str(p) for p in shelf.library.rglob("*")) == before
    assert alsvoice("trends", "--help").status == 0
