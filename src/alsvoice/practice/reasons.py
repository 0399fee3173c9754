"""Why a label is right, in the words of the codebook, with the section that says so."""

from collections.abc import Mapping

from alsvoice.labels import Flag, Label

__all__ = ["reason"]

_WHY: Mapping[Label, str] = {
    Label.OPEN_QUESTION: "It asks somebody to think or tell: no yes or no, number, name or short "
    "fact answers it fully, and it puts forward nothing new (codebook 4.1).",
    Label.CLOSED_QUESTION: "The bare answer test: yes or no, a number, a name, a short fact or an "
    "offered option answers it fully (codebook 4.2).",
    Label.ADVICE: "The step in five words: it puts forward something to do or to use that the "
    "presenter had not raised (codebook 4.3).",
    Label.OTHER: "It neither asks somebody here for an answer nor puts forward anything new for "
    "the presenter's problem (codebook 4.4).",
}
_SPECIAL: Mapping[Flag, str] = {
    Flag.ADVICE_IN_DISGUISE: "The question mark hides it: the step comes from the speaker, and the "
    "presenter is left to take it or turn it down (codebook 4.3 and 5.1).",
    Flag.LEADING: "It also carries the answer that is hoped for (codebook 6, leading).",
    Flag.STACKED: "Several questions follow each other; the last one that can stand by itself "
    "governs (codebook 5.14).",
    Flag.DECLARATIVE: "It has the form of a statement and asks all the same (codebook 6).",
    Flag.INDIRECT: "A request in the form of a statement asks, too (codebook 6, indirect).",
    Flag.RHETORICAL: "In the form of a question it expects no answer from anybody here "
    "(codebook 6, rhetorical).",
    Flag.REPORTED: "It tells of a question that was asked elsewhere (codebook 6, reported).",
    Flag.REFLECTION: "It gives back what was heard, without asking whether that is right "
    "(codebook 6, reflection).",
    Flag.PROCESS_INTERVENTION: "It is about how the set works, not about the problem (codebook 6).",
    Flag.TIME_KEEPING: "It is about the clock (codebook 6).",
    Flag.ACTION_COMMITMENT: "Somebody says what they will do themselves; that is no advice "
    "(codebook 6).",
}
_INSTEAD: Mapping[tuple[Label, Label], str] = {
    (Label.CLOSED_QUESTION, Label.OPEN_QUESTION): "Imagine the presenter says only “yes” or "
    "“Tuesday”: is it then answered? It is.",
    (Label.OPEN_QUESTION, Label.CLOSED_QUESTION): "Imagine the presenter says only “yes” or "
    "“Tuesday”: everybody would keep waiting.",
    (Label.ADVICE, Label.OPEN_QUESTION): "Write down in five words what could be done: whose idea "
    "is it?",
    (Label.ADVICE, Label.CLOSED_QUESTION): "Write down in five words what could be done: whose "
    "idea is it?",
    (Label.OPEN_QUESTION, Label.ADVICE): "No step in it came from the speaker.",
    (Label.CLOSED_QUESTION, Label.ADVICE): "It asks whether something is or was so; no step in it "
    "came from the speaker.",
    (Label.OTHER, Label.ADVICE): "No step is put forward for the presenter's problem.",
}


def reason(label: Label, flags: tuple[Flag, ...], given: Label | None = None) -> str:
    """Return why it is ``label``; where something else was given, what tells the two apart."""
    parts = [_INSTEAD.get((label, given), "")] if given is not None and given is not label else []
    parts.append(_WHY[label])
    parts += [_SPECIAL[flag] for flag in flags if flag in _SPECIAL]
    return " ".join(part for part in parts if part)
