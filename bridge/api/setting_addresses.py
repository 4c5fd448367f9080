"""The addresses of what can be set while playing and has no other: each asks, sets and tells."""

from dataclasses import replace

from bridge.api.address import PREFIX, Address, Parameter
from bridge.api.track_addresses import PROGRAM_TOLD
from bridge.settings import ARPEGGIO_RATES, ARPEGGIOS, AUTO_CHORDS, STARTS

AUTO = "auto"
_ON = Parameter("i", "on", 0, 1)
_SETTINGS = (
    (_ON, "click", "The metronome, on channel 16."),
    (Parameter("i", "bars", 0, 8), "count-in", "Bars counted in before the bar lines run."),
    (
        Parameter("f", "strength", 0, 1),
        "quantise",
        "Rhythm assist: how far each note of a phrase is drawn to the grid.",
    ),
    (_ON, "echo", "In mode answer, the melody sounds again with its answer."),
    (Parameter("f", "beats", 0, 64), "pickup", "Each phrase's pick-up."),
    (
        Parameter("s", "start", choices=(*STARTS, AUTO)),
        "grid",
        "note: your first note is the down-beat; grid: the bar lines run; auto: they do with a "
        "click or a count-in.",
    ),
    (_ON, "thru", "Your keys go through to Continuo Out."),
    (Parameter("i", "seed", 0, 2**31 - 1), "seed", "From which seed the takes are numbered on."),
    (Parameter("i", "bars", 1, 8), "ahead", "Bars that mode follow plans."),
    (Parameter("f", "beats", 0.25, 16), "commit", "Steps in which mode follow settles its plan."),
    (
        Parameter("i", "octaves", -3, 3),
        "octave",
        "Your keys sound so many octaves higher. A key that is down ends where it began.",
    ),
    (
        Parameter("s", "chord", choices=AUTO_CHORDS),
        "auto-chord",
        "Each key sounds a chord of the key that is set, or was found (C before that).",
    ),
    (
        Parameter("s", "pattern", choices=ARPEGGIOS),
        "arpeggio",
        "Keys that are held take turns, in time with the song.",
    ),
    (
        Parameter("s", "rate", choices=tuple(ARPEGGIO_RATES)),
        "arpeggio/rate",
        "How long a turn is; t: triplets.",
    ),
    (Parameter("i", "octaves", 1, 4), "arpeggio/octaves", "Over how many octaves they go."),
    (Parameter("f", "part", 0.05, 1), "arpeggio/gate", "How much of its turn a note sounds."),
    (_ON, "arpeggio/hold", "They go on when the keys are let go, until others are struck."),
)
_TRACK = Parameter("s", "track")
_PROGRAM = Parameter("i", "program", 0, 127)


def _maybe(parameter: Parameter) -> Parameter:
    return replace(parameter, optional=True)


SETTING_NAMES = tuple(name for _, name, _ in _SETTINGS)
SETTING_INCOMING = (
    *(
        Address(
            PREFIX + name,
            (_maybe(parameter),),
            f"{said} Without an argument it is told.",
            command=name,
            replies=(PREFIX + name,),
        )
        for parameter, name, said in _SETTINGS
    ),
    Address(
        PREFIX + "program",
        (_TRACK, _maybe(_PROGRAM)),
        "A track's General MIDI program, in place of the model's; `melody` is your own. Without a "
        "number it is told.",
        ("alto", 52),
        command="program",
        replies=PROGRAM_TOLD,
    ),
    Address(
        PREFIX + "settings",
        (),
        "Asks for all that can be set like that.",
        command="settings",
        replies=tuple(PREFIX + name for name in (*SETTING_NAMES, "program")),
    ),
)
SETTING_OUTGOING = (
    *(Address(PREFIX + name, (parameter,), said) for parameter, name, said in _SETTINGS),
    Address(PREFIX + "program", (_TRACK, _PROGRAM), "The program by which a track is heard."),
)
