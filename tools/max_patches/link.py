"""The cords to Continuo: what is sent, what comes, and whether anybody is there."""

from tools.max_patches.addresses import HOST, REQUESTS_PORT, event, request
from tools.max_patches.patch import Box, Patch

HEARTBEAT_MS = 3000
SILENCE_MS = 7000

# What the panel listens to; the rest is in the help patch.
EVENTS = (
    "startup",
    "subscribed",
    "status",
    "state",
    "beat",
    "model/item",
    "model/loaded",
    "control/item",
    "control",
    "mode",
    "bars",
    "clip/begin",
    "clip/notes",
    "plan",
    "take",
    "saved",
    "clock",
    "error",
    "notice",
    "worker",
    "late",
    "section",
    "split",
    "chord/lead",
    "extension",
    "edit",
    "then",
)


class Link:
    """Sends through one gate, and hands out the outlets of one `route`."""

    def __init__(self, patch: Patch, port: int, waker: str) -> None:
        self.patch = patch
        self.port = port
        paths = " ".join(event(name).path for name in EVENTS)
        self._route = patch.new(f"route {paths}")
        receiver = patch.new(f"udpreceive {port} @defer 1")
        patch.cord(receiver, self._route)
        self.gate = patch.new("gate 1 0")
        patch.chain(self.gate, patch.new(f"udpsend {HOST} {REQUESTS_PORT}"))
        self.waker = patch.new(waker)

    def send(self, box: Box, outlet: int = 0) -> None:
        """Send what comes out of a box to Continuo."""
        self.patch.cord(box, self.gate, outlet, 1)

    def on(self, name: str, *targets: Box) -> None:
        """Hand the arguments of an event to these boxes."""
        for target in targets:
            self.patch.cord(self._route, target, EVENTS.index(name))

    def keep_alive(self, offline: Box) -> Box:
        """Subscribe again and again -> a box that bangs when Continuo is (again) found.

        `offline` gets a bang when it has not answered for a while.
        """
        patch = self.patch
        awake = patch.chain(self.waker, patch.new("t b b"))
        # Live restores dials before it says that the device is ready: those must not be sent,
        # for the values in force are Continuo's.
        patch.cord(patch.cord(awake, patch.message("1"), 1), self.gate)
        subscribe = patch.message(request("subscribe", self.port))
        beat = patch.new(f"metro {HEARTBEAT_MS}")
        patch.chain(awake, patch.message("1"), beat, subscribe)
        self.send(subscribe)
        answered = patch.new(f"route {self.port}")
        self.on("subscribed", answered)
        return self._found(awake, answered, offline)

    def _found(self, awake: Box, answered: Box, offline: Box) -> Box:
        patch = self.patch
        silence = patch.new(f"delay {SILENCE_MS}")
        patch.cord(awake, silence)
        both = patch.chain(answered, patch.new("t b b"))
        patch.cord(both, silence, 1)
        known = patch.new("change")
        patch.chain(both, patch.message("1"), known)
        lost = patch.chain(silence, patch.new("t b b"))
        patch.cord(lost, offline)
        patch.cord(patch.cord(lost, patch.message("0"), 1), known)
        found = patch.new("t b b")
        patch.chain(known, patch.new("sel 1"), found)
        # A bridge that was started anew says so, at the first port at least.
        self.on("startup", found)
        return found
