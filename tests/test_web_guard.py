"""What a hostile page in the same browser can try, over raw HTTP: nothing is read, nothing changed.

The server is a process of its own; the demo is in its library, with a correction to be lost.
"""

import contextlib
import http.client
import json
import re
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from reviewing import Served, served
from scripted_demo import Scene

pytestmark = pytest.mark.localhost


@dataclass(frozen=True, slots=True)
class Answer:
    status: int
    headers: Mapping[str, str]
    body: bytes


@dataclass(frozen=True, slots=True)
class Inside:
    """A browser that was let in: the cookie and the folder it got."""

    server: Served
    scene: Scene
    cookie: str
    folder: str

    def ask(self, path: str, method: str = "GET", body: object = None, **headers: str) -> Answer:
        """Ask below the folder as our own page does; headers overrule."""
        own = {"Cookie": self.cookie, "Sec-Fetch-Site": "same-origin"}
        if method == "POST":
            own |= {"Origin": self.server.origin, "Content-Type": "application/json"}
        data = body if isinstance(body, bytes) else json.dumps(body).encode() if body else None
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return raw(self.server.port, f"{self.folder}{path}", method, data, {**own, **named})

    def label(self, **headers: str) -> Answer:
        """Correct the first utterance."""
        return self.ask(f"/api/{self.scene.session}/change", "POST", self.change(), **headers)

    def change(self) -> dict[str, object]:
        """Return what corrects the first utterance."""
        state = json.loads(self.ask(f"/api/{self.scene.session}/state").body)
        wish = {"op": "label", "utterance": state["rows"][0]["id"], "label": "advice"}
        return {"seen": state["revision"], "wishes": [wish]}

    @property
    def lines(self) -> int:
        """How many corrections there are on disk."""
        path = self.scene.folder / "edits.jsonl"
        return len(path.read_bytes().splitlines()) if path.exists() else 0


def raw(
    port: int, path: str, method: str = "GET", body: bytes | None = None,
    headers: Mapping[str, str] | None = None,
) -> Answer:  # fmt: skip
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
    try:
        connection.putrequest(method, path, skip_host="Host" in (headers or {}))
        for name, value in (headers or {}).items():
            connection.putheader(name, value)
        if body is not None:
            connection.putheader("Content-Length", str(len(body)))
        connection.endheaders(body)
        answer = connection.getresponse()
        return Answer(answer.status, dict(answer.getheaders()), answer.read())
    finally:
        connection.close()


@pytest.fixture(scope="module")
def scene(tmp_path_factory: pytest.TempPathFactory, quiet: Scene) -> Scene:
    return quiet.copy(tmp_path_factory.mktemp("guarded"))


@pytest.fixture(scope="module")
def inside(scene: Scene) -> Iterator[Inside]:
    with served(scene.library, scene.session) as server:
        parts = urlsplit(server.address)
        answer = raw(server.port, f"{parts.path}?{parts.query}")
        assert answer.status == 303
        cookie = answer.headers["set-cookie"]
        assert {"HttpOnly", "SameSite=strict"} <= {each.strip() for each in cookie.split(";")}
        folder = "/" + answer.headers["location"].split("/")[1]
        assert f"Path={folder}" in cookie
        yield Inside(server, scene, cookie.partition(";")[0], folder)


def test_the_page_itself_can_do_all_of_it(inside: Inside) -> None:
    """Else the refusals below would prove nothing."""
    before = inside.lines
    assert inside.ask(f"/review/{inside.scene.session}").status == 200
    assert inside.label().status == 200
    assert inside.lines == before + 1


def test_the_address_works_once(inside: Inside) -> None:
    parts = urlsplit(inside.server.address)
    assert raw(inside.server.port, f"{parts.path}?{parts.query}").status == 403
    assert raw(inside.server.port, "/open?token=guess").status == 403
    again = raw(
        inside.server.port, f"{parts.path}?{parts.query}", headers={"Cookie": inside.cookie}
    )
    assert again.status in {303, 403}  # who is in already may stay; nobody gets in anew
    assert "set-cookie" not in again.headers


def test_it_listens_to_this_machine_alone(inside: Inside) -> None:
    hexed = f"{inside.server.port:04X}"
    rows = Path("/proc/net/tcp").read_text().splitlines()[1:]
    bound = [row.split()[1] for row in rows if row.split()[1].endswith(f":{hexed}")]
    assert {each.split(":")[0] for each in bound} == {"0100007F"}
    rows = Path("/proc/net/tcp6").read_text().splitlines()[1:]
    assert not any(row.split()[1].endswith(f":{hexed}") and row.split()[3] == "0A" for row in rows)


@pytest.mark.parametrize(
    "host", ["evil.example", "localhost:{port}", "127.0.0.1", "127.0.0.1.:{port}", "[::1]:{port}"]
)
def test_no_other_name_leads_here(inside: Inside, host: str) -> None:
    """DNS rebinding: evil.example now means 127.0.0.1, and the browser asks us by that name."""
    before = inside.lines
    named = host.format(port=inside.server.port)
    for answer in (
        inside.ask(f"/api/{inside.scene.session}/state", Host=named),
        inside.label(Host=named),
        raw(inside.server.port, "/open?token=x", headers={"Host": named}),
    ):
        assert answer.status == 421
        assert b"utterance" not in answer.body and b"Helen" not in answer.body
    assert inside.lines == before


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "http://evil.example"}, {"Origin": "null"}, {"Origin": "http://127.0.0.1:1"},
        {"Sec_Fetch_Site": "cross-site"}, {"Sec_Fetch_Site": "same-site"},
        {"Content_Type": "text/plain"}, {"Content_Type": "application/x-www-form-urlencoded"},
        {"Cookie": ""}, {"Cookie": "alsvoice=guess"},
    ],
)  # fmt: skip
def test_nothing_is_changed_from_elsewhere(inside: Inside, headers: dict[str, str]) -> None:
    before = inside.lines
    answer = inside.label(**headers)
    assert answer.status == 403
    assert inside.lines == before


def test_without_an_origin_nothing_is_changed(inside: Inside) -> None:
    before, body = inside.lines, json.dumps(inside.change()).encode()
    path = f"{inside.folder}/api/{inside.scene.session}/change"
    headers = {"Cookie": inside.cookie, "Content-Type": "application/json"}
    assert raw(inside.server.port, path, "POST", body, headers).status == 403
    assert inside.lines == before


def test_nothing_is_read_without_the_cookie_or_from_another_page(inside: Inside) -> None:
    session = inside.scene.session
    for path in ("/", f"/review/{session}", f"/api/{session}/state", f"/api/{session}/sound"):
        assert inside.ask(path, Cookie="").status == 403
        assert inside.ask(path, Sec_Fetch_Site="cross-site").status == 403
        assert inside.ask(path, Origin="http://evil.example").status == 403
        assert raw(inside.server.port, path, headers={"Cookie": inside.cookie}).status == 403


def test_no_get_changes_anything(inside: Inside) -> None:
    before = {p: p.read_bytes() for p in inside.scene.folder.rglob("*.json*")}
    session = inside.scene.session
    for path in ("change", "strike", "state", "numbers", "change?seen=x&wishes=[]"):
        inside.ask(f"/api/{session}/{path}")
    assert inside.ask(f"/api/{session}/change").status == 405
    assert inside.ask(f"/api/{session}/strike").status == 405
    assert {p: p.read_bytes() for p in before} == before


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "CONNECT"])
def test_other_methods_are_refused(inside: Inside, method: str) -> None:
    assert inside.ask(f"/api/{inside.scene.session}/state", method).status == 405


@pytest.mark.parametrize(
    "name",
    [
        "2026", "2026-11-23_0930_aaaa", "..", "../..", "%2e%2e", "%2e%2e%2f%2e%2e", "..%2fsessions",
        ".importing-1", "*", "%00", "a" * 5000, "%E2%80%AE",
    ],
)  # fmt: skip
def test_guessed_sessions_and_paths_lead_nowhere(inside: Inside, name: str) -> None:
    for path in (f"/api/{name}/state", f"/api/{name}/sound", f"/review/{name}"):
        answer = inside.ask(path)
        assert answer.status in {400, 404}, (path, answer.status)
        assert b"root:" not in answer.body


@pytest.mark.parametrize(
    "name", ["../app.py", "%2e%2e/guard.py", "..%2fapp.py", "review.html.j2", "/etc/passwd", "x.js"]
)
def test_only_the_pages_own_files_are_given(inside: Inside, name: str) -> None:
    assert inside.ask(f"/static/{name}").status == 404


def test_first_letters_of_a_session_are_not_enough(inside: Inside) -> None:
    assert inside.ask(f"/api/{inside.scene.session[:-1]}/state").status == 404


@pytest.mark.parametrize(
    ("range_", "status", "length"),
    [
        ("bytes=0-43", 206, 44), ("bytes=44-47", 206, 4), ("bytes=-10", 206, 10),
        ("bytes=99999999999-", 416, 0), ("bytes=5-4", 416, 0), ("bytes=-0", 416, 0),
        ("bytes=-", 416, 0), ("bytes=a-b", 416, 0), ("bytes=-5-9", 416, 0), ("lines=0-1", 416, 0),
        ("bytes=0-" + "9" * 40, 416, 0),
    ],
)  # fmt: skip
def test_ranges_out_of_bounds(inside: Inside, range_: str, status: int, length: int) -> None:
    answer = inside.ask(f"/api/{inside.scene.session}/sound", Range=range_)
    assert answer.status == status
    assert len(answer.body) == length


def test_a_range_is_the_same_piece_of_the_whole(inside: Inside) -> None:
    path = f"/api/{inside.scene.session}/sound"
    whole = inside.ask(path)
    assert whole.status == 200 and whole.body[:4] == b"RIFF"
    for start, end in ((0, 200), (40, 130_000), (131_071, 400_003), (1_000_001, 1_000_002)):
        piece = inside.ask(path, Range=f"bytes={start}-{end - 1}")
        assert piece.body == whole.body[start:end], (start, end)
        assert piece.headers["content-range"] == f"bytes {start}-{end - 1}/{len(whole.body)}"


def test_every_answer_forbids_the_browser_all_else(inside: Inside) -> None:
    session = inside.scene.session
    for path in ("/", f"/review/{session}", "/static/review.js", f"/api/{session}/state", "/no"):
        headers = inside.ask(path).headers
        policy = headers["content-security-policy"]
        assert "default-src 'none'" in policy and "frame-ancestors 'none'" in policy
        assert "unsafe" not in policy and "http" not in policy
        assert headers["cache-control"] == "no-store"
        assert headers["referrer-policy"] == "no-referrer"
        assert headers["cross-origin-resource-policy"] == "same-origin"
        assert "access-control-allow-origin" not in headers
        assert "server" not in headers


@pytest.mark.parametrize(
    "body",
    [
        b"", b"{", b"[]", b"null", b'{"seen": 1}', b'{"seen":"x","wishes":[{"op":"shout"}]}',
        b'{"seen":"x","wishes":[{"op":"label"}]}', b'{"seen":"x","wishes":[],"more":1}',
        b"[" * 100_000, b'"' + b"a" * 70_000 + b'"',
        b'{"seen":"x","wishes":[{"op":"cut","utterance":"u","words":1e99}]}',
    ],
)  # fmt: skip
def test_what_is_not_understood_changes_nothing(inside: Inside, body: bytes) -> None:
    before = inside.lines
    answer = inside.ask(f"/api/{inside.scene.session}/change", "POST", body or b" ")
    assert answer.status == 400, answer.body
    assert set(json.loads(answer.body)) == {"sentence", "try_next"}
    assert inside.lines == before


def test_a_change_made_on_an_old_state_is_refused_whole(inside: Inside) -> None:
    old = inside.change()
    assert inside.label().status == 200
    before = inside.lines
    answer = inside.ask(f"/api/{inside.scene.session}/change", "POST", old)
    assert answer.status == 409 and b"meanwhile" in answer.body
    assert inside.lines == before


def test_nothing_is_struck_unless_somebody_was_sure(inside: Inside) -> None:
    seen = inside.change()["seen"]
    ask = {"seen": seen, "from_ms": 0, "to_ms": 1000, "sure": "yes"}
    answer = inside.ask(f"/api/{inside.scene.session}/strike", "POST", ask)
    assert answer.status == 400
    ask = {"seen": seen, "from_ms": -5, "to_ms": 1000, "sure": "strike"}
    assert inside.ask(f"/api/{inside.scene.session}/strike", "POST", ask).status == 400
    assert not inside.scene.manifest().get("redactions")


def test_an_address_with_a_slash_too_many_leads_nowhere(inside: Inside) -> None:
    assert inside.ask(f"/review/{inside.scene.session}/").status == 404


def test_a_practice_round_of_nobody_does_not_begin(inside: Inside) -> None:
    ask = {"source": "corpus", "who": "x" * 500}
    assert inside.ask("/api/practice/begin", "POST", ask).status == 400


def test_broken_requests_do_not_end_it(inside: Inside) -> None:
    for data in (b"\x16\x03\x01\x02", b"GET / HTTP/9.9\r\n\r\n", b"GET /" + b"a" * 200_000):
        with socket.create_connection(("127.0.0.1", inside.server.port), timeout=5) as line:
            line.sendall(data)
            line.settimeout(0.3)
            with contextlib.suppress(TimeoutError):
                line.recv(100)
    assert inside.ask("/").status == 200


def test_unused_it_ends_by_itself(scene: Scene) -> None:
    code = (
        "import sys, pathlib\n"
        "from alsvoice.config import Config\n"
        "from alsvoice.web import serve\n"
        "config = Config.resolve(library=pathlib.Path(sys.argv[1]))\n"
        "serve(config, idle_s=1.0, ready=print)\n"
    )
    start = time.monotonic()
    done = subprocess.run(
        [sys.executable, "-c", code, str(scene.library)],
        capture_output=True, text=True, timeout=30, check=True,
    )  # fmt: skip
    assert re.match(r"http://127\.0\.0\.1:\d+/open\?token=", done.stdout)
    assert time.monotonic() - start > 1.0
    assert done.stderr == "", "no word about sessions in any log"


def test_a_port_that_is_taken_is_told(inside: Inside) -> None:
    from cli_runner import refused

    said = refused(
        "--library", inside.scene.library, "review", "--no-open", "--port",
        str(inside.server.port), status=2,
    )  # fmt: skip
    assert str(inside.server.port) in said


def test_without_the_extra_the_next_command_is_told(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    from cli_runner import refused

    for name in [n for n in sys.modules if n.startswith(("alsvoice.web", "uvicorn"))]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "uvicorn", None)
    said = refused("--library", scene.library, "review", "--no-open")
    assert "[web]" in said
