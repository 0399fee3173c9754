"""What the practice page asks for: rounds are kept here while they run, the reference with them."""

import secrets
import threading
from collections import OrderedDict
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import msgspec
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from alsvoice.errors import InputError, NotFoundError
from alsvoice.labels import LABELS, Label
from alsvoice.pipeline import practising
from alsvoice.practice import Answer, Exercise, Item, Round, balanced, reason
from alsvoice.web import asked
from alsvoice.web.answers import body, json
from alsvoice.web.desk import Desk
from alsvoice.web.ranges import wanted

__all__ = ["routes"]

_MOST = 8  # rounds that run at once
_MOST_ITEMS = 200


class Begin(msgspec.Struct, forbid_unknown_fields=True):
    """A round that is to begin."""

    source: str
    who: str
    exercise: Exercise = Exercise.HEAR
    delayed: bool = False


class Given(msgspec.Struct, forbid_unknown_fields=True):
    """An answer to the item that is asked now: a label, or a rewriting."""

    round: str
    label: str | None = None
    text: str | None = None
    took_ms: int | None = None


class End(msgspec.Struct, forbid_unknown_fields=True):
    """A round that is over."""

    round: str


@dataclass(slots=True)
class _Running:
    begin: Begin
    items: Iterator[Item]
    now: Item | None = None
    answers: list[Answer] = field(default_factory=list)
    later: list[dict[str, Any]] = field(default_factory=list)
    time: str = field(default_factory=practising.now)

    def round(self, *answers: Answer) -> Round:
        """Return the round with some of its answers."""
        return Round(
            time=self.time,
            who=self.begin.who,
            source=self.begin.source,
            exercise=self.begin.exercise,
            answers=answers,
            delayed=self.begin.delayed,
        )


def routes(desk: Desk) -> list[Route]:
    """Return the addresses of the practice."""
    room = _Room(desk)
    return [
        Route("/api/practice/sources", room.sources),
        Route("/api/practice/history", room.history),
        Route("/api/practice/demo-sound", demo_sound),
        Route("/api/practice/begin", room.begin, methods=["POST"]),
        Route("/api/practice/answer", room.answer, methods=["POST"]),
        Route("/api/practice/end", room.end, methods=["POST"]),
    ]


async def demo_sound(request: Request) -> Response:
    """Return a range of the bundled session's sound."""
    data = practising.demo_sound()
    span = wanted(request.headers.get("range"), len(data))
    if span is None:
        return Response(status_code=416, headers={"Content-Range": f"bytes */{len(data)}"})
    start, end = span
    headers = {"Accept-Ranges": "bytes"}
    if "range" not in request.headers:
        return Response(data, headers=headers, media_type="audio/ogg")
    headers["Content-Range"] = f"bytes {start}-{end - 1}/{len(data)}"
    return Response(data[start:end], 206, headers=headers, media_type="audio/ogg")


class _Room:
    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self._running: OrderedDict[str, _Running] = OrderedDict()
        self._lock = threading.Lock()

    async def sources(self, _: Request) -> Response:
        """Return what can be practised on: the corpus, the demo, sessions whose people agreed."""

        def find() -> list[dict[str, str]]:
            own = [
                {"id": session.id, "title": session.manifest().title or session.id}
                for session in self.desk.library
                if practising.may_be_practised(session)
            ]
            return [
                {"id": practising.CORPUS, "title": "Written scenarios (text only)"},
                {"id": practising.DEMO, "title": "The bundled session (with sound)"},
                *reversed(own),
            ]

        return json(await run_in_threadpool(find))

    async def history(self, request: Request) -> Response:
        """Return how a person's rounds went."""
        who = request.query_params.get("who") or None
        rounds = await run_in_threadpool(practising.history, self.desk.config, who)
        return json(practising.results(rounds))

    async def begin(self, request: Request) -> Response:
        """Begin a round and ask the first item."""
        begin: Begin = asked.parse(await body(request), Begin)
        begin.who = practising.known_name(begin.who)

        def start() -> dict[str, Any]:
            found = practising.items(self.desk.library, self._whole_name(begin.source))
            if begin.exercise is Exercise.REWRITE:
                found = practising.to_rewrite(found)
            order = list(balanced(found, secrets.randbits(64)))[:_MOST_ITEMS]
            running = _Running(begin=begin, items=iter(order))
            key = secrets.token_urlsafe(9)
            with self._lock:
                self._running[key] = running
                while len(self._running) > _MOST:
                    self._running.popitem(last=False)
                return {"round": key, "item": _next(running)}

        return json(await run_in_threadpool(start))

    def _whole_name(self, source: str) -> str:
        if source in {practising.CORPUS, practising.DEMO}:
            return source
        return self.desk.session(source).id

    async def answer(self, request: Request) -> Response:
        """Take an answer, say what was right where that is not for later, ask the next item."""
        given: Given = asked.parse(await body(request), Given)

        def take() -> dict[str, Any]:
            with self._lock:
                running = self._find(given.round)
                rewrites = running.begin.exercise is Exercise.REWRITE
                told = (_rewritten if rewrites else _heard)(running, given)
                if not rewrites or given.text is not None:
                    practising.keep(self.desk.config, running.round(running.answers[-1]))
                return told

        return json(await run_in_threadpool(take))

    async def end(self, request: Request) -> Response:
        """End a round, whose answers are kept already, and return how it went."""
        ending: End = asked.parse(await body(request), End)

        def finish() -> dict[str, Any]:
            with self._lock:
                running = self._find(ending.round)
                del self._running[ending.round]
            if not running.answers:
                return {"result": None, "later": []}
            who = running.round().who
            rows = practising.results(practising.history(self.desk.config, who))
            return {"result": rows[-1], "later": running.later}

        return json(await run_in_threadpool(finish))

    def _find(self, key: str) -> _Running:
        if key not in self._running:
            raise NotFoundError("This round is not running any more.", try_next="begin a new one")
        return self._running[key]


def _next(running: _Running) -> dict[str, Any] | None:
    """Return the next item without its label; None where there is none left."""
    running.now = next(running.items, None)
    item = running.now
    if item is None:
        return None
    shown: dict[str, Any] = {
        "text": item.text,
        "before": item.before,
        "role": item.role,
        "sound": item.sound,
        "start": item.start_ms,
        "end": item.end_ms,
    }
    if running.begin.exercise is Exercise.REWRITE:
        shown["label"] = item.label.value
    return shown


def _asked_now(running: _Running) -> Item:
    if running.now is None:
        raise InputError("Nothing is asked any more.", try_next="end the round")
    return running.now


def _heard(running: _Running, given: Given) -> dict[str, Any]:
    item = _asked_now(running)
    if given.label not in set(LABELS):
        raise InputError("That is no label.", try_next="one of the four buttons")
    label = Label(given.label or "")
    running.answers.append(
        Answer(item=item.id, label=item.label, flags=item.flags, given=label, took_ms=given.took_ms)
    )
    told = {
        "text": item.text,
        "label": item.label.value,
        "given": label.value,
        "certain": item.certain,
        "reason": reason(item.label, item.flags, label),
    }
    if running.begin.delayed:
        running.later.append(told)
        return {"told": None, "item": _next(running)}
    return {"told": told, "item": _next(running)}


def _rewritten(running: _Running, given: Given) -> dict[str, Any]:
    """Judge a rewriting; the same item may be tried again, the last try counts."""
    item = _asked_now(running)
    if given.text is None:
        return {"told": None, "item": _next(running)}
    coding = practising.judge_rewriting(item, given.text)
    if running.answers and running.answers[-1].item == item.id:
        running.answers.pop()
    running.answers.append(
        Answer(item=item.id, label=Label.OPEN_QUESTION, flags=(), given=coding.label)
    )
    return {
        "judged": {
            "label": coding.label.value,
            "unsure": coding.unsure,
            "odds": {
                each.value: round(p, 3)
                for each, p in zip(LABELS, coding.probabilities, strict=True)
            },
            "flags": [flag.value for flag in coding.flags],
        }
    }
