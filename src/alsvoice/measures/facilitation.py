"""What the facilitator does: interventions, and whether advice stopped after them.

An intervention is what the facilitator says about how the set works (the ``process_intervention``
flag); neighbouring ones in a turn are one. Whether it took effect is read from the next question or
advice of anybody else in the same phase: a question means that the set went back to asking,
advice that it did not (Pedler & Abbott 2013, Facilitating Action Learning, on handing the work
back to the set).
"""

from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from alsvoice.labels import Flag, Label
from alsvoice.measures.acts import Act, turns_of
from alsvoice.measures.scope import phase_of
from alsvoice.session import CodedUtterance, Conversation, Phase, Role

__all__ = ["Intervention", "facilitators", "interventions"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Intervention:
    """One intervention; ``before`` and ``after`` are the others' acts on either side of it.

    ``after`` is None where nobody else asked or advised any more in the same phase.
    """

    person: str
    utterances: tuple[CodedUtterance, ...]
    phase: Phase | None
    before: Act | None
    after: Act | None

    @property
    def follows_advice(self) -> bool:
        """Whether the last thing others did was to advise."""
        return self.before is not None and self.before.kind is Label.ADVICE

    @property
    def advice_stopped(self) -> bool | None:
        """Whether the next act was a question; None without advice before or any act after."""
        if not self.follows_advice or self.after is None:
            return None
        return self.after.kind.is_question


def facilitators(conversation: Conversation) -> tuple[str, ...]:
    """Return the ids of who facilitates."""
    return tuple(p.id for p in conversation.people if p.role is Role.FACILITATOR)


def interventions(conversation: Conversation, acts: Sequence[Act]) -> tuple[Intervention, ...]:
    """Return the facilitators' interventions in order of time."""
    leads = facilitators(conversation)
    others: dict[Phase | None, list[Act]] = {}
    for act in acts:
        if act.person not in leads:
            others.setdefault(act.phase, []).append(act)
    return tuple(
        _placed(group, others, conversation.phases) for group in _groups(conversation, leads)
    )


def _groups(
    conversation: Conversation, leads: Sequence[str]
) -> Iterator[tuple[CodedUtterance, ...]]:
    for turn in turns_of(conversation):
        own = tuple(c for c in turn if Flag.PROCESS_INTERVENTION in c.coding.flags)
        if own and own[0].person in leads:
            yield own


def _placed(
    group: tuple[CodedUtterance, ...],
    others: Mapping[Phase | None, Sequence[Act]],
    phases: Sequence[Phase],
) -> Intervention:
    """Return an intervention between the acts of its phase, which are in order of their start."""
    start, end = group[0].utterance.start_ms, group[-1].utterance.end_ms
    phase = phase_of((start, end), phases)
    here = others.get(phase, ())
    at = bisect_left(here, start, key=lambda act: act.start_ms)
    return Intervention(
        person=group[0].person,
        utterances=group,
        phase=phase,
        before=here[at - 1] if at else None,
        after=here[at] if at < len(here) else None,
    )
