"""What the performer reads at a glance: the state, the beat, and the line of news."""

from tools.max_patches.addresses import event
from tools.max_patches.look import (
    AMBER,
    DIM,
    LIGHT,
    RED,
    STATE_COLOURS,
    TEAL,
    Colour,
    colour_message,
)
from tools.max_patches.patch import Box
from tools.max_patches.stage import Stage

ABSENT = "Continuo does not answer. Start it in a terminal: continuo play"
PRESENT = "Continuo is there"

# Each kind of news: its words in the order of its arguments, and its colour.
NEWS = (
    ("error", "%s: %s", RED),
    ("late", "a note went out %.1f ms late", AMBER),
    ("saved", "%s lies in %s", DIM),
    ("take", "%s is %s", DIM),
    ("edit", "the melody of %s was edited", DIM),
)


def add_news(stage: Stage) -> Box:
    """Draw the line that says what last went wrong, or well -> it."""
    line = stage.look.text("notice", "", "small", colour=DIM)
    for name, form, colour in NEWS:
        sentence = stage.patch.new(f"sprintf symout {form}")
        for inlet, argument in enumerate(event(name).parameters):
            stage.hear(name, argument.name, sentence, inlet)
        say(stage, sentence, line, colour)
    kind = stage.patch.new("route info warning")
    stage.link.on("notice", kind)
    for outlet, colour in enumerate((LIGHT, AMBER)):
        say(stage, stage.patch.cord(kind, stage.patch.new("t l"), outlet), line, colour)
    clock = stage.patch.new("sprintf symout clock %s: %s %s")
    for inlet, parameter in enumerate(("source", "state", "detail")):
        stage.hear("clock", parameter, clock, inlet)
    say(stage, clock, line, DIM)
    return line


def say(stage: Stage, source: Box, line: Box, colour: Colour) -> None:
    """Set the line to what comes out of a box, in this colour."""
    patch = stage.patch
    both = patch.cord(source, patch.new("t l b"))
    paint = patch.message(colour_message("textcolor", colour))
    patch.cord(patch.cord(both, paint, 1), line)
    patch.chain(both, patch.new("prepend set"), line)


def add_state(stage: Stage, line: Box) -> Box:
    """Draw the state in one word and one colour -> the box that bangs when Continuo is found."""
    patch, look = stage.patch, stage.look
    word = look.text("state", "offline", "huge", textjustification=1, fontface=1)
    both = patch.new("t l l")
    stage.link.on("state", both)
    stage.hear("status", "state", both)
    patch.chain(both, patch.new("prepend set"), word)
    names = [*STATE_COLOURS, "offline"]
    choose = patch.cord(both, patch.new(f"route {' '.join(names)}"), 1)
    card = look.card("state_card", RED)
    for outlet, name in enumerate(names):
        paint = patch.message(colour_message("bgfillcolor", STATE_COLOURS.get(name, RED)))
        patch.cord(patch.cord(choose, paint, outlet), card)

    offline = patch.new("t b b")
    patch.chain(offline, patch.message("offline"), both)
    say(stage, patch.cord(offline, patch.message(ABSENT), 1), line, RED)
    found = stage.link.keep_alive(offline)
    say(stage, patch.cord(found, patch.message(PRESENT), 1), line, LIGHT)
    return found


def add_worker(stage: Stage) -> None:
    """Draw the small line about the process that composes."""
    form = stage.patch.new("sprintf symout composer %s %s")
    for inlet, parameter in enumerate(("state", "detail")):
        stage.hear("worker", parameter, form, inlet)
    line = stage.look.text("worker", "", "small", colour=DIM)
    stage.patch.chain(form, stage.patch.new("prepend set"), line)


def add_beat(stage: Stage) -> None:
    """Draw the light that flashes on each beat, the first of a bar in its own colour."""
    patch = stage.patch
    numbers = patch.new("sprintf set %ld : %ld")
    patch.chain(numbers, stage.look.text("beat", "- : -", "big", textjustification=1))
    stage.hear("beat", "bar", numbers)
    whole = patch.new("t i i")
    stage.hear("beat", "beat", whole)
    patch.cord(whole, numbers, 1, 1)
    flash = patch.chain(whole, patch.new("t b i"))
    first = patch.cord(flash, patch.new("sel 1"), 1)
    light = stage.look.light("light")
    for outlet, colour in enumerate((AMBER, TEAL)):
        paint = patch.message(colour_message("oncolor", colour))
        patch.cord(patch.cord(first, paint, outlet), light)
    patch.cord(flash, light)
    stage.look.card("beat_card")
