"""Which numbers of a report a trend follows, for the set and for one person, and what counted them.

Every number is read from the report's document, so that corrections and removals count.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from alsvoice.intervals import to_ms
from alsvoice.measures.estimates import Estimate, mean, middle, proportion, talk_share
from alsvoice.measures.trends import Counter
from alsvoice.report.lines import part, rows
from alsvoice.report.wording import text_or

__all__ = ["OF_A_PERSON", "OF_A_SET", "SECONDS", "SHARE", "Measure", "Meeting"]

SHARE, SECONDS = "share", "seconds"


@dataclass(frozen=True, slots=True, kw_only=True)
class Meeting:
    """A session's report; ``coder`` tells classifiers of one name apart by what they get wrong.

    ``person`` is the row of the participant whose trend it is, None for the set's.
    """

    document: Mapping[str, Any]
    coder: str
    person: Mapping[str, Any] | None = None

    @property
    def role(self) -> str | None:
        """The person's role."""
        return self.person["role"] if self.person else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Measure:
    """A number to follow; ``title`` begins a sentence, ``counts`` says what part and whole are.

    ``basis`` gives what counted it: nothing is compared across a change of that.
    """

    key: str
    title: str
    meaning: str
    unit: str
    counts: str
    read: Callable[[Meeting], Estimate]
    basis: Callable[[Meeting], tuple[Counter, ...]]


def _classifier(meeting: Meeting) -> tuple[Counter, ...]:
    name = part(meeting.document, "provenance").get("classifier")
    return (Counter(what="classifier", name=text_or(name), mark=meeting.coder),)


def _diarizer(meeting: Meeting) -> tuple[Counter, ...]:
    name = part(meeting.document, "provenance").get("diarizer")
    return (Counter(what="diarizer", name=text_or(name)),)


def _both(meeting: Meeting) -> tuple[Counter, ...]:
    return (*_classifier(meeting), *_diarizer(meeting))


def _helping(meeting: Meeting) -> tuple[Counter, ...]:
    scope = part(part(meeting.document, "balance"), "scope")
    where = "the phases in which the set helps" if scope.get("phases") else "the whole session"
    return (*_classifier(meeting), Counter(what="scope", name=where))


def _nothing(_meeting: Meeting) -> tuple[Counter, ...]:
    return ()


def _estimate(value: Any, interval: Any, of: int, whole: int) -> Estimate:
    if value is None:
        return Estimate(value=None, part=of, whole=whole)
    inside = (float(interval[0]), float(interval[1])) if interval else None
    return Estimate(value=value, interval=inside, part=of, whole=whole)


def _q_share(meeting: Meeting) -> Estimate:
    found = part(meeting.document, "balance")
    if not part(found, "scope").get("roles") or not _is_coded(meeting):
        return Estimate(value=None)  # nobody is known to be a member, or nothing was counted
    asked, told = found["open"] + found["closed"], found["advice"] + found["statements"]
    return _estimate(found["q_share"], found["q_share_interval"], asked, asked + told)


def _is_coded(meeting: Meeting) -> bool:
    return bool(meeting.document.get("coded", True))


def _counts(meeting: Meeting) -> tuple[int, int, int]:
    """Return open and closed questions and advice, of the person or of everybody."""
    if not _is_coded(meeting):
        return 0, 0, 0
    if meeting.person is not None:
        row = meeting.person
        return row["open_questions"], row["closed_questions"], row["advice"]
    found = part(meeting.document, "questions")
    return found["open"], found["closed"], found["advice"]


def _source(meeting: Meeting) -> Mapping[str, Any]:
    return meeting.person if meeting.person is not None else part(meeting.document, "questions")


def _open_share(meeting: Meeting) -> Estimate:
    opened, closed, _ = _counts(meeting)
    row = _source(meeting)
    return _estimate(row["open_share"], row["open_share_interval"], opened, opened + closed)


def _advice_share(meeting: Meeting) -> Estimate:
    row, whole = _source(meeting), sum(_counts(meeting))
    return _estimate(row["advice_share"], row["advice_share_interval"], _counts(meeting)[2], whole)


def _disguised(meeting: Meeting) -> Estimate:
    return proportion(_source(meeting)["advice_in_disguise"] or 0, sum(_counts(meeting)))


def _stacked(meeting: Meeting) -> Estimate:
    opened, closed, _ = _counts(meeting)
    return proportion(_source(meeting)["stacked"] or 0, opened + closed)


def _think_time(meeting: Meeting) -> Estimate:
    who = meeting.person["id"] if meeting.person else None
    waits = [
        float(act["think_time_s"])
        for act in rows(meeting.document, "acts")
        if act["think_time_s"] is not None and who in {None, act["person"]}
    ]
    return middle(waits)


def _talk(meeting: Meeting, who: Sequence[str]) -> Estimate:
    if not who:
        return Estimate(value=None)
    if "turns" not in meeting.document:
        return _told_talk(meeting, who)
    turns = [
        (str(row["id"]), (to_ms(row["start_s"]), to_ms(row["end_s"])))
        for row in rows(meeting.document, "turns")
    ]
    return talk_share(turns, who, to_ms(part(meeting.document, "session")["duration_s"]))


def _told_talk(meeting: Meeting, who: Sequence[str]) -> Estimate:
    """Return the share where only sums are known, as of a session on another laptop."""
    talk = {row["id"]: float(row["talk_s"]) for row in rows(meeting.document, "participants")}
    whole = sum(talk.values())
    own = sum(time for person, time in talk.items() if person in who)
    return Estimate(value=own / whole if whole else None)


def _own_talk(meeting: Meeting) -> Estimate:
    return _talk(meeting, [meeting.person["id"]] if meeting.person else [])


def _role_talk(role: str) -> Callable[[Meeting], Estimate]:
    def read(meeting: Meeting) -> Estimate:
        people = rows(meeting.document, "participants")
        return _talk(meeting, [row["id"] for row in people if row["role"] == role])

    return read


def _over_run(meeting: Meeting) -> Estimate:
    """Return the mean over the planned phases; a phase that somebody guessed has no plan."""
    over = [
        float(row["over_run_s"])
        for row in rows(meeting.document, "phases")
        if row["over_run_s"] is not None and not row.get("guessed")
    ]
    return mean(over, part=sum(each > 0 for each in over))


_OPEN = Measure(
    key="open_share", title="Open share", unit=SHARE, counts="open of all questions",
    meaning="Open questions of all questions.", read=_open_share, basis=_classifier,
)  # fmt: skip
_ADVICE = Measure(
    key="advice_share", title="Advice share", unit=SHARE, counts="advice of questions and advice",
    meaning="Advice of all questions and advice.", read=_advice_share, basis=_classifier,
)  # fmt: skip
_DISGUISED = Measure(
    key="disguised_share", title="Advice in disguise", unit=SHARE,
    counts="in question form, of questions and advice",
    meaning="Advice in question form, of all questions and advice.",
    read=_disguised, basis=_classifier,
)  # fmt: skip
_STACKED = Measure(
    key="stacked_share", title="Stacked questions", unit=SHARE, counts="stacked of all questions",
    meaning="Several questions at once, of all questions.", read=_stacked, basis=_classifier,
)  # fmt: skip
_THINK = Measure(
    key="think_time", title="Think time", unit=SECONDS, counts="silences measured",
    meaning="The silence after a question: half of them were longer.",
    read=_think_time, basis=_both,
)  # fmt: skip

OF_A_SET: tuple[Measure, ...] = (
    Measure(
        key="q_share", title="Asking rather than telling", unit=SHARE,
        counts="questions of the members’ questions, advice and statements",
        meaning="How much of the members’ helping was asking (Q of Q and P).",
        read=_q_share, basis=_helping,
    ),
    _ADVICE, _OPEN, _DISGUISED, _STACKED, _THINK,
    Measure(
        key="facilitator_talk_share", title="The facilitator’s talk share", unit=SHARE, counts="",
        meaning="Who facilitated, of all speech.", read=_role_talk("facilitator"),
        basis=_diarizer,
    ),
    Measure(
        key="presenter_talk_share", title="The presenter’s talk share", unit=SHARE, counts="",
        meaning="Who presented, of all speech.", read=_role_talk("presenter"), basis=_diarizer,
    ),
    Measure(
        key="over_run", title="Over-run a phase", unit=SECONDS, counts="phases ran over their plan",
        meaning="How much longer than planned a phase was, on average; below zero: shorter.",
        read=_over_run, basis=_nothing,
    ),
)  # fmt: skip

OF_A_PERSON: tuple[Measure, ...] = (
    _ADVICE, _OPEN, _DISGUISED, _STACKED,
    Measure(
        key="talk_share", title="Talk share", unit=SHARE, counts="",
        meaning="This person’s speech, of all speech.", read=_own_talk, basis=_diarizer,
    ),
    _THINK,
)  # fmt: skip
