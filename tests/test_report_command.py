"""``report`` as typed: for whom, with what sound, where it is kept, and what is refused."""

import re
from base64 import b64decode
from pathlib import Path

import pytest

from cli_runner import Outcome, check_failure
from scripted_demo import DEMO, Scene, imported, voice_of

AUDIO = re.compile(r'<audio preload="none" src="data:audio/ogg;base64,([A-Za-z0-9+/=]+)">')


@pytest.fixture(scope="module")
def scene(tmp_path_factory: pytest.TempPathFactory) -> Scene:
    """The demo with its real sound, true turns and words, and everybody's name."""
    made = imported(tmp_path_factory.mktemp("demo"), sound=DEMO / "session.opus")
    made.process(*made.script.options)
    made.run("speakers", *(f"{voice}={name}" for name, voice in voice_of().items())).good()
    return made


def page(said: Outcome) -> str:
    return Path(said.good().out.strip()).read_text("utf-8")


def test_sound_of_what_was_counted_lies_in_the_page(scene: Scene) -> None:
    text = page(scene.run("report"))
    document = scene.report()
    quoted = {
        id_ for part in ("acts", "findings") for r in document[part] for id_ in r["utterances"]
    }
    quoted |= {row["utterance"] for row in document["actions"]}
    found = AUDIO.findall(text)
    assert len(found) == len(quoted)
    assert b64decode(found[0]).startswith(b"OggS")


def test_no_sound_or_all_of_it(scene: Scene, tmp_path: Path) -> None:
    out = tmp_path / "page.html"
    scene.run("report", "--audio", "none", "-o", out).good()
    assert not AUDIO.findall(out.read_text("utf-8"))
    scene.run("report", "--audio", "FULL", "-o", out).good()
    assert len(AUDIO.findall(out.read_text("utf-8"))) == len(scene.report()["utterances"])


def test_each_reader_has_a_page_of_their_own(scene: Scene) -> None:
    names = {
        "report.html": (),
        "report-set.html": ("--for", "set"),
        "report-anonymous.html": ("--anonymous",),
        "report-person-1.html": ("--for", scene.report()["participants"][0]["speakers"][0]),
    }
    for name, options in names.items():
        said = scene.run("report", *options)
        assert said.good().out.strip().endswith(f"report/{name}")
    kept = {path.name for path in (scene.folder / "report").iterdir()}
    assert set(names) <= kept
    assert "not one of alsvoice's files" not in scene.run("process").good().err


def test_a_page_for_the_set_or_for_nobody_known_is_silent(scene: Scene) -> None:
    assert not AUDIO.findall(page(scene.run("report", "--for", "set")))
    assert not AUDIO.findall(page(scene.run("report", "--anonymous")))
    for options in (["--for", "set"], ["--anonymous"]):
        said = scene.run("report", *options, "--audio", "quotes")
        assert said.status == 2
        assert "A voice is a name" in said.err


def test_what_may_identify_somebody_is_said_not_written(scene: Scene, tmp_path: Path) -> None:
    out = tmp_path / "anonymous.json"
    said = scene.run("report", "--anonymous", "--format", "json", "-o", out).good()
    assert "may still identify somebody" in said.err
    assert "“ward seven”" in said.err
    text = out.read_text("utf-8")
    assert "identify" not in text
    for name in ("Helen", "David", "Marcus", "Joanne", "Anjali", "Okafor"):
        assert name not in text
        assert name not in said.err


def test_everything_but_the_page_follows_the_reader_too(scene: Scene) -> None:
    shared = scene.run("report", "--for", "set", "--json").good().json()
    assert shared["audience"] == {"for": "set", "name": None}
    markdown = scene.run("report", "--for", "set", "--format", "md").good().out
    assert "## People" not in markdown
    assert "nobody is singled out" in markdown


def test_a_school_changes_findings_alone(scene: Scene) -> None:
    revans, wial = (
        scene.run("report", "--json", "--school", school).good().json()
        for school in ("revans", "WIAL")
    )
    assert (revans["school"], wial["school"]) == ("revans", "wial")
    for key in set(revans) - {"findings", "school"}:
        assert revans[key] == wial[key]


@pytest.mark.parametrize(
    ("options", "status", "hint"),
    [
        (["--for", "Nobody"], 1, "--for facilitator"),
        (["--for", ""], 1, "--for facilitator"),
        (["--for", "\u202eevil" * 100], 1, "--for facilitator"),
        (["--audio", "loud"], 2, "quotes"),
        (["--school", "harvard"], 2, "wial"),
    ],
)
def test_what_cannot_be_is_told(scene: Scene, options: list[str], status: int, hint: str) -> None:
    said = scene.run("report", *options)
    assert said.status == status
    assert hint in said.err
    if status == 1:
        check_failure(said)


def test_a_session_whose_sound_is_damaged_still_has_a_report(scene: Scene, tmp_path: Path) -> None:
    other = scene.copy(tmp_path)
    (other.folder / "audio" / "mix.flac").write_bytes(b"fLaC" + b"\x00" * 4000)
    text = page(other.run("report"))
    assert not AUDIO.findall(text)
    assert "The sound of this session cannot be read" in text
