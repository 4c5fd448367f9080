"""What is inside examples/continuo.pd: phrases, takes, and the clip that is drawn and played."""

from tools.pd_patch.canvas import Canvas, each


def take() -> Canvas:
    """The phrase in the text `continuo-melody`, and what is asked for by the take's id."""
    c = Canvas(900, 420)
    asked = c.column(20, 20, ["r continuo-take", "route melody generate keep next drop"])
    box = asked[-1]
    send = c.obj(20, 380, "s continuo")
    for i, word in enumerate(("keep", "next", "drop")):
        name = c.obj(520 + 120 * i, 90, "symbol tune")
        c.wire((box, 2 + i), name, c.msg(520 + 120 * i, 120, f"take/{word} $1"), send)
        c.wire(c.obj(520 + 120 * i, 60, "r continuo-id"), name, inlet=1)
    for x, outlet, other, text in (
        (390, 1, "seed 7", "generate $1 $2"),
        (230, 0, "length 16", "melody/begin $1 $2"),
    ):
        word, start = other.split()
        name, both = c.obj(x, 120, "symbol tune"), c.obj(x, 150, f"pack s {start}")
        c.wire(c.obj(x + 20, 90, "r continuo-id"), name, inlet=1)
        c.wire(c.obj(x + 20, 180, f"r continuo-{word}"), both, inlet=1)
        c.wire(name, both, c.msg(x, 210, text), send)
        if outlet:
            c.wire((box, outlet), name)
        else:
            steps = c.obj(20, 90, "t b b b")
            c.wire((box, 0), steps)
            c.wire((steps, 2), name)
    size = c.obj(20, 120, "text size continuo-melody")
    c.wire((steps, 1), size)
    line = each(c, 70, 180, size, "text get continuo-melody", (70, 270))
    c.wire(line, c.msg(70, 300, "melody/note $1 $2 $3 $4 0"), send)
    last = c.obj(20, 330, "symbol tune")
    c.wire(c.obj(250, 330, "r continuo-id"), last, inlet=1)
    c.wire(steps, last, c.msg(20, 356, "melody/end $1"), send)
    return c


def chunks() -> Canvas:
    """Take the notes out of a chunk one by one: track pitch start duration velocity mute."""
    c = Canvas(640, 440)
    c.note(20, 10, "id track chunk, then five numbers a note")
    notes = c.column(20, 30, ["r continuo-clip-notes", "list", "t l l"])
    head, rest = c.obj(140, 112, "list split 3"), c.obj(20, 112, "list split 3")
    of = c.obj(140, 138, "unpack s f f")
    c.wire((notes[-1], 1), head, of)
    c.wire(notes[-1], rest)
    two = c.obj(20, 138, "t l l")
    many = c.obj(20, 190, "/ 5")
    store, track = c.obj(200, 300, "list store"), c.obj(200, 330, "list prepend")
    c.wire((rest, 1), two, c.obj(20, 164, "list length"), many)
    c.wire((two, 1), store, inlet=1)
    c.wire((of, 1), track, inlet=1)
    index = each(c, 20, 220, many, "* 5", (200, 240))
    c.wire(index, c.msg(200, 270, "get $1 5"), store, track, c.obj(200, 356, "list trim"))
    c.wire(c.boxes - 1, c.obj(200, 382, "s continuo-note"))
    return c


def store() -> Canvas:
    """Keep each note as a line of a text: start pitch velocity duration channel."""
    c = Canvas(960, 620)
    c.obj(20, 10, "array define continuo-channels 129")
    began, text = (
        c.column(20, 40, ["r continuo-clip-begin", "t b b"])[-1],
        c.text(60, 120, "continuo-coming"),
    )
    zero, count, more = c.msg(20, 150, "0"), c.obj(60, 180, "f"), c.obj(100, 180, "+ 1")
    total = c.obj(100, 206, "f")
    c.wire((began, 1), c.msg(60, 94, "clear"), text)
    c.wire(began, zero)
    c.wire(c.obj(60, 150, "r continuo-note"), c.obj(200, 150, "t b"), count, more)
    for keep in (count, total):
        c.wire(zero, keep, inlet=1)
        c.wire(more, keep, inlet=1)
    track = c.column(280, 10, ["r continuo-clip-track", "unpack s f s s f f"])[-1]
    number, channel = c.obj(280, 66, "t b f"), c.obj(340, 66, "f")
    channels = c.obj(280, 92, "tabwrite continuo-channels")
    c.wire((track, 5), channel, inlet=1)
    c.wire((track, 1), number, channel, channels)
    c.wire((number, 1), channels, inlet=1)
    _line(c)
    _whole(c, total, _print(c, zero))
    return c


def _line(c: Canvas) -> None:
    """Write a note that is not mute into the text, with the channel of its track."""
    came = c.column(280, 130, ["r continuo-note", "unpack f f f f f f"])[-1]
    gate, track, start = c.obj(280, 216, "spigot"), c.obj(280, 242, "t b f"), c.obj(280, 310, "f")
    line = c.obj(280, 340, "pack f f f f f")
    c.wire((came, 5), c.obj(480, 190, "== 0"), gate, inlet=1)
    for outlet, inlet in ((1, 1), (4, 2), (3, 3)):
        c.wire((came, outlet), line, inlet=inlet)
    c.wire((came, 2), start, inlet=1)
    c.wire(came, gate, track, start, line, c.obj(280, 370, "text set continuo-coming 1e+06"))
    c.wire((track, 1), c.obj(330, 276, "tabread continuo-channels"), line, inlet=4)


def _print(c: Canvas, zero: int) -> int:
    """Make a number of all notes that have come, to know the same clip again."""
    c.note(506, 340, "a number that tells clips apart", 18)
    note = c.column(506, 380, ["r continuo-note", "unpack f f f f f f"])[-1]
    start, pitch, mark = c.obj(590, 432, "* 128"), c.obj(506, 458, "+"), c.obj(506, 484, "+")
    last, times = c.obj(506, 510, "mod 4999999"), c.obj(590, 536, "* 3")
    c.wire((note, 2), start, pitch, inlet=1)
    c.wire((note, 1), pitch, mark, last, times, mark, inlet=1)
    c.wire(zero, mark, inlet=1)
    held = c.obj(506, 562, "f")
    c.wire(last, held, inlet=1)
    c.wire(zero, held, inlet=1)
    return held


def _whole(c: Canvas, total: int, mark: int) -> None:
    """See at the end of a clip that all of its notes have come, and that it is another one."""
    ended = c.column(640, 10, ["r continuo-clip-end", "unpack s f"])[-1]
    ask, same, result = c.obj(640, 70, "t b f"), c.obj(640, 150, "=="), c.obj(640, 176, "sel 1 0")
    c.wire((ended, 1), ask, total, same)
    c.wire((ask, 1), same, inlet=1)
    news, whole = c.obj(640, 230, "change -1"), c.obj(640, 256, "t b b")
    c.wire(same, result, mark, news, whole, c.obj(660, 360, "s continuo-whole"))
    copy = c.obj(680, 286, "text tolist continuo-coming")
    c.wire((whole, 1), copy, c.obj(680, 310, "t l"), c.obj(680, 334, "text fromlist continuo-next"))
    c.text(680, 400, "continuo-next")
    lost = c.msg(720, 204, "error clip notes are missing")
    c.wire((result, 1), lost, c.obj(740, 230, "print continuo"))


def player() -> Canvas:
    """Play the clip in time: on each beat, send what starts within it, as late as it is."""
    c = Canvas(960, 640)
    c.note(440, 10, "a clip that is whole begins at the next bar line, and goes round", 70)
    bar = c.column(300, 40, ["r continuo-beat", "unpack f f f"])[-1]
    swap, beat_ms = c.obj(480, 96, "swap 60000"), c.obj(480, 122, "/")
    c.wire((bar, 2), swap, beat_ms)
    c.wire((swap, 1), beat_ms, inlet=1)
    back, length = _enter(c, bar)
    position, look = c.obj(300, 280, "f -1"), c.obj(300, 358, "t b f")
    c.wire(back, position, inlet=1)
    c.wire(bar, c.obj(300, 250, "t b"), position, c.obj(300, 306, "+ 1"), length, look)
    c.wire((look, 1), position, inlet=1)
    size = c.obj(300, 390, "text size continuo-now")
    c.wire(look, size)
    line = each(c, 300, 416, size, "text get continuo-now", (300, 510))
    box = c.sub(300, 560, "sound", sound())
    c.wire(line, box)
    c.wire((look, 1), box, inlet=1)
    c.wire(beat_ms, box, inlet=2)
    return c


def _enter(c: Canvas, bar: int) -> tuple[int, int]:
    """Take up a new clip where a bar begins; answers what rewinds, and what knows its length."""
    yes, no = c.msg(20, 66, "1"), c.msg(160, 100, "0")
    ready, go, steps = c.obj(340, 122, "f"), c.obj(340, 148, "sel 1"), c.obj(340, 174, "t b b b")
    whole = c.obj(20, 40, "r continuo-whole")
    c.wire(whole, yes, ready, inlet=1)
    again = c.obj(146, 40, "route transport/start")
    c.wire(c.obj(146, 14, "r continuo"), again, yes)
    c.wire((bar, 1), c.obj(340, 96, "sel 1"), ready, go, steps)
    c.wire((steps, 2), no, ready, inlet=1)
    to = c.obj(480, 252, "text fromlist continuo-now")
    c.wire((steps, 1), c.obj(480, 200, "text tolist continuo-next"), c.obj(480, 226, "t l"), to)
    c.text(680, 280, "continuo-now")
    back, length, new_length = c.msg(340, 226, "-1"), c.obj(300, 332, "mod 1"), c.obj(100, 200, "f")
    c.wire(steps, back)
    begun = c.column(20, 140, ["r continuo-clip-begin", "unpack s f f f s f"])[-1]
    coming = c.obj(20, 226, "f")
    c.wire((begun, 2), coming, inlet=1)
    c.wire(whole, c.obj(20, 200, "t b"), coming, new_length, inlet=1)
    c.wire((steps, 1), new_length, length, inlet=1)
    return back, length


def sound() -> Canvas:
    """Send a line's note if it starts within this beat, and its end; `play` gates new notes."""
    c = Canvas(640, 460)
    come, where, speed = (c.obj(20 + 120 * i, 20, "inlet") for i in range(3))
    gate, two, late = c.obj(20, 72, "spigot 1"), c.obj(20, 98, "t l l"), c.obj(20, 150, "-")
    rest, now, within = (
        c.obj(20, 228, "list prepend"),
        c.obj(20, 176, "moses 0"),
        c.obj(60, 202, "moses 1"),
    )
    delay, held = c.obj(160, 202, "*"), c.obj(300, 280, "*")
    c.wire(c.obj(100, 46, "r continuo-play"), gate, inlet=1)
    c.wire(come, gate, two, c.obj(20, 124, "unpack f"), late, now)
    c.wire((two, 1), rest, inlet=1)
    c.wire(where, late, inlet=1)
    c.wire((now, 1), within, delay, rest)
    for product in (delay, held):
        c.wire(speed, product, inlet=1)
    note = c.obj(20, 254, "unpack f f f f f f")
    c.wire(rest, note)
    on, off, end = (
        c.obj(20, 340, "pipe 0 0 0 0"),
        c.obj(200, 340, "pipe 0 0 0 0"),
        c.obj(300, 306, "+"),
    )
    c.wire((note, 5), on, inlet=3)
    c.wire((note, 5), end, inlet=1)
    c.wire((note, 3), held, end, off, inlet=3)
    c.wire((note, 2), on, inlet=1)
    for pipe in (on, off):
        c.wire((note, 4), pipe, inlet=2)
        c.wire((note, 1), pipe)
    _out(c, on, off)
    return c


def _out(c: Canvas, on: int, off: int) -> None:
    """Send both edges to MIDI; panic and stop take back what is to come and end what sounds."""
    out, told = c.obj(20, 410, "noteout"), c.obj(140, 380, "pack f f f")
    for pipe in (on, off):
        for value in range(3):
            c.wire((pipe, value), out, inlet=value)
            c.wire((pipe, value), told, inlet=value)
    c.wire(told, c.obj(140, 410, "s continuo-sound"))
    stop = c.column(420, 20, ["r continuo", "route panic transport/stop"])[-1]
    both = c.obj(420, 80, "t b b")
    c.wire(stop, both)
    c.wire((stop, 1), both)
    c.wire((both, 1), c.msg(460, 110, "clear"), on)
    c.wire(both, c.msg(420, 140, "flush"), off)


def drawing() -> Canvas:
    """Draw each note as it comes: across the length of the clip, by pitch, a colour a track."""
    c = Canvas(760, 360)
    look = Canvas(460, 120)
    look.obj(20, 20, "struct continuo-drawn float x float y float w float c")
    look.obj(20, 50, "filledpolygon c c 0 0 0 w 0 w 4 0 4")
    c.sub(560, 20, "continuo-look", look)
    began = c.column(20, 20, ["r continuo-clip-begin", "unpack s f f f s f"])
    bare = c.obj(120, 76, "t b f")
    wide = c.obj(240, 102, "swap 600")
    scale = c.obj(240, 128, "/")
    c.wire((began[1], 2), bare, c.msg(20, 102, "; pd-continuo-clip clear"))
    c.wire((bare, 1), wide, scale)
    c.wire((wide, 1), scale, inlet=1)
    pointer = c.obj(20, 190, "pointer")
    c.wire(bare, c.msg(20, 160, "traverse pd-continuo-clip, bang"), pointer)
    note = c.column(300, 20, ["r continuo-note", "unpack f f f f f f"])
    draw = c.obj(300, 300, "append continuo-drawn x y w c")
    c.wire(pointer, draw, inlet=4)
    x, again, w, high, colour = (
        c.obj(300 + 80 * i, 160, text)
        for i, text in enumerate(("*", "t b f", "*", "- 86", "* 279"))
    )
    order, start = c.obj(300, 76, "t b f"), c.obj(300, 130, "f")
    c.wire((note[1], 3), w, draw, inlet=2)
    c.wire((note[1], 2), start, inlet=1)
    c.wire((note[1], 1), high, up := c.obj(540, 190, "* -2"))
    c.wire(up, draw, inlet=1)
    c.wire(note[1], order, start, x, draw)
    c.wire((order, 1), colour, draw, inlet=3)
    c.wire(scale, again)
    c.wire((again, 1), x, inlet=1)
    c.wire((again, 1), w, inlet=1)
    return c
