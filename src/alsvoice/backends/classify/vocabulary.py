"""Word classes that phrases and sentence cutting share. All words are lower case, uncontracted."""

__all__ = [
    "AUXILIARIES",
    "BACKCHANNELS",
    "BE",
    "CLASSES",
    "CONTRACTIONS",
    "EMBEDDERS",
    "FILLERS",
    "LEADS",
    "PRONOUNS",
    "STOPWORDS",
    "SUBJECTS",
    "WH",
    "words_of",
]


def words_of(text: str) -> frozenset[str]:
    """Return the words of a list written with spaces."""
    return frozenset(text.split())


BE = words_of("is are was were am isn't aren't wasn't weren't")
AUXILIARIES = BE | words_of(
    "do does did don't doesn't didn't have has had haven't hasn't hadn't can can't could couldn't "
    "will won't would wouldn't should shouldn't may might must shall"
)
PRONOUNS = words_of("i you he she it we they")
SUBJECTS = PRONOUNS | words_of(
    "this that these those there one anyone anybody anything someone somebody something everyone "
    "everybody everything nobody people your his her their our my the a an any some all both "
    "either each other others"
)
WH = words_of("what who whom whose which when where why how")

# A question word after one of these belongs to a statement: "I know what you mean".
EMBEDDERS = words_of(
    "know knew knows known wonder see saw understand understood tell told ask asked asking asks "
    "remember decide decided figure out about of said guess matter idea sure explain realise "
    "realize depends on learn learned find found show showed discuss to from into exactly "
    "than with clear do wondering curious hear describe like is was no"
)

# Words that may stand before the real beginning of a sentence.
LEADS = words_of(
    "so okay ok right well and but now then oh yeah yes no yep sure great good fine thanks all "
    "alright mm hmm mhm anyway cool lovely also actually sorry hey hi hello listen look "
    "interesting perfect excellent wow because or"
)

FILLERS = words_of("um uh er erm em eh ah uhm umm uhh ehm hm")

BACKCHANNELS = words_of(
    "mm mmm hm hmm mhm mmhmm mm-hmm mm-hm uh-huh huh um uh er ah ahh oh ooh aha yeah yep yup yes "
    "ya no nope nah okay ok kay right alright sure fine good great lovely exactly absolutely "
    "definitely indeed true really wow gosh cool nice brilliant perfect excellent totally course "
    "interesting gotcha quite wonderful fantastic super fair enough i see of all got it thanks "
    "thank you cheers ta dear my goodness god bless well so and hello hi bye goodbye very much "
    "get makes make sense does that is right correct same here too"
)

# Written without apostrophes by some recognisers, run together by most speakers.
CONTRACTIONS = {
    "arent": "aren't",
    "aint": "isn't",
    "ain't": "isn't",
    "cannot": "can't",
    "cant": "can't",
    "couldnt": "couldn't",
    "couldve": "could have",
    "could've": "could have",
    "cos": "because",
    "'cause": "because",
    "cuz": "because",
    "d'you": "do you",
    "didnt": "didn't",
    "doesnt": "doesn't",
    "dont": "don't",
    "dunno": "don't know",
    "gimme": "give me",
    "gonna": "going to",
    "gotta": "got to",
    "hadnt": "hadn't",
    "hasnt": "hasn't",
    "havent": "haven't",
    "hes": "he is",
    "how'd": "how did",
    "hows": "how is",
    "im": "i am",
    "isnt": "isn't",
    "ive": "i have",
    "kinda": "kind of",
    "lemme": "let me",
    "lets": "let's",
    "shes": "she is",
    "should've": "should have",
    "shouldnt": "shouldn't",
    "shouldve": "should have",
    "sorta": "sort of",
    "thats": "that is",
    "theres": "there is",
    "theyre": "they are",
    "theyve": "they have",
    "wanna": "want to",
    "wasnt": "wasn't",
    "werent": "weren't",
    "weve": "we have",
    "whatd": "what did",
    "what'd": "what did",
    "whats": "what is",
    "where'd": "where did",
    "wheres": "where is",
    "whos": "who is",
    "why'd": "why did",
    "whys": "why is",
    "wont": "won't",
    "wouldnt": "wouldn't",
    "would've": "would have",
    "wouldve": "would have",
    "y'know": "you know",
    "youd": "you would",
    "youll": "you will",
    "youre": "you are",
    "youve": "you have",
}

STOPWORDS = (
    PRONOUNS
    | SUBJECTS
    | AUXILIARIES
    | WH
    | LEADS
    | FILLERS
    | words_of(
        "me him us them mine yours to of in on at for with by from up down out about as if than "
        "that just really very quite more bit lot be been being not like think know going go get "
        "got want need maybe perhaps back over into off too still even only much many here"
    )
)

# Verbs with which a piece of advice tells someone what to do.
_ACTIONS = words_of(
    "accept add address aim allow apply approach arrange ask avoid be begin block book borrow "
    "break bring build buy call cancel carry challenge change chase check choose clear collect "
    "come confront consider contact copy create cut delegate demand develop discuss document "
    "draft draw drop email encourage ensure enrol escalate establish experiment explain explore "
    "find focus follow forget gather get give go google grab hand have hire hold ignore include "
    "invest invite involve join keep learn leave let limit list listen look lower make manage map "
    "mark measure meet mention message monitor move name negotiate note offer open organise "
    "organize park pay phone pick pilot plan play post practise practice prepare present "
    "prioritise prioritize propose push put raise reach read recruit reduce refer refuse remember "
    "remind remove replace report request research rest review ring run save say schedule see sell "
    "send set share shift show shut sit sleep slow speak spend split stand start stay step stick "
    "stop suggest swap switch take talk tell test text think throw track train trust try turn use "
    "visit volunteer wait walk watch wear work write"
)

_GERUNDS = words_of(
    "accepting adding allowing applying approaching arranging asking avoiding being bringing "
    "booking breaking building buying calling challenging changing chasing checking confronting "
    "contacting creating cutting delegating discussing doing drawing dropping emailing "
    "encouraging escalating explaining finding focusing following getting giving going having "
    "hiring holding inviting involving joining keeping leaving letting limiting listening "
    "looking making mapping meeting mentioning messaging moving offering opening organising "
    "organizing paying phoning picking piloting planning prioritising putting raising reaching "
    "reading recruiting reducing ringing running saying scheduling seeing sending setting sharing "
    "showing sitting slowing speaking spending splitting standing starting staying stepping "
    "stopping suggesting swapping switching taking talking telling testing tracking training "
    "trying turning using visiting volunteering waiting walking working writing"
)

_PASTS = words_of(
    "accepted added allowed applied approached arranged asked avoided booked broke brought built "
    "called cancelled challenged changed chased checked chose confronted contacted delegated "
    "did documented drew dropped emailed encouraged escalated explained explored focused followed "
    "gave held hired invited involved joined kept left let limited listened looked made "
    "mapped measured met mentioned moved offered opened organised paid phoned picked piloted "
    "planned prioritised pushed put raised ran reached read reduced refused removed replaced "
    "reported said sat saw scheduled sent set shared showed simply slowed spent split spoke "
    "started stepped stopped stood suggested swapped switched talked told took tested tracked "
    "tried turned used visited waited walked went worked wrote"
)

CLASSES = {
    "action": _ACTIONS,
    "asked": words_of("ask asks asked asking"),
    "aux": AUXILIARIES,
    "be": BE,
    "doing": _GERUNDS,
    "gist": words_of("idea plan thought approach option way thing step solution move start"),
    "good": words_of("good great better best worth useful helpful wise sensible easier worthwhile"),
    "help": words_of("help helps helped work works worked make makes made"),
    "inform": words_of("tell describe explain share say talk elaborate expand outline clarify"),
    "me": words_of("me us"),
    "not": words_of("not never don't didn't won't wouldn't"),
    "number": words_of(
        "one two three four five six seven eight nine ten fifteen twenty thirty forty sixty "
        "2 3 4 5 6 7 8 9 10 12 15 20 30 40 45 60 couple few"
    ),
    "other": words_of("him her them someone somebody people everyone everybody")
    | words_of("your his their the a an"),
    "poss": words_of("my your his her their our the this that"),
    "pronoun": PRONOUNS,
    "softly": words_of(
        "just maybe perhaps possibly simply first also always even still instead ever actually "
        "really then definitely probably at_least kind_of sort_of"
    ),
    "soon": words_of("today tomorrow tonight monday tuesday wednesday thursday friday saturday")
    | words_of("sunday week weekend month january february march april may june july august")
    | words_of("september october november december morning afternoon next then christmas easter"),
    "subject": SUBJECTS,
    "tried": _PASTS,
    "they": words_of("he she they people someone somebody everyone boss manager i we")
    | words_of("wife husband mum mom dad partner colleague friend doctor director chair nobody")
    | words_of("consultant teacher head staff nurse client customer team others"),
    "wh": WH,
}
