"""The parts that play together in a mode."""

from dataclasses import dataclass

from bridge.current_settings import CurrentSettings
from bridge.notes.recorder import Recorder
from bridge.notes.scheduler import Scheduler
from bridge.settings import PlaySettings
from bridge.takes.takes import Takes
from bridge.timing.playhead import Playhead


@dataclass(frozen=True, slots=True)
class Parts:
    """The parts that play together."""

    current: CurrentSettings
    playhead: Playhead
    recorder: Recorder
    scheduler: Scheduler
    takes: Takes

    @property
    def settings(self) -> PlaySettings:
        """The settings in force."""
        return self.current.settings

    @property
    def bpm(self) -> float:
        """The tempo in force."""
        return self.playhead.transport.bpm
