"""The dials of the model's controls: which there are, and their names, come from Continuo."""

from tools.max_patches.addresses import asking, outlet_of, request, unpacked
from tools.max_patches.layout import DIALS
from tools.max_patches.link import Link
from tools.max_patches.look import Look
from tools.max_patches.patch import Box, Patch

# A dial that is being turned must not be thrown back by the answer to its value of just before.
HANDS_OFF_MS = 400


def add_controls(patch: Patch, link: Link, look: Look) -> Box:
    """Draw the dials -> the box that wants a bang when the model, and so its controls, changed."""
    reset = patch.new("t b b b")
    touched = patch.new("t b")
    spread = patch.subpatch("controls", spreading())
    link.on("control/item", spread)
    values = patch.new("t l")
    link.on("control", values)
    patch.cord(values, spread, 0, 1)
    patch.cord(reset, spread, 1, 2)
    patch.cord(touched, spread, 0, 3)
    ask = patch.message(request("control/list"))
    patch.cord(reset, ask)
    patch.cord(spread, ask, DIALS)
    link.send(ask)
    patcher = patch.new("thispatcher")
    for number in range(1, DIALS + 1):
        slot = patch.subpatch("dial", slot_of(number))
        patch.cord(spread, slot, number - 1)
        patch.cord(reset, slot, 2, 2)
        link.send(slot)
        patch.cord(slot, touched)
        drawn = _dial(look, number)
        patch.cord(drawn[0], slot, 0, 1)
        for outlet, box in enumerate((*drawn, patcher), 1):
            patch.cord(slot, box, outlet)
    return reset


def _dial(look: Look, number: int) -> tuple[Box, Box, Box]:
    """Temperature, which every model has had so far, always is the first: it can be automated."""
    title = "Temperature" if number == 1 else f"Control {number}"
    dial = look.dial(f"dial{number}", title)
    label = look.text(f"label{number}", title, "name", hidden=1, textjustification=1)
    value = look.text(f"value{number}", "0.00", "name", hidden=1, textjustification=1)
    return dial, label, value


def spreading() -> Patch:
    """Draw what gives each control a dial in order of arrival, and its messages to that dial."""
    patch = Patch(top=72)
    names = ("a control", "a value in force", "forget them", "a dial is turned")
    item, value, forget, turned = (
        patch.port("inlet", i, f"bang: {n}" if i > 1 else n) for i, n in enumerate(names)
    )
    outlets = [patch.port("outlet", i, f"dial {i + 1}") for i in range(DIALS)]
    again = patch.port("outlet", DIALS, "bang: ask for all values")

    ear = patch.new("gate 1 1")
    patch.cord(patch.chain(item, patch.new("prepend item")), ear, 0, 1)
    patch.cord(patch.chain(value, patch.new("prepend value")), ear, 0, 1)
    _deaf_while_turned(patch, turned, ear, again)

    whole = patch.new("zl.reg")
    both = patch.chain(ear, patch.new("t l l"))
    patch.cord(both, whole, 1, 1)
    kind = patch.chain(both, patch.new("route item value"))
    name = patch.new("zl.slice 1")
    may_be_new = patch.new("gate 1 0")
    for outlet, opens in enumerate(("1", "0")):
        first = patch.new("t l b")
        patch.cord(kind, first, outlet)
        patch.cord(patch.cord(first, patch.message(opens), 1), may_be_new)
        patch.cord(first, name)
    place = _place_of(patch, name, may_be_new, forget)

    # Nine controls and more: Continuo knows them, this panel has no dial for them.
    open_one = patch.new("t b i")
    patch.chain(place, patch.new(f"expr ($i1<={DIALS})*$i1"), open_one)
    spread = patch.new(f"gate {DIALS}")
    patch.cord(open_one, spread, 1)
    patch.cord(patch.chain(open_one, whole), spread, 0, 1)
    for i, one in enumerate(outlets):
        patch.cord(spread, one, i)
    return patch


def _deaf_while_turned(patch: Patch, turned: Box, ear: Box, again: Box) -> None:
    hold = patch.chain(turned, patch.new("t b b"))
    patch.cord(patch.cord(hold, patch.message("0"), 1), ear)
    free = patch.chain(hold, patch.new(f"delay {HANDS_OFF_MS}"), patch.new("t b b"))
    patch.cord(patch.cord(free, patch.message("1"), 1), ear)
    patch.cord(free, again)


def _place_of(patch: Patch, name: Box, may_be_new: Box, forget: Box) -> Box:
    """Look a name up, or give it the next place -> the box with the place's number."""
    known = patch.new("coll")
    patch.cord(patch.chain(forget, patch.message("clear, store temperature 1")), known)
    count = patch.new("counter 2 99")
    patch.cord(patch.chain(forget, patch.message("set 2")), count)

    steps = patch.chain(name, patch.new("t b s b s"))
    new = patch.new("pack 0 s")
    found = patch.new("int 0")
    patch.cord(steps, new, 3, 1)
    patch.cord(patch.cord(steps, patch.message("0"), 2), found, 0, 1)
    patch.cord(steps, known, 1)
    patch.cord(known, found, 0, 1)
    patch.cord(steps, found)

    place = patch.new("int 0")
    is_new = patch.chain(found, patch.new("sel 0"))
    patch.cord(is_new, place, 1)
    patch.cord(is_new, may_be_new, 0, 1)
    given = patch.chain(may_be_new, count, patch.new("t i i"))
    patch.cord(given, new, 1)
    patch.cord(patch.chain(new, patch.message("store $2 $1")), known)
    patch.cord(given, place)
    return place


def slot_of(number: int) -> Patch:
    """Draw what one dial does: its control's name, range and value come in a `control/item`."""
    patch = Patch(top=72)
    names = ("its messages", "the dial, 0 to 1", "bang: hide it")
    heard, turned, forget = (patch.port("inlet", i, n) for i, n in enumerate(names))
    titles = ("to Continuo", "to the dial", "to its name", "to its value", "show or hide")
    outlets = [patch.port("outlet", i, title) for i, title in enumerate(titles)]
    kind = patch.chain(heard, patch.new("route item value"))
    item = patch.chain(kind, patch.new(unpacked("control/item")))
    update = patch.cord(kind, patch.new(unpacked("control")), 1)

    text = patch.new("sprintf symout %.2f %s")
    patch.chain(text, patch.new("prepend set"), outlets[3])
    patch.cord(item, text, outlet_of("control/item", "unit"), 1)
    title = patch.cord(item, patch.new("prepend set"), outlet_of("control/item", "title"))
    patch.cord(title, outlets[2])

    named = patch.chain(item, patch.new("t b b s"))
    force = _in_force(patch, item, text, outlets[1])
    patch.cord(named, force, 1)
    patch.cord(update, force, outlet_of("control", "value"))
    gate = patch.new("gate 1 0")
    patch.cord(turned, gate, 0, 1)
    patch.cord(_told(patch, (item, gate, named), text), outlets[0])
    _shown(patch, named, gate, (f"{number}", "1", "show"), outlets[4])
    _shown(patch, forget, gate, (f"{number}", "0", "hide"), outlets[4])
    return patch


def _in_force(patch: Patch, item: Box, text: Box, dial: Box) -> Box:
    """Show the value that Continuo uses -> the box that takes it; a bang shows the item's own."""
    value = patch.new("float 0.")
    scale = patch.new("scale 0. 1. 0. 1.")
    for inlet, edge in enumerate(("low", "high"), 1):
        patch.cord(item, scale, outlet_of("control/item", edge), inlet)
    patch.cord(item, value, outlet_of("control/item", "value"), 1)
    both = patch.chain(value, patch.new("t f f"))
    patch.cord(both, text, 1)
    patch.chain(both, scale, patch.new("prepend set"), dial)
    return value


def _told(patch: Patch, sources: tuple[Box, Box, Box], text: Box) -> Box:
    """Make `/continuo/control name value` of a turn of the dial -> the box that it leaves."""
    item, turned, named = sources
    scale = patch.new("scale 0. 1. 0. 1.")
    for inlet, edge in enumerate(("low", "high"), 3):
        patch.cord(item, scale, outlet_of("control/item", edge), inlet)
    both = patch.chain(turned, scale, patch.new("t f f"))
    patch.cord(both, text, 1)
    told = patch.chain(both, patch.new(f"prepend {asking('control')}"))
    patch.cord(patch.cord(named, patch.new(f"prepend set {asking('control')}"), 2), told)
    return told


def _shown(patch: Patch, why: Box, gate: Box, how: tuple[str, str, str], patcher: Box) -> None:
    """Let the dial through and show it, or neither."""
    number, opens, word = how
    both = patch.chain(why, patch.new("t b b"))
    patch.cord(patch.cord(both, patch.message(opens), 1), gate)
    script = ", ".join(f"script {word} {part}{number}" for part in ("label", "dial", "value"))
    patch.chain(both, patch.message(script), patcher)
