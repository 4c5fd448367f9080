"""The one table of OSC addresses: handlers, help, OSCQuery, docs and patches come from it."""

from bridge.api.ableton_addresses import ABLETON_INCOMING, ABLETON_OUTGOING
from bridge.api.address import NOTE, PREFIX, Address, Parameter
from bridge.api.harmony_addresses import HARMONY_INCOMING, HARMONY_OUTGOING, SPLIT_INCOMING
from bridge.api.input_addresses import INPUT_INCOMING, INPUT_OUTGOING
from bridge.api.playing_addresses import PLAYING_INCOMING, PLAYING_OUTGOING
from bridge.api.section_addresses import SECTION_INCOMING, SECTION_OUTGOING
from bridge.api.setting_addresses import SETTING_INCOMING, SETTING_OUTGOING
from bridge.api.technique_addresses import TECHNIQUE_NEWS, TECHNIQUE_WISHES
from bridge.api.track_addresses import TRACK_INCOMING, TRACK_OUTGOING
from bridge.settings import CLOCKS, MODES

STATES = ("idle", "listening", "generating", "armed", "playing")


def _int(name: str, low: float | None = None, high: float | None = None) -> Parameter:
    return Parameter("i", name, low, high)


def _float(name: str, low: float | None = None, high: float | None = None) -> Parameter:
    return Parameter("f", name, low, high)


def _text(name: str, *choices: str) -> Parameter:
    return Parameter("s", name, choices=choices)


def _maybe(parameter: Parameter) -> Parameter:
    return Parameter(
        parameter.kind, parameter.name, parameter.low, parameter.high, parameter.choices, True
    )


_ID = _text("id")
_BPM = _float("bpm", 20, 400)
_TRACK = _int("track", 1, 128)
_CC = _int("cc", 0, 127)
_CHANNEL = _int("channel", 1, 16)
_MS = _float("offset_ms", -500, 500)


def _in(
    name: str,
    parameters: tuple[Parameter, ...],
    description: str,
    example: tuple[float | str, ...] = (),
    *,
    is_run: bool = True,
    replies: tuple[str, ...] = (),
) -> Address:
    """`is_run`: the engine runs it as a command, by the address's own name."""
    asked = name if is_run else ""
    answers = tuple(PREFIX + reply for reply in replies)
    return Address(PREFIX + name, parameters, description, example, (), asked, answers)


INCOMING = (
    _in("ping", (_int("id"),), "Answers at once, through the engine.", (1,), replies=("pong",)),
    _in(
        "help",
        (_maybe(_text("address")),),
        "Lists all addresses, or says what one does.",
        replies=("help/item",),
        is_run=False,
    ),
    _in(
        "subscribe",
        (_int("port", 1, 65535),),
        "Sends every event to this port of yours as well.",
        (11031,),
        is_run=False,
        replies=("subscribed",),
    ),
    _in(
        "unsubscribe",
        (_int("port", 1, 65535),),
        "Sends no more events there.",
        (11031,),
        is_run=False,
        replies=("subscribed",),
    ),
    _in("status", (), "Says what Continuo is doing.", replies=("status",)),
    _in("model/list", (), "Lists the models.", replies=("model/item",)),
    _in(
        "model/load",
        (_text("name"),),
        "Plays with this model from the next request on.",
        ("bach",),
        replies=("model/loaded",),
    ),
    _in(
        "control",
        (_text("name"), _float("value")),
        "Turns a control of the model; the answer is the value in force.",
        ("temperature", 0.8),
        replies=("control",),
    ),
    _in("control/list", (), "Lists the controls of the model in force.", replies=("control/item",)),
    *HARMONY_INCOMING,
    *SPLIT_INCOMING,
    *TRACK_INCOMING,
    *SECTION_INCOMING,
    _in("transport/start", (), "Runs the bar lines, and what was generated, from a bar line on."),
    _in("transport/stop", (), "Stops, and silences everything."),
    _in(
        "transport/tempo",
        (_BPM,),
        "Changes the tempo, of an outside clock too if it can be led.",
        (96.0,),
    ),
    _in(
        "transport/locate",
        (_float("beat", 0, 100000),),
        "Goes to this beat: at the next bar line while playing, at once while stopped or by JACK.",
        (16.0,),
    ),
    _in(
        "tap",
        (Parameter("f", "ago_ms", 0, 500, optional=True),),
        "A tap of the tempo, now or so many milliseconds ago. From the third one on it is set.",
        replies=("line",),
    ),
    _in("cps", (_float("cps", 0.05, 7),), "Changes the tempo in cycles (bars) a second.", (0.5,)),
    _in(
        "meter",
        (_maybe(_int("numerator", 1, 64)), _maybe(_int("denominator", 1, 64))),
        "Changes the meter: at the next bar line while playing, at once while stopped. What was "
        "played is kept, what sounds ends, and playing begins anew. Without arguments it is told.",
        (3, 4),
        replies=("meter",),
    ),
    _in(
        "bars",
        (_int("bars", 1, 64),),
        "Sets the length of the next phrase.",
        (4,),
        replies=("bars",),
    ),
    _in(
        "mode",
        (_text("mode", *MODES),),
        "Changes the mode at the next bar line.",
        ("loop",),
        replies=("mode",),
    ),
    _in(
        "record/start",
        (),
        "Takes a new phrase: from the next bar line on; where nothing runs, from your first note.",
    ),
    _in("record/stop", (), "Ends the phrase at the next bar line.", replies=("state",)),
    _in(
        "melody/begin",
        (_ID, _float("length", 0.25, 1024)),
        "Begins a phrase that is not played but sent: its length in beats.",
        ("tune", 16.0),
        is_run=False,
    ),
    Address(
        PREFIX + "melody/note",
        (),
        "Adds notes to it: all of a message, or none if one starts at the phrase's end or later.",
        example=(60, 0.0, 1.0, 80, 0),
        group=NOTE,
    ),
    _in(
        "melody/end",
        (_ID,),
        "Takes the phrase over.",
        ("tune",),
        replies=("melody/set",),
    ),
    _in(
        "generate",
        (_ID, _maybe(_int("seed", 0, 2**31 - 1))),
        "Makes a take of the phrase sent under this id, or else of the last one, sent or played; "
        "the same id, phrase, controls and seed give the same clip. "
        "It sounds from the next bar line (in a loop: loop start) on, if the transport runs.",
        ("tune", 7),
        replies=("clip/begin", "clip/track", "clip/notes", "clip/end", "saved"),
    ),
    _in(
        "take/keep",
        (_ID,),
        "Marks a take as kept (an empty id: the newest).",
        ("tune",),
        replies=("take",),
    ),
    _in(
        "take/drop",
        (_ID,),
        "Marks a take as dropped; if it sounds, the one before comes back at the next bar line.",
        ("tune",),
        replies=("take",),
    ),
    _in(
        "take/next",
        (_ID,),
        "Makes another take in its place, with the next seed.",
        ("tune",),
        replies=("clip/begin", "clip/track", "clip/notes", "clip/end", "saved"),
    ),
    *TECHNIQUE_WISHES,
    _in("plan", (), "Asks for what follow mode means to play.", replies=("plan",)),
    _in("panic", (), "Releases every sounding note.", replies=("panic",)),
    _in(
        "clock",
        (_text("source", *CLOCKS), _maybe(_MS)),
        "Chooses the one clock to play by, and its offset (positive: Continuo later).",
        ("internal",),
        replies=("clock",),
    ),
    _in(
        "clock/offset",
        (_text("source", *CLOCKS), _MS),
        "Sets the offset of a clock (positive: Continuo later).",
        ("midi", -5.0),
        replies=("clock",),
    ),
    _in(
        "clock/out",
        (_int("on", 0, 1),),
        "Sends MIDI clock to Continuo Out.",
        (1,),
        replies=("clock/out",),
    ),
    _in(
        "cc/map",
        (_text("function"), _CC, _maybe(_int("channel", 0, 16))),
        "Gives a control change a function: generate, keep, next, drop, loop, record, panic, "
        "harmonise, a section (intro, a, b, c, d, fill, break, ending), density or a control of "
        "the model. Channel 0 is any.",
        ("generate", 102),
        replies=("cc/item",),
    ),
    _in(
        "cc/learn",
        (_text("function"),),
        "Gives the function to the next control change that arrives; the answer comes then.",
        ("temperature",),
        replies=("notice", "cc/item"),
    ),
    _in(
        "cc/forget",
        (_text("function"),),
        "Takes a function from its control change.",
        ("density",),
        replies=("cc/item",),
    ),
    _in("cc/list", (), "Lists what control changes do.", replies=("cc/item",)),
    *PLAYING_INCOMING,
    *SETTING_INCOMING,
    *INPUT_INCOMING,
    *ABLETON_INCOMING,
)


def _out(
    name: str,
    parameters: tuple[Parameter, ...],
    description: str,
    *,
    group: tuple[Parameter, ...] = (),
) -> Address:
    return Address(PREFIX + name, parameters, description, (), group)


OUTGOING = (
    _out(
        "startup", (_text("version"), _int("port")), "Continuo has begun and listens at this port."
    ),
    _out("pong", (_int("id"),), "The answer to ping."),
    _out(
        "help/item",
        (_text("address"), _text("arguments"), _text("description")),
        "One address of this table.",
    ),
    _out("subscribed", (_int("port"), _int("on", 0, 1)), "Events go to this port, or no more."),
    _out(
        "status",
        (
            _text("state", *STATES),
            _text("model"),
            _BPM,
            _float("beat"),
            _int("bars"),
            _text("clock", *CLOCKS),
            _text("mode", *MODES),
            _float("offset_ms"),
            _int("playing", 0, 1),
            _int("errors"),
            _int("late"),
        ),
        "What Continuo is doing; faulty messages and late notes so far.",
    ),
    _out("state", (_text("state", *STATES),), "What it does changed."),
    _out(
        "beat",
        (_int("bar"), _float("beat"), _BPM),
        "A beat began: bar and beat counted from 1.",
    ),
    _out(
        "model/item",
        (_text("name"), _text("technique"), _text("style"), _text("title"), _int("program")),
        "A model; the program change (1-128) that chooses it.",
    ),
    _out("model/loaded", (_text("name"),), "This model is in memory."),
    _out("control", (_text("name"), _float("value")), "The value of a control in force."),
    _out(
        "control/item",
        (
            _text("name"),
            _text("title"),
            _float("low"),
            _float("high"),
            _float("default"),
            _float("value"),
            _text("unit"),
        ),
        "A control of the model in force.",
    ),
    *HARMONY_OUTGOING,
    *TRACK_OUTGOING,
    *SECTION_OUTGOING,
    _out("mode", (_text("mode", *MODES),), "The mode in force."),
    _out("meter", (_int("numerator"), _int("denominator")), "The meter in force."),
    _out("bars", (_int("bars"),), "The length of the next phrase."),
    _out("melody/set", (_ID, _int("notes")), "The phrase was taken over, with so many notes."),
    _out(
        "clip/begin",
        (_ID, _int("tracks"), _float("length"), _BPM, _text("model"), _int("seed")),
        "A take begins.",
    ),
    _out(
        "clip/track",
        (_ID, _TRACK, _text("name"), _text("role"), _int("program", 0, 127), _CHANNEL),
        "A track of it; the channel is counted from 1.",
    ),
    _out(
        "clip/notes",
        (_ID, _TRACK, _int("chunk")),
        "Notes of that track, in order; chunks are counted from 0.",
        group=NOTE,
    ),
    _out("clip/end", (_ID, _int("notes")), "The take is whole: so many notes were sent."),
    *TECHNIQUE_NEWS,
    _out("take", (_ID, _text("verdict", "kept", "dropped")), "What became of a take."),
    _out("saved", (_ID, _text("path")), "The take lies on disk."),
    _out(
        "plan",
        (_int("bar"), _float("begin"), _TRACK, _int("committed", 0, 1)),
        "What follow mode, or a model that goes on, means to play in a bar; starts from its line.",
        group=NOTE,
    ),
    _out(
        "clock",
        (
            _text("source", *CLOCKS),
            _text("state", "chosen", "found", "lost", "failed"),
            _float("offset_ms"),
            _text("detail"),
        ),
        "The clock that Continuo plays by, and how it is.",
    ),
    _out("panic", (), "Every sounding note was released."),
    _out("clock/out", (_int("on", 0, 1),), "Whether MIDI clock is sent."),
    _out(
        "cc/item",
        (_text("function"), _int("cc", -1, 127), _int("channel", 0, 16)),
        "What a control change does (-1: none yet; channel 0: any).",
    ),
    _out("error", (_text("address"), _text("message")), "Something was wrong with a message."),
    _out("notice", (_text("kind", "info", "warning"), _text("message")), "A word to the musician."),
    _out(
        "worker",
        (_text("state", "ready", "loading", "restarted", "failed"), _text("detail")),
        "What the process that composes is doing.",
    ),
    _out("late", (_float("ms"),), "A note went out late; should never come."),
    *PLAYING_OUTGOING,
    *SETTING_OUTGOING,
    *INPUT_OUTGOING,
    *ABLETON_OUTGOING,
)
