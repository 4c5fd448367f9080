"""The addresses of playing as it happens: keys sent, what sounds and when, the phrase, the song."""

from bridge.api.address import NOTE, PREFIX, Address, Parameter

_AHEAD = Parameter("f", "ahead_ms")
_NUMBER = Parameter("i", "note")
_ON = Parameter("i", "on", 0, 1)
_MESSAGE = (
    Parameter("i", "status", 128, 239),
    Parameter("i", "data1", 0, 127),
    Parameter("i", "data2", 0, 127),
)
_BEGIN, _CHUNK = Parameter("f", "begin"), Parameter("i", "chunk")
_TAKE = Parameter("s", "id")

PLAYING_INCOMING = (
    Address(
        PREFIX + "midi",
        (Parameter("f", "ago_ms", 0, 500), *_MESSAGE),
        "Plays a MIDI message as a keyboard at Continuo In does; it is recorded as played so long "
        "ago.",
        (0.0, 144, 60, 90),
        command="midi",
    ),
    Address(
        PREFIX + "sounds",
        (_ON,),
        "Asks for what sounds: your own keys, all voices and the click, about 100 ms ahead where "
        "that is known; or asks for it no more.",
        (1,),
        command="sounds",
        replies=tuple(PREFIX + name for name in ("sound", "sound/void", "silence", "sounds")),
    ),
    Address(
        PREFIX + "phrase",
        (),
        "Asks for the phrase that is being played, and for the last one.",
        command="phrase",
        replies=(PREFIX + "phrase", PREFIX + "phrase/notes"),
    ),
    Address(
        PREFIX + "line",
        (),
        "Asks where the song is, and how fast it goes.",
        command="line",
        replies=(PREFIX + "line",),
    ),
)

PLAYING_OUTGOING = (
    Address(PREFIX + "sounds", (_ON,), "What sounds is told to you, or no more."),
    Address(
        PREFIX + "sound",
        (_AHEAD, *_MESSAGE, _NUMBER),
        "A MIDI message that is due so soon. Note: above 0 a laid-out note by its number, told "
        "again if it changed; below 0 a key of the player's on that channel; 0 no note.",
    ),
    Address(
        PREFIX + "sound/void",
        (_NUMBER,),
        "What was told of this note, and is not due yet, does not come.",
    ),
    Address(PREFIX + "silence", (), "Nothing that was told comes any more, and all notes end now."),
    Address(
        PREFIX + "line",
        (Parameter("i", "playing", 0, 1), Parameter("f", "beat"), Parameter("f", "bpm", 20, 400)),
        "Where the song is now, and that it goes on from here, or stands. Told when it starts, "
        "stops, jumps or changes its tempo.",
    ),
    Address(
        PREFIX + "played",
        (_ON, Parameter("f", "beat"), Parameter("i", "pitch", 0, 127), Parameter("i", "velocity")),
        "A key of yours as it is recorded, in the song's beats; off: where its note ends.",
    ),
    Address(
        PREFIX + "phrase",
        (Parameter("i", "open", 0, 1), _BEGIN, Parameter("f", "length")),
        "Where the phrase that is being played lies in the song (length 0: open-ended); not open: "
        "it is over.",
    ),
    Address(
        PREFIX + "phrase/notes",
        (_BEGIN, _CHUNK),
        "The phrase as it was taken over: starts from the beat `begin` of the song.",
        group=NOTE,
        may_be_bare=True,
    ),
    Address(
        PREFIX + "clip/melody",
        (_TAKE, _CHUNK),
        "The melody that a take was made of, told before its end; no track of it.",
        group=NOTE,
    ),
    Address(
        PREFIX + "clip/sounds",
        (_TAKE, _BEGIN),
        "A take sounds from this beat of the song on, which is its beat 0.",
    ),
)
