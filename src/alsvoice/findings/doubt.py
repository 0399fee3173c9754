"""What this session does not tell: thin data, unsure labels, unknown people."""

from collections.abc import Iterator

from alsvoice.findings.finding import Finding, Severity
from alsvoice.findings.scene import Scene, number
from alsvoice.measures.quality import quality

__all__ = ["THIN_QUESTIONS", "doubts", "not_coded"]

THIN_QUESTIONS = 8  # the 90 % interval of an open share is then still half the scale wide
_UNSURE_SHARE = 0.2


def doubts(scene: Scene) -> Iterator[Finding]:
    """Yield what a reader should not conclude."""
    found = scene.found
    counts = found.counts()
    acts = counts.questions + counts.advice
    unsure = [act for act in found.acts if act.coding.unsure]
    if not found.conversation.utterances:
        return
    if counts.questions < THIN_QUESTIONS:
        yield _doubt(
            "thin",
            f"{_heard(counts.questions)} heard. That is too few to say how this set works; take "
            "what stands here as single moments.",
        )
    if acts and len(unsure) > _UNSURE_SHARE * acts:
        yield _doubt(
            "unsure",
            f"The classifier was unsure of {number(len(unsure))} of {number(acts)} questions and "
            "pieces of advice. Listen to those before you build on them.",
            tuple(id_ for act in unsure for id_ in act.utterance_ids),
        )
    if not quality(found.conversation, found.acts).members:
        yield _doubt(
            "roles",
            "Nobody’s role is known yet, so nothing is said here about how the members help.",
        )


def not_coded(scene: Scene) -> Iterator[Finding]:
    """Yield why nothing is said of questions and advice where the language is not known."""
    if scene.found.conversation.utterances:
        yield _doubt(
            "language",
            "Questions and advice are told apart in English only, and another language was heard. "
            "So nothing is said here about how the set asked; what stands here is about time and "
            "voices.",
        )


def _heard(questions: int) -> str:
    if questions == 0:
        return "No questions were"
    return "Only one question was" if questions == 1 else f"Only {number(questions)} questions were"


def _doubt(kind: str, text: str, utterances: tuple[str, ...] = ()) -> Finding:
    return Finding(kind=kind, severity=Severity.DOUBT, text=text, utterances=utterances)
