"""The panel for bands, and for filling: sections, the split, a hole in the phrase."""

from tools.max_patches.addresses import asking, range_of, request
from tools.max_patches.layout import SECTIONS
from tools.max_patches.look import AMBER, BUTTON, DIM, LIGHT, RED, TEAL
from tools.max_patches.patch import Box
from tools.max_patches.stage import Stage

SPLITS = ("off", "C2", "F2", "C3", "F3", "C4")
QUESTIONS = ("section", "split")
_COLOURS = {"fill": AMBER, "break": AMBER, "ending": RED}


def add_band(stage: Stage) -> None:
    """Draw what a band is told while it plays, and what it says of it."""
    _sections(stage)
    _split(stage)
    _said(stage)


def _sections(stage: Stage) -> None:
    for name in SECTIONS:
        title = f"Section {name.upper() if len(name) == 1 else name}"
        colour = _COLOURS.get(name, TEAL if len(name) == 1 else BUTTON)
        button = stage.look.button(f"section_{name}", title, colour, name.capitalize())
        call = stage.patch.message(request("section", name))
        stage.link.send(stage.patch.cord(button, call))


def _split(stage: Stage) -> None:
    stage.look.text("split_label", "split", "small", colour=DIM)
    menu = stage.look.choice("split", "Split", SPLITS)
    stage.link.send(stage.patch.cord(menu, stage.patch.new(f"prepend {asking('split')}"), 1))
    chosen = stage.patch.new("prepend setsymbol")
    stage.patch.cord(stage.hear("split", "key", chosen), menu)


def _said(stage: Stage) -> None:
    """Say which section is in force and what comes, and which chord leads."""
    sections = stage.patch.new("sprintf symout section: %s %s")
    for inlet, parameter in enumerate(("name", "next")):
        stage.hear("section", parameter, sections, inlet)
    chord = stage.patch.new("sprintf symout chord: %s")
    stage.hear("chord/lead", "names", chord)
    for name, words in (("section_said", sections), ("chord_said", chord)):
        line = stage.look.text(name, "", "small", colour=LIGHT)
        stage.patch.chain(words, stage.patch.new("prepend set"), line)


def add_filling(stage: Stage) -> None:
    """Draw the hole that is filled on a button, and how far a melody is extended."""
    ends = [_beat(stage, name) for name in ("begin", "end")]
    patch = stage.patch
    both = patch.new("pack 0. 0.")
    ask = patch.cord(stage.look.button("fill_hole", "Fill the hole", TEAL), patch.new("t b b"))
    for outlet, end in ((1, ends[1]), (0, ends[0])):  # the right one first: the left one acts
        patch.cord(ask, end, outlet)
        patch.cord(end, both, 0, outlet)
    stage.link.send(patch.chain(both, patch.new(f"prepend {asking('fill')}")))


def _beat(stage: Stage, name: str) -> Box:
    """Draw one end of the hole -> the box that remembers it."""
    stage.look.text(f"fill_{name}_label", f"hole {name}", "small", colour=DIM)
    number = stage.look.number(f"fill_{name}", f"Hole {name}", range_of("fill", name), hidden=True)
    kept = stage.patch.new("float 0.")
    stage.patch.cord(number, kept, 0, 1)
    return kept
