"""Recording, with a microphone that answers from a script in PortAudio's place."""

import os
import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from cli_runner import alsvoice, check_failure, refused
from scripted_demo import write_words

# Gives noise as quickly as it is asked; ``BLOCKS`` blocks of a twentieth of a second.
MICROPHONE = """
import random
from types import SimpleNamespace

BLOCKS = 60
DEVICE_IN_USE = False

class PortAudioError(Exception):
    pass

def query_devices(device=None, kind=None):
    if device == "Attic":
        raise ValueError("no such device")
    found = {"name": "Table microphone", "default_samplerate": 8000.0, "max_input_channels": 1}
    return [found] if device is None and kind is None else found

class RawInputStream:
    active = True

    def __init__(self, *, samplerate, blocksize, device, channels, dtype, latency, callback):
        assert (samplerate, channels, dtype) == (8000, 1, "int16")
        self._blocksize, self._callback = blocksize, callback

    def start(self):
        if DEVICE_IN_USE:
            raise PortAudioError("Device unavailable")
        draw = random.Random(1)
        for number in range(BLOCKS):
            status = SimpleNamespace(input_overflow=number == 3)
            self._callback(draw.randbytes(2 * self._blocksize), self._blocksize, None, status)

    def abort(self):
        pass

    def close(self):
        pass
"""
SMALL_FILES = """
import resource, signal, sys
sys.path.insert(0, sys.argv.pop(1))
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (30_000, 30_000))
from alsvoice.cli import main
sys.exit(main(sys.argv[1:]))
"""


@pytest.fixture(autouse=True)
def microphone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "stage").mkdir()
    (tmp_path / "stage" / "sounddevice.py").write_text(MICROPHONE)
    monkeypatch.syspath_prepend(tmp_path / "stage")
    monkeypatch.delitem(sys.modules, "sounddevice", raising=False)
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    return tmp_path / "stage"


@pytest.fixture(autouse=True)
def _the_real_one_again(monkeypatch: pytest.MonkeyPatch, microphone: Path) -> object:
    yield
    sys.modules.pop("sounddevice", None)


def duration_ms(session: str) -> int:
    shown = alsvoice("sessions", "show", session, "--json").good().json()
    return int(shown["audio"]["duration_ms"])


def process(session: str, folder: Path) -> None:
    words = write_words(folder / "none.json", (), None)
    alsvoice("process", session, f"--asr=scripted:{words}").good()


def test_a_recording_becomes_a_session(tmp_path: Path) -> None:
    done = alsvoice(
        "record", "--for", "2s", "--title", "Tuesday", "--participants", "Ann:facilitator,Ben",
        "--consent", "verbal", "--template", "classic", "--no-process", "--json",
    ).good()  # fmt: skip
    assert "Some sound was lost" in done.err
    session = done.json()["session"]
    shown = alsvoice("sessions", "show", session, "--json").good().json()
    assert [p["name"] for p in shown["participants"]] == ["Ann", "Ben"]
    assert (shown["title"], shown["consent"], shown["template"]) == ("Tuesday", "verbal", "classic")
    assert shown["audio"]["sha256"].startswith("sha256:")
    process(session, tmp_path)
    assert duration_ms(session) == 2000
    library = Path(os.environ["ALSVOICE_LIBRARY"])
    modes = {p.stat().st_mode & 0o777 for p in library.rglob("*") if p.is_file()}
    assert modes == {0o600} or sys.platform == "win32"


def test_without_consent_only_time_is_kept() -> None:
    session = alsvoice(
        "record", "--consent", "none", "--for", "1s", "--template", "classic", "--json"
    ).good().json()["session"]  # fmt: skip
    folder = Path(os.environ["ALSVOICE_LIBRARY"]) / "sessions" / session
    assert not (folder / "audio").exists()
    report = alsvoice("report", session, "--json").good().json()
    assert report["session"]["consent"] == "none"
    assert report["session"]["duration_s"] == pytest.approx(1, abs=0.3)
    assert [p["name"] for p in report["phases"]] == ["check_in"]
    assert report["utterances"] == []
    for name in ("html", "md"):
        text = alsvoice("report", session, "--format", name, "-o", folder / name).good()
        assert "Only time was kept" in (folder / name).read_text(encoding="utf-8"), text
    notes = (folder / "md").read_text(encoding="utf-8")
    assert "Advice" not in notes and "has not been asked" not in notes, "nobody was heard to count"
    alsvoice("report", session, "--format", "pdf", "-o", folder / "pdf").good()
    assert "only time was kept" in refused("process", session)


def test_a_microphone_that_cannot_be_opened() -> None:
    outcome = alsvoice("record", "--device", "Attic", "--for", "1s")
    assert "cannot be opened" in check_failure(outcome)
    assert "--device NAME" in outcome.err
    assert alsvoice("sessions", "list", "--json").good().json() == {"sessions": []}


def test_a_microphone_that_opens_and_does_not_start(microphone: Path) -> None:
    in_use = MICROPHONE.replace("DEVICE_IN_USE = False", "DEVICE_IN_USE = True")
    (microphone / "sounddevice.py").write_text(in_use)
    assert "cannot be opened" in check_failure(alsvoice("record", "--for", "1s"))
    assert alsvoice("sessions", "list", "--json").good().json() == {"sessions": []}


@pytest.mark.skipif(sys.platform == "win32", reason="POSIX signals")
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_the_recording_and_nothing_after_it(
    number: signal.Signals, tmp_path: Path
) -> None:
    """Once the handler stayed, and Ctrl-C could no longer stop the processing that follows."""
    before = signal.getsignal(number)
    timer = threading.Timer(0.8, os.kill, (os.getpid(), number))
    timer.start()
    done = alsvoice("record", "--no-process", "--json").good()
    timer.join()
    assert signal.getsignal(number) is before
    process(done.json()["session"], tmp_path)
    assert duration_ms(done.json()["session"]) == 3000


@pytest.mark.skipif(sys.platform == "win32", reason="file size limits are POSIX")
def test_a_disk_that_fills_up_keeps_what_was_recorded(microphone: Path, tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", SMALL_FILES, str(microphone), "record", "--for", "3s"],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    assert "unforeseen" not in done.stderr
    [row] = alsvoice("sessions", "list", "--json").good().json()["sessions"]
    process(row["id"], tmp_path)
    assert 1000 < duration_ms(row["id"]) < 2500


def test_doctor_names_the_microphone() -> None:
    checks = {check["name"]: check for check in alsvoice("doctor", "--json").json()["checks"]}
    assert checks["microphone"] == {
        "name": "microphone", "ok": True, "finding": "Table microphone", "try_next": None,
        "needed": False,
    }  # fmt: skip
