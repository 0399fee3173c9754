"""Phrases that put forward an action, a resource, an offer or an own remedy.

``plain`` and ``imperative`` tell, ``question`` suggests in the form of a question (always in
disguise), ``wrapped`` in the form of a wondering (in disguise too), ``offer`` offers help or a
resource, ``experience`` what worked for the speaker; ``courtesy`` only looks like advice.

What experts in motivational interviewing code as advice is the model (MITI: "persuade", MISC:
"advise"); what counts here is that the idea comes from the speaker.
"""

from alsvoice.backends.classify.phrases import PhraseBook

__all__ = ["ADVICE"]

ADVICE = PhraseBook(
    {
        "plain": """
            you ~1 should|shouldn't <softly>? <action>|do|not|never|see|feel
            ^ you ~1 should|shouldn't !know|have|be
            you ~1 should|shouldn't ~1 be <doing>|more|less|careful|honest
            ^ you ~1 ought to
            ^ you ~1 need|have|got to <softly>? !know|say|be|get|understand|feel|live|deal|go|think
            ^ you ~1 need|have|got to <softly>? <action>
            you <softly>? need|got to <softly>? <action>|do
            ^ you have got to <softly>? <action>|do|be
            ^ you <softly>? could|might <softly>? <action>|do
            ^ you <softly>? can|may <softly>? ask|talk|speak|call|contact|ring|email|try|check|
                look|refer|join|apply|request|find|choose|get ~1 !it|that
            you can|may just|maybe|perhaps|simply <action>
            you <softly>? could <softly>? <action>|do
            ^ you could
            you will ~1 need|want|have to ~1 <action>|do|be
            we ~1 recommend|suggest|advise|encourage
            ^ i|we ~1 want|need you to ~1 <action>|do|be
            we would ~1 like|love|want you to
            i am going to ~1 recommend|suggest|prescribe|refer|encourage
            it is|would|might|could ~2 good|great|useful|better idea to|if|for|that
            some|many|other|most|of people|patients|clients|folks|teams|managers|
                colleagues ~3 find|found|tried|try|use|used|swear
            we|they ~1 have|offer|run ~4 program|programme|service|classes|course|clinic|leaflet|
                booklet|website|helpline
            there is|are ~4 program|programme|support_group|classes|clinic|leaflet|booklet|helpline
            it|i_think_it is|may_be|might_be ~1 time to <action>
            ^ you might ~1 want|like|find|try|consider|as_well|think|be_better|just
            ^ you may ~1 want|wish|like|find|need to? ~1 <action>|do
            ^ you would|had <softly>? better|be_better|do_well|benefit|be_wise
            ^ you must|mustn't ~1 <action>|not|be|never|do
            ^ you want to ~1 <action> ~3 before|first
            ^ you can't ~1 just|let|keep|allow|continue|carry_on
            ^ you <softly>? just do|go|say|tell|ask|need|have|got
            ^ you are better off
            ^ you are going to ~1 want|need|take|have
            ^ i am going to ~1 want|need|ask you to
            ^ i would ~2 love|like for|to you|see_you ~1 to? <action>|<doing>
            what i ~2 suggest|recommend|propose|advise ~3 is
            things|thing|ways|way|options ~1 you|we ~1 can|could|might ~1 do|try|use ~3 is|are
            what ~2 might|could|would|can help ~2 is
            go ahead and <action>
            it ~2 recommended|advisable|advised that|to|you
            doctors|experts|guidelines ~1 recommend|suggest|advise
            we can|could ~1 get|set|put|try|arrange|refer you
            one|an ~1 alternative ~1 is|would
            what|all you ~2 need|want|have|should|could|can|ought to? do ~2 is
            ^ what|all you ~1 need|want is
            ^ if i were|was you
            ^ if it were|was me
            ^ if i were|was in your
            in your shoes|place|position|situation i
            ^ i would <softly>? <action>|say_to|have_a_word|go_and
            i would ~2 recommend|suggest|advise|encourage|urge|caution|prefer_you|want_you
            ^ i would not|never <softly>? <action>|do|be
            ^ i wouldn't <softly>? <action>|do|be
            ^ i ~2 suggest|recommend|advise|urge|encourage you|that|a|the|talking|trying|getting|we
            ^ i think|guess|reckon|feel a|the|one ~2 good|best|better|useful|sensible ~1 <gist>
            ^ i think you ~1 need|should|ought|could|have_to|might
            ^ i think ~1 you would be better
            my|one|another|a ~1 advice|suggestion|recommendation|tip ~3 is|was|would
            my advice|suggestion|recommendation|tip
            have|got a|one|another ~1 suggestion|idea|tip|thought_for
            the|one ~2 best|better|easiest|simplest|first|obvious ~1 thing ~4 is|would to|be
            best|better|easiest way ~2 is|would
            ^ one|another ~1 option|thing|idea|possibility|approach|solution|way ~4 is|would|could|
                might
            ^ the ~1 option|solution|trick|key|secret ~2 is|would
            it ~1 be|is ~1 worth <doing>|a
            it would|might|could|may ~2 help|pay ~2 to|if
            it would|might|could|may ~2 be ~2 to|if you
            it would|might|could|may ~1 be ~2 good|better|useful|helpful|wise|sensible|nice idea?|
                to? <doing>
            it is ~2 important|essential|vital|crucial|best|critical|better that|to you?
            worth <doing>|a_try|a_conversation|a_shot
            ^ maybe|perhaps|possibly you ~1 could|should|can|need|want|might|ought
            ^ maybe|perhaps it is|would worth|time|better|good|best|help
            ^ why not <softly>? <action>|just
            ^ maybe|perhaps if you|they|it
            ^ <doing> ~4 would|might|could ~1 help|be_good|be_useful|be_better|work
            ^ or ~1 you could|can|might
            ^ then you <softly>? can|could|should
            ^ instead of ~6 you could|can|should|might
            if you could ~1 bring|take|make|try|get|keep|write|come
            ^ let's ~1 get you
            ^ there is ~2 good|great|useful|free|really ~2 book|course|tool|app|website|service|
                scheme
            ^ there is a|an|this ~1 book|course|tool|app|website|service|scheme|template|charity|
                policy|form|podcast|team_that|group_that
            ^ there are ~3 books|courses|tools|apps|services|schemes|templates|charities|groups
            ^ you can|could|should always|also|still|actually
            would be to <action>|do
            """,
        "imperative": """
            ^ <softly>? <action> it|them|him|her|the|a|an|your|their|some|another|every|someone|
                yourself|each
            ^ <softly>? <action> it|that|this|them|everything ~1 out|up|down|off|back|away|over|on
            ^ see if you|they|he|she can|could
            ^ make|be sure ~1 you|to|that|it|they
            ^ try <doing>|to|and|not|it|that|this|your|the|a|something|another|giving
            ^ <softly>? <action> to|with <other>|your|the|hr|them
            ^ have a|another ~2 word|chat|talk|conversation|look|go|think|meeting|read
            ^ have a quiet|proper|honest ~1 word|chat|talk|conversation
            ^ get|ask|tell|let|give|show|invite|send|email|ring|call <other>
            ^ get some|help|rid|yourself|it|going|started|out|in|on
            ^ ask for|whether|if|how|what|around
            ^ tell <other>
            ^ speak|talk|write|go|listen|reach to|with|out
            ^ look|check for|into|at|up|out|with
            ^ go and|for|to|back|straight|in|easy|see
            ^ put|set|write|keep|make|take|start|stop|find|use|do|book|block|offer|bring|
                pick ~1 your|a|an|the|it|some|them|that|this|up|down|more
            ^ keep|stop|start|consider|avoid <doing>
            ^ consider
            ^ focus|concentrate on
            ^ remember to|that
            ^ stay|keep away|positive|calm|out|strong|on
            ^ start|begin with|by|small|at|from|a
            ^ stop
            ^ be careful|patient|honest|firm|kind|clear|consistent|prepared|brave|direct|open|
                proactive|there
            ^ give it|yourself|them|him|her
            ^ find someone|out|somewhere|a|time|your
            ^ learn|read|plan|sign|cut|work to|how|up|about|out|with|on|down|back
            ^ don't <softly>? be|do|let|get|worry|take|give|go|forget|make|try|feel|bother|wait
            ^ don't <softly>? <action>
            ^ never ~1 <action>
            ^ maybe|perhaps <softly>? <action>
            ^ maybe|perhaps a|an|some|the
            ^ maybe|perhaps <doing>
            ^ just <softly>? <action>|do|be
            ^ or ~1 <softly>? <action> to|with|your|a|the|them|him|her
            ^ google|watch|download|read
            """,
        "question": """
            have|haven't you ~1 tried !anything|that|this|it|them|before|any|other|others|
                everything|all|yet|so|what|already|much
            did|didn't you ~1 try <doing>|a|an|just|using
            have|haven't you ~1 tried ~6 with|to|together|out $
            have|haven't you ~1 considered !what|that|this|it|why|how|anything|any|other|all
            did you ~1 consider
            would|could|might you ~1 consider
            would|could|might you <softly>? try
            are you open to <doing>|a|the
            would you be ~1 open|willing|up|prepared|interested|able|happy to|for|in ~1 <action>|
                try|<doing>|a|just
            have|had|haven't|did|are you ~1 thought|think|thinking about|of <softly>? <doing>|a|an|
                someone|some|maybe|just|using|hr
            have|haven't you ~1 thought about|of the|your ~2 $
            have|had you ~1 thought|think that|maybe|to ~2 <action>|could|might
            have you ~2 looked|look into|at|for
            have you ~2 given ~2 thought to <doing>
            have you thought you
            have you ~1 spoken|talked|been|gone|asked|read|contacted|checked|raised|reached|
                written ~1 to|with|in|out|it|about hr|your_manager|a_lawyer|the_union|occupational|
                the_book
            have you read|heard_of|come_across|seen the|a|of|that|this
            why don't|not|wouldn't you <softly>? <action>|do|be|not|go
            why don't|doesn't|not you|he|she|they|we|someone
            why not <softly>? <action>|just|do|be
            why wouldn't you
            how about you|<doing>|a|an|if|your|some|the|just|asking|we
            what about <softly>? <doing>
            what about a|an|some ~4 $
            what about if|maybe|trying|you ~2 you|could|<action>
            what if you <softly>? could|would|tried|<tried>
            what if you were to
            what if you just|simply|maybe|also
            what would happen|it_look|it_be|change|be_different ~1 if you <softly>? <tried>
            what would happen if you were to <action>
            what might|could|would happen if you <softly>? <tried>
            what would you think|say|feel about|to|of|if <doing>|a|an|the|us|you|trying
            what do you think about|of <doing>
            what do you think of|about a|an|the|that idea|plan|approach
            how would you feel|be about|if|with|trying <doing>|you|we|i
            how would it be if you
            could|can|couldn't|can't|might you <softly>? not? just|maybe|perhaps|also|always|try|
                simply|possibly
            could|can|couldn't|can't|might you not? ask|delegate|speak|invite|arrange|swap|split|
                book|block|offer|send|approach|involve|escalate|email|ring|phone|talk_to|have_a
            could|couldn't|might you not? get|use|tell|put|say|go|set|write|find|move|bring|start|
                stop|take|make|share|change|raise|build|create|reduce|limit|meet|call|let|step|
                schedule|drop|contact|hire|keep|agree|work
            could|can|couldn't|can't ~2 someone|somebody|hr|they|your_manager ~1 help|do|take|
                cover|step
            couldn't|can't|shouldn't|wouldn't you <softly>? <action>|be
            shouldn't you
            should|shouldn't you not|maybe|perhaps|just|be|<action>
            would|wouldn't|might|could it ~2 help|work|pay|make_sense ~1 if|to
            would|wouldn't|might|could it ~1 be ~2 worth|good|better|useful|helpful|possible|
                easier|an_idea|an_option|wise|sensible
            would|wouldn't you ~1 be_better|do_better|want_to_just
            is|isn't|might|was it ~1 worth|time|an_option ~1 <doing>|a|to|asking|just|that_you
            is|isn't there ~1 a_way|any_way|a_case|scope|an_option|any_chance ~2 you|to|that|for|of
            is|isn't that|this ~1 something you could|can|might
            would|could|might <doing> ~4 help|work|be|make
            do|don't you think|feel|reckon ~1 you ~1 should|ought|would_be_better
            do|don't you think|feel|reckon ~1 you ~1 need|could|might|have to? ~1 just|<action>
            do|don't you think|feel it ~1 would|might|could|is ~1 be? ~1 help|helpful|worth|time|
                better|good|useful ~1 to|if|<doing>
            do|don't you need|have|want to ~1 <action> ~6 first $
            don't you just
            shall|can|could i|we ~1 send|introduce|show|help|give|lend|put|get you
            would you like|want ~1 me|my|the_number|the_link|a_copy
            do you want|need me|my|a_copy|the_number|the_link
            would a|an ~4 help|work|be_useful|be_helpful|make
            wouldn't|couldn't|shouldn't a|an|some
            suppose you
            """,
        "wrapped": """
            ^ i ~2 wonder|wondered|wondering if|whether|about|what_if ~2 you <softly>? could|might|
                should|can|would|need|want|<tried>|just
            ^ i ~2 wonder|wondered|wondering if|whether ~2 it ~2 worth|help|time|good|better|
                useful|idea|possible|work
            ^ i ~2 wonder|wondered|wondering if|whether|about <doing>|there_is_a|a|someone|talking
            ^ i am|was ~1 wondering if|whether|about ~2 you <softly>? could|might|should|can|would|
                need|want|<tried>|just
            ^ i am|was ~1 wondering if|whether ~2 it|that|now ~3 worth|help|time|good|better|
                useful|helpful|idea|possible|work
            ^ i am|was ~1 wondering if|whether|about <doing>|there_is_a|a|someone
            ^ i am|was ~1 curious if|whether ~2 you ~1 could|might|tried
            ^ i was|am ~1 thinking ~1 that? maybe|perhaps|you ~1 you? could|should|might|can
            ^ wonder|wondering if|whether ~1 you ~1 could|might|should|tried|just
            ^ what i am|was ~1 wondering|thinking ~2 you ~1 could|should|might
            """,
        # No advice, though it has its form.
        "courtesy": """
            ^ <softly>? take care|your_time|it_easy
            ^ have a ~2 good|great|nice|lovely|safe
            ^ have|take a ~1 seat|look
            ^ think of|about ~1 a|one time
            ^ pick ~1 a|one number
            ^ give|call me
            ^ come back
            ^ see you
            ^ let me|us|go
            i would ~1 say|imagine|guess|think|hope|hate|see
            ^ see the|it|that|this|what|how|there|i|we
            ^ go ahead|on|for_it
            ^ hold|hang on
            ^ wait a|one|for_it
            ^ don't get_me|worry|tell_me|ask_me|know|mention|quote|be_silly|think
            ^ look at you|that|this
            ^ keep going|it_up
            ^ come in|on
            ^ sit down
            ^ make|makes sense
            ^ feel free
            ^ remember when|the_time|that_time
            ^ give me|us
            ^ tell|show|help|ask|let|send|remind|leave|trust|forgive|excuse me|us
            ^ thinking|talking|speaking|going|looking|being|having|getting|doing ~9 is|was
            """,
        "offer": """
            ^ i can|could <softly>? send|share|give|lend|show|introduce|put|help|email|forward|
                pass|get|talk|speak|come|walk|look|ring|call you|over|with|it|to|them|him|her|
                someone|something|some|across|on|up|my|our|the|a|ours
            ^ i will ~1 send|share|lend|introduce|put|email|forward|pass|help|get you|over|it|my|
                our|ours
            ^ i am|would|will ~1 be? ~1 happy|glad|willing to ~1 <action>|help|do|sit
            ^ happy|glad to ~1 share|send|help|introduce|lend|sit|talk|chat|show
            ^ let me send|share|give|put|introduce|show|help you
            ^ i know ~1 someone|somebody|people|a_good|a_great|a_person|a_woman|a_man|a_guy who|
                that|at|in
            ^ i have|had ~1 got? a|an|some ~3 template|spreadsheet|book|contact|form|checklist|
                slides|list|document|guide
            ^ we have got? a|an|some ~3 template|spreadsheet|form|checklist|slides|document|
                guide you
            put you in touch|contact
            if you want|like|need ~2 i can|could|will
            i will send it|you|them|over|that
            ^ we could ~1 meet|sit|do_it|work together|down|on
            ^ you can|could borrow|use|have|copy my|our|mine|ours
            ^ i will do ~2 for you
            """,
        "experience": """
            what ~2 worked|helped|works|helps for|me|us|with|in|was|is
            what i|we ~2 did|do|found|used|tried|do_is|ended ~6 was|is
            worked ~2 for me|us|my|our
            works ~2 for me|us|my|our
            helped me|us|my ~1 was|to|with|a_lot|when|most
            saved|changed|transformed my|our|the
            when i|we|that|it ~3 happened|had|did|was|were|went|faced|got ~8 i|we ~1 just|started|
                used|asked|told|went|spoke|talked|sat|set|made|put|wrote|found|tried|got|took|
                began|decided|brought|said
            we|i had ~1 same|similar|that|this|exactly ~9 and|so|then|until ~3 i|we ~1 <tried>|
                started|used|ended
            i ~1 always find
            i find that? if|when you
            we|i ~1 had ~2 same|similar|that ~5 i|we|so|until|then|and ~1 i|we|started|used|just|
                ended|did
            in|at|on my|our ~1 last|old|previous|own|other ~1 job|team|place|ward|school|role|
                trust|company|department|office|organisation|hospital|site|shift ~3 we|i
            in|at|on my|our team|place|ward|school|trust|company|department|office|organisation|
                work ~1 we|i
            i|we ~1 found ~1 that? ~5 helped|works|worked|useful|helpful|better|easier
            i found <doing>|it|that|if
            i|we <softly>? started <doing> ~8 and|so
            i|we used to ~8 and it|that
            i|we ended up <doing>
            that is what i|we ~1 do|did
            my trick|way|approach|rule|solution|tip is|was
            i swear by
            from|in my|our experience
            """,
    }
)
