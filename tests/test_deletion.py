"""A deleted session is gone at once, whatever happens on the way."""

import shutil
from pathlib import Path

import pytest

from alsvoice.store import Library
from cli_runner import alsvoice, refused
from scripted_demo import Scene, processed, silent_wav


@pytest.fixture(scope="module")
def done(tmp_path_factory: pytest.TempPathFactory) -> Scene:
    return processed(tmp_path_factory.mktemp("done"))


@pytest.fixture
def scene(done: Scene, tmp_path: Path) -> Scene:
    return done.copy(tmp_path)


def delete(scene: Scene, *more: str) -> tuple[str | Path, ...]:
    return ("--library", scene.library, "sessions", "delete", scene.session, *more)


def test_it_says_what_remains(scene: Scene) -> None:
    answer = alsvoice(*delete(scene, "--yes", "--json")).good().json()
    assert answer["session"] == scene.session
    assert any("-o" in each for each in answer["remains"])
    assert any("backups" in each for each in answer["remains"])
    assert list((scene.library / "sessions").iterdir()) == []


def test_it_asks_first(scene: Scene) -> None:
    assert "nobody is there" in refused(*delete(scene))
    assert scene.folder.exists()


def test_a_session_that_is_worked_on_is_not_deleted(scene: Scene) -> None:
    session = Library(scene.library).find(scene.session)
    with session.held("process"):
        assert "is held by `alsvoice process`" in refused(*delete(scene, "--yes"))
    assert scene.folder.exists()
    alsvoice(*delete(scene, "--yes")).good()


def test_a_deletion_that_breaks_off_leaves_nothing_to_see(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stop(path: Path) -> None:
        (path / "session.json").unlink()
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(shutil, "rmtree", stop)
        assert alsvoice(*delete(scene, "--yes")).status == 1
    library = ("--library", scene.library)
    listed = alsvoice(*library, "sessions", "list", "--json").good().json()
    assert listed == {"sessions": [], "abandoned": 1}
    checks = alsvoice(*library, "doctor", "--json").json()["checks"]
    assert any(check["name"] == "leftovers" for check in checks)
    sound = silent_wav(scene.script.folder / "next.wav", 1)
    session = alsvoice(*library, "import", sound, "--json").good().json()["session"]
    assert [p.name for p in (scene.library / "sessions").iterdir()] == [session]


def test_a_damaged_session_can_be_deleted(scene: Scene) -> None:
    (scene.folder / "session.json").write_text("{")
    alsvoice(*delete(scene, "--yes")).good()
    assert not scene.folder.exists()
