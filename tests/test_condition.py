"""A session with any of its files missing, damaged, changed or no file: said, and repaired."""

import json
import os
import sys
from pathlib import Path
from typing import Any

import pytest

from alsvoice.digest import digest_bytes
from alsvoice.formats import pending
from alsvoice.removal.plan import Plan
from alsvoice.session import Redaction
from cli_runner import alsvoice, check_failure
from scripted_demo import Scene, processed

NAMES = ("diarization.json", "words.json", "utterances.json", "labels.json", "audio/mix.flac")
posix = pytest.mark.skipif(sys.platform == "win32", reason="links, pipes and modes of POSIX")


@pytest.fixture(scope="module")
def done(tmp_path_factory: pytest.TempPathFactory) -> Scene:
    scene = processed(tmp_path_factory.mktemp("done"))
    scene.run("speakers", "SPEAKER_00=Helen").good()
    utterance = scene.report()["utterances"][3]["id"]
    scene.run("correct", utterance, "--label", "advice").good()
    return scene


@pytest.fixture
def scene(done: Scene, tmp_path: Path) -> Scene:
    return done.copy(tmp_path)


def show(scene: Scene) -> Any:
    return alsvoice(
        "--library", scene.library, "sessions", "show", scene.session, "--json"
    ).good().json()  # fmt: skip


def problems(scene: Scene) -> dict[str, str]:
    return {p["file"]: p["fault"] for p in show(scene)["problems"]}


def state(scene: Scene) -> str:
    listed = alsvoice("--library", scene.library, "sessions", "list", "--json").good().json()
    return str(listed["sessions"][0]["state"])


def contents(scene: Scene) -> dict[str, bytes]:
    return {name: (scene.folder / name).read_bytes() for name in NAMES}


def aside(scene: Scene) -> dict[str, bytes]:
    return {
        path.name.rsplit(".", 1)[0]: path.read_bytes()
        for path in (scene.folder / "set-aside").iterdir()
    }


def test_nothing_is_the_matter_with_a_good_session(scene: Scene) -> None:
    scene.run("report").good()
    assert problems(scene) == {}
    assert scene.process()["repairs"] == []


# Stage files.


@pytest.mark.parametrize("name", NAMES)
def test_a_missing_file_is_said_and_made_again(scene: Scene, name: str) -> None:
    before = contents(scene)
    (scene.folder / name).unlink()
    assert problems(scene) == {name: "missing"}
    done = scene.process()
    assert len(done["computed"]) == 1, "what depends on it is the same and stays"
    assert f"{name} is missing" in done["repairs"][0]
    assert contents(scene) == before


@pytest.mark.parametrize("damage", [b"", b"NaN", b'{"schema":1', b"\x00" * 99])
@pytest.mark.parametrize("name", NAMES)
def test_a_damaged_file_is_said_and_made_again(scene: Scene, name: str, damage: bytes) -> None:
    before = contents(scene)
    (scene.folder / name).write_bytes(damage)
    assert problems(scene) == {name: "changed" if name.endswith("flac") else "damaged"}
    assert len(scene.process()["computed"]) == 1
    assert contents(scene) == before
    assert aside(scene) == {Path(name).name: damage}
    assert set(problems(scene).values()) == {"extra"}


def test_numbers_that_are_none_are_damage(scene: Scene) -> None:
    path = scene.folder / "words.json"
    path.write_bytes(path.read_bytes().replace(b'"start_ms":', b'"start_ms":NaN,"x":', 1))
    assert problems(scene) == {"words.json": "damaged"}
    assert "alsvoice process" in scene.run("report").err


def test_a_file_edited_by_hand_is_read_and_never_lost(scene: Scene) -> None:
    before = contents(scene)
    path = scene.folder / "words.json"
    edited = path.read_bytes().replace(b'"text":"', b'"text":"Well', 1)
    path.write_bytes(edited)
    assert problems(scene) == {"words.json": "changed"}
    warnings = scene.report()["quality"]["warnings"]
    assert any("words.json was changed" in warning for warning in warnings)
    done = scene.process()
    assert done["computed"] == ["transcribe"]
    assert "kept as set-aside/words.json." in done["repairs"][0]
    assert aside(scene) == {"words.json": edited}
    assert contents(scene) == before


def test_a_stage_whose_backend_is_gone_keeps_what_was_edited(scene: Scene) -> None:
    path = scene.folder / "words.json"
    path.write_bytes(path.read_bytes() + b" ")
    check_failure(scene.run("process", "--asr", "nosuch"))
    assert problems(scene) == {"words.json": "changed"}
    scene.run("report").good()


def test_a_newer_file_is_left_alone_unless_asked_for(scene: Scene) -> None:
    path = scene.folder / "words.json"
    newer = path.read_bytes().replace(b'"schema":1', b'"schema":7', 1)
    path.write_bytes(newer)
    assert problems(scene) == {"words.json": "newer"}
    outcome = scene.run("process")
    assert "words.json: schema 7 is newer" in check_failure(outcome)
    assert "upgrade" in outcome.err
    assert "--from transcribe" in outcome.err
    assert path.read_bytes() == newer
    scene.run("process", "--from", "transcribe").good()
    assert aside(scene) == {"words.json": newer}


# The manifest.


@pytest.mark.parametrize("damage", [None, b"", b"{}", b"\xff", b"[" * 9000])
def test_the_manifest_comes_back_from_its_copy(scene: Scene, damage: bytes | None) -> None:
    path = scene.folder / "session.json"
    before = path.read_bytes()
    path.unlink() if damage is None else path.write_bytes(damage)
    assert problems(scene) == {"session.json": "missing" if damage is None else "damaged"}
    assert state(scene) == "processed"
    outcome = scene.run("export", "--format", "txt").good()
    assert "its copy is used" in outcome.err
    assert not path.exists() or path.read_bytes() == damage, "reading repairs nothing"
    done = scene.process()
    assert done["computed"] == []
    assert "repaired from its copy" in done["repairs"][0]
    assert path.read_bytes() == before
    if damage is not None:
        assert aside(scene) == {"session.json": damage}


@pytest.mark.parametrize(
    "command",
    [
        ["speakers", "SPEAKER_00=Ann"],
        ["correct", "ID", "--label", "other"],
        ["edits", "--undo", "1"],
    ],
    ids=["speakers", "correct", "edits"],
)
def test_a_correction_keeps_a_manifest_that_was_spoilt_by_hand(
    scene: Scene, command: list[str]
) -> None:
    utterance = scene.report()["utterances"][0]["id"]
    (scene.folder / "session.json").write_bytes(b"{mine")
    said = scene.run(*(utterance if word == "ID" else word for word in command)).good()
    assert aside(scene) == {"session.json": b"{mine"}
    assert "What was session.json is kept as set-aside/session.json." in said.err


@pytest.mark.parametrize("content", ["{}", None])
def test_nothing_is_corrected_while_a_removal_is_unfinished(
    scene: Scene, content: str | None
) -> None:
    before = (scene.folder / "edits.jsonl").read_bytes()
    path = scene.folder / "pending.json"
    path.mkdir() if content is None else path.write_text(content)
    check_failure(scene.run("edits", "--undo", "1"))
    assert (scene.folder / "edits.jsonl").read_bytes() == before


def test_a_manifest_edited_by_hand_is_fine_and_its_copy_follows(scene: Scene) -> None:
    path = scene.folder / "session.json"
    path.write_text(path.read_text("utf-8").replace("A ward at night", "A ward by day"), "utf-8")
    assert problems(scene) == {}
    assert scene.process()["computed"] == []
    assert (scene.folder / "session.json.bak").read_bytes() == path.read_bytes()


def test_without_manifest_and_copy_what_can_be_known_is_rebuilt(scene: Scene) -> None:
    before = scene.report()
    old = scene.manifest()
    for name in ("session.json", "session.json.bak"):
        (scene.folder / name).write_bytes(b"{")
    assert state(scene) == "unprocessed"
    assert "alsvoice process" in scene.run("report").err
    done = scene.process("--speakers", "5", *scene.script.options)
    assert "title, people, phases, consent" in done["repairs"][0]
    now = scene.manifest()
    assert now["id"] == old["id"]
    assert now["created"][:16] == old["created"][:16]
    assert now["audio"]["sha256"] == old["audio"]["sha256"]
    after = scene.report()
    assert [u["id"] for u in after["utterances"]] == [u["id"] for u in before["utterances"]]
    assert after["utterances"][3]["source"] == "person", "a correction was lost"
    assert any(person["name"] == "Helen" for person in after["participants"])


def test_a_rebuilt_manifest_knows_what_was_taken_out(scene: Scene) -> None:
    scene.run("redact", "--from", "0", "--to", "20", "--reason", "Ann asked", "--yes").good()
    scene.run("withdraw", "SPEAKER_01", "--yes").good()
    before, old = scene.report(), scene.manifest()
    for name in ("session.json", "session.json.bak"):
        (scene.folder / name).write_bytes(b"{")
    kept = (scene.folder / "removals.json").read_text("utf-8")
    assert "Ann" not in kept, "why is not kept where no report shows it"
    scene.process("--speakers", "5", *scene.script.options)
    now = scene.manifest()
    assert now["audio"]["sha256"] == old["audio"]["sha256"]
    assert now["withdrawals"] == old["withdrawals"]
    assert [(r["start_ms"], r["end_ms"]) for r in now["redactions"]] == [(0, 20_000)]
    after = scene.report()
    lost = {u["id"] for u in before["utterances"]} - {u["id"] for u in after["utterances"]}
    assert len(lost) <= 1, "heard anew, an utterance beside who withdrew may end elsewhere"
    assert all(u["start_s"] >= 20 for u in after["utterances"])


def test_nothing_is_kept_of_removals_where_there_were_none(scene: Scene) -> None:
    assert not (scene.folder / "removals.json").exists()


def test_parts_have_their_ids_again_after_a_rebuilding(tmp_path: Path) -> None:
    from scripted_demo import silent_wav

    parts = [silent_wav(tmp_path / f"{n}.wav", n) for n in (1, 2)]
    session = alsvoice("import", *parts, "--json").good().json()["session"]
    folder = Path(os.environ["ALSVOICE_LIBRARY"]) / "sessions" / session
    before = json.loads((folder / "session.json").read_text("utf-8"))["audio"]
    for name in ("session.json", "session.json.bak"):
        (folder / name).unlink()
    alsvoice("process", session, "--asr", "scripted:none")
    after = json.loads((folder / "session.json").read_text("utf-8"))["audio"]
    assert after["sha256"] == before["sha256"]
    assert after["sha256"] != digest_bytes(parts[0].read_bytes())


# Other files.


def test_a_source_that_is_gone_or_changed_leaves_the_rest_usable(scene: Scene) -> None:
    source = scene.folder / "audio/source-01.wav"
    source.write_bytes(source.read_bytes() + b"x")
    assert problems(scene) == {"audio/source-01.wav": "changed"}
    source.unlink()
    assert problems(scene) == {"audio/source-01.wav": "missing"}
    assert scene.process("--from", "diarize")["kept"] == ["ingest"]
    scene.run("report").good()


def test_damaged_corrections_are_counted_and_kept(scene: Scene) -> None:
    path = scene.folder / "edits.jsonl"
    path.write_bytes(b"{torn\n" + path.read_bytes())
    [problem] = show(scene)["problems"]
    assert (problem["file"], problem["fault"]) == ("edits.jsonl", "damaged")
    assert "line 1" in problem["sentence"]
    scene.process()
    assert path.read_bytes().startswith(b"{torn\n")


@posix
@pytest.mark.parametrize("kind", ["link", "pipe", "folder"])
@pytest.mark.parametrize("name", ["words.json", "audio/mix.flac"])
def test_what_is_no_file_is_not_opened(scene: Scene, name: str, kind: str, tmp_path: Path) -> None:
    before = contents(scene)
    path, secret = scene.folder / name, tmp_path / "secret"
    path.rename(secret)
    if kind == "link":
        path.symlink_to(secret)
    elif kind == "pipe":
        os.mkfifo(path)
    else:
        path.mkdir()
    assert problems(scene)[name] == "no_file"
    state(scene)
    assert len(scene.process()["computed"]) == 1
    assert contents(scene) == before
    assert secret.read_bytes() == before[name]


@posix
def test_strange_files_are_told_and_left_alone(scene: Scene, tmp_path: Path) -> None:
    (scene.folder / "notes.txt").write_text("mine")
    (scene.folder / "out").symlink_to(tmp_path)
    os.mkfifo(scene.folder / "pipe")
    assert problems(scene) == {"notes.txt": "extra", "out": "no_file", "pipe": "no_file"}
    scene.process("--from", "align")
    assert problems(scene) == {"notes.txt": "extra", "out": "no_file", "pipe": "no_file"}


@posix
def test_corrections_that_are_a_pipe_hang_nothing(scene: Scene) -> None:
    (scene.folder / "edits.jsonl").unlink()
    os.mkfifo(scene.folder / "edits.jsonl")
    assert problems(scene) == {"edits.jsonl": "no_file"}
    check_failure(scene.run("speakers", "SPEAKER_00=Ann"))


def test_leftovers_of_a_killed_run_are_swept_by_the_next(scene: Scene) -> None:
    for name in ("words.json.0123abcd.tmp", "audio/mix.flac.0123abcd.tmp"):
        (scene.folder / name).write_bytes(b"half")
    (scene.folder / "my.tmp").write_bytes(b"mine")
    assert set(problems(scene).values()) == {"unfinished", "extra"}
    scene.process()
    assert problems(scene) == {"my.tmp": "extra"}


def test_a_change_that_was_cut_off_is_finished_before_anything_is_read(scene: Scene) -> None:
    plan = Plan(redaction=Redaction(start_ms=0, end_ms=60_000, time="t"))
    (scene.folder / "pending.json").write_bytes(pending.serialize(plan))
    for command in (["report"], ["speakers"], ["export", "--format", "txt"]):
        said = scene.run(*command)
        assert "not finished" in check_failure(said)
        assert f"alsvoice process {scene.session}" in said.err
    assert problems(scene) == {"pending.json": "unfinished"}
    assert state(scene) == "unprocessed"
    listed = alsvoice("--library", scene.library, "sessions", "list").good().out
    assert "Something is being taken out" in listed
    scene.process()
    assert problems(scene) == {}
    assert state(scene) == "processed"


def test_a_removal_whose_plan_is_damaged_sends_nobody_in_circles(scene: Scene) -> None:
    (scene.folder / "pending.json").write_text("{}")
    for command in (["report"], ["process"], ["speakers"], ["export", "--format", "txt"]):
        said = scene.run(*command)
        assert "was cut off" in check_failure(said)
        assert f"alsvoice sessions delete {scene.session}" in said.err
        assert "alsvoice process" not in said.err
    assert problems(scene) == {"pending.json": "damaged"}
    assert state(scene) == "damaged"


@posix
@pytest.mark.parametrize("kind", ["folder", "link", "pipe"])
def test_what_has_the_name_of_a_removal_and_is_none(scene: Scene, kind: str) -> None:
    path = scene.folder / "pending.json"
    if kind == "pipe":
        os.mkfifo(path)
    else:
        path.mkdir() if kind == "folder" else path.symlink_to(scene.folder / "words.json")
    for command in (["report"], ["process"]):
        said = scene.run(*command)
        check_failure(said)
        assert "move pending.json" in said.err
    assert problems(scene) == {"pending.json": "no_file"}
    assert state(scene) == "damaged"


@posix
def test_a_folder_that_is_a_link_is_told_by_the_names_of_its_files(
    scene: Scene, tmp_path: Path
) -> None:
    (scene.folder / "audio").rename(tmp_path / "elsewhere")
    (scene.folder / "audio").symlink_to(tmp_path / "elsewhere")
    assert "audio/mix.flac in session" in check_failure(scene.run("process"))
