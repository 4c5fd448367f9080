"""The performer's panel: buttons, menus, numbers, the clip, and all the rest around them."""

from typing import Any

from bridge.api.addresses import CLOCKS, MODES
from tools.max_patches.addresses import asking, event, range_of, request
from tools.max_patches.band import QUESTIONS as OF_THE_BAND
from tools.max_patches.band import add_band, add_filling
from tools.max_patches.chain import add_chain
from tools.max_patches.controls import add_controls
from tools.max_patches.layout import Layout
from tools.max_patches.look import BUTTON, DIM, GROUND, RED, TEAL
from tools.max_patches.patch import Box, Patch
from tools.max_patches.roll import rolling
from tools.max_patches.signs import add_beat, add_news, add_state, add_worker
from tools.max_patches.stage import Stage

BUTTONS = (
    ("record", "Record", "record/start", BUTTON),
    ("end", "End", "record/stop", BUTTON),
    ("play", "Play", "transport/start", BUTTON),
    ("stop", "Stop", "transport/stop", BUTTON),
    ("panic", "Panic", "panic", RED),
)
# One message with commas: Max sends them one after the other.
QUESTIONS = ("model/list", "status", *OF_THE_BAND)


def panel(layout: Layout) -> Patch:
    """Draw the whole panel."""
    stage = Stage(layout)
    found = _signs(stage)
    parts = (_buttons, _generate, _takes, _menus, _numbers, _clip, add_band, add_filling, add_chain)
    for add in parts:
        stage.patch.column()
        add(stage)
    stage.patch.column()
    stage.patch.cord(found, _model(stage))
    stage.look.card("ground", GROUND, 0)
    stage.patch.keys.update(keys_of(stage))
    return stage.patch


def keys_of(stage: Stage) -> dict[str, Any]:
    """Say what Max wants to know of the whole patch: its view, and what can be automated."""
    _, _, width, height = stage.layout.places["ground"]
    dials = [names[0] for box, names in stage.look.parameters.items() if _is_dial(stage.patch, box)]
    return {
        "rect": [80.0, 100.0, width, height],
        "openinpresentation": 1,
        "parameters": {
            **stage.look.parameters,
            "parameterbanks": {"0": {"index": 0, "name": "", "parameters": dials}},
            "inherited_shortname": 1,
        },
    }


def _is_dial(patch: Patch, box_id: str) -> bool:
    return any(box.id == box_id and box.spec["maxclass"] == "live.dial" for box in patch.boxes)


def _signs(stage: Stage) -> Box:
    stage.patch.column()
    line = add_news(stage)
    found = add_state(stage, line)
    add_worker(stage)
    add_beat(stage)
    ask = stage.patch.message(", ".join(request(question) for question in QUESTIONS))
    stage.link.send(stage.patch.cord(found, ask, 1))
    return found


def _buttons(stage: Stage) -> None:
    """Each sends one message."""
    for name, title, address, colour in BUTTONS:
        button = stage.look.button(name, title, colour)
        stage.link.send(stage.patch.cord(button, stage.patch.message(request(address))))


def _generate(stage: Stage) -> None:
    """A new id each time, and after each start: with an old one the old take would come again."""
    patch = stage.patch
    button = stage.look.button("generate", "Generate", TEAL)
    count = patch.new("counter 1 999999")
    call = patch.new(f"sprintf {asking('generate')} {stage.layout.prefix}-%ld")
    stage.link.send(patch.chain(button, count, call))
    patch.chain(stage.link.waker, patch.new("random 900000"), patch.new("prepend set"), count)


def _takes(stage: Stage) -> None:
    """Next, keep and drop mean the newest clip, whoever asked for it."""
    patch = stage.patch
    for verb in ("next", "keep", "drop"):
        call = patch.message(request(f"take/{verb}", ""))
        newest = patch.new(f"prepend set {asking(f'take/{verb}')}")
        patch.cord(stage.hear("clip/begin", "id", newest), call)
        patch.cord(stage.look.button(verb, verb.title()), call)
        stage.link.send(call)


def _menus(stage: Stage) -> None:
    for name, choices in (("mode", MODES), ("clock", CLOCKS)):
        stage.look.text(f"{name}_label", name, "small", colour=DIM)
        menu = stage.look.choice(name, name.title(), choices)
        stage.link.send(stage.patch.cord(menu, stage.patch.new(f"prepend {asking(name)}"), 1))
        chosen = stage.patch.new("prepend setsymbol")
        first = event(name).parameters[0].name
        stage.patch.cord(stage.hear(name, first, chosen), menu)
        stage.hear("status", name, chosen)


def _numbers(stage: Stage) -> None:
    _number(stage, "bars", ("bars", "bars"), [("bars", "bars"), ("status", "bars")])
    _number(stage, "extension", ("extension", "bars"), [("extension", "bars")], "extend by")
    _number(stage, "tempo", ("transport/tempo", "bpm"), [("beat", "bpm"), ("status", "bpm")])


def _number(
    stage: Stage, name: str, asked: tuple[str, str], heard: list[tuple[str, str]], label: str = ""
) -> None:
    """Only a number that is new is set: the one that is just being dragged stays in the hand."""
    patch, argument = stage.patch, range_of(*asked)
    stage.look.text(f"{name}_label", label or argument.name, "small", colour=DIM)
    # A clock that is followed moves the tempo all the time: not a thing to undo, or to automate.
    box = stage.look.number(name, name.title(), argument, hidden=name == "tempo")
    stage.link.send(patch.cord(box, patch.new(f"prepend {asking(asked[0])}")))
    new = patch.new("change" if argument.kind == "i" else "change 0.")
    patch.chain(new, patch.new("prepend set"), box)
    for source, parameter in heard:
        stage.hear(source, parameter, new)


def _clip(stage: Stage) -> None:
    patch = stage.patch
    roll = patch.subpatch("roll", rolling(stage.layout.places["roll"]))
    stage.link.on("clip/begin", roll)
    for inlet, name in enumerate(("clip/notes", "plan"), 1):
        notes = patch.new("t l")
        stage.link.on(name, notes)
        patch.cord(notes, roll, 0, inlet)
    patch.cord(stage.link.waker, roll, 0, 3)
    patch.cord(roll, stage.look.screen("roll"))

    words = patch.new("sprintf symout %s: %ld tracks %.1f beats by %s seed %ld")
    for inlet, parameter in enumerate(("id", "tracks", "length", "model", "seed")):
        stage.hear("clip/begin", parameter, words, inlet)
    coming = patch.new("sprintf symout coming: bar %ld")
    stage.hear("plan", "bar", coming)
    line = stage.look.text("clip", "no clip yet", "small", colour=DIM)
    written = patch.chain(words, patch.new("prepend set"))
    patch.cord(coming, written)
    patch.cord(written, line)


def _model(stage: Stage) -> Box:
    """The menu is filled as the models are listed: the first of the list empties it."""
    patch = stage.patch
    stage.look.text("model_label", "model", "small", colour=DIM)
    menu = stage.look.menu("model")
    stage.link.send(patch.cord(menu, patch.new(f"prepend {asking('model/load')}"), 1))
    chosen = patch.message("set 0")
    patch.cord(chosen, menu)

    first = stage.hear("model/item", "program", patch.new("sel 1"))
    patch.cord(patch.cord(first, patch.message("clear")), menu)
    item = stage.hear("model/item", "name", patch.new("t b s"))
    patch.cord(patch.cord(item, patch.new("prepend append"), 1), menu)
    patch.cord(item, chosen)

    name = patch.new("t b s")
    patch.cord(patch.cord(name, patch.new("prepend set setsymbol"), 1), chosen)
    patch.cord(name, chosen)
    stage.hear("status", "model", name)
    stage.hear("model/loaded", "name", name)
    patch.column()
    renew = add_controls(patch, stage.link, stage.look)
    stage.link.on("model/loaded", renew)
    return renew
