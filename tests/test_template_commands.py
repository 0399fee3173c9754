"""``templates``: those of the package and of the library, made, edited and checked."""

from pathlib import Path

import pytest

from alsvoice import templates
from cli_runner import alsvoice, refused


def test_a_template_of_ones_own(tmp_path: Path) -> None:
    made = alsvoice("templates", "new", "Our way", "--like", "several", "--json").good().json()
    path = Path(made["file"])
    assert made["template"] == "our-way"
    shown = alsvoice("templates", "show", "our-way", "--json").good().json()
    assert shown["rounds"] == 2
    path.write_text(path.read_text().replace('"presenting"', '"telling"'))
    assert "6 phases, 94 minutes" in alsvoice("templates", "check", "our-way").good().out
    assert "telling" in alsvoice("templates", "show", "our-way").good().out
    assert "already" in refused("templates", "new", "our way", status=2)
    assert "already" in refused("templates", "new", "classic", status=2)
    path.write_text("title = 1\n")
    assert "has no 'source'" in refused("templates", "check", "our-way")
    listed = alsvoice("templates", "list").good().out
    assert "our-way        broken: template 'our-way': it has no 'source'." in listed
    assert "classic" in listed  # the others still are
    path.write_bytes(b"\xff\xfe")
    assert "no UTF-8" in refused("templates", "check", str(path))


@pytest.mark.parametrize("plan", templates.builtin(), ids=lambda plan: plan.name)
def test_what_is_written_is_read_again(plan: templates.Template) -> None:
    assert templates.parse(templates.serialize(plan), plan.name) == plan
    assert alsvoice("templates", "check", plan.name).good().err == ""


def test_check_says_what_may_not_be_meant(tmp_path: Path) -> None:
    (tmp_path / "odd.toml").write_text(
        'title = "Odd"\nsource = "us"\n'
        '[[phase]]\nname = "tea"\nminutes = 5\nhelping = true\n'
        '[[phase]]\nname = "tea"\nminutes = 5\nspeaks = "the cat"\n'
        '[[phase]]\nname = "questions"\nminutes = 5\n'
    )
    notes = alsvoice("templates", "check", tmp_path / "odd.toml", "--json").good().json()["notes"]
    assert len(notes) == 4


@pytest.mark.parametrize(
    "text",
    [
        'title = "a"\nsource = "b"\nphase = []\n',
        'title = "a"\nsource = "b"\nrounds = 0\n[[phase]]\nname = "x"\nminutes = 1\n',
        'title = "a"\nsource = "b"\n'
        + "".join(
            f'[[phase]]\nname = "{n}"\nminutes = 1\nround = {r}\n'
            for n, r in (("a", "true"), ("b", "false"), ("c", "true"))
        ),
    ],
)
def test_rounds_that_cannot_be_are_told(text: str, tmp_path: Path) -> None:
    (tmp_path / "odd.toml").write_text(text)
    refused("templates", "check", tmp_path / "odd.toml")
