"""The panel's chain: which model goes on with what the model in force made."""

from tools.max_patches.addresses import asking, request
from tools.max_patches.look import BUTTON, DIM
from tools.max_patches.stage import Stage


def add_chain(stage: Stage) -> None:
    """Draw a menu of one model that goes on, and a button without it; longer chains are shown."""
    patch = stage.patch
    menu = stage.look.menu("then")
    stage.link.send(patch.cord(menu, patch.new(f"prepend {asking('then')}"), 1))
    first = stage.hear("model/item", "program", patch.new("sel 1"))
    patch.cord(patch.cord(first, patch.message("clear")), menu)
    patch.cord(stage.hear("model/item", "name", patch.new("prepend append")), menu)

    end = stage.look.button("then_none", "No model goes on", BUTTON, "Alone")
    stage.link.send(patch.cord(end, patch.message(request("then"))))

    line = stage.look.text("then_label", "then", "small", colour=DIM)
    words = patch.new("prepend set then")
    stage.link.on("then", words)
    patch.cord(words, line)
