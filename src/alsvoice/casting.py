"""A first guess at who is who, from roles and from how people address each other.

Names spoken to somebody are the best evidence: a person who is thanked or stopped spoke before, one
who is asked speaks next. The presenter is who speaks longest while presenting; the facilitator
opens, closes and keeps time. Guesses are marked as guesses; one word of a person overrules them.
"""

import re
from collections import Counter
from collections.abc import Mapping, Sequence

from alsvoice.intervals import overlap_ms
from alsvoice.session import Participant, Phase, Role
from alsvoice.transcript import Turn, Utterance, is_withdrawn

__all__ = ["guess"]

_TIME_KEEPING = re.compile(
    r"\b(minutes?|time|clock|welcome|check[- ]?in|move on|let's|thank you|thanks,? every|"
    r"pause you|stop you|questions?,? please|stay with)\b",
    re.IGNORECASE,
)
_NEAR_MS = 8000
_MARGIN = 1
_ADDRESS, _ROLE = 1, 3


def guess(
    participants: Sequence[Participant],
    turns: Sequence[Turn],
    utterances: Sequence[Utterance],
    phases: Sequence[Phase] = (),
) -> dict[str, str]:
    """Return voice → participant's name where the evidence is clear; other voices are left out.

    ``turns`` and ``utterances`` carry anonymous labels; nothing is guessed without participants.
    """
    voices = sorted({t.speaker for t in turns if not is_withdrawn(t.speaker)})
    if not participants or not voices:
        return {}
    scores: Counter[tuple[str, str]] = Counter()
    for participant in participants:
        for voice, evidence in _addressed(participant.name, utterances).items():
            scores[voice, participant.name] += _ADDRESS * evidence
    for role, voice in _roles(participants, turns, utterances, phases).items():
        holders = [p.name for p in participants if p.role is role]
        if len(holders) == 1:
            scores[voice, holders[0]] += _ROLE
    return _clear(voices, [p.name for p in participants], scores)


def _addressed(name: str, utterances: Sequence[Utterance]) -> Counter[str]:
    """Count, a voice, how often being addressed by this name fits it (and speaking it does not)."""
    first = re.escape(name.split(maxsplit=1)[0])
    called = re.compile(
        rf"(?:^|[,.!?]\s+|\band |\bso,? )(?:{first})\b[,.!?]|, {first}\b", re.IGNORECASE
    )
    mentioned = re.compile(rf"\b{first}\b", re.IGNORECASE)
    evidence: Counter[str] = Counter()
    for index, utterance in enumerate(utterances):
        if not mentioned.search(utterance.text):
            continue
        evidence[utterance.speaker] -= 1  # people seldom speak their own name
        if called.search(utterance.text):
            for step in (1, -1):
                neighbour = _neighbour(utterances, index, step)
                if neighbour:
                    evidence[neighbour] += 1
    return evidence


def _neighbour(utterances: Sequence[Utterance], index: int, step: int) -> str | None:
    """Return the next other voice after (step 1) or before (-1), if it is near in time."""
    own = utterances[index]
    at = index + step
    while 0 <= at < len(utterances):
        other = utterances[at]
        gap = other.start_ms - own.end_ms if step > 0 else own.start_ms - other.end_ms
        if gap > _NEAR_MS:
            return None
        if other.speaker != own.speaker:
            return other.speaker
        own, at = other, at + step
    return None


def _roles(
    participants: Sequence[Participant],
    turns: Sequence[Turn],
    utterances: Sequence[Utterance],
    phases: Sequence[Phase],
) -> dict[Role, str]:
    """Return the voices that behave most like the presenter and like the facilitator."""
    presenting = [p.span for p in phases if p.name.lower().startswith("present")]
    talk: Counter[str] = Counter()
    for turn in turns:
        spans = presenting or [turn.span]
        talk[turn.speaker] += sum(overlap_ms(turn.span, span) for span in spans)
    known = {p.role for p in participants}
    clear = Role.PRESENTER in known and _leads(talk)
    presenter = talk.most_common(1)[0][0] if clear else None
    keeping: Counter[str] = Counter()
    for utterance in utterances:
        if utterance.speaker != presenter:
            keeping[utterance.speaker] += len(_TIME_KEEPING.findall(utterance.text))
    if utterances:
        for edge in (utterances[0], utterances[-1]):
            keeping[edge.speaker] += 2 * (edge.speaker != presenter)
    roles = {Role.PRESENTER: presenter} if presenter else {}
    if keeping and _leads(keeping):
        roles[Role.FACILITATOR] = keeping.most_common(1)[0][0]
    return {role: voice for role, voice in roles.items() if role in known}


def _leads(counts: Counter[str]) -> bool:
    ranked = counts.most_common(2)
    return ranked[0][1] > 0 and (len(ranked) == 1 or ranked[0][1] > ranked[1][1])


def _clear(
    voices: Sequence[str], names: Sequence[str], scores: Mapping[tuple[str, str], float]
) -> dict[str, str]:
    """Return the best one-to-one matching, less the pairs that lead their rivals too little."""
    import numpy as np
    from scipy.optimize import linear_sum_assignment

    table = np.array([[scores.get((voice, name), 0.0) for name in names] for voice in voices])
    rows, columns = linear_sum_assignment(-table)
    found: dict[str, str] = {}
    for row, column in zip(rows.tolist(), columns.tolist(), strict=True):
        rivals = np.r_[np.delete(table[row], column), np.delete(table[:, column], row)]
        lead = table[row, column] - (rivals.max() if rivals.size else 0.0)
        if table[row, column] > 0 and lead >= _MARGIN:
            found[voices[row]] = names[column]
    left_voices = [v for v in voices if v not in found]
    left_names = [n for n in names if n not in found.values()]
    if len(left_voices) == len(left_names) == 1 and found:
        found[left_voices[0]] = left_names[0]
    return found
