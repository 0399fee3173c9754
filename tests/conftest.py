"""What holds for every test: no network, folders of its own, and a reason where one is skipped."""

import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import settings

if TYPE_CHECKING:
    from scripted_demo import Scene

_ROOT = Path(__file__).resolve().parents[1]
_LOOPBACK = {"127.0.0.1", b"127.0.0.1", "localhost"}
_INTERNET = {-1, 2, 10, 23, 30}  # the default, AF_INET, and AF_INET6 of Linux, Windows and macOS
_ADDRESS_AT = {
    "socket.bind": 1,
    "socket.connect": 1,
    "socket.getaddrinfo": 0,
    "socket.gethostbyaddr": 0,
    "socket.gethostbyname": 0,
    "socket.sendmsg": 1,
    "socket.sendto": 1,
}

# Files run side by side, at times on slow machines: how long an example takes tells nothing.
settings.register_profile("alsvoice", deadline=None)
settings.load_profile("alsvoice")


class NetworkBlocked(OSError):
    """A test reached out; to the program it looks like a machine without network."""


class _Guard:
    """Refuses sockets by an audit hook: it sees what C code asks of Python's sockets, too."""

    def __init__(self) -> None:
        self.localhost = False
        self.attempts: list[str] = []

    def __call__(self, event: str, args: tuple[Any, ...]) -> None:
        if event.startswith("socket.") and not self._may(event, args):
            self.attempts.append(f"{event} {args[-1] if event.endswith('connect') else args[0]!r}")
            raise NetworkBlocked(f"tests open no connection ({event})")

    def _may(self, event: str, args: tuple[Any, ...]) -> bool:
        if event == "socket.__new__":
            return self.localhost or args[1] not in _INTERNET
        if event not in _ADDRESS_AT:
            return True
        address = args[_ADDRESS_AT[event]]
        host = address[0] if isinstance(address, tuple) else address
        local_file = event in {"socket.bind", "socket.connect"} and not isinstance(address, tuple)
        return local_file or (self.localhost and host in _LOOPBACK)


_GUARD = _Guard()
sys.addaudithook(_GUARD)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Iterator[None]:
    """Open this machine's own addresses for tests marked ``localhost``, their fixtures included."""
    _GUARD.localhost = item.get_closest_marker("localhost") is not None
    try:
        return (yield)
    finally:
        _GUARD.localhost = False


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    """Skip what this machine lacks the models or the data for, before any fixture is made."""
    if item.get_closest_marker("shared"):
        folder = Path(os.environ.get("ALSVOICE_SHARED") or _ROOT.parent / "shared" / "data")
        if not folder.is_dir():
            pytest.skip("the shared data is not on this machine (ALSVOICE_SHARED names its folder)")
    if item.get_closest_marker("room"):
        from room import lacking

        lack = lacking()
        if lack and os.environ.get("ALSVOICE_REQUIRE_ROOM") == "1":
            pytest.fail(lack, pytrace=False)
        if lack:
            pytest.skip(lack)
    if item.get_closest_marker("models"):
        lack = _lacking_model()
        if lack and os.environ.get("ALSVOICE_REQUIRE_MODELS") == "1":
            pytest.fail(lack, pytrace=False)
        if lack:
            pytest.skip(lack)


def _lacking_model() -> str | None:
    from alsvoice.backends import weights
    from alsvoice.config import Config

    model = weights.find_model("tiny.en", weights.load_manifest())
    if weights.status(model, Config.resolve()) is weights.Status.PRESENT:
        return None
    return "the speech model is not on this machine: alsvoice models pull tiny.en"


@pytest.fixture
def attempts() -> Iterator[list[str]]:
    """Give the list of refused connections to a test that means to make some."""
    yield _GUARD.attempts
    _GUARD.attempts.clear()


@pytest.fixture(autouse=True)
def _nothing_reaches_out(request: pytest.FixtureRequest) -> Iterator[None]:
    """Fail a test that tried to open a connection, though the program took it for no network."""
    yield
    if "attempts" not in request.fixturenames:
        tried = tuple(_GUARD.attempts)
        _GUARD.attempts.clear()
        assert not tried, f"connections were tried: {tried}"


@pytest.fixture(autouse=True)
def _own_folders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Give each test a library of its own; models stay where the caller has them."""
    monkeypatch.setenv("ALSVOICE_LIBRARY", str(tmp_path / "library"))
    monkeypatch.setenv("PYANNOTE_METRICS_ENABLED", "0")
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    monkeypatch.setenv("HF_HUB_DISABLE_TELEMETRY", "1")
    for name in ("ALSVOICE_DEBUG", "ALSVOICE_HUB"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture(scope="session")
def noisy(tmp_path_factory: pytest.TempPathFactory) -> "Scene":
    """Give the demo session with noise for sound and words planted in it; copy it to change it."""
    from planted import planted

    return planted(tmp_path_factory.mktemp("noisy"))


@pytest.fixture(scope="session")
def quiet(tmp_path_factory: pytest.TempPathFactory) -> "Scene":
    """Give the same session in silence, several times as quick to handle."""
    from planted import planted

    return planted(tmp_path_factory.mktemp("quiet"), noise=False)
