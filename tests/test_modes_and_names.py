"""Whatever the umask, only the owner reads a session; no name given by a user becomes a path."""

import json
import os
import re
import stat
import zipfile
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest

from alsvoice.cli.process import _write_reports
from alsvoice.config import Config
from alsvoice.pipeline.demo import demo_session
from alsvoice.pipeline.exporting import EXPORTS, REPORTS
from alsvoice.store import SessionFolder
from cli_runner import alsvoice, refused
from scripted_demo import Scene, imported, processed, silent_wav

KEPT = "Zyzzyvazimt kept elsewhere"
# Lower-case letters, digits and a few signs, at most 64: a name on any system.
NAME = re.compile(r"\.?[a-z0-9][a-z0-9_-]{0,40}(\.[a-z0-9]{1,8}){0,2}")
RESERVED = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\..*)?", re.IGNORECASE)


@pytest.fixture(scope="module")
def done(tmp_path_factory: pytest.TempPathFactory) -> Scene:
    scene = processed(tmp_path_factory.mktemp("done"))
    chosen = scene.report()["utterances"][0]["id"]
    scene.run("correct", chosen, "--label", "other").good()
    scene.run("report").good()
    return scene


@pytest.fixture
def scene(done: Scene, tmp_path: Path) -> Scene:
    return done.copy(tmp_path)


# Modes.


@pytest.fixture(params=[0o000, 0o022, 0o077], ids=oct)
def umask(request: pytest.FixtureRequest) -> Iterator[int]:
    before = os.umask(request.param)
    yield request.param
    os.umask(before)


def open_to_others(*roots: Path) -> list[str]:
    """Return what somebody else could read, write or list, with its mode."""
    found = [*roots, *(path for root in roots for path in root.rglob("*"))]
    wanted = {True: 0o700, False: 0o600}
    modes = [(path, stat.S_IMODE(path.lstat().st_mode)) for path in found]
    return [f"{path} {mode:o}" for path, mode in modes if mode != wanted[path.is_dir()]]


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such modes")
def test_everything_is_the_owners_alone(umask: int, tmp_path: Path) -> None:
    made = tmp_path / "made"
    made.mkdir(mode=0o700)
    made.chmod(0o700)
    scene = imported(tmp_path / "given")
    scene.process(*scene.script.options)
    chosen = scene.report()["utterances"][0]["id"]
    scene.run("speakers", "SPEAKER_00=Helen").good()
    scene.run("correct", chosen, "--label", "advice", "--text", "Why not?").good()
    scene.run("edits", "--undo", "1").good()
    scene.run("report").good()
    for name in REPORTS:
        scene.run("report", "--format", name, "-o", made / f"report.{name}").good()
    for name in EXPORTS:
        scene.run("export", "--format", name, "-o", made / f"session.{name}").good()
    rows = b'{"id": 1, "text": "What did you try?"}\n'
    alsvoice("classify", "-o", made / "coded.jsonl", stdin=rows).good()
    assert (scene.folder / "edits.jsonl").is_file()
    assert open_to_others(scene.library, made) == []


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such modes")
@pytest.mark.parametrize("umask", [0o000], indirect=True, ids=oct)
def test_the_demos_reports_are_the_owners_alone(umask: int, scene: Scene, tmp_path: Path) -> None:
    out = tmp_path / "demo"
    demo_session(out, Config.resolve(), now=datetime.now().astimezone())
    _write_reports(SessionFolder(scene.folder), out)
    assert (out / "report.html").is_file()
    assert open_to_others(out) == []


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such modes")
def test_a_report_over_an_open_file_closes_it(scene: Scene, tmp_path: Path) -> None:
    (tmp_path / "report.md").write_text("old")
    (tmp_path / "report.md").chmod(0o666)
    scene.run("report", "--format", "md", "-o", tmp_path / "report.md").good()
    assert stat.S_IMODE((tmp_path / "report.md").stat().st_mode) == 0o600


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such devices")
def test_a_device_or_folder_is_no_place_for_a_report(scene: Scene, tmp_path: Path) -> None:
    """A file put in its place by renaming would be the end of the device."""
    os.mkfifo(tmp_path / "pipe")
    for target in (tmp_path / "pipe", tmp_path):
        for command in ("report", "export"):
            said = scene.run(command, "--format", "json", "-o", target)
            assert said.status == 1
            assert "is not a file" in said.err
        said = alsvoice("classify", "-o", target, stdin=b"")
        assert (said.status, "is not a file" in said.err) == (1, True)
    assert stat.S_ISFIFO((tmp_path / "pipe").stat().st_mode)


# Names.

HOSTILE = {
    "slashes": "../../Zyzz/a\\b", "absolute": "/etc/Zyzz", "dots": "..", "null": "Zyzz\0b",
    "lines": "Zyzz\nb\r\x1b[2J", "long": "Zyzz" * 75, "emoji": "😀Zyzz", "rtl": "\u202eZyzz\u2066",
    "reserved": "CON", "reserved with end": "nul.Zyzz", "drive": "C:Zyzz", "option": "--Zyzz",
    "tilde": "~Zyzz", "dot at the end": "Zyzz. ", "half a pair": "Zyzz\udc80",
    "wild": "*?<>|\"Zyzz",
}  # fmt: skip


@pytest.mark.parametrize("name", HOSTILE.values(), ids=HOSTILE)
def test_names_of_users_are_no_paths(name: str, tmp_path: Path) -> None:
    library, out = tmp_path / "library", tmp_path / "out"
    sound = silent_wav(tmp_path / "a.wav", 1)
    taken = 0
    for option in ("--title", "--participants", "--set"):
        said = alsvoice("--library", library, "import", sound, f"{option}={name}", "--json")
        assert said.status in {0, 1, 2}
        assert "Traceback" not in said.everything
        taken += said.status == 0
    source = tmp_path / "given" / name
    try:
        source.parent.mkdir()
        source.write_bytes(sound.read_bytes())
    except (OSError, ValueError):
        pass  # this system has no such name
    said = alsvoice("--library", library, "import", source, "--json")
    assert "Traceback" not in said.everything
    if library.exists():
        paths = [*library.rglob("*")]
        assert taken or [p.name for p in paths] == ["sessions"]
        for path in paths:
            assert NAME.fullmatch(path.name), path
            assert not RESERVED.fullmatch(path.name), path
            # The end of a file's name stays, if it is short and plain: it helps other programs.
            assert "zyzz" not in path.stem.lower(), path
    assert not out.exists()
    assert {p.name for p in tmp_path.iterdir()} <= {"library", "a.wav", "given"}


# Links and archives.

FILES = (
    "session.json", "diarization.json", "words.json", "utterances.json", "labels.json",
    "edits.jsonl", "audio/mix.flac", "audio/source-01.wav", "report/report.html", ".lock",
    "audio", "report",
)  # fmt: skip


def every_command(scene: Scene, out: Path) -> Iterator[tuple[str, ...]]:
    chosen = scene.report()["utterances"][0]["id"]
    yield from (
        ("sessions", "show", scene.session),
        ("sessions", "list"),
        ("report", scene.session),
        ("report", scene.session, "--format", "json"),
        ("export", scene.session, "--format", "txt", "-o", str(out)),
        ("speakers", scene.session, "SPEAKER_00=Helen"),
        ("correct", scene.session, chosen, "--text", "Why not ask them?"),
        ("edits", scene.session),
        ("edits", scene.session, "--undo", "1"),
        ("process", scene.session),
        ("process", scene.session, "--from", "ingest", *scene.script.options),
    )


@pytest.mark.skipif(os.name == "nt", reason="links need rights on Windows")
@pytest.mark.parametrize("name", FILES)
def test_a_link_in_a_session_is_not_followed(name: str, scene: Scene, tmp_path: Path) -> None:
    commands = list(every_command(scene, tmp_path / "out.txt"))
    place = scene.folder / name
    secret = tmp_path / "secret"
    before = place.exists()
    assert before or name == ".lock"
    if place.is_dir():
        place.rename(secret)
        (secret / "more.txt").write_text(KEPT)
    else:
        secret.write_text(KEPT)
        place.unlink(missing_ok=True)
    kept = {p: p.read_bytes() for p in (secret, *secret.rglob("*")) if p.is_file()}
    place.symlink_to(secret)
    refusals = 0
    for command in commands:
        said = alsvoice("--library", scene.library, *command)
        assert KEPT not in said.everything, command
        assert "Traceback" not in said.everything, command
        assert "unforeseen" not in said.everything, (command, said.err)
        refusals += said.status == 1
        for path, content in kept.items():
            assert path.read_bytes() == content, command
    assert refusals or name in {".lock", "session.json"}  # which is made anew from its copy
    assert not (tmp_path / "out.txt").exists() or KEPT not in (tmp_path / "out.txt").read_text()
    alsvoice("--library", scene.library, "sessions", "delete", scene.session, "--yes")
    assert {p: p.read_bytes() for p in kept} == kept


@pytest.mark.skipif(os.name == "nt", reason="links need rights on Windows")
def test_deleting_does_not_follow_links(scene: Scene, tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "kept.txt").write_text(KEPT)
    (scene.folder / "audio" / "away").symlink_to(outside)
    (scene.folder / "file.json").symlink_to(outside / "kept.txt")
    library = ("--library", scene.library)
    alsvoice(*library, "sessions", "delete", scene.session, "--yes").good()
    assert not scene.folder.exists()
    assert (outside / "kept.txt").read_text() == KEPT
    (scene.library / "sessions" / "2026-01-01_0000_link").symlink_to(outside)
    assert alsvoice(*library, "sessions", "list", "--json").good().json() == {"sessions": []}
    assert refused(*library, "sessions", "delete", "2026-01-01_0000_link", "--yes")
    assert (outside / "kept.txt").read_text() == KEPT


@pytest.mark.skipif(os.name == "nt", reason="links need rights on Windows")
def test_a_library_may_lie_behind_a_link(scene: Scene, tmp_path: Path) -> None:
    """A user's own decision, such as a library on another disk."""
    (tmp_path / "link").symlink_to(scene.library)
    moved = Scene(library=tmp_path / "link", session=scene.session, script=scene.script)
    assert moved.process()["computed"] == []
    moved.run("report").good()


def test_archives_in_a_session_are_not_opened(scene: Scene) -> None:
    with zipfile.ZipFile(scene.folder / "words.zip", "w") as archive:
        archive.writestr("../../evil.json", KEPT)
    with zipfile.ZipFile(scene.folder / "audio" / "source-02.zip", "w") as archive:
        archive.writestr("words.json", KEPT)
    scene.process("--from", "ingest", *scene.script.options)
    assert KEPT not in json.dumps(scene.report())
    assert not list(scene.library.rglob("evil.json"))
    refused("import", scene.folder / "words.zip")
