"""The codebook's borders, sentence by sentence."""

import pytest

from alsvoice.backends.classify.rules import RulesClassifier
from alsvoice.evaluate.labels import without_punctuation
from alsvoice.labels import LABELS, Coding, Flag, Label, UtteranceText

OPEN, CLOSED, ADVICE, OTHER = LABELS


def code(text: str, *, role: str | None = None, prev: str | None = None) -> Coding:
    row = UtteranceText(id="u1", text=text, prev_text=prev, speaker_role=role)
    (coding,) = RulesClassifier().classify([row])
    return coding


OPEN_CASES = [
    "What makes it so hard to bring up with him?",
    "How did that leave you feeling?",
    "What have you tried?",
    "What have you already tried with the night team?",
    "Why does it matter to you now?",
    "What would a good week look like?",
    "What would happen if you did nothing?",
    "What would happen if nothing changed?",
    "Where would you like to be with this by the spring?",
    "Could you tell us more?",
    "Can you say a bit more about that?",
    "Could you describe what happened in that meeting?",
    "Would you be willing to tell us what she said?",
    "Can you give us an example?",
    "Would you like to say more about the budget?",
    "Say a bit more about that.",
    "Tell me about the last time it went well.",
    "Talk us through the morning it fell apart.",
    "I'm curious what you were hoping for.",
    "I wonder what your part in this might be.",
    "I'd love to hear how the team took it.",
    "I'm just wondering how that lands with you.",
    "Help me understand what's at stake for you.",
    "Okay, so, um, what do you think is really going on?",
    "Given all that, what matters most to you?",
    "What else?",
    "Anything else?",
    "How so?",
    "In what way?",
    "And what did you learn from it?",
    "What's the worst that could happen?",
    "What are you not saying?",
    "If you had a free hand, what would you do first?",
    "What did you mean by a clean break?",
    "How important is it to you that she stays?",
    "What if she says no?",
]

CLOSED_CASES = [
    "Have you talked to her?",
    "Did you send the email?",
    "Is that the same team as last year?",
    "How many people are on the ward?",
    "How long has he been your manager?",
    "Who chairs the meeting?",
    "When is the deadline?",
    "Which site are you based at?",
    "What time does it start?",
    "What's her job title?",
    "Where is the office?",
    "On a scale from one to ten, how ready are you?",
    "So you've told her?",
    "You told her on Friday?",
    "You've spoken to him, haven't you?",
    "It's her decision, isn't it?",
    "She reports to you, right?",
    "Is it the money or the time?",
    "Does he know or not?",
    "Friday?",
    "Sorry, did you say forty?",
    "Don't you think she deserves to know?",
    "Are you angry with him?",
    "Do you know why she left?",
    "I was wondering whether you had met her before.",
    "Would that work for you?",
    "Will you see him this week?",
    "And that was when?",
    "Has the board agreed?",
    "Was it always like this?",
    "Have you tried it before?",
    "Have you thought about what you want?",
]

ADVICE_CASES = [
    "You should talk to HR.",
    "You could ask the union to sit in.",
    "You need to put that in writing.",
    "I think you ought to tell her.",
    "If I were you I'd go straight to the director.",
    "I'd just tell him how it is.",
    "Maybe start with the smallest team.",
    "Just send him an email.",
    "Talk to your manager first.",
    "Try writing it down before the meeting.",
    "Don't put it off any longer.",
    "My advice is to leave it until Monday.",
    "I'd suggest a short pilot.",
    "You might want to check the policy.",
    "It might help to have a script.",
    "It would be worth asking the other wards.",
    "The best thing would be to start again.",
    "What worked for me was blocking out Friday mornings.",
    "When I had the same problem, I just asked them to lunch.",
    "In my last team we used a whiteboard and it sorted it out.",
    "I can send you the template we use.",
    "I could introduce you to someone in finance.",
    "I know someone who runs a course on that.",
    "I'm happy to come along with you.",
    "There's a great book on difficult conversations.",
    "We had the same thing and we started doing a daily huddle.",
    "You've got to stand up to him.",
]

DISGUISED_CASES = [
    "Have you tried talking to her?",
    "Have you tried a shorter meeting?",
    "Have you thought about asking for a transfer?",
    "Have you considered mediation?",
    "Why don't you just ask her?",
    "Why not ask him directly?",
    "What if you moved it to the morning?",
    "What would happen if you just told him?",
    "Is it worth asking the union?",
    "Would it help to write it down?",
    "Would it help if you had a deputy?",
    "Couldn't you get someone else to chair it?",
    "Could you not just delegate it?",
    "Could you maybe ask for more time?",
    "Shouldn't you tell the board?",
    "How about making it shorter?",
    "What about trying a smaller group?",
    "Don't you think you should tell her?",
    "Wouldn't it be better to wait?",
    "Would you consider a mentor?",
    "I wonder if you could ask for help.",
    "I'm wondering whether it might be worth talking to HR.",
    "Maybe you could ring her first?",
    "Have you ever thought of going part-time?",
]

OTHER_CASES = [
    "Mm-hmm.",
    "Right, okay.",
    "It was a hard week for all of us.",
    "She asked me whether I had a plan.",
    "He said, why don't you just leave?",
    "I asked them what they wanted and they went quiet.",
    "Who knows?",
    "What's the point?",
    "It sounds like you're carrying this alone.",
    "So you're torn between the two teams.",
    "I've been there, it's exhausting.",
    "My manager had the same row with finance last year.",
    "Thank you, that was really honest.",
    "I know what you mean.",
    "That's what I was thinking.",
    "What I'm hearing is a lot of frustration.",
    "I can see why you feel you should apologise.",
    "When I came back from leave the desk was gone.",
    "You said you have to be there at eight.",
    "How lovely.",
]


@pytest.mark.parametrize(
    ("text", "label"),
    [
        *((t, OPEN) for t in OPEN_CASES),
        *((t, CLOSED) for t in CLOSED_CASES),
        *((t, ADVICE) for t in [*ADVICE_CASES, *DISGUISED_CASES]),
        *((t, OTHER) for t in OTHER_CASES),
    ],
)
def test_codebook_case(text: str, label: Label) -> None:
    assert code(text).label is label


# Without a question mark these are statements to anyone who cannot hear the voice rise.
HEARD_NOT_READ = {
    "So you've told her?",
    "You told her on Friday?",
    "She reports to you, right?",
    "Friday?",
    "And that was when?",
    "Anything else?",
}


@pytest.mark.parametrize(
    ("text", "label"),
    [
        *((t, OPEN) for t in OPEN_CASES if t not in HEARD_NOT_READ),
        *((t, CLOSED) for t in CLOSED_CASES if t not in HEARD_NOT_READ),
        *((t, ADVICE) for t in [*ADVICE_CASES, *DISGUISED_CASES]),
        *((t, OTHER) for t in OTHER_CASES),
    ],
)
def test_codebook_case_without_punctuation_and_case(text: str, label: Label) -> None:
    assert code(without_punctuation(text)).label is label


@pytest.mark.parametrize("text", DISGUISED_CASES)
def test_advice_in_question_form_is_flagged(text: str) -> None:
    assert Flag.ADVICE_IN_DISGUISE in code(text).flags
    assert Flag.ADVICE_IN_DISGUISE in code(without_punctuation(text)).flags or "aybe" in text


@pytest.mark.parametrize("text", ADVICE_CASES)
def test_plain_advice_is_not_disguised(text: str) -> None:
    assert Flag.ADVICE_IN_DISGUISE not in code(text).flags


FLAG_CASES: list[tuple[str, str | None, str | None, Label, Flag]] = [
    ("Don't you think she deserves to know?", "member", None, CLOSED, Flag.LEADING),
    ("Isn't that a bit unfair on her?", "member", None, CLOSED, Flag.LEADING),
    ("You've spoken to him, haven't you?", "member", None, CLOSED, Flag.LEADING),
    ("What happened? And how did you feel?", "member", None, OPEN, Flag.STACKED),
    ("Is it him? Is it the job? What would change it?", "member", None, OPEN, Flag.STACKED),
    ("what happened and how did you feel", "member", None, OPEN, Flag.STACKED),
    ("What will you try, and with whom?", "member", None, OPEN, Flag.STACKED),
    ("What will you do first, and by when?", "member", None, OPEN, Flag.STACKED),
    ("What made it so hard, was it the timing?", "member", None, CLOSED, Flag.STACKED),
    ("How many beds are there?", "member", None, CLOSED, Flag.CLARIFYING),
    ("What do you mean by a huddle?", "member", None, OPEN, Flag.CLARIFYING),
    ("Sorry, did you say forty?", "member", None, CLOSED, Flag.CLARIFYING),
    ("Say a bit more about that.", "member", None, OPEN, Flag.INDIRECT),
    ("I'm curious what you were hoping for.", "member", None, OPEN, Flag.INDIRECT),
    ("I wonder if you could ask for help.", "member", None, ADVICE, Flag.INDIRECT),
    ("So you've told her?", "member", None, CLOSED, Flag.DECLARATIVE),
    ("She reports to you, right?", "member", None, CLOSED, Flag.DECLARATIVE),
    ("Who knows?", "presenter", None, OTHER, Flag.RHETORICAL),
    ("How am I supposed to do both?", "presenter", None, OTHER, Flag.RHETORICAL),
    ("How do I get them to come?", "presenter", None, OTHER, Flag.RHETORICAL),
    ("She asked me whether I had a plan.", "presenter", None, OTHER, Flag.REPORTED),
    ("He said, why don't you just leave?", "presenter", None, OTHER, Flag.REPORTED),
    ("People keep asking me when it will stop.", "presenter", None, OTHER, Flag.REPORTED),
    ("It sounds like you're carrying this alone.", "member", None, OTHER, Flag.REFLECTION),
    (
        "Nobody from pharmacy turned up.",
        "member",
        "We held it three times and nobody from pharmacy ever turned up.",
        OTHER,
        Flag.REFLECTION,
    ),
    ("Mm-hmm.", "member", None, OTHER, Flag.BACKCHANNEL),
    ("yeah", None, None, OTHER, Flag.BACKCHANNEL),
    ("Okay, great.", "facilitator", None, OTHER, Flag.BACKCHANNEL),
    ("I should probably ring her this week.", "presenter", None, OTHER, Flag.ACTION_COMMITMENT),
    ("I'll email the consultants by Friday.", "presenter", None, OTHER, Flag.ACTION_COMMITMENT),
    ("I'm going to sit down with Priya.", "presenter", None, OTHER, Flag.ACTION_COMMITMENT),
    ("I'll send the notes round by Monday.", "member", None, OTHER, Flag.ACTION_COMMITMENT),
    ("We've got about five minutes left.", "facilitator", None, OTHER, Flag.TIME_KEEPING),
    ("That's time, I'm afraid.", "facilitator", None, OTHER, Flag.TIME_KEEPING),
    ("I'll keep an eye on the clock.", "facilitator", None, OTHER, Flag.TIME_KEEPING),
    ("How about we take a break?", "facilitator", None, OTHER, Flag.PROCESS_INTERVENTION),
    ("Let's move on to questions.", "facilitator", None, OTHER, Flag.PROCESS_INTERVENTION),
    ("Can you turn that into a question?", "facilitator", None, OTHER, Flag.PROCESS_INTERVENTION),
    ("Could we hold the advice for now?", None, None, OTHER, Flag.PROCESS_INTERVENTION),
    ("That was advice, Tom.", "facilitator", None, OTHER, Flag.PROCESS_INTERVENTION),
    ("Let her finish, please.", "facilitator", None, OTHER, Flag.PROCESS_INTERVENTION),
    ("Who'd like to go first?", "facilitator", None, CLOSED, Flag.PROCESS_INTERVENTION),
    ("Did you watch the match last night?", "member", None, CLOSED, Flag.OFF_TOPIC),
    ("The parking here is a nightmare.", "observer", None, OTHER, Flag.OFF_TOPIC),
]


@pytest.mark.parametrize(("text", "role", "prev", "label", "flag"), FLAG_CASES)
def test_flag(text: str, role: str | None, prev: str | None, label: Label, flag: Flag) -> None:
    coding = code(text, role=role, prev=prev)
    assert coding.label is label
    assert flag in coding.flags


def test_every_flag_has_a_case() -> None:
    assert {case[-1] for case in FLAG_CASES} | {Flag.ADVICE_IN_DISGUISE} == set(Flag)


@pytest.mark.parametrize(
    ("text", "unwanted"),
    [
        ("Is it the money or the time?", Flag.STACKED),
        ("Do you want longer, or is that enough?", Flag.STACKED),
        ("How did she take it, do you think?", Flag.STACKED),
        ("What about your deputy, what does she make of it?", Flag.STACKED),
        ("And how long, no, sorry, how did you find out?", Flag.STACKED),
        ("You've spoken to him, haven't you?", Flag.STACKED),
        ("What happened? The whole ward had been waiting an hour. What next?", Flag.STACKED),
        ("What would a good week look like?", Flag.CLARIFYING),
        ("I'll be honest with you.", Flag.ACTION_COMMITMENT),
        ("Would that work for you?", Flag.LEADING),
        ("The huddle lasts ten people too long.", Flag.OFF_TOPIC),
    ],
)
def test_flag_is_not_given(text: str, unwanted: Flag) -> None:
    assert unwanted not in code(text).flags


def test_presenters_own_plan_is_no_advice() -> None:
    assert code("You could just ask them, I suppose.", role="presenter").label is OTHER
    assert code("You could just ask them, I suppose.", role="member").label is ADVICE


def test_an_idea_the_presenter_raised_is_no_advice() -> None:
    raised = "I could ask the matron to chair the huddle."
    assert code("You could ask the matron to chair it.", prev=raised).label is OTHER
    assert code("You could ask the matron to chair it.", prev="It is at eight.").label is ADVICE


def test_process_flag_is_the_facilitators() -> None:
    text = "Let's move on to questions."
    assert Flag.PROCESS_INTERVENTION in code(text, role="facilitator").flags
    assert Flag.PROCESS_INTERVENTION not in code(text, role="member").flags
    assert code(text, role="member").label is OTHER


@pytest.mark.parametrize(
    "text",
    [
        "Ask him directly.",
        "You could ask the union.",
        "What about talking to HR?",
        "Just ring her.",
    ],
)
def test_facilitators_advise_too(text: str) -> None:
    assert code(text, role="facilitator").label is ADVICE


def test_genuine_question_about_the_session_stays_a_question() -> None:
    assert code("How was that round for everyone?", role="facilitator").label is OPEN
    assert code("Has everybody had a turn?", role="facilitator").label is CLOSED


@pytest.mark.parametrize(
    ("text", "label"),
    [
        ("You should ring her. How does that sound?", ADVICE),
        ("How long has it been? What keeps you there?", OPEN),
        ("What keeps you there? Is it the money?", CLOSED),
        ("I see. We had that too. It was grim.", OTHER),
        ("okay right so you have been there a while what keeps you there", OPEN),
        ("thanks for that it was a clear picture how many of you are there", CLOSED),
    ],
)
def test_several_sentences_are_coded_by_advice_else_by_the_last_question(
    text: str, label: Label
) -> None:
    assert code(text).label is label


@pytest.mark.parametrize("role", ["therapist", "", "PRESENTER", "chair"])
def test_other_roles_are_unknown(role: str) -> None:
    text = "You should talk to HR."
    assert code(text, role=role) == code(text)


def test_rows_do_not_influence_each_other() -> None:
    rows = [UtteranceText(id=str(i), text=t) for i, t in enumerate(OPEN_CASES + ADVICE_CASES)]
    together = list(RulesClassifier().classify(rows))
    assert together == [next(RulesClassifier().classify([row])) for row in rows]
