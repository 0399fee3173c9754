"""Runs of real models that are struck at a chosen moment, and what must hold afterwards.

A moment is found by watching the session's folder from outside: nothing in alsvoice knows of it.
"""

import contextlib
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cli_runner import alsvoice
from scripted_demo import DEMO

__all__ = ["BLOWS", "REMOVALS", "STAGES", "Bench", "Result", "plan"]

STAGES = ("copy", "ingest", "diarize", "transcribe", "align", "classify", "correct")
BLOWS = ("SIGKILL", "SIGTERM", "SIGINT", "memory", "disk")
REMOVALS = (("redact", "--from", "1", "--to", "3"), ("withdraw", "Ann"))
_COMPUTED = STAGES[1:6]
_OPTIONS = ("--asr", "tiny.en", "--threads", "1")
_TEXT = "What have you tried so far?"
_TIMES = ("seconds", "cpu_seconds")


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """A trial: what was aimed at, what was struck (None: it had ended), and how it ended."""

    aimed: str
    blow: str
    struck: str | None
    status: int

    def __post_init__(self) -> None:
        """Check how it ended: only what cannot be caught ends it without a sentence."""
        if self.struck and self.blow in {"SIGTERM", "SIGINT", "disk"}:
            assert self.status == 1, self
        if self.struck and self.blow == "SIGKILL":
            assert self.status == -signal.SIGKILL, self


def plan(trials: int, seed: int) -> Iterator[tuple[str, str, float]]:
    """Give stage, blow and the share of the stage that has passed; every pair in turn.

    Stages of milliseconds are over before memory can run out in them.
    """
    draw = random.Random(seed)
    pairs = [(s, b) for b in BLOWS for s in STAGES]
    pairs = [p for p in pairs if p[1] not in _TOO_SLOW.get(p[0], ())]
    draw.shuffle(pairs)
    pairs.sort(key=lambda pair: [p[0] for p in pairs].count(pair[0]))
    by_stage = {s: [p for p in pairs if p[0] == s] for s in STAGES}
    for number in range(trials):
        own = by_stage[STAGES[number % len(STAGES)]]
        yield (*own[number // len(STAGES) % len(own)], draw.random())


_STARTS_AFTER = {
    "diarize": "ingest", "transcribe": "diarize", "align": "diarize", "classify": "transcribe",
}  # fmt: skip
_TOO_SLOW = {"copy": ("memory", "disk"), "align": ("memory",), "classify": ("memory",),
             "correct": ("memory", "disk")}  # fmt: skip


class Bench:
    """An excerpt of the demo, imported, processed and corrected without any disturbance."""

    def __init__(self, folder: Path) -> None:
        self.sound = _excerpt(folder / "meeting.wav")
        self.fresh, self.done, self.corrected = (folder / n for n in ("fresh", "done", "corrected"))
        answer = _call(self.fresh, "import", self.sound, "--title", "Bench", "--json")
        self.session: str = answer["session"]
        shutil.copytree(self.fresh, self.done)
        _call(self.done, "process", self.session, *_OPTIONS, "--json")
        _call(self.done, "speakers", self.session, "SPEAKER_00=Ann", "--json")
        shutil.copytree(self.done, self.corrected)
        report = _call(self.done, "report", self.session, "--json")
        self.utterance: str = report["utterances"][-1]["id"]
        _call(self.corrected, "correct", self.session, self.utterance, "--text", _TEXT, "--json")
        stages = _manifest(self._folder(self.done))["stages"]
        self.seconds = {name: float(stage["seconds"]) for name, stage in stages.items()}

    def _folder(self, library: Path) -> Path:
        return library / "sessions" / self.session

    def trial(self, stage: str, blow: str, share: float, place: Path) -> Result:
        """Strike one run, check what it left, finish it, compare; AssertionError where it fails."""
        if stage in {"copy", "ingest"}:
            return self._import(stage, blow, share, place)
        if stage == "correct":
            return self._correct(blow, share, place)
        return self._process(stage, blow, share, place)

    def _left_before(self, last: str, place: Path) -> None:
        """Make the library as a run leaves it that ended after a stage: trials are shorter so."""
        shutil.copytree(self.fresh, place, dirs_exist_ok=True)
        folder, done = self._folder(place), self._folder(self.done)
        manifest = _manifest(done)
        kept = _COMPUTED[: _COMPUTED.index(last) + 1]
        manifest["stages"] = {name: manifest["stages"][name] for name in kept}
        for name in ("session.json", "session.json.bak"):
            (folder / name).write_text(json.dumps(manifest), "utf-8")
        for stage in manifest["stages"].values():
            for name in stage["outputs"]:
                shutil.copy(done / name, folder / name)

    def _process(self, stage: str, blow: str, share: float, place: Path) -> Result:
        self._left_before(_STARTS_AFTER[stage], place)
        folder = self._folder(place)
        before = _COMPUTED[_COMPUTED.index(stage) - 1]
        pause = share * self.seconds[stage]
        if stage in {"diarize", "transcribe"}:  # they begin a moment after the lock is taken
            start = lambda _: (folder / ".lock").is_file() and (folder / ".lock").stat().st_size > 0  # noqa: E731
        else:
            start = lambda _: f'"{before}": {{'.encode() in _bytes(folder / "session.json")  # noqa: E731
            pause = 0.0 if stage in {"align", "classify"} else pause
        command = ("process", self.session, *_OPTIONS)
        status = _strike(place, command, start, pause, blow)
        _check_visible(folder, self._folder(self.done))
        struck = _first_missing(folder)
        _answers(place, self.session)
        _call(place, "process", self.session, *_OPTIONS, "--json")
        _same(folder, self._folder(self.done))
        return Result(aimed=stage, blow=blow, struck=struck, status=status)

    def overlap(self, blow: str, share: float, place: Path) -> bool:
        """Strike a run that looks for words while it tells voices apart; return whether it did.

        What it leaves, and what the next run makes of it, is what no overlap would have left.
        """
        self._left_before("ingest", place)
        folder = self._folder(place)
        command = ("process", self.session, *_OPTIONS[:-1], "2")

        def both(pid: int) -> bool:
            return _open_files(pid, "mix.flac") == 2

        status = _strike(place, command, both, share * self.seconds["diarize"] / 4, blow)
        _check_visible(folder, self._folder(self.done))
        struck = _first_missing(folder)
        _answers(place, self.session)
        _call(place, *command, "--json")
        _same(folder, self._folder(self.done))
        return struck == Result(aimed="diarize", blow=blow, struck=struck, status=status).aimed

    def _import(self, stage: str, blow: str, share: float, place: Path) -> Result:
        sessions = place / "sessions"
        sign = ".importing-*/*/audio/*" if stage == "copy" else "*/audio/mix.flac.*.tmp"
        pause = 0.0 if stage == "copy" else share * self.seconds["ingest"]
        command = ("import", str(self.sound), "--title", "Bench")
        status = _strike(place, command, lambda _: any(sessions.glob(sign)), pause, blow)
        listed = _call(place, "sessions", "list", "--json")["sessions"]
        struck: str | None = stage
        if listed:
            struck = _first_missing(sessions / listed[0]["id"])
            struck = None if struck == "diarize" else struck
        else:
            assert status != 0
            _call(place, "import", self.sound, "--title", "Bench", "--json")
            listed = _call(place, "sessions", "list", "--json")["sessions"]
        [row] = listed
        _answers(place, row["id"])
        _call(place, "process", row["id"], *_OPTIONS, "--json")
        _same(sessions / row["id"], self._folder(self.done), but=("id", "created"))
        left = {path.name for path in sessions.iterdir()} - {row["id"]}
        assert not left or blow in {"SIGKILL", "memory"}, left
        return Result(aimed=stage, blow=blow, struck=struck, status=status)

    def removal(self, command: tuple[str, ...], place: Path) -> bool:
        """Kill a removal once its plan stands; return whether it was cut off. The rest is checked.

        What the next run makes of it is what an undisturbed removal leaves.
        """
        name, *rest = command
        undisturbed = place.with_name(f"{place.name}-undisturbed")
        for library in (place, undisturbed):
            shutil.copytree(self.corrected, library)
        folder, reference = self._folder(place), self._folder(undisturbed)
        call = (name, self.session, *rest, "--yes")
        _call(undisturbed, *call)
        plan = folder / "pending.json"
        status = _strike(place, call, lambda _: plan.exists(), 0.0, "SIGKILL")
        cut_off = plan.exists()
        assert not cut_off or status == -signal.SIGKILL
        if cut_off:
            _answers(place, self.session)
            assert alsvoice("--library", place, "report", self.session).status == 1
        for library in (place, undisturbed):
            _call(library, "process", self.session, *_OPTIONS, "--json")
        _same(folder, reference, but=("redactions", "withdrawals"))
        return cut_off

    def _correct(self, blow: str, share: float, place: Path) -> Result:
        shutil.copytree(self.done, place, dirs_exist_ok=True)
        folder = self._folder(place)
        lines = _bytes(folder / "edits.jsonl")
        command = ("correct", self.session, self.utterance, "--text", _TEXT)

        def started(_: int) -> bool:
            return len(_bytes(folder / "edits.jsonl")) > len(lines)

        status = _strike(place, command, started, share * 0.02, blow)
        assert _bytes(folder / "edits.jsonl").startswith(lines), "an earlier correction is gone"
        _answers(place, self.session)
        edits = _call(place, "edits", self.session, "--json")["edits"]
        assert [edit["op"] for edit in edits] in (["name"], ["name", "text"])
        wanted = self.corrected if len(edits) == 2 else self.done
        same = _bytes(folder / "labels.json") == _bytes(self._folder(wanted) / "labels.json")
        _call(place, "process", self.session, *_OPTIONS, "--json")
        _same(folder, self._folder(wanted))
        struck = None if status == 0 or (same and len(edits) == 2) else "correct"
        return Result(aimed="correct", blow=blow, struck=struck, status=status)


def _excerpt(target: Path) -> Path:
    """Write 13 s of the demo at a rate and in a format that take a moment to decode."""
    import av

    with av.open(str(DEMO / "session.opus")) as source, av.open(str(target), "w") as out:
        stream = out.add_stream("pcm_s32le", rate=96_000, layout="stereo")
        resampler = av.AudioResampler(format="s32", layout="stereo", rate=96_000)
        for frame in source.decode(audio=0):
            if frame.time is not None and 26 <= frame.time < 39:
                frame.pts = None
                for piece in resampler.resample(frame):
                    out.mux(stream.encode(piece))
        out.mux(stream.encode(None))
    return target


def _call(library: Path, command: str, *arguments: str | Path) -> Any:
    done = alsvoice("--library", library, command, *arguments).good()
    return done.json() if done.out.startswith("{") else None


def _bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError:
        return b""


def _manifest(folder: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((folder / "session.json").read_bytes())
    return found


def _first_missing(folder: Path) -> str | None:
    stages = _manifest(folder)["stages"]
    return next((name for name in _COMPUTED if name not in stages), None)


def _strike(
    library: Path, command: tuple[str, ...], started: Callable[[int], bool], pause: float, blow: str
) -> int:
    """Run a command, wait for its moment, strike; return its status, its last words checked."""
    with subprocess.Popen(
        [sys.executable, "-m", "alsvoice", "--library", str(library), *command],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    ) as run:  # fmt: skip
        try:
            _await(started, run)
            time.sleep(pause)
            with _blow(blow, run.pid, library):
                _, said = run.communicate(timeout=60)
        finally:
            run.kill()
    assert "Traceback" not in said, said
    assert "unforeseen" not in said or blow == "memory", said
    lines = [line for line in said.splitlines() if blow != "memory" or "OpenBLAS" not in line]
    if run.returncode == 1 and (lines or blow != "memory"):  # OpenBLAS may end it by itself
        assert lines[-1].startswith("Try: "), said
    return run.returncode


def _await(started: Callable[[int], bool], run: "subprocess.Popen[str]") -> None:
    end = time.monotonic() + 60
    while not started(run.pid) and run.poll() is None:
        assert time.monotonic() < end, "the moment never came"
        time.sleep(0.0003)


def _open_files(pid: int, name: str) -> int:
    """Return how often a process has a file of a name open (Linux)."""
    count = 0
    with contextlib.suppress(OSError):
        for link in Path(f"/proc/{pid}/fd").iterdir():
            with contextlib.suppress(OSError):
                count += link.readlink().name == name
    return count


@contextmanager
def _blow(blow: str, pid: int, library: Path) -> Iterator[None]:
    with contextlib.suppress(ProcessLookupError):
        if blow == "disk":
            with _full(pid, library):
                yield
            return
        if blow == "memory":
            _no_more_memory(pid)
        else:
            os.kill(pid, getattr(signal, blow))
    yield


@contextmanager
def _full(pid: int, library: Path) -> Iterator[None]:
    """Fill the small disk the library is on, or let the process write no file any longer."""
    if not library.is_mount():
        import resource

        with contextlib.suppress(ProcessLookupError):
            resource.prlimit(pid, resource.RLIMIT_FSIZE, (200, 200))
        yield
        return
    ballast = library / "ballast"
    with ballast.open("wb", buffering=0) as file, contextlib.suppress(OSError):
        while True:
            file.write(bytes(1 << 14))
    try:
        yield
    finally:
        ballast.unlink()


def _no_more_memory(pid: int) -> None:
    """Let a process have the memory it has now and no more (Linux)."""
    import resource

    with contextlib.suppress(OSError, StopIteration):
        lines = Path(f"/proc/{pid}/status").read_text("ascii").splitlines()
        kilobytes = next(int(line.split()[1]) for line in lines if line.startswith("VmData"))
        resource.prlimit(pid, resource.RLIMIT_DATA, (kilobytes * 1024, kilobytes * 1024))


def _files(folder: Path) -> dict[str, Path]:
    """Return what a session consists of, without its lock and what is not finished."""
    return {
        path.relative_to(folder).as_posix(): path
        for path in folder.rglob("*")
        if path.is_file() and path.suffix != ".tmp" and path.name != ".lock"
    }


def _check_visible(folder: Path, reference: Path) -> None:
    """Whatever has a stage file's name is that file, whole."""
    wanted = _files(reference)
    for name, path in _files(folder).items():
        if not name.startswith("session.json"):
            assert path.read_bytes() == wanted[name].read_bytes(), f"half of {name} is visible"


def _answers(library: Path, session: str) -> None:
    [row] = _call(library, "sessions", "list", "--json")["sessions"]
    assert row["state"] in {"processed", "unprocessed"}
    assert row["held_by"] is None
    shown = _call(library, "sessions", "show", session, "--json")
    assert {problem["fault"] for problem in shown["problems"]} <= {"unfinished", "missing"}


def _same(folder: Path, reference: Path, but: tuple[str, ...] = ()) -> None:
    found, wanted = _files(folder), _files(reference)
    edits = {"edits.jsonl"}  # each correction has a time and an id of its own
    assert set(found) - edits == set(wanted) - edits
    for name in set(wanted) - edits - {"removals.json"}:  # that has a time, too
        if name.startswith("session.json"):
            assert _timeless(found[name], but) == _timeless(wanted[name], but), name
        else:
            assert found[name].read_bytes() == wanted[name].read_bytes(), f"{name} differs"
    assert not list(folder.rglob("*.tmp"))


def _timeless(path: Path, but: tuple[str, ...]) -> dict[str, Any]:
    value: dict[str, Any] = json.loads(path.read_bytes())
    for stage in value["stages"].values():
        for name in _TIMES:
            del stage[name]
    return {key: each for key, each in value.items() if key not in but}
