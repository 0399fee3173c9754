"""What lies on the desk: the session that is looked at, read once, changed by everybody's wishes.

Every request that changes a session takes the lock of the session's folder for as long as it needs
and no longer, so that the command line, too, can work on it while the page is open.
"""

import gc
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, TypeVar

from alsvoice.config import Config
from alsvoice.errors import AlsvoiceError, ConflictError, LibraryError, NotFoundError
from alsvoice.pipeline.coding import forget
from alsvoice.pipeline.corrections import change, revision
from alsvoice.pipeline.sight import Sight, see
from alsvoice.pipeline.wish import Wish
from alsvoice.store import Library, SessionFolder
from alsvoice.web.rows import numbers, rows, whole

__all__ = ["Desk", "Seen"]

_MOST = 2  # sessions kept in memory
_PATIENCE_S = 3.0  # how long a change waits for a command that holds the session
T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """A session as it was read: ``revision`` tells it from every other state of it.

    ``view`` also tells apart what the machine made of it.
    """

    revision: str
    view: str
    sight: Sight
    rows: dict[str, dict[str, Any]]
    rest: dict[str, Any]
    counted: dict[str, Any] = field(default_factory=dict)

    def numbers(self) -> dict[str, Any]:
        """Return what is counted, when it is asked for first: the words need not wait for it."""
        if not self.counted:
            self.counted.update(numbers(self.sight))
        return self.counted

    def since(self, before: "Seen | None") -> dict[str, Any]:
        """Return what a page that shows ``before`` has to change; everything without one."""
        known = before.rows if before else {}
        changed = [row for key, row in self.rows.items() if known.get(key) != row]
        return {
            "revision": self.revision,
            "view": self.view,
            "numbers": self.numbers() if before else None,
            **self.rest,
            "rows": changed,
            "order": list(self.rows) if list(known) != list(self.rows) else None,
            "partial": before is not None,
        }


class Desk:
    """Sessions by their whole names, read when they changed."""

    def __init__(self, config: Config) -> None:
        self.config = config
        self.library = Library(config.library)
        self._seen: OrderedDict[str, Seen] = OrderedDict()
        self._turns: dict[str, threading.Lock] = {}
        self._guard = threading.Lock()

    def session(self, name: str) -> SessionFolder:
        """Return the session of this very name; NotFoundError where there is none."""
        for session in self.library:
            if session.id == name:
                return session
        raise NotFoundError(
            "There is no such session in this library.", try_next="alsvoice sessions list"
        )

    def look(self, name: str) -> Seen:
        """Return the session as it is now."""
        session = self.session(name)
        with self._turn(name):
            return self._look(session)

    def _look(self, session: SessionFolder) -> Seen:
        state, view = self._state(session)
        kept = self._seen.get(session.id)
        if kept is not None and kept.view == view:
            self._seen.move_to_end(session.id)
            return kept
        sight = see(session)
        state, view = self._state(session)
        made = Seen(
            revision=state,
            view=view,
            sight=sight,
            rows=rows(sight, (kept.sight, kept.rows) if kept else None),
            rest=whole(sight),
        )
        gc.freeze()  # a hundred thousand frozen values need not be walked through at every change
        self._seen[session.id] = made
        self._seen.move_to_end(session.id)
        while len(self._seen) > _MOST:
            self._seen.popitem(last=False)
        return made

    def numbers(self, name: str) -> dict[str, Any]:
        """Return the numbers of the session as it is now, and of which view they are."""
        session = self.session(name)
        with self._turn(name):
            seen = self._look(session)
            return {"view": seen.view, "numbers": seen.numbers()}

    def state(self, name: str) -> str:
        """Return the view that a look would give, without looking."""
        return self._state(self.session(name))[1]

    def _state(self, session: SessionFolder) -> tuple[str, str]:
        manifest = session.manifest()
        own = revision(session, manifest)
        coded = manifest.stages.get("classify")
        labels = coded.outputs.get("labels.json", "") if coded else ""
        return own, f"{own}-{labels[7:15]}"

    def change(
        self, name: str, wishes: Sequence[Wish], *, seen: str, who: str | None
    ) -> dict[str, Any]:
        """Carry out wishes made on the state ``seen``; return what the page has to change.

        ConflictError where somebody else has changed it since, and nothing is written.
        """
        session = self.session(name)
        with self._turn(name):
            before = self._look(session)
            self._patiently(
                lambda: change(
                    session,
                    self.config,
                    wishes,
                    doing="review",
                    now=datetime.now().astimezone(),
                    who=who,
                    seen=seen,
                    look=lambda: before.sight,
                )
            )
            return self._look(session).since(before)

    def alone(self, name: str, seen: str, work: Callable[[SessionFolder], T]) -> T:
        """Do something that nothing else of the page may cross, on the state ``seen``."""
        session = self.session(name)
        with self._turn(name):
            if seen != self._state(session)[0]:
                raise ConflictError(
                    "Somebody else changed this session meanwhile; nothing was done.",
                    try_next="look at what it is now, and do it again",
                )
            done = self._patiently(lambda: work(session))
            self._seen.pop(name, None)
            forget()
            return done

    def _turn(self, name: str) -> threading.Lock:
        with self._guard:
            return self._turns.setdefault(name, threading.Lock())

    @staticmethod
    def _patiently(work: Callable[[], T]) -> T:
        """Try again for a while where another process holds the session."""
        until = time.monotonic() + _PATIENCE_S
        while True:
            try:
                return work()
            except ConflictError:
                raise
            except LibraryError as problem:
                if "is held by" not in problem.sentence or time.monotonic() > until:
                    raise
            time.sleep(0.1)


def told(problem: AlsvoiceError) -> dict[str, str]:
    """Return a failure as the page shows it."""
    return {"sentence": problem.sentence, "try_next": problem.try_next}
