"""What every part of a panel draws with: the patch, its looks, and its cords to Continuo."""

from tools.max_patches.addresses import outlet_of, unpacked
from tools.max_patches.layout import Layout
from tools.max_patches.link import Link
from tools.max_patches.look import Look
from tools.max_patches.patch import Box, Patch


class Stage:
    """One panel being drawn, and the events that more than one part of it looks at."""

    def __init__(self, layout: Layout) -> None:
        self.layout = layout
        self.patch = Patch()
        self.look = Look(self.patch, layout.places, layout.fonts)
        self.link = Link(self.patch, layout.port, layout.waker)
        self._opened: dict[str, Box] = {}

    def hear(self, event: str, parameter: str, target: Box, inlet: int = 0) -> Box:
        """Hand one argument of an event to a box -> that box.

        Where several arguments go to one box, ask for the one at its left inlet, too: `unpack`
        hands the last argument out first, and the left inlet is the one that acts.
        """
        if event not in self._opened:
            self._opened[event] = self.patch.new(unpacked(event))
            self.link.on(event, self._opened[event])
        return self.patch.cord(self._opened[event], target, outlet_of(event, parameter), inlet)
