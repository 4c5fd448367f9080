"""The clip display: a piano roll drawn into an lcd, one rectangle a note, one colour a track."""

from tools.max_patches.addresses import outlet_of, unpacked
from tools.max_patches.look import DIM, SCREEN, TRACK_COLOURS, pen_message
from tools.max_patches.patch import Box, Patch, Rect

LOWEST, HIGHEST = 24, 100
# More beat lines than this would paint the ground over.
MOST_LINES = 128
# Max's lists end at 256 elements unless told; a chunk of notes is longer.
LONG = "@zlmaxsize 4096"


def rolling(screen: Rect) -> Patch:
    """Draw what turns clips, and the bars that are planned, into commands for a screen."""
    patch = Patch(top=72)
    titles = ("clip/begin", "clip/notes", "plan", "bang: an empty screen")
    begin, notes, plan, wake = (patch.port("inlet", i, title) for i, title in enumerate(titles))
    lcd = patch.port("outlet", 0, "drawing commands")
    width, height = screen[2], screen[3]
    per_beat = patch.new(f"expr {width:.1f}/$f1")
    wipe = patch.message(f"{pen_message('brgb', SCREEN)}, clear")
    patch.chain(wake, wipe, lcd)
    ground = _ground(patch, (per_beat, wipe), lcd, height)
    length = patch.chain(begin, patch.new(unpacked("clip/begin")))
    patch.cord(length, ground, outlet_of("clip/begin", "length"))
    planned = patch.chain(plan, patch.new("t l l"))
    patch.cord(_bar_length(patch, planned), ground)

    each = patch.new(f"zl.iter 5 {LONG}")
    colour = _colour(patch, lcd)
    for source, event in ((notes, "clip/notes"), (planned, "plan")):
        both = patch.cord(source, patch.new("t l l"))
        header = patch.cord(both, patch.new(unpacked(event)), 1)
        patch.cord(header, colour, outlet_of(event, "track"))
        size = len(unpacked(event).split()) - 1
        patch.cord(patch.cord(both, patch.new(f"zl.slice {size} {LONG}")), each, 1)
    _note(patch, each, per_beat, lcd, height)
    return patch


def _ground(patch: Patch, sources: tuple[Box, Box], lcd: Box, height: float) -> Box:
    """Wipe the screen and draw a line for each beat -> the box that takes the length in beats."""
    per_beat, wipe = sources
    steps = patch.new("t i b f")
    patch.cord(steps, per_beat, 2)
    patch.cord(steps, wipe, 1)
    line_x = patch.new("expr int($f1*$f2)")
    patch.cord(per_beat, line_x, 0, 1)
    few = patch.new(f"expr ($i1<={MOST_LINES})*$i1")
    lines = patch.new("uzi 1 0")
    patch.chain(steps, few, lines)
    patch.cord(lines, line_x, 2)
    colour = " ".join(str(round(70 * part)) for part in DIM[:3])
    patch.chain(line_x, patch.message(f"linesegment $1 0 $1 {height:.0f} {colour}"), lcd)
    return steps


def _bar_length(patch: Patch, plan: Box) -> Box:
    """A plan tells no meter, but where its bar begins -> the bar's length, with the first track."""
    header = patch.cord(plan, patch.new(unpacked("plan")), 1)
    length = patch.new("expr ($i1==1)*4.+($i1!=1)*$f2/($i1-1+($i1==1))")
    for inlet, parameter in enumerate(("bar", "begin")):
        patch.cord(header, length, outlet_of("plan", parameter), inlet)
    first = patch.new("gate 1 0")
    is_first = patch.new("expr $i1==1")
    patch.chain(patch.cord(header, is_first, outlet_of("plan", "track")), first)
    return patch.cord(length, first, 0, 1)


def _colour(patch: Patch, lcd: Box) -> Box:
    """Give the pen a track's colour -> the box that takes its number."""
    count = len(TRACK_COLOURS)
    choose = patch.new("route " + " ".join(str(i) for i in range(count)))
    track = patch.new(f"expr ($i1-1)%{count}")
    patch.chain(track, choose)
    for i, colour in enumerate(TRACK_COLOURS):
        pen = patch.message(pen_message("frgb", colour))
        patch.cord(choose, pen, i)
        patch.cord(pen, lcd)
    return track


def _note(patch: Patch, each: Box, per_beat: Box, lcd: Box, height: float) -> None:
    """The order is that of `unpack`, last element first: duration, start, pitch."""
    row = height / (HIGHEST - LOWEST)
    rectangle = patch.new("pack 0 0 0 0")
    patch.chain(rectangle, patch.new("prepend paintrect"), lcd)
    parts = patch.chain(each, patch.new("unpack 0 0. 0. 0 0"))

    right = patch.new("expr int(($f1+$f2)*$f3)+1")
    left = patch.new("expr int($f1*$f2)+1")
    stored = patch.new("int 0")
    patch.cord(per_beat, right, 0, 2)
    patch.cord(per_beat, left, 0, 1)
    patch.cord(parts, right, 2, 1)
    patch.cord(parts, right, 1)
    patch.cord(parts, left, 1)
    patch.cord(right, rectangle, 0, 2)
    patch.cord(left, stored, 0, 1)

    top = patch.new(f"expr int(({HIGHEST}-$i1)*{row:.3f})")
    bottom = patch.new(f"expr int(({HIGHEST}-$i1)*{row:.3f})+{max(3, round(2 * row))}")
    pitch = patch.chain(parts, patch.new("t b i i"))
    patch.cord(patch.chain(pitch, bottom, outlet=2), rectangle, 0, 3)
    patch.cord(patch.chain(pitch, top, outlet=1), rectangle, 0, 1)
    patch.cord(patch.chain(pitch, stored), rectangle)
