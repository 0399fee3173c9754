"""The manifest of models: what is read, and how precisely a mistake in it is named."""

import re
from pathlib import Path

import pytest

from alsvoice.backends.weights import Model, find_model, load_manifest
from alsvoice.config import bundled_models
from alsvoice.errors import FormatError, NotFoundError

GOOD = """
schema = 1
[[models]]
name = "small-thing"
title = "a thing"
role = "transcribe"
aliases = ["thing"]
bundled = false
default = true
licence = "MIT"
card = "cards/small-thing.md"
[[models.editions]]
checked = "downloaded"
hub = { repo = "someone/thing", revision = "abc123" }
files = [ { name = "model.bin", size = 3, sha256 = "HASH" } ]
wheels = [ { file = "model.bin", wheel = "thing-data==1.0", member = "thing/model.bin" } ]
""".replace("HASH", "0" * 64)


def read(tmp_path: Path, text: str) -> tuple[Model, ...]:
    path = tmp_path / "manifest.toml"
    path.write_text(text, encoding="utf-8")
    return load_manifest(path)


def test_the_models_that_come_with_the_package() -> None:
    models = {model.name: model for model in load_manifest()}
    defaults = {model.role: name for name, model in models.items() if model.default}
    assert defaults == {
        "segmentation": "pyannote-segmentation-3.0",
        "embedding": "3dspeaker-campplus",
        "classify": "questions-v1",
        "transcribe": "faster-whisper-base",
    }
    assert find_model("tiny.en", load_manifest()).size == 78_090_594
    assert [name for name, model in models.items() if model.bundled] == [
        "pyannote-segmentation-3.0",
        "3dspeaker-campplus",
        "questions-v1",
    ]


def test_every_model_has_its_card_and_the_bundled_ones_their_licence() -> None:
    for model in load_manifest():
        card = (bundled_models() / model.card).read_text(encoding="utf-8")
        assert card.startswith(f"# {model.name}\n")
        for part in ("What it does", "Authors", "Source", "Licence", "How it was made", "Limits"):
            assert f"**{part}" in card, (model.name, part)
        assert model.licence in card
        weights = [f for e in model.editions for f in e.files if f.name.startswith("model.")]
        for file in weights:
            assert file.sha256 in card, f"{model.card} does not state the hash of {file.name}"
            assert f"{file.size:,}" in card
        if model.bundled:
            assert (bundled_models() / model.name / "LICENSE").is_file()


def test_a_model_is_known_by_name_and_alias_and_by_nothing_else() -> None:
    manifest = load_manifest()
    assert find_model("base", manifest) is find_model("faster-whisper-base", manifest)
    with pytest.raises(NotFoundError, match="No model is called 'bass'") as told:
        find_model("bass", manifest)
    assert "faster-whisper-base" in told.value.sentence


def test_a_manifest_is_read_into_frozen_values(tmp_path: Path) -> None:
    (model,) = read(tmp_path, GOOD)
    assert model.names == ("small-thing", "thing")
    assert model.size == 3
    edition = model.editions[0]
    assert edition.hub is not None
    assert edition.hub.repo == "someone/thing"
    assert edition.wheels[0].wheel == "thing-data==1.0"


@pytest.mark.parametrize(
    ("change", "where", "what"),
    [
        (("size = 3", "size = -3"), "$.models[0].editions[0].files[0]", "has no size"),
        (("size = 3", 'size = "3"'), "$.models[0].editions[0].files[0].size", "Expected `int`"),
        (("0" * 64, "xyz"), "$.models[0].editions[0].files[0]", "has no sha256"),
        (('"model.bin", size', '"../x", size'), "$.models[0].editions[0].files[0]", "plain file"),
        (('role = "transcribe"', 'role = "sing"'), "$.models[0].role", "Invalid enum value"),
        (('title = "a thing"', ""), "$.models[0]", "title"),
        (("thing-data==1.0", "--pre"), "$.models[0].editions[0].wheels[0]", "no name==version"),
        (("thing-data==1.0", "a @ b==1"), "$.models[0].editions[0].wheels[0]", "name==version"),
        (('"thing/model.bin"', '"/etc/x"'), "$.models[0].editions[0].wheels[0]", "leaves the"),
        (('{ file = "model.bin"', '{ file = "b"'), "$.models[0].editions[0]", "all and only"),
        (("someone/thing", "thing"), "$.models[0].editions[0].hub", "no owner/name"),
        (('"abc123"', '"a/../b"'), "$.models[0].editions[0].hub", "no revision"),
        (("bundled = false", "bundled = 1"), "$.models[0].bundled", "Expected `bool`"),
        (('["thing"]', '["small-thing"]'), "manifest.toml", "two models are called small-thing"),
        (("schema = 1", "schema = 2"), "manifest.toml", "this version reads 1"),
        (("schema = 1", "schema = "), "manifest.toml", "line 2"),
    ],
)
def test_a_mistake_is_named_with_its_place(
    tmp_path: Path, change: tuple[str, str], where: str, what: str
) -> None:
    assert change[0] in GOOD
    with pytest.raises(FormatError, match=re.escape(what)) as told:
        read(tmp_path, GOOD.replace(*change))
    assert told.value.where.startswith("manifest.toml")
    assert where in told.value.where


def test_a_model_without_files_editions_or_sources_is_refused(tmp_path: Path) -> None:
    head, edition = GOOD.split("[[models.editions]]")
    hub = 'hub = { repo = "someone/thing", revision = "abc123" }\n'
    bare = edition.replace(hub, "").split("wheels =")[0]
    for text, what in [
        (f"{head}editions = []", "has no edition"),
        (f"{head}[[models.editions]]{bare}", "has no source"),
        (GOOD.replace("bundled = false", "bundled = true") * 1 + edition_again(), "more than one"),
        (f'{head}[[models.editions]]\nchecked = "published"\nfiles = []', "has no files"),
    ]:
        with pytest.raises(FormatError, match=what):
            read(tmp_path, text)


def edition_again() -> str:
    return "[[models.editions]]" + GOOD.split("[[models.editions]]")[1]


def test_two_default_models_of_one_role_are_refused(tmp_path: Path) -> None:
    second = GOOD.replace("schema = 1", "").replace("small-thing", "other").replace('"thing"', "")
    with pytest.raises(FormatError, match="a role has two default models"):
        read(tmp_path, GOOD + second)


def test_a_manifest_that_is_not_there_or_no_text(tmp_path: Path) -> None:
    with pytest.raises(FormatError, match="cannot be read"):
        load_manifest(tmp_path / "manifest.toml")
    (tmp_path / "manifest.toml").write_bytes(b"\xff\xfe")
    with pytest.raises(FormatError, match="not UTF-8"):
        load_manifest(tmp_path / "manifest.toml")
