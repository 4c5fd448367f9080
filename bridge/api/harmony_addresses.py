"""The addresses of the harmony: the key, and chords that lead or are told."""

from bridge.api.address import PREFIX, Address, Parameter

_KEY = Parameter("s", "key")

HARMONY_INCOMING = (
    Address(
        PREFIX + "key",
        (Parameter("s", "key", optional=True),),
        "Sets the key, such as G or F#m; auto: it is found in the melody. Alone it asks for it.",
        ("G",),
        command="key",
        replies=(PREFIX + "key",),
    ),
    Address(
        PREFIX + "chord",
        (),
        "Lets chords lead from the next beat on: names, a bar each (strokes are bar lines), round "
        "and round; or the pitches of one. Empty: the melody leads again.",
        ("G D7 Em C",),
        (Parameter("s", "chord"),),
        "chord",
        (PREFIX + "chord/lead",),
        may_be_bare=True,
    ),
)

SPLIT_INCOMING = (
    Address(
        PREFIX + "split",
        (Parameter("s", "key", optional=True),),
        "Makes the keys below this one chords that lead, not melody: C3, F#2, a number; or off. "
        "Middle C is C4. Alone it asks for it.",
        ("C3",),
        command="split",
        replies=(PREFIX + "split",),
    ),
    Address(
        PREFIX + "split/channel",
        (Parameter("i", "channel", 0, 16),),
        "Makes all keys that come in on this MIDI channel chords that lead; 0: none.",
        (2,),
        command="split/channel",
        replies=(PREFIX + "split",),
    ),
    Address(
        PREFIX + "split/thru",
        (Parameter("i", "on", 0, 1),),
        "Whether the keys of chords are heard, or only lead.",
        (0,),
        command="split/thru",
        replies=(PREFIX + "split",),
    ),
)

HARMONY_OUTGOING = (
    Address(
        PREFIX + "key",
        (_KEY, Parameter("f", "certainty", 0, 1), Parameter("i", "set", 0, 1)),
        "The key: set by you, or found (empty before anything was heard), and how surely.",
    ),
    Address(
        PREFIX + "chord",
        (Parameter("f", "beat"), Parameter("s", "name")),
        "A chord of the accompaniment, told as it becomes settled: the song's beat on which it "
        "begins, and its name.",
    ),
    Address(
        PREFIX + "chord/lead",
        (Parameter("s", "names"),),
        "The chords that lead; empty: the melody does.",
    ),
    Address(
        PREFIX + "split",
        (
            Parameter("s", "key"),
            Parameter("i", "channel", 0, 16),
            Parameter("i", "thru", 0, 1),
        ),
        "Which keys are chords: those below this key (off: none), those of this channel (0: none); "
        "whether they are heard.",
    ),
)
