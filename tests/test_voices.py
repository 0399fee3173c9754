"""Voices across meetings, with sound: enrolled in one meeting, known by themselves in the next."""

import base64
import json
import os
import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from alsvoice.formats import voice_file
from alsvoice.voices import VoiceProfile, cosine
from cli_runner import alsvoice, refused
from voices_scene import NAMES, SET, Meeting, first, second, turns_of

LABELS = {name: f"SPEAKER_{number:02d}" for number, name in enumerate(NAMES)}
NEXT = {name: f"SPEAKER_{number:02d}" for number, name in enumerate(reversed(NAMES))}


@pytest.fixture(scope="module")
def before(tmp_path_factory: pytest.TempPathFactory) -> Meeting:
    """Give the first meeting, its voices named; nothing is enrolled yet."""
    return first(tmp_path_factory.mktemp("first"))


@pytest.fixture(scope="module")
def enrolled(before: Meeting, tmp_path_factory: pytest.TempPathFactory) -> Meeting:
    """Give a copy of it in which everybody who can be is enrolled."""
    meeting = _copy(before, tmp_path_factory.mktemp("enrolled"))
    answer = meeting.run("voices", "enrol", meeting.session, "--consent", "written", "--json")
    (meeting.script / "enrolled.json").write_text(answer.good().out, "utf-8")
    return meeting


@pytest.fixture(scope="module")
def known(enrolled: Meeting, tmp_path_factory: pytest.TempPathFactory) -> Meeting:
    """Give the second meeting, after the voices of the first were enrolled."""
    place = tmp_path_factory.mktemp("known")
    library = place / "copy"
    shutil.copytree(enrolled.library, library)
    return second(place, library)


@pytest.fixture
def here(known: Meeting, tmp_path: Path) -> Meeting:
    """Give the second meeting, to be changed at will."""
    return _copy(known, tmp_path)


def _copy(meeting: Meeting, place: Path) -> Meeting:
    shutil.copytree(meeting.library, place / "library")
    shutil.copytree(meeting.script, place / "script")
    copied = replace(meeting, library=place / "library", script=place / "script")
    for path in (copied.library / "sessions" / copied.session).glob("session.json*"):
        text = path.read_text("utf-8").replace(str(meeting.script), str(copied.script))
        path.write_text(text, "utf-8")
    return copied


def _folder(meeting: Meeting) -> Path:
    return meeting.library / "sets" / "tuesday-set.voices"


def _files(meeting: Meeting) -> list[Path]:
    return sorted(_folder(meeting).glob("*"))


def _profile(path: Path) -> VoiceProfile:
    return voice_file.parse(path.read_bytes(), where=path.name)


def _names(meeting: Meeting) -> dict[str, str | None]:
    return {voice: row["name"] for voice, row in meeting.named().items()}


def test_without_consent_or_a_name_nothing_is_kept(before: Meeting, tmp_path: Path) -> None:
    library = ("--library", before.library)
    enrol = ("voices", "enrol", before.session)
    assert "agreed" in refused(*library, *enrol)
    assert "Without consent" in refused(*library, *enrol, "--consent", "none", status=2)
    assert "'Eve'" in refused(*library, *enrol, "--person", "Eve", "--consent", "written")
    assert "no set 'x'" in refused(*library, *enrol, "--set", "x", "--consent", "written")
    assert _files(before) == []
    assert "No voices" in before.run("voices", "list").good().err
    assert before.run("voices", "list", "--json").json() == {"voices": []}


def test_who_says_enough_is_kept_and_who_does_not_is_told(enrolled: Meeting) -> None:
    answer = json.loads((enrolled.script / "enrolled.json").read_text("utf-8"))
    assert {row["name"] for row in answer["enrolled"]} == set(NAMES) - {"Anjali"}
    [anjali] = answer["refused"]
    assert (anjali["name"], anjali["fault"]) == ("Anjali", "short")
    assert "10 s" in anjali["sentence"]
    for path in _files(enrolled):
        assert path.stat().st_mode & 0o777 == 0o600 or os.name == "nt"
        assert {source.session for source in _profile(path).sources} == {enrolled.session}
    assert _files(enrolled)[0].parent.stat().st_mode & 0o777 == 0o700 or os.name == "nt"
    rows = {r["name"]: r for r in enrolled.run("voices", "list", "--json").json()["voices"]}
    assert rows["David"]["consent"] == "written" and rows["David"]["usable"]
    assert rows["David"]["seconds"] >= 10


def test_next_time_people_are_named_by_themselves(known: Meeting) -> None:
    rows = known.named()
    enrolled = {_profile(path).name for path in _files(known)}
    assert enrolled == set(NAMES) - {"Anjali"}
    for name in enrolled:
        assert rows[NEXT[name]]["name"] == name
        assert rows[NEXT[name]]["by_voice"] >= 0.6 and not rows[NEXT[name]]["guessed"]
    assert rows[NEXT["Anjali"]]["by_voice"] is None
    assert "(by voice, 0." in known.run("speakers", known.session).good().out


def test_a_stranger_stays_a_stranger(here: Meeting) -> None:
    for name in ("David", "Helen"):
        here.run("voices", "forget", name, "--yes").good()
    said = here.process().everything
    rows = here.named()
    assert rows[NEXT["David"]]["by_voice"] is rows[NEXT["Helen"]]["by_voice"] is None
    assert rows[NEXT["Marcus"]]["name"] == "Marcus"
    assert "known by their sound" in said


def test_the_next_process_names_an_old_session_of_the_set_alone(here: Meeting) -> None:
    kept = {path: path.read_bytes() for path in _files(here)}
    here.run("voices", "forget", "--all", "--yes").good()
    here.process()
    assert all(row["by_voice"] is None for row in here.named().values())
    _folder(here).mkdir()
    for path, data in kept.items():
        path.write_bytes(data)
    answer = here.process("--json").json()
    assert not {"diarize", "transcribe"} & set(answer["computed"])
    assert here.named()[NEXT["David"]]["name"] == "David"
    assert "known by their sound" not in here.process().everything  # it is done already


def test_corrections_win(here: Meeting) -> None:
    here.run("speakers", here.session, f"{NEXT['David']}=Guest").good()
    assert _names(here)[NEXT["David"]] == "Guest"
    here.run("speakers", here.session, f"{NEXT['Anjali']}=David").good()
    names = _names(here)
    assert names[NEXT["Anjali"]] == "David" and names[NEXT["David"]] == "Guest"
    here.process("--from", "diarize")
    assert _names(here) == names
    here.run("edits", here.session, "--undo", "2").good()
    here.run("edits", here.session, "--undo", "1").good()
    assert _names(here)[NEXT["David"]] == "David"


def test_a_name_by_voice_alone_is_not_enrolled(here: Meeting) -> None:
    enrol = ("--library", here.library, "voices", "enrol", here.session, "--consent", "verbal")
    assert "No voice of this session has a name" in refused(*enrol)
    assert "not confirmed" in refused(*enrol, "--person", "David")
    here.run("speakers", here.session, f"{NEXT['David']}=David").good()
    here.run(*enrol[2:]).good()
    [path] = [path for path in _files(here) if path.name == "david.json"]
    assert len(_profile(path).sources) == 2


def test_a_wrong_name_is_refused(here: Meeting) -> None:
    """Somebody else's speech neither joins a profile nor makes a second one of the same voice."""
    enrol = ("--library", here.library, "voices", "enrol", here.session, "--consent", "verbal")
    here.run("speakers", here.session, f"{NEXT['David']}=Helen").good()
    assert "does not sound like the profile" in refused(*enrol, "--person", "Helen")
    here.run("speakers", here.session, f"{NEXT['David']}=Guest").good()
    assert "sounds like David" in refused(*enrol, "--person", "Guest")


def test_a_voice_that_is_two_people_is_refused(before: Meeting, tmp_path: Path) -> None:
    meeting = _copy(before, tmp_path)
    meeting.hear(turns_of(0, {**LABELS, "Marcus": LABELS["Helen"]}))
    meeting.process("--from", "diarize")
    sentence = refused("--library", meeting.library, "voices", "enrol", meeting.session,
                       "--person", "Helen", "--consent", "verbal")  # fmt: skip
    assert "more than one voice" in sentence


def test_voices_that_were_merged_are_not_averaged(enrolled: Meeting, tmp_path: Path) -> None:
    """Of two labels under one name the one with more speech alone is taken."""
    meeting = _copy(enrolled, tmp_path)
    [path] = [path for path in _files(meeting) if path.name == "david.json"]
    alone = _profile(path).vector
    meeting.run("voices", "forget", "--all", "--yes").good()
    meeting.run("speakers", meeting.session, f"{LABELS['Joanne']}=David").good()
    enrol = ("voices", "enrol", meeting.session, "--person", "David", "--consent", "verbal")
    meeting.run(*enrol).good()
    assert cosine(_profile(path).vector, alone) > 0.998


def test_who_withdraws_is_forgotten(here: Meeting) -> None:
    text = b"David"
    assert any(text in path.read_bytes() for path in _files(here))
    here.run("withdraw", here.session, "David", "--yes").good()
    assert not any(text in path.read_bytes() for path in _files(here))
    recognition = json.loads(
        (here.library / "sessions" / here.session / "session.json").read_text("utf-8")
    )["recognition"]
    assert "David" not in json.dumps(recognition)
    assert "Helen" in json.dumps(recognition)
    here.process()
    assert "David" not in _names(here).values()


def test_forgetting(here: Meeting) -> None:
    library = ("--library", here.library, "voices", "forget")
    assert "whose voice" in refused(*library, status=2)
    assert "No such voice" in refused(*library, "Eve", "--yes")
    assert "cannot be undone" in refused(*library, "David")
    answer = here.run("voices", "forget", "david", "--yes", "--json").good().json()
    assert answer["forgotten"] == [{"set": SET, "name": "david"}]
    assert "david.json" not in [path.name for path in _files(here)]
    assert _names(here)[NEXT["David"]] == "David"  # until it is processed again
    here.run("voices", "forget", "--all", "--yes").good()
    assert not _folder(here).exists()
    here.process()
    assert all(row["by_voice"] is None for row in here.named().values())


def test_voices_follow_a_set_that_is_renamed(here: Meeting) -> None:
    here.run("sets", "edit", SET, "--rename", "Friday set").good()
    assert _files(here) == []
    assert len(here.run("voices", "list", "--set", "Friday set", "--json").json()["voices"]) >= 3
    here.process("--from", "diarize")
    assert _names(here)[NEXT["David"]] == "David"


def test_voices_are_handed_over_when_asked_for_and_are_known_there(
    enrolled: Meeting, tmp_path: Path
) -> None:
    enrolled.run("sets", "export", SET, "-o", tmp_path / "plain.json").good()
    told = enrolled.run("sets", "export", SET, "-o", tmp_path / "with.json", "--with-voices").good()
    assert "0 voices" not in told.out and "no voices" not in told.out
    other = tmp_path / "other"
    alsvoice("--library", other, "sets", "import", tmp_path / "plain.json").good()
    assert alsvoice("--library", other, "voices", "list", "--json").json()["voices"] == []
    alsvoice("--library", other, "sets", "import", tmp_path / "with.json").good()
    there = second(tmp_path / "there", other)
    assert there.named()[NEXT["David"]]["name"] == "David"
    there.run("voices", "forget", "David", "--yes").good()
    assert not any(b'"name":"David","network"' in path.read_bytes()
                   for path in (other / "sets").rglob("*") if path.is_file())  # fmt: skip


def test_samples_of_a_roll_call_come_along_and_serve(before: Meeting, tmp_path: Path) -> None:
    """Where nobody was enrolled, the passages in which people said their names tell."""
    spans = {
        name: next(t for t in turns_of(0, LABELS) if t.speaker == LABELS[name]
                   and t.end_ms - t.start_ms > 4000)
        for name in ("Helen", "David")
    }  # fmt: skip
    calls = [
        f"--roll-call={name}={t.start_ms / 1000:.1f}-{t.end_ms / 1000:.1f}"
        for name, t in spans.items()
    ]
    sound = next(before.script.parent.glob("part-0.flac"))
    here = tmp_path / "here"
    alsvoice("--library", here, "sets", "new", SET, "--participants", ",".join(NAMES)).good()
    answer = alsvoice("--library", here, "import", sound, "--set", SET, "--consent", "verbal",
                      *calls, "--json").good().json()  # fmt: skip
    shutil.copytree(before.script, tmp_path / "script")
    meeting = Meeting(library=here, session=answer["session"], script=tmp_path / "script")
    # The diariser missed the passages themselves: only how they sound can tell.
    told = {(t.speaker, t.start_ms) for t in spans.values()}
    meeting.hear(tuple(t for t in turns_of(0, LABELS) if (t.speaker, t.start_ms) not in told))
    meeting.process()
    rows = meeting.named()
    assert {rows[LABELS[name]]["name"] for name in spans} == set(spans)
    assert all(rows[LABELS[name]]["by_voice"] >= 0.6 for name in spans)
    meeting.run("sets", "export", SET, "-o", tmp_path / "with.json", "--with-voices").good()
    other = tmp_path / "other"
    alsvoice("--library", other, "sets", "import", tmp_path / "with.json").good()
    kept = alsvoice("--library", other, "voices", "list", "--json").json()["voices"]
    assert {row["name"]: row["consent"] for row in kept} == dict.fromkeys(spans, "verbal")
    there = second(tmp_path / "there", other)
    assert {there.named()[NEXT[name]]["name"] for name in spans} == set(spans)


def test_another_networks_voices_are_not_compared(here: Meeting) -> None:
    for path in _files(here):
        other = replace(_profile(path), network="sha256:another")
        path.write_bytes(voice_file.serialize(other))
    assert "made by another network" in here.process().err
    assert all(row["by_voice"] is None for row in here.named().values())
    assert "enrol anew" in here.run("voices", "list").good().out


def test_a_damaged_voice_is_told_and_stops_nothing(here: Meeting) -> None:
    [path] = [path for path in _files(here) if path.name == "david.json"]
    path.write_bytes(b"{")
    assert "damaged" in here.process().err
    names = _names(here)
    assert names[NEXT["Helen"]] == "Helen" and here.named()[NEXT["David"]]["by_voice"] is None
    assert "damaged" in here.run("voices", "list").good().out
    here.run("voices", "forget", "David", "--yes").good()
    assert not path.exists()


def test_a_profile_with_too_few_numbers_is_made_anew(enrolled: Meeting, tmp_path: Path) -> None:
    meeting = _copy(enrolled, tmp_path)
    [path] = [path for path in _files(meeting) if path.name == "david.json"]
    good = _profile(path)
    few = replace(good.sources[0], session="before", vector=(1.0, 0.0))
    path.write_bytes(voice_file.serialize(replace(good, sources=(few,))))
    assert "damaged" in meeting.run("voices", "list").good().out
    meeting.run(
        "voices", "enrol", meeting.session, "--person", "David", "--consent", "verbal"
    ).good()
    assert cosine(_profile(path).vector, good.vector) > 0.999


def test_a_sample_that_cannot_be_heard_or_has_no_consent_makes_no_profile(
    enrolled: Meeting, tmp_path: Path
) -> None:
    enrolled.run("sets", "export", SET, "-o", tmp_path / "set.json").good()
    given = json.loads((tmp_path / "set.json").read_text("utf-8"))
    clip = base64.b64encode(next(enrolled.library.rglob("mix.flac")).read_bytes()).decode()
    given["data"]["voices"] = {"Ann": clip, "Ben": "?", "Cat": "AAAA", "Dan": clip}
    given["data"]["consents"] = {"Ann": "written", "Ben": "verbal", "Cat": "verbal", "Dan": "none"}
    (tmp_path / "set.json").write_text(json.dumps(given), "utf-8")
    other = ("--library", tmp_path / "other")
    for _ in range(2):  # twice is once
        alsvoice(*other, "sets", "import", tmp_path / "set.json").good()
    kept = alsvoice(*other, "voices", "list", "--json").good().json()["voices"]
    assert [(row["name"], row["consent"], row["seconds"]) for row in kept] == [
        ("Ann", "written", 10.0)
    ]
    alsvoice(*other, "voices", "forget", "Ann", "--yes").good()
    left = (tmp_path / "other" / "sets" / "tuesday-set.handed-over").read_bytes()
    assert b'"Ann"' not in left and b'"Dan"' in left
