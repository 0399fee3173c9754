"""Decide whether a sentence asks, and how."""

from alsvoice.backends.classify.context import echo_share
from alsvoice.backends.classify.openings import Opening, OpeningKind
from alsvoice.backends.classify.patterns import OPEN_REQUESTS, QUESTION_WORDS, SIGNALS
from alsvoice.backends.classify.phrases import Hit
from alsvoice.backends.classify.reading import Reading
from alsvoice.backends.classify.verdict import Verdict
from alsvoice.backends.classify.vocabulary import AUXILIARIES, BACKCHANNELS, SUBJECTS, WH
from alsvoice.labels import Flag

__all__ = ["judge_question"]

_NOT_INVITING = SUBJECTS | AUXILIARIES | {"to", "let"}
_PROMPTS_UNMARKED = frozenset(["how so", "in what way", "like what", "such as what", "thoughts"])
_PROMPTS = frozenset(
    [
        "because",
        "meaning",
        "such as",
        "like what",
        "how so",
        "in what way",
        "and",
        "so",
        "for example",
        "ideas",
        "observations",
        "questions",
        "reactions",
        "reflections",
        "thoughts",
    ]
)
_CLARIFYING = frozenset({Flag.CLARIFYING})
_INDIRECT = frozenset({Flag.INDIRECT})


def judge_question(reading: Reading) -> Verdict | None:
    """Return the verdict of a sentence that asks, None of one that does not."""
    openings = reading.sentence.openings
    opening = openings[-1] if openings else None
    invited = reading.hits(OPEN_REQUESTS, "invitation", "whether")
    invitation = next((hit for hit in invited if _invites(hit, reading)), None)
    if invitation is not None and _governs(invitation, opening):
        family = "open.invitation" if invitation.family == "invitation" else "closed.whether"
        return Verdict(family=family, flags=_INDIRECT, asks=True)
    if opening is None:
        return _without_opening(reading)
    if opening.kind is OpeningKind.WH:
        return _by_question_word(reading, opening)
    return _by_inversion(reading, opening)


def _invites(hit: Hit, reading: Reading) -> bool:
    """Say whether the phrase is addressed to the listener: "to tell me about it" is not."""
    before = reading.words[hit.word - 1] if hit.word else ""
    return reading.words[hit.word] != "tell" or before not in _NOT_INVITING


def _governs(invitation: Hit, opening: Opening | None) -> bool:
    """Say whether the invitation decides: a question well after it takes over."""
    return opening is None or opening.word - invitation.word < 5


def _by_question_word(reading: Reading, opening: Opening) -> Verdict:
    hits = reading.hits(QUESTION_WORDS)
    families = {hit.family for hit in hits if hit.word == opening.word}
    if "echo" in families:
        return Verdict(family="closed.echo", flags=_CLARIFYING, asks=True)
    if "meaning" in families:
        return Verdict(family="open.question_word", flags=_CLARIFYING, asks=True)
    # "On a scale from 0 to 10, how ready are you?" wants a number.
    scaled = any(reading.words[hit.word] == "on" for hit in hits)
    if scaled or ("fact" in families and "story" not in families):
        return Verdict(family="closed.fact", flags=_CLARIFYING, asks=True)
    return Verdict(family="open.question_word", asks=True)


def _by_inversion(reading: Reading, opening: Opening) -> Verdict:
    at = opening.word
    estimates = reading.has(SIGNALS, "estimate")  # "would you say it's more about money?"
    if not estimates and any(hit.word == at for hit in reading.hits(OPEN_REQUESTS, "yes_no_form")):
        return Verdict(family="open.yes_no_form", asks=True)
    for preface in reading.hits(SIGNALS, "asking_preface"):
        rest = reading.sentence.text[preface.end :].split(" ")[:6]
        if preface.word == at and next((w for w in rest if w in WH), "") in {"what", "how", "why"}:
            return Verdict(family="open.yes_no_form", asks=True)
    flags = _CLARIFYING if reading.has(SIGNALS, "fact_check") else frozenset[Flag]()
    return Verdict(family="closed.inversion", flags=flags, asks=True)


def _without_opening(reading: Reading) -> Verdict | None:
    sentence = reading.sentence
    words = sentence.words[sentence.lead :]
    prompts = reading.hits(OPEN_REQUESTS, "yes_no_form")
    if (reading.asked or len(words) <= 6) and any(hit.word <= sentence.lead for hit in prompts):
        return Verdict(family="open.yes_no_form", asks=True)
    prompts_with = " ".join(words) or sentence.words[-1]
    if prompts_with in (_PROMPTS if reading.asked else _PROMPTS_UNMARKED):
        return Verdict(family="open.prompt", asks=True)
    if reading.has(SIGNALS, "full_check"):
        return Verdict(family="closed.tag", asks=True)
    # "isn't it" at the end asks even where no mark says so.
    tagged = len(words) >= 4 and (reading.asked or words[-2].endswith("n't"))
    if tagged and reading.has(SIGNALS, "tag"):
        return Verdict(family="closed.tag", flags=frozenset({Flag.LEADING}), asks=True)
    # "It sounds like you're stuck?" gives back, whatever the voice does.
    gives_back = any(hit.word <= sentence.lead for hit in reading.hits(SIGNALS, "gives_back"))
    listens = all(word in BACKCHANNELS for word in sentence.words)
    if reading.asked and not gives_back and not listens:
        return _declarative(reading, words)
    return None


def _declarative(reading: Reading, words: tuple[str, ...]) -> Verdict:
    flags = {Flag.DECLARATIVE}
    if reading.has(SIGNALS, "fact_check"):
        flags.add(Flag.CLARIFYING)
    if reading.has(SIGNALS, "check"):
        return Verdict(family="closed.tag", flags=frozenset(flags), asks=True)
    if any(word in WH for word in words[-2:]):
        return Verdict(family="closed.echo", flags=_CLARIFYING, asks=True)
    if len(words) <= 3 and not (len(words) > 1 and words[0] in SUBJECTS):
        echoes = echo_share(words, reading.context.raised) > 0.5
        clarifying = _CLARIFYING if echoes else frozenset[Flag]()
        return Verdict(family="closed.fragment", flags=clarifying, asks=True)
    family = "closed.heard" if reading.has(SIGNALS, "heard") else "closed.declarative"
    return Verdict(family=family, flags=frozenset(flags), asks=True)
