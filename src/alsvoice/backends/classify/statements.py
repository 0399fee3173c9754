"""Judge what neither advises nor asks, and what is about the meeting itself."""

from alsvoice.backends.classify.context import echo_share
from alsvoice.backends.classify.meeting_patterns import COMMITMENTS, OFF_TOPIC, PROCESS, TIME
from alsvoice.backends.classify.patterns import SIGNALS
from alsvoice.backends.classify.phrases import Hit
from alsvoice.backends.classify.reading import Reading
from alsvoice.backends.classify.verdict import Verdict
from alsvoice.backends.classify.vocabulary import BACKCHANNELS, WH, words_of
from alsvoice.labels import Flag

__all__ = ["judge_meeting", "judge_statement", "meeting_flags"]

# A question about the meeting that opens like this proposes something.
_PROPOSING = words_of("can could shall should would will may let's")
_PROPOSING_PAIRS = frozenset(
    [("how", "about"), ("what", "about"), ("what", "if"), ("why", "don't"), ("how", "if")]
)
# Before "ask" or "said" these make it no report: "can I ask you", "as I said".
_NOT_REPORTING = words_of("can could may let like as do did to want wanted")
# How many words may stand between "she said" and the question that she asked.
_REPORT_REACH = 4
_ASKED_FOR = WH | {"if", "whether", "about"}
_LONG_BACKCHANNEL = 5


def meeting_flags(reading: Reading) -> frozenset[Flag]:
    """Return the flags that say a sentence is about the clock, the set's work or neither."""
    flags: set[Flag] = set()
    if reading.context.may_facilitate and reading.has(PROCESS, "strong"):
        flags.add(Flag.PROCESS_INTERVENTION)
    if reading.has(TIME):
        flags.add(Flag.TIME_KEEPING)
    # What is off the topic for others may be part of the presenter's story.
    if not reading.context.presents and reading.has(OFF_TOPIC):
        flags.add(Flag.OFF_TOPIC)
    return frozenset(flags)


def _is_process(reading: Reading) -> bool:
    families = ("strong", "facilitator") if reading.context.facilitates else ("strong",)
    return reading.has(PROCESS, *families)


def judge_meeting(reading: Reading) -> Verdict | None:
    """Return the verdict of a proposal about the meeting, or of a question nobody is asked."""
    sentence = reading.sentence
    if not sentence.openings and all(word in BACKCHANNELS for word in sentence.words):
        short = len(sentence.words) <= _LONG_BACKCHANNEL
        flags = frozenset({Flag.BACKCHANNEL}) if short else frozenset[Flag]()
        return Verdict(family="other.backchannel", flags=flags)
    if _is_reported(reading):
        return Verdict(family="other.reported", flags=frozenset({Flag.REPORTED}))
    if _is_rhetorical(reading):
        return Verdict(family="other.rhetorical", flags=frozenset({Flag.RHETORICAL}))
    if _proposes_process(reading):
        return Verdict(family="other.process")
    return None


def _proposes_process(reading: Reading) -> bool:
    clear = _is_process(reading)
    if not clear and not reading.has(TIME):
        return False
    if not reading.sentence.openings:
        return clear or not reading.asked
    at = reading.sentence.openings[-1].word
    proposes = (
        reading.words[at] in _PROPOSING or tuple(reading.words[at : at + 2]) in _PROPOSING_PAIRS
    )
    return clear and proposes


def _is_reported(reading: Reading) -> bool:
    """Say whether a question is told of; "can I ask you" and "as I said" do not tell."""
    return any(_reports(hit, reading) for hit in reading.hits(SIGNALS, "reported"))


def _reports(hit: Hit, reading: Reading) -> bool:
    before = reading.words[hit.word - 1] if hit.word else ""
    if before in _NOT_REPORTING:
        return False
    end = reading.sentence.text.count(" ", 0, hit.end)
    opening = reading.first_opening
    if opening == len(reading.words):
        asks = any(word.startswith("ask") for word in reading.words[hit.word : end])
        after = reading.words[hit.word : end + _REPORT_REACH]
        return asks and not reading.asked and not _ASKED_FOR.isdisjoint(after)
    return hit.word < opening <= end + _REPORT_REACH


def _is_rhetorical(reading: Reading) -> bool:
    families = ("rhetorical", "own_question") if reading.context.presents else ("rhetorical",)
    lead = reading.sentence.lead
    return any(
        hit.word <= lead or reading.opens_at(hit.word) for hit in reading.hits(SIGNALS, *families)
    )


def judge_statement(reading: Reading) -> Verdict:
    """Return the verdict of a sentence that does not ask: commitment, reflection or plain."""
    families = ("strong", "presenter") if reading.context.presents else ("strong",)
    if reading.has(COMMITMENTS, *families) and not reading.has(TIME):
        return Verdict(family="other.commitment", flags=frozenset({Flag.ACTION_COMMITMENT}))
    if not reading.context.presents and _reflects(reading):
        return Verdict(family="other.reflection", flags=frozenset({Flag.REFLECTION}))
    length = len(reading.words)
    return Verdict(family=f"other.{'short' if length < 5 else 'medium' if length < 20 else 'long'}")


def _reflects(reading: Reading) -> bool:
    near = reading.sentence.lead + 1
    if any(hit.word <= near for hit in reading.hits(SIGNALS, "heard", "gives_back")):
        return True
    return len(reading.words) >= 2 and echo_share(reading.words, reading.context.raised) > 0.6
