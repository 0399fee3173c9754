"""Three written sessions: a good one, one full of advice, one that a single member dominates."""

from alsvoice.session import Conversation, Phase
from strategies import phase, said, scene

__all__ = ["WRITTEN"]

ROLES: dict[str, str | None] = {
    "Ruth": "facilitator",
    "Tom": "presenter",
    "Ada": "member",
    "Ian": "member",
    "Lin": "member",
}
OPEN, CLOSED, ADVICE, OTHER = "open_question", "closed_question", "advice", "other"


def _phases(*ends: float) -> list[Phase]:
    names = ("presenting", "clarifying", "exploring", "action_setting", "process_review")
    starts = (0.0, *ends[:-1])
    planned = (60, 60, 240, 60, 60)
    return [
        phase(name, start, end, planned=minutes)
        for name, start, end, minutes in zip(names, starts, ends, planned, strict=True)
    ]


GOOD = scene(
    said("Ruth", 0, 4, "Welcome. Tom, what would you like to bring today?", OPEN),
    said("Tom", 6, 40, "Two of my team no longer talk, and I keep carrying messages."),
    said("Ruth", 42, 46, "Thank you. A few questions of fact first.", OTHER, "time_keeping"),
    said("Ada", 62, 65, "How long have they worked together?", CLOSED, "clarifying"),
    said("Tom", 66, 69, "Three years this month."),
    said("Ian", 71, 73, "Are they both full time?", CLOSED, "clarifying"),
    said("Tom", 74, 76, "Yes, they both are."),
    said("Ruth", 80, 83, "Let us open it up now.", OTHER, "time_keeping"),
    said("Lin", 92, 96, "What happens to you while you carry those messages?", OPEN),
    said("Tom", 105, 115, "I feel needed, which I had not noticed until you asked me that."),
    said("Ada", 119, 122, "What would be lost if you stopped?", OPEN),
    said("Tom", 129, 140, "My place in the middle, perhaps, and I am not sure I want it."),
    said("Ian", 144, 148, "So being needed and being tired go together.", OTHER, "reflection"),
    said("Tom", 150, 156, "They do, and I had kept them apart."),
    said("Ian", 159, 162, "What do the two of them want?", OPEN),
    said("Tom", 166, 175, "I have never asked them that, which is odd when I say it aloud."),
    said("Lin", 180, 183, "How might you find that out?", OPEN),
    said("Tom", 190, 199, "By asking them in the same room, with nobody in between."),
    said("Ruth", 305, 308, "What will you do, and by when?", OPEN),
    said(
        "Tom",
        312,
        320,
        "I will ask both of them by Friday.",
        OTHER,
        "action_commitment",
    ),
    said("Ruth", 362, 365, "What did we notice about our work?", OPEN),
    said("Ada", 368, 372, "The silences did a lot of work."),
    said("Lin", 374, 378, "I wanted to give advice and did not."),
    roles=ROLES,
    phases=_phases(60, 90, 300, 360, 400),
    duration=400,
)

ADVISING = scene(
    said("Ruth", 0, 3, "Tom, what have you brought?", OPEN),
    said("Tom", 4, 30, "My budget is cut by a third and I have not told anybody yet."),
    said("Ian", 62, 64, "Is it decided already?", CLOSED, "clarifying"),
    said("Tom", 65, 67, "It is, since last week."),
    said("Ian", 92, 96, "You should tell them all on Monday, before the rumours do.", ADVICE),
    said("Tom", 97, 99, "I thought about that, too."),
    said("Ada", 100, 104, "Have you thought about asking finance for a delay?", ADVICE,
         "advice_in_disguise"),
    said("Tom", 105, 107, "They have already said no."),
    said("Lin", 108, 112, "Why don't you close the second site for the winter?", ADVICE,
         "advice_in_disguise"),
    said("Ruth", 113, 116, "Can we stay with questions, please?", OTHER, "process_intervention"),
    said("Ian", 117, 122, "At my place we simply cut travel and training first.", ADVICE),
    said("Tom", 123, 126, "We have no travel to cut."),
    said("Ian", 127, 133, "And what worked for me was an open letter to the staff.", ADVICE),
    said("Ada", 134, 138, "Don't you think your director should carry this?", CLOSED, "leading"),
    said("Tom", 139, 141, "Perhaps she should, yes."),
    said("Ada", 142, 147, "What about a working group, or could you ask the union?", ADVICE,
         "advice_in_disguise"),
    said("Tom", 148, 151, "I do not know any more."),
    said("Lin", 152, 157, "I would write down three scenarios and cost each of them.", ADVICE),
    said("Ruth", 305, 308, "So what will you do?", OPEN),
    said("Tom", 310, 316, "I will look at some of these.", OTHER, "action_commitment"),
    said("Ruth", 362, 365, "How was that for you?", OPEN),
    said("Tom", 367, 370, "A lot to take in."),
    roles=ROLES,
    phases=_phases(60, 90, 300, 360, 400),
    duration=400,
)  # fmt: skip

DOMINATED = scene(
    said("Ruth", 0, 3, "Tom, what is on your mind?", OPEN),
    said("Tom", 4, 30, "I have been offered another job and cannot make up my mind at all."),
    said(
        "Ian",
        62,
        84,
        "I had the same two years ago, and let me tell you how that went.",
    ),
    said("Tom", 86, 88, "How long did it take?", CLOSED),
    said("Ian", 88.5, 110, "Well, it took a year, and I changed my mind four or five times."),
    said("Ada", 111, 113, "What draws you there, Tom?", OPEN),
    said("Tom", 115, 122, "The work itself, and the people I met."),
    said(
        "Ian",
        121,
        150,
        "People are nice at interviews, but the first winter counts.",
    ),
    said("Tom", 152, 155, "That may well be so."),
    said("Ian", 155.5, 185, "My brother moved as well, and his children never settled there."),
    said("Lin", 186, 188, "What do you want?", OPEN),
    said("Tom", 191, 195, "To be asked that more often."),
    said("Ian", 196, 215, "I always ask people that first, it is what I learnt from my own coach."),
    said("Ruth", 305, 307, "What comes next for you?", OPEN),
    said("Tom", 309, 314, "I will ring them on Monday.", OTHER, "action_commitment"),
    said("Ian", 362, 380, "I thought we gave you a lot, and I would do the same again."),
    roles=ROLES,
    phases=_phases(60, 90, 300, 360, 400),
    duration=400,
)

WRITTEN: dict[str, Conversation] = {"good": GOOD, "advising": ADVISING, "dominated": DOMINATED}
