"""The control surface that Live knows; all names of ours begin with _continuo_."""

from __future__ import annotations

from .agent import Agent
from .host import Host
from .types import CInstance

try:
    from _Framework.ControlSurface import ControlSurface
except (
    ImportError
):  # a Live that ships only the newer base, which is made and ended in the same way
    from ableton.v2.control_surface import ControlSurface


class Continuo(ControlSurface):
    """Starts the script when Live loads it, and ends it when Live lets it go."""

    def __init__(self, c_instance: CInstance) -> None:
        super().__init__(c_instance)
        self._continuo_agent = Agent(Host(c_instance, self))
        self._continuo_agent.start()

    def disconnect(self) -> None:
        """End the script; called by Live on quitting, and when another surface is chosen."""
        try:
            self._continuo_agent.stop()
        finally:
            super().disconnect()
