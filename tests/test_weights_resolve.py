"""Where a model is found, in what state, and how it is checked and removed."""

import hashlib
from pathlib import Path

import pytest

from alsvoice.backends.weights import (
    Edition,
    Hub,
    Model,
    ModelFile,
    Status,
    find,
    load_manifest,
    remove,
    status,
    verify,
)
from alsvoice.config import Config
from alsvoice.errors import (
    InputError,
    ModelError,
    ModelHashError,
    ModelMissingError,
    NotFoundError,
)

OLD, NEW = b"weights of old", b"weights, the newer"


def file_of(name: str, data: bytes) -> ModelFile:
    return ModelFile(name=name, size=len(data), sha256=hashlib.sha256(data).hexdigest())


def edition_of(**files: bytes) -> Edition:
    named = tuple(file_of(name.replace("_", "."), data) for name, data in files.items())
    hub = Hub(repo="someone/thing", revision="abc")
    return Edition(checked="downloaded", hub=hub, files=named)


def model_of(*editions: Edition, bundled: bool = False) -> Model:
    return Model(
        name="thing-one",
        title="a thing",
        role="transcribe",
        aliases=("one",),
        bundled=bundled,
        default=False,
        licence="MIT",
        card="cards/thing-one.md",
        editions=editions,
    )


MODEL = model_of(edition_of(model_bin=NEW, config_json=b"{}"), edition_of(model_bin=OLD))
BUNDLED = model_of(edition_of(model_onnx=NEW), bundled=True)


@pytest.fixture
def config(tmp_path: Path) -> Config:
    return Config(library=tmp_path / "library", models=tmp_path / "models")


def put(folder: Path, **files: bytes) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    for name, data in files.items():
        (folder / name.replace("_", ".")).write_bytes(data)
    return folder


def test_a_model_that_was_not_pulled(config: Config) -> None:
    assert status(MODEL, config) is Status.MISSING
    with pytest.raises(ModelMissingError) as told:
        find("one", config, (MODEL,))
    assert told.value.try_next == "alsvoice models pull thing-one"
    with pytest.raises(ModelMissingError):
        verify(MODEL, config)


def test_either_edition_is_the_model(config: Config) -> None:
    folder = put(config.models / "thing-one", model_bin=OLD)
    found = find("thing-one", config, (MODEL,))
    assert (found.name, found.folder, found.edition) == ("thing-one", folder, MODEL.editions[1])
    assert found.path("model.bin").read_bytes() == OLD
    assert status(MODEL, config) is Status.PRESENT
    put(folder, model_bin=NEW, config_json=b"{}")
    assert find("one", config, (MODEL,)).edition == MODEL.editions[0]
    assert verify(MODEL, config).edition == MODEL.editions[0]


def test_a_short_file_is_seen_at_once(config: Config) -> None:
    put(config.models / "thing-one", model_bin=NEW[:-1], config_json=b"{}")
    assert status(MODEL, config) is Status.DAMAGED
    with pytest.raises(ModelHashError, match=r"model\.bin of the model thing-one") as told:
        find("one", config, (MODEL,))
    assert told.value.try_next == "alsvoice models pull thing-one"


def test_a_changed_byte_is_seen_by_verify_alone(config: Config) -> None:
    put(config.models / "thing-one", model_bin=NEW, config_json=b"[]")
    assert status(MODEL, config) is Status.PRESENT
    find("one", config, (MODEL,))
    with pytest.raises(ModelHashError, match=r"config\.json"):
        verify(MODEL, config)


def test_a_folder_that_the_user_names(config: Config, tmp_path: Path) -> None:
    folder = put(tmp_path / "my own", model_bin=b"anything")
    for given in (folder, str(folder)):
        found = find(given, config, (MODEL,))
        assert (found.name, found.folder, found.edition) == ("my own", folder, None)
    for empty in (str(tmp_path / "nowhere"), tmp_path, "~nobody/here/there"):
        with pytest.raises(InputError, match="no folder with a model"):
            find(empty, config, (MODEL,))


def test_a_name_wins_over_a_folder_of_that_name(
    config: Config, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(tmp_path / "one", model_bin=b"not meant")
    put(tmp_path / "mine", model_bin=b"meant")
    monkeypatch.chdir(tmp_path)
    with pytest.raises(ModelMissingError):
        find("one", config, (MODEL,))
    assert find("mine", config, (MODEL,)).name == "mine"
    with pytest.raises(NotFoundError, match="No model is called 'yours'"):
        find("yours", config, (MODEL,))


def test_a_bundled_model_is_read_only(config: Config, tmp_path: Path) -> None:
    put(tmp_path / "bundle" / "thing-one", model_onnx=NEW)
    assert status(BUNDLED, config, tmp_path / "bundle") is Status.BUNDLED
    assert verify(BUNDLED, config, tmp_path / "bundle").name == "thing-one"
    with pytest.raises(ModelError, match="comes with alsvoice and is read-only"):
        remove(BUNDLED, config)
    for bundle in ("bundle", "elsewhere"):
        put(tmp_path / "bundle" / "thing-one", model_onnx=b"")
        with pytest.raises(ModelError) as told:
            find("one", config, (BUNDLED,), tmp_path / bundle)
        assert "pip install" in told.value.try_next


def test_the_real_bundled_models_are_sound(config: Config) -> None:
    for model in load_manifest():
        if model.bundled:
            assert status(model, config) is Status.BUNDLED
            verify(model, config)


def test_remove_frees_the_model_and_a_half_pulled_rest(config: Config) -> None:
    put(config.models / "thing-one", model_bin=OLD)
    put(config.models / ".partial" / "thing-one" / "x", model_bin=b"half")
    put(config.models / "other", model_bin=b"stays")
    assert remove(MODEL, config) == len(OLD) + len(b"half")
    assert status(MODEL, config) is Status.MISSING
    assert (config.models / "other" / "model.bin").is_file()
    with pytest.raises(ModelMissingError):
        remove(MODEL, config)


def test_remove_takes_a_link_and_leaves_what_it_points_to(config: Config, tmp_path: Path) -> None:
    real = put(tmp_path / "shared disk", model_bin=OLD)
    config.models.mkdir()
    (config.models / "thing-one").symlink_to(real, target_is_directory=True)
    assert status(MODEL, config) is Status.PRESENT
    assert remove(MODEL, config) == 0
    assert (real / "model.bin").is_file()
