"""What is said when something breaks never holds what was said in the session."""

import json
import os
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

from scripted_demo import Scene, processed

MARKER = "Zyzzyvazimt"

# Stands before the command: whatever stage is named fails with words in its message, in the message
# of what lies behind it, in its arguments and in its local variables.
PLANTED = """
import os, sys, threading, warnings, logging
from dataclasses import replace
from alsvoice.pipeline import run, stages
import alsvoice.cli

heard = os.environ["HEARD"]
place = os.environ["PLACE"]

class Said:
    def __init__(self): self.words = heard
    def __repr__(self): return self.words
    def __del__(self): raise ValueError(f"cannot let go of {self.words}")

def broken(context, params):
    words = heard
    if place == "thread":
        worker = threading.Thread(target=lambda: int(words), name=words)
        worker.start(); worker.join()
    if place == "destructor":
        said = Said(); del said
    if place == "log":
        warnings.warn(words, RuntimeWarning)
        logging.getLogger("faster_whisper").error("heard %s", words)
        logging.getLogger(words).critical("heard %d", words)
    try:
        {}[words]
    except KeyError as behind:
        raise RuntimeError(f"cannot read {words!r}", words) from behind

table = tuple(
    replace(s, run=broken) if s.name == os.environ["STAGE"] else s for s in stages.STAGES
)
run.STAGES = table
if place == "core":
    import resource, signal
    from alsvoice.cli import discretion
    discretion.keep_words_in()
    print(resource.getrlimit(resource.RLIMIT_CORE)[0])
    sys.exit()
if place == "exit":
    import atexit
    atexit.register(broken, None, None)
    sys.argv[1:] = ["templates", "list"]
status = alsvoice.cli.main()
if place == "after":
    int(heard)
sys.exit(status)
"""


@pytest.fixture(scope="module")
def scene(tmp_path_factory: pytest.TempPathFactory) -> Scene:
    return processed(tmp_path_factory.mktemp("done"))


def broken(
    scene: Scene, place: str = "", stage: str = "align", debug: str = ""
) -> subprocess.CompletedProcess[str]:
    """Process a session one stage of which fails; return what was said."""
    environ = {k: v for k, v in os.environ.items() if not k.startswith(("ALSVOICE", "PYTHON"))}
    environ |= {"HEARD": MARKER, "STAGE": stage, "PLACE": place, "ALSVOICE_DEBUG": debug}
    environ["PYTHONPATH"] = os.pathsep.join(filter(None, sys.path))
    call = ["--library", str(scene.library), "process", scene.session, "--from", "ingest"]
    return subprocess.run(
        [sys.executable, "-c", textwrap.dedent(PLANTED), *call, *scene.script.options],
        env=environ, capture_output=True, text=True, check=False, stdin=subprocess.DEVNULL,
    )  # fmt: skip


def words_on_disk(scene: Scene) -> list[Path]:
    files = [path for path in scene.library.rglob("*") if path.is_file()]
    return [path for path in files if MARKER.encode() in path.read_bytes()]


@pytest.mark.parametrize(
    ("stage", "debug"),
    [("align", ""), *((s, "1") for s in ("ingest", "diarize", "transcribe", "align", "classify"))],
)
def test_a_stage_that_fails_unforeseen(scene: Scene, stage: str, debug: str) -> None:
    done = broken(scene, stage=stage, debug=debug)
    assert done.returncode == 1
    assert MARKER not in done.stdout + done.stderr
    assert "Something unforeseen failed (RuntimeError in <string>, line" in done.stderr
    assert ("in broken" in done.stderr) == bool(debug), "debugging shows where, not what"
    assert ("KeyError" in done.stderr) == bool(debug), "and what lay behind it"
    assert words_on_disk(scene) == []


@pytest.mark.parametrize(
    ("place", "told"),
    [
        ("thread", "beside the main work (ValueError"),
        ("destructor", "while tidying up (ValueError"),
        ("log", "unforeseen"),
        ("exit", "(RuntimeError"),
        ("after", "Something unforeseen failed (ValueError"),
    ],
)
def test_failures_outside_the_command(scene: Scene, place: str, told: str) -> None:
    done = broken(scene, place, debug="1")
    assert MARKER not in done.stdout + done.stderr
    assert told in done.stderr
    assert "Traceback" not in done.stderr
    assert words_on_disk(scene) == []


@pytest.mark.skipif(os.name == "nt", reason="POSIX exit status")
@pytest.mark.parametrize("number", ["SIGINT", "SIGTERM"])
@pytest.mark.parametrize("place", ["exec", "import"])
def test_a_stop_ends_as_any_other_wherever_it_falls(number: str, place: str) -> None:
    """Inside the exec of a text, as while dataclasses are made, and inside C that is imported.

    Python itself would end the first with the status of a signal; the second is an ImportError.
    """
    program = """
        import os, signal, sys, alsvoice.cli.options
        signal.signal(signal.SIGINT, signal.default_int_handler)  # a job in the background has none
        kill = "os.kill(os.getpid(), signal.%s)"
        def stopped():
            if "%s" == "exec":
                exec(kill)
            try:
                eval(kill)
            except KeyboardInterrupt:
                raise ImportError from None
        alsvoice.cli.options.place = stopped
        sys.argv[1:] = ["sessions", "list"]
        sys.exit(alsvoice.cli.main())
    """
    done = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(program % (number, place))],
        env={**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
        capture_output=True, text=True, check=False, stdin=subprocess.DEVNULL,
    )  # fmt: skip
    assert done.returncode == 1
    assert "Stopped. What was finished is kept." in done.stderr


@pytest.mark.skipif(os.name == "nt", reason="Windows has no limit on cores")
def test_a_crash_leaves_no_core(scene: Scene) -> None:
    """Nothing, or the one byte at which Linux hands nothing to a crash reporter either."""
    assert int(broken(scene, "core").stdout) <= 1


@pytest.mark.parametrize("name", ["words.json", "utterances.json", "labels.json", "session.json"])
def test_a_file_with_words_in_the_wrong_places(scene: Scene, name: str, tmp_path: Path) -> None:
    """Every text of a stage file becomes the marker: where no text may be any, and no name."""
    copied = scene.copy(tmp_path)

    def spoil(value: object, key: str = "") -> object:
        if isinstance(value, dict):
            return {k: spoil(v, k) for k, v in value.items()}
        if isinstance(value, list):
            return [spoil(each, key) for each in value]
        return MARKER if key not in {"schema", "version", "id"} else value

    content = json.loads((copied.folder / name).read_text("utf-8"))
    (copied.folder / name).write_text(json.dumps(spoil(content)), "utf-8")
    for command in ("report", "speakers", "process", "edits"):
        said = copied.run(command)
        assert MARKER not in said.err, command
        assert "Traceback" not in said.err
