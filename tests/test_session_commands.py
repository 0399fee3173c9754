"""A session from import to report through the command line, on scripted backends."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from alsvoice.formats import rttm, seglst, stm
from alsvoice.store import Library
from cli_runner import alsvoice, check_failure, refused
from scripted_demo import DEMO, Scene, imported, processed, silent_wav, truth, voice_of


@pytest.fixture(scope="module")
def done(tmp_path_factory: pytest.TempPathFactory) -> Scene:
    return processed(tmp_path_factory.mktemp("done"))


@pytest.fixture
def scene(done: Scene, tmp_path: Path) -> Scene:
    return done.copy(tmp_path)


def names_of(report: Mapping[str, Any]) -> dict[str, str | None]:
    return {p["speakers"][0]: p["name"] for p in report["participants"] if p["speakers"]}


def talk(report: Mapping[str, Any], name: str) -> float:
    return float(sum(p["talk_s"] for p in report["participants"] if p["name"] == name))


def test_import_keeps_the_source_and_what_was_said_of_it(tmp_path: Path) -> None:
    scene = imported(tmp_path)
    manifest = scene.manifest()
    assert (scene.folder / "audio/source-01.wav").read_bytes() == (
        tmp_path / "meeting.wav"
    ).read_bytes()
    assert [p["name"] for p in manifest["participants"]][:2] == ["Helen", "David"]
    assert manifest["participants"][3]["role"] == "member"
    assert manifest["phases"][0]["planned_ms"] == 300_000
    assert manifest["audio"]["duration_ms"] == pytest.approx(423_675, abs=1)
    assert list(manifest["stages"]) == ["ingest"]


def test_parts_of_a_recording_follow_each_other(tmp_path: Path) -> None:
    parts = [silent_wav(tmp_path / f"{n}.wav", n) for n in (2, 3)]
    session = alsvoice("import", *parts, "--json").good().json()["session"]
    shown = alsvoice("sessions", "show", session, "--json").good().json()
    assert shown["audio"]["duration_ms"] == 5000
    assert [(s["name"], s["start_ms"]) for s in shown["audio"]["sources"]] == [
        ("2.wav", 0), ("3.wav", 2000),
    ]  # fmt: skip


def test_files_and_folders_are_for_their_owner_alone(done: Scene) -> None:
    for path in done.folder.rglob("*"):
        assert path.stat().st_mode & 0o777 == (0o700 if path.is_dir() else 0o600), path


def test_only_what_is_stale_is_computed(scene: Scene) -> None:
    assert scene.process()["computed"] == []
    assert scene.process("--from", "align")["computed"] == ["align", "classify"]
    (scene.folder / "utterances.json").unlink()
    assert scene.process()["computed"] == ["align"]
    scene.script.hear({**voice_of(), "Anjali": voice_of()["Helen"]})
    again = scene.process("--from", "diarize")
    assert again["computed"] == ["diarize", "transcribe", "align", "classify"]
    assert scene.process("--speakers", "7")["computed"][0] == "diarize"


def test_a_changed_backend_makes_its_stage_stale(scene: Scene, tmp_path: Path) -> None:
    other = tmp_path / "other.json"
    other.write_bytes((scene.script.folder / "words.json").read_bytes())
    found = scene.process(f"--asr=scripted:{other}")
    assert found["computed"] == ["transcribe"]  # the same words: nothing after it changed
    assert scene.process()["kept"][:3] == ["ingest", "diarize", "transcribe"]


def test_the_report_has_every_key_of_the_contract(done: Scene) -> None:
    report = done.report()
    top = "schema session participants phases rounds questions balance timing utterances actions"
    assert set(top.split()) | {"findings", "quality", "provenance"} <= set(report)
    parts = {
        "participants": "id name role talk_s talk_share turns words longest_turn_s open_questions "
        "closed_questions advice advice_in_disguise stacked interruptions_made "
        "interruptions_received speakers",
        "phases": "name planned_s actual_s start_s end_s round presenter",
        "utterances": "id speaker participant start_s end_s text label confidence unsure flags "
        "source",
        "actions": "text owner due utterance",
    }
    for key, wanted in parts.items():
        assert set(wanted.split()) <= set(report[key][0]), key
    assert set(
        "open closed advice advice_in_disguise open_share open_share_interval advice_share stacked "
        "leading median_think_time_s".split()
    ) <= set(report["questions"])
    assert set("scope open closed advice statements question_s telling_s q_share q_share_interval "
               "open_share open_share_interval advice_share "
               "advice_share_interval".split()) <= set(report["balance"])  # fmt: skip
    assert set("speech_s silence_s overlap_s longest_turn_s turn_changes".split()) <= set(
        report["timing"]
    )
    assert set("alsvoice asr diarizer classifier".split()) <= set(report["provenance"])
    assert set("id title started duration_s template".split()) <= set(report["session"])


def test_talk_seconds_are_those_of_the_truth(done: Scene) -> None:
    done_report = done.report()
    by_voice = {p["speakers"][0]: p["talk_s"] for p in done_report["participants"]}
    for person in truth()["participants"]:
        assert by_voice[voice_of()[person["name"]]] == pytest.approx(
            person["talk_seconds"], abs=0.02
        )


def test_roles_are_guessed_and_marked(done: Scene) -> None:
    rows = {r["speakers"][0]: r for r in done.run("speakers", "--json").good().json()["speakers"]}
    for name in ("Helen", "David"):
        row = rows[voice_of()[name]]
        assert (row["name"], row["guessed"]) == (name, True)
        assert len(row["quotes"]) == 3
        assert all(quote["text"] for quote in row["quotes"])


def test_naming_is_followed_everywhere_and_survives_other_labels(scene: Scene) -> None:
    voices = voice_of()
    scene.run("speakers", *(f"{voice}={name}" for name, voice in voices.items())).good()
    assert names_of(scene.report()) == {voice: name for name, voice in voices.items()}
    before = {name: talk(scene.report(), name) for name in voices}
    turned = dict(zip(voices, reversed(list(voices.values())), strict=True))
    scene.script.hear(turned)
    scene.process("--from", "diarize")
    report = scene.report()
    assert names_of(report) == {voice: name for name, voice in turned.items()}
    assert {name: talk(report, name) for name in voices} == pytest.approx(before)
    assert not any(p["guessed"] for p in report["participants"])


def test_swap_merge_and_a_name_nobody_gave_before(scene: Scene) -> None:
    voices = voice_of()
    joanne, anjali = voices["Joanne"], voices["Anjali"]
    scene.run("speakers", f"{joanne}=Joanne", f"{anjali}=Anjali").good()
    scene.run("speakers", "Joanne=Anjali", "Anjali=Joanne").good()
    assert names_of(scene.report())[joanne] == "Anjali"
    assert names_of(scene.report())[anjali] == "Joanne"
    both = talk(scene.report(), "Anjali") + talk(scene.report(), "Joanne")
    scene.run("speakers", f"{anjali}=Anjali").good()  # two voices of one name are one person
    report = scene.report()
    assert len(report["participants"]) == 4
    assert talk(report, "Anjali") == pytest.approx(both, abs=0.5)
    scene.run("speakers", f"{joanne}=Zoë", f"{anjali}=Zoë").good()
    assert talk(scene.report(), "Zoë") == pytest.approx(both, abs=0.5)


def test_two_unnamed_voices_merge_by_label(scene: Scene) -> None:
    joanne, anjali = (voice_of()[name] for name in ("Joanne", "Anjali"))
    scene.run("speakers", f"{anjali}={joanne}").good()
    rows = scene.run("speakers", "--json").good().json()["speakers"]
    [merged] = [row for row in rows if joanne in row["speakers"]]
    assert sorted(merged["speakers"]) == sorted([joanne, anjali])
    assert merged["name"] is None


def test_a_label_overruled_counts_and_can_be_taken_back(scene: Scene) -> None:
    report = scene.report()
    chosen = next(u for u in report["utterances"] if u["label"] == "open_question")
    scene.run("correct", chosen["id"][:8], "--label", "advice").good()
    after = scene.report()
    [corrected] = [u for u in after["utterances"] if u["id"] == chosen["id"]]
    assert (corrected["label"], corrected["source"], corrected["unsure"]) == (
        "advice", "person", False,
    )  # fmt: skip
    assert after["questions"]["open"] == report["questions"]["open"] - 1
    assert after["questions"]["advice"] == report["questions"]["advice"] + 1
    scene.process("--from", "classify")
    assert scene.report()["questions"] == after["questions"]
    edits = scene.run("edits", "--undo", "1", "--json").good().json()["edits"]
    assert [row["state"] for row in edits] == ["undone", "active"]
    assert scene.report()["questions"] == report["questions"]
    scene.run("edits", "--undo", "2").good()  # an undone undo counts again
    assert scene.report()["questions"] == after["questions"]


def test_talk_time_follows_a_corrected_speaker(scene: Scene) -> None:
    scene.run("speakers", f"{voice_of()['Joanne']}=Joanne").good()
    report = scene.report()
    chosen = next(u for u in report["utterances"] if u["participant"] == "Joanne")
    length = chosen["end_s"] - chosen["start_s"]
    scene.run("correct", chosen["id"], "--speaker", "david").good()
    after = scene.report()
    assert talk(after, "Joanne") == pytest.approx(talk(report, "Joanne") - length, abs=0.5)
    assert talk(after, "David") == pytest.approx(talk(report, "David") + length, abs=0.5)
    scene.process("--from", "diarize")
    assert talk(scene.report(), "David") == pytest.approx(talk(after, "David"))


def test_an_utterance_can_go_to_somebody_without_a_voice(scene: Scene) -> None:
    report = scene.report()
    chosen = report["utterances"][3]
    scene.run("correct", chosen["id"], "--speaker", "Guest").good()
    [guest] = [p for p in scene.report()["participants"] if p["name"] == "Guest"]
    assert guest["talk_s"] == pytest.approx(chosen["end_s"] - chosen["start_s"], abs=0.01)


def test_corrected_words_are_coded_anew(scene: Scene) -> None:
    chosen = next(u for u in scene.report()["utterances"] if u["label"] == "open_question")
    scene.run("correct", chosen["id"], "--text", "You should just ring her today.").good()
    [after] = [u for u in scene.report()["utterances"] if u["id"] == chosen["id"]]
    assert after["text"] == "You should just ring her today."
    assert after["label"] == "advice"
    assert (after["start_s"], after["end_s"]) == (chosen["start_s"], chosen["end_s"])


def test_a_correction_that_finds_nothing_is_listed(scene: Scene) -> None:
    chosen = scene.report()["utterances"][0]
    scene.run("correct", chosen["id"], "--label", "advice").good()
    words = json.loads((scene.script.folder / "words.json").read_text())
    late = [w for w in words["data"]["words"] if w["start_ms"] > 1000 * chosen["end_s"] + 3000]
    words["data"]["words"] = late
    (scene.script.folder / "words.json").write_text(json.dumps(words))
    found = scene.process("--from", "transcribe")
    assert any("1 corrections no longer find" in warning for warning in found["warnings"])
    [row] = scene.run("edits", "--json").good().json()["edits"]
    assert row["state"] == "orphaned"


def test_a_torn_line_of_edits_loses_no_other(scene: Scene) -> None:
    first, second = scene.report()["utterances"][:2]
    scene.run("correct", first["id"], "--label", "advice").good()
    with (scene.folder / "edits.jsonl").open("ab") as file:
        file.write(b'{"id": "x", "time"')  # a crash while writing
    scene.run("correct", second["id"], "--label", "advice").good()
    report = scene.report()
    assert [u["label"] for u in report["utterances"][:2]] == ["advice", "advice"]
    assert any("edits.jsonl, line 2" in warning for warning in report["quality"]["warnings"])


@pytest.mark.parametrize("format_", ["html", "md", "csv", "json"])
def test_every_report_holds_what_was_said(done: Scene, format_: str, tmp_path: Path) -> None:
    to = tmp_path / f"report.{format_}"
    done.run("report", "--format", format_, "-o", str(to)).good()
    content = to.read_text("utf-8")
    assert "becoming clearer for you" in content
    assert done.run("report", "--format", format_, "-o", str(to)).good().out == ""
    assert to.read_text("utf-8") == content


def test_the_report_lands_in_the_session_by_default(done: Scene) -> None:
    [path] = done.run("report").good().out.split()
    assert Path(path) == done.folder / "report" / "report.html"
    assert Path(path).is_file()


def test_exports_parse_back(done: Scene) -> None:
    turns = rttm.parse(done.run("export", "--format", "rttm").good().out)
    assert sum(t.duration_ms for t in turns) == pytest.approx(333_280, abs=100)
    said = stm.parse(done.run("export", "--format", "stm").good().out)
    again = seglst.parse(done.run("export", "--format", "seglst").good().out)
    assert len(said) == len(again) == len(done.report()["utterances"])
    for name, start in (("srt", "1\n00:00:02"), ("vtt", "WEBVTT"), ("txt", "")):
        out = done.run("export", "--format", name).good().out
        assert out.startswith(start)
        assert "becoming clearer for you" in out


def test_evaluate_against_its_own_truth(done: Scene) -> None:
    scores = done.run("evaluate", "--reference", str(DEMO), "--json").good().json()
    assert scores["diarization"]["der"] == 0
    assert scores["diarization"]["speakers_found"] == 5
    assert scores["words"]["wer"] < 0.02  # two speak at once: their words are interleaved
    assert scores["labels"]["macro_f1"] > 0.85
    assert "collar 0" in done.run("evaluate", "--reference", str(DEMO)).good().out


def test_evaluate_files(tmp_path: Path) -> None:
    worse = tmp_path / "worse.rttm"
    rows = (DEMO / "session.rttm").read_text().splitlines()
    worse.write_text("\n".join(rows[: len(rows) // 2]) + "\n")
    scores = alsvoice("evaluate", worse, DEMO / "session.rttm", "--json").good().json()
    assert 0.3 < scores["diarization"]["missed"] < 0.7
    assert scores["diarization"]["false_alarm"] == 0
    same = alsvoice("evaluate", DEMO / "session.stm", DEMO / "session.stm", "--json").good().json()
    assert (same["words"]["wer"], same["words"]["cpwer"]) == (0, 0)


def test_sessions_are_listed_shown_and_deleted(scene: Scene) -> None:
    library = ("--library", str(scene.library))
    [row] = alsvoice(*library, "sessions", "list", "--json").good().json()["sessions"]
    assert (row["id"], row["state"]) == (scene.session, "processed")
    assert "A ward at night" in alsvoice("sessions", "list", *library).good().out
    assert "Helen: facilitator" in alsvoice("sessions", "show", scene.session, *library).good().out
    alsvoice("sessions", "delete", scene.session[:12], "--yes", *library).good()
    assert alsvoice(*library, "sessions", "list", "--json").good().json() == {"sessions": []}
    assert not scene.folder.exists()
    assert refused(*library, "sessions", "show", scene.session)


def test_templates_and_doctor_answer() -> None:
    listed = alsvoice("templates", "list", "--json").good().json()["templates"]
    assert len(listed) >= 4
    assert "exploring" in alsvoice("templates", "show", "classic").good().out
    checks = alsvoice("doctor", "--json").json()["checks"]
    assert {"disk", "memory", "microphone", "python"} <= {check["name"] for check in checks}
    assert all(check["ok"] or check["try_next"] for check in checks)


def test_a_language_other_than_english_is_said(scene: Scene) -> None:
    words = json.loads((scene.script.folder / "words.json").read_text())
    words["data"]["language"] = "de"
    (scene.script.folder / "words.json").write_text(json.dumps(words))
    assert any("English only" in w for w in scene.process("--from", "transcribe")["warnings"])


@pytest.mark.parametrize(
    ("date", "id_starts", "created"),
    [
        ("2026-03-04", "2026-03-04_0000_", "2026-03-04T00:00:00"),
        ("2025-12-31T18:30", "2025-12-31_1830_", "2025-12-31T18:30:00"),
    ],
)
def test_import_takes_the_day_of_the_meeting(
    tmp_path: Path, date: str, id_starts: str, created: str
) -> None:
    sound = silent_wav(tmp_path / "a.wav", 2)
    session = alsvoice("import", sound, "--date", date, "--json").good().json()["session"]
    manifest = Library(tmp_path / "library").session(session).manifest()
    assert session.startswith(id_starts)
    assert manifest.created.startswith(created)


@pytest.mark.parametrize(
    "date", ["", "yesterday", "2026-02-30", "04.03.2026", "2026-03-04T25:00", "0001-01-01x"]
)
def test_a_day_that_is_none_is_refused_before_any_sound_is_copied(
    tmp_path: Path, date: str
) -> None:
    said = alsvoice("import", silent_wav(tmp_path / "a.wav", 2), "--date", date)
    assert "is no day that the calendar has" in check_failure(said, 2)
    assert not list(Library(tmp_path / "library"))


def test_a_meeting_to_come_cannot_be_imported(tmp_path: Path) -> None:
    said = alsvoice("import", silent_wav(tmp_path / "a.wav", 2), "--date", "2999-01-01")
    assert "is still to come" in check_failure(said, 2)
