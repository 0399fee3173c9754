"""``rules.v1``: codes utterances by readable phrases; always there, never surprised by a setting.

Everything was chosen by looking at the development fifth of AnnoMI (the groups whose SHA-256 is
divisible by five), at MRDA and AdviceReddit, and by ear. The card's confusion matrix and the
probabilities rest on counts that ``scripts/measure_labels.py --calibrate`` prints: the card's from
AnnoMI's development fifth, the probabilities' from that and ``mrda.dev``, each row with its
punctuation and without.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from alsvoice.backends.classify.advice_patterns import ADVICE
from alsvoice.backends.classify.calibration import CONFUSION, MEASURED_ON, probabilities
from alsvoice.backends.classify.context import Context
from alsvoice.backends.classify.flags import leads, row_flags
from alsvoice.backends.classify.meeting_patterns import COMMITMENTS, OFF_TOPIC, PROCESS, TIME
from alsvoice.backends.classify.patterns import OPEN_REQUESTS, QUESTION_WORDS, SIGNALS
from alsvoice.backends.classify.questions import judge_question
from alsvoice.backends.classify.reading import Reading
from alsvoice.backends.classify.sentences import Sentence, cut
from alsvoice.backends.classify.statements import judge_meeting, judge_statement, meeting_flags
from alsvoice.backends.classify.suggestions import judge_advice
from alsvoice.backends.classify.verdict import Verdict
from alsvoice.labels import ClassifierCard, Coding, Flag, Label, Origin, UtteranceText

__all__ = ["BOOKS", "Decision", "RulesClassifier", "decide"]

BOOKS = (ADVICE, COMMITMENTS, OFF_TOPIC, OPEN_REQUESTS, PROCESS, QUESTION_WORDS, SIGNALS, TIME)
_EMPTY = Verdict(family="other.empty")
_SOUND = Verdict(family="other.backchannel", flags=frozenset({Flag.BACKCHANNEL}))


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """A row's label and flags; ``family`` is the kind of rule that governs it.

    ``bare`` says that no mark ends its sentences, so that only word order could speak.
    """

    family: str
    bare: bool
    label: Label
    flags: tuple[Flag, ...]


def decide(text: UtteranceText) -> Decision:
    """Return what the rules make of a row."""
    row = cut(text.text)
    context = Context.of(text.speaker_role, text.prev_text)
    verdicts = tuple(_judge_sentence(sentence, context) for sentence in row.sentences)
    if not verdicts:
        verdicts = (_SOUND if row.sounded else _EMPTY,)
    verdict = _governing(verdicts)
    return Decision(
        family=verdict.family,
        bare=row.bare,
        label=verdict.label,
        flags=row_flags(row, verdicts, verdict),
    )


def _judge_sentence(sentence: Sentence, context: Context) -> Verdict:
    """Return the first verdict that holds: on the meeting, advice, a question, a statement."""
    reading = Reading(sentence=sentence, context=context)
    verdict = (
        judge_meeting(reading)
        or judge_advice(reading)
        or judge_question(reading)
        or judge_statement(reading)
    )
    flags = verdict.flags | meeting_flags(reading)
    if verdict.asks and leads(reading):
        flags |= {Flag.LEADING}
    return replace(verdict, flags=flags)


def _governing(verdicts: Sequence[Verdict]) -> Verdict:
    """Return the verdict that speaks for the row: advice wins, else the last question."""
    for verdict in verdicts:
        if verdict.label is Label.ADVICE:
            return verdict
    for verdict in reversed(verdicts):
        if verdict.label.is_question:
            return verdict
    # What carries the row is not the "okay" at its end.
    return max(verdicts, key=lambda verdict: verdict.family != "other.backchannel")


class RulesClassifier:
    """Codes by rule, each row by itself; a probability says how often such a rule was right."""

    name = "rules.v1"
    card = ClassifierCard(name="rules.v1", measured_on=MEASURED_ON, confusion=CONFUSION)

    def classify(self, rows: Iterable[UtteranceText]) -> Iterator[Coding]:
        """Yield one coding a row, in order, reading no row ahead."""
        for text in rows:
            decision = decide(text)
            yield Coding(
                utterance_id=text.id,
                label=decision.label,
                probabilities=probabilities(decision.family, bare=decision.bare),
                flags=decision.flags,
                source=Origin.RULE,
            )
