"""The help patch: every address as a message to click, and everything that comes, shown."""

from bridge.api.address import Address
from bridge.api.addresses import INCOMING, OUTGOING
from tools.max_patches.addresses import HELP_PORT, HOST, REQUESTS_PORT, request
from tools.max_patches.patch import Box, Patch, Rect

TOP, ROW = 132.0, 40.0
LEFT, MIDDLE = 20.0, 664.0
CALL_WIDTH, ROUTE_WIDTH, SHOWN_WIDTH = 236.0, 190.0, 190.0
WIDTH, HEIGHT = 1440.0, 860.0


def help_patch() -> Patch:
    """Draw it: what can be sent on the left, what comes on the right."""
    patch = Patch()
    patch.keys["rect"] = [40.0, 60.0, WIDTH, HEIGHT]
    patch.keys["default_fontsize"] = 10.0
    _titles(patch)
    sender = patch.new(f"udpsend {HOST} {REQUESTS_PORT}", (LEFT, 100, 150, 20))
    subscribe = patch.message(request("subscribe", HELP_PORT), (LEFT + 244, 76, 190, 20))
    patch.chain(patch.new("loadbang", (LEFT + 160, 76, 64, 20)), subscribe, sender)
    for i, address in enumerate(INCOMING):
        y = TOP + ROW * i
        call = patch.message(request(address.name, *address.example), (LEFT, y, CALL_WIDTH, 20))
        patch.cord(call, sender)
        _explain(patch, address, (LEFT + CALL_WIDTH + 8, y - 2, 388, 38))
    _show_events(patch)
    return patch


def _titles(patch: Patch) -> None:
    big, bold = {"fontsize": 20.0, "fontface": 1}, {"fontsize": 12.0, "fontface": 1}
    patch.comment("Continuo over OSC", (LEFT, 12, 400, 30), **big)
    words = "Start it in a terminal (continuo play), then click on a message."
    patch.comment(words, (LEFT, 44, 640, 20), fontsize=12.0)
    patch.comment("to Continuo", (LEFT, 74, 150, 22), **bold)
    patch.comment("from Continuo: what came last", (MIDDLE, 74, 300, 22), **bold)


def _explain(patch: Patch, address: Address, at: Rect) -> None:
    arguments = f"{address.signature}\n" if address.signature else ""
    patch.comment(f"{arguments}{address.description}", at, fontsize=10.0)


def _show_events(patch: Patch) -> None:
    """Each event has a `route` of its own that hands on to the next what is not for it."""
    receiver = patch.new(f"udpreceive {HELP_PORT} @defer 1", (MIDDLE, 100, 190, 20))
    patch.cord(receiver, patch.new("print continuo", (MIDDLE + 200, 100, 90, 20)))
    last: Box = receiver
    for i, address in enumerate(OUTGOING):
        y = TOP + ROW * i
        own = patch.new(f"route {address.path}", (MIDDLE, y, ROUTE_WIDTH, 20))
        patch.cord(last, own, last.outlets - 1)
        last = own
        shown = patch.message("", (MIDDLE + ROUTE_WIDTH + 8, y, SHOWN_WIDTH, 20))
        patch.cord(own, shown, 0, 1)
        _explain(patch, address, (MIDDLE + ROUTE_WIDTH + SHOWN_WIDTH + 16, y - 2, 372, 38))
    other = patch.new("print unknown", (MIDDLE, TOP + ROW * len(OUTGOING), 90, 20))
    patch.cord(last, other, last.outlets - 1)
