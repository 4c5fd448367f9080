"""The addresses between Continuo and its script inside Ableton Live, and those that use them.

The script speaks first: it sends `live/hello` from its own port every two seconds, and again
whenever it has heard nothing for a while; that port is where everything for Live goes. Every
request to the script carries an id, is answered once under that id, and may be sent again: the
script answers a request that it has done already as it did the first time.
"""

from bridge.api.address import NOTE, PREFIX, Address, Parameter

WHICH = ("selected", "playing")
BRACKET = "bracket"  # the selected clip from marker to marker, and where its loop is


def _p(
    kind: str,
    name: str,
    *choices: str,
    low: float | None = None,
    high: float | None = None,
    optional: bool = False,
) -> Parameter:
    return Parameter(kind, name, low, high, choices, optional)


def _address(
    name: str,
    parameters: tuple[Parameter, ...],
    description: str,
    *,
    group: tuple[Parameter, ...] = (),
    command: str = "",
) -> Address:
    return Address(PREFIX + name, parameters, description, (), group, command)


def _request(
    name: str,
    parameters: tuple[Parameter, ...],
    description: str,
    example: tuple[float | str, ...] = (),
    *,
    replies: tuple[str, ...],
) -> Address:
    answers = tuple(PREFIX + reply for reply in replies)
    return Address(PREFIX + name, parameters, description, example, (), name, answers)


_ID = _p("s", "id")
_SCENE, _FIRED = _p("i", "scene"), _p("i", "fired")
_WRITTEN = (_ID, _SCENE, _p("i", "tracks"), _p("i", "notes"), _FIRED)
_REPORT = (_ID, _p("i", "passed"), _p("i", "failed"), _p("s", "path"))

# From any client: what a musician asks for.
ABLETON_INCOMING = (
    _request(
        "live",
        (),
        "Asks whether the script in Ableton Live is there, and how long it takes to answer.",
        replies=("live",),
    ),
    _request(
        "live/harmonise",
        (_ID, _p("s", "which", *WHICH, optional=True)),
        "Takes the clip that is selected (or playing) in Live as the melody, and writes a take of "
        "it into the set beside it, launched at Live's next quantisation line.",
        ("verse", "selected"),
        replies=("clip/begin", "clip/track", "clip/notes", "clip/end", "live/written"),
    ),
    _request(
        "live/fill",
        (_ID,),
        "Fills what the loop bracket of the clip that is selected in Live is around, and hears "
        "what lies before and after it in the clip: as a new take, written beside it.",
        ("hole",),
        replies=("clip/begin", "clip/track", "clip/notes", "clip/end", "live/written"),
    ),
    _request(
        "live/write",
        (_ID, _p("i", "fire", low=0, high=1, optional=True)),
        "Writes a take (an empty id: the newest) into the set as clips, one MIDI track a voice, "
        "and launches them if asked.",
        ("tune", 1),
        replies=("live/written",),
    ),
    _request(
        "live/selftest",
        (),
        "Has the script test itself in a scratch track of this set.",
        replies=("live/report",),
    ),
)

# From Continuo to everyone, and first to whoever asked.
ABLETON_OUTGOING = (
    _address(
        "live",
        (
            _p("s", "state", "found", "lost"),
            _p("s", "live"),
            _p("s", "script"),
            _p("f", "round_trip_ms"),
        ),
        "Whether the script in Live is there: Live's version, its own, how long it took to answer.",
    ),
    _address("live/written", _WRITTEN, "This take is in the set as clips, in that scene (from 0)."),
    _address("live/report", _REPORT, "The script's self-test is done; its report lies there."),
)

# From the script to Continuo.
FROM_SCRIPT = (
    _address(
        "live/hello",
        (_p("s", "script"), _p("s", "live"), _p("s", "python")),
        "The script is there: its version, Live's and Python's.",
        command="live/hello",
    ),
    _address(
        "live/song",
        (
            _p("f", "beat"),
            _p("f", "bpm", low=5, high=999),
            _p("i", "playing", low=0, high=1),
            _p("i", "numerator"),
            _p("i", "denominator"),
        ),
        "Where Live's song is: ten times a second while it plays, and at every change.",
        command="live/song",
    ),
    _address(
        "live/clip/begin",
        (
            *(_ID, _p("s", "name"), _p("s", "track"), _SCENE, _p("f", "length", low=0.0)),
            *(_p("f", "begin", optional=True), _p("f", "end", optional=True)),
        ),
        "A clip that was asked for: its loop's length, or with the bracket that of all of it and "
        "where the bracket begins and ends; the scene is counted from 0.",
    ),
    _address(
        "live/clip/notes",
        (_ID, _p("i", "chunk")),
        "Notes of it, counted from the loop's start; chunks are counted from 0.",
        group=NOTE,
    ),
    _address(
        "live/clip/end", (_ID, _p("i", "notes")), "The clip is whole.", command="live/clip/end"
    ),
    _address(
        "live/written",
        _WRITTEN,
        "The clips are in the set, in this scene; so many notes were read back.",
        command="live/written",
    ),
    _address(
        "live/pong",
        (_ID, _p("f", "held_ms")),
        "The answer to ping, and the longest callback.",
        command="live/pong",
    ),
    _address(
        "live/report",
        _REPORT,
        "The self-test is done; its report lies there.",
        command="live/report",
    ),
    _address(
        "live/error",
        (_ID, _p("s", "message")),
        "The script could not do what was asked under this id (empty: it could not read it).",
        command="live/error",
    ),
)

# From Continuo to the script.
TO_SCRIPT = (
    _address(
        "live/welcome",
        (_p("s", "version"), _p("i", "session")),
        "The answer to hello; another session number: Continuo has begun anew.",
    ),
    _address("live/ping", (_ID,), "Answers at once."),
    _address(
        "live/read",
        (_ID, _p("s", "which", *WHICH, BRACKET)),
        "Send this clip: live/clip/begin, live/clip/notes, live/clip/end.",
    ),
    _address(
        "live/write/begin",
        (
            _ID,
            _p("s", "name"),
            _p("i", "tracks"),
            _p("f", "length"),
            _p("i", "fire"),
            _SCENE,
        ),
        "A take comes: its clips' name, how many tracks, their length; fire: 0 no, 1 with launch "
        "quantisation; scene: beside which it is wanted, -1 anywhere.",
    ),
    _address(
        "live/write/track",
        (_ID, _p("i", "track"), _p("s", "name"), _p("s", "role")),
        "A track of it, counted from 1: the MIDI track's name, and the role that gives the colour.",
    ),
    _address(
        "live/write/notes",
        (_ID, _p("i", "track"), _p("i", "chunk")),
        "Notes of that track, in order; chunks are counted from 0.",
        group=NOTE,
    ),
    _address(
        "live/write/end",
        (_ID, _p("i", "notes")),
        "The take is whole: so many notes were sent. Answered by live/written or live/error.",
    ),
    _address("live/selftest", (_ID,), "Test yourself; answered by live/report or live/error."),
)
