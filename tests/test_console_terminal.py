"""The console in a pseudo-terminal: keys, sizes, encodings, signals."""

import contextlib
import os
import re
import select
import signal
import struct
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

import fake_microphone
from alsvoice.formats import manifest as manifest_format
from alsvoice.session import Manifest
from cli_runner import alsvoice

if sys.platform == "win32":
    pytest.skip("pseudo-terminals are POSIX", allow_module_level=True)

import fcntl
import pty
import termios

_ESCAPES = re.compile(r"\x1b\[[?0-9;]*[a-zA-Z]")
_HOME = "\x1b[H"


@dataclass
class Terminal:
    """A program in a terminal of its own."""

    process: subprocess.Popen[bytes]
    handle: int
    encoding: str = "utf-8"
    output: bytearray = field(default_factory=bytearray)

    def resize(self, columns: int, lines: int = 24) -> None:
        fcntl.ioctl(self.handle, termios.TIOCSWINSZ, struct.pack("HHHH", lines, columns, 0, 0))
        self.process.send_signal(signal.SIGWINCH)

    def pump(self, wait_s: float) -> None:
        ready, _, _ = select.select([self.handle], [], [], wait_s)
        with contextlib.suppress(OSError):
            self.output += os.read(self.handle, 1 << 16) if ready else b""

    def until(self, words: str, wait_s: float = 15) -> str:
        """Wait for words on the screen as it is now; return the screen."""
        end = time.monotonic() + wait_s
        while time.monotonic() < end:
            self.pump(0.05)
            if words in self.screen():
                return self.screen()
            if self.process.poll() is not None and not select.select([self.handle], [], [], 0)[0]:
                break
        raise AssertionError(f"{words!r} was not shown: {self.screen()[-2000:]}")

    def screen(self) -> str:
        """Return what was drawn last, without colours."""
        text = bytes(self.output).decode(self.encoding, "replace")
        return _ESCAPES.sub("", text.rsplit(_HOME, 1)[-1])

    def type(self, keys: str) -> None:
        os.write(self.handle, keys.encode())

    def status(self) -> int:
        end = time.monotonic() + 20
        while self.process.poll() is None and time.monotonic() < end:
            self.pump(0.05)
        return self.process.wait(1)


@contextlib.contextmanager
def terminal(folder: Path, *words: str, columns: int = 60, **environ: str) -> Iterator[Terminal]:
    stage = fake_microphone.place(folder / "stage")
    # What a runner of tests may set would stand above what the terminal says of itself.
    plain = {key: v for key, v in os.environ.items() if key not in {"COLUMNS", "LINES"}}
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
    process = subprocess.Popen(
        [sys.executable, "-m", "alsvoice", "record", *words],
        stdin=theirs, stdout=theirs, stderr=theirs, start_new_session=True,
        env={**plain, "PYTHONPATH": str(stage), "TERM": "xterm-256color", **environ},
    )  # fmt: skip
    os.close(theirs)
    try:
        yield Terminal(process, ours, environ.get("PYTHONIOENCODING", "utf-8"))
    finally:
        process.kill()
        process.wait()
        os.close(ours)


def only_session() -> Manifest:
    [folder] = (Path(os.environ["ALSVOICE_LIBRARY"]) / "sessions").iterdir()
    assert not (folder / "recording.jsonl").exists()
    return manifest_format.parse((folder / "session.json").read_bytes())


CALL = (
    "--template", "classic", "--participants", "Ann:facilitator,Ben:presenter,Cat", "--no-process"
)  # fmt: skip


def test_a_session_steered_by_keys(tmp_path: Path) -> None:
    with terminal(tmp_path, *CALL) as shown:
        shown.until("Does everybody agree?")
        shown.type("y\n")
        shown.until("Who said so")
        shown.type("Ann\n")
        screen = shown.until("Check in")
        assert "RECORDING" in screen
        assert "left" in screen
        began = time.monotonic()
        time.sleep(1)
        shown.type(" ")
        pressed_s = time.monotonic() - began
        shown.until("Presenting")
        shown.type("mgold\r")
        shown.until("1 mark")
        shown.type("p")
        shown.until("off the record")
        time.sleep(0.5)
        shown.type("p")
        shown.until("RECORDING")
        shown.type("tsay it again\r")
        shown.until("2 marks")
        shown.type("aC\r")
        shown.resize(100)
        shown.until("space: next phase")
        time.sleep(1)
        shown.type("q")
        shown.until("Stop the recording?")
        shown.type("x")
        shown.until("space: next phase")
        shown.type("qy")
        assert shown.status() == 0
        assert b"Traceback" not in shown.output
    found = only_session()
    assert found.consent == "verbal"
    assert found.consent_given is not None
    assert (found.consent_given.by, found.consent_given.names) == ("Ann", ("Ann", "Ben", "Cat"))
    assert [phase.name for phase in found.phases] == ["check_in", "presenting"]
    assert abs(found.phases[0].end_ms / 1000 - pressed_s) < 1
    assert [(mark.kind, mark.text) for mark in found.marks] == [
        ("mark", "gold"), ("note", "say it again")
    ]  # fmt: skip
    assert [gap.cause for gap in found.gaps] == ["paused"]
    assert [each.name for each in found.attendance] == ["Cat"]


def test_roll_call_gives_names_and_samples(tmp_path: Path) -> None:
    with terminal(
        tmp_path, "--consent", "verbal", "--participants", "Ann,Ben", "--roll-call", "--no-process"
    ) as shown:  # fmt: skip
        shown.until("I'm Ann")
        time.sleep(0.6)
        shown.type(" ")
        shown.until("I'm Ben")
        time.sleep(0.6)
        shown.type(" ")
        shown.until("Type the name")
        time.sleep(0.4)
        shown.type("Dan\r")
        time.sleep(0.3)
        shown.type("\rqy")
        assert shown.status() == 0
    found = only_session()
    assert [voice.name for voice in found.voices] == ["Ann", "Ben", "Dan"]
    assert [person.name for person in found.participants] == ["Ann", "Ben", "Dan"]
    assert all(voice.end_ms - voice.start_ms >= 100 for voice in found.voices)


@pytest.mark.parametrize(
    ("columns", "environ", "more"),
    [
        (60, {"NO_COLOR": "1"}, ()),
        (60, {"PYTHONIOENCODING": "latin-1"}, ()),
        (60, {"PYTHONIOENCODING": "ascii"}, ("--large",)),
        (30, {}, ()),
    ],
)
def test_any_terminal_shows_it(
    columns: int, environ: dict[str, str], more: tuple[str, ...], tmp_path: Path
) -> None:
    with terminal(
        tmp_path, *CALL, "--consent", "verbal", *more, columns=columns, **environ
    ) as shown:
        screen = shown.until("REC")
        widest = max(len(line.rstrip()) for line in screen.splitlines())
        assert widest <= columns
        if "NO_COLOR" in environ:
            assert not re.search(rb"\x1b\[[0-9;]*3[0-7]m", bytes(shown.output))
        if "PYTHONIOENCODING" in environ:
            assert max(shown.output) < 128
        shown.type("qy")
        assert shown.status() == 0


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGKILL])
def test_a_mark_survives_though_its_word_is_not_finished(
    number: signal.Signals, tmp_path: Path
) -> None:
    with terminal(tmp_path, *CALL, "--consent", "none") as shown:
        shown.until("TIME ONLY")
        time.sleep(1.2)
        shown.type("mimpor")
        shown.until("impor")
        shown.process.send_signal(number)
        shown.status()
    done = alsvoice("recover").good()
    if number is signal.SIGKILL:
        assert "s of time kept" in done.out and "alsvoice report" in done.err
    found = only_session()
    assert [mark.text for mark in found.marks] == ["impor" if number is signal.SIGTERM else None]
    assert found.duration_ms >= found.marks[0].at_ms >= 1000
    assert [phase.name for phase in found.phases] == ["check_in"]


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_a_signal_ends_it_at_once_and_the_terminal_is_as_before(
    number: signal.Signals, tmp_path: Path
) -> None:
    with terminal(tmp_path, *CALL, "--consent", "verbal") as shown:
        before = termios.tcgetattr(shown.handle)
        shown.until("RECORDING")
        shown.process.send_signal(number)
        assert shown.status() == 0
        assert termios.tcgetattr(shown.handle)[3] == before[3]
        assert b"\x1b[?1049l" in shown.output
    assert only_session().audio is not None


def test_ctrl_c_asks_and_a_second_one_stops(tmp_path: Path) -> None:
    with terminal(tmp_path, *CALL, "--consent", "verbal") as shown:
        shown.until("RECORDING")
        shown.process.send_signal(signal.SIGINT)
        shown.until("Stop the recording?")
        shown.process.send_signal(signal.SIGINT)
        assert shown.status() == 0
    assert only_session().audio is not None


def test_nobody_agrees_and_only_time_is_kept(tmp_path: Path) -> None:
    with terminal(tmp_path, *CALL) as shown:
        shown.until("Does everybody agree?")
        shown.type("n\n")
        shown.until("TIME ONLY")
        shown.type(" tshort today\rqy")
        assert shown.status() == 0
    found = only_session()
    assert found.is_timed_only
    assert [mark.text for mark in found.marks] == ["short today"]


def test_a_microphone_that_goes_and_comes_back_is_told(tmp_path: Path) -> None:
    with terminal(tmp_path, *CALL, "--consent", "verbal") as shown:
        shown.until("good")
        (tmp_path / "stage" / "gone").touch()
        shown.until("NO MICROPHONE")
        time.sleep(0.5)
        (tmp_path / "stage" / "gone").unlink()
        shown.until("Recording again")
        shown.type("qy")
        assert shown.status() == 0
    assert [gap.cause for gap in only_session().gaps] == ["device"]
