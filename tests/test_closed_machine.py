"""A closed machine: the whole job without any network, watched down to the system calls.

The libraries run as they are installed, in hardly any environment (onnxruntime spares machines that
call themselves CI) and in an empty home. ``tests/test_network.py`` sees less and runs anywhere.
"""

import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

from alsvoice.config import Config
from alsvoice.pipeline.exporting import EXPORTS, REPORTS
from scripted_demo import DEMO, Script, silent_wav, voice_of
from traced import Trace, forbidden, namespaces_work, offline, strace_works, traced

ROOT = Path(__file__).resolve().parents[1]

# Local sockets that may be used, path by path, with the reason. There is none.
LOCAL: dict[str, str] = {}
# Files outside the library and the folders that the user named, with the reason.
FILES = {
    r"/dev/null": "nothing is kept there",
    r"/dev/shm/sem\.[\w-]+": "tqdm, which faster-whisper imports, makes one lock and removes its "
    "name at once: a counter in memory, no content",
}

# One program for the whole job: each call is what `alsvoice …` runs, exit status and all.
JOB = f"""
import contextlib, io, json, sys
from pathlib import Path
from alsvoice.cli import main

sound, second, stereo, out, models = map(Path, sys.argv[1:])
where = ["--models", str(models)]

def alsvoice(*call):
    said = io.TextIOWrapper(io.BytesIO(), "utf-8")
    with contextlib.redirect_stdout(said):
        status = main([*where, *map(str, call)])
    if status:
        sys.exit(f"{{call}} ended with {{status}}")
    said.flush()
    return said.buffer.getvalue().decode()

people = "Helen:facilitator,David:presenter,Marcus,Joanne,Anjali"
answer = alsvoice("import", sound, "--participants", people, "--title", "A/B", "--json")
session = json.loads(answer)["session"]
done = json.loads(alsvoice("process", session, "--asr", "tiny.en", "--json"))
assert done["utterances"] > 5, done
alsvoice("speakers", session)
alsvoice("speakers", session, "SPEAKER_00=Helen")
alsvoice("report", session)
report = json.loads(alsvoice("report", session, "--format", "json"))
chosen = report["utterances"][0]["id"]
alsvoice("correct", session, chosen, "--label", "advice", "--text", "Why not ask them?")
alsvoice("edits", session, "--undo", "1")
for format in {sorted(REPORTS)!r}:
    alsvoice("report", session, "--format", format, "-o", out / f"report.{{format}}")
for format in {sorted(EXPORTS)!r}:
    alsvoice("export", session, "--format", format, "-o", out / f"session.{{format}}")
(out / "rows.jsonl").write_text('{{"id": 1, "text": "What did you try?"}}')
alsvoice("classify", out / "rows.jsonl", "-o", out / "coded.jsonl")
alsvoice("evaluate", session, "--reference", {str(DEMO)!r})
for call in (["sessions", "list"], ["sessions", "show", session], ["templates", "list"]):
    alsvoice(*call)

alsvoice("redact", session, "--from", "2", "--to", "4", "--yes")
alsvoice("withdraw", session, "SPEAKER_00", "--yes")
alsvoice("process", session)
alsvoice("sessions", "delete", session, "--yes")
tracks = ["--track", f"Ann={{sound}}", "--track", f"Ben={{second}}", "--offset", "Ben=1"]
answer = json.loads(alsvoice("import", *tracks, "--json"))
alsvoice("process", answer["session"], "--asr", "tiny.en")
alsvoice("withdraw", answer["session"], "Ben", "--yes")
answer = json.loads(alsvoice("import", stereo, "--channels", "Ann,Ben", "--json"))
alsvoice("process", answer["session"], "--asr", "tiny.en")
alsvoice("redact", answer["session"], "--from", "1", "--to", "2", "--yes")
alsvoice("withdraw", answer["session"], "Ann", "--yes")
alsvoice("process", answer["session"], "--from", "ingest")
"""

# What must be found: a socket asked for in C, a lookup (of this machine's own name: nothing leaves
# it), both in a process of their own, and a file in the system's temporary folder.
CONTROLS = {
    "socket(AF_INET, SOCK_DGRAM": "import ctypes; ctypes.CDLL(None).socket(2, 2, 0)",
    "socket(AF_INET6, SOCK_STREAM": "import socket; socket.socket(socket.AF_INET6)",
    'sun_path="/nowhere': "import socket; socket.socket(socket.AF_UNIX).connect_ex('/nowhere')",
    "lookup: /etc/hosts": "import socket; socket.getaddrinfo('localhost', 80)",
    "socket(AF_NETLINK": "import ctypes; ctypes.CDLL(None).socket(16, 3, 0)",
    "written: /tmp/": "import tempfile; tempfile.NamedTemporaryFile(dir='/tmp').close()",
}


# Names the interfaces, then reaches for this machine itself: where even `lo` is down, that fails.
INTERFACES = """
import socket
print([name for _, name in socket.if_nameindex()], flush=True)
socket.socket(socket.AF_INET, socket.SOCK_DGRAM).connect(("127.0.0.1", 9))
"""


def bare(home: Path) -> dict[str, str]:
    """Return an environment that says nothing of telemetry, and a new, empty home."""
    home.mkdir()
    kept = {name: os.environ[name] for name in ("PATH", "LANG") if name in os.environ}
    # Code that Python compiles is no part of a session, and where it lies is Python's business.
    return kept | {
        "HOME": str(home),
        "PYTHONPATH": str(ROOT / "src"),
        "PYTHONDONTWRITEBYTECODE": "1",
        "ALSVOICE_LIBRARY": str(home.parent / "library"),
    }


def job(folder: Path) -> tuple[list[str], Mapping[str, str]]:
    """Return the whole job as a command, and its environment."""
    import numpy as np
    import soundfile

    from test_docs import excerpt

    excerpt(folder / "a.opus")
    excerpt(folder / "b.opus")
    (folder / "out").mkdir()
    models = Config.resolve().models
    speech, rate = soundfile.read(folder / "a.opus", dtype="float32")
    half = len(speech) // 2  # one speaks, then the other
    both = np.zeros((len(speech), 2), dtype=np.float32)
    both[:half, 0], both[half:, 1] = speech[:half], speech[half:]
    soundfile.write(folder / "both.flac", both, rate)
    program = [sys.executable, "-c", JOB, folder / "a.opus", folder / "b.opus"]
    program += [folder / "both.flac"]
    program += [folder / "out", models]
    return [str(part) for part in program], bare(folder / "home")


def left(folder: Path) -> list[Path]:
    """Return what stands in the home and where the command was given."""
    return [*(folder / "home").rglob("*"), *(folder / "here").rglob("*")]


@pytest.mark.models
@pytest.mark.skipif(not namespaces_work(), reason="network namespaces are not here, or forbidden")
def test_the_whole_job_runs_without_any_interface(tmp_path: Path) -> None:
    before = offline()
    assert before is not None
    up = subprocess.run(
        [*before, sys.executable, "-c", INTERFACES], capture_output=True, text=True, check=False
    )
    assert up.stdout.strip() in {"['lo']", "[]"}, up.stdout
    assert "Network is unreachable" in up.stderr, "lo is up"
    command, environ = job(tmp_path)
    (tmp_path / "here").mkdir()
    done = subprocess.run(
        [*before, *command],
        env=dict(environ), cwd=tmp_path / "here", capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert left(tmp_path) == []


@pytest.mark.models
@pytest.mark.skipif(not strace_works(), reason="strace is not here, or may not trace")
def test_the_whole_job_asks_for_no_network_and_writes_nowhere_else(tmp_path: Path) -> None:
    """Every stage on real sound: onnxruntime sent its first report after seconds of work."""
    command, environ = job(tmp_path)
    trace = traced(command, environ, tmp_path / "logs", tmp_path / "here")
    named = (tmp_path / "library", tmp_path / "out")
    assert forbidden(trace, LOCAL, named, "|".join(FILES)) == []
    assert left(tmp_path) == []
    written = {path.name for path in trace.written}
    for name in ("session.json", "edits.jsonl", "report.html", "session.rttm", "coded.jsonl"):
        assert name in written, f"the trace did not see {name}"


@pytest.mark.skipif(not strace_works(), reason="strace is not here, or may not trace")
@pytest.mark.parametrize("inside", [False, True], ids=["itself", "subprocess"])
@pytest.mark.parametrize("sign", CONTROLS)
def test_what_is_forbidden_is_found(sign: str, inside: bool, tmp_path: Path) -> None:
    program = [sys.executable, "-c", CONTROLS[sign]]
    if inside:
        program = [sys.executable, "-c", f"import subprocess; subprocess.run({program!r})"]
    trace = traced(program, bare(tmp_path / "home"), tmp_path / "logs", tmp_path / "here")
    found = forbidden(trace, LOCAL, (tmp_path / "library",), "|".join(FILES))
    assert any(line.startswith(sign) or sign in line for line in found), found


@pytest.mark.skipif(not strace_works(), reason="strace is not here, or may not trace")
def test_an_innocent_program_is_let_pass(tmp_path: Path) -> None:
    program = [sys.executable, "-c", "open('/dev/null', 'w').write('a'); open('mine', 'w')"]
    trace = traced(program, bare(tmp_path / "home"), tmp_path / "logs", tmp_path / "here")
    assert forbidden(trace, LOCAL, (tmp_path / "here",), "|".join(FILES)) == []


@pytest.mark.parametrize(
    ("line", "found"),
    [
        ("socket(AF_INET, SOCK_STREAM, IPPROTO_TCP) = 3<TCP:[1]>", "socket("),
        ("socket(AF_PACKET, SOCK_RAW, 768) = 3<PACKET:[1]>", "socket("),
        ("socket(AF_UNIX, SOCK_STREAM, 0) = 3<UNIX-STREAM:[1]>", None),
        ("socketpair(AF_UNIX, SOCK_STREAM, 0, [3, 4]) = 0", None),
        ('bind(3<UNIX-STREAM:[1]>, {sa_family=AF_UNIX, sun_path=@"x"}, 4) = 0', "bind("),
        ('sendto(3<UNIX-DGRAM:[1]>, "a", 1, 0, {sun_path="/dev/log"}, 11) = 1', "sendto("),
        ('sendto(3<UNIX-STREAM:[1]>, "a", 1, 0, NULL, 0) = 1', None),
        ('connect(3<UNIX-STREAM:[1]>, {sun_path="/run/nscd/socket"}, 9) = -1 E (n)', "lookup"),
        ('connect(3<TCP:[1]>, {sa_family=AF_INET, sin_port=htons(9)}, 16) = 0', "connect("),
        ('sendto(3<UDP:[1]>, "a", 1, 0, {sa_family=AF_INET6}, 28) = 1', "sendto("),
        ("sendmsg(3<UDP:[1]>, {msg_name={sa_family=AF_INET}}, 0) = 1", "sendmsg("),
        ("io_uring_setup(8, {flags=0}) = 4", "io_uring_setup("),
        ('openat(AT_FDCWD</h>, "/etc/resolv.conf", O_RDONLY|O_CLOEXEC) = -1 ENOENT (No)', "lookup"),
        ('openat(AT_FDCWD</h>, "/x/libnss_dns.so.2", O_RDONLY|O_CLOEXEC) = 3</x>', "lookup"),
        ('openat(AT_FDCWD</h>, "a\\"O_RDONLY", O_RDWR|O_CREAT, 0600) = 3</h/a>', "written: /h/a"),
        ('openat(4</v/tmp>, "a", O_WRONLY) = 3', "written: /v/tmp/a"),
        ('creat("b", 0600) = 3</c/b>', "written: /c/b"),
        ('mkdir("/t/\\303\\251", 0700) = 0', "written: /t/é"),
        ('rename("/books/a", "/t/b") = 0', "written: /t/b"),
        ('linkat(4</books>, "a", AT_FDCWD</t>, "b", 0) = 0', "written: /t/b"),
        ('symlink("/books/a", "s") = 0', "written: /c/s"),
        ('openat(AT_FDCWD</h>, "/books/a", O_RDWR|O_CREAT, 0600) = 3</books/a>', None),
        ('openat(AT_FDCWD</h>, "/t/O_RDWR", O_RDONLY) = 3</t/O_RDWR>', None),
        ('mkdir("/t", 0700) = -1 EEXIST (File exists)', None),
        ('openat(AT_FDCWD</h>, "/dev/null", O_RDWR) = 3</dev/null>', None),
    ],
)  # fmt: skip
def test_lines_of_strace_are_read(line: str, found: str | None) -> None:
    trace = Trace.of([line], Path("/c"))
    lines = forbidden(trace, (), (Path("/books"),), "|".join(FILES))
    assert (lines == []) if found is None else any(each.startswith(found) for each in lines), lines


def test_a_listed_local_socket_may_be_used() -> None:
    line = 'connect(3<UNIX-STREAM:[1]>, {sa_family=AF_UNIX, sun_path="/run/x"}, 9) = 0'
    trace = Trace.of([line], Path("/c"))
    assert forbidden(trace, ["/run/x"], (), "") == []
    assert len(forbidden(trace, ["/run/y"], (), "")) == 1


@pytest.mark.models
@pytest.mark.skipif(not strace_works(), reason="strace is not here, or may not trace")
def test_a_model_folder_that_lacks_its_tokenizer_is_not_completed_from_the_hub(
    tmp_path: Path,
) -> None:
    """faster-whisper asks the hub for it unless told not to."""
    sound = silent_wav(tmp_path / "a.wav", 12, 16_000)
    whole = Config.resolve().models / "faster-whisper-tiny.en"
    (tmp_path / "cut").mkdir()
    for name in ("config.json", "model.bin", "vocabulary.txt"):
        (tmp_path / "cut" / name).symlink_to(whole / name)
    program = """
import sys
from pathlib import Path
from alsvoice.cli import main
sound, model, heard = sys.argv[1:]
assert main(["import", sound]) == 0
[session] = (Path(sound).parent / "library" / "sessions").iterdir()
call = ["process", session.name, "--asr", model, "--diarizer", f"scripted:{heard}"]
assert main(call) == 1
"""
    script = Script(folder=tmp_path)
    script.hear(voice_of())
    command = [sys.executable, "-c", program, sound, tmp_path / "cut"]
    trace = traced(
        [*map(str, command), str(script.folder / "diarization.json")],
        bare(tmp_path / "home"), tmp_path / "logs", tmp_path / "here",
    )  # fmt: skip
    assert forbidden(trace, LOCAL, (tmp_path / "library",), "|".join(FILES)) == []
