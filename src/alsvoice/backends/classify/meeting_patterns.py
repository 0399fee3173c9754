"""Phrases about the meeting itself: process, time, commitments and what lies off the topic."""

from alsvoice.backends.classify.phrases import PhraseBook

__all__ = ["COMMITMENTS", "OFF_TOPIC", "PROCESS", "TIME"]

PROCESS = PhraseBook(
    {
        # Clear whoever speaks.
        "strong": """
            turn|put|make|rephrase|phrase|ask|reframe|frame|word that|it|this|them ~1 into|as|in a|
                an|your? ~1 question
            rephrase|reframe that|it|this
            as|into a|an|one ~1 question
            open|closed|clarifying|questions questions|question only|please|first|for_now|phase|
                time|round
            only|just|stick_to|keep_to open questions
            that is|was|sounded|felt|sounds ~3 advice|suggestion|solution|a_closed_question|leading
            bit|little|lot of advice
            hold|park|save|keep ~2 advice|suggestions|solutions|suggestion|solution|ideas|
                that_thought|that_one
            no|without|not|avoid|resist|less ~2 advice|solutions|giving_advice|fixing|suggestions|
                problem_solving
            into advice|solutions|fixing|solving|suggesting|problem_solving ~1 mode?
            advice mode|giving
            ground rules
            rules of the set|group
            stays|stay|keep ~1 in|within this|the room|group|set|four_walls
            confidential|confidentiality
            check ~1 in round|question
            check ~1 in with everyone|everybody|each|people|ourselves
            check-in
            check ~1 out round
            let's ~2 move|go|come|switch|get|step on|to|back|into|over|round|around
            shall|can|could|should we ~2 move|go|come|switch|get|step on|to|back|into|over|round|
                around
            let's ~2 pause|stop|slow|start|begin|close|wrap|finish|hear|have_a|take|hold|stay|
                stick|give|keep|return|focus|review
            shall|can|could|should we ~2 pause|stop|slow|start|begin|close|wrap|finish|hear|have_a|
                take_a|take_turns|hold|stay_with|stick|return|review
            how about we|a_break|five|ten|a_quick_break
            why don't we
            one at a time
            one question at a
            take turns
            let|give <other> ~1 finish|think|answer|speak|a_chance|a_moment|space|time_to
            let !me|us|it|that ~1 finish|speak|answer
            go|going round|around the|one
            round|around the room|table|circle|group
            next|another|final|last|first round|presenter
            who would|wants|wanted|will|has|is|else like|to|going|a|got|presenting|first|next|wants
            who would like to ~1 go|start|present|ask|begin
            who has not spoken
            hear|heard ~2 from ~3 everyone|everybody|someone|others|else|you_yet|the_group
            haven't|not heard from
            stay|stick|keep|come|bring ~2 with|to|us ~1 the? question|questions|topic|issue|back|
                process|point|presenter
            our|this|today's session|set ~2 is|today|works|rules|agreed
            going to ~1 facilitate|chair|keep_time
            let the|that|it ~1 silence|question sit|land|sink|be
            silence is|can
            i am going to ~2 stop|pause|interrupt|step|bring|jump|hold|close|hand|invite|let
            i will ~2 stop|pause|interrupt|step_in|bring|jump|hold|close|hand_over|keep|facilitate
            i would like ~1 us|to ~1 pause|move|go|bring|hear|stop|hold|close|invite|start|begin
            can|could|may i ~1 stop|interrupt|pause|jump|step|bring|remind|invite|just_stop
            remember ~2 we|open|questions|the|to_ask|our|no_advice
            remind|reminder ~2 of|us|everyone|ourselves|that|to|you ~2 questions|rules|open|we|all
            over to you
            the floor is
            take a ~2 moment|breath|minute|break|pause|second
            have a ~1 break|pause|moment_of
            we are here to ~1 ask|listen|help|support
            please|everyone|everybody|all ~1 mute|unmute
            process review
            review of the process
            """,
        # From the facilitator these propose something about the meeting rather than advise; they
        # are too faint to be called an intervention.
        "facilitator": """
            ^ let's
            ^ shall we
            ^ can|could|may we
            ^ we will|are|need|have|could|might|should|want
            ^ i would? ~1 suggest|propose|invite|like we|everyone|everybody|us|you_all
            ^ how|what about we|another|some_questions|a_round|hearing
            ^ what if we
            ^ why don't we
            ^ before we|you
            ^ remember
            ^ please
            ^ maybe|perhaps ~1 we|let's
            ^ can|could|would|will you ~2 turn|rephrase|hold|wait|pause
            ^ can|could|would|will you ~1 try|say|put|ask that|it|one ~2 again|another|differently
            ^ can|could|would|will you ~1 let|give <other> ~1 finish|speak|a_moment
            ^ <action> ~3 question|questions|turns|silence|moment|breath
            ^ stay|sit|hold|pause|notice|listen|wait
            ^ take your|a|some time|moment|breath|minute
            ^ you ~1 can|could|might|may ~1 choose|pass|answer|begin
            """,
    }
)

TIME = PhraseBook(
    {
        "time": """
            <number> ~2 minutes|minute|mins|seconds ~1 left|remaining|to_go|each|for|more|on|in|of|
                now|until|then|till|per
            <number> ~1 more minutes|minute|mins|seconds
            we|you|i have|had|are|got ~3 <number> minutes|minute|mins|seconds
            another <number> ~1 minutes|minute|mins
            last|final|next <number> ~1 minutes|minute|mins
            last|final minute
            half an? hour left|each|to_go
            half ~1 way through
            halfway through|there|point
            time check
            on time
            out of time
            short of|on time
            time is ~1 up|nearly|almost|short|tight|moving|running|getting|gone
            that is ~1 time ~3 $
            that is ~1 our|the|your time
            run|running|ran out|over|late|short ~2 of? time|now|slightly|a_bit
            running late|over
            ^ we are over|over_time|behind|running|nearly|almost
            eye on the time|clock
            watch|keep|keeping|mind|check the|an|to|track|half ~2 time|clock
            time keeper|keeping|left|remaining
            timekeeper|timekeeping
            got|have|is time for|to ~2 one|another|more|last
            time for one|another|a|more ~2 question|questions|last|break
            one last|final|more question
            start|set|stop|stopped the|a|my timer|clock|watch
            the timer|clock
            we have ~2 time left|for
            we have|had ~2 short|long|full|tight slot|session|agenda|day
            wrap|wrapping ~1 up
            time we|to ~1 close|finish|stop|moved|move_on|wrap|end
            finish|start|begin|close|end|stop|back at|by ~2 past|o'clock|half|quarter|to|ten|
                eleven|twelve|one|two|three|four|five
            """,
    }
)

COMMITMENTS = PhraseBook(
    {
        # A commitment whoever speaks.
        "strong": """
            ^ i will ~2 <action> ~9 by|on|before|this|next|at|after|in <soon>|the|then|next|this|
                end|friday|half|lunch
            ^ i am going to ~2 <action> ~9 by|on|before|this|next|after|in <soon>|the|then|next|
                this|end
            ^ i will|am ~3 tomorrow|tonight|today|straight_away|on_monday|on_friday|this_week|
                next_week|by_friday
            <soon> ~2 i will|am going? to? <action>|<doing>
            by|before ~3 <soon> ~2 i will|am
            my ~2 action|actions|commitment|next_step|first_step|takeaway|plan ~2 is|are|will|
                would|was
            my action
            i ~1 commit|committed|promise to
            what i will|am ~2 do|going_to_do|going_to ~3 is
            what i am going to do
            first|next thing ~1 i will|am|do
            ^ i plan|intend to <action>|do|have
            put|book|block ~3 in my|the diary|calendar
            """,
        # A commitment from whoever presents, or from a voice not yet known.
        "presenter": """
            ^ i will ~2 <action>
            ^ i am ~1 going to ~2 <action>|do|have|be
            ^ i should|must|ought ~2 <action>|do|have
            ^ i need|have|want to ~2 <action> ~3
            ^ i have got to ~1 <action>
            ^ i could|might|can ~2 <action> ~5 <soon>
            i think i will|need|should|am_going ~3 <action>|do
            """,
    }
)

OFF_TOPIC = PhraseBook(
    {
        "off_topic": """
            the|this|lovely|nice|horrible|awful|terrible|hot|cold|wet weather|heatwave|rain
            is|was it ~1 raining|snowing|freezing|boiling|sunny
            the match|football|rugby|cricket|world_cup|grand_prix|snooker|tennis|
                game ~1 last_night|on_saturday|yesterday|at_the_weekend|on_sunday
            watch|watched|see|saw|seen|catch|caught the ~1 match|football|rugby|cricket|game|final|
                film|movie|episode|news|show|strictly|bake_off
            on|watch|watching telly|netflix|tv|the_telly
            the|with|about|find|found parking
            parking|park my|my_car|the|a space|spaces|car|ticket|was|is|here
            couldn't|can't|hard|nightmare|trouble to? ~1 park|parking|find_a_space
            stuck in|on traffic|the_m25|the_motorway
            the traffic
            the|my train|bus|tube ~1 was|is|were ~1 late|cancelled|delayed|packed
            where is|are the ~1 toilet|toilets|loo|loos|bathroom|kitchen
            how was|were your|the ~2 weekend|holiday|holidays|break|journey|trip|drive|christmas|
                easter|vacation
            my|your|our dog|cat|puppy|garden|allotment
            going|go|went|been|off on|to|away ~1 holiday|spain|greece|france|cornwall|italy|
                tenerife|the_pub|the_cinema
            fancy|want|anyone|grab|get|make ~3 coffee|tea|biscuit|biscuits|cake|sandwich|lunch
            pub after|later|tonight|quiz
            what is for lunch|dinner|tea
            love|like your|that|the ~2 scarf|jumper|shoes|haircut|jacket|glasses|mug
            open|shut|close the|a window|windows|blinds|door
            heating|air_con|aircon ~2 on|off|up|down|broken
            can everyone|everybody|you|anyone hear me|us
            is ~2 this|it recording
            """,
    }
)
