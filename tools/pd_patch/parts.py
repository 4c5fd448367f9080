"""What is inside examples/continuo.pd: the network, and what fills the boxes of the panel."""

from bridge.api.addresses import OUTGOING
from tools.pd_patch.canvas import Canvas

# The two lists that the patch shows have this many lines.
MODELS = 6
CONTROLS = 6


def heard() -> dict[str, list[str]]:
    """List what Continuo says, by the first word of the address, with the second words."""
    words: dict[str, list[str]] = {}
    for address in OUTGOING:
        first, _, second = address.name.partition("/")
        words.setdefault(first, []).extend([second] if second else [])
    return words


def network() -> Canvas:
    """Ports, the one place that sends, and the poll that finds Continuo whenever it starts."""
    c = Canvas(760, 520)
    c.note(
        20,
        10,
        "ports: Continuo's and mine (send a list of two to continuo-ports to change them)",
        90,
    )
    default = c.column(20, 40, ["loadbang"])[0]
    parts, both = c.obj(20, 100, "t b l"), c.obj(120, 130, "unpack f f")
    c.wire(default, c.msg(20, 66, "11020 11021"), parts)
    c.wire(c.obj(140, 66, "r continuo-ports"), parts)
    c.wire((parts, 1), both)
    _send(c, both)
    c.note(540, 200, "everything that comes is sent on by its address", 24)
    got = c.column(540, 240, ["netreceive -u -b", "oscparse", "list trim", "route continuo"])
    c.wire(got[-1], c.obj(540, 344, "s continuo-heard"))
    c.wire((both, 1), c.msg(540, 160, "listen $1"), got[0])
    c.note(20, 200, "every two seconds: is it there?", 18)
    mine = c.obj(20, 318, "f")
    c.wire((both, 1), mine, inlet=1)
    c.wire(
        parts, c.obj(20, 240, "del 200"), c.msg(20, 266, "1"), metro := c.obj(20, 292, "metro 2000")
    )
    c.wire(metro, mine, c.msg(20, 344, "subscribe $1"), c.obj(20, 370, "s continuo"))
    return c


def _send(c: Canvas, ports: int) -> None:
    """Send what comes to `continuo`, by the address that it begins with."""
    c.note(200, 186, "r continuo takes an address and its values: control temperature 0.8", 30)
    said = c.column(200, 240, ["r continuo", "list", "t l l"])
    form, out = c.obj(200, 396, "oscformat"), c.obj(200, 430, "netsend -u -b")
    name, rest = c.obj(310, 318, "list split 1"), c.obj(200, 318, "list split 1")
    set_, trim = c.column(310, 344, ["list prepend set continuo", "list trim"])
    c.wire((said[-1], 1), name, set_)
    c.wire(trim, form, out)
    c.wire(said[-1], rest)
    c.wire((rest, 1), form)
    c.wire(ports, c.msg(120, 160, "disconnect, connect 127.0.0.1 $1"), out)


def hear() -> Canvas:
    """Send on what Continuo says: /continuo/clip/notes to `r continuo-clip-notes`."""
    c = Canvas(1240, 1020)
    c.note(
        20,
        10,
        "r continuo-state, r continuo-beat, r continuo-clip-end ...: use them in your own patch",
        90,
    )
    source = c.obj(20, 40, "r continuo-heard")
    route = c.obj(20, 70, "route " + " ".join(heard()))
    c.wire(source, route)
    for i, (word, more) in enumerate(heard().items()):
        x, y = 20 + 300 * (i % 4), 150 + 155 * (i // 4)
        if not more:
            c.wire((route, i), c.obj(x, y, f"s continuo-{word}"))
            continue
        split = c.obj(x, y, "route " + " ".join(more))
        c.wire((route, i), split)
        for k, second in enumerate(more):
            c.wire((split, k), c.obj(x, y + 52 + 26 * k, f"s continuo-{word}-{second}"))
        c.wire((split, len(more)), c.obj(x + 150, y + 26, f"s continuo-{word}"))
    return c


def log() -> Canvas:
    """Print what is said, apart from beats and what comes by the hundred."""
    c = Canvas(660, 260)
    said = c.column(20, 20, ["r continuo-heard", "route beat subscribed clip plan"])
    gate, out = c.obj(20, 140, "spigot 1"), c.obj(20, 200, "print continuo")
    c.wire((said[-1], 4), gate, out)
    c.wire(c.obj(180, 80, "r continuo-log"), gate, inlet=1)
    clip = c.obj(60, 80, "route notes")
    c.wire((said[-1], 2), clip)
    more = c.obj(60, 110, "list prepend clip")
    c.wire((clip, 1), more, c.obj(60, 170, "list trim"), gate)
    c.note(320, 20, "track pitch start duration velocity mute")
    notes = c.column(320, 50, ["r continuo-note", "spigot 1", "print note"])
    c.wire(c.obj(440, 50, "r continuo-log"), notes[1], inlet=1)
    return c


def link() -> Canvas:
    """Know whether Continuo is there, and ask how things are when it has come."""
    c = Canvas(640, 320)
    heard = c.column(20, 20, ["r continuo-subscribed", "t b b"])
    here, gone = c.msg(20, 80, "1"), c.msg(120, 110, "0")
    lost = c.obj(120, 80, "del 5000")
    change = c.obj(20, 140, "change -1")
    c.wire(heard[-1], here, change)
    c.wire((heard[-1], 1), lost, gone, change)
    c.wire(change, c.obj(140, 166, "s continuo-connected"))
    news = c.obj(20, 170, "sel 1")
    c.wire(change, news)
    ask = c.msg(20, 200, "status, model/list, control/list")
    c.wire(news, ask, c.obj(20, 240, "s continuo"))
    c.note(300, 20, "another model has other controls", 20)
    loaded = c.column(300, 60, ["r continuo-model-loaded", "t b b"])
    c.wire(c.obj(480, 60, "r continuo-startup"), loaded[-1])
    forget = c.obj(380, 120, "s continuo-forget")
    c.wire((loaded[-1], 1), forget)
    c.wire(
        loaded[-1],
        c.msg(300, 150, "model/list, control/list, status"),
        c.obj(300, 180, "s continuo"),
    )
    return c


def show() -> Canvas:
    """Put what Continuo says into the boxes of the panel."""
    c = Canvas(1010, 440)

    def fields(x: int, y: int, heard: str, kinds: str, names: str) -> None:
        boxes = c.column(x, y, [f"r continuo-{heard}", f"unpack {' '.join(kinds)}"])
        for i, name in enumerate(names.split()):
            at = (x, y + 56 + 26 * i)
            if name in ("bpm", "bars"):  # boxes that send when they are told a number
                c.wire((boxes[1], i), c.msg(*at, "set $1"), c.obj(x + 60, at[1], f"s $0-{name}"))
            elif name != "-":
                c.wire((boxes[1], i), c.obj(*at, f"s $0-{name}"))

    fields(20, 20, "status", "ssfffssffff", "state model bpm beat bars clock mode - - errors late")
    fields(260, 20, "state", "s", "state")
    fields(260, 120, "mode", "s", "mode")
    fields(260, 220, "clock", "ssfs", "clock - - -")
    fields(260, 320, "bars", "f", "bars")
    fields(440, 20, "beat", "fff", "bar beat bpm")
    fields(440, 180, "error", "ss", "- error")
    fields(440, 300, "saved", "ss", "- saved")
    fields(620, 20, "clip-begin", "sfffsf", "id tracks length - from seed")
    fields(620, 250, "clip-end", "sf", "- count")
    fields(800, 20, "model-loaded", "s", "model")
    fields(800, 120, "take", "ss", "- verdict")
    light = c.obj(800, 240, "r continuo-beat")
    c.wire(light, c.obj(800, 266, "s $0-light"))
    return c


def models() -> Canvas:
    """Put each model into the line of its program; a click loads it."""
    c = Canvas(1060, 260)
    item = c.column(20, 20, ["r continuo-model-item", "unpack s s s s f"])
    for i in range(MODELS):
        x = 20 + 170 * i
        mine, gate = c.obj(x + 60, 90, f"== {i + 1}"), c.obj(x, 120, "spigot")
        name = c.obj(x, 176, "symbol")
        c.wire((item[1], 4), mine, gate, inlet=1)
        c.wire(item[1], gate, c.obj(x + 65, 120, f"s $0-model-{i + 1}"))
        c.wire(gate, name, inlet=1)
        c.wire(c.obj(x, 148, f"r $0-load-{i + 1}"), name)
        c.wire(name, c.msg(x, 202, "model/load $1"), c.obj(x, 228, "s continuo"))
    return c


def control(line: int) -> Canvas:
    """One line of the controls: it takes the first control that no line above has taken."""
    c = Canvas(760, 460)
    come = c.column(20, 20, ["inlet", "t l l"])[-1]
    known, free = c.obj(20, 98, "sel -"), c.obj(20, 150, "f 1")
    mine, passing = c.obj(120, 176, "list append"), c.obj(20, 176, "sel 1")
    take, hand = c.obj(120, 124, "t b"), c.obj(60, 230, "list append")
    for keep in (mine, hand):
        c.wire((come, 1), keep, inlet=1)
    c.wire(come, c.obj(20, 72, "unpack s"), known, take, mine)
    c.wire((known, 1), c.obj(20, 124, "t b"), free, passing, take)
    c.wire((passing, 1), c.obj(60, 204, "t b"), hand, c.obj(60, 256, "outlet"))
    name = _taken(c, line, mine)
    c.wire((name, 2), known, inlet=1)
    c.wire((name, 3), c.msg(140, 282, "0"), free, inlet=1)
    forget, blank = (
        c.column(20, 324, ["r continuo-forget", "t b b"])[-1],
        c.msg(100, 376, "symbol -"),
    )
    c.wire(forget, c.msg(20, 376, "1"), free, inlet=1)
    c.wire((forget, 1), blank, known, inlet=1)
    c.wire(blank, c.obj(100, 402, f"s $0-name-{line}"))
    return c


def _taken(c: Canvas, line: int, mine: int) -> int:
    """Show a control's name, range and value; outlets 1 and 2 of the answer bring its name."""
    c.note(240, 176, "name title low high default value unit")
    parts = c.obj(240, 204, "unpack s s f f f f s")
    c.wire(mine, parts)
    bounds, held = c.obj(330, 230, "pack f f"), c.obj(480, 230, "f")
    c.wire((parts, 3), bounds, inlet=1)
    c.wire((parts, 2), bounds, c.msg(330, 256, "range $1 $2"), c.obj(330, 282, f"s $0-set-{line}"))
    c.wire((parts, 5), held, inlet=1)
    name = c.obj(240, 230, "t b s s b")
    c.wire(parts, name, held, c.msg(480, 256, "set $1"), c.obj(480, 282, f"s $0-set-{line}"))
    c.wire(held, c.obj(560, 256, f"s $0-value-{line}"))
    c.wire((name, 1), c.obj(240, 282, f"s $0-name-{line}"))
    _turn(c, line, name, held)
    return name


def _turn(c: Canvas, line: int, name: int, held: int) -> None:
    """Send what the slider says, and follow what Continuo says of this control."""
    ask = c.obj(240, 356, "pack f s")
    c.wire(c.obj(240, 330, f"r $0-slider-{line}"), ask)
    c.wire(ask, c.msg(240, 382, "control $2 $1"), c.obj(240, 408, "s continuo"))
    c.wire((name, 1), ask, inlet=1)
    said = c.column(480, 330, ["r continuo-control", "unpack s f"])[-1]
    value, is_mine = c.obj(560, 382, "f"), c.obj(480, 382, "sel -")
    c.wire((said, 1), value, inlet=1)
    c.wire(said, is_mine, value, held)
    c.wire((name, 2), is_mine, inlet=1)


def controls() -> Canvas:
    """Give each control of the model in force a line of its own."""
    c = Canvas(300, 300)
    above = c.column(20, 4, ["r continuo-control-item", "list"])[-1]
    for line in range(1, CONTROLS + 1):
        row = c.sub(20, 20 + 36 * line, f"control-{line}", control(line))
        c.wire(above, row)
        above = row
    return c


def begin() -> Canvas:
    """Put the first values into the boxes."""
    c = Canvas(500, 160)
    start = c.obj(20, 20, "loadbang")
    for i, text in enumerate(("id symbol tune", "seed 7", "length 16")):
        name, _, value = text.partition(" ")
        c.wire(start, c.msg(20 + 160 * i, 60, value), c.obj(20 + 160 * i, 90, f"s $0-first-{name}"))
    return c
