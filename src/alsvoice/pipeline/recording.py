"""A recording while it runs: sound, keys and time, on disk before anything is answered."""

import contextlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from datetime import datetime
from typing import BinaryIO

from alsvoice import agenda
from alsvoice.agenda import Entry, Kind
from alsvoice.audio import clock
from alsvoice.audio.capture import Order, Recorder, State, Status, Terms
from alsvoice.audio.devices import Microphones
from alsvoice.audio.tape import Event
from alsvoice.errors import DeviceError, NoSpaceError
from alsvoice.formats import record_log
from alsvoice.noted import ConsentGiven
from alsvoice.pipeline.importing import Details
from alsvoice.pipeline.recovery import fold
from alsvoice.session import Consent, Manifest, Participant
from alsvoice.store import Library, SessionFolder
from alsvoice.store.folder import RECORD_LOG
from alsvoice.templates import PlannedPhase

__all__ = ["Recording", "record"]

_TICK_MS = 400
"""How often a session without sound says that it still runs."""


class Recording:
    """A session being recorded; what is asked of it is written down before it returns.

    Without a recorder only time is kept: nobody agreed to sound.
    """

    def __init__(
        self,
        session: SessionFolder,
        plan: Sequence[PlannedPhase],
        append: Callable[[bytes], None],
        terms: Terms,
        participants: Sequence[Participant] = (),
    ) -> None:
        self._participants = tuple(participants)
        self.session = session
        self.plan = tuple(plan)
        self.entries: list[Entry] = []
        self._append = append
        self._terms = terms
        self._recorder: Recorder | None = None
        self._began = clock.elapsed_s()
        self._ticked = 0
        self._state = State.RECORDING

    # What can be seen.

    @property
    def has_sound(self) -> bool:
        """Whether sound is recorded, or time alone."""
        return self._recorder is not None

    @property
    def status(self) -> Status:
        """What the recorder knows."""
        return self._recorder.status if self._recorder else Status(state=self._state)

    @property
    def is_paused(self) -> bool:
        """Whether it is off the record."""
        return self._state is State.PAUSED

    @property
    def people(self) -> tuple[str, ...]:
        """Names of who is expected."""
        return tuple(person.name for person in self._participants)

    def position_ms(self) -> int:
        """Return how far the session's time has come."""
        if self._recorder is not None:
            return self._recorder.position_ms()
        return round(1000 * (clock.elapsed_s() - self._began))

    def now(self) -> agenda.Now:
        """Return where the meeting stands."""
        return agenda.now(self.plan, self.entries, self.position_ms())

    def goes_on(self) -> bool:
        """Whether it still runs; a session without sound ends by its length here."""
        if self._recorder is not None:
            return self._recorder.is_running
        at_ms = self.position_ms()
        if at_ms - self._ticked >= _TICK_MS:
            self._ticked = at_ms
            self._append(record_log.serialize(Entry(kind=Kind.TICK, at_ms=at_ms)))
        ended = self._terms.seconds is not None and at_ms >= 1000 * self._terms.seconds
        return self._state is not State.ENDED and not ended

    # What can be done.

    def begin_phase(self, number: int) -> None:
        """Begin the phase of a number of the plan; one past the last is none."""
        if 0 <= number <= len(self.plan):
            self._write(Entry(kind=Kind.PHASE, at_ms=self.position_ms(), number=number))

    def note(
        self, kind: Kind, text: str | None = None, *, at_ms: int | None = None,
        end_ms: int | None = None,
    ) -> None:  # fmt: skip
        """Write down what happened, now or at a moment before."""
        moment = self.position_ms() if at_ms is None else at_ms
        self._write(Entry(kind=kind, at_ms=moment, end_ms=end_ms, text=text))

    def pause(self) -> None:
        """Go off the record: nothing is captured."""
        self._write(Entry(kind=Kind.PAUSE, at_ms=self.position_ms()))
        self._state = State.PAUSED
        self._order(Order.PAUSE)

    def resume(self) -> None:
        """Go on."""
        self._write(Entry(kind=Kind.RESUME, at_ms=self.position_ms()))
        self._state = State.RECORDING
        self._order(Order.RESUME)

    def stop(self) -> None:
        """End it; ``goes_on`` says when everything is written."""
        self._state = State.ENDED
        self._order(Order.STOP)

    def _order(self, what: Order) -> None:
        if self._recorder is not None:
            self._recorder.order(what)

    def _write(self, entry: Entry) -> None:
        self.entries.append(entry)
        self._append(record_log.serialize(entry))

    # How it begins and ends; called by ``record`` alone.

    def listen(self, microphones: Microphones, free_bytes: Callable[[], int | None]) -> None:
        """Open the microphone and begin."""
        self._recorder = Recorder(
            microphones, self._file, self._terms, told=self._heard_of, free_bytes=free_bytes
        )
        try:
            self._recorder.start()
        except DeviceError:
            self._recorder = None
            raise

    @contextmanager
    def _file(self, number: int) -> Iterator[BinaryIO]:
        with self.session.recording(_source(number)) as file:
            yield file

    def _heard_of(self, event: Event) -> None:
        text = _source(event.number) if event.kind == "source" else event.text
        self._write(Entry(kind=Kind(event.kind), at_ms=event.at_ms, end_ms=event.end_ms, text=text))

    def end(self) -> None:
        """Stop and wait until everything is on disk; raise what ended it where that failed."""
        self.stop()
        if self._recorder is None:
            self._write(Entry(kind=Kind.END, at_ms=self.position_ms()))
        else:
            self._recorder.join()


def _source(number: int) -> str:
    return f"audio/source-{number:02d}.flac"


@contextmanager
def record(
    library: Library,
    details: Details,
    terms: Terms,
    *,
    plan: Sequence[PlannedPhase] = (),
    microphones: Microphones | None,
    now: datetime,
) -> Iterator[Recording]:
    """Give a recording that runs; after the block it is a session, however the block ended.

    Without ``microphones`` only time is kept. DeviceError, and no session, where the microphone
    cannot be opened; LibraryError where somebody records already.
    """
    with library.recording():
        if microphones is not None:
            _refuse_full_disk(library, terms)
        session = library.create(now)
        try:
            with session.held("record"), ExitStack() as ending:
                session.write_manifest(_manifest(session, details, now, microphones is not None))
                ending.callback(_fold_or_leave, session)
                append = ending.enter_context(session.journal(RECORD_LOG))
                append(record_log.serialize_plan(plan))
                running = Recording(session, plan, append, terms, details.participants)
                if microphones is not None:
                    running.listen(microphones, library.free_bytes)
                ending.callback(running.end)
                yield running
        except DeviceError:
            if not session.manifest().audio:
                library.delete(session)  # not a sound was heard
            raise


def _refuse_full_disk(library: Library, terms: Terms) -> None:
    free = library.free_bytes()
    if free is not None and free <= terms.least_free:
        raise NoSpaceError(
            f"Only {free // 1_000_000} MB are free where the library is: a recording would stop at "
            "once.",
            try_next="free some space, or choose another disk with --library DIR",
        )


def _fold_or_leave(session: SessionFolder) -> None:
    """Make a session of it; on a full disk it stays unfinished, to be recovered later."""
    with contextlib.suppress(NoSpaceError):
        fold(session)


def _manifest(
    session: SessionFolder, details: Details, now: datetime, with_sound: bool
) -> Manifest:
    given = details.consent_given
    if given is None and details.consent not in {None, Consent.NONE}:
        given = ConsentGiven(time=now.isoformat(timespec="seconds"))
    if given is not None and not given.names:
        given = replace(given, names=tuple(p.name for p in details.participants))
    return Manifest(
        id=session.id,
        title=details.title,
        created=now.isoformat(timespec="seconds"),
        consent=details.consent,
        consent_given=given,
        set=details.set,
        template=details.template,
        participants=details.participants,
        speakers=details.speakers,
        phases=details.phases,
        timed_ms=None if with_sound else 0,
    )
