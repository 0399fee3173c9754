"""Phrases by which questions are told apart; ``phrases.py`` explains the notation.

Borders follow the codebook: a question is closed when yes or no, a number, a name, a date, a place,
a short fact or an offered option answers it fully, whatever its opening word. An invitation to tell
is open, whatever its form (MITI and MISC count "Tell me about ..." as an open question).
"""

from alsvoice.backends.classify.phrases import PhraseBook

__all__ = ["OPEN_REQUESTS", "QUESTION_WORDS", "SIGNALS"]

# Read from the word with which a question with a question word opens.
QUESTION_WORDS = PhraseBook(
    {
        "fact": """
            who is|was|are|were|does|do|did|has|have|will|would|can|could|else
            who told|said|asked|made|gave|runs|owns|leads|decides|decided|signs|knows|wants|pays
            who
            whose
            whom
            when
            where
            which
            how many|much|long|often|old|far|big|soon|late|early|recently|frequently|large|tall|deep
            how many|much
            what time|day|date|year|month|age|name|number|percentage|size|grade|shift|team|ward
            what department|role|school|colour|color|town|city|country|floor|room|gym|company
            what proportion|share|rate|percent|level|position|drug|dose|brand|model|version
            what is|was your|his|her|their|the|its first? name|title|role|job|age|number|date
            what is|was your|his|her|their|the|its deadline|budget|salary|address|total|cost|price
            what is|was it|that|he|she|the_thing called|named
            what do|did you|they call
            what did|does ~3 cost
            what ~2 <poss> name|names $
            on|from a scale
            at what age|time|point
            what number would|do|are
            """,
        "story": """
            where do|would|did|could|can you ~2 want|like|see|think|go|start|begin|feel|stand|get
            where does|do|did|would|is|are that|this|it|things|the_rest|we ~2 leave|take|get|sit|
                lead
            where do|shall|should we ~2 go|start|begin
            where are|is you ~2 with|on|at|now
            where next|else|from_here $
            where might|could|would ~3 come|start|begin|lead|take|go|help
            who are you when|without|if|as
            when do|does|did|is|are|was ~2 you|it|that|this|things ~3 best|worst|easier|hardest|most
            when do|did you ~2 feel|felt|feeling|notice|find
            when have you ~2 felt|been|seen|managed|noticed|had
            how much do|does|did|would|of ~4 matter|mean|want|care|trust|feel|worry|affect
            how much of a|an|this|that|it|the
            how long do|would|will|can|could you ~2 think|imagine|want|feel|put_up|go_on|carry_on
            how far do|does|would|are|is you|this|that|it
            """,
        "meaning": """
            what do|did you mean
            what does ~2 mean
            """,
        "echo": """
            what did you say
            what $
            what was that $
            what is that $
            """,
    }
)

# Requests that ask for a story, in yes-or-no form or in the form of a statement.
OPEN_REQUESTS = PhraseBook(
    {
        "yes_no_form": """
            can|could|would|will|may you ~3 <inform> ~5 about|more|what|how|why|through|on
            can|could|would|will|may you ~3 tell|show|help <me> ~4 what|how|why|more|about|something
            can|could|would|will|may you ~2 talk|walk|take <me> ~2 through
            can|could|will|may you ~2 say ~3 more|bit|about
            would you ~1 say ~1 a_bit|a_little|some_more|something|more_about
            can|could|would|will|may you ~3 describe|elaborate|explain|expand|unpack|reflect|paint|
                sketch
            can|could|would|will you ~2 give <me> ~2 example|sense|picture|idea|flavour|background
            can|could|would|will you ~2 give <me> ~2 more|bit
            can|could|do|would you ~1 think of any|other|some|another|times|things|ways|examples
            can|could|would you ~1 help <me> ~1 understand|see
            can|could|may i|we ask ~2 what|how|why
            can|could|may i|we ask ~3 about|more
            can|could|may i|we ~1 hear ~3 more|about|what|how
            do|would you want|like|mind|care to? ~1 <inform>|telling|saying|sharing|talking ~3 about
            do|would you want|like|mind|care to? ~1 tell|telling|explaining|describing|saying
            do|would you want|like|care to ~1 say ~2 more
            would you be ~1 willing|happy|able|comfortable|ok|okay to|with ~1 <inform>|talking|
                sharing
            are you ~1 willing|happy|able|comfortable to|with ~1 <inform>|talking|sharing
            is|was|are|were there anything|something else
            is|was there anything ~1 you ~2 like|want|notice|noticed|add|say|ask
            do|did|have|had you ~2 any|other|more thoughts|ideas|feelings|reflections|questions
            do|did|have|had you ~1 have|had ~1 any|other|more thoughts|ideas|questions|sense|
                reflections
            does|do|did|has anyone|anybody|everyone ~2 any|other|more thoughts|ideas|questions|
                reflections
            any other|more|further thoughts|ideas|questions|ways|reasons|reactions
            any ~1 thoughts|ideas|reflections|reactions|questions|feelings
            anyone|anybody|everybody|everyone ~1 have|got any
            anything else
            anything ~1 to add
            or|and? any|anything|something else|other|more $
            """,
        "invitation": """
            tell <me> ~2 about|more|what|how|why|a_bit|a_little|something|everything|which
            ^ please? tell <me>
            ^ say|share ~3 more|about|bit
            ^ talk|walk|take|lead <me> ~2 through
            ^ talk to? <me>? ~2 about|through
            ^ describe|explain ~4 how|what|why|that|this|it|the|your|a|for
            ^ elaborate|expand|unpack|paint
            ^ give <me> ~3 example|sense|picture|idea|flavour|background|bit|overview|timeframe
            ^ help <me> ~2 understand|see|get
            ^ start|begin ~2 by|with <inform>|telling|describing|wherever|whatever|what
            ^ say more
            ^ more about|on that|this|it
            i am|was ~2 curious|interested|intrigued|keen|fascinated
            ^ i would be ~2 curious|interested|intrigued|keen|fascinated
            i am|was just? wondering ~1 what|how|why|where|who|about|which
            i ~1 wonder|wondered ~1 what|how|why|where|who|about|which
            ^ i would ~2 love|like|want|interested|keen to ~2 hear|know|understand|explore|learn
            ^ i want|wanted|need|like to ~2 hear|know|understand|explore|learn ~3 about|more|what|
                how
            ^ i want|wanted to ~1 ask|check ~3 about|what|how|why|in_with
            ^ it would ~2 be? good|great|interesting|useful|helpful|help to|if ~3 hear|know|
                understand
            ^ curious|interested|intrigued about|what|how|why|to
            ^ wondering|wonder what|how|why|where|about
            ^ let_us|let's hear ~3 about|more|what|how
            ^ what i am ~1 curious|wondering|interested ~2 is
            ^ what i would ~1 love|like to ~1 know|hear|understand
            if you could ~2 give|tell|say|describe|explain|walk|talk <me> ~2 more|about|sense|a|
                how|what
            you could|can ~1 tell <me> ~2 about|more|how|what
            """,
        "whether": """
            i ~1 wonder|wondered if|whether
            i am|was ~1 wondering ~1 if|whether
            ^ wondering|wonder if|whether
            ^ i am|was ~2 curious|interested ~2 if|whether
            ^ tell <me> ~1 if|whether|who|when|where|your_name|which
            """,
        "please_do": """
            can|could|would|will you ~2 <action>
            can|could|shall|may|should i|we
            """,
    }
)

# Signs that colour a question or a statement.
SIGNALS = PhraseBook(
    {
        "asking_preface": """
            can|could|may|let i|me ~1 ask you?
            can|could|may i|we
            let me ask you? ~3 question|this|that|something
            do|would you mind if|me ~1 i|asking|ask
            if you don't mind me? ~1 asking|saying|ask
            i want|wanted|would|am_going|will|have ~3 ask you
            """,
        "reported": """
            <they> ~1 asked|asks|asking|wondered ~4
            <they> ~1 keep|keeps|kept asking|saying|on_asking
            <they> ~1 always ask|asks|asking
            <they> said|says|saying|goes|thought|shouted|replied|wrote ~2
            <they> was|were|am|is|are ~1 like
            <they> want|wants|wanted to know
            """,
        "rhetorical": """
            who knows
            who cares
            who wouldn't
            who am i to
            who needs
            why bother
            why would anyone|anybody|you|they|i bother
            why me $
            what is the point $
            what is the point of|in
            what can you do $
            what can i|we do $
            what can i|you|one say $
            what do they|you|people expect
            what was i thinking
            what are|is they|he|she ~1 thinking
            what else can|could|am|was i|you|we ~2 do
            what more do|does|can they|he|she|i|we
            what is not to like
            what does it matter
            what difference does it make $
            how hard can|could it|that be
            how am i supposed|meant|expected
            how are we supposed|meant|expected
            how is anyone|anybody supposed|meant
            how could|can i|you|anyone not
            how dare
            isn't|wasn't that|it ~1 always the_way|life|typical|ironic
            isn't that always
            isn't it funny|strange|ironic|always
            do i look like
            am i right $
            do they ~2 care $
            does anyone ~2 care|listen
            you know what $
            do|did you know what $
            guess what
            guess who
            is the pope
            when will they ~1 learn
            since when
            where would i be
            what do i know
            """,
        "own_question": """
            how|what|why|where|when|who do|did|am|can|can't|could|should|would|don't|have i
            how|what|why do|can|are|don't we ~1 get|make|keep|do
            should|am|do|can|could|would|did i
            """,
        "leading": """
            don't|doesn't|didn't|won't|wouldn't|couldn't|shouldn't|isn't|aren't|wasn't <pronoun>
            haven't|hasn't|weren't|can't <pronoun>
            isn't|aren't|wasn't|wouldn't|doesn't|shouldn't that|this|there|the
            surely
            would you not|agree
            would it not|be_fair
            do you not
            is it not
            is it fair to say
            wouldn't you agree
            you would agree
            obviously
            you must ~2 feel|be|have|think|know
            """,
        "tag": """
            isn't|aren't|wasn't|weren't|don't|doesn't|didn't|won't|wouldn't <subject> $
            haven't|hasn't|hadn't|can't|couldn't|shouldn't <subject> $
            is|are|was|were|do|does|did|have|has|can|could|will|would <subject> $
            """,
        "full_check": """
            is|was that ~2 right|correct|fair|accurate|okay|ok|it|true $
            is|will|would that ~2 be? okay|ok|right|alright|fine $
            does|did that|this ~2 make_sense|sound_right|sound_okay|fit|help|work $
            have|did i ~2 got|get|understood|understand|heard|hear ~3 right|correctly|properly $
            am i right|correct $
            do|would you agree $
            """,
        "check": """
            right $
            yeah|yes $
            correct $
            okay|ok $
            huh|eh|no $
            or_not|or_no|or_what $
            is|was|would|am|are|have|did that|i|it ~2 right|correct|fair|accurate|so|sense
            did|have i|we ~1 get|got|understand|understood|hear|heard|miss|missed ~2 that|right|you
            do you think $
            you mean $
            or something $
            """,
        # A reflection by its lead-in, even where the voice rises at its end (as MITI counts it).
        "gives_back": """
            ^ it|that ~1 sound|sounds|seems|looks|feels like|as|to_me
            ^ it|that ~1 does ~1 sound|seem
            ^ sounds|seems|looks ~1 like|as
            ^ it|that must|can_be|could_be
            ^ what i am|was|think ~2 hearing|understanding|picking|sensing|noticing
            ^ what i|we ~1 hear|heard ~1 you|is
            ^ what you are ~1 saying
            ^ i am ~1 hearing|sensing|noticing
            ^ i ~1 hear|heard|noticed|notice|sense ~1 you|that|a|some|how
            ^ so what you are
            ^ let me ~2 make_sure|see_if|check|summarise|summarize
            ^ if i ~2 understand|understood|hear|heard|got
            ^ on ~1 one hand
            """,
        "heard": """
            ^ you ~2 said|mentioned|told|described|talked|used
            ^ you ~2 feel|felt|seem|sound|want|wanted|like|love|enjoy|worry|value|care|need|believe
            ^ you are|were ~2 feeling|saying|wanting|worried|hoping|looking|trying|finding|thinking
            ^ you are|were ~2 frustrated|stuck|torn|upset|angry|tired|proud|scared|concerned|anxious
            ^ you have|had ~2 been|tried|got|noticed|had|thought|put|done|come|made|started
            ^ so you
            ^ so ~1 part of you
            ^ so your
            """,
        "attributed": """
            you ~2 feel|felt|think|thought|said|know|knew|mentioned|believe|want|wanted|hope|hoping
            you are|were ~2 saying|thinking|feeling|hoping|worried|told|telling|wondering|sure|aware
            so that? you can|could|will|might
            <they> ~1 said|says|told|tells|thinks|thought|keeps|wants|wanted|expects|asked|feels
            sounds|sound|seems|looks|feels like|as
            i ~1 hear|hearing|heard
            if|when|because|whether|what|how|why|where|that|which you
            part of you
            """,
        "estimate": """
            would you say it|that|this|you|there|he|she|they|the
            """,
        "fact_check": """
            when|sorry|so? you say|said
            did you say
            do|did you mean
            just ~2 clarify|check|checking|to_be_clear|so_i
            is|are|was|were that|this|these|those|it ~1 the|your|a|an|his|her|their
            what does ~3 stand for
            what do you mean
            what does ~2 mean
            can|could|may i ~1 clarify|check
            to clarify|check
            i missed|didn't_catch
            """,
        "nothing_new": """
            nothing
            did nothing
            didn't
            did not
            don't
            do not
            left it|things
            leave it|things
            stayed|stay
            carried on
            kept on
            could
            knew
            were|was not? ~1 successful|able|free|here|gone|possible|afraid|scared|true|solved
            had ~2 more|no|all|the|unlimited|a_magic|time
            """,
    }
)
